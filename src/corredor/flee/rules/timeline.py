"""What places and connections are on each day: conflicts come and go, borders close and open.

All of it follows from the files, so it is the same for every replicate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.flee.case.events import Closure
from corredor.flee.case.folder import Case
from corredor.flee.case.places import Kind
from corredor.flee.rules.network import Network

Flags = NDArray[np.bool_]
NO_CONFLICT = 1e-6
KEPT = ("leave", "camp", "town", "conflict", "intensity", "fleeing", "hunger", "flood", "open")


@dataclass(frozen=True, eq=False)
class Timeline:
    """States of places and connections; a row for each stretch of days without a change.

    Attributes
    ----------
    row, day : numpy.ndarray
        The row of each day, [days], and the first day of each row, [rows].
    leave : numpy.ndarray
        Chance to leave each place, before its population counts, [rows, places].
    camp, town : numpy.ndarray
        Whether a place is a camp, or a town, [rows, places].
    conflict : numpy.ndarray
        Intensity of a conflict, [rows, places]; 0 without one.
    intensity : numpy.ndarray
        Of a conflict, as it repels people: with its decay, [rows, places].
    fleeing : numpy.ndarray
        The same as it makes people flee, which notices decay a day later.
    hunger : numpy.ndarray
        Share of people who go hungry, [rows, places]; 0 where no rule asks for it.
    flood : numpy.ndarray
        Level of a flood, [rows, places]; 0 for none.
    open : numpy.ndarray
        Whether a connection is open, [rows, connections].
    starving : bool
        Whether people leave places because they go hungry.
    flooded : numpy.ndarray
        Chance to leave a place by level of flood, or empty.
    """

    row: NDArray[np.int64]
    day: NDArray[np.int64]
    leave: Floats
    camp: Flags
    town: Flags
    conflict: Floats
    intensity: Floats
    fleeing: Floats
    hunger: Floats
    flood: Floats
    open: Flags
    starving: bool
    flooded: Floats

    def ever_close(self) -> Flags:
        """Return whether each connection ever closes."""
        return np.asarray(~self.open.all(axis=0))

    def pressed(self, rows: NDArray[np.int64] | slice, leave: Floats) -> Floats:
        """Return chances to leave, changed by hunger and floods where these change them."""
        if self.starving:
            leave = self.hunger[rows] + (1.0 - self.hunger[rows]) * leave
        if len(self.flooded):
            level = self.flood[rows].astype(int)
            leave = np.where(level > 0, self.flooded[level], leave)
        return leave

    def closing(self, day: int) -> Flags | None:
        """Return whether each connection closes on a day; None if none does."""
        row = self.row[day]
        if day and self.row[day - 1] == row:
            return None
        closes = ~self.open[row] if row == 0 else self.open[row - 1] & ~self.open[row]
        return closes if closes.any() else None


def build_timeline(case: Case, network: Network) -> Timeline:
    """Walk through the days of a case on which something may change."""
    days = len(case.conflict)
    now = _Now(case, network)
    closures = [c for c in case.closures if 0 <= c.start < days or 0 <= c.end < days]
    changes = _days_of_change(case, closures)
    kept: dict[str, list[NDArray[Any]]] = {name: [] for name in KEPT}
    for day in changes:
        before = now.conflict.copy()
        now.types_of(day)
        changed = now.conflicts_of(day)
        conflict = now.conflict.copy()
        lagging = day > 0 and not changed  # Flee weighs places of flight anew in the evening
        fleeing = now.weights(day - 1, before) if lagging else now.weights(day, conflict)
        for closure in closures:
            if closure.start == day:
                now.close(closure)
            if closure.end == day:
                now.reopen(closure)
        row = (now.leave, now.camp, now.town, conflict, now.decayed(day, now.conflict), fleeing,
               now.hunger(day), now.flood(day), now.open)  # fmt: skip
        for name, values in zip(KEPT, row, strict=True):
            kept[name].append(values.copy())
    row_of = np.searchsorted(changes, np.arange(days), side="right") - 1
    every: dict[str, Any] = {name: np.array(values) for name, values in kept.items()}
    floods = case.settings.floods
    return Timeline(
        row_of, np.array(changes), **every, starving=case.settings.flee_when_starving,
        flooded=np.array(floods.movechances if floods else ()),
    )  # fmt: skip


def _days_of_change(case: Case, closures: list[Closure]) -> list[int]:
    """Return the days on which something may change, the first among them, in order.

    A camp that closes no longer makes people flee from the next day on.
    """
    days = len(case.conflict)
    if case.settings.conflict_spawn_decay or case.hunger is not None or case.flood is not None:
        return list(range(days))
    fighting = np.sign(case.conflict - NO_CONFLICT)
    found = {0, *(1 + np.flatnonzero((fighting[1:] != fighting[:-1]).any(axis=1))).tolist()}
    for closure in closures:
        found |= {closure.start, closure.start + 1, closure.end, closure.end + 1}
    for change in case.changes:
        found |= {change.day, change.day + 1}
    if case.settings.fixed_routes:  # which know the places of the day before
        found |= {day + 1 for day in found}
    return sorted(day for day in found if 0 <= day < days)


class _Now:
    """The places and connections as they are at one time."""

    def __init__(self, case: Case, network: Network) -> None:
        self.case, self.settings, self.namesakes = case, case.settings, case.namesakes
        self.origin, self.destination = network.origin, network.destination
        kinds = [place.kind for place in case.locations]
        late = [place.kind == "conflict" and place.conflict_day > 0 for place in case.locations]
        self.of_kind: dict[Kind, float] = {
            "camp": self.settings.camp_movechance,
            "idp camp": self.settings.idpcamp_movechance,
            "conflict": self.settings.conflict_movechance,
            "forward": 1.0,
            "marker": 1.0,
            "flood zone": self.settings.default_movechance,
            "town": self.settings.default_movechance,
        }
        self.leave = np.array(
            [self.of_kind["town" if a else kind] for kind, a in zip(kinds, late, strict=True)]
        )
        self.town = np.array([kind == "town" or a for kind, a in zip(kinds, late, strict=True)])
        self.camp = np.array([place.is_camp for place in case.locations])
        self.conflict = np.array(
            [
                place.numbers.get("conflict_intensity", 1.0)
                if place.kind == "conflict" and not a else 0.0
                for place, a in zip(case.locations, late, strict=True)
            ]
        )  # fmt: skip
        self.since = np.full(len(kinds), -1)
        self.decay = np.array(self.settings.conflict_spawn_decay)
        self.open = np.ones(len(network.km), np.bool_)
        self.country = np.array([place.country for place in case.locations])

    def conflicts_of(self, day: int) -> bool:
        """Begin and end conflicts; return whether one did. A change of intensity has no effect."""
        intensity = self.case.conflict[day]
        before = self.case.conflict[day - 1] if day else np.zeros_like(intensity)
        begins = (intensity > NO_CONFLICT) & (before < NO_CONFLICT)
        ends = (intensity < NO_CONFLICT) & (before >= NO_CONFLICT)
        self.leave[begins] = self.settings.conflict_movechance
        self.town[begins] = False
        self.conflict[begins] = intensity[begins]
        self.since[begins] = day
        for places in self.namesakes:  # a conflict begins in the first of a name, and ends in all
            ends[list(places)] = ends[places[0]]
        self.leave[ends] = self.settings.default_movechance
        self.town[ends] = True
        self.conflict[ends] = 0.0
        return bool((begins | ends).any())

    def types_of(self, day: int) -> None:
        """Give places another type. Whether a place is a town changes only where it becomes one."""
        for change in self.case.changes:
            if change.day == day:
                place = self.case.index[change.place]
                self.leave[place] = self.of_kind[change.kind]
                self.camp[place] = change.kind in ("camp", "idp camp")
                self.town[place] |= change.kind == "town"
                self.conflict[place] = (
                    int(self.settings.default_conflict_intensity)
                    if change.kind == "conflict" else 0.0
                )  # fmt: skip

    def hunger(self, day: int) -> Floats:
        """Return the share of people who go hungry in each place."""
        hunger = self.case.hunger
        return np.zeros(len(self.leave)) if hunger is None else hunger[day]

    def flood(self, day: int) -> Floats:
        """Return the level of flood in each place."""
        flood = self.case.flood
        return np.zeros(len(self.leave)) if flood is None else flood[day]

    def weights(self, day: int, conflict: Floats) -> Floats:
        """Return how many flee each place as of a day, for each of its people, in any unit."""
        found = self.decayed(day, conflict)
        if self.settings.starvation_driven_spawning and day > 0:
            only = self.settings.conflict_zone_spawning_only
            found = found + self.hunger(day) * ((conflict > 0) | (not only))
        return found

    def decayed(self, day: int, conflict: Floats) -> Floats:
        """Return the intensity of each conflict, less as it grows older where that is set."""
        positive: Floats = np.maximum(conflict, 0.0)
        if not len(self.decay):
            return positive
        age = (day - self.since) / self.settings.conflict_spawn_decay_interval
        step = np.minimum(np.maximum(age.astype(int), 0), len(self.decay) - 1)
        return np.asarray(positive * self.decay[step])

    def close(self, closure: Closure) -> None:
        """Close a border, the connections of a place, or a camp, which becomes a town."""
        if closure.kind in ("camp", "idpcamp"):
            self._become(closure, camp=False, leave=self.settings.default_movechance)
        elif closure.kind == "country":
            self.open[self._border(closure)] = False
        else:
            self.open[self._around(closure, self.open)] = False

    def reopen(self, closure: Closure) -> None:
        """Undo a closure, whatever closed the connections."""
        if closure.kind in ("camp", "idpcamp"):
            idp = closure.kind == "idpcamp"
            chance = self.settings.idpcamp_movechance if idp else self.settings.camp_movechance
            self._become(closure, camp=True, leave=chance)
        elif closure.kind == "country":
            self.open[self._border(closure)] = True
        else:
            self.open[self._around(closure, ~self.open)] = True

    def _become(self, closure: Closure, *, camp: bool, leave: float) -> None:
        place = self.case.index[closure.first]
        self.camp[place], self.town[place] = camp, not camp
        self.conflict[place], self.leave[place] = 0.0, leave

    def _border(self, closure: Closure) -> Flags:
        come, go = self.country[self.origin], self.country[self.destination]
        there = (come == closure.first) & (go == closure.second)
        back = (come == closure.second) & (go == closure.first)
        return np.asarray(there | back)

    def _around(self, closure: Closure, chosen: Flags) -> Flags:
        """Return the chosen connections out of a place, and those back along the same road."""
        place = self.case.index[closure.first]
        out = (self.origin == place) & chosen
        ends = set(self.destination[out].tolist())
        back = (self.destination == place) & np.isin(self.origin, list(ends))
        return np.asarray(out | back)
