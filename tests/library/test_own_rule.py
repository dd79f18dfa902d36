"""A rule of one's own works in every draw, with resume, in comparisons, and is held to its code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from helpers import Small
from own_rule import GONE, RATE, RULES, HadEnough

import corredor
from corredor.corridor.posterior import read_posterior
from corredor.runs.effective import effective
from corredor.runs.measures import measures

SOUTH = {"had_enough.goes_home.south": 0.05}
DAYS = {"parameters": "fixed", "seed": 3}


def made(small: Small, changes: dict[str, Any] | None = None, **more: Any) -> corredor.Scenario:
    given = {"base": small.scenario(), "processes": RULES, "name": "with-rule", **more}
    return corredor.Scenario(small.scenario().world, changes, **given)


def gone(data: xr.Dataset) -> float:
    return float(data[GONE.name].sum()) / data.sizes["replicate"]


@pytest.fixture(scope="module")
def expected(small: Small) -> float:
    return gone(corredor.run(made(small, SOUTH), draw="expected", replicates=1, **DAYS))


@pytest.mark.parametrize("draw", ["exact", "individual"])
def test_draws_of_whole_people_agree_with_the_expected_one(
    small: Small, expected: float, draw: Any
) -> None:
    data = corredor.run(made(small, SOUTH), draw=draw, replicates=8, **DAYS)
    assert float(data[GONE.name].sum("place").std("replicate").max()) > 0
    assert gone(data) == pytest.approx(expected, rel=0.05)
    assert not data[GONE.name].sel(place="norte").any()


@pytest.mark.slow
def test_persons_remember_it(small: Small, expected: float) -> None:
    people = corredor.persons(made(small, SOUTH), parameters="fixed")
    had_enough = people[people[GONE.trait] > 0]
    assert len(had_enough) > expected  # some before the first day of the result
    assert set(had_enough["last_kind"].astype(str)) == {"went_home"}


def test_a_rule_that_does_nothing_changes_no_bit(small: Small) -> None:
    with_rule = corredor.run(made(small), replicates=2, **DAYS)
    without = corredor.run(small.scenario(), replicates=2, **DAYS)
    for name in without.data_vars:
        np.testing.assert_array_equal(with_rule[name].values, without[name].values)
    assert not with_rule[GONE.name].any()


def test_two_scenarios_are_compared_by_it(small: Small) -> None:
    a, b = corredor.run_all([made(small, name="without"), made(small, SOUTH)], replicates=3, **DAYS)
    row = corredor.compare(a, b).set_index("measure").loc[GONE.name]
    assert (row["meaning"], row["unit"]) == (GONE.measure, "people")
    assert row["a"] == 0 and row["low"] > 0
    assert GONE.name not in {each.name for each in measures()}
    assert GONE.name in set(a.corredor.measures().index)


def test_it_may_be_given_to_the_run(small: Small, expected: float) -> None:
    data = corredor.run(
        made(small, SOUTH), processes=[*corredor.PROCESSES, HadEnough()], draw="expected",
        replicates=1, **DAYS,
    )  # fmt: skip
    assert gone(data) == expected


@pytest.mark.slow
def test_a_run_goes_on_to_the_same_bits_but_not_under_another_rule(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corredor.runs import blocks

    options = {"replicates": 4, "out": tmp_path / "result", **DAYS}
    monkeypatch.setattr(blocks, "block_size", lambda *_: 2)
    days = []

    def stop(done: int, total: int) -> None:
        days.append(done)
        if done > 0.7 * total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corredor.run(made(small, SOUTH), threads=1, on_day=stop, **options)

    class HadEnoughTwice(HadEnough):
        def steps(self, model):  # type: ignore[no-untyped-def]
            return [*super().steps(model)]

    other = made(small, SOUTH, processes=(*corredor.PROCESSES, HadEnoughTwice()))
    with pytest.raises(corredor.UsageError):
        corredor.run(other, threads=1, resume=True, **options)
    data = corredor.run(made(small, SOUTH), threads=1, resume=True, **options)
    whole = corredor.run(made(small, SOUTH), replicates=4, **DAYS)
    np.testing.assert_array_equal(data[GONE.name].values, whole[GONE.name].values)


@pytest.mark.slow
def test_a_result_is_made_again_with_its_rule_given(small: Small, tmp_path: Path) -> None:
    data = corredor.run(made(small, SOUTH), draw="expected", replicates=1, **DAYS)
    kept = data.corredor.save(tmp_path / "result")
    with pytest.raises(corredor.UsageError, match="rules of its own"):
        corredor.rerun(kept)
    assert corredor.rerun(kept, processes=RULES).equal


def test_its_lever_is_shown_with_its_values(small: Small) -> None:
    table = effective(made(small, SOUTH), RATE.name, ["south"], "fixed")
    assert set(table["middle"]) == {0.05}


def test_its_lever_is_found_from_counts(tmp_path: Path) -> None:
    world = corredor.example_world()
    truth = corredor.Scenario(world, {RATE.name: 0.05}, processes=RULES)
    data = corredor.run(truth, draw="expected", replicates=1, parameters="fixed")
    counted = data.corredor.observe("arrivals").isel(replicate=0).to_series()
    frame = pd.DataFrame({"series": "arrivals", "month": counted.index, "value": counted.values,
                          "error": 0.02})  # fmt: skip
    start = corredor.Scenario(world, {RATE.name: 0.1}, processes=RULES)
    prior = {"lever": RATE.name, "spread": 0.6, "reason": "a test"}
    found = corredor.calibrate(start, frame, [prior], members=30, iterations=4)
    assert found.factors[RATE.name].values.mean() == pytest.approx(0.5, rel=0.1)
    read = _kept_and_read(found, tmp_path / "posterior.parquet")
    corredor.run(start, parameters=read, draw="expected", replicates=2)
    with pytest.raises(corredor.UsageError, match="of a rule that three-places does not have"):
        corredor.run(world, parameters=read, draw="expected", replicates=2)


def _kept_and_read(posterior: corredor.Posterior, path: Path) -> corredor.Posterior:
    posterior.save(path)
    return read_posterior(path)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ([HadEnough], "Give an object, MyRule(), not the class"),
        ([HadEnough(), HadEnough()], "two processes of a day have this name"),
        ([type("Nameless", (corredor.Process,), {})()], "Nameless: has no name"),
    ],
)
def test_a_rule_that_could_not_stand_in_a_day_is_refused(
    small: Small, rules: list[Any], told: str
) -> None:
    with pytest.raises(corredor.UsageError) as error:
        corredor.run(small.scenario(), processes=rules)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "rate"}, "expected a name such as had_enough.rate"),
        ({"name": "interdiction.tempo"}, "expected a name such as had_enough.rate"),
        ({"unit": ""}, "has no unit or no meaning"),
        ({"by": "zones"}, "by is 'zones', expected one of zone, returned, place"),
        ({"default": 2.0}, "its default is 2, expected 0 to 1"),
    ],
)
def test_a_lever_that_says_too_little_is_refused(
    small: Small, change: dict[str, Any], told: str
) -> None:
    about = {**vars(RATE), **change}
    rule = type("Rule", (HadEnough,), {"levers": (corredor.Lever(**about),)})()
    with pytest.raises(corredor.UsageError) as error:
        made(small, processes=(*corredor.PROCESSES, rule))
    assert told in str(error.value)


def test_a_lever_of_no_rule_is_refused_by_name(small: Small) -> None:
    with pytest.raises(corredor.InputError, match="had_enough"):
        made(small, SOUTH, processes=())


def test_scenarios_of_other_rules_are_not_run_side_by_side(small: Small) -> None:
    with pytest.raises(corredor.UsageError, match="other rules of a day"):
        corredor.run_all([small.scenario(), made(small)], replicates=1)
