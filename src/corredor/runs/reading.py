"""How to read a result: counts of the world rather than of the run, and whole months.

A run may simulate more or fewer people than the world has, and may begin or end within a month.
Neither may be set beside a published figure as it stands.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

COUNTS = ("people", "events")  # units that grow with the number of people simulated
START, END = "start", "end"  # attributes of a result: its first and last day


@dataclass(frozen=True)
class PartialMonth:
    """A month of a result of which not all days were simulated.

    Attributes
    ----------
    month : str
        Such as ``2024-03``.
    days, all_days : int
        How many days of it the result holds, and how many it has.
    """

    month: str
    days: int
    all_days: int


def of_the_world(data: xr.Dataset, name: str) -> xr.DataArray:
    """Return a variable of a result in people or events of the world.

    Parameters
    ----------
    data : xarray.Dataset
        A result; its attribute ``people_scale`` says how many people were simulated for each.
    name : str
        A variable. One that counts neither people nor events is given as it is.
    """
    values = data[name]
    scale = float(data.attrs.get("people_scale", 1.0))
    if scale == 1.0 or values.attrs.get("units") not in COUNTS:
        return values
    scaled: xr.DataArray = (values / scale).assign_attrs(values.attrs)
    return scaled


def rescaled(data: xr.Dataset) -> xr.Dataset:
    """Return a result whose every count is in people or events of the world."""
    if float(data.attrs.get("people_scale", 1.0)) == 1.0:
        return data
    return data.assign({str(name): of_the_world(data, str(name)) for name in data.data_vars})


def months_in(data: xr.Dataset) -> pd.PeriodIndex:
    """Return the months of a result."""
    return pd.PeriodIndex(pd.DatetimeIndex(data["month"].to_numpy()), freq="M")


def days_by_month(data: xr.Dataset) -> NDArray[np.int64]:
    """Return how many days of each of its months a result holds, [month]."""
    months = months_in(data)
    if START in data.attrs:
        first, last = (pd.Timestamp(data.attrs[end]) for end in (START, END))
        days = pd.date_range(first, last).to_period("M")
    else:
        days = pd.DatetimeIndex(data["day"].values).to_period("M")
    counts = days.value_counts()
    return np.array([int(counts.get(month, 0)) for month in months], dtype=np.int64)


def whole_months(data: xr.Dataset) -> NDArray[np.bool_]:
    """Return which months of a result were simulated from their first day to their last."""
    months = pd.DatetimeIndex(data["month"].values)
    return np.asarray(days_by_month(data) == months.days_in_month.to_numpy())


def whole_months_between(first: str, last: str) -> pd.PeriodIndex:
    """Return the months that lie wholly between two days, both included."""
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    opens = start.to_period("M") + int(start.day > 1)
    closes = end.to_period("M") - int(not end.is_month_end)
    return pd.period_range(opens, closes, freq="M")


def only_whole_months(data: xr.Dataset) -> xr.Dataset:
    """Return a result without the months of which not all days were simulated."""
    return data.isel(month=np.flatnonzero(whole_months(data)))


def partial_months(data: xr.Dataset) -> list[PartialMonth]:
    """Return the months of a result that are not whole."""
    months = pd.DatetimeIndex(data["month"].values)
    return [
        PartialMonth(f"{month:%Y-%m}", int(days), calendar.monthrange(month.year, month.month)[1])
        for month, days, whole in zip(months, days_by_month(data), whole_months(data), strict=True)
        if not whole
    ]
