"""What places and connections are on each day: conflicts come and go, borders close and open.

All of it follows from the files, so it is the same for every replicate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corredor.flee.events import Closure
from corredor.flee.folder import Case
from corredor.flee.network import Network

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
NO_CONFLICT = 1e-6


@dataclass(frozen=True, eq=False)
class Timeline:
    """States of places and connections by day.

    Attributes
    ----------
    leave : numpy.ndarray
        Chance to leave each place, before its population counts, [days, places].
    camp : numpy.ndarray
        Whether a place is a camp, [days, places].
    conflict : numpy.ndarray
        Intensity of a conflict, [days, places]; 0 without one.
    intensity : numpy.ndarray
        Of a conflict, as it repels people: with its decay, [days, places].
    fleeing : numpy.ndarray
        The same as it makes people flee, which notices decay a day later.
    open : numpy.ndarray
        Whether a connection is open, [days, connections].
    version : numpy.ndarray
        A number by day that changes whenever one of these does, [days].
    """

    leave: Floats
    camp: Flags
    conflict: Floats
    intensity: Floats
    fleeing: Floats
    open: Flags
    version: NDArray[np.int64]

    def closing(self) -> Flags:
        """Return whether a connection closes on a day, [days, connections]."""
        before = np.vstack([np.ones_like(self.open[:1]), self.open[:-1]])
        return before & ~self.open


def build_timeline(case: Case, network: Network) -> Timeline:
    """Walk through the days of a case."""
    days, places = case.conflict.shape
    now = _Now(case, network)
    leave, camp = np.empty((days, places)), np.empty((days, places), np.bool_)
    intensity, fleeing = np.empty((days, places)), np.empty((days, places))
    conflict = np.empty((days, places))
    is_open = np.empty((days, len(network.km)), np.bool_)
    closures = [c for c in case.closures if 0 <= c.start < days or 0 <= c.end < days]
    for day in range(days):
        changed = now.conflicts_of(day)
        conflict[day] = now.conflict
        fleeing[day] = now.decayed(day if changed or day == 0 else day - 1)
        for closure in closures:
            if closure.start == day:
                now.close(closure)
            if closure.end == day:
                now.reopen(closure)
        leave[day], camp[day], is_open[day] = now.leave, now.camp, now.open
        intensity[day] = now.decayed(day)
    same = np.ones(days, np.bool_)
    for array in (leave, camp, conflict, intensity, is_open):
        same[1:] &= (array[1:] == array[:-1]).all(axis=1)
    return Timeline(leave, camp, conflict, intensity, fleeing, is_open, np.cumsum(~same))


class _Now:
    """The places and connections as they are at one time."""

    def __init__(self, case: Case, network: Network) -> None:
        self.case, self.settings = case, case.settings
        self.origin, self.destination = network.origin, network.destination
        kinds = [place.kind for place in case.locations]
        late = [place.kind == "conflict" and place.conflict_day > 0 for place in case.locations]
        of_kind = {
            "camp": self.settings.camp_movechance,
            "idp camp": self.settings.idpcamp_movechance,
            "conflict": self.settings.conflict_movechance,
            "forward": 1.0,
            "marker": 1.0,
            "flood zone": self.settings.default_movechance,
            "town": self.settings.default_movechance,
        }
        self.leave = np.array(
            [of_kind["town" if a else kind] for kind, a in zip(kinds, late, strict=True)]
        )
        self.camp = np.array([place.is_camp for place in case.locations])
        self.conflict = np.array(
            [
                place.numbers.get("conflict_intensity", 1.0)
                if place.kind == "conflict" and not a else 0.0
                for place, a in zip(case.locations, late, strict=True)
            ]
        )  # fmt: skip
        self.since = np.full(len(kinds), -1)
        self.open = np.ones(len(network.km), np.bool_)
        self.country = np.array([place.country for place in case.locations])

    def conflicts_of(self, day: int) -> bool:
        """Begin and end conflicts; return whether one did. A change of intensity has no effect."""
        intensity = self.case.conflict[day]
        before = self.case.conflict[day - 1] if day else np.zeros_like(intensity)
        begins = (intensity > NO_CONFLICT) & (before < NO_CONFLICT)
        ends = (intensity < NO_CONFLICT) & (before >= NO_CONFLICT)
        self.leave[begins] = self.settings.conflict_movechance
        self.conflict[begins] = intensity[begins]
        self.since[begins] = day
        self.leave[ends] = self.settings.default_movechance
        self.conflict[ends] = 0.0
        return bool((begins | ends).any())

    def decayed(self, day: int) -> Floats:
        """Return the intensity of each conflict, less as it grows older where that is set."""
        factors = np.array(self.settings.conflict_spawn_decay)
        positive: Floats = np.maximum(self.conflict, 0.0)
        if not len(factors):
            return positive
        age = (day - self.since) / self.settings.conflict_spawn_decay_interval
        return np.asarray(positive * factors[np.clip(age.astype(int), 0, len(factors) - 1)])

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
        self.camp[place], self.conflict[place], self.leave[place] = camp, 0.0, leave

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
