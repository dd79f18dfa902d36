"""A day at a time with persons followed one by one, each with their attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from corredor.arrays import Integers
from corredor.engine.random.philox import STEPS_A_DAY, Address
from corredor.engine.step import plain
from corredor.errors import UsageError
from corredor.flee.api.live import Live, LiveCase, choosing_of, classes_of, today_of
from corredor.flee.case.classes import class_of, traits_apart, traits_read
from corredor.flee.case.settings import Settings
from corredor.flee.rules.choosing import Choosing, Inside
from corredor.flee.rules.network import build_network
from corredor.flee.rules.persons import INFINITE, Persons, beginners, walk
from corredor.flee.rules.stances import Stances
from corredor.flee.rules.ways_of_persons import choices_of, course_of, paths_of


class Follower:
    """Persons on the map of a script, moved on day by day, in the order in which they came.

    Parameters
    ----------
    case : LiveCase
        The map.
    seed : int
        Of the random numbers.

    Attributes
    ----------
    taken : numpy.ndarray
        How many people ever took each connection, [connections].
    taken_by : numpy.ndarray
        How many with each value of an attribute did, [values, connections].
    values : dict
        The number of each value in ``taken_by``, by name and value.
    persons : Persons
        As they are.
    moved : numpy.ndarray
        Their way of the last day in mm, [persons].
    passed : numpy.ndarray
        Persons, and the connections to whose ends they came on it with some of it left, [times, 2].
    """

    def __init__(self, case: LiveCase, seed: int) -> None:
        self.case, self.seed, self.day = case, seed, 0
        self.network = build_network(case)
        self.connections = len(self.network.km)
        closes = np.ones(self.connections, np.bool_)
        self.stances = Stances(case, self.network, closes)
        self.taken = np.zeros(self.connections, np.int64)
        self.taken_by = np.zeros((0, self.connections), np.int64)
        self.values: dict[tuple[str, Any], int] = {}
        self.columns: dict[str, int] = {}
        self.persons = self._nobody()
        self.moved, self.passed = np.zeros(0, np.int64), np.zeros((0, 2), np.int64)
        self._new: list[Persons] = []
        self._keys: list[tuple[str, ...]] = []
        self._live: Live | None = None
        self._before: Live | None = None
        self._choosing: Choosing | None = None

    def _nobody(self) -> Persons:
        none = np.zeros(0, np.int64)
        return beginners(none, none, np.zeros((0, 0), np.int32), tells=True)

    def add(self, place: int, people: int, attributes: Mapping[str, Any]) -> None:
        """Let persons with the same attributes begin in a place."""
        key = self._class_of(attributes)
        if key not in self._keys:
            self._keys.append(key)
            self._choosing = None
        rows = [-1] * len(self.columns)
        for name, value in attributes.items():
            if name not in self.columns:
                self.columns[name] = len(self.columns)
                rows.append(-1)
            rows[self.columns[name]] = 1 + self.values.setdefault((name, value), len(self.values))
        kind = self._keys.index(key)
        self._new.append(beginners(
            np.full(people, place), np.full(people, kind),
            np.tile(np.array(rows, np.int32), (people, 1)), tells=True,
        ))  # fmt: skip

    def _class_of(self, attributes: Mapping[str, Any]) -> tuple[str, ...]:
        settings = self.case.settings
        for name in sorted(traits_read(settings) - set(attributes)):
            raise UsageError(
                f"A rule about {name} is on, but a person has no attribute {name!r}: give one to "
                f"addAgent, or lay demographics_{name}.csv in the input folder."
            )
        known = dict(attributes)
        if "age" in known:
            known["age"] = float(known["age"])
        if "gender" in known:
            known["gender"] = str(known["gender"]).lower()
        return class_of(known, settings)

    def enter(self) -> None:
        """Take in those who have begun."""
        if not self._new:
            return
        width = len(self.columns)
        parts = [self._widened(part, width) for part in (self.persons, *self._new)]
        both: Any = zip(*parts, strict=True)
        self.persons, self._new = Persons._make(map(np.concatenate, both)), []
        more = len(self.values) - len(self.taken_by)
        self.taken_by = np.pad(self.taken_by, ((0, more), (0, 0)))
        self.moved = np.pad(self.moved, (0, len(self.persons.leg) - len(self.moved)))

    def _widened(self, persons: Persons, width: int) -> Persons:
        rows = persons.attributes
        more = ((0, 0), (0, width - rows.shape[1]))
        return persons._replace(attributes=np.pad(rows, more, constant_values=-1))

    def step(self, live: Live, *, harvest: bool = False) -> None:
        """Move everybody on by a day; ``harvest`` says whether it is the time of harvest."""
        self.enter()
        if not self._keys:
            self._before, self._live, self.day = self._live, live, self.day + 1
            return
        fixed = self.case.settings.fixed_routes
        if self._choosing is None or not live.holds(self._live, self._before, fixed_routes=fixed):
            self._build(live)
        assert self._choosing
        persons, closing = self.persons, live.closing(self._live)
        self._before, self._live = self._live, live
        on = persons.leg >= 0
        persons.turned[on] |= closing[self.paths.connection[persons.leg[on]]]
        stocks = self._stocks()
        takers = np.zeros((1 + len(self.values), self.connections), np.int64)
        self.moved = np.zeros(len(persons.leg), np.int64)
        address = Address(self.seed, np.zeros(1, np.int64), self.day * STEPS_A_DAY)
        pull = self._choosing.pull(today_of(stocks))
        ways = plain(self.paths, self.course, self._choosing.options)
        them, drawn, begin = plain(self.persons, pull, address)
        legs = walk(them, ways, drawn, live.sink, stocks[0], harvest, (self.moved, takers), begin)
        if len(legs) and legs[0, 0] == INFINITE:
            raise UsageError("A way has an infinite weight: check powers and weights.")
        self.passed = np.array([legs[:, 0], self.paths.connection[legs[:, 1]]]).T
        self.taken += takers[0]
        self.taken_by += takers[1:]
        self.day += 1

    def _stocks(self) -> Integers:
        """Return the persons in each place by class, [1, classes * places]."""
        persons, places = self.persons, len(self.case.locations)
        there = persons.leg < 0
        state = persons.kind.astype(np.int64) * places + self.place()
        return np.bincount(state[there], minlength=len(self._keys) * places)[None]

    def place(self) -> Integers:
        """Return the place in which each person is counted, or was last, [persons]."""
        persons = self.persons
        here = self.stances.place[persons.stance]
        return np.asarray(np.where(persons.harvesting, persons.home, here), np.int64)

    def connection(self) -> Integers:
        """Return the connection that each person is on, or -1, [persons]."""
        legs = self.stances.legs.connection
        on = self.persons.leg >= 0
        found = np.full(len(on), -1)
        found[on] = legs[self.persons.leg[on]]
        return found

    def _build(self, live: Live) -> None:
        """Work out what draws people."""
        places, traits = len(self.case.locations), traits_apart(self.case.settings)
        case = replace(self.case, classes=classes_of(self._keys, traits, places))
        firsts, classes = len(self.network.ways.legs), len(self._keys)
        states = np.arange(classes * places).reshape(classes, places)
        inside = Inside(list(states.T), [[state[None] for state in row] for row in states])
        choices = choices_of(case, self.stances, firsts, classes)
        self._choosing = choosing_of(
            case, self.network, choices, live, self._live, inside, self.day
        )
        self.paths = paths_of(case, self.network, self.stances, self._choosing.limited)
        self.course = course_of(self.stances, choices, firsts, classes)

    def use(self, settings: Settings) -> None:
        """Take over settings that a script has changed."""
        before = self.case.settings
        if settings == before:
            return
        if settings.awareness_level != before.awareness_level:
            raise UsageError("awareness_level: it can be set until the first day only.")
        if traits_read(settings) != traits_read(before):
            raise UsageError("Rules about attributes of persons can be set until the first day.")
        self.case, self._choosing = replace(self.case, settings=settings), None
        self.network = build_network(self.case)

    def people_in_places(self) -> Integers:
        """Return the people in each place, [places]."""
        there = self.persons.leg < 0
        return np.bincount(self.place()[there], minlength=len(self.case.locations))

    def people_on_connections(self) -> Integers:
        """Return the people under way on each connection, [connections]."""
        connection = self.connection()
        return np.bincount(connection[connection >= 0], minlength=self.connections)
