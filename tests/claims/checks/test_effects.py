"""The verdict on measures follows their estimates, and what began beside them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from corredor.claims import load_claims
from corredor.claims.checks import effects as effect_checks
from corredor.claims.checks.effects import MeasureEffects
from corredor.errors import UsageError
from corredor.record.evidence import Estimate, estimate_all, load_measures

NAMES = ("operation-lone-star", "buoys")


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch):
    """Return a check of two measures that came to given verdicts."""
    real = estimate_all(NAMES)

    def of(effect: str, told: tuple[str, str], beside: str = "", chance: float = 0.01):
        made_up: list[Estimate] = [
            replace(
                one,
                headline=replace(one.headline, told=verdict, chance_of_fall=chance),
                at_the_same_time=(beside,) if beside else (),
            )
            for one, verdict in zip(real, told, strict=True)
        ]
        monkeypatch.setattr(effect_checks, "estimate_all", lambda names: made_up)
        found = MeasureEffects(name="measure_effects", measures=NAMES, effect=effect)
        return found.run(SimpleNamespace())

    return of


@pytest.mark.parametrize(
    ("effect", "told", "verdict"),
    [
        ("no effect", ("no effect", "no effect"), "supported"),
        ("no effect", ("no effect", "cannot tell"), "partly"),
        ("no effect", ("cannot tell", "cannot tell"), "not checkable"),
        ("no effect", ("rose", "cannot tell"), "not checkable"),
        ("no effect", ("fell", "no effect"), "contradicted"),
        ("fell", ("fell", "fell"), "supported"),
        ("fell", ("fell", "cannot tell"), "partly"),
        ("fell", ("no effect", "rose"), "contradicted"),
        ("fell", ("no effect", "cannot tell"), "not checkable"),
    ],
)
def test_the_grade_follows_the_estimates(check, effect, told, verdict: str) -> None:
    assert check(effect, told).verdict == verdict


def test_a_fall_beside_a_measure_outside_the_list_counts_for_nobody(check) -> None:
    found = check("no effect", ("fell", "cannot tell"), beside="mexico-crackdown")
    assert found.verdict == "not checkable"
    crackdown = load_measures().named("mexico-crackdown").name
    assert f"not to be told from what began near it: {crackdown}" in found.why


def test_a_fall_beside_one_in_the_list_counts_for_the_list(check) -> None:
    assert check("no effect", ("fell", "cannot tell"), beside="buoys").verdict == "contradicted"


def test_a_fall_that_chance_would_give_among_so_many_does_not_count(check) -> None:
    assert check("no effect", ("fell", "cannot tell"), chance=0.06).verdict == "not checkable"


def test_value_and_interval_are_those_of_the_first(check) -> None:
    found = check("no effect", ("cannot tell", "cannot tell"))
    first = estimate_all(NAMES)[0].headline
    assert (found.value, found.unit) == (first.percent, "percent")
    assert found.interval == (first.low, first.high)
    assert all(load_measures().named(name).name in found.why for name in NAMES)


def test_many_that_cannot_be_told_are_counted(check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effect_checks, "MOST_NAMED", 1)
    why = check("no effect", ("cannot tell", "cannot tell")).why
    assert why.startswith("Of 2 measures the record cannot tell")


def test_an_unknown_measure_is_refused() -> None:
    check = MeasureEffects(name="measure_effects", measures=("moat",), effect="fell")
    with pytest.raises(UsageError, match="moat"):
        check.run(SimpleNamespace())


def test_the_claim_asks_about_every_deterrent_of_the_file() -> None:
    claim = {c.id: c for c in load_claims("amlo-crackdown-2024")}["deterrents-without-effect"]
    asked = [c for c in claim.checks if isinstance(c, MeasureEffects)]
    deterrents = [m.id for m in load_measures().measure if m.kind == "deterrent"]
    assert [list(c.measures) for c in asked] == [deterrents]
