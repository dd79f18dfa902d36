"""Conformal intervals cover, see nothing that came later, and leave the median where it is."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.fit.backtest import COLUMNS, MODEL, QUANTILE_COLUMNS
from corredor.fit.conformal import FEWEST, MOST, AsKnown, conformal, of_backtest, of_forecast
from corredor.fit.forecast import Forecast
from corredor.fit.scores import HUB_LEVELS, LEVELS, quantiles_of, score

KEY = ("arrivals", "all")
MEDIAN = LEVELS.index(0.5)
ORIGINS = pd.period_range("2020-01", periods=30, freq="M")


def lognormal(spread: float, middle: float = 9.0) -> Floats:
    return np.expm1(middle + spread * stats.norm.ppf(LEVELS))


def series(values: Floats) -> pd.Series[float]:
    index = pd.period_range(ORIGINS[0] + 1, periods=len(values), freq="M")
    return pd.Series(values, index)


@given(
    st.lists(st.floats(0, 1e6), min_size=99, max_size=99),
    st.lists(st.floats(0, 1e6), min_size=0, max_size=40),
    st.integers(0, 10),
)
def test_quantiles_rise_are_counts_and_keep_their_median(
    drawn: list[float], outcomes: list[float], seed: int
) -> None:
    quantiles = np.sort(drawn)
    random = np.random.default_rng(seed)
    earlier = np.sort(random.lognormal(8, 1, (len(outcomes), 99)), axis=1)
    moved = conformal(quantiles, earlier, outcomes)
    assert (np.diff(moved) >= 0).all()
    assert (moved >= 0).all()
    assert moved[MEDIAN] == pytest.approx(quantiles[MEDIAN], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("stated", "true"), [(0.1, 0.4), pytest.param(0.3, 0.2, marks=pytest.mark.slow)]
)
def test_it_covers_where_forecasts_are_wrong_by_a_factor(stated: float, true: float) -> None:
    random, inside = np.random.default_rng(1), []
    past = np.tile(lognormal(stated), (MOST, 1))
    for _ in range(500):
        came = np.expm1(9 + true * random.standard_normal(MOST + 1))
        moved = conformal(lognormal(stated), past, came[:-1])
        found = score(moved, came[-1])
        inside.append((float(found.inside_50), float(found.inside_90)))
    fifty, ninety = np.mean(inside, axis=0)
    assert fifty == pytest.approx(0.5, abs=0.07)
    assert ninety == pytest.approx(0.9, abs=0.05)


def test_too_few_earlier_outcomes_leave_it_alone() -> None:
    own, past = lognormal(0.1), np.tile(lognormal(0.1), (FEWEST, 1))
    came = np.full(FEWEST, 1e6)
    np.testing.assert_array_equal(conformal(own, past[1:], came[1:]), own)
    assert conformal(own, past, came)[-1] > 5 * own[-1]


def test_only_the_latest_count() -> None:
    own, past = lognormal(0.1), np.tile(lognormal(0.1), (MOST + 5, 1))
    came = np.r_[np.full(5, 1e6), np.expm1(np.full(MOST, 9.0))]
    np.testing.assert_array_equal(
        conformal(own, past, came), conformal(own, past[5:], came[5:])
    )  # fmt: skip


def test_no_end_comes_nearer_than_half_its_distance() -> None:
    own, past = lognormal(1.0), np.tile(lognormal(1.0), (20, 1))
    moved = conformal(own, past, np.expm1(np.full(20, 9.0)))
    logs, before = np.log1p(moved) - 9, np.log1p(own) - 9
    np.testing.assert_array_less(np.abs(before) / 2 - 1e-9, np.abs(logs))


def test_tails_that_cannot_be_told_move_as_the_outermost_that_can() -> None:
    own, past = lognormal(0.1), np.tile(lognormal(0.1), (19, 1))
    moved = conformal(own, past, np.expm1(9 + np.linspace(-0.5, 0.5, 19)))
    out = np.log1p(moved) - np.log1p(own)
    np.testing.assert_allclose(out[-3:], out[LEVELS.index(0.97)])  # 94 % of 19 is the 19th


def test_levels_of_hubs_are_met_with_those_of_a_backtest() -> None:
    random = np.random.default_rng(2)
    past, came = np.tile(lognormal(0.1), (25, 1)), np.expm1(9 + 0.3 * random.standard_normal(25))
    own = np.interp(HUB_LEVELS, LEVELS, lognormal(0.1))
    moved = conformal(own, past, came, levels=HUB_LEVELS)
    same = conformal(lognormal(0.1), past, came)
    for level in (0.05, 0.5, 0.75):
        assert moved[HUB_LEVELS.index(level)] == pytest.approx(same[LEVELS.index(level)], rel=1e-9)
    with pytest.raises(UsageError, match="not symmetric"):
        conformal(own[1:], past, came, levels=HUB_LEVELS[1:])
    with pytest.raises(UsageError, match=r"shape \(24, 99\), expected \(25, 99\)"):
        conformal(own, past[1:], came, levels=HUB_LEVELS)


def rows(came: pd.Series[float], months: int = 3) -> pd.DataFrame:
    """Return forecasts of one method from every origin, as a backtest has them."""
    listed = [
        (str(o), str(o + h), h, *KEY, MODEL, float(came.get(o + h, np.nan)), *lognormal(0.1 * h))
        for o in ORIGINS
        for h in range(1, months + 1)
    ]
    return pd.DataFrame(listed, columns=COLUMNS)


def test_a_backtest_sees_nothing_that_came_later() -> None:
    """Whatever is not published at an origin may be anything: its forecast keeps its bits."""
    random = np.random.default_rng(3)
    came = series(np.expm1(9 + random.standard_normal(40)))
    last = ORIGINS[20]

    def as_known(truth: pd.Series[float]) -> AsKnown:
        return lambda origin: {KEY: truth[:origin]}

    other = came.copy()
    other[other.index > last] *= 100
    found = of_backtest(rows(came), QUANTILE_COLUMNS, as_known(came))
    again = of_backtest(rows(other), QUANTILE_COLUMNS, as_known(other))
    until = found["origin"] <= str(last)
    pd.testing.assert_frame_equal(
        found[until].drop(columns="observed"), again[until].drop(columns="observed")
    )
    assert not found[~until].equals(again[~until])


def test_outcomes_count_once_they_are_published_and_not_before() -> None:
    came = series(np.full(40, 1e6))
    found = of_backtest(rows(came), QUANTILE_COLUMNS, lambda origin: {KEY: came[:origin]})
    before = rows(came)
    changed = (found[QUANTILE_COLUMNS] != before[QUANTILE_COLUMNS]).any(axis=1)
    for horizon in (1, 2, 3):
        of_horizon = found["horizon"] == horizon
        first = found.loc[of_horizon & changed, "origin"].min()
        # The outcome of origin 0 is out at origin `horizon`, that of FEWEST - 1 so many later.
        assert first == str(ORIGINS[FEWEST - 1 + horizon])


def test_windows_and_series_that_nothing_is_known_of_are_left_out() -> None:
    table = rows(series(np.full(40, 1e4)))
    assert of_backtest(table, QUANTILE_COLUMNS, lambda _: {}).empty
    table["month"] = table["month"] + "/" + table["month"]
    known = {KEY: series(np.full(40, 1e4))}
    assert of_backtest(table, QUANTILE_COLUMNS, lambda _: known).empty


def test_a_forecast_is_moved_as_the_same_one_in_a_backtest() -> None:
    random = np.random.default_rng(4)
    came = series(np.expm1(9 + 0.5 * random.standard_normal(40)))
    origin = ORIGINS[-1]
    samples = random.lognormal(9, 0.1, (400, 2))
    months = (origin + 1, origin + 2)
    made = Forecast(origin, dt.date(2022, 7, 25), months, {KEY: samples}, {})
    found = of_forecast(made, rows(came), QUANTILE_COLUMNS, {KEY: came[:origin]})[KEY]
    past = rows(came)
    earlier = past[(past["horizon"] == 2) & (past["month"] <= str(origin))]
    expected = conformal(
        quantiles_of(samples, levels=HUB_LEVELS)[1], earlier[QUANTILE_COLUMNS].to_numpy(float),
        earlier["observed"].to_numpy(float), levels=HUB_LEVELS,
    )  # fmt: skip
    np.testing.assert_array_equal(found[1], expected)
    assert of_forecast(made, past, QUANTILE_COLUMNS, {}) == {}
