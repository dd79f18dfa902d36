"""How likely people are to leave a place, and for where.

A way's weight is the attraction of its end over its length; a camp that fills up loses weight, and
nobody sets out for one that is beyond the middle between nearly full and full.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from corredor.engine.pools import Pools
from corredor.engine.steps import Floats, Today
from corredor.errors import UsageError
from corredor.flee.folder import Case
from corredor.flee.network import Network
from corredor.flee.space import Space
from corredor.flee.spawning import Spawning
from corredor.flee.timeline import Timeline

EARTH_KM = 6373.0
NO_PRUNING = 1.001
TOO_FULL = 0.5
SMALL_PART = 0.02


class Choosing:
    """Prices what people may decide, on each day and at each filling of the camps.

    Parameters
    ----------
    case, network, space, timeline, spawning
        What happens, where, and to whom.
    capacity : numpy.ndarray
        Of each place by day, [days, places]; below 1 is without limit.
    """

    def __init__(
        self, case: Case, network: Network, space: Space, timeline: Timeline, spawning: Spawning,
        capacity: Floats,
    ) -> None:  # fmt: skip
        self.case, self.settings, self.ways = case, case.settings, network.ways
        self.timeline, self.spawning = timeline, spawning
        self.capacity = capacity
        limit = capacity * case.settings.capacity_scaling
        self.limited = np.flatnonzero((limit >= 1).any(axis=0))
        limit = limit[:, self.limited]
        self.full = np.where(limit >= 1, limit, np.inf)
        share = case.settings.capacity_buffer
        self.nearly = np.where(limit >= 1, share * limit, np.inf)
        self.between = np.where(limit >= 1, np.maximum(1.0 - share, 1e-12) * limit, 1.0)
        self.passing = Pools.of(space.reaching(self.limited.tolist()))
        self.inside = Pools.of([space.in_place(place) for place in self.limited.tolist()])
        self.position = np.full(len(case.locations), -1)
        self.position[self.limited] = np.arange(len(self.limited))
        legs = space.choices
        self.connection = np.array([leg.connection for leg in legs], np.int64)
        self.final = np.array([leg.final for leg in legs], np.int64)
        self.place = space.place_of_choice
        self.firsts = len(self.ways.legs)
        self.leg_starts = np.flatnonzero(np.r_[True, self.ways.leg[1:] != self.ways.leg[:-1]])
        self.place_starts = np.flatnonzero(np.r_[True, self.ways.place[1:] != self.ways.place[:-1]])
        self.distance = self._distance()
        self.changing = case.settings.take_from_population
        self._known: tuple[int, Floats, Floats] | None = None
        self._weights: tuple[int, Floats, NDArray[np.bool_]] | None = None

    def chances(self, today: Today) -> Floats:
        """Return the chance of each choice, and of giving up those made before, [R or 1, n].

        The same array as last time where nothing has changed.
        """
        day = (today.date - self.case.period.start).days
        version = int(self.timeline.version[day])
        room = self.room(day, today)
        if self._known and self._known[0] == version and not self.changing:
            known = self._known[1]
            if room is known or np.array_equal(room, known):
                return self._known[2]
        chances = self._chances(day, today, room)
        self._known = (version, room, chances)
        return chances

    def room(self, day: int, today: Today) -> Floats:
        """Return what is left of the attraction of each limited place, [R or 1, limited]."""
        people = today.people_in(self.inside)
        left = np.clip((self.full[day] - people) / self.between[day], 0.0, 1.0)
        room = np.where(people <= self.nearly[day], 1.0, left)
        return np.asarray(room[:1] if (room == 1.0).all() else room)

    def waves(self, today: Today) -> NDArray[np.int64]:
        """Return in how many waves people should arrive, [R].

        So many that no wave can take more than a small part of the room between nearly full and
        full of a camp, even if all came to it who can today. A camp that is full already, or would
        not be nearly full if they all came, asks for no more than one.
        """
        day = (today.date - self.case.period.start).days
        people, passing = today.people_in(self.inside), today.people_in(self.passing)
        fixed = (people + passing <= self.nearly[day]) | (people >= self.full[day])
        parts = np.where(fixed, 1.0, np.ceil(passing / (SMALL_PART * self.between[day])))
        return np.asarray(parts.max(axis=1, initial=1.0).astype(np.int64))

    def _chances(self, day: int, today: Today, room: Floats) -> Floats:
        share = self._shares(day, today, room)
        leave = np.minimum(self._leave(day, today), 1.0)
        full = np.zeros((len(room), len(self.position)), np.bool_)
        full[:, self.limited] = (room < TOO_FULL) & self.timeline.camp[day, self.limited]
        may = self.timeline.open[day, self.connection] & ~full[:, self.final]
        rows = max(len(share), len(leave), len(may))
        count = len(self.final)
        chances = np.empty((rows, 2 * count - self.firsts + 1))
        chances[:, : self.firsts] = leave[:, self.place[: self.firsts]] * share
        chances[:, self.firsts : count] = 1.0
        chances[:, :count] *= may
        chances[:, count:-1] = 1.0 - chances[:, self.firsts : count]
        chances[:, -1] = 1.0
        return chances

    def _leave(self, day: int, today: Today) -> Floats:
        leave = self.timeline.leave[day][None]
        power = self.settings.movechance_pop_scale_factor
        if power == 0:
            return np.asarray(leave)
        people = np.maximum(self.spawning.left(today), self.capacity[day])
        with np.errstate(divide="ignore", over="ignore"):
            factor = (people / self.settings.movechance_pop_base) ** power
        return np.asarray(leave * factor)

    def _shares(self, day: int, today: Today, room: Floats) -> Floats:
        """Return the share of each leg among those who leave a place, [R or 1, legs]."""
        ways, settings = self.ways, self.settings
        if not len(ways.leg):
            return np.zeros((1, 0))
        weight, possible = self._way_weights(day, today)
        if not (room == 1.0).all():
            factor = np.ones((len(room), len(self.position)))
            factor[:, self.limited] = room
            weight = weight * factor[:, ways.end]
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            weight = np.where(possible, weight**settings.weight_power, 0.0)
        if not np.isfinite(weight).all():
            raise UsageError(
                "The settings give a way an infinite weight: check weight_power, distance_power, "
                "softening and the weights of places."
            )
        lengths = np.diff(np.r_[self.place_starts, len(ways.leg)])
        if settings.pruning_threshold > NO_PRUNING:
            best = np.maximum.reduceat(weight, self.place_starts, axis=1)
            least = np.repeat(best, lengths, axis=1) / settings.pruning_threshold
            possible = possible & (weight >= least)
            weight = np.where(possible, weight, 0.0)
        total = np.repeat(np.add.reduceat(weight, self.place_starts, axis=1), lengths, axis=1)
        count = np.add.reduceat(
            np.broadcast_to(possible, weight.shape).astype(float), self.place_starts, axis=1
        )
        alike = possible / np.maximum(1.0, np.repeat(count, lengths, axis=1))
        share = np.where(total > 0, weight / np.where(total > 0, total, 1.0), alike)
        return np.asarray(np.add.reduceat(share, self.leg_starts, axis=1))

    def _way_weights(self, day: int, today: Today) -> tuple[Floats, NDArray[np.bool_]]:
        """Return attraction over length of each way, and whether it is open, [R or 1, ways]."""
        version = int(self.timeline.version[day])
        if self._weights and self._weights[0] == version and not self.changing:
            return self._weights[1:]
        settings, ways = self.settings, self.ways
        attraction = self._attraction(day, today)[:, ways.end] * self.distance
        km = (settings.softening + ways.km) ** settings.distance_power
        weight = (settings.weight_softening + attraction) / km
        open_or_none = np.r_[self.timeline.open[day], True]
        possible = open_or_none[ways.passed].all(axis=1)[None]
        self._weights = (version, weight, possible)
        return weight, possible

    def _attraction(self, day: int, today: Today) -> Floats:
        """Return the attraction of each place, [R or 1, places]."""
        settings, places = self.settings, self.case.locations
        abroad = np.array([place.country != places[0].country for place in places])
        score = np.where(abroad, settings.foreign_weight, 1.0)
        if settings.use_economic_pull:
            pull = [1 + p.numbers.get("trade_volume", 0.0) + p.numbers.get("hdi", 0.0) ** 2
                    for p in places]  # fmt: skip
            score = score * np.where(abroad, pull, 1.0)
        camp, intensity = self.timeline.camp[day], self.timeline.intensity[day]
        score = score * np.where(camp, settings.camp_weight, 1.0)
        score = score * settings.conflict_weight**intensity
        if settings.use_pop_for_loc_weight:
            people = np.maximum(1.0, self.spawning.left(today))
            return np.asarray(
                score * np.where(camp, 1.0, people**settings.pop_power_for_loc_weight)
            )
        return np.asarray(score[None])

    def _distance(self) -> Floats:
        """Return how much less a way attracts for the distance of its end as the crow flies."""
        if not self.settings.stay_close_to_home:
            return np.ones(len(self.ways.leg))
        places = self.case.locations
        return np.array(
            [
                max(1.0, _crow_km(places[a].y, places[a].x, places[b].y, places[b].x))
                ** -self.settings.home_distance_power
                for a, b in zip(self.ways.place.tolist(), self.ways.end.tolist(), strict=True)
            ]
        )


def _crow_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Return the great circle between two places, given as Flee takes them."""
    a, b = math.radians(latitude), math.radians(to_latitude)
    across = math.radians(to_longitude - longitude)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))
