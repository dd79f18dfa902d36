"""Paired differences between scenarios.

All scenarios use the same numbers for the same replicate, place, state and day, so what chance has
in common cancels, and so does what a replicate's parameters have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from corredor.errors import UsageError
from corredor.reading import of_the_world

if TYPE_CHECKING:
    import xarray as xr

Floats = npt.NDArray[np.float64]
MEASURES: Mapping[str, str] = {
    "encounters": "encounters by the Border Patrol",
    "admitted_by_appointment": "people admitted by appointment",
    "evasions": "crossings without an encounter",
    "detentions": "detentions by Mexico",
    "sent_south": "times somebody was sent south",
    "returned_home_by_mexico": "deportations and assisted returns by Mexico",
    "settled": "people who stayed in Mexico",
    "gave_up": "people who gave up and went home",
    "harm_robbery": "robberies",
    "harm_extortion": "extortions",
    "harm_kidnapping": "kidnappings",
    "harm_custody_abuse": "events of abuse in custody",
}
HARM = ("harm_robbery", "harm_extortion", "harm_kidnapping", "harm_threats", "harm_custody_abuse")
ENTERED = ("entries", "removed_who_set_off_again")
RETURNED = ("sent_south", "encounters_returned")
QUANTILES = (0.05, 0.95)


def total(
    data: xr.Dataset, measure: str, start: str | None = None, end: str | None = None
) -> Floats:
    """Return the total of a flow over the months from ``start`` to ``end``, one per replicate.

    People and events are those of the world, however many were simulated for each.
    """
    chosen = of_the_world(data, measure).sel(month=slice(_month(start), _month(end)))
    if chosen.sizes["month"] == 0:
        span = " ".join(f"{word} {m}" for word, m in (("from", start), ("to", end)) if m)
        raise UsageError(f"The results hold no month {span}.")
    over = [dim for dim in chosen.dims if dim != "replicate"]
    return np.asarray(chosen.sum(over).values, dtype=float)


def check_months(first: str, last: str, start: str | None, end: str | None) -> None:
    """Refuse a span of months that results from ``first`` to ``last`` do not hold.

    Raises
    ------
    UsageError
        As :func:`total` would with the results at hand.
    """
    if max(first, _month(start) or first) > min(last, _month(end) or last):
        span = " ".join(f"{word} {m}" for word, m in (("from", start), ("to", end)) if m)
        raise UsageError(f"The results hold no month {span}; they run from {first} to {last}.")


def _month(text: str | None) -> str | None:
    try:
        return None if text is None else str(pd.Period(text, "M"))
    except ValueError:
        raise UsageError(f"Found {text!r}, expected a month such as 2024-01.") from None


Of = Callable[["xr.Dataset", str | None, str | None], Floats]


@dataclass(frozen=True)
class Outcome:
    """What scenarios are compared by: a name, a unit, and how a result gives it.

    Attributes
    ----------
    name, meaning, unit : str
        Short name; in plain words; ``events``, ``people``, ``days a person``, ``times a person``.
    decimals : int
        How many are worth showing.
    of : callable
        Takes a result, a first and a last month; gives one number for each replicate.
    """

    name: str
    meaning: str
    unit: str
    decimals: int
    of: Of


def _flow(name: str) -> Of:
    return lambda data, start, end: total(data, name, start, end)


def _sum(names: Sequence[str], data: xr.Dataset, start: str | None, end: str | None) -> Floats:
    return np.asarray(np.sum([total(data, name, start, end) for name in names], axis=0))


def _a_person(count: Floats, data: xr.Dataset, start: str | None, end: str | None) -> Floats:
    entered = _sum(ENTERED, data, start, end)
    return np.divide(count, entered, out=np.full_like(count, np.nan), where=entered > 0)


def days_in_mexico(data: xr.Dataset, start: str | None = None, end: str | None = None) -> Floats:
    """Return person-days in Mexico for each person who entered the corridor, per replicate.

    Person-days are the people present in Mexico each evening, travelling, walking in a caravan,
    waiting or in custody, added up over the days of the months. They are divided by the people
    who entered the corridor, anywhere, in the same months.
    """
    months = pd.DatetimeIndex(data["day"].values).to_period("M")
    total(data, "entries", start, end)  # refuses months that are not there
    first, last = (pd.Period(m, "M") if m else None for m in (_month(start), _month(end)))
    inside = np.ones(len(months), bool)
    if first is not None:
        inside &= months >= first
    if last is not None:
        inside &= months <= last
    mexican = np.flatnonzero(data["country"].values == "MEX")
    there = of_the_world(data, "present").isel(place=mexican, day=np.flatnonzero(inside))
    days = np.asarray(there.sum(["day", "status", "place"], dtype=float).values, dtype=float)
    return _a_person(days, data, start, end)


OUTCOMES = (
    Outcome("encounters", MEASURES["encounters"], "events", 0, _flow("encounters")),
    Outcome("detentions", MEASURES["detentions"], "events", 0, _flow("detentions")),
    Outcome("sent_south", MEASURES["sent_south"], "events", 0, _flow("sent_south")),
    Outcome(
        "admitted_by_appointment", MEASURES["admitted_by_appointment"], "events", 0,
        _flow("admitted_by_appointment"),
    ),
    Outcome(
        "days_in_mexico", "days in Mexico for each person who entered the corridor",
        "days a person", 1, days_in_mexico,
    ),
    Outcome(
        "times_returned",
        "times sent south by Mexico or returned to it by the US, for each person who entered",
        "times a person", 2,
        lambda data, start, end: _a_person(_sum(RETURNED, data, start, end), data, start, end),
    ),
    Outcome("settled", MEASURES["settled"], "people", 0, _flow("settled")),
    Outcome("gave_up", MEASURES["gave_up"], "people", 0, _flow("gave_up")),
    Outcome(
        "harm_events", "robberies, extortions, kidnappings, threats, abuse in custody; no deaths",
        "events", 0, lambda data, start, end: _sum(HARM, data, start, end),
    ),
)  # fmt: skip


def compare(
    a: xr.Dataset, b: xr.Dataset, start: str | None = None, end: str | None = None
) -> pd.DataFrame:
    """Compare scenario ``b`` with scenario ``a``, replicate by replicate.

    Parameters
    ----------
    a, b : xarray.Dataset
        Results with the same replicates, seed, world and people scale.
    start, end : str, optional
        First and last month, such as ``2024-01``.

    Returns
    -------
    pandas.DataFrame
        One row per measure: means of a and b, the mean paired difference b - a, its 5 and 95 %
        quantiles over the replicates, and the difference in percent of a.

    Raises
    ------
    UsageError
        If the two results cannot be paired, or hold no such months.
    """
    _check_pair(a, b)
    rows = [
        {"measure": measure, "meaning": meaning,
         **_paired(total(a, measure, start, end), total(b, measure, start, end))}
        for measure, meaning in MEASURES.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def compare_all(
    results: Sequence[xr.Dataset], start: str | None = None, end: str | None = None
) -> pd.DataFrame:
    """Compare several scenarios with the first of them, replicate by replicate.

    Parameters
    ----------
    results : sequence of xarray.Dataset
        The reference first; all with the same replicates, seed, world and people scale.
    start, end : str, optional
        First and last month, such as ``2024-01``.

    Returns
    -------
    pandas.DataFrame
        One row per scenario and outcome: ``number`` (place in ``results``), ``scenario``,
        ``measure``, ``meaning``, ``unit``, and as :func:`compare` gives them ``a`` (the
        reference), ``b``, ``difference``, ``low``, ``high``, ``percent``.

    Raises
    ------
    UsageError
        If there are fewer than two, they cannot be paired, or they hold no such months.
    """
    if len(results) < 2:
        raise UsageError("To compare takes two scenarios or results, or more.")
    first = results[0]
    for other in results[1:]:
        _check_pair(first, other)
    rows = [
        {
            "number": number, "scenario": other.attrs["scenario"], "measure": outcome.name,
            "meaning": outcome.meaning, "unit": outcome.unit,
            **_paired(outcome.of(first, start, end), outcome.of(other, start, end)),
        }
        for number, other in enumerate(results[1:], start=1)
        for outcome in OUTCOMES
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _paired(of_a: Floats, of_b: Floats) -> dict[str, float]:
    difference = of_b - of_a
    low, high = np.quantile(difference, QUANTILES)
    percent = 100.0 * difference.mean() / of_a.mean() if of_a.mean() else float("nan")
    return {
        "a": float(of_a.mean()), "b": float(of_b.mean()), "difference": float(difference.mean()),
        "low": float(low), "high": float(high), "percent": float(percent),
    }  # fmt: skip


def _check_pair(a: xr.Dataset, b: xr.Dataset) -> None:
    for name in ("world_hash", "seed", "draw", "people_scale", "parameters"):
        if a.attrs[name] != b.attrs[name]:
            raise UsageError(
                f"The two results cannot be paired: {name} is {a.attrs[name]!r} in one and "
                f"{b.attrs[name]!r} in the other."
            )
    for dim in ("replicate", "month"):
        if a.sizes[dim] != b.sizes[dim] or (a[dim].values != b[dim].values).any():
            raise UsageError(f"The two results cannot be paired: they differ in their {dim}s.")
