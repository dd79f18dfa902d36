"""The ecosystem, under Flee's name: people on a map, moved on day by day."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from corredor.errors import UsageError
from corredor.flee.api import Diagnostics, spawning
from corredor.flee.api.following import Follower
from corredor.flee.api.live import Live
from corredor.flee.api.locations import Link, Location, Person
from corredor.flee.api.places_and_links import PlacesAndLinks
from corredor.flee.api.SimulationSettings import SimulationSettings, settings_now
from corredor.flee.api.stepping import Stepper
from corredor.flee.case.attributes import Trait
from corredor.flee.case.classes import traits_read
from corredor.flee.case.settings import Settings
from corredor.flee.rules.passing import MM
from corredor.flee.rules.stances import TooManyStatesError

BY_ATTRIBUTE = 1  # above it log_levels.link asks for rows by attribute
StepDraw = Literal["exact", "individual"]
__all__ = ["Ecosystem", "Link", "Location", "Person", "SimulationSettings"]


@dataclass(frozen=True)
class _Begun:
    """People who began in a place on a day."""

    place: int
    people: int
    day: int
    attributes: Mapping[str, Any]


class _Counted(Sequence[Person]):
    """People who are counted: there is a number of them, and nobody to be looked at."""

    def __init__(self, people: int) -> None:
        self._people = people

    def __len__(self) -> int:
        return self._people

    def __getitem__(self, number: Any) -> Any:
        raise UsageError(
            'e.agents: people are counted, not told apart. Use Ecosystem(draw="individual"); '
            "e.numAgents() and a place's numAgents need no persons."
        )


class Ecosystem(PlacesAndLinks):
    """People, places and links, moved on day by day on Corredor's engine.

    Parameters
    ----------
    start_date : str
        Day 0, such as 2012-02-29; ``date_string`` tells it, and a harvest needs it.
    demographics_test_prefix : str
        The input folder, or the one around it, where ``demographics_TRAIT.csv`` lie; ``input_csv``
        of the folder at hand unless given.
    draw : {"exact", "individual"}
        Whether people are counted, or are persons whom ``agents`` lists. Rules about attributes of
        persons, a harvest, logs of agents and of links by attribute, and maps with too many states
        need persons in any case.
    seed : int
        The same seed gives the same bits; Flee has none.

    Examples
    --------
    >>> e = Ecosystem(seed=7)
    >>> a = e.addLocation(name="A", movechance=1.0)
    >>> b = e.addLocation(name="B", movechance=1.0)
    >>> e.linkUp("A", "B", 100.0)
    >>> e.addAgent(a, {})
    >>> e.evolve()
    >>> e.time, e.numAgents()
    (1, 1)
    """

    def __init__(
        self, start_date: str = "", demographics_test_prefix: str = "", *,
        draw: StepDraw = "exact", seed: int = 1,
    ) -> None:  # fmt: skip
        super().__init__()
        self.start_date = dt.date.fromisoformat(start_date) if start_date else None
        self.demographics_test_prefix = demographics_test_prefix
        self.print_location_output = True
        self.attributes: dict[str, Any] = {}
        self.refugees_raw = self.refugee_debt = 0
        self.random = np.random.default_rng(seed)
        self.draw, self.seed = draw, seed
        self._begun: list[_Begun] = []
        self._waiting: list[_Begun] = []
        self._people = 0
        self.traits: list[Trait] | None = None  # attributes of persons, once they were read
        self.input_folder = ""  # that of locations.csv, where it was read
        self._connection: dict[int, int] = {}

    @property
    def date_string(self) -> str:
        """Return the date of the day that comes next, as in Flee; empty without ``start_date``."""
        if self.start_date is None:
            return ""
        return (self.start_date + dt.timedelta(days=self.time)).isoformat()

    def tells_attributes(self) -> bool:
        """Return whether attributes of persons matter: to rules, to a log, or to ``agents``."""
        logs = SimulationSettings.log_levels
        told = logs["link"] > BY_ATTRIBUTE or logs["agent"] > 0
        return self.draw == "individual" or told or bool(traits_read(settings_now()))

    # who is there

    def addAgent(self, location: Location, attributes: Mapping[str, Any] | None = None) -> None:
        """Let somebody begin in a place, and take them from its population where that is set."""
        self.addAgents(location, 1, attributes)

    def addAgents(
        self, location: Location, number: int, attributes: Mapping[str, Any] | None = None
    ) -> None:
        """Let so many begin in a place; quicker than one by one, which Flee does."""
        rules = SimulationSettings.spawn_rules
        flees = location.conflict > 0 or rules["flood_driven_spawning"]
        if rules["TakeFromPopulation"] and flees and number > 0:
            location.pop = max(0, location.pop - number)
            location.numAgentsSpawned += number
        self.insertAgents(location, number, attributes)

    def insertAgent(self, location: Location) -> None:
        """Let somebody begin in a place, whatever its population."""
        self.insertAgents(location, 1)

    def insertAgents(
        self, location: Location, number: int, attributes: Mapping[str, Any] | None = None
    ) -> None:
        """Let so many begin in a place, whatever its population."""
        if number <= 0:
            return
        place, known = self.locations.index(location), attributes or {}
        last = self._waiting[-1] if self._waiting else None
        if last and (last.place, last.day, last.attributes) == (place, self.time, known):
            self._waiting[-1] = replace(last, people=last.people + number)
        else:
            self._waiting.append(_Begun(place, number, self.time, dict(known)))
        location._there += number
        self._people += number

    def numAgents(self) -> int:
        """Return all people, wherever they are."""
        return self._people

    def numAgentsOnRank(self) -> int:
        """Return the same: there is one process only."""
        return self._people

    def numIDPs(self) -> int:
        """Return the people in camps for displaced people."""
        return sum(place.numAgents for place in self.locations if place.idpcamp)

    @property
    def agents(self) -> Sequence[Person]:
        """Return all persons as they are now; only their number without ``draw="individual"``."""
        if self.draw != "individual":
            return _Counted(self._people)
        return self._persons(self._enter())

    def _persons(self, stepper: Stepper | Follower) -> list[Person]:
        if not isinstance(stepper, Follower):
            raise UsageError("log_levels: that of agents can be set until the first day only.")
        begun = [each for each in self._begun for _ in range(each.people)]
        link = {connection: link for link, connection in self._first_links()}
        visited: dict[int, list[Link]] = {}
        for person, connection in stepper.passed.tolist():
            visited.setdefault(person, []).append(link[connection])
        there, columns = stepper.persons, zip(
            begun, stepper.place().tolist(), stepper.connection().tolist(), strict=True
        )  # fmt: skip
        km, on_link = there.travelled / MM, there.done / MM
        return [
            Person(
                self.locations[place] if connection < 0 else link[connection],
                self.locations[began.place], connection >= 0, self.time - began.day,
                began.attributes, float(km[number]), float(on_link[number] * (connection >= 0)),
                float(stepper.moved[number] / MM), float(there.recent[number]),
                1 + int(there.finished[number]), bool(there.harvesting[number]),
                tuple(visited.get(number, ())),
            )
            for number, (began, place, connection) in enumerate(columns)
        ]  # fmt: skip

    # what happens

    def pick_spawn_locations(self, number: int = 1) -> list[Location]:
        """Return places that so many people flee, each drawn by weight."""
        weights = self.spawn_weights
        if not weights.sum() > 0:
            raise UsageError(f"Day {self.time}: nobody lives in a place of conflict, so that "
                             "nobody can flee.")  # fmt: skip
        drawn = self.random.choice(len(weights), number, p=weights / weights.sum())
        return [self.locations[place] for place in drawn.tolist()]

    def pick_spawn_location(self) -> Location:
        """Return a place that somebody flees, drawn by weight."""
        return self.pick_spawn_locations(1)[0]

    pick_conflict_location = pick_spawn_location  # its name in Flee 2

    # the day

    def evolve(self) -> None:
        """Move everybody on by a day."""
        spawning.refresh_spawn_weights(self)
        for place in self.locations:
            more = float(place.attributes.get("capacity_per_day") or 0.0)
            if more:
                place.capacity += more  # type: ignore[assignment]
        stepper, settings = self._enter(), settings_now()
        stepper.use(settings)
        if isinstance(stepper, Follower):
            stepper.step(self._live(settings), harvest=self._at_harvest(settings))
        else:
            stepper.step(self._live(settings))
        for place, people in zip(self.locations, stepper.people_in_places().tolist(), strict=True):
            place._there = people
        on, taken = stepper.people_on_connections(), stepper.taken
        for link, connection in self._first_links():
            link.numAgents, link.cumNumAgents = int(on[connection]), int(taken[connection])
        if isinstance(stepper, Follower) and SimulationSettings.log_levels["link"] > BY_ATTRIBUTE:
            self._tell_links_by_attribute(stepper)
        if SimulationSettings.log_levels["agent"] > 0:
            Diagnostics.write_agents(self._persons(stepper), self.time)
        if SimulationSettings.log_levels["link"] > 0:
            Diagnostics.write_links(self.locations, self.time)
        self.time += 1

    def _enter(self) -> Stepper | Follower:
        """Let those begin who wait, in the order in which they came."""
        if self._stepper is None:
            self._stepper = self._begin()
        for begun in self._waiting:
            if isinstance(self._stepper, Follower):
                self._stepper.add(begun.place, begun.people, begun.attributes)
            else:
                self._stepper.add(begun.place, begun.people)
        if isinstance(self._stepper, Follower):
            self._stepper.enter()
        self._begun += self._waiting
        self._waiting = []
        return self._stepper

    def _at_harvest(self, settings: Settings) -> bool:
        """Return whether today is at the time of harvest."""
        if not settings.harvest_months:
            return False
        if self.start_date is None:
            raise UsageError("harvest_months: give Ecosystem the date of its first day.")
        return (self.start_date + dt.timedelta(days=self.time)).month in settings.harvest_months

    def _tell_links_by_attribute(self, stepper: Follower) -> None:
        for link, connection in self._first_links():
            by_value = stepper.taken_by[:, connection]
            found: dict[str, dict[Any, int]] = {}
            for (name, value), row in stepper.values.items():
                if by_value[row] > 0:
                    found.setdefault(name, {})[value] = int(by_value[row])
            link.cumNumAgentsByAttribute = found

    def _begin(self) -> Stepper | Follower:
        """Number what people can be in, from the map as it is."""
        case = self._case(settings_now())
        camp = np.array([place.camp for place in self.locations])
        stepper: Stepper | Follower | None = None
        if not (self.tells_attributes() or case.settings.harvest_months):
            try:
                stepper = Stepper(case, camp, self.seed)
            except TooManyStatesError:
                sys.stderr.write("People could be in too many states to number, so persons are "
                                 "followed one by one.\n")  # fmt: skip
        stepper = stepper or Follower(case, self.seed)
        index = {place.name: i for i, place in enumerate(self.locations)}
        between = stepper.network.between
        self._connection = {
            id(link): between[index[link.startpoint.name], index[link.endpoint.name]]
            for link in self._links
        }
        return stepper

    def _first_links(self) -> list[tuple[Link, int]]:
        """Return of each connection the link that is travelled, with its number."""
        found: dict[int, Link] = {}
        for link in self._links:
            found.setdefault(self._connection[id(link)], link)
        return [(link, connection) for connection, link in found.items()]

    def _live(self, settings: Settings) -> Live:
        """Return places and connections as they are."""
        of = self.locations
        count = len(set(self._connection.values()))
        is_open, shut = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        for place in of:
            for link in place.links:
                is_open[self._connection[id(link)]] = True
            for link in place.closed_links:
                shut[self._connection[id(link)]] = True
        conflict = np.array([max(0.0, place.conflict) for place in of])
        decay = [SimulationSettings.get_location_conflict_decay(self.time, place) for place in of]
        sinks = SimulationSettings.spawn_rules["camps_are_sinks"]
        stay = [float(place.attributes.get("deactivation_probability") or 0.0)
                if sinks and place.camp else 0.0 for place in of]  # fmt: skip
        return Live(
            leave=np.array([float(place.movechance) for place in of]), conflict=conflict,
            intensity=conflict * np.array(decay),
            capacity=np.array([float(place.capacity) for place in of]),
            people=np.array([float(place.pop) for place in of]), sink=np.array(stay),
            hunger=np.array([place.hunger for place in of]),
            flood=np.array([float(place.flood if settings.floods else 0) for place in of]),
            ahead=np.array([float(place.attributes.get("flood_ahead") or 0.0) for place in of]),
            camp=np.array([place.camp for place in of]),
            town=np.array([place.town for place in of]), open=is_open, shut=shut & ~is_open,
        )  # fmt: skip

    # what is told

    def setAttribute(self, name: str, value: object) -> None:
        """Set a further attribute."""
        self.attributes[name] = value

    def getRankN(self, t: int) -> bool:
        """Return whether this process has a task; there is one process only."""
        return True

    def printInfo(self) -> None:
        """Write time and people in each place to standard error."""
        sys.stderr.write(f"Time: {self.time}, # of agents: {self.numAgents()}.\n")
        for place in self.locations:
            sys.stderr.write(f"{place.name} {place.numAgents}\n")

    printComplete = printInfo
