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
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scoringrules
from numpy.typing import ArrayLike, NDArray

from corredor.arrays import Floats
from corredor.errors import UsageError

LEVELS: tuple[float, ...] = tuple(percent / 100 for percent in range(1, 100))
"""Probabilities at which a forecast states its quantiles: 0.01, 0.02 … 0.99."""

WIS_INTERVALS: tuple[int, ...] = (10, 20, 30, 40, 50, 60, 70, 80, 90, 98)
"""Central intervals in the weighted interval score, in percent.

They are those of the forecast hubs except 95 %, whose ends lie between two of our levels.
"""

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
    absolute_error : array
        Distance from the median.
    inside_50, inside_90 : array
        1 where the observed value lies in the central interval, its ends included, and 0 where it
        does not.
    """

    crps: Floats
    wis: Floats
    absolute_error: Floats
    inside_50: Floats
    inside_90: Floats


def score(quantiles: ArrayLike, observed: ArrayLike) -> Scores:
    """Score forecasts against what was observed.

    Parameters
    ----------
    quantiles : array [..., 99]
        Quantiles of each forecast at :data:`LEVELS`, on the natural scale.
    observed : array [...]
        What happened; NaN where it is not known.

    Raises
    ------
    UsageError
        If quantiles are not 99, are not finite or cross, whether or not the outcome is known; if an
        outcome is infinite; or if there is not one forecast for each outcome.

    Notes
    -----
    The CRPS is twice the quantile loss, integrated over all levels from 0 to 1. The loss is zero
    at both ends, so the trapezoid rule over 99 levels is their sum divided by 100. For a normal
    forecast and an observation within three standard deviations, this comes within 0.07 % of the
    CRPS. The weighted interval score is the same integral over fewer levels, and with these
    intervals about 4 % lower for a normal forecast that is right.
    """
    quantiles = np.asarray(quantiles, dtype=np.float64)
    observed = np.asarray(observed, dtype=np.float64)
    _refuse_faults(quantiles, observed)
    known = ~np.isnan(observed)
    # scoringrules warns of NaN, which is no accident here, and gives scores in the type of the
    # observations, so that whole numbers would cut them down to whole numbers.
    filled = np.where(known, observed, 0.0)

    def where_known(values: ArrayLike) -> Floats:
        return np.where(known, np.asarray(values, dtype=np.float64), np.nan)

    median = quantiles[..., LEVELS.index(0.5)]
    return Scores(
        crps=where_known(_crps(quantiles, filled)),
        wis=where_known(_weighted_interval_score(quantiles, median, filled)),
        absolute_error=where_known(np.abs(filled - median)),
        inside_50=where_known(_inside(quantiles, filled, 50)),
        inside_90=where_known(_inside(quantiles, filled, 90)),
    )


def quantiles_of(samples: ArrayLike, axis: int = 0) -> Floats:
    """Return the quantiles of samples at :data:`LEVELS`, as the last axis of the result.

    Parameters
    ----------
    samples : array
        Draws of a forecast.
    axis : int
        Axis that counts the draws.

    Raises
    ------
    UsageError
        If there are no samples, or one of them is not finite.
    """
    drawn = np.asarray(samples, dtype=np.float64)
    if not drawn.size:
        raise UsageError("quantiles_of: found no samples, expected at least one.")
    _refuse("a sample", drawn, ~np.isfinite(drawn), "a finite number")
    return np.moveaxis(np.quantile(drawn, LEVELS, axis=axis), 0, -1)


def interval(quantiles: Floats, percent: int) -> tuple[Floats, Floats]:
    """Return the ends of a central interval, such as the 5 % and 95 % quantiles for 90 percent.

    Parameters
    ----------
    quantiles : array [..., 99]
        Quantiles at :data:`LEVELS`.
    percent : int
        Probability of the interval: an even number from 2 to 98.

    Raises
    ------
    UsageError
        If the probability is another one, whose ends lie between levels.
    """
    if percent not in range(2, 99, 2):
        raise UsageError(f"interval: found {percent} percent, expected an even number, 2 to 98.")
    below = (100 - percent) // 2
    return quantiles[..., below - 1], quantiles[..., 99 - below]


def _refuse_faults(quantiles: Floats, observed: Floats) -> None:
    """Refuse what no proper score is defined for; see :func:`score`."""
    expected = (*observed.shape, len(LEVELS))
    if quantiles.shape != expected:
        raise UsageError(
            f"score: found quantiles of shape {quantiles.shape}, expected {expected}: "
            f"{len(LEVELS)} levels for each outcome."
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


def _crps(quantiles: Floats, observed: Floats) -> Floats:
    """Return the CRPS by the trapezoid rule; scoringrules divides the sum by 99, not by 100."""
    mean_loss = scoringrules.crps_quantile(observed, quantiles, np.asarray(LEVELS))
    return np.asarray(mean_loss) * len(LEVELS) / (len(LEVELS) + 1)


def _weighted_interval_score(quantiles: Floats, median: Floats, observed: Floats) -> Floats:
    """Return the weighted interval score over the intervals of this module."""
    ends = [interval(quantiles, percent) for percent in WIS_INTERVALS]
    lower, upper = (np.stack(end, axis=-1) for end in zip(*ends, strict=True))
    outside = 1 - np.asarray(WIS_INTERVALS) / 100
    # The numpy backend of scoringrules 0.10 adds the median itself, not the distance from it.
    score = scoringrules.weighted_interval_score(
        observed, median, lower, upper, outside, backend="numba"
    )
    return np.asarray(score)


def _inside(quantiles: Floats, observed: Floats, percent: int) -> NDArray[np.bool_]:
    """Tell whether the observed value lies in the central interval."""
    lower, upper = interval(quantiles, percent)
    return (lower <= observed) & (observed <= upper)
