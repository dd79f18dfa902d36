"""The same estimate at earlier months, when the measure did not exist: what chance does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corredor.arrays import Floats

TAIL = 0.05  # beyond either end of a 90 % interval
HALF_WIDTH = 1.645  # of a normal 90 % interval, in standard deviations


@dataclass(frozen=True)
class Placebos:
    """What the method finds where there is nothing of this measure to find.

    Attributes
    ----------
    number : int
        Placebo dates.
    false_alarms : float
        Share of them at which the model's own 90 % interval leaves out no effect; it should be
        a tenth. NaN where there is no placebo date.
    stretch_low, stretch_high : float
        What the lower and the upper half of the model's interval must be multiplied by, in
        logarithms, for one placebo date in twenty to find a rise, and one in twenty a fall; never
        below 1.
    scores : ndarray
        Size of each placebo effect in standard deviations of its own interval, with its sign.
    """

    number: int
    false_alarms: float
    stretch_low: float
    stretch_high: float
    scores: Floats

    def rank(self, score: float) -> int:
        """Return the rank of an effect among the placebos: 1 if none is as far from nothing."""
        return 1 + int((np.abs(self.scores) >= abs(score)).sum())

    def chance_of_fall(self, score: float) -> float:
        """Return how often so deep a fall, against its interval, comes at a date of no measure."""
        return (1 + int((self.scores <= score).sum())) / (1 + self.number)


def judge_placebos(quantiles: Floats) -> Placebos:
    """Summarise the estimates at placebo dates.

    Parameters
    ----------
    quantiles : ndarray
        ``[date, 3]``: the 5, 50 and 95 % quantiles of log(came / expected).
    """
    low, middle, high = quantiles.T
    if not len(middle):
        return Placebos(0, float("nan"), 1.0, 1.0, np.empty(0))
    scores = np.array([score(*row) for row in quantiles])
    rise, fall = (np.quantile(s, 1 - TAIL, method="higher") / HALF_WIDTH for s in (scores, -scores))
    alarms = float(np.mean((low > 0) | (high < 0)))
    return Placebos(len(middle), alarms, max(1.0, float(rise)), max(1.0, float(fall)), scores)


def score(low: float, middle: float, high: float) -> float:
    """Return an effect in standard deviations: its size over that side of the interval.

    The side is the one that points to no effect, so that a score of 1.645 is an interval that just
    touches it.
    """
    side = middle - low if middle > 0 else high - middle
    return HALF_WIDTH * middle / side
