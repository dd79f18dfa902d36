"""What scenarios are compared by: the only list of measures, and how a result gives each.

Most are totals of what processes count (``Counted.measure``); the others, such as days in places
where an authority acts for each person, are worked out here. A measure is one number a replicate,
over a span of months, in people and events of the world.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np
import pandas as pd
import xarray as xr
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from corredor.arrays import BAND, Floats
from corredor.corridor import processes as day
from corredor.corridor.model import Counted
from corredor.errors import UsageError, did_you_mean
from corredor.runs.reading import of_the_world
from corredor.text.language import page_words, translated

ENTERED = ("entries", "removed_who_set_off_again")
RETURNED = ("sent_south", "encounters_returned")
Of = Callable[[xr.Dataset, str | None, str | None], Floats]


@dataclass(frozen=True)
class Measure:
    """What scenarios are compared by.

    Attributes
    ----------
    name, meaning, unit : str
        Short name; in plain words; ``events``, ``people``, ``days a person``, ``percent``, ….
    of : callable
        Takes a result, a first and a last month; gives one number for each replicate.
    needs : tuple of str
        Variables that a result must have.
    decimals : int
        How many are worth showing.
    headline : int
        Its place among those that are told and drawn first, from 1 on; 0 for the others.
    """

    name: str
    meaning: str
    unit: str
    of: Of
    needs: tuple[str, ...]
    decimals: int = 0
    headline: int = 0

    @property
    def words(self) -> dict[str, str]:
        """Return its ``name``, ``short`` name and ``unit`` in the language spoken now."""
        known: dict[str, str] | None = page_words("compare")["measure"].get(self.name)
        said = translated(self.meaning)
        return known or {"name": said, "short": said, "unit": translated(self.unit)}

    def monthly(self, data: xr.Dataset) -> xr.DataArray | None:
        """Return a count by month ``[replicate, month]``; ``None`` for what is no count."""
        if self.needs != (self.name,):
            return None
        counted = of_the_world(data, self.name)
        return counted.sum([dim for dim in counted.dims if dim not in ("replicate", "month")])


def measures(data: xr.Dataset | None = None) -> tuple[Measure, ...]:
    """Return every measure, those of a result if one is given: the headline ones first."""
    counted: list[Counted] = [
        each for process in day.PROCESSES for each in (*process.flows, *process.sums)
    ]
    totals = [_of_total(c.name, c.measure, c.unit, c.headline) for c in counted if c.measure]
    own = _of_own_rules(data, {c.name for c in counted}) if data is not None else []
    every = sorted((*totals, *OF_PEOPLE, *own), key=lambda m: m.headline or len(counted) + 100)
    return tuple(m for m in every if data is None or all(name in data for name in m.needs))


def _of_own_rules(data: xr.Dataset, shipped: set[str]) -> list[Measure]:
    """Return the measures of flows of rules of one's own, which the result itself names."""
    return [
        _of_total(str(name), values.attrs["measure"], values.attrs["units"])
        for name, values in data.data_vars.items()
        if str(name) not in shipped and values.attrs.get("measure")
    ]


def _of_total(name: str, meaning: str, unit: str, headline: int = 0) -> Measure:
    return Measure(name, meaning, unit, partial(_total_of, name), (name,), 0, headline)


def headline_measures(data: xr.Dataset | None = None) -> tuple[Measure, ...]:
    """Return the measures that are told and drawn first."""
    return tuple(measure for measure in measures(data) if measure.headline)


