"""A case: an input folder, a validation folder and settings, read and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.flee.case import agents, changes, floods, hunger, major
from corredor.flee.case.agents import Agent, read_agents
from corredor.flee.case.attributes import PATTERN, Attributes, read_attributes
from corredor.flee.case.changes import Change, read_changes
from corredor.flee.case.classes import Classes, read_classes, traits_read
from corredor.flee.case.events import Closure, Period, read_closures, read_conflicts, read_period
from corredor.flee.case.floods import floods_ahead, read_floods
from corredor.flee.case.hunger import read_hunger
from corredor.flee.case.layout import SETTINGS, case_name, settings_file
from corredor.flee.case.major import read_major_routes
from corredor.flee.case.places import (
    Location,
    Route,
    first_of_each_name,
    read_locations,
    read_routes,
)
from corredor.flee.case.record import Record, check_camps, read_record
from corredor.flee.case.settings import Settings, default_settings, read_settings
from corredor.flee.case.tolerance import reading

ONLY_WITH: dict[str, tuple[str, Callable[[Settings], bool]]] = {
    major.FILE: ("fixed_routes", lambda settings: settings.fixed_routes),
    floods.FILE: ("floods", lambda settings: settings.floods is not None),
    hunger.FILE: ("rules about hunger", lambda settings: settings.reads_hunger),
    agents.FILE: ("read_from_agents_csv_file", lambda s: s.read_from_agents_csv_file),
}


@dataclass(frozen=True, eq=False)
class Case:
    """All that Flee's rules read of one conflict.

    ``conflict`` is the intensity by day and place, [days, places]; ``hunger`` the share of people
    who go hungry, ``flood`` the level of a flood, and ``ahead`` how much flood is known to come,
    likewise, where a rule asks for it; ``attributes`` are all traits of persons, where a log asks
    for them;
    ``notes`` say what was read but has no effect, in Flee or here.
    """

    name: str
    period: Period
    locations: tuple[Location, ...]
    routes: tuple[Route, ...]
    major_routes: tuple[tuple[str, ...], ...]
    closures: tuple[Closure, ...]
    changes: tuple[Change, ...]
    conflict: NDArray[np.float64]
    hunger: Floats | None
    flood: Floats | None
    ahead: Floats | None
    record: Record
    settings: Settings
    agents: tuple[Agent, ...]
    classes: Classes
    notes: tuple[str, ...]
    attributes: Attributes | None = None

    @property
    def index(self) -> dict[str, int]:
        """Return the number of each place."""
        return {location.name: i for i, location in enumerate(self.locations)}

    @property
    def abroad(self) -> NDArray[np.bool_]:
        """Return whether each place is in another country than the first, [places]."""
        return np.array([place.country != self.locations[0].country for place in self.locations])

    @property
    def camps(self) -> tuple[str, ...]:
        """Return the names of the camps of the map, in its order; with floods of all places."""
        every = self.settings.floods is not None
        return tuple(
            place.name for place in self.locations
            if every or (place.is_camp and not place.known_as)
        )  # fmt: skip

    @property
    def namesakes(self) -> tuple[tuple[int, ...], ...]:
        """Return the numbers of the places that share a name in the file, first to last."""
        found: dict[str, list[int]] = {}
        for i, place in enumerate(self.locations):
            found.setdefault(place.known_as or place.name, []).append(i)
        return tuple(tuple(places) for places in found.values() if len(places) > 1)


def read_case(
    folder: Path, validation: Path, settings: Path | None = None, days: int | None = None
) -> Case:
    """Read a case.

    Parameters
    ----------
    folder : Path
        With locations.csv, routes.csv, closures.csv, conflicts.csv and sim_period.csv; it may
        have registration_corrections.csv and simsetting.yml.
    validation : Path
        With data_layout.csv and the files that it names.
    settings : Path, optional
        Instead of the folder's simsetting.yml, or of that beside a folder ``input_csv``; without
        any, Flee's defaults hold.
    days : int, optional
        Instead of those of sim_period.csv.

    Raises
    ------
    InputError
        With file, line, column, value and what was expected.
    """
    with reading() as told:
        case = _read(folder, validation, settings, days)
    return replace(case, notes=(*told, *case.notes))


def _read(folder: Path, validation: Path, settings: Path | None, days: int | None) -> Case:
    chosen, own = settings_file(folder, settings), folder / SETTINGS
    notes = [] if chosen else [f"{own}: there is no such file, so Flee's defaults hold."]
    read = read_settings(chosen) if chosen else default_settings()
    period = read_period(folder / "sim_period.csv")
    if days is not None:
        period = replace(period, days=days)
    locations, more = read_locations(folder / "locations.csv", read.floods is not None)
    index = {location.name: i for i, location in enumerate(locations)}
    routes, of_routes = read_routes(folder / "routes.csv", index)
    known = folder / major.FILE
    major_routes = (
        read_major_routes(known, index, routes) if read.fixed_routes and known.exists() else ()
    )
    countries = {location.country for location in locations}
    closures, of_closures = read_closures(folder / "closures.csv", index, countries)
    conflict, of_pushes, flood, ahead = _pushes(folder, read, locations, period.days)
    changed = _changes(folder, locations)
    corrections = folder / "registration_corrections.csv"
    record = read_record(validation, corrections, period, read.hasten)
    persons = read_agents(folder / agents.FILE, index) if read.read_from_agents_csv_file else ()
    classes, attributes = read_classes(folder, read, index, persons), None
    if read.logs_attributes:
        attributes = read_attributes(folder, read, index, classes, persons)
    case = Case(
        name=case_name(folder),
        period=period, locations=locations, routes=routes, major_routes=major_routes,
        closures=closures,
        changes=changed, conflict=conflict,
        hunger=_hunger(folder, read, locations, period.days), flood=flood, ahead=ahead,
        record=record,
        settings=read, agents=persons, classes=classes, attributes=attributes,
        notes=(*notes, *read.notes, *more, *of_routes, *of_closures, *of_pushes, *record.notes,
               *_unread_files(folder, read)),
    )  # fmt: skip
    check_camps(record, case.camps, validation / "data_layout.csv")
    return case


def _pushes(
    folder: Path, settings: Settings, locations: tuple[Location, ...], days: int
) -> tuple[Floats, list[str], Floats | None, Floats | None]:
    """Return conflicts by day and place, notes, and floods, which come instead: now, and ahead."""
    if settings.floods is None:
        first = first_of_each_name(locations)
        path = folder / "conflicts.csv"
        return *read_conflicts(path, first, days, len(locations)), None, None
    index = {place.name: i for i, place in enumerate(locations)}
    path, forecast = folder / floods.FILE, settings.floods.forecast
    rows = forecast.rows(days) if forecast else days
    flood, notes = read_floods(path, index, rows, settings.floods.levels)
    ahead = floods_ahead(path, settings.floods, flood)
    none = np.zeros((days, len(index)))
    return none, notes, flood[:days], None if ahead is None else ahead[:days]


def _changes(folder: Path, locations: tuple[Location, ...]) -> tuple[Change, ...]:
    path = folder / changes.FILE
    return read_changes(path, {place.name: place for place in locations}) if path.exists() else ()


def _hunger(
    folder: Path, settings: Settings, locations: tuple[Location, ...], days: int
) -> Floats | None:
    if not settings.reads_hunger:
        return None
    return read_hunger(folder / hunger.FILE, [place.region for place in locations], days)


def _unread_files(folder: Path, settings: Settings) -> list[str]:
    there = [
        f"{folder / name}: not used, for it is read only with {rule}."
        for name, (rule, is_read) in ONLY_WITH.items()
        if (folder / name).exists() and not is_read(settings)
    ]
    if (folder / changes.FILE).exists():
        there.append(f"{folder / changes.FILE}: Flee reads it from the folder where it is started; "
                     "here it lies beside locations.csv.")  # fmt: skip
    there += [
        f"{path}: not used, for no rule that is switched on reads {trait} of persons."
        for path in sorted(folder.glob(PATTERN))
        if (trait := path.stem.removeprefix("demographics_")) not in traits_read(settings)
        and not settings.logs_attributes
    ]
    return there
