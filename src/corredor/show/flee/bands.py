"""People in camps over many runs of a Flee case, beside the days on which they were counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.flee.run import FleeRun

LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True, eq=False)
class CampBand:
    """One camp.

    Attributes
    ----------
    name : str
        As in the case's files.
    low, middle, high : numpy.ndarray
        5, 50 and 95 % quantiles over the runs of the people there, [days].
    days : numpy.ndarray
        Days on which people were counted, as numbers from the first simulated.
    counted : numpy.ndarray
        How many then, at the scale of the run, [counts].
    difference : float
        Mean over runs and days of the distance from the record.
    """

    name: str
    low: Floats
    middle: Floats
    high: Floats
    days: NDArray[np.int64]
    counted: Floats
    difference: float

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Return which counts lie inside the 90 % band, its edges included."""
        return np.asarray(
            (self.low[self.days] <= self.counted) & (self.counted <= self.high[self.days])
        )


def camp_bands(run: FleeRun) -> list[CampBand]:
    """Return the bands of every camp, in the order of the map.

    Only days of counting are compared, not the lines that Flee draws between them.
    """
    low, middle, high = np.quantile(run.simulated, LEVELS, axis=0)
    apart = np.abs(run.simulated - run.counted).mean(axis=(0, 1))
    found = []
    for i, name in enumerate(run.case.camps):
        counts = run.case.record.counts[name]
        days = np.unique(counts.days[(counts.days >= 0) & (counts.days < len(low))])
        found.append(
            CampBand(
                name, low[:, i], middle[:, i], high[:, i], days, run.counted[days, i],
                float(apart[i]),
            )
        )  # fmt: skip
    return found


def interval(values: Floats) -> tuple[float, float, float]:
    """Return the 5, 50 and 95 % quantiles over the runs."""
    low, middle, high = np.quantile(values, LEVELS)
    return float(low), float(middle), float(high)
