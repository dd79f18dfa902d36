"""Checks tell how near a posterior comes to the record, and what the record did not tell."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from helpers import PRIORS, SCENARIO, write_world

from corredor.corridor.posterior import Posterior
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.levers import ALWAYS, Factors
from corredor.fit.checks import fit_by_series, identified


@pytest.fixture
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("checked")
    (write_world(folder / "small") / "priors.toml").write_text(PRIORS)
    (folder / "small.toml").write_text(SCENARIO)
    return load_scenario(folder / "small.toml")


def test_fit_is_the_sum_over_totals_of_a_part() -> None:
    rows = pd.DataFrame(
        {
            "series": ["a", "a", "a"], "part": ["x", "x", "y"], "record": [100.0, 200.0, 0.0],
            "q50": [110.0, 180.0, 5.0], "inside_50": [True, False, False],
            "inside_90": [True, True, False],
        }
    )  # fmt: skip
    fits = fit_by_series(rows)
    assert fits.loc[("a", "x"), "error"] == pytest.approx(10.0)  # 10 and 20 of 300
    assert fits.loc[("a", "x"), "bias"] == pytest.approx(-10 / 3)
    assert fits.loc[("a", "x"), "inside_50"] == 0.5
    assert fits.loc[("a", "x"), "published"] == 2
    assert np.isnan(fits.loc[("a", "y"), "error"])


def test_what_keeps_its_width_was_not_told(
    small_folder: Scenario,
) -> None:
    """Factors drawn from the prior itself keep all of it, within 5 standard errors."""
    random, members = np.random.default_rng(1), 4000
    days = (ALWAYS, dt.date(2023, 2, 1), dt.date(2023, 3, 1))
    first = 0.5 * random.standard_normal((members, 1))
    steps = 0.2 * random.standard_normal((members, 2)).cumsum(axis=1)
    factors = {
        "entry.factor": Factors(days, np.exp(np.c_[first, first + steps])),
        "interdiction.tempo": Factors.constant(np.exp(0.1 * random.standard_normal(members))),
        "custody.sent_south_share": Factors.constant(random.uniform(0.7, 1.2, members)),
    }
    told = identified(small_folder, Posterior(factors, {}))
    error = 5 / np.sqrt(2 * members)
    assert told.loc["entry.factor", "narrowed"] == pytest.approx(1.0, abs=error)
    assert told.loc["custody.sent_south_share", "narrowed"] == pytest.approx(1.0, abs=error)
    assert told.loc["interdiction.tempo", "narrowed"] == pytest.approx(0.2, abs=0.2 * error)
