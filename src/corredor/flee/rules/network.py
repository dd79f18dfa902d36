"""The map as a graph: connections between places, and the ways that people choose among.

A *connection* goes from one place to another; where the file has several links between the same
two places, all are ways to choose but the first is travelled. A *way* is a path of connections
that never returns to a place, to an end as many places ahead as people are aware of; markers are
passed but are no end and do not count. A *leg* is what somebody does who has chosen: take a
connection now, with the places still to pass in mind.

There may be millions of ways, so all of them are arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.memory import refuse_if_too_large
from corredor.flee.case.folder import Case

NO_MAJOR, FROM_HERE = -1, -2
MAJOR_KM = 4.0  # as if a major route were so many times shorter
NO_ROUTE = 0  # the number of the route without a place
BYTES_A_WAY = 600.0  # at the peak, while a case is laid out: 310 to 590 on five large maps


class Routes(NamedTuple):
    """Places still to pass: the first, the number of what follows it, and the last place.

    The first of all routes, ``NO_ROUTE``, has no place.
    """

    head: Integers
    tail: Integers
    last: Integers


@dataclass(frozen=True, eq=False)
class Legs:
    """Connections taken, with the places to pass after each, [legs].

    Where people may be on foot by chance, each leg is followed by one like it that begins with a
    day on foot; ``chance`` is that of each of the two.

    Attributes
    ----------
    connection, to : numpy.ndarray
        The connection, and the place to which it leads.
    rest, final : numpy.ndarray
        The number of the route after it, and the last place of all.
    chance : numpy.ndarray
        1 where people ride, or walk, for certain.
    on_foot : numpy.ndarray
        Whether it is the one on foot of two.
    """

    connection: Integers
    to: Integers
    rest: Integers
    final: Integers
    chance: Floats
    on_foot: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.connection)

    @classmethod
    def of(
        cls, connection: Integers, to: Integers, rest: Integers, final: Integers, walk: Floats
    ) -> Legs:
        """Return legs, each with one on foot after it where there is a chance of it, ``walk``."""
        both = walk > 0
        each = np.repeat(np.arange(len(connection)), 1 + both)
        on_foot = np.zeros(len(each), np.bool_)
        on_foot[1:] = each[1:] == each[:-1]
        chance = np.where(on_foot, walk[each], 1.0 - walk[each])
        return cls(connection[each], to[each], rest[each], final[each], chance, on_foot)

    def followed_by(self, others: Legs) -> Legs:
        """Return these legs and others."""
        mine, theirs = vars(self), vars(others)
        return Legs(**{name: np.concatenate([mine[name], theirs[name]]) for name in mine})


@dataclass(frozen=True, eq=False)
class Ways:
    """What people at each place choose among; ways stand in order of leg, legs in order of place.

    Attributes
    ----------
    legs : Legs
        Without a choice made before: those of the i-th place are ``legs_of[i]:legs_of[i + 1]``.
    routes : Routes
        The places that remain after each leg.
    leg, place, end, km : numpy.ndarray
        Of each way: its leg (the first of two where the other is on foot), where it begins and
        ends, and its length.
    passed : numpy.ndarray
        Connections of each way, [ways, most], -1 where it has fewer.
    hub : numpy.ndarray
        Of a way by a major route, the way to the place where that begins, or ``FROM_HERE``;
        ``NO_MAJOR`` for other ways. Its km are a quarter of its length, as Flee weighs it.
    """

    legs: Legs
    routes: Routes
    legs_of: Integers
    leg: Integers
    place: Integers
    end: Integers
    km: Floats
    passed: NDArray[np.int32]
    hub: Integers


@dataclass(frozen=True, eq=False)
class Network:
    """Connections with length, speed in km a day, chance of a day on foot; ``ways`` to choose."""

    origin: Integers
    destination: Integers
    km: Floats
    speed: Floats
    walk: Floats
    between: dict[tuple[int, int], int]
    ways: Ways


def build_network(case: Case) -> Network:
    """Lay out the connections and the ways of a case.

    Raises
    ------
    UsageError
        If there is no memory for all ways.
    """
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
    paths = _regular(case, links, destination)
    if case.major_routes:
        paths = _with_majors(case, paths, between, np.array(km))
    on_foot = np.array(walk, np.float64)
    return Network(
        origin, destination, np.array(km), np.array(speed), on_foot, between,
        _order(paths, len(case.locations), on_foot),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Paths:
    """Ways as they are found, place by place.

    ``length`` is how many connections each has; ``places`` and ``passed`` [ways, most] are the
    places after the first and the connections, -1 beyond the end. ``hub`` is as in ``Ways``.
    """

    place: Integers
    length: Integers
    places: NDArray[np.int32]
    passed: NDArray[np.int32]
    km: Floats
    hub: Integers

    @property
    def end(self) -> Integers:
        """Return the last place of each."""
        return self.places[np.arange(len(self.length)), self.length - 1].astype(np.int64)


class _Level(NamedTuple):
    """Paths with as many connections, each of which goes on from one of the level before.

    ``aware`` is how many places ahead its end is, markers left out.
    """

    parent: Integers
    connection: Integers
    to: Integers
    km: Floats
    aware: Integers


def _regular(case: Case, links: Sequence[Sequence[tuple[int, float]]], leads: Integers) -> _Paths:
    """Return all ways from each place, depth first, in the order of its links."""
    places, awareness = len(links), case.settings.awareness_level
    marker = np.array([location.kind == "marker" for location in case.locations], np.bool_)
    passes = marker & (not case.settings.fixed_routes)  # which count all places on the way
    count = np.array([len(there) for there in links], np.int64)
    begin = np.cumsum(count) - count
    connection = np.array([c for there in links for c, _ in there], np.int64)
    km = np.array([length for there in links for _, length in there], np.float64)
    none = np.full(places, -1)
    levels = [_Level(none, none, np.arange(places), np.zeros(places), np.zeros(places, np.int64))]
    found = 0
    while True:
        last = levels[-1]
        goes_on = last.aware < awareness if len(levels) > 1 else np.full(places, awareness != 0)
        parent = np.flatnonzero(goes_on)
        many = count[last.to[parent]]
        found += int(many.sum())
        refuse_if_too_large(
            found * BYTES_A_WAY, "Choose a lower move_rules.awareness_level: people would choose "
            f"among {found:,} ways or more."
        )  # fmt: skip
        parent = np.repeat(parent, many)
        link = begin[last.to[parent]] + _counted_up(many)
        to = leads[connection[link]]
        returns = np.zeros(len(link), np.bool_)
        above = parent
        for level in levels[:0:-1]:  # from the first place Flee takes a link to itself
            returns |= level.to[above] == to
            above = level.parent[above]
        if len(levels) > 1:
            returns |= above == to
        parent, link, to = parent[~returns], link[~returns], to[~returns]
        if not len(parent):
            return _depth_first(levels, marker)
        aware = last.aware[parent] + ~passes[to]
        levels.append(_Level(parent, connection[link], to, last.km[parent] + km[link], aware))


def _counted_up(many: Integers) -> Integers:
    """Return 0, 1, 2 … for each of some numbers."""
    return np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)


def _depth_first(levels: Sequence[_Level], marker: NDArray[np.bool_]) -> _Paths:
    """Return the ways of all levels but the first, depth first; none ends at a marker."""
    sizes = [np.ones(len(level.to), np.int64) for level in levels]  # with all that go on from each
    for level, size, shorter in zip(levels[:0:-1], sizes[:0:-1], sizes[-2::-1], strict=True):
        shorter += np.bincount(level.parent, size, len(shorter)).astype(np.int64)
    at = np.cumsum(sizes[0]) - sizes[0]
    most = max(1, len(levels) - 1)
    total = int(sizes[0].sum())
    place, length = np.empty(total, np.int64), np.zeros(total, np.int64)
    end = np.empty(total, np.int64)
    km = np.zeros(total)
    nodes, passed = np.full((2, total, most), -1, np.int32)
    place[at], end[at] = levels[0].to, levels[0].to
    for depth, (level, size) in enumerate(zip(levels[1:], sizes[1:], strict=True), 1):
        before = np.cumsum(size) - size
        first = np.r_[True, level.parent[1:] != level.parent[:-1]]
        sibling = before - before[first][np.cumsum(first) - 1]
        above, at = at[level.parent], at[level.parent] + 1 + sibling
        place[at], length[at], end[at], km[at] = place[above], depth, level.to, level.km
        nodes[at], passed[at] = nodes[above], passed[above]
        nodes[at, depth - 1], passed[at, depth - 1] = level.to, level.connection
    kept = (length > 0) & ~marker[end]
    place = place[kept]
    return _Paths(place, length[kept], nodes[kept], passed[kept], km[kept],
                  np.full(len(place), NO_MAJOR))  # fmt: skip


def _with_majors(
    case: Case, paths: _Paths, between: dict[tuple[int, int], int], km: Floats
) -> _Paths:
    """Return ways with, after those of each place, the ways that go on along a major route."""
    majors: dict[int, list[list[int]]] = {}
    for names in case.major_routes:
        first, *others = (case.index[name] for name in names)
        majors.setdefault(first, []).append(others)
    here = [place for place, location in enumerate(case.locations) if location.kind != "marker"]
    if case.settings.awareness_level == 0:
        here = []
    begins = [(place, FROM_HERE) for place in here if place in majors]
    plain = np.isin(paths.place, here) & np.isin(paths.end, list(majors))
    begins += [(int(paths.place[way]), way) for way in np.flatnonzero(plain).tolist()]
    rows = []
    for place, way in sorted(begins, key=lambda begin: begin[0]):
        length = int(paths.length[way]) if way >= 0 else 0
        nodes, passed = paths.places[way, :length].tolist(), paths.passed[way, :length].tolist()
        done = float(paths.km[way]) if way >= 0 else 0.0
        for route in majors[nodes[-1] if nodes else place]:
            if route[-1] == place:
                continue
            steps = [between[pair] for pair in zip([nodes[-1] if nodes else place, *route], route,
                                                   strict=False)]  # fmt: skip
            far = done
            for step in steps:
                far += float(km[step])
            rows.append((place, way, [*nodes, *route], [*passed, *steps], far / MAJOR_KM))
    most = max([paths.places.shape[1], *(len(nodes) for _, _, nodes, *_ in rows)])
    nodes_of, passed_of = np.full((2, len(rows), most), -1, np.int32)
    for i, (_, _, nodes, passed, _) in enumerate(rows):
        nodes_of[i, : len(nodes)], passed_of[i, : len(passed)] = nodes, passed

    def wide(table: NDArray[np.int32]) -> NDArray[np.int32]:
        return np.pad(table, ((0, 0), (0, most - table.shape[1])), constant_values=-1)

    place = np.r_[paths.place, np.array([row[0] for row in rows], np.int64)]
    order = np.argsort(place, kind="stable")
    moved = np.argsort(order)
    hub = np.r_[paths.hub, np.array([row[1] for row in rows], np.int64)]
    hub = np.where(hub >= 0, moved[hub], hub)
    length = np.r_[paths.length, np.array([len(row[2]) for row in rows], np.int64)]
    return _Paths(
        place[order], length[order], np.concatenate([wide(paths.places), nodes_of])[order],
        np.concatenate([wide(paths.passed), passed_of])[order],
        np.r_[paths.km, np.array([row[4] for row in rows], np.float64)][order], hub[order],
    )  # fmt: skip


def _routes(paths: _Paths) -> tuple[Routes, Integers, Integers]:
    """Number what remains of each way at its beginning, and after its first connection."""
    count = len(paths.length)
    each = np.arange(count)
    none = np.array([-1])
    heads, tails, lasts = [none], [np.array([NO_ROUTE])], [none]
    whole, rest, known = np.zeros(count, np.int64), np.zeros(count, np.int64), 1
    route = np.full(count, NO_ROUTE)
    for length in range(1, int(paths.length.max(initial=0)) + 1):
        long = each[paths.length >= length]
        head = paths.places[long, paths.length[long] - length].astype(np.int64)
        rest[paths.length == length] = route[paths.length == length]
        pairs, number = np.unique(head * known + route[long], return_inverse=True)
        heads.append(pairs // known)
        tails.append(pairs % known)
        lasts.append(heads[-1] if length == 1 else np.concatenate(lasts)[tails[-1]])
        route[long] = known + number
        known += len(pairs)
        whole[paths.length == length] = route[paths.length == length]
    return Routes(*map(np.concatenate, (heads, tails, lasts))), whole, rest


def _order(paths: _Paths, places: int, walk: Floats) -> Ways:
    """Return the ways in order of leg; those through the same places have one leg."""
    routes, whole, rest = _routes(paths)
    _, first, number = np.unique(
        paths.place * len(routes.head) + whole, return_index=True, return_inverse=True
    )
    in_order = np.sort(first)
    number = np.argsort(np.argsort(first))[number]
    chance = walk[paths.passed[in_order, 0]]
    begin = np.r_[0, np.cumsum(1 + (chance > 0))]
    end = paths.end
    legs = Legs.of(
        paths.passed[in_order, 0].astype(np.int64), paths.places[in_order, 0].astype(np.int64),
        rest[in_order], end[in_order], chance,
    )  # fmt: skip
    leg = begin[number]
    order = np.argsort(leg, kind="stable")
    hub = np.where(paths.hub >= 0, np.argsort(order)[paths.hub], paths.hub)
    return Ways(
        legs=legs, routes=routes,
        legs_of=begin[np.searchsorted(paths.place[in_order], np.arange(places + 1))],
        leg=leg[order], place=paths.place[order], end=end[order], km=paths.km[order],
        passed=paths.passed[order], hub=hub[order],
    )  # fmt: skip
