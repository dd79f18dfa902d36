"""Flee's input folder, file by file, under Flee's names; all is checked as it is read."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from corredor.arrays import Floats
from corredor.errors import InputError, Problem, UsageError
from corredor.flee.api.flee import Ecosystem
from corredor.flee.api.locations import Location
from corredor.flee.api.SimulationSettings import SimulationSettings, settings_now
from corredor.flee.case import floods, hunger, major, places
from corredor.flee.case.agents import read_agents
from corredor.flee.case.cells import Sheet
from corredor.flee.case.changes import FILE, Change, read_changes
from corredor.flee.case.events import Closure, read_closures
from corredor.flee.rules.timeline import NO_CONFLICT
from corredor.inputs.rows import read_rows


def _further_columns(path: Path) -> dict[str, dict[str, str]]:
    """Return the columns beyond Flee's own, by name of the place."""
    rows = Sheet(path, places.COLUMNS, needed=len(places.COLUMNS)).rows()
    return {row.text("name"): row.attributes() for row in rows}


class InputGeography:
    """What the files of an input folder say.

    Attributes
    ----------
    conflicts : dict
        Intensity by name of the place, a number for each day.
    locations, links, closures : tuple
        Places, links and closures as they were read.
    """

    def __init__(self) -> None:
        self.conflicts: dict[str, list[float]] = {}
        self.locations: tuple[places.Location, ...] = ()
        self.links: tuple[places.Route, ...] = ()
        self.closures: tuple[Closure, ...] = ()
        self.major_routes: tuple[tuple[str, ...], ...] = ()
        self.location_changes: tuple[Change, ...] = ()
        self._conflict_file, self._folder = "", Path()
        self.attributes: dict[str, dict[str, list[float]]] = {}
        self._further: dict[str, dict[str, str]] = {}
        self._by_day: dict[str, Floats] = {}  # attributes of places, [days, places]

    def ReadConflictInputCSV(self, csv_name: str) -> None:
        """Read conflicts.csv."""
        rows = read_rows(Path(csv_name))
        if not rows:
            raise InputError(Problem(csv_name, "a header such as #Day,A, then a row for each day"))
        self._conflict_file = csv_name
        header = [name.strip() for name in rows[0][1]]
        self.conflicts = {name: [] for name in header[1:] if name}
        problems = []
        for line, cells in rows[1:]:
            for name, cell in zip(header[1:], cells[1:], strict=False):
                try:
                    value = float(cell)
                except ValueError:
                    value = math.nan
                if not (math.isfinite(value) and value >= 0):
                    problems.append(Problem(csv_name, "a number from 0 on", cell, line, name))
                elif name:
                    self.conflicts[name].append(value)
        if problems:
            raise InputError(problems)

    ReadFlareConflictInputCSV = ReadConflictInputCSV

    def getConflictLocationNames(self) -> list[str]:
        """Return the places that conflicts.csv names."""
        return list(self.conflicts)

    def ReadLocationsFromCSV(self, csv_name: str) -> None:
        """Read locations.csv, and before it the file that the settings name for conflicts."""
        self._folder = Path(csv_name).parent
        conflicts = SimulationSettings.ConflictInputFile
        rules = settings_now().floods
        with_floods = rules is not None and SimulationSettings.spawn_rules["flood_driven_spawning"]
        if conflicts and not self.conflicts and not with_floods and Path(conflicts).is_file():
            self.ReadConflictInputCSV(conflicts)
        self.locations, _ = places.read_locations(Path(csv_name), with_floods)
        self._further = _further_columns(Path(csv_name))
        if settings_now().reads_hunger:
            self._read_hunger(self._folder / hunger.FILE)
        if rules and with_floods:
            given = SimulationSettings.FloodLevelInputFile
            self._read_floods(Path(given) if given else self._folder / floods.FILE, rules)

    def _read_hunger(self, path: Path) -> None:
        """Keep the percentage of hungry people, as long as the file tells it."""
        regions = [place.region for place in self.locations]
        days = [cells[0].strip() for _, cells in read_rows(path)[1:]]
        last = int(days[-1]) if days and days[-1].isdigit() else 0
        self._by_day["region_IPC_level"] = 100.0 * hunger.read_hunger(path, regions, last + 1)

    def _read_floods(self, path: Path, rules: floods.Floods) -> None:
        """Keep levels of flood, and how much flood is known to come."""
        index = {place.name: number for number, place in enumerate(self.locations)}
        days = max(1, len(read_rows(path)) - 1)
        level, _ = floods.read_floods(path, index, days, rules.levels)
        self._by_day["flood_level"] = level
        ahead = floods.floods_ahead(path, rules, level)
        if ahead is not None:
            self._by_day["flood_ahead"] = ahead

    def ReadAttributeInputCSV(
        self, attribute_name: str, attribute_type: str, csv_name: str
    ) -> None:
        """Read an attribute of places by day: a header with places, then a row for each day.

        ``attribute_type`` is ``int`` or ``float``; a place without a column has 0.
        """
        kind = {"int": int, "float": float}[attribute_type]
        header, *rows = (cells for _, cells in read_rows(Path(csv_name)))
        places_of = [name.strip() for name in header[1:]]
        found = {name: [kind(row[1 + i]) for row in rows] for i, name in enumerate(places_of)}
        self.attributes[attribute_name] = found
        none = [0] * len(rows)
        by_place = [found.get(place.name, none) for place in self.locations]
        self._by_day[attribute_name] = np.array(by_place, float).T

    def UpdateLocationAttributes(self, e: Ecosystem, attribute_name: str, time: int) -> None:
        """Give places an attribute that changes from day to day, as it is on a day."""
        by_day = self._by_day.get(attribute_name)
        if by_day is None:
            raise UsageError(f"{attribute_name}: no file that was read tells it.")
        if time >= len(by_day):
            raise UsageError(f"{attribute_name}: its file tells nothing of day {time}.")
        for place, value in zip(e.locations, by_day[time].tolist(), strict=True):
            place.attributes[attribute_name] = int(value) if value == int(value) else value

    def MakeLocationList(self) -> dict[str, list[float]]:
        """Return both coordinates of each place."""
        return {place.name: [place.x, place.y] for place in self.locations}

    def ReadLinksFromCSV(self, csv_name: str) -> None:
        """Read routes.csv, after locations.csv, and major_routes.csv where routes are fixed."""
        index, known = self._index(csv_name), Path(csv_name).with_name(major.FILE)
        self.links, _ = places.read_routes(Path(csv_name), index)
        if settings_now().fixed_routes and known.is_file():
            self.major_routes = major.read_major_routes(known, index, self.links)

    def ReadClosuresFromCSV(self, csv_name: str) -> None:
        """Read closures.csv, after locations.csv; what has no effect in Flee is left out."""
        countries = {place.country for place in self.locations}
        self.closures, _ = read_closures(Path(csv_name), self._index(csv_name), countries)

    def _index(self, csv_name: str) -> dict[str, int]:
        if not self.locations:
            raise UsageError(f"{csv_name}: read locations.csv first.")
        return {place.name: number for number, place in enumerate(self.locations)}

    def ReadLocationChangesFromCSV(self, csv_name: str) -> None:
        """Read location_changes.csv, if there is such a file."""
        known = {place.name: place for place in self.locations}
        path = Path(csv_name)
        self.location_changes = read_changes(path, known) if path.is_file() else ()

    def ReadAgentsFromCSV(self, e: Ecosystem, csv_name: str) -> None:
        """Let the persons of agents.csv begin."""
        for agent in read_agents(Path(csv_name), self._index(csv_name)):
            e.addAgent(e.locations[agent.place], dict(agent.traits))

    def StoreInputGeographyInEcosystem(self, e: Ecosystem) -> tuple[Ecosystem, dict[str, Location]]:
        """Make places, links and closures of what was read; return them by name too.

        Changes of type are read from the folder at hand, as in Flee.
        """
        self.ReadLocationChangesFromCSV(FILE)
        e.input_folder, e.major_routes = str(self._folder), list(self.major_routes)
        hasten, by_name = SimulationSettings.optimisations["PopulationScaleDownFactor"], {}
        home = self.locations[0].country
        for place in self.locations:
            starts_later = place.kind == "conflict" and place.conflict_day > 0
            people = place.people // hasten
            attributes = {**self._further.get(place.name, {}), **place.numbers,
                          "initial_idps": place.initial_idps}  # fmt: skip
            by_name[place.name] = e.addLocation(
                place.name, place.x, place.y,
                "town" if starts_later else place.kind.replace(" ", "_"),
                capacity=people if place.is_camp else -1, pop=0 if place.is_camp else people,
                foreign=place.country != home, country=place.country, region=place.region,
                attributes=attributes,
            )  # fmt: skip
        for link in self.links:
            given = {"max_move_speed": link.speed, "walk_probability": link.walk}
            for _ in range(link.times):
                e.linkUp(link.first, link.second, link.km, attributes=given)
        e.closures = [[c.kind, c.first, c.second, c.start, c.end] for c in self.closures]
        return e, by_name

    def AddNewConflictZones(self, e: Ecosystem, time: int, Debug: bool = False) -> None:
        """Change types of places, bring floods and hunger of a day, begin and end its conflicts.

        A change of intensity has no effect, as in Flee.
        """
        for attribute in self._by_day:
            self.UpdateLocationAttributes(e, attribute, time)
        for change in self.location_changes:
            if change.day == time:
                e.change_location_type(change.place, change.kind.replace(" ", "_"))
        by_flood = SimulationSettings.spawn_rules["flood_driven_spawning"]  # no conflicts then
        for name, intensity in () if by_flood else self.conflicts.items():
            if time >= len(intensity):
                raise InputError(
                    Problem(self._conflict_file, f"a row for day {time}", f"{len(intensity)} rows")
                )
            now, before = intensity[time], intensity[time - 1] if time else 0.0
            if now > NO_CONFLICT > before:
                e.add_conflict_zone(name, now)
            elif now < NO_CONFLICT <= before:
                e.remove_conflict_zone(name)
