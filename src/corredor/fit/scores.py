"""Score forecasts that come as quantiles, with the proper scores of the forecasting literature.

A score is a penalty in the unit of what is forecast, and lower is better. *Proper* means that no
forecaster gains by stating anything but what they believe: too narrow a forecast is punished as
too wide a one is.

References
----------
Gneiting, T. and Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and estimation.
Journal of the American Statistical Association 102, 359–378.

Bracher, J., Ray, E. L., Gneiting, T. and Reich, N. G. (2021). Evaluating epidemic forecasts in an
interval format. PLOS Computational Biology 17, e1008618.

Gneiting, T. and Ranjan, R. (2011). Comparing density forecasts using threshold- and
quantile-weighted scoring rules. Journal of Business & Economic Statistics 29, 411–422.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.extras import require

LEVELS: tuple[float, ...] = tuple(percent / 100 for percent in range(1, 100))
"""Probabilities at which a forecast states its quantiles: 0.01, 0.02 … 0.99."""

HUB_LEVELS: tuple[float, ...] = (
    0.01, 0.025, *(percent / 100 for percent in range(5, 100, 5)), 0.975, 0.99,
)  # fmt: skip
"""Probabilities of the 23 quantiles that forecast hubs ask for."""

WIS_INTERVALS: tuple[int, ...] = (10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98)
"""Central intervals of the forecast hubs, in percent.

Those whose ends are levels of a forecast make its weighted interval score: all of them for
:data:`HUB_LEVELS`, all but 95 % for :data:`LEVELS`, whose ends lie between two levels.
"""

UPPER = 0.8
"""The upper tail starts at this level: what comes less often than one time in five."""

ROUNDING = 1e-9
"""Share of its size by which a quantile may lie below the one before it.

Interpolating between equal samples can give that much in double precision; it is no crossing.
"""


@dataclass(frozen=True)
class Scores:
    """Scores of forecasts, as arrays of the shape of what was observed; NaN where nothing was.

    Attributes
    ----------
    crps : array
        Continuous ranked probability score (Gneiting & Raftery 2007): the absolute error of a
        whole distribution.
    wis : array
        Weighted interval score over :data:`WIS_INTERVALS` and the median (Bracher et al. 2021).
    upper_tail : array
        The part of the CRPS that lies in levels above :data:`UPPER`: the quantile-weighted score of
        Gneiting & Ranjan (2011) with all its weight there. It tells how well surges were foreseen.
    absolute_error : array
        Distance from the median.
    inside_50, inside_80, inside_90 : array
        1 where the observed value lies in the central interval, its ends included, and 0 where it
        does not; NaN throughout if the ends of the interval are no levels of the forecasts.
    """

    crps: Floats
    wis: Floats
    upper_tail: Floats
    absolute_error: Floats
    inside_50: Floats
    inside_80: Floats
    inside_90: Floats


def score(quantiles: ArrayLike, observed: ArrayLike, levels: Sequence[float] = LEVELS) -> Scores:
    """Score forecasts against what was observed.

    Parameters
    ----------
    quantiles : array [..., levels]
        Quantiles of each forecast at the levels, on the natural scale.
    observed : array [...]
        What happened; NaN where it is not known.
    levels : sequence of float
        Probabilities of the quantiles, ascending between 0 and 1, the median among them.

    Raises
    ------
    UsageError
        If scoringrules is not installed; if the levels are none; if quantiles are not as many as
        levels, are not finite or cross, whether or not the outcome is known; if an outcome is
        infinite; or if there is not one forecast for each outcome.

    Notes
    -----
    The CRPS is twice the quantile loss, integrated over all levels from 0 to 1 by the trapezoid
    rule. The loss is zero at both ends, so each level weighs half of the way from the level before
    it, or 0, to the level after it, or 1: with 99 levels, 0.01 each. For a normal forecast and an
    observation within three standard deviations, 99 levels come within 0.07 % of the CRPS, the 23
    of the forecast hubs within 1 %. The weighted interval score is the same integral over fewer
    levels, and for a normal forecast that is right about 4 % lower over the intervals that 99
    levels have, 11 % over all those of the hubs.
    """
    require("scoringrules")
    levels = _as_levels(levels)
    quantiles = np.asarray(quantiles, dtype=np.float64)
    observed = np.asarray(observed, dtype=np.float64)
    _refuse_faults(quantiles, observed, len(levels))
    known = ~np.isnan(observed)
    # scoringrules warns of NaN, which is no accident here, and gives scores in the type of the
    # observations, so that whole numbers would cut them down to whole numbers.
    filled = np.where(known, observed, 0.0)

    def where_known(values: ArrayLike) -> Floats:
        return np.where(known, np.asarray(values, dtype=np.float64), np.nan)

    median = quantiles[..., levels.index(0.5)]
    return Scores(
        crps=where_known(_crps(quantiles, filled, levels)),
        wis=where_known(_weighted_interval_score(quantiles, median, filled, levels)),
        upper_tail=where_known(_crps(quantiles, filled, levels, above=UPPER)),
        absolute_error=where_known(np.abs(filled - median)),
        inside_50=where_known(_inside(quantiles, filled, 50, levels)),
        inside_80=where_known(_inside(quantiles, filled, 80, levels)),
        inside_90=where_known(_inside(quantiles, filled, 90, levels)),
    )


def quantiles_of(samples: ArrayLike, axis: int = 0, levels: Sequence[float] = LEVELS) -> Floats:
    """Return the quantiles of samples at some levels, as the last axis of the result.

    Parameters
    ----------
    samples : array
        Draws of a forecast.
    axis : int
        Axis that counts the draws.
    levels : sequence of float
        Probabilities of the quantiles.

    Raises
    ------
    UsageError
        If there are no samples, or one of them is not finite.
    """
    drawn = np.asarray(samples, dtype=np.float64)
    if not drawn.size:
        raise UsageError("quantiles_of: found no samples, expected at least one.")
    _refuse("a sample", drawn, ~np.isfinite(drawn), "a finite number")
    return np.moveaxis(np.quantile(drawn, levels, axis=axis), 0, -1)


def interval(
    quantiles: Floats, percent: int, levels: Sequence[float] = LEVELS
) -> tuple[Floats, Floats]:
    """Return the ends of a central interval, such as the 5 % and 95 % quantiles for 90 percent.

    Parameters
    ----------
    quantiles : array [..., levels]
        Quantiles at the levels.
    percent : int
        Probability of the interval; of :data:`LEVELS` an even number from 2 to 98.
    levels : sequence of float
        Probabilities of the quantiles.

    Raises
    ------
    UsageError
        If the ends of the interval are no levels.
    """
    ends = _ends(percent, levels)
    if ends is None:
        raise UsageError(f"interval: found {percent} percent, expected one whose ends are levels.")
    return quantiles[..., ends[0]], quantiles[..., ends[1]]


def _ends(percent: int, levels: Sequence[float]) -> tuple[int, int] | None:
    """Return where among the levels the ends of a central interval stand, if both do."""
    below = (100 - percent) / 200
    lower, upper = (np.flatnonzero(np.isclose(levels, p, atol=1e-9)) for p in (below, 1 - below))
    if not 0 < percent < 100 or not lower.size or not upper.size:
        return None
    return int(lower[0]), int(upper[0])


def _as_levels(levels: Sequence[float]) -> tuple[float, ...]:
    """Return levels as a tuple, or refuse what are none."""
    listed = tuple(float(level) for level in levels)
    rising = np.all(np.diff([0.0, *listed, 1.0]) > 0)
    if 0.5 not in listed or not rising:
        raise UsageError(
            "score: found levels that are none, expected probabilities that rise between 0 and 1, "
            "0.5 among them."
        )
    return listed


def _refuse_faults(quantiles: Floats, observed: Floats, levels: int) -> None:
    """Refuse what no proper score is defined for; see :func:`score`."""
    expected = (*observed.shape, levels)
    if quantiles.shape != expected:
        raise UsageError(
            f"score: found quantiles of shape {quantiles.shape}, expected {expected}: "
            f"{levels} levels for each outcome."
        )
    _refuse("a quantile", quantiles, ~np.isfinite(quantiles), "a finite number")
    lower, upper = quantiles[..., :-1], quantiles[..., 1:]
    crossing = lower - upper > ROUNDING * np.maximum(np.abs(lower), np.abs(upper))
    _refuse("a quantile", upper, crossing, "no less than the quantile of the level before it", 1)
    _refuse("an outcome", observed, np.isinf(observed), "a finite number, or NaN if not known")


def _refuse(
    what: str, values: Floats, faulty: NDArray[np.bool_], expected: str, after: int = 0
) -> None:
    """Name the first faulty value and its place; ``after`` is added to the last axis' index."""
    if faulty.any():
        index = tuple(int(i) for i in np.argwhere(faulty)[0])
        place = [*index[:-1], index[-1] + after] if index else []
        raise UsageError(
            f"{what} at {place}: found {values[index]:g}, expected {expected} "
            f"({int(faulty.sum())} faulty in all)."
        )


