"""One gradient-boosted model of all series: what is common to how they go on.

Boss, Groeger and others forecast asylum applications by gradient-boosted trees over all pairs of
countries at once; the global models that won the M5 competition do alike. Here are no digital
traces, so a forecast follows from the past of the series alone: the trees are told its level, its
changes over some months, how unsteady it was in the last year, the month that is forecast and how
far ahead it lies, and find the quantiles of the change of log(1 + count) from the origin to there.
Nothing names the series, so each learns from all.

The settings were fixed before any of it was scored (``docs/decisions/
0015-forecasts-beside-more.md``): few, small trees, for a few thousand overlapping months hold far
fewer separate ones.

References
----------
Boss, K., Groeger, A., Heidland, T., Krueger, F. and Zheng, C. (2024). Forecasting bilateral asylum
seeker flows with high-dimensional data and machine learning techniques. Journal of Economic
Geography, lbae023.

Makridakis, S., Spiliotis, E. and Assimakopoulos, V. (2022). M5 accuracy competition: results,
findings, and conclusions. International Journal of Forecasting 38, 1346–1364.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from scipy import stats
from threadpoolctl import threadpool_limits

from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.extras import require
from corredor.fit.scores import LEVELS

FITTED = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Levels of which each has trees of its own; those between follow on the scale of a normal."""

LAGS = (1, 2, 3, 6, 12)  # months over which a change is told
UNSTEADY_OVER = 12  # months of which the mean absolute change is told
LONGEST = max(*LAGS, UNSTEADY_OVER)
FEWEST_EXAMPLES = 20  # of so few the trees learn the spread of changes and nothing else
SETTINGS: dict[str, Any] = {
    "max_iter": 80, "learning_rate": 0.08, "max_leaf_nodes": 8, "min_samples_leaf": 60,
    "early_stopping": False, "random_state": 1,
}  # fmt: skip

Key = TypeVar("Key")


def boosted_quantiles(
    histories: Mapping[Key, Floats], last: pd.Period, horizon: int
) -> dict[Key, Floats]:
    """Forecast monthly counts of many series by one model of them all.

    Parameters
    ----------
    histories : mapping of arrays
        The counts of each series, all of which end in the same month; none negative or missing.
        One of fewer than 13 months, and the months before, is neither learnt from nor forecast.
    last : Period
        The month in which they end.
    horizon : int
        How many months to forecast, from the first after it.

    Returns
    -------
    dict of arrays [horizon, 99]
        For each series that is long enough, quantiles of the count at
        :data:`~corredor.fit.scores.LEVELS`.

    Raises
    ------
    UsageError
        If scikit-learn is not installed, no series is long enough to learn from, a count is
        negative or not finite, or the horizon is not at least one month.
    """
    require("sklearn")
    if horizon < 1:
        raise UsageError(f"The horizon is {horizon}; a forecast needs at least one month.")
    if any(not np.isfinite(v).all() or (v < 0).any() for v in histories.values()):
        raise UsageError("boosted trees: expected counts, none negative or missing.")
    logs = {k: np.log1p(v) for k, v in histories.items() if len(v) > LONGEST}
    learnt = [_examples(x, last, horizon) for x in logs.values()]
    told = np.concatenate([rows for rows, _ in learnt]) if learnt else np.zeros((0, 0))
    if len(told) < FEWEST_EXAMPLES:
        raise UsageError("boosted trees: the histories are too short to learn from.")
    changes = np.concatenate([targets for _, targets in learnt])
    asked = np.concatenate([_told(x, len(x) - 1, last, horizon) for x in logs.values()])
    found = np.stack([_fitted(level, told, changes, asked) for level in FITTED], axis=-1)
    split = np.split(np.sort(found, axis=-1), len(logs))
    return {
        key: np.maximum(np.expm1(x[-1] + _at_all_levels(part)), 0.0)
        for (key, x), part in zip(logs.items(), split, strict=True)
    }


def _examples(logs: Floats, last: pd.Period, horizon: int) -> tuple[Floats, Floats]:
    """Return what was told at each month of the past, and the changes that followed."""
    rows, targets = [], []
    for t in range(LONGEST, len(logs) - 1):
        ahead = min(horizon, len(logs) - 1 - t)
        rows.append(_told(logs, t, last - (len(logs) - 1 - t), ahead))
        targets.append(logs[t + 1 : t + 1 + ahead] - logs[t])
    if not rows:
        return np.zeros((0, len(LAGS) + 5)), np.zeros(0)
    return np.concatenate(rows), np.concatenate(targets)


def _told(logs: Floats, t: int, month: pd.Period, horizon: int) -> Floats:
    """Return what the trees are told at month number ``t``, one row for each month ahead."""
    changes = [logs[t] - logs[t - lag] for lag in LAGS]
    unsteady = float(np.abs(np.diff(logs[t - UNSTEADY_OVER : t + 1])).mean())
    seasons = [logs[t + h - 12] - logs[t] if h <= 12 else 0.0 for h in range(1, horizon + 1)]
    return np.array(
        [
            [logs[t], *changes, unsteady, seasons[h - 1], h, (month + h).month]
            for h in range(1, horizon + 1)
        ]
    )  # fmt: skip


def _fitted(level: float, told: Floats, changes: Floats, asked: Floats) -> Floats:
    from sklearn.ensemble import HistGradientBoostingRegressor  # here, for it loads for seconds

    trees = HistGradientBoostingRegressor(loss="quantile", quantile=level, **SETTINGS)
    with threadpool_limits(1):  # so few rows are not worth waiting for other threads
        return np.asarray(trees.fit(told, changes).predict(asked), dtype=np.float64)


def _at_all_levels(fitted: Floats, levels: Sequence[float] = LEVELS) -> Floats:
    """Return quantiles at all levels: straight lines between those fitted, on a normal's scale.

    Beyond the outermost the line of the outermost two goes on, as the tail of a normal would.
    """
    known, wanted = stats.norm.ppf(FITTED), stats.norm.ppf(levels)
    at = np.clip(np.searchsorted(known, wanted) - 1, 0, len(known) - 2)
    share = (wanted - known[at]) / (known[at + 1] - known[at])
    return np.asarray(fitted[..., at] + share * (fitted[..., at + 1] - fitted[..., at]))
