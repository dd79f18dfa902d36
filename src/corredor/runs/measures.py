"""What pairs of scenarios are compared by: events and people of a span of months, one a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import xarray as xr
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from corredor.arrays import Floats
from corredor.errors import UsageError, did_you_mean
from corredor.runs.reading import of_the_world
from corredor.text.language import translated, words

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


def _entered(data: xr.Dataset, start: str, end: str) -> Floats:
    """Count who entered in those months and can be stopped in Mexico, so no Mexicans."""
    foreign = np.flatnonzero(data["nationality_of_group"].values != "mexico")
    return total(data.isel(group=foreign), "entries", start, end)


def _person_days(data: xr.Dataset, start: str, end: str, statuses: tuple[str, ...] = ()) -> Floats:
    """Count evenings that people spent in Mexico, in all statuses unless some are named."""
    inside = np.flatnonzero(data["country"].values == "MEX")
    present = of_the_world(data, "present").isel(place=inside).sel(day=slice(start, end))
    if statuses:
        present = present.sel(status=list(statuses))
    return np.asarray(present.sum(["day", "status", "place"]).values, dtype=float)


def _each(counted: Floats, people: Floats) -> Floats:
    """Divide a count among people; NaN in runs where there is nobody."""
    return np.asarray(counted / np.where(people > 0, people, np.nan))


def _detentions_each(data: xr.Dataset, start: str, end: str) -> Floats:
    return _each(total(data, "detentions", start, end), _entered(data, start, end))


def _days_each(data: xr.Dataset, start: str, end: str) -> Floats:
    return _each(_person_days(data, start, end), total(data, "entries", start, end))


def _giving_up_each(data: xr.Dataset, start: str, end: str) -> Floats:
    return 100.0 * _each(total(data, "gave_up", start, end), total(data, "entries", start, end))


def _waiting(data: xr.Dataset, start: str, end: str) -> Floats:
    nights = np.unique(data["day"].sel(day=slice(start, end)).values.astype("datetime64[D]")).size
    return _person_days(data, start, end, ("waiting",)) / nights


PER_PERSON: Mapping[str, tuple[str, str, Callable[[xr.Dataset, str, str], Floats]]] = {
    "detentions_per_person": (
        "detentions by Mexico for each person from abroad who entered the corridor",
        "detentions a person", _detentions_each,
    ),
    "days_in_mexico_per_person": (
        "days spent in Mexico for each person who entered the corridor", "days a person", _days_each
    ),
    "share_giving_up": (
        "people who gave up and went home, in percent of those who entered the corridor",
        "percent", _giving_up_each,
    ),
    "people_waiting": (
        "people who wait for an appointment, on a mean evening", "people", _waiting
    ),
}  # fmt: skip


def _known(name: str) -> str:
    known = (*MEASURES, *PER_PERSON)
    if name not in known:
        text = f"a measure: {', '.join(known)}. {did_you_mean(name, known)}".strip(" .")
        raise PydanticCustomError("measure", "{text}", {"text": text})
    return name


Measure = Annotated[str, AfterValidator(_known)]


def meaning(measure: str) -> str:
    """Return in words what a measure counts."""
    if measure in PER_PERSON:
        return translated(PER_PERSON[measure][0])
    return str(words()["measure"].get(measure) or translated(MEASURES[measure]))


def unit(measure: str) -> str:
    """Return the unit of a measure."""
    return PER_PERSON[measure][1] if measure in PER_PERSON else "events"


def amount(data: xr.Dataset, measure: str, start: str, end: str) -> Floats:
    """Return a measure over the months from ``start`` to ``end``, one number a replicate."""
    if measure in PER_PERSON:
        return PER_PERSON[measure][2](data, start, end)
    return total(data, measure, start, end)


def by_month(data: xr.Dataset, measure: str, start: str, end: str) -> xr.DataArray | None:
    """Return a count by month ``[replicate, month]``; ``None`` for what is no count by month."""
    if measure in PER_PERSON:
        return None
    chosen = of_the_world(data, measure).sel(month=slice(start, end))
    return chosen.sum([dim for dim in chosen.dims if dim not in ("replicate", "month")])
