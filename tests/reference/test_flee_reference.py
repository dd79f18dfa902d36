"""Flee's own numbers: camps by day in cases with rules switched on in pairs.

``make test`` runs some of them, ``make check-slow`` all that are not refused, in both draws of
whole people. F1 to F7 are the faults that these cases showed; the tests of the rules by themselves
are in ``test_day_0.py``, ``test_order.py`` and ``test_classes.py``.
"""

from __future__ import annotations

import pytest
from reference_cases import CASES, Reference

from corredor.errors import CorredorError

SOME = {
    "F1, camps that start empty": "p005 p016",
    "F2, capacity where conflicts drive who flees": "p019 p022 p028",
    "F3, and camps that start empty": "p013 p014 d021",
    "F4, one person for so many": "p034 p104",
    "F5, no people of day 0": "p007 p037",
    "F6, who is asked first": "d010 p047 p094",
    "F7, age and sex": "p088 p089 p091",
    "pairs": "p001 p023 p032 p053 p070 p086 p103 p106",
}
ONE_BY_ONE = "p007 p013 p028 p047 p082 p104 p106"
REFUSED = "d008 r01 r03 r08 r10 r11 u001 u002 u004 u005 u007 u008 u010 u011 u013 u015 u017 u018"
BY_CHANCE = {
    ("p110", "individual"): "C1 has 0.6 people more in the mean over days, in both draws; ten runs "
    "of ours are as far from the others in 2 of 100, and 178 comparisons are made",
}
LONG = ("d010",)  # takes as long as ten others
pytestmark = pytest.mark.skipif(
    not CASES.exists(), reason="the cases are not in ../shared/flee-reference"
)


def every() -> list[str]:
    there = sorted(path.name for path in CASES.iterdir()) if CASES.exists() else []
    return [name for name in there if name not in REFUSED.split()]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name in LONG else [])
        for names in SOME.values()
        for name in names.split()
    ],
)
def test_camps_by_day_are_those_of_flee(name: str) -> None:
    reference = Reference(CASES / name)
    assert not reference.differs(reference.run("exact", 60))


@pytest.mark.parametrize("name", ONE_BY_ONE.split())
def test_persons_one_by_one_come_to_the_same_camps(name: str) -> None:
    reference = Reference(CASES / name)
    assert not reference.differs(reference.run("individual", 30))


@pytest.mark.parametrize("name", REFUSED.split())
def test_what_is_not_supported_is_refused_by_name(name: str) -> None:
    """A case that is no longer refused belongs to those that are compared."""
    if not (CASES / name).exists():
        pytest.skip("this case is not here")
    with pytest.raises(CorredorError):
        Reference(CASES / name).run("exact", 2)


@pytest.mark.slow
@pytest.mark.parametrize(("draw", "runs"), [("exact", 100), ("individual", 60)])
@pytest.mark.parametrize("name", every())
def test_every_case_that_is_not_refused(
    name: str, draw: str, runs: int, request: pytest.FixtureRequest
) -> None:
    if (name, draw) in BY_CHANCE:
        request.applymarker(pytest.mark.xfail(reason=BY_CHANCE[name, draw], strict=True))
    reference = Reference(CASES / name)
    assert not reference.differs(reference.run(draw, runs))  # type: ignore[arg-type]
