"""Forecasts that know nothing of the corridor, which the model has to beat to be worth its cost.

Five are the usual statistical ones, as statsforecast implements them: last year's month again
(``seasonal naive``), last month again (``random walk``), exponential smoothing, ARIMA and Theta.
They work on log(1 + count), because counts are never negative and change by ratios: a doubling
from 10,000 is as likely as one from 100,000. On that scale the forecast of each is a normal
distribution, described here by its centre and spread for each month ahead. Two more are from the
state of the art for migration: :mod:`corredor.fit.poisson_walk`, and :mod:`corredor.fit.boosted`,
which alone learns from all series at once.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from scipy import stats

from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.extras import require
from corredor.fit.boosted import boosted_quantiles
from corredor.fit.poisson_walk import walk_quantiles
from corredor.fit.scores import LEVELS

STATISTICAL = ("seasonal naive", "random walk", "AutoETS", "AutoARIMA", "Theta")
WALK, TREES = "Poisson walk", "boosted trees"
BASELINES: tuple[str, ...] = (*STATISTICAL, WALK, TREES)

SEASON = 12
"""Months after which a season comes again."""

FEWEST_MONTHS = 36
"""Fewest months of history: a season can be told from chance only after some of them."""

MOST_MONTHS = 144
"""Months of history that count, from the latest back.

Twelve years hold enough seasons. Older months tell of another border, crossed mostly by Mexicans,
and make AutoARIMA slower.
"""

INTERVALS = list(range(2, 100, 2))
"""Central intervals that statsforecast is asked for, in percent: their ends are our levels."""

FAR_FROM_ZERO = 10.0
"""Added to the logarithms for Theta.

