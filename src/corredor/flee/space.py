"""The states of people under Flee's rules, and how one leads to another.

======  ==========================================================================================
at      in a place, with the places of a chosen way that are still to pass
on      under way on a connection for so many days
turned  under way on a connection that closed meanwhile: they come back to where they set out
pass    reached a place today, with some of the day left; nobody is here in the evening
======  ==========================================================================================

Somebody who is *fresh* has not finished a connection yet; it matters only where people start on
foot. Two states of passing are one if the rest of the day can bring the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corredor.errors import InputError, Problem, UsageError
from corredor.flee.folder import Case
from corredor.flee.network import Leg, Network, Route

Index = NDArray[np.int64]
Key = tuple[str, int, Route, bool, float]
"""Kind; place or connection; places to pass after it; fresh; days on the link, or km today."""
Columns = dict[str, Index]
MOST_DAYS = 1000  # on one connection
MOST_STATES = 1_000_000
DIGITS = 9  # of the km covered in a day: sums in another order differ beyond them


@dataclass(frozen=True, eq=False)
class Space:
    """Numbered states and the transitions between them.

    Attributes
    ----------
    states : dict
        The number of each state; several states of passing may share one.
    size : int
        How many there are.
    choices : list of Leg
        What people may decide; those of the network's ways come first, in their order.
    place_of_choice : numpy.ndarray
        Where they decide so.
    depart, hop : dict
        Columns ``source``, ``destination`` and ``choice`` of the transitions of those who set out
        in the morning, and of those who pass through a place. A choice beyond ``choices`` is to
        give one of those up that follow a choice made before; the last of all is to do so for want
        of a connection.
    shift, turn : dict
        Columns ``source`` and ``destination`` of the transitions along a connection in a day, and
        off one that closes, with its ``connection``.
    stay : dict
        For each state of passing, the state of those who stay, in an order in which a state of
        passing comes before those that it leads to.
    """

    states: dict[Key, int]
    size: int
    choices: list[Leg]
    place_of_choice: Index
    depart: Columns
    hop: Columns
    shift: Columns
    turn: Columns
    stay: dict[int, int]

    def at(self, place: int, *, fresh: bool) -> int:
        """Return the state of people in a place who are not on a chosen way."""
        return self.states["at", place, (), fresh, 0]

    def in_place(self, place: int) -> Index:
        """Return all states of people in a place."""
        found = [n for key, n in self.states.items() if key[0] == "at" and key[1] == place]
        return np.array(found, np.int64)

    def reaching(self, places: list[int]) -> list[Index]:
        """Return for each place the states of passing from which people can be in it tonight."""
        place_of = {n: key[1] for key, n in self.states.items() if key[0] == "at"}
        bit = {place: 1 << i for i, place in enumerate(places)}
        after: dict[int, list[int]] = {source: [rest] for source, rest in self.stay.items()}
        for source, end in zip(
            self.hop["source"].tolist(), self.hop["destination"].tolist(), strict=True
        ):
            after[source].append(end)
        ends: dict[int, int] = {}
        for source in reversed(after):
            ends[source] = 0
            for end in after[source]:
                ends[source] |= ends[end] if end in ends else bit.get(place_of.get(end, -1), 0)
        return [
            np.array([source for source, mask in ends.items() if mask & bit[place]], np.int64)
            for place in places
        ]


def build_space(case: Case, network: Network, closes: NDArray[np.bool_]) -> Space:
    """Find all states that people can be in; ``closes`` says which connections ever close."""
    return _Builder(case, network, closes).build()


class _Builder:
    """Walks from the places to all states that can follow."""

    def __init__(self, case: Case, network: Network, closes: NDArray[np.bool_]) -> None:
        self.case, self.network = case, network
        self.closes = closes.tolist()
        self.origin, self.to = network.origin.tolist(), network.destination.tolist()
        self.km = [round(km, DIGITS) for km in network.km.tolist()]
        self.speed = {False: network.speed.tolist()}
        on_foot = case.settings.start_on_foot
        foot = [case.settings.max_walk_speed] * len(self.km)
        self.speed[True] = foot if on_foot else self.speed[False]
        self.days = {fresh: [self._days(c, speed[c]) for c in range(len(self.km))]
                     for fresh, speed in self.speed.items()}  # fmt: skip
        ways = network.ways
        self.choices = list(ways.legs)
        self.places = np.repeat(np.arange(len(case.locations)), np.diff(ways.legs_of)).tolist()
        self.chosen: dict[tuple[int, Route], list[int]] = {
            (place, ()): list(range(ways.legs_of[place], ways.legs_of[place + 1]))
            for place in range(len(case.locations))
        }
        self.follows: dict[Key, list[tuple[str, int, Key]]] = {}

    def _days(self, connection: int, speed: float) -> int:
        """Return the days on a connection: whoever reaches its end to the km needs one more."""
        days = math.floor(min(self.km[connection] / speed, MOST_DAYS)) + 1
        if days > MOST_DAYS:
            ends = self.origin[connection], self.to[connection]
            names = "-".join(self.case.locations[place].name for place in ends)
            raise InputError(
                Problem("routes.csv", f"links that take up to {MOST_DAYS} days",
                        f"{names}: {self.km[connection]:g} km at {speed:g} km a day")
            )  # fmt: skip
        return int(days)

    def build(self) -> Space:
        """Find the states, make one of those that are alike, and number them."""
        fresh = self.case.settings.start_on_foot
        waiting: list[Key] = [
            ("at", place, (), f, 0)
            for place in range(len(self.case.locations))
            for f in {fresh, False}
        ]
        while waiting:
            key = waiting.pop()
            if key in self.follows:
                continue
            self.follows[key] = list(self._follow(key))
            waiting += [after for *_, after in self.follows[key] if after not in self.follows]
            if len(self.follows) > MOST_STATES:
                raise UsageError(
                    "move_rules.awareness_level: on this map people could be in more than "
                    f"{MOST_STATES:,} states. Choose a lower level."
                )
        alike = self._alike()
        return self._numbered(alike)

    def _follow(self, key: Key) -> Iterator[tuple[str, int, Key]]:
        """Yield what may follow a state: the kind of transition, the choice, the next state."""
        kind, where, route, fresh, done = key
        if kind in ("at", "pass"):
            move = "depart" if kind == "at" else "hop"
            follow_up = self._choices(where, route)
            for choice in follow_up:
                yield move, choice, self._set_out(self.choices[choice], kind, fresh, done)
            if kind == "pass" and not follow_up:
                yield move, -1, ("at", where, (), False, 0)
            if route and kind == "at":
                give_up = -2 - follow_up[0] if follow_up else -1
                yield move, give_up, ("at", where, (), fresh, 0)
            if kind == "pass":
                yield "stay", 0, ("at", where, (), False, 0)
            return
        days = self.days[fresh][where]
        if done < days - 1:
            yield "shift", where, (kind, where, route, fresh, done + 1)
        elif kind == "on":
            today = self.km[where] - (days - 1) * self.speed[fresh][where]
            yield "shift", where, ("pass", self.to[where], route, False, round(today, DIGITS))
        else:
            yield "shift", where, ("at", self.origin[where], route, False, 0)
        if kind == "on" and done > 0 and self.closes[where]:
            yield "turn", where, ("turned", where, route, fresh, done)

    def _choices(self, place: int, route: Route) -> list[int]:
        """Return what people decide in a place; on a chosen way it is the next place."""
        if (place, route) not in self.chosen:
            connection = self.network.between.get((place, route[0]))
            self.chosen[place, route] = []
            if connection is not None:
                self.chosen[place, route] = [len(self.choices)]
                self.choices.append(Leg(connection, route[0], route[1:], route[-1]))
                self.places.append(place)
        return self.chosen[place, route]

    def _set_out(self, leg: Leg, kind: str, fresh: bool, done: float) -> Key:
        """Return the state of somebody who takes a leg, in the morning or later in the day."""
        connection = leg.connection
        if self.days[fresh][connection] > 1:
            return ("on", connection, leg.rest, fresh, 0 if kind == "at" else 1)
        km = self.km[connection] if kind == "at" else round(done + self.km[connection], DIGITS)
        if km < self.speed[fresh][connection]:
            return ("pass", leg.to, leg.rest, False, km)
        return ("at", leg.to, leg.rest, False, 0)

    def _alike(self) -> dict[Key, Key]:
        """Return for each state of passing the first found that can bring the same.

        Those with more km behind them come first, for a state leads only to such.
        """
        alike: dict[Key, Key] = {}
        known: dict[object, Key] = {}
        passing = [key for key in self.follows if key[0] == "pass"]
        for key in sorted(passing, key=lambda key: -key[4]):
            same = (key[1:3], tuple((m, c, alike.get(k, k)) for m, c, k in self.follows[key]))
            alike[key] = known.setdefault(same, key)
        return alike

    def _numbered(self, alike: dict[Key, Key]) -> Space:
        states: dict[Key, int] = {}
        for key in self.follows:
            if key[0] != "pass":
                states[key] = len(states)
        passing = list(dict.fromkeys(alike.values()))
        for key in reversed(passing):  # fewer km first
            states[key] = len(states)
        size = len(states)
        states.update({key: states[one] for key, one in alike.items()})
        tables: dict[str, list[tuple[int, int, int]]] = {
            name: [] for name in ("depart", "hop", "shift", "turn", "stay")
        }
        for key, follows in self.follows.items():
            if alike.get(key, key) == key:
                for move, choice, after in follows:
                    tables[move].append((states[key], states[after], choice))
        first = len(self.network.ways.legs)
        count = len(self.choices)
        for move in ("depart", "hop"):
            tables[move] = [
                (a, b, c if c >= 0 else (count + (-2 - c - first) if c < -1 else 2 * count - first))
                for a, b, c in tables[move]
            ]

        def columns(name: str, third: str) -> Columns:
            a, b, c = np.array(tables[name], np.int64).reshape(-1, 3).T
            return {"source": a, "destination": b, third: c, "cell": np.full(len(a), -1)}

        return Space(
            states=states,
            size=size,
            choices=self.choices,
            place_of_choice=np.array(self.places, np.int64),
            depart=columns("depart", "choice"),
            hop=columns("hop", "choice"),
            shift=columns("shift", "connection"),
            turn=columns("turn", "connection"),
            stay=dict(sorted((a, b) for a, b, _ in tables["stay"])),
        )
