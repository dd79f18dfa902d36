"""What pairs of scenarios are compared by: events and people of a span of months, one a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

import numpy as np
import xarray as xr
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from corredor.claims.citing import Floats
from corredor.comparison import MEASURES, total
from corredor.errors import did_you_mean
from corredor.language import translated, words
from corredor.reading import of_the_world


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
