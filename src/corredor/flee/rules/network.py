"""The map as a graph: connections between places, and the ways that people choose among.

A *connection* goes from one place to another; where the file has several links between the same
two places, all are ways to choose but the first is travelled. A *way* is a path of connections
that never returns to a place, to an end as many places ahead as people are aware of; markers are
passed but are no end and do not count. A *leg* is what somebody does who has chosen: take a
connection now, with the places still to pass in mind.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Integers
from corredor.errors import UsageError
from corredor.flee.case.folder import Case

Route = tuple[int, ...]
MOST_WAYS = 200_000
NO_MAJOR, FROM_HERE = -1, -2
MAJOR_KM = 4.0  # as if a major route were so many times shorter


@dataclass(frozen=True)
class Leg:
    """A connection taken at a place, the places to pass after it, and the last of them.

    Where people may be on foot by chance, each leg is followed by one like it that begins with a
    day on foot; ``chance`` is that of each of the two.
    """

    connection: int
    to: int
    rest: Route
    final: int
    chance: float = 1.0
    on_foot: bool = False

    def both(self, walk: float) -> list[Leg]:
        """Return the leg, and the one on foot where there is a chance of it."""
        if walk == 0:
            return [self]
        return [replace(self, chance=1 - walk), replace(self, chance=walk, on_foot=True)]


@dataclass(frozen=True, eq=False)
class Ways:
    """What people at each place choose among; ways stand in order of leg, legs in order of place.

    Attributes
    ----------
    legs : tuple of Leg
        Without a choice made before: those of the i-th place are ``legs_of[i]:legs_of[i + 1]``.
    leg, place, end, km : numpy.ndarray
        Of each way: its leg (the first of two where the other is on foot), where it begins and
        ends, and its length.
    passed : numpy.ndarray
        Connections of each way, [ways, most], -1 where it has fewer.
    hub : numpy.ndarray
        Of a way by a major route, the way to the place where that begins, or ``FROM_HERE``;
        ``NO_MAJOR`` for other ways. Its km are a quarter of its length, as Flee weighs it.
    """

    legs: tuple[Leg, ...]
    legs_of: Integers
    leg: Integers
    place: Integers
    end: Integers
    km: NDArray[np.float64]
    passed: Integers
    hub: Integers


@dataclass(frozen=True, eq=False)
class Network:
    """Connections with length, speed in km a day, chance of a day on foot; ``ways`` to choose."""

    origin: Integers
    destination: Integers
    km: NDArray[np.float64]
    speed: NDArray[np.float64]
    walk: NDArray[np.float64]
    between: dict[tuple[int, int], int]
    ways: Ways


def build_network(case: Case) -> Network:
    """Lay out the connections and the ways of a case."""
    index = case.index
    links: list[list[tuple[int, float]]] = [[] for _ in case.locations]
    between: dict[tuple[int, int], int] = {}
    km, speed, walk = [], [], []
    for route in case.routes:
        ends = index[route.first], index[route.second]
        for a, b in (ends, ends[::-1]) * route.times:
            if (a, b) not in between:
                between[a, b] = len(between)
                km.append(route.km)
                speed.append(route.speed or case.settings.max_move_speed)
                walk.append(route.walk)
            links[a].append((between[a, b], route.km))
    origin, destination = np.array(list(between), np.int64).reshape(-1, 2).T
    search = _Search(case, links, destination, between)
    return Network(
        origin, destination, np.array(km), np.array(speed), np.array(walk, np.float64), between,
        _order(search, between, walk),
    )  # fmt: skip


@dataclass(frozen=True)
class _Way:
    places: Route
    passed: Route
    km: float
    major: bool = False


class _Search:
    """Finds all ways from a place, depth first."""

    def __init__(
        self, case: Case, links: list[list[tuple[int, float]]], destination: Integers,
        between: dict[tuple[int, int], int],
    ) -> None:  # fmt: skip
        self.links, self.destination, self.between = links, destination.tolist(), between
        self.majors: dict[int, list[Route]] = {}
        for names in case.major_routes:
            first, *others = (case.index[name] for name in names)
            self.majors.setdefault(first, []).append(tuple(others))
        self.marker = [location.kind == "marker" for location in case.locations]
        self.level = case.settings.awareness_level
        self.markers_count = case.settings.fixed_routes  # as places on the way

    def ways(self, place: int) -> Iterator[tuple[_Way, _Way | None]]:
        """Yield the ways from a place, each with the way to where its major route begins."""
        here = _Way((place,), (), 0.0)
        if self.level != 0:
            # one more than may be taken: then they are refused
            regular = list(itertools.islice(self._onward(here, 1), MOST_WAYS + 1))
            yield from ((way, None) for way in regular)
            for way in (here, *regular) if self.majors and not self.marker[place] else ():
                for route in self.majors.get(way.places[-1], ()):
                    if route[-1] != place:
                        yield self._by_major(way, route), way

    def _by_major(self, way: _Way, route: Route) -> _Way:
        """Return a way that goes on along a major route."""
        passed, km = list(way.passed), way.km
        for pair in zip((way.places[-1], *route), route, strict=False):
            passed.append(self.between[pair])
            km += next(km for c, km in self.links[pair[0]] if c == passed[-1])
        return _Way((*way.places, *route), tuple(passed), km / MAJOR_KM, major=True)

    def _onward(self, way: _Way, level: int) -> Iterator[_Way]:
        for connection, km in self.links[way.places[-1]]:
            to = self.destination[connection]
            if to in way.places and len(way.places) > 1:  # a link to itself Flee takes
                continue
            longer = _Way((*way.places, to), (*way.passed, connection), way.km + km)
            reached = level - 1 if self.marker[to] and not self.markers_count else level
            if not self.marker[to]:
                yield longer
            if self.level > reached:
                yield from self._onward(longer, reached + 1)


def _order(search: _Search, between: dict[tuple[int, int], int], walk: list[float]) -> Ways:
    legs: list[Leg] = []
    legs_of = [0]
    rows: list[tuple[int, int, _Way]] = []
    hubs: list[_Way | None] = []
    for place in range(len(search.links)):
        number: dict[Route, int] = {}
        for way, hub in search.ways(place):
            hubs.append(hub)
            if way.places not in number:
                number[way.places] = len(legs)
                first, rest = way.places[1], way.places[2:]
                leg = Leg(between[place, first], first, rest, way.places[-1])
                legs += leg.both(walk[leg.connection])
            rows.append((number[way.places], place, way))
            if len(rows) > MOST_WAYS:
                raise UsageError(
                    f"move_rules.awareness_level: found {search.level}, expected a lower level: "
                    f"on this map people would choose among more than {MOST_WAYS:,} ways."
                )
        legs_of.append(len(legs))
    order = sorted(range(len(rows)), key=lambda row: rows[row][0])
    rows, hubs = [rows[row] for row in order], [hubs[row] for row in order]
    at = {id(way): row for row, (*_, way) in enumerate(rows)}
    passed = np.full((len(rows), max((len(w.passed) for *_, w in rows), default=1)), -1)
    for i, (*_, way) in enumerate(rows):
        passed[i, : len(way.passed)] = way.passed
    return Ways(
        legs=tuple(legs),
        legs_of=np.array(legs_of),
        leg=np.array([leg for leg, *_ in rows], np.int64),
        place=np.array([place for _, place, _ in rows], np.int64),
        end=np.array([way.places[-1] for *_, way in rows], np.int64),
        km=np.array([way.km for *_, way in rows]),
        passed=passed,
        hub=np.array(
            [at.get(id(hub), FROM_HERE) if way.major else NO_MAJOR
             for hub, (*_, way) in zip(hubs, rows, strict=True)],
            np.int64,
        ),
    )  # fmt: skip
