"""Weeks and months of a result, cut at its first and last day."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

By = Literal["month", "week"]
FREQUENCY = {"month": "M", "week": "W-SUN"}


@dataclass(frozen=True)
class Period:
    """A month, or a week from Monday to Sunday, as far as the result holds it.

    Attributes
    ----------
    first, last : datetime.date
        Its days.
    part : slice
        Where it lies along the days of the result.
    """

    first: dt.date
    last: dt.date
    part: slice

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1


def periods(people: xr.DataArray, by: By) -> list[Period]:
    """Return the periods that the days of ``people`` make up."""
    days = pd.DatetimeIndex(people["day"].to_numpy())
    number = days.to_period(FREQUENCY[by]).asi8
    edges = np.flatnonzero(np.r_[True, number[1:] != number[:-1], True]).tolist()
    return [
        Period(days[a].date(), days[b - 1].date(), slice(a, b))
        for a, b in itertools.pairwise(edges)
    ]