Theta multiplies by seasons, or adds them where a value is zero; statsforecast 2.0 then counts the
seasons among the errors, which can more than double the spread. So no value may be zero.
"""


Key = TypeVar("Key")


def all_baselines(
    histories: Mapping[Key, pd.Series[float]], horizon: int, wanted: Collection[Key] | None = None
) -> dict[Key, dict[str, Floats]]:
    """Forecast monthly series with every baseline, of which one learns from all of them.

    Parameters
    ----------
    histories : mapping of Series
        As :func:`baseline_quantiles` takes them, all of which end in the same month.
    horizon : int
        How many months to forecast.
    wanted : collection, optional
        The series that are forecast; all if left out. The others are only learnt from.

    Returns
    -------
    dict of dicts of arrays [horizon, 99]
        For each series and each of :data:`BASELINES`, quantiles of the count.

    Raises
    ------
    UsageError
        If statsforecast or scikit-learn is not installed, the series do not end together, or as
        :func:`baseline_quantiles`.
    """
    require("statsforecast", "sklearn")
    ends = {history.index[-1] for history in histories.values() if len(history)}
    if not histories:
        return {}
    if len(ends) > 1:
        raise UsageError(f"The series end in {sorted(map(str, ends))}, expected the same month.")
    chosen = list(histories if wanted is None else wanted)
    found = {key: baseline_quantiles(histories[key], horizon) for key in chosen}
    counts = {key: _counts(history) for key, history in histories.items()}
    trees = boosted_quantiles(counts, ends.pop(), horizon)
    return {key: {**found[key], TREES: trees[key]} for key in chosen}


def baseline_quantiles(history: pd.Series[float], horizon: int) -> dict[str, Floats]:
    """Forecast a monthly series with every baseline that needs no other series.

    Parameters
    ----------
    history : Series
        Counts, none negative, indexed by month (PeriodIndex). Only the last :data:`MOST_MONTHS`
        are used; among them none may be missing.
    horizon : int
        How many months to forecast, from the first after the history.

    Returns
    -------
    dict of str to array [horizon, 99]
        For each of :data:`BASELINES` but the trees, quantiles of the count at
        :data:`~corredor.fit.scores.LEVELS`.

    Raises
    ------
    UsageError
        If statsforecast is not installed; if the history is too short, misses a month or holds a
        negative value, or the horizon is not at least one month.
    """
    require("statsforecast")
    if horizon < 1:
        raise UsageError(f"The horizon is {horizon}; a forecast needs at least one month.")
    counts = _counts(history)
    usual = {name: _quantiles(name, np.log1p(counts), horizon) for name in STATISTICAL}
    return {**usual, WALK: walk_quantiles(counts, horizon)}


def _counts(history: pd.Series[float]) -> Floats:
    """Return the counts of the months that are used, after checking them."""
    index = history.index
    if not (isinstance(index, pd.PeriodIndex) and index.freqstr == "M"):
        raise UsageError(f"{history.name}: a baseline needs values indexed by month.")
    if len(history) < FEWEST_MONTHS:
        raise UsageError(
            f"{history.name}: {len(history)} months of history; a baseline needs {FEWEST_MONTHS}."
        )
    recent = history.iloc[-MOST_MONTHS:]
    used = index[-MOST_MONTHS:]
    months = pd.period_range(used[0], used[-1], freq="M")
    missing = months.difference(used[recent.notna()])
    if len(missing):
        raise UsageError(f"{history.name}: no value for {missing[0]}; a baseline allows no gaps.")
    if not used.equals(months):
        raise UsageError(f"{history.name}: months are not in order, or some come twice.")
    if recent.min() < 0:
        raise UsageError(f"{history.name}: {recent.idxmin()} is negative, so it is no count.")
    return np.asarray(recent, dtype=np.float64)


def _quantiles(name: str, logs: Floats, horizon: int) -> Floats:
    """Return what one baseline forecasts, as quantiles of the count."""
    shift = FAR_FROM_ZERO if name == "Theta" else 0.0
    centre, spread = _forecast(_model(name), logs + shift, horizon)
    normal: Floats = stats.norm.ppf(LEVELS)
    on_log_scale = (centre - shift)[:, None] + spread[:, None] * normal
    return np.maximum(np.expm1(on_log_scale), 0.0)


def _model(name: str) -> Any:
    """Return the model of statsforecast behind a baseline, not yet fitted."""
    from statsforecast.models import AutoARIMA, AutoETS, AutoTheta, Naive, SeasonalNaive

    if name == "seasonal naive":
        return SeasonalNaive(season_length=SEASON)
    if name == "random walk":
        return Naive()
    if name == "AutoETS":
        # Only errors and seasons that add: on logarithms they multiply the count already, and the
        # spread of those that multiply is wrong in statsforecast 2.0 for some models.
        return AutoETS(season_length=SEASON, model="AZZ")
    if name == "AutoARIMA":
        return AutoARIMA(season_length=SEASON)
    return AutoTheta(season_length=SEASON)


def _forecast(model: Any, values: Floats, horizon: int) -> tuple[Floats, Floats]:
    """Fit a model and return centre and spread of its normal forecast, for each month ahead."""
    # Theta seeds the generator that all of numpy shares; whoever else uses it shall not notice.
    state = np.random.get_state()  # noqa: NPY002
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        # AutoARIMA warns of orders of difference that it chose itself, and Theta's test for seasons
        # divides zero by zero where all values are the same.
        warnings.filterwarnings("ignore", "Having 3 or more differencing", UserWarning)
        fitted = model.fit(values)
        # AutoETS gives all months the seasonal spread of the last, so it is asked year by year.
        ends = range(SEASON, horizon + SEASON, SEASON)
        years = [_centre_and_spread(fitted.predict(h=end, level=INTERVALS)) for end in ends]
    np.random.set_state(state)  # noqa: NPY002
    centre, spread = np.concatenate([year[:, -SEASON:] for year in years], axis=1)
    return centre[:horizon], spread[:horizon]


def _centre_and_spread(prediction: dict[str, Any]) -> Floats:
    """Return the mean and the standard deviation that the intervals of a prediction imply.

    A line through all intervals gives the latter: it is exact where they come from a formula, and
    calms those of Theta, which come from only 200 draws.
    """
    reach = np.array(
        [
            (np.asarray(prediction[f"hi-{percent}"]) - np.asarray(prediction[f"lo-{percent}"])) / 2
            for percent in INTERVALS
        ]
    )
    normal = stats.norm.ppf(0.5 + np.array(INTERVALS) / 200)
    return np.stack([np.asarray(prediction["mean"]), normal @ reach / (normal @ normal)])
