"""Flee's own numbers: camps by day in cases with rules switched on in pairs.

``make check-flee`` compares all of them in both draws of whole people; ``make test`` some, where
the cases are there. F1 to F7 are faults that these cases showed; the tests of the rules themselves
are in ``test_day_0.py``, ``test_order.py``, ``test_classes.py``, and beside the other rules.
"""

from __future__ import annotations

import numpy as np
import pytest
from reference_cases import CASES, RUNS, Reference

from corredor.flee.run import CaseDrawName

SOME = {
    "F1, camps that start empty": "p005 p016",
    "F2, capacity where conflicts drive who flees": "p019 p022 p028",
    "F3, and camps that start empty": "p013 p014 d021",
    "F4, one person for so many": "p034 p104",
    "F5, no people of day 0": "p007 p037",
    "F6, who is asked first": "p047 p094",
    "F7, age and sex": "p088 p089 p091",
    "days on foot, types that change, hunger": "u001 u005 u007",
    "fixed routes, persons, religion, floods": "u011 u015 u017 r11",
    "pairs": "p001 p023 p070 p106",
}
ONE_BY_ONE = "p007 p047 p082 u002 u018"
pytestmark = pytest.mark.skipif(
    not CASES.exists(), reason="the cases are not here; name their folder in FLEE_REFERENCE"
)


def every() -> list[str]:
    return sorted(path.name for path in CASES.iterdir()) if CASES.exists() else []


@pytest.mark.parametrize("name", [name for names in SOME.values() for name in names.split()])
def test_camps_by_day_are_those_of_flee(name: str) -> None:
    reference = Reference(CASES / name)
    assert not reference.differs(reference.run("exact", 60))


@pytest.mark.parametrize("name", ONE_BY_ONE.split())
def test_persons_one_by_one_come_to_the_same_camps(name: str) -> None:
    reference = Reference(CASES / name)
    assert not reference.differs(reference.run("individual", 30))


@pytest.mark.parametrize("told", ["C1: +", "on day 20", "record of C1", "all people"])
def test_a_difference_is_told(told: str) -> None:
    reference = Reference(CASES / "p007")
    found = reference.run("exact", 60)
    camp = found.case.camps.index("C1")
    if told == "C1: +":
        found.simulated[:, :, camp] *= 2
    elif told == "on day 20":
        found.simulated[:, 20, camp] += 200
    elif told == "record of C1":
        found.counted[3, camp] += 1
    else:
        found.people[:] += 5
    assert told in " ".join(reference.differs(found))


@pytest.mark.slow
@pytest.mark.parametrize("draw", RUNS)
@pytest.mark.parametrize("name", every())
def test_every_case(name: str, draw: CaseDrawName) -> None:
    reference = Reference(CASES / name)
    assert not reference.differs(reference.run(draw, RUNS[draw]))


@pytest.mark.slow
def test_right_programs_seldom_differ() -> None:
    """Ten runs of Corredor, drawn at random, in the place of Flee's: none of 300 cases differs."""
    draws = np.random.default_rng(1)
    for name in ("p007", "p047", "u017"):
        reference = Reference(CASES / name)
        runs = reference.run("exact", 400)
        for _ in range(100):
            chosen = draws.permutation(400)
            assert not reference.standing_in(runs, chosen[:10]).differs(
                reference.of(runs, chosen[10:110])
            )
