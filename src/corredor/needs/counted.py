"""People in places in the model beside what was counted there.

A count of everybody in a town can be compared with the people whom the model has there. A count
of those in shelters, in a camp or on a list is a floor: there were at least so many.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from corredor.arrays import BAND
from corredor.corridor.stocks import days_of, load_stocks
from corredor.corridor.world import load_world
from corredor.errors import UsageError
from corredor.needs.people import people_in_places
from corredor.runs.provenance import made_of

EVERYBODY = "everyone"
FACTOR = 2.0  # either way; assumption: an estimate of an official is good to a factor of two
NEAR, ABOVE, BELOW, HOLDS, SHORT = "near", "above", "below", "holds", "short"
COLUMNS = (
    "place", "name", "start", "end", "dated", "counted", "said_by", "quality", "count_low",
    "count_high", "mean", "low", "high", "times", "verdict",
)  # fmt: skip


def beside_counts(data: xr.Dataset, stocks: pd.DataFrame) -> pd.DataFrame:
    """Return each count that falls into the days of a result, and the model's people beside it.

    Parameters
    ----------
    data : xarray.Dataset
        A result.
    stocks : pandas.DataFrame
        As :func:`corredor.corridor.stocks.load_stocks` gives them.

    Returns
    -------
    pandas.DataFrame
        Columns: ``place``, ``name``, ``start``, ``end``, ``dated``, ``counted`` (who), ``said_by``,
        ``quality``; ``count_low`` and ``count_high``, what the count allows (NaN where it is
        open); ``mean``, ``low``, ``high``, the model's people in the evening over those days (30
        more either side where the day was inferred), mean and 5 and 95 % of the runs; ``times``,
        the mean over the middle of the count; ``verdict``: of a count of everybody ``near`` (within
        a factor of two), ``above`` or ``below``; of a floor, as a count of part of the people or
        one that says more than, ``holds`` or ``short``; empty for a count of one nationality,
        which the model does not tell apart in places.
    """
    days = pd.DatetimeIndex(data["day"].values)
    rows = []
    for row in stocks.to_dict("records"):
        first, last = days_of(row)
        if last < days[0] or first > days[-1]:
            continue
        span = (str(max(first, days[0]).date()), str(min(last, days[-1]).date()))
        people = people_in_places(data, [row["place"]], *span)
        each = people.mean("day").to_numpy().reshape(-1)
        low, high = np.quantile(each, BAND)
        middle = _middle(row["low"], row["high"])
        rows.append(
            (row["place"], str(people["place_name"].values[0]), row["start"], row["end"],
             row["dated"], row["counted"], row["said_by"], row["quality"], row["low"], row["high"],
             float(each.mean()), float(low), float(high), float(each.mean()) / middle,
             _verdict(row["counted"], float(each.mean()), row["low"], row["high"]))
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def counts_beside(data: xr.Dataset) -> pd.DataFrame:
    """Return :func:`beside_counts` with the counts of a result's world, none if it is not here."""
    try:
        world = load_world(str(made_of(data).get("world", "")))
    except UsageError:
        return pd.DataFrame([], columns=list(COLUMNS))
    return beside_counts(data, load_stocks(world))


def _middle(low: float, high: float) -> float:
    known = [end for end in (low, high) if end == end]
    return sum(known) / len(known)


def _verdict(counted: str, mean: float, low: float, high: float) -> str:
    if counted == "one_nationality":
        return ""
    floor = low if low == low else 0.0
    if counted != EVERYBODY or high != high:
        return HOLDS if mean >= floor / FACTOR else SHORT
    if mean > high * FACTOR:
        return ABOVE
    return BELOW if mean < floor / FACTOR else NEAR
