"""Elementary effects: what cannot matter has none, what multiplies is seen to multiply."""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import SCENARIO, Small, write_world
from scipy.special import ndtri

from corredor.corridor.posterior import NAME, Posterior
from corredor.corridor.priors import Prior
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.levers import ALWAYS, Factors
from corredor.errors import UsageError
from corredor.fit.sensitivity import YEAR, in_percent, outputs, sensitivity, shifts, width

PRIORS = """
[[prior]]
lever = "entry.factor"
spread = 2.0
walk = 0.1
reason = "the spread is of a level long known"

[[prior]]
lever = "harm.robbery"
spread = 0.5
reason = "events that change nobody's path"

[[prior]]
lever = "movement.destination_pull.Laredo"
distribution = "normal"
spread = 1.0
reason = "unsure"
"""
SPAN = {"first": dt.date(2023, 3, 1), "last": dt.date(2023, 4, 30), "spin_up": 1}
ENCOUNTERS = "Border Patrol encounters"


def in_world(folder: Path, posterior: dict[str, Factors] | None = None) -> Scenario:
    """Return the small scenario in a world of its own with three priors."""
    world = write_world(folder / "small")
    (world / "priors.toml").write_text(PRIORS)
    (folder / "small.toml").write_text(SCENARIO)
    scenario = load_scenario(folder / "small.toml")
    if posterior:
        made_for = {"world_hash": scenario.world.hash}
        Posterior(posterior, made_for).save(world / NAME)
    return scenario


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return in_world(tmp_path_factory.mktemp("sensitivity"))


@pytest.fixture(scope="module")
def told() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def effects(scenario: Scenario, told: list[tuple[int, int]]) -> pd.DataFrame:
    return sensitivity(
        scenario, trajectories=13, on_day=lambda done, total: told.append((done, total)), **SPAN
    )


def of(effects: pd.DataFrame, output: str, lever: str) -> pd.Series:
    return effects.set_index(["output", "lever"]).loc[(output, lever)]


def test_the_table_has_a_row_for_each_output_of_the_world_and_lever(
    scenario: Scenario, effects: pd.DataFrame
) -> None:
    assert {"output", "lever", "base", "mu", "mu_star", "mu_star_conf", "sigma"} < set(effects)
    named = [output.name for output in outputs(scenario)]
    elsewhere = {"Darién crossings", "Present in Tapachula", "Present in Mexico City"}
    assert list(effects["output"].unique()) == [name for name in named if name not in elsewhere]
    assert (effects.groupby("output")["lever"].count() == 3).all()
    assert (effects["base"] > 0).all()
    assert (effects["mu_star"] >= effects["mu"].abs() - 1e-9).all()


def test_what_cannot_matter_has_no_effect(effects: pd.DataFrame) -> None:
    """The pull of a sector moves people, so the zero is not that of a study that moves nothing."""
    rows = effects[effects["lever"] == "harm.robbery"]
    assert (rows[["mu", "mu_star", "sigma"]] == 0).all(axis=None)
    pull = of(effects, "Present in the north of Mexico", "movement.destination_pull.Laredo")
    assert pull["mu_star"] > 0


def test_entries_move_encounters_in_proportion(effects: pd.DataFrame) -> None:
    """Nearly: ports admit the same few, however many come."""
    low, high = np.exp(YEAR * 0.1 * ndtri([0.05, 0.95]))
    entries = of(effects, ENCOUNTERS, "entry.factor")
    assert entries["mu"] == entries["mu_star"]
    assert entries["mu_star"] == pytest.approx(100 * (high - low), rel=0.1)
    assert entries["sigma"] < 0.05 * entries["mu_star"]


def test_the_same_seed_gives_the_same_bits(scenario: Scenario, effects: pd.DataFrame) -> None:
    again = sensitivity(scenario, trajectories=13, **SPAN)
    pd.testing.assert_frame_equal(effects, again, check_exact=True)


def test_progress_goes_up_to_the_whole(effects: pd.DataFrame, told: list[tuple[int, int]]) -> None:
    assert told[-1][0] == told[-1][1]
    assert all(before[0] < after[0] for before, after in pairwise(told))


def test_the_base_is_the_middle_of_the_posterior(tmp_path: Path, effects: pd.DataFrame) -> None:
    """Of three members the middle one has half the people; encounters halve or nearly so."""
    days = (ALWAYS, dt.date(2023, 3, 1))
    half = Factors(days, np.array([[0.1, 0.1], [0.5, 0.5], [3.0, 3.0]]))
    found = sensitivity(in_world(tmp_path, {"entry.factor": half}), trajectories=2, **SPAN)
    before = of(effects, ENCOUNTERS, "entry.factor")["base"]
    after = of(found, ENCOUNTERS, "entry.factor")["base"]
    assert after / before == pytest.approx(0.5, rel=0.15)


def test_a_shift_is_as_wide_as_a_year_makes_a_prior() -> None:
    still = Prior(lever="x", spread=0.4, reason="r")
    walks = Prior(lever="x", spread=0.4, walk=0.1, reason="r")
    enters = Prior(lever="entry.factor", spread=0.4, walk=0.1, reason="r")
    assert width(still) == 0.4
    assert width(enters) == pytest.approx(0.1 * math.sqrt(650) / 12)
    assert width(walks) == pytest.approx(math.hypot(0.4, width(enters)))


def test_a_years_mean_of_a_walk_strays_as_far_as_said() -> None:
    """Of 4000 walks, within 5 standard errors."""
    steps = np.random.default_rng(1).standard_normal((4000, 12))
    means = steps.cumsum(axis=1).mean(axis=1)
    assert means.std() == pytest.approx(YEAR, rel=5 / math.sqrt(8000))


def test_a_shift_leaves_the_middle_where_it_is() -> None:
    ends = ndtri([0.0, 0.5, 1.0])
    uniform = Prior(lever="x", distribution="uniform", low=0.5, high=1.0, reason="r")
    assert shifts(uniform, ends) == pytest.approx([2 / 3, 1.0, 4 / 3])
    added = Prior(lever="x", distribution="normal", spread=2.0, reason="r")
    assert shifts(added, np.array([-1.0, 0.0])) == pytest.approx([-2.0, 0.0])


def test_an_effect_is_told_as_the_difference_of_the_ends() -> None:
    """From half to twice the base is 150 % of it, and the other way round."""
    assert in_percent(np.log([4.0, 0.25, 1.0])) == pytest.approx([150.0, -150.0, 0.0])


def test_a_request_that_makes_no_sense_is_refused(small: Small, scenario: Scenario) -> None:
    with pytest.raises(UsageError, match=r"no priors\.toml"):
        sensitivity(small.scenario(), **SPAN)
    with pytest.raises(UsageError, match="trajectories: found 1, expected 2 to 100"):
        sensitivity(scenario, trajectories=1, **SPAN)