def measure_named(name: str) -> Measure:
    """Return a measure by its name.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    known = {each.name: each for each in measures()}
    if name not in known:
        raise UsageError(f"{name}: no measure. {did_you_mean(name, known)}".rstrip())
    return known[name]


def measured(data: xr.Dataset) -> list[dict[str, str | float]]:
    """Return each measure over all days of a result: mean, and 5 and 95 % of the runs."""
    rows: list[dict[str, str | float]] = []
    for each in measures(data):
        values = each.of(data, None, None)
        low, high = np.quantile(values, BAND)
        rows.append(
            {"measure": each.name, "meaning": each.meaning, "unit": each.unit,
             "mean": float(values.mean()), "q05": float(low), "q95": float(high)}
        )  # fmt: skip
    return rows


def _known(name: str) -> str:
    known = [each.name for each in measures()]
    if name not in known:
        text = f"a measure: {', '.join(known)}. {did_you_mean(name, known)}".strip(" .")
        raise PydanticCustomError("measure", "{text}", {"text": text})
    return name


MeasureName = Annotated[str, AfterValidator(_known)]


def total(
    data: xr.Dataset, counted: str, start: str | None = None, end: str | None = None
) -> Floats:
    """Return the total of a flow over the months from ``start`` to ``end``, one per replicate.

    People and events are those of the world, however many were simulated for each.

    Raises
    ------
    UsageError
        If the result holds no such months.
    """
    chosen = of_the_world(data, counted).sel(month=slice(_month(start), _month(end)))
    if chosen.sizes["month"] == 0:
        raise UsageError(f"The results hold no month {_span(start, end)}.")
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
        raise UsageError(
            f"The results hold no month {_span(start, end)}; they run from {first} to {last}."
        )


def _span(start: str | None, end: str | None) -> str:
    return " ".join(f"{word} {month}" for word, month in (("from", start), ("to", end)) if month)


def _month(text: str | None) -> str | None:
    try:
        return None if text is None else str(pd.Period(text, "M"))
    except ValueError:
        raise UsageError(f"Found {text!r}, expected a month such as 2024-01.") from None


def _total_of(name: str, data: xr.Dataset, start: str | None, end: str | None) -> Floats:
    return total(data, name, start, end)


def _sum(names: Sequence[str], data: xr.Dataset, start: str | None, end: str | None) -> Floats:
    return np.asarray(np.sum([total(data, name, start, end) for name in names], axis=0))


def _each(counted: Floats, people: Floats) -> Floats:
    """Divide a count among people; NaN in runs where there is nobody."""
    return np.asarray(counted / np.where(people > 0, people, np.nan))


def person_evenings(
    data: xr.Dataset, start: str | None, end: str | None, statuses: tuple[str, ...] = ()
) -> Floats:
    """Return the evenings that people spent where an authority acts, one number per replicate.

    That is in all places of the world that lie in a jurisdiction (``jurisdictions.csv``).

    Parameters
    ----------
    data : xarray.Dataset
        A result of ``corredor.run``.
    start, end : str or None
        First and last month, such as ``2024-01``; all months of the result where left out.
    statuses : tuple of str
        Those that count; all of them if none is named.

    Raises
    ------
    UsageError
        If the result holds no such months.
    """
    total(data, "entries", start, end)  # refuses months that are not there
    inside = np.flatnonzero(data["jurisdiction"].values != "")
    days = slice(_month(start), _month(end))
    there = of_the_world(data, "present").isel(place=inside).sel(day=days)
    if statuses:
        there = there.sel(status=list(statuses))
    return np.asarray(there.sum(["day", "status", "place"], dtype=float).values, dtype=float)


def days_in_jurisdictions(
    data: xr.Dataset, start: str | None = None, end: str | None = None
) -> Floats:
    """Return person-days in jurisdictions for each person who entered, per replicate.

    Person-days are the people present there each evening, travelling, walking in a caravan,
    waiting or in custody, added up over the days of the months. They are divided by the people
    who entered the corridor, anywhere, in the same months.
    """
    return _each(person_evenings(data, start, end), _sum(ENTERED, data, start, end))


def _times_returned(data: xr.Dataset, start: str | None, end: str | None) -> Floats:
    return _each(_sum(RETURNED, data, start, end), _sum(ENTERED, data, start, end))


def _detentions_each(data: xr.Dataset, start: str | None, end: str | None) -> Floats:
    """Divide by those who entered and are at home with no authority that could stop them."""
    foreign = np.flatnonzero(data["native_of"].values == "")
    entered = total(data.isel(group=foreign), "entries", start, end)
    return _each(total(data, "detentions", start, end), entered)


def _days_each(data: xr.Dataset, start: str | None, end: str | None) -> Floats:
    return _each(person_evenings(data, start, end), total(data, "entries", start, end))


def _giving_up_each(data: xr.Dataset, start: str | None, end: str | None) -> Floats:
    return 100.0 * _each(total(data, "gave_up", start, end), total(data, "entries", start, end))


def _waiting(data: xr.Dataset, start: str | None, end: str | None) -> Floats:
    days = data["day"].sel(day=slice(_month(start), _month(end)))
    nights = np.unique(days.values.astype("datetime64[D]")).size
    return person_evenings(data, start, end, ("waiting",)) / nights


OF_PEOPLE = (
    Measure(
        "days_in_jurisdictions",
        "days where an authority acts for each person who entered the corridor",
        "days a person", days_in_jurisdictions, ("present", "jurisdiction", *ENTERED), 1, 5,
    ),
    Measure(
        "times_returned",
        "times sent back on the way or across the border, for each person who entered",
        "times a person", _times_returned, (*RETURNED, *ENTERED), 2, 6,
    ),
    Measure(
        "detentions_per_person",
        "detentions on the way for each person from abroad who entered the corridor",
        "detentions a person", _detentions_each, ("detentions", "entries", "native_of"), 2,
    ),
    Measure(
        "days_in_jurisdictions_per_person",
        "days spent where an authority acts for each person who entered the corridor, those who "
        "were removed and set off again not counted as entering",
        "days a person", _days_each, ("present", "jurisdiction", "entries"), 1,
    ),
    Measure(
        "share_giving_up",
        "people who gave up and went home, in percent of those who entered the corridor",
        "percent", _giving_up_each, ("gave_up", "entries"), 1,
    ),
    Measure(
        "people_waiting", "people who wait for an appointment, on a mean evening", "people",
        _waiting, ("present", "jurisdiction"),
    ),
)  # fmt: skip
