"""Calibration finds what made a record, goes on after an interruption, refuses nonsense."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import COUNTED, PRIORS, SCENARIO, write_world

from corredor.corridor.posterior import read_posterior
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.errors import UsageError
from corredor.fit.calibrate import Calibration, Ensemble, calibrate, month_end, prepare
from corredor.fit.twins import TRUTH, chance_of_ranks, draw_truth, made_up_record, twins

OBSERVATIONS = "".join(
    f'[[observation]]\nseries = "{series}"\nerror = 0.1\nsmall = 5\nreason = "a test"\n'
    for series in ("border_patrol_encounters", "mexico_detentions", "ports_of_entry_encounters")
)
FIRST, LAST = dt.date(2023, 3, 1), dt.date(2023, 5, 31)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("calibrated")
    world = write_world(folder / "small")
    (world / "priors.toml").write_text(PRIORS)
    (world / "observations.toml").write_text(COUNTED + OBSERVATIONS)
    (folder / "small.toml").write_text(SCENARIO)
    return load_scenario(folder / "small.toml")


def small_calibration(
    scenario: Scenario, as_of: dt.date | None = None, **changed: int
) -> Calibration:
    ensemble = Ensemble(**{"members": 40, "iterations": 2, "seed": 1, **changed})
    return prepare(scenario, FIRST, LAST, ensemble, as_of=as_of)


def with_twin(calibration: Calibration) -> Calibration:
    made_up = made_up_record(calibration, draw_truth(calibration))
    return Calibration(calibration.forward, made_up, calibration.ensemble)


def test_it_runs_the_months_asked_for_after_a_spin_up(scenario: Scenario) -> None:
    forward = small_calibration(scenario).forward
    assert (forward.scenario.start, forward.scenario.end) == (FIRST, LAST)
    assert forward.scenario.spin_up == dt.date(2023, 1, 1)
    assert forward.months == tuple(dt.date(2023, m, 1) for m in range(1, 6))


def test_the_ensemble_comes_to_the_record(scenario: Scenario) -> None:
    _, misfits = with_twin(small_calibration(scenario, iterations=4)).run()
    assert len(misfits) == 4
    assert misfits[-1] < 0.5 * misfits[0]


def test_the_same_seed_gives_the_same_bits_and_another_does_not(scenario: Scenario) -> None:
    first, second = (with_twin(small_calibration(scenario)).run()[0] for _ in range(2))
    other = small_calibration(scenario, seed=2).prior()
    for lever in first:
        assert (first[lever] == second[lever]).all()
    assert (other["interdiction.tempo"] != small_calibration(scenario).prior()["interdiction.tempo"]).all()  # fmt: skip # noqa: E501


def test_an_interrupted_calibration_goes_on_to_the_same_bits(
    scenario: Scenario, tmp_path: Path
) -> None:
    calibration = with_twin(small_calibration(scenario))
    calibrate(calibration, tmp_path / "whole.parquet")

    def stop_in_the_second_step(step: int, *_: int) -> None:
        if step == 1:
            raise KeyboardInterrupt

    out = tmp_path / "part.parquet"
    with pytest.raises(KeyboardInterrupt):
        calibrate(calibration, out, on_step=stop_in_the_second_step)
    assert not out.exists()
    with pytest.raises(UsageError, match="--resume"):
        calibrate(calibration, out)
    with pytest.raises(UsageError, match="asked for otherwise"):
        calibrate(with_twin(small_calibration(scenario, seed=2)), out, resume=True)
    steps = []
    calibrate(calibration, out, resume=True, on_step=lambda step, *_: steps.append(step))
    assert set(steps) == {1}
    assert out.read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["part.parquet", "whole.parquet"]


def test_the_posterior_says_how_it_was_made(scenario: Scenario, tmp_path: Path) -> None:
    calibration = with_twin(small_calibration(scenario))
    posterior, _ = calibrate(calibration, tmp_path / "p.parquet")
    provenance = read_posterior(tmp_path / "p.parquet").provenance
    assert provenance == {**calibration.provenance(), "kept": 40} == posterior.provenance
    assert (provenance["from"], provenance["to"]) == ("2023-03", "2023-05")
    assert provenance["world_hash"] == scenario.world.hash
    json.dumps(provenance)
    share = posterior.factors["custody.sent_south_share"].values
    assert ((share >= 0.7) & (share <= 1.2)).all()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"members": 5}, "members: found 5, expected 10 to 5000"),
        ({"iterations": 0}, "iterations: found 0, expected 1 to 20"),
        ({"as_of": dt.date(2020, 1, 1)}, "The record has nothing from 2023-03 to 2023-05"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    scenario: Scenario, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        small_calibration(scenario, **changed)


def test_a_span_must_not_end_before_it_starts(scenario: Scenario) -> None:
    with pytest.raises(UsageError, match="ends before it starts"):
        prepare(scenario, LAST, FIRST, Ensemble(40, 1))


def test_the_truth_of_a_twin_is_none_of_its_members(scenario: Scenario) -> None:
    calibration = small_calibration(scenario)
    truth, members = draw_truth(calibration), calibration.prior()
    assert calibration.ensemble.members < TRUTH
    for lever, unknowns in truth.items():
        assert unknowns.shape == (1, members[lever].shape[1])
        assert not (members[lever] == unknowns).any()


def test_twins_tell_truth_and_interval_of_each_unknown(scenario: Scenario) -> None:
    told: list[tuple[int, int]] = []
    table = twins(
        scenario, FIRST, LAST, count=2, members=40, iterations=2, on_twin=lambda *n: told.append(n)
    )
    assert told == [(1, 2), (2, 2)]
    assert len(table) == 2 * (5 + 1 + 1)
    assert table.loc[table["inside_50"], "inside_90"].all()
    assert table.groupby("twin")["truth"].first().nunique() == 2


@pytest.mark.slow
def test_intervals_of_twins_hold_the_truth_as_often_as_they_say(scenario: Scenario) -> None:
    """40 twins of a small world: 280 intervals; within 4 standard errors of 50 and 90 %.

    Months of one walk are not independent, so the error is taken as if there were 120 intervals.
    """
    table = twins(scenario, FIRST, LAST, count=40, members=100, iterations=4)
    for percent in (50, 90):
        share = percent / 100
        error = np.sqrt(share * (1 - share) / 120)
        assert abs(table[f"inside_{percent}"].mean() - share) < 4 * error


@pytest.mark.slow
def test_ranks_of_the_truth_are_even(scenario: Scenario) -> None:
    """Simulation-based calibration: 100 twins, each lever at one month.

    The chance of a false alarm is one in a thousand over the three levers.
    """
    table = twins(scenario, FIRST, LAST, count=100, members=100, iterations=4, seed=1000)
    middle = table[table["month"].isna() | (table["month"] == pd.Timestamp(2023, 4, 1))]
    for lever, rows in middle.groupby("lever"):
        assert len(rows) == 100
        assert chance_of_ranks(rows["rank"].to_numpy()) > 0.001 / 3, lever


def test_a_posterior_too_narrow_is_seen_by_its_ranks() -> None:
    """Truths of spread 1 among members of spread 1/2 pile up at both ends."""
    random = np.random.default_rng(1)
    truths, members = random.standard_normal(100), random.standard_normal((100, 100))
    even = (members < truths[:, None]).mean(axis=1)
    narrow = (0.5 * members < truths[:, None]).mean(axis=1)
    assert chance_of_ranks(even) > 0.001
    assert chance_of_ranks(narrow) < 0.001


def test_a_month_ends_where_the_next_begins() -> None:
    assert month_end(dt.date(2024, 2, 5)) == dt.date(2024, 2, 29)
    assert month_end(dt.date(2023, 12, 31)) == dt.date(2023, 12, 31)
