"""Widen or narrow a forecast by how earlier ones missed: rolling conformal intervals.

The rule was fixed in ``docs/decisions/0015-forecasts-beside-more.md`` before it was scored, and is
not to be changed on account of a backtest. In short: conformalised quantile regression on
log(1 + count), for each series, part and number of months ahead by itself, from the latest
:data:`MOST` earlier origins whose outcome had been published on the day of the forecast. The score
of a forecast is how far what came lay outside of a central interval, over the width of the
forecast's own 50 % interval. The median stays.

References
----------
Romano, Y., Patterson, E. and Candès, E. (2019). Conformalized quantile regression. Advances in
Neural Information Processing Systems 32.

Sesia, M. and Candès, E. (2020). A comparison of some conformal quantile regression methods.
Stat 9, e261.

Chernozhukov, V., Fernández-Val, I. and Galichon, A. (2010). Quantile and probability curves
without crossing. Econometrica 78, 1093–1125.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.fit.scores import HUB_LEVELS, LEVELS, interval, quantiles_of

if TYPE_CHECKING:
    from corredor.fit.forecast import Forecast

FEWEST = 9
"""Fewest earlier outcomes: of so many, the 90 % interval is the outermost that can be told."""

MOST = 36
"""Most earlier outcomes that count, the latest; assumption: three years are alike enough."""

LEAST_SHARE = 0.5
"""Share of its distance from the median that an end keeps at least."""

NARROWEST = 1e-6
"""Width of a 50 % interval on the log scale where it has none, so that nothing is divided by 0."""

Key = tuple[str, str]  # series, part
AsKnown = Callable[[str], Mapping[Key, "pd.Series[float]"]]


def conformal(
    quantiles: ArrayLike, earlier: ArrayLike, outcomes: ArrayLike,
    levels: Sequence[float] = LEVELS, earlier_levels: Sequence[float] = LEVELS,
) -> Floats:  # fmt: skip
    """Return the quantiles of a forecast, moved by how earlier ones missed.

    Parameters
    ----------
    quantiles : array [levels]
        Of a count.
    earlier : array [origins, earlier_levels]
        Of earlier forecasts as many months ahead, in the order of their origins.
    outcomes : array [origins]
        What came, as it was known when the forecast was made; none is NaN.
    levels, earlier_levels : sequence of float
        Probabilities of the quantiles: ascending, symmetric about 0.5, with 0.25 and 0.75.

    Returns
    -------
    array [levels]
        Ascending, none negative; as they were if there are fewer than :data:`FEWEST` outcomes.

    Raises
    ------
    UsageError
        If the levels are not as said, or shapes do not fit.
    """
    given = np.asarray(quantiles, dtype=np.float64)
    past = np.asarray(earlier, dtype=np.float64)[-MOST:]
    came = np.log1p(np.asarray(outcomes, dtype=np.float64)[-MOST:])
    for each in (levels, earlier_levels):
        if not np.allclose(np.add(each, each[::-1]), 1.0):
            raise UsageError("conformal: found levels that are not symmetric about 0.5.")
    if past.shape != (len(came), len(earlier_levels)) and len(came):
        raise UsageError(
            f"conformal: found earlier quantiles of shape {past.shape}, expected "
            f"{(len(came), len(earlier_levels))}: {len(earlier_levels)} for each outcome."
        )
    if len(came) < FEWEST:
        return given
    logs = np.log1p(given)
    moves = _moves(np.log1p(past), came, levels, earlier_levels) * float(_width(logs, levels))
    moved = logs + moves * np.sign(np.asarray(levels) - 0.5)
    middle = np.interp(0.5, levels, logs)
    least = middle + LEAST_SHARE * (logs - middle)
    below = np.asarray(levels) < 0.5
    moved = np.where(below, np.minimum(moved, least), np.maximum(moved, least))
    return np.sort(np.maximum(np.expm1(moved), 0.0))


def _moves(
    past: Floats, came: Floats, levels: Sequence[float], earlier_levels: Sequence[float]
) -> Floats:
    """Return by how much each end moves outwards, over the width of the 50 % interval, [levels]."""
    ends = np.stack([np.interp(levels, earlier_levels, row) for row in past])
    widths, number = _width(past, earlier_levels), len(came)
    moves, move = np.zeros(len(levels)), 0.0
    for lower in reversed(range(len(levels) // 2)):  # from the inside out
        upper = len(levels) - 1 - lower
        rank = int(np.ceil((number + 1) * (levels[upper] - levels[lower]) - 1e-9))
        if rank <= number:  # further out none can be told, and the last move is kept
            outside = np.maximum(ends[:, lower] - came, came - ends[:, upper]) / widths
            move = float(np.sort(outside)[rank - 1])
        moves[lower] = moves[upper] = move
    return moves


def _width(logs: Floats, levels: Sequence[float]) -> Floats:
    """Return the width of the 50 % interval of each forecast on the log scale."""
    lower, upper = interval(logs, 50, levels)
    return np.maximum(upper - lower, NARROWEST)


def of_backtest(forecasts: pd.DataFrame, columns: Sequence[str], known: AsKnown) -> pd.DataFrame:
    """Return the forecasts of one method from many origins, each moved by those before it.

    Parameters
    ----------
    forecasts : pandas.DataFrame
        ``origin``, ``month``, ``horizon``, ``series``, ``part`` and the quantiles.
    columns : sequence of str
        Names of the quantiles at :data:`~corredor.fit.scores.LEVELS`.
    known : callable
        Told an origin, returns the monthly figures by (series, part) that had been published when
        its forecast was made. Nothing else is taken as an outcome.

    Returns
    -------
    pandas.DataFrame
        The rows of months (not of longer windows) of series that ``known`` tells of at their own
        origin, in their order, with other quantiles.
    """
    figures = {origin: known(origin) for origin in forecasts["origin"].unique()}
    told = [
        (series, part) in figures[origin]
        for origin, series, part in forecasts[["origin", "series", "part"]].itertuples(index=False)
    ]
    kept = forecasts[np.array(told, dtype=bool) & ~forecasts["month"].str.contains("/")].copy()
    names = list(columns)
    for (series, part, _), group in kept.groupby(["series", "part", "horizon"], sort=False):
        key, ordered = (str(series), str(part)), group.sort_values("origin")
        quantiles = ordered[names].to_numpy(dtype=np.float64)
        moved = [
            conformal(quantiles[n], *_told(ordered.iloc[:n], names, figures[origin][key]))
            for n, origin in enumerate(ordered["origin"])
        ]
        kept.loc[ordered.index, names] = np.stack(moved)
    return kept


def of_forecast(
    made: Forecast, backtest: pd.DataFrame, columns: Sequence[str],
    known: Mapping[Key, pd.Series[float]],
) -> dict[Key, Floats]:  # fmt: skip
    """Return the quantiles of a forecast, moved by how those of a backtest missed.

    Parameters
    ----------
    made : Forecast
        What may come.
    backtest : pandas.DataFrame
        Forecasts of the same method, as :func:`of_backtest` takes them; those from the origin of
        the forecast or later ones do not count.
    columns : sequence of str
        Names of the quantiles at :data:`~corredor.fit.scores.LEVELS`.
    known : mapping
        By (series, part), the monthly figures known on the day of the forecast.

    Returns
    -------
    dict of (str, str) to array [months, 23]
        At :data:`~corredor.fit.scores.HUB_LEVELS`, for each series and part that has at least
        :data:`FEWEST` outcomes one month ahead.
    """
    names, found = list(columns), {}
    earlier = backtest[
        (backtest["origin"] < str(made.origin)) & ~backtest["month"].str.contains("/")
    ].sort_values("origin")
    groups = dict(iter(earlier.groupby(["series", "part", "horizon"])))
    for key, samples in made.samples.items():
        own = quantiles_of(samples, levels=HUB_LEVELS)
        past = [
            _told(groups.get((*key, h + 1), earlier.iloc[:0]), names, known.get(key, _NOTHING))
            for h in range(len(own))
        ]
        if past and len(past[0][1]) >= FEWEST:
            found[key] = np.stack(
                [conformal(q, *told, levels=HUB_LEVELS) for q, told in zip(own, past, strict=True)]
            )
    return found


_NOTHING: pd.Series[float] = pd.Series(dtype=np.float64, index=pd.PeriodIndex([], freq="M"))


def _told(
    earlier: pd.DataFrame, columns: list[str], known: pd.Series[float]
) -> tuple[Floats, Floats]:
    """Return the quantiles of forecasts whose outcome is known, and the outcomes."""
    months = pd.PeriodIndex(earlier["month"], freq="M")
    outcomes = np.asarray(known.reindex(months), dtype=np.float64)
    quantiles = np.asarray(earlier[columns], dtype=np.float64)
    there = ~np.isnan(outcomes)
    return quantiles[there], outcomes[there]
