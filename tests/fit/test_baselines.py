from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from corredor import record
from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.fit.baselines import (
    BASELINES,
    MOST_MONTHS,
    STATISTICAL,
    TREES,
    WALK,
    all_baselines,
    baseline_quantiles,
)
from corredor.fit.scores import LEVELS

HORIZON = 18
MEDIAN = LEVELS.index(0.5)


def counts(values: Floats | list[float]) -> pd.Series[float]:
    """Return monthly counts from January 2015 on."""
    index = pd.period_range("2015-01", periods=len(values), freq="M")
    return pd.Series(values, index, dtype=float, name="crossings")


def spread(quantiles: Floats) -> Floats:
    """Return the standard deviation on the log scale, from the ends of the 50 % interval."""
    logs = np.log1p(quantiles)
    return (logs[:, 74] - logs[:, 24]) / (2 * stats.norm.ppf(0.75))


@pytest.fixture(scope="module")
def patrol() -> pd.Series[float]:
    return record.monthly("border_patrol_encounters")["2014-01":"2018-12"]


@pytest.fixture(scope="module")
def of_patrol(patrol: pd.Series[float]) -> dict[str, Floats]:
    return baseline_quantiles(patrol, HORIZON)


def test_every_baseline_gives_ordered_quantiles(of_patrol: dict[str, Floats]) -> None:
    assert (*of_patrol, TREES) == BASELINES
    for quantiles in of_patrol.values():
        assert quantiles.shape == (HORIZON, len(LEVELS))
        assert (quantiles >= 0).all()
        assert (np.diff(quantiles, axis=1) > 0).all()


def test_seasonal_naive_expects_the_month_of_the_last_year(
    patrol: pd.Series[float], of_patrol: dict[str, Floats]
) -> None:
    last_year = patrol.to_numpy()[-12:]
    expected = np.concatenate([last_year, last_year[:6]])
    np.testing.assert_allclose(of_patrol["seasonal naive"][:, MEDIAN], expected)


def test_random_walk_expects_the_last_month_and_spreads_with_the_root_of_time(
    patrol: pd.Series[float], of_patrol: dict[str, Floats]
) -> None:
    quantiles = of_patrol["random walk"]
    np.testing.assert_allclose(quantiles[:, MEDIAN], patrol.iloc[-1])
    step = np.sqrt(np.mean(np.diff(np.log1p(patrol)) ** 2))
    np.testing.assert_allclose(spread(quantiles), step * np.sqrt(np.arange(1, HORIZON + 1)))


@pytest.mark.parametrize("name", (*STATISTICAL, WALK))
def test_a_year_ahead_is_less_certain_than_a_month(of_patrol: dict[str, Floats], name: str) -> None:
    widths = spread(of_patrol[name])
    assert widths[12] > widths[0] > 0


def test_a_month_is_forecast_alike_whatever_the_horizon() -> None:
    # Seasons that drift from year to year, so that the spread of AutoETS grows with every year.
    random = np.random.default_rng(4)
    season, years = random.normal(0, 1, 12), []
    for _ in range(10):
        years.append(season + random.normal(0, 0.05, 12))
        season = season + random.normal(0, 0.5, 12)
    history = counts(np.exp(7 + np.concatenate(years)))
    short, long = baseline_quantiles(history, 3), baseline_quantiles(history, HORIZON)
    for name in (*STATISTICAL, WALK):
        np.testing.assert_array_equal(short[name], long[name][:3])
    widths = spread(long["AutoETS"])
    assert widths[12] > 1.3 * widths[11]


def test_forecasts_leave_the_shared_generator_of_numpy_alone() -> None:
    np.random.seed(7)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(7)  # noqa: NPY002
    baseline_quantiles(counts(np.full(36, 5.0)), 1)
    assert np.random.random() == expected  # noqa: NPY002


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_a_constant_series_goes_on_for_certain(value: float) -> None:
    found = baseline_quantiles(counts(np.full(48, value)), 12)
    for name in STATISTICAL:
        np.testing.assert_allclose(found[name], value, atol=1e-6)


