"""People in each place and day, out of a result, with their bands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from corredor.arrays import LOW_MIDDLE_HIGH
from corredor.errors import UsageError, did_you_mean
from corredor.text.language import ids_by_name

BANDS = ("low", "middle", "high")
AT_SEA = "at_sea"  # coordinate: people in the place are in boats


def people_in_places(
    data: xr.Dataset,
    places: Sequence[str] = (),
    start: str | None = None,
    end: str | None = None,
) -> xr.DataArray:
    """Return the people in places in the evening, [replicate, day, place].

    Parameters
    ----------
    data : xarray.Dataset
        A result.
    places : sequence of str
        Places by their short names; all places if none is given.
    start, end : str, optional
        First and last day, such as ``2024-01-15``, or month, such as ``2024-01``.

    Returns
    -------
    xarray.DataArray
        People of the world (not of the run, where it simulates more or fewer), with the
        coordinates ``place_name``, ``shelter_beds`` and ``at_sea``, whether they are in boats.

    Raises
    ------
    UsageError
        If a place or the days are not in the result, or it is of an earlier version.
    """
    if not {"needs_shelter", "shelter_beds"} <= set(data.coords):
        raise UsageError(
            "This result is of an earlier version of Corredor, which did not say who needs shelter "
            "in a place. Run the scenario again."
        )
    known = [str(place) for place in data["place"].values]
    check_places(places, dict(zip(known, data["place_name"].values.astype(str), strict=True)))
    days = data["present"].sel(day=slice(_first(start), _last(end)))
    if days.sizes["day"] == 0:
        span = " ".join(f"{word} {day}" for word, day in (("from", start), ("to", end)) if day)
        raise UsageError(f"The result holds no day {span}.")
    here = days.isel(status=np.flatnonzero(data["needs_shelter"].values))
    chosen = here.sel(place=list(dict.fromkeys(places)) or known)
    people: xr.DataArray = chosen.sum("status", dtype=float) / data.attrs["people_scale"]
    return people.transpose("replicate", "day", "place").load()


def on_land(people: xr.DataArray) -> NDArray[np.bool_]:
    """Return for each place whether it is on land: what people need is reckoned there alone.

    All are where the result does not say, as one that was made before it could.
    """
    if AT_SEA not in people.coords:
        return np.ones(people.sizes["place"], dtype=bool)
    return ~people[AT_SEA].to_numpy().astype(bool)


def check_places(places: Sequence[str], names: Mapping[str, str]) -> None:
    """Refuse places that are not among those named, by their short names.

    Raises
    ------
    UsageError
        Naming the place that may have been meant.
    """
    for place in places:
        if place not in names:
            hint = did_you_mean(place, names, ids_by_name(names))
            raise UsageError(f"{place}: the result has no such place. {hint}".rstrip())


def check_days(first: dt.date, last: dt.date, start: str | None, end: str | None) -> None:
    """Refuse a span of days that a result from ``first`` to ``last`` does not hold.

    Raises
    ------
    UsageError
        If ``start`` or ``end`` is no day or month, or none of their days lies in the result.
    """
    begins, ends = _first(start), _last(end)
    after = begins is not None and begins > pd.Timestamp(last)
    before = ends is not None and ends < pd.Timestamp(first)
    if after or before or (begins is not None and ends is not None and begins > ends):
        span = " ".join(f"{word} {day}" for word, day in (("from", start), ("to", end)) if day)
        raise UsageError(f"The result holds no day {span}; it runs from {first} to {last}.")


def _first(text: str | None) -> pd.Timestamp | None:
    return None if text is None else _period(text).start_time


def _last(text: str | None) -> pd.Timestamp | None:
    return None if text is None else _period(text).end_time


def _period(text: str) -> pd.Period:
    try:
        return pd.Period(text)
    except ValueError:
        raise UsageError(f"Found {text!r}, expected a day such as 2024-01-15.") from None


def bands(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the 5, 50 and 95 % quantiles over the replicates, the first axis: [3, …]."""
    return np.quantile(values, LOW_MIDDLE_HIGH, axis=0)


def planned_for(people: NDArray[np.float64], share_sheltered: float) -> NDArray[np.float64]:
    """Return for how many of the people present is planned, whole people."""
    return np.rint(people * share_sheltered)
