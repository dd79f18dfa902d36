"""The map of a script, under Flee's names: places and links, and what closes and opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.flee.api import spawning
from corredor.flee.api.following import Follower
from corredor.flee.api.live import LiveCase, case_of
from corredor.flee.api.locations import Link, Location
from corredor.flee.api.SimulationSettings import SimulationSettings
from corredor.flee.api.stepping import Stepper
from corredor.flee.case import places
from corredor.flee.case.settings import Settings


class PlacesAndLinks:
    """Places, links and conflicts, as a script makes and changes them.

    Attributes
    ----------
    locations, locationNames : list
        The places, and their names.
    closures : list
        What closes and opens when, as ``closures.csv`` says it.
    major_routes : list
        Names of the places on each.
    time : int
        The number of the day that comes next.
    spawn_weights, spawn_weight_total
        How likely people flee each place, and all together.
    """

    def __init__(self) -> None:
        self.locations: list[Location] = []
        self.locationNames: list[str] = []
        self.closures: list[list[Any]] = []
        self.major_routes: list[tuple[str, ...]] = []
        self.time = 0
        self.spawn_weights: Floats = np.zeros(0)
        self.spawn_weight_total = 0.0
        self._routes: list[places.Route] = []
        self._links: list[Link] = []
        self._stepper: Stepper | Follower | None = None  # from the first day on

    def addLocation(
        self, name: str, x: float = 0.0, y: float = 0.0, location_type: str | None = None,
        movechance: float = 1.0, capacity: int = -1, pop: int = 0, foreign: bool = False,
        country: str = "unknown", region: str = "unknown",
        attributes: Mapping[str, Any] | None = None,
    ) -> Location:  # fmt: skip
        """Add a place, until the first day, and return it."""
        self._refuse_if_begun("place")
        place = Location(name, x, y, location_type, movechance, capacity, pop, foreign, country,
                         region, attributes)  # fmt: skip
        self.locations.append(place)
        self.locationNames.append(name)
        spawning.refresh_spawn_weights(self)
        return place

    def linkUp(
        self, endpoint1: str, endpoint2: str, distance: float = 1.0,
        forced_redirection: bool = False, attributes: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Add a link in both directions, until the first day."""
        self._refuse_if_begun("link")
        a, b = (self.locations[self._convert_location_name_to_index(name)]
                for name in (endpoint1, endpoint2))  # fmt: skip
        given = dict(attributes or {})
        speed = given.get("max_move_speed")
        self._routes.append(places.Route(
            a.name, b.name, float(distance), speed=float(speed) if speed else None,
            walk=float(given.get("walk_probability") or 0.0),
        ))  # fmt: skip
        for start, end, forced in ((a, b, forced_redirection), (b, a, False)):
            link = Link(start, end, distance, forced_redirection=forced, attributes=given)
            start.links.append(link)
            self._links.append(link)

    def _refuse_if_begun(self, what: str) -> None:
        if self._stepper:
            raise UsageError(f"A {what} cannot be added after the first day.")

    def add_conflict_zone(
        self, name: str, conflict_intensity: float = 1.0, change_movechance: bool = True
    ) -> None:
        """Make a place one of conflict."""
        place = self.locations[self._convert_location_name_to_index(name)]
        if change_movechance:
            place.movechance = SimulationSettings.move_rules["ConflictMoveChance"]
            place.conflict, place.town = conflict_intensity, False
        place.time_of_conflict = self.time
        spawning.refresh_spawn_weights(self)

    def remove_conflict_zone(self, name: str, change_movechance: bool = True) -> None:
        """Make a town of a place of conflict."""
        place = self.locations[self._convert_location_name_to_index(name)]
        if change_movechance:
            place.movechance = SimulationSettings.move_rules["DefaultMoveChance"]
        place.conflict, place.town = -1.0, True
        spawning.refresh_spawn_weights(self)

    def set_conflict_intensity(self, name: str, conflict_intensity: float) -> None:
        """Begin a conflict, or end it with an intensity of 0."""
        if conflict_intensity > 0:
            self.add_conflict_zone(name, conflict_intensity)
        else:
            self.remove_conflict_zone(name)

    def change_location_type(self, location_name: str, new_type: str) -> None:
        """Give a place another type; markers stay markers, for ways lead through them."""
        place = self.locations[self._convert_location_name_to_index(location_name)]
        if place.marker or "marker" in new_type.lower():
            raise UsageError(f"{location_name}: a script cannot make or change a marker.")
        place.change_type(new_type)
        spawning.refresh_spawn_weights(self)

    def refresh_conflict_weights(self) -> None:
        """Weigh the places that people flee; ``spawning.refresh_spawn_weights`` in Flee 3."""
        spawning.refresh_spawn_weights(self)

    def enact_border_closures(self, time: int, twoway: bool = True, Debug: bool = False) -> None:
        """Close and open what ``closures`` says for a day."""
        for kind, first, second, start, end in self.closures:
            camps = {"camp": False, "idpcamp": True}
            if time == start and kind == "country":
                self.close_border(first, second, twoway)
            elif time == start and kind == "location":
                self.close_location(first, twoway)
            elif time == start and kind in camps:
                self.close_camp(first, camps[kind])
            if time == end and kind == "country":
                self.reopen_border(first, second, twoway)
            elif time == end and kind == "location":
                self.reopen_location(first, twoway)
            elif time == end and kind in camps:
                self.open_camp(first, camps[kind])

    def close_camp(self, location_name: str, IDP: bool) -> None:
        """Make a town of a camp."""
        self.locations[self._convert_location_name_to_index(location_name)].close_camp(IDP)

    def open_camp(self, location_name: str, IDP: bool) -> None:
        """Make a camp of a place."""
        self.locations[self._convert_location_name_to_index(location_name)].open_camp(IDP)

    def remove_link(
        self, startpoint: str, endpoint: str, twoway: bool = True, close_only: bool = False
    ) -> bool:
        """Take a link off the map; return whether there was one.

        As in Flee, only one direction goes: with ``twoway`` the one from end to start. People under
        way get to its end, unless it is only closed.
        """
        start, end = (endpoint, startpoint) if twoway else (startpoint, endpoint)
        place = self.locations[self._convert_location_name_to_index(start)]
        gone = [link for link in place.links if link.endpoint.name == end]
        place.links = [link for link in place.links if link not in gone]
        if close_only:
            place.closed_links += gone
            for link in gone:
                link.closed = True
        return bool(gone)

    def close_link(self, startpoint: str, endpoint: str, twoway: bool = True) -> bool:
        """Close a link, so that people on it turn back; see ``remove_link``."""
        return self.remove_link(startpoint, endpoint, twoway, close_only=True)

    def reopen_link(self, startpoint: str, endpoint: str, twoway: bool = True) -> bool:
        """Open a closed link in one direction, as ``close_link`` closed it."""
        start, end = (endpoint, startpoint) if twoway else (startpoint, endpoint)
        place = self.locations[self._convert_location_name_to_index(start)]
        again = [link for link in place.closed_links if link.endpoint.name == end]
        place.closed_links = [link for link in place.closed_links if link not in again]
        place.links += again
        for link in again:
            link.closed = False
        return bool(again)

    def close_location(self, location_name: str, twoway: bool = True, Debug: bool = False) -> bool:
        """Close the links into a place and, with ``twoway``, out of it; return whether it is."""
        return self._around(location_name, twoway, closed=False)

    def reopen_location(self, location_name: str, twoway: bool = True, Debug: bool = False) -> bool:
        """Undo ``close_location``."""
        return self._around(location_name, twoway, closed=True)

    def _around(self, name: str, twoway: bool, *, closed: bool) -> bool:
        change = self.reopen_link if closed else self.close_link
        if name not in self.locationNames:
            return False
        place = self.locations[self._convert_location_name_to_index(name)]
        out = place.closed_links if closed else place.links
        for end in dict.fromkeys(link.endpoint.name for link in out):
            change(end, name, twoway=False)
            if twoway:
                change(name, end, twoway=False)
        return True

    def close_border(
        self, source_country: str, dest_country: str, twoway: bool = True, Debug: bool = False
    ) -> None:
        """Close all links from one country to another and, with ``twoway``, back."""
        self._border(source_country, dest_country, twoway, closed=False)

    def reopen_border(
        self, source_country: str, dest_country: str, twoway: bool = True, Debug: bool = False
    ) -> None:
        """Undo ``close_border``."""
        self._border(source_country, dest_country, twoway, closed=True)

    def _border(self, source: str, dest: str, twoway: bool, *, closed: bool) -> None:
        change = self.reopen_link if closed else self.close_link
        for place in self.locations:
            out = place.closed_links if closed else place.links
            for link in list(out):
                ways = (place.country, link.endpoint.country)
                if ways == (source, dest) or (twoway and ways == (dest, source)):
                    change(place.name, link.endpoint.name, twoway=False)

    def _convert_location_name_to_index(self, name: str) -> int:
        if name not in self.locationNames:
            raise UsageError(f"{name!r} is not on the map.")
        return len(self.locationNames) - 1 - self.locationNames[::-1].index(name)

    def get_camp_names(self) -> list[str]:
        """Return the names of all camps; with floods those of all places, as in Flee."""
        every = SimulationSettings.spawn_rules["flood_driven_spawning"]
        return [place.name for place in self.locations if place.camp or every]

    def export_graph(
        self, use_ids_instead_of_names: bool = False
    ) -> tuple[list[str], list[list[Any]]]:
        """Return the names of places, and start, end and length of each open link."""
        edges = [[place.name, link.endpoint.name, link.get_distance()]
                 for place in self.locations for link in place.links]  # fmt: skip
        return list(self.locationNames), edges

    def _case(self, settings: Settings) -> LiveCase:
        """Return the map as the rules take a case."""
        numbers = ("trade_volume", "hdi")
        locations = [
            places.Location(
                name=place.name, region=place.region, country=place.country, x=place.x, y=place.y,
                kind="marker" if place.marker else "flood zone" if place.flood_zone else "town",
                conflict_day=0, people=0,
                numbers={n: float(place.attributes[n]) for n in numbers if place.attributes.get(n)},
            )
            for place in self.locations
        ]  # fmt: skip
        majors = self.major_routes if settings.fixed_routes else []
        foreign = [place.foreign for place in self.locations]
        return case_of(locations, foreign, self._routes, majors, settings)