def test_every_baseline_copes_with_small_counts() -> None:
    few = np.random.default_rng(1).poisson(0.5, 60).astype(float)
    for quantiles in baseline_quantiles(counts(few), 12).values():
        assert np.isfinite(quantiles).all()
        assert (quantiles >= 0).all()
        assert (np.diff(quantiles, axis=1) >= 0).all()


def test_a_series_that_arima_differences_three_times_raises_no_warning() -> None:
    random = np.random.default_rng(0)
    drifting = np.cumsum(np.cumsum(random.normal(0, 0.05, 60)))
    seasonal = 2 * np.sin(np.arange(60) * np.pi / 6)
    quantiles = baseline_quantiles(counts(np.exp(8 + drifting + seasonal)), 6)["AutoARIMA"]
    assert np.isfinite(quantiles).all()


def test_theta_does_not_take_seasons_for_errors_where_a_month_is_zero() -> None:
    # Months of 0 to about 60,000 that come again every year but for errors of 10 %.
    season = np.tile(np.arange(12.0), 8)
    logs = season + np.random.default_rng(1).normal(0, 0.1, season.size)
    quantiles = baseline_quantiles(counts(np.maximum(np.expm1(logs), 0)), 12)["Theta"]
    assert spread(quantiles)[0] < 0.3
    np.testing.assert_allclose(np.log1p(quantiles[1:, MEDIAN]), season[1:12], atol=0.5)


def test_only_the_last_twelve_years_count() -> None:
    steps = np.random.default_rng(1).normal(0, 0.2, MOST_MONTHS)
    recent = 1000 * np.exp(np.cumsum(steps))
    longer = baseline_quantiles(counts(np.concatenate([[np.nan, 1e6], recent])), 6)
    index = pd.period_range("2015-03", periods=MOST_MONTHS, freq="M")
    same = baseline_quantiles(pd.Series(recent, index, name="crossings"), 6)
    for name in (*STATISTICAL, WALK):
        np.testing.assert_array_equal(longer[name], same[name])


def test_a_history_that_cannot_be_used_is_refused() -> None:
    whole = counts(np.arange(40.0))
    unknown = whole.copy()
    unknown.iloc[5] = np.nan
    for gap in (unknown, whole.drop(whole.index[5])):
        with pytest.raises(UsageError, match="crossings: no value for 2015-06"):
            baseline_quantiles(gap, 6)
    with pytest.raises(UsageError, match="35 months of history; a baseline needs 36"):
        baseline_quantiles(whole.iloc[:35], 6)
    with pytest.raises(UsageError, match="not in order"):
        baseline_quantiles(pd.concat([whole, whole.iloc[-1:]]), 6)
    with pytest.raises(UsageError, match="2015-01 is negative"):
        baseline_quantiles(whole - 1, 6)
    with pytest.raises(UsageError, match="indexed by month"):
        baseline_quantiles(whole.reset_index(drop=True), 6)
    with pytest.raises(UsageError, match="at least one month"):
        baseline_quantiles(whole, 0)


def test_all_baselines_forecast_what_is_wanted_and_learn_from_all() -> None:
    pytest.importorskip("sklearn")
    random = np.random.default_rng(5)
    many = {
        name: counts(np.round(np.exp(8 + np.cumsum(random.normal(0, 0.2, 60)))))
        for name in ("all", "one", "other")
    }
    found = all_baselines(many, 2, wanted=["all"])
    assert list(found) == ["all"]
    assert tuple(found["all"]) == BASELINES
    assert all(q.shape == (2, len(LEVELS)) for q in found["all"].values())
    alone = all_baselines({"all": many["all"]}, 2)["all"]
    assert not np.array_equal(alone[TREES], found["all"][TREES])
    np.testing.assert_array_equal(alone["Theta"], found["all"]["Theta"])
    assert all_baselines({}, 2) == {}
    with pytest.raises(UsageError, match="expected the same month"):
        all_baselines({**many, "short": many["all"][:-1]}, 2)