def _crps(
    quantiles: Floats, observed: Floats, levels: tuple[float, ...], above: float = 0.0
) -> Floats:
    """Return the CRPS by the trapezoid rule, each level with its own width above a level."""
    import scoringrules  # here, for it compiles for seconds when it is loaded

    padded = np.array([0.0, *levels, 1.0])
    edges = np.maximum((padded[:-1] + padded[1:]) / 2, above)
    weight = np.diff(edges)
    loss = scoringrules.quantile_score(observed[..., np.newaxis], quantiles, np.asarray(levels))
    return np.asarray(2 * (np.asarray(loss) * weight).sum(axis=-1))


def _weighted_interval_score(
    quantiles: Floats, median: Floats, observed: Floats, levels: tuple[float, ...]
) -> Floats:
    """Return the weighted interval score over the intervals whose ends are levels."""
    import scoringrules  # as above

    percents = [percent for percent in WIS_INTERVALS if _ends(percent, levels)]
    if not percents:  # what is left of the score is the median's part
        return np.abs(observed - median)
    ends = [interval(quantiles, percent, levels) for percent in percents]
    lower, upper = (np.stack(end, axis=-1) for end in zip(*ends, strict=True))
    outside = 1 - np.asarray(percents) / 100
    # The numpy backend of scoringrules 0.10 adds the median itself, not the distance from it.
    score = scoringrules.weighted_interval_score(
        observed, median, lower, upper, outside, backend="numba"
    )
    return np.asarray(score)


def _inside(quantiles: Floats, observed: Floats, percent: int, levels: tuple[float, ...]) -> Floats:
    """Tell whether the observed value lies in the central interval, 1 or 0, if it has ends."""
    if _ends(percent, levels) is None:
        return np.full(observed.shape, np.nan)
    lower, upper = interval(quantiles, percent, levels)
    return ((lower <= observed) & (observed <= upper)).astype(np.float64)
