"""Places, links and persons as scripts see them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corredor.errors import UsageError
from corredor.flee.api.SimulationSettings import SimulationSettings
from corredor.flee.rules.choosing import crow_km

TYPES = ("camp", "conflict", "forward", "marker", "flood_zone", "default", "town")
AUTOMATIC_CAMP = 0.005  # Flee makes a camp of any place that people leave more seldom


class Location:
    """A place. Whatever a script changes holds from the next day on.

    Attributes
    ----------
    name, region, country : str
        As given.
    movechance : float
        Chance to leave in a day.
    capacity, pop : int
        Capacity (-1: none), and people who live there and have not fled.
    conflict : float
        Intensity of a conflict, or -1.
    camp, idpcamp, town, forward, marker, foreign : bool
        What it is.
    links, closed_links : list of Link
        The ways out that are open, and those that are closed.
    """

    def __init__(
        self, name: str, x: float = 0.0, y: float = 0.0, location_type: str | None = None,
        movechance: float = 0.001, capacity: int = -1, pop: int = 0, foreign: bool = False,
        country: str = "unknown", region: str = "unknown",
        attributes: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.name, self.x, self.y = name, x, y
        self.region, self.country, self.foreign = region, country, foreign
        self.movechance, self.capacity, self.pop = movechance, capacity, pop
        self.attributes = dict(attributes or {})
        self.links: list[Link] = []
        self.closed_links: list[Link] = []
        self.conflict, self.time_of_conflict, self.numAgentsSpawned = -1.0, -1, 0
        self.camp = self.idpcamp = self.town = self.forward = self.marker = False
        self.flood_zone = False
        self._there = 0
        if location_type is not None:
            self._become(location_type.lower())
        if self.movechance < AUTOMATIC_CAMP and not self.camp and not self.flood_zone:
            self.camp, self.town = True, False

    def _become(self, kind: str) -> None:
        found = next((name for name in TYPES if name in kind), None)
        rules = SimulationSettings.move_rules
        if found is None:
            raise UsageError(
                f"{self.name}: location_type: found {kind!r}, expected one of {', '.join(TYPES)}."
            )
        if found == "camp":
            self.camp, self.idpcamp = True, "idp" in kind
            self.movechance = rules["IDPCampMoveChance" if self.idpcamp else "CampMoveChance"]
        elif found == "conflict":
            self.movechance = rules["ConflictMoveChance"]
            self.conflict = float(self.attributes.get("conflict_intensity", 1.0))
        elif found in ("forward", "marker"):
            self.movechance = 1.0
            self.forward, self.marker = found == "forward", found == "marker"
        else:
            self.town, self.flood_zone = found != "flood_zone", found == "flood_zone"
            self.movechance = rules["DefaultMoveChance"]

    @property
    def numAgents(self) -> int:
        """Return the people in the place."""
        return self._there

    @property
    def hunger(self) -> float:
        """Return the share of people who go hungry, by ``region_IPC_level``, a percentage."""
        return float(self.attributes.get("region_IPC_level") or 0.0) / 100.0

    @property
    def flood(self) -> int:
        """Return the level of the flood, by ``flood_level``."""
        return int(self.attributes.get("flood_level") or 0)

    def calculateDistance(self, other_location: Location) -> float:
        """Return the km to another place as the crow flies."""
        return crow_km(self.y, self.x, other_location.y, other_location.x)

    def open_camp(self, IDP: bool = False) -> None:
        """Make a camp of the place."""
        rules = SimulationSettings.move_rules
        self.movechance = rules["IDPCampMoveChance" if IDP else "CampMoveChance"]
        self.camp, self.town, self.forward, self.marker = True, False, False, False
        self.idpcamp, self.conflict = self.idpcamp or IDP, -1.0

    def close_camp(self, IDP: bool = False) -> None:
        """Make a town of the place."""
        self.movechance = SimulationSettings.move_rules["DefaultMoveChance"]
        self.camp, self.idpcamp, self.forward, self.marker = False, False, False, False
        self.town, self.conflict = True, -1.0

    def change_type(self, kind: str) -> None:
        """Give the place another type; as in Flee, it is a town for good once it was one."""
        self.camp = self.idpcamp = self.forward = self.marker = self.flood_zone = False
        self.conflict, was_town = -1.0, self.town
        self._become(kind.lower())
        self.town |= was_town
        if self.conflict > 0:
            self.conflict = float(SimulationSettings.default_conflict_intensity)

    def setAttribute(self, name: str, value: object) -> None:
        """Set a further attribute."""
        self.attributes[name] = value

    def print(self) -> None:
        """Write what the place is like to standard error."""
        sys.stderr.write(
            f"Location name: {self.name}, X: {self.x}, Y: {self.y}, movechance: {self.movechance}, "
            f"cap: {self.capacity}, pop: {self.pop}, country: {self.country}, "
            f"conflict? {self.conflict}, camp? {self.camp}, foreign? {self.foreign}, "
            f"attributes: {self.attributes}\n"
        )


class Link:
    """A link in one direction; ``closed`` says whether people on it have to turn back.

    Of several links between the same two places people travel the first.
    """

    def __init__(
        self, startpoint: Location, endpoint: Location, distance: float, *,
        forced_redirection: bool = False, attributes: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.startpoint, self.endpoint, self._distance = startpoint, endpoint, distance
        self.forced_redirection, self.attributes = forced_redirection, dict(attributes or {})
        self.closed = False
        self.numAgents = self.cumNumAgents = 0
        self.cumNumAgentsByAttribute: dict[str, dict[Any, int]] = {}

    @property
    def name(self) -> str:
        """Return the names of both ends, as Flee writes them."""
        return f"L:{self.startpoint.name}:{self.endpoint.name}"

    @property
    def x(self) -> float:
        """Return that of the middle, as Flee has it."""
        return (self.startpoint.x + self.endpoint.x) / 2.0

    @property
    def y(self) -> float:
        """Return that of the middle, as Flee has it."""
        return (self.startpoint.y + self.endpoint.y) / 2.0

    def get_distance(self) -> float:
        """Return the length in km."""
        return self._distance


@dataclass(frozen=True)
class Person:
    """A person as they are this evening; ``location`` is a place, or a link if ``travelling``.

    km are those of finished links (``distance_travelled``), of the link that they are on, and of
    the day; ``places_travelled`` counts the first place too; ``locations_visited`` are the links to
    whose ends they came today with some of the day left.
    """

    location: Location | Link
    home_location: Location
    travelling: bool
    timesteps_since_departure: int
    attributes: Mapping[str, Any]
    distance_travelled: float = 0.0
    distance_travelled_on_link: float = 0.0
    distance_moved_this_timestep: float = 0.0
    recent_travel_distance: float = 0.0
    places_travelled: int = 1
    harvesting: bool = False
    locations_visited: tuple[Link, ...] = ()
