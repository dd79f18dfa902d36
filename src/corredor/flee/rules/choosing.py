"""How likely people are to leave a place, and for where.

A way's weight is the attraction of its end over its length; a camp that fills up loses weight, and
nobody sets out for one that is beyond the middle between nearly full and full.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.kernels.crowding import Options, Pull, aligned
from corredor.engine.kernels.pools import Pools
from corredor.engine.steps import Today
from corredor.errors import UsageError
from corredor.flee.case.folder import Case
from corredor.flee.rules.alarm import Alarm
from corredor.flee.rules.alike import Alike
from corredor.flee.rules.fixed import BestWays
from corredor.flee.rules.network import Legs, Network
from corredor.flee.rules.timeline import Flags, Timeline

EARTH_KM = 6373.0
NO_PRUNING = 1.001
AT_ONCE = 4_000_000  # weights that are kept for all rows of the timeline together


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Weights and possibility of ways, and factors of choices; the first axis is rows or runs."""

    weight: Floats
    possible: NDArray[np.bool_]
    factor: Floats


class Inside(NamedTuple):
    """The states of people in each place, and the same by class, then by place."""

    of_place: Sequence[NDArray[np.int64]]
    of_class: Sequence[Sequence[NDArray[np.int64]]]


class Choices(Protocol):
    """What people may choose: see ``corredor.flee.rules.space.Space``."""

    @property
    def legs(self) -> Legs:
        """Return what people may decide."""
        ...

    @property
    def leg_of(self) -> Integers:
        """Return the leg of each choice, or -1."""
        ...

    @property
    def pressed(self) -> NDArray[np.bool_]:
        """Return whether a choice is that of people who travelled little of late."""
        ...

    @property
    def chance(self) -> Floats:
        """Return the chance of each choice where it is taken."""
        ...


class Populations(Protocol):
    """Says how many people live in each place who have not fled."""

    @property
    def people(self) -> Floats:
        """Return the population before anybody fled, [places]."""
        ...

    def left(self, today: Today) -> Floats:
        """Return the population that is left in each place, [R or 1, places]."""
        ...


class Choosing:
    """Says what draws people on each day, and where there is room.

    Parameters
    ----------
    case, network, space, timeline, spawning
        What happens, where, and to whom.
    capacity : numpy.ndarray
        Of each place by day, [days, places]; below 1 is without limit.
    inside : Inside
        The states of people in each place.
    """

    def __init__(
        self, case: Case, network: Network, space: Choices, timeline: Timeline,
        spawning: Populations, capacity: Floats, inside: Inside,
    ) -> None:  # fmt: skip
        self.case, self.settings, self.ways = case, case.settings, network.ways
        self.timeline, self.spawning, self.capacity = timeline, spawning, capacity
        limit = capacity * case.settings.capacity_scaling
        self.limited = np.flatnonzero((limit >= 1).any(axis=0))
        limit = limit[:, self.limited]
        self.full = np.where(limit >= 1, limit, np.inf)
        self.nearly = np.where(limit >= 1, case.settings.capacity_buffer * limit, np.inf)
        self.options = self._options(space, inside.of_place)
        self.alike = Alike(case, inside.of_class) if case.settings.matched else None
        legs = space.legs
        self.connection = np.r_[legs.connection, -1][space.leg_of]
        place = np.r_[network.origin, -1][self.connection]
        classes = len(case.classes.kinds)
        of_class = np.repeat(np.arange(classes), len(place) // classes) * len(case.locations)
        self.leaves = np.where(place < 0, -1, place + of_class)  # which chance to leave holds
        self.chosen = (space.leg_of < 0) | (space.leg_of >= len(self.ways.legs))
        self.pressed, self.chance = space.pressed, space.chance
        self.distance, self.alarm = self._distance(), Alarm(case)
        power = case.settings.movechance_pop_scale_factor
        emptying = case.settings.take_from_population
        self._daily = bool(
            self.alike is not None
            or (emptying and (power != 0 or case.settings.use_pop_for_loc_weight))
            or (power != 0 and (capacity != capacity[0]).any())
        )
        self._best = BestWays(self.ways) if self.settings.fixed_routes else None
        self._of_row: dict[int, _Drawn] = {}
        self._known: _Drawn | None = None
        numbers = len(timeline.day) * max(len(place), classes * len(self.ways.leg))
        if not self._daily and numbers <= AT_ONCE:
            self._known = self._drawn(slice(None), spawning.people[None], capacity[0])

    def _options(self, space: Choices, inside: Sequence[NDArray[np.int64]]) -> Options:
        ways, settings = self.ways, self.settings
        fixed = settings.fixed_routes  # then room does not weigh, and no way is out
        position = np.full(len(self.case.locations) + 1, -1)
        position[self.limited] = np.arange(len(self.limited))
        limited = Pools.of([inside[place] for place in self.limited.tolist()])
        classes = len(self.case.classes.kinds)
        class_of = np.repeat(np.arange(classes), len(space.leg_of) // classes)
        first = (space.leg_of >= 0) & (space.leg_of < len(ways.legs))
        chosen = space.leg_of - np.r_[space.legs.on_foot, False][space.leg_of]
        bundle_of = np.where(first, chosen + class_of * len(ways.legs), -1)
        final = np.r_[space.legs.final, -1][space.leg_of]
        each = np.arange(classes)[:, None]
        places = np.searchsorted(ways.place, np.arange(len(self.case.locations)))
        return aligned(
            Options(
                pointer=np.r_[np.ravel(places + each * len(ways.leg)), classes * len(ways.leg)],
                bundle=np.ravel(ways.leg + each * len(ways.legs)),
                end=np.tile(np.where(fixed, -1, position[ways.end]), classes),
                bundles=classes * len(ways.legs),
                power=1.0 if fixed else float(settings.weight_power),
                pruning=0.0
                if fixed or settings.pruning_threshold <= NO_PRUNING
                else float(settings.pruning_threshold),
                bundle_of=bundle_of,
                final=position[final],
                inside=limited.states,
                inside_pointer=limited.pointer,
            )
        )

    def pull(self, today: Today) -> Pull:
        """Return what draws people today."""
        day = (today.date - self.case.period.start).days
        row = int(self.timeline.row[day])
        if self._known is not None:
            drawn, at = self._known, slice(row, row + 1)
        elif not self._daily:
            drawn, at = self._drawn_on(row), slice(None)
        else:
            left = self.spawning.left(today)
            people_like = (
                self.alike.factors(today, left, *self._kinds_of(row)) if self.alike else ()
            )
            drawn, at = self._drawn(
                slice(row, row + 1), left, self.capacity[day], people_like
            ), slice(None)  # fmt: skip
        shuts = self.timeline.camp[row, self.limited]
        return aligned(Pull(
            drawn.weight[at], drawn.possible[at][0], drawn.factor[at], self.nearly[day],
            self.full[day], shuts,
        ))  # fmt: skip

    def _drawn_on(self, row: int) -> _Drawn:
        """Return what draws people in a row of the timeline; the last one is kept."""
        if row not in self._of_row:
            known = self._drawn(slice(row, row + 1), self.spawning.people[None], self.capacity[0])
            self._of_row = {row: known}
        return self._of_row[row]

    def _kinds_of(self, row: int) -> tuple[Flags, Flags]:
        """Return which places are camps, and which are places of conflict, [places]."""
        return self.timeline.camp[row], self.timeline.conflict[row] > 0

    def _drawn(
        self, rows: slice, people: Floats, capacity: Floats, people_like: Sequence[Floats] = ()
    ) -> _Drawn:
        """Return what draws people in some rows of the timeline, or for some populations.

        ``people_like`` are factors on the attraction of places to each class, [R, places].
        """
        timeline, ways = self.timeline, self.ways
        scores = self._attraction(rows, people)
        if people_like:
            scores = [score * like for score, like in zip(scores, people_like, strict=True)]
        drawn = [score[:, ways.end] * self.distance for score in scores]
        best = None if self._best is None else self._best_ways(self._best, rows)
        if best is None:
            weight = np.concatenate([self._weight(score) for score in drawn], axis=1)
        else:
            weight = np.concatenate([score * best for score in drawn], axis=1)
        is_open = timeline.open[rows]
        always = np.ones((len(is_open), 1), np.bool_)
        possible = np.all(np.concatenate([is_open, always], axis=1)[:, ways.passed], axis=2)
        if best is not None:
            possible = possible & (best > 0)
        possible = np.tile(possible, len(self.case.classes.kinds))
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            powered = np.where(possible, weight**self.options.power, 0.0)
        if not np.isfinite(powered).all():
            raise UsageError(
                "The settings give a way an infinite weight: check weight_power, distance_power, "
                "softening and the weights of places."
            )
        alarm = self.alarm.leave(timeline.day[rows], self._leave(rows, people, capacity))
        leave = [np.minimum(of_class, 1.0) for of_class in alarm]
        once = np.ones((len(leave[0]), 1))
        go = np.concatenate([*leave, once], axis=1)[:, self.leaves]
        pressed = [np.where(timeline.town[rows], 1.0, of_class) for of_class in leave]
        press = np.concatenate([*pressed, once], axis=1)[:, self.leaves]
        factor = self.chance * np.where(self.chosen, 1.0, np.where(self.pressed, press, go))
        factor = factor * np.concatenate([is_open, always], axis=1)[:, self.connection]
        return _Drawn(weight, np.asarray(possible), factor)

    def _weight(self, attraction: Floats) -> Floats:
        """Return weights of ways before their power, by the attraction of their ends."""
        km = (self.settings.softening + self.ways.km) ** self.settings.distance_power
        return np.asarray((self.settings.weight_softening + attraction) / km)

    def _best_ways(self, best: BestWays, rows: slice) -> Floats:
        """Return the weight of the best way to each place ahead, and 0 for others, [rows, ways].

        Flee finds these ways place by place, in the order of the file, as soon as a place's own
        attraction of the day is known: those later in the file still have that of the day before.
        """
        ways, timeline = self.ways, self.timeline
        today, first = self._plain(rows), rows.start or 0
        yesterday = self._plain(slice(first - 1, first)) if first else np.ones_like(today[:1])
        before = np.concatenate([yesterday, today[:-1]])
        score = np.where(ways.end <= ways.place, today[:, ways.end], before[:, ways.end])
        always = np.ones((len(today), 1), np.bool_)
        is_open = np.concatenate([timeline.open[rows], always], axis=1)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            powered = self._weight(score) ** self.settings.weight_power
        weight = np.where(is_open[:, ways.passed].all(axis=2), powered, 0.0)
        return best.weights(weight)

    def _leave(self, rows: slice, people: Floats, capacity: Floats) -> Floats:
        leave = self.timeline.leave[rows]
        power = self.settings.movechance_pop_scale_factor
        if power != 0:
            with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
                factor = (np.maximum(people, capacity) / self.settings.movechance_pop_base) ** power
            if np.isnan(factor).any():
                raise UsageError(
                    "movechance_pop_scale_factor: it can be no power of a population below 0, at "
                    "which Flee stops too. Check locations.csv."
                )
            leave = leave * factor
        return self.timeline.pressed(rows, leave)

    def _attraction(self, rows: slice, people: Floats) -> list[Floats]:
        """Return the attraction of each place to each class of people, [rows or R, places]."""
        settings = self.settings
        score, camp = self._plain(rows), self.timeline.camp[rows]
        classes = self.case.classes
        found = [classes.attraction(kind, score) for kind in classes.kinds]
        found = self.alarm.attraction(self.timeline.day[rows], found)
        if settings.use_pop_for_loc_weight:
            size = np.maximum(1.0, people) ** settings.pop_power_for_loc_weight
            found = [score * np.where(camp, 1.0, size) for score in found]
        return found

    def _plain(self, rows: slice) -> Floats:
        """Return the attraction of each place to whoever sees it as it is, [rows, places]."""
        settings, places, abroad = self.settings, self.case.locations, self.case.abroad
        score = np.where(abroad, settings.foreign_weight, 1.0)
        if settings.use_economic_pull:
            pull = [1 + p.numbers.get("trade_volume", 0.0) + p.numbers.get("hdi", 0.0) ** 2
                    for p in places]  # fmt: skip
            score = score * np.where(abroad, pull, 1.0)
        if settings.avoid_food_deprived_locations:
            hunger = self.timeline.hunger[rows] * (self.timeline.day[rows] > 0)[:, None]
            score = score * np.where(abroad, 1.0, 1.0 - hunger**2)
        camp, intensity = self.timeline.camp[rows], self.timeline.intensity[rows]
        score = score * np.where(camp, settings.camp_weight, 1.0)
        if settings.floods and settings.floods.loc_weights:
            level = self.timeline.flood[rows].astype(int)
            factor = np.where(level > 0, np.array(settings.floods.loc_weights)[level], 1.0)
            zone = [place.kind == "flood zone" for place in places]
            score = score * np.where(zone, factor**2, factor)  # Flee weighs a zone's flood twice
            score = score * self.alarm.zones(self.timeline.day[rows], zone)
        return np.asarray(score * settings.conflict_weight**intensity)

    def _distance(self) -> Floats:
        """Return how much less a way attracts for the distance of its end as the crow flies."""
        if not self.settings.stay_close_to_home:
            return np.ones(len(self.ways.leg))
        places = self.case.locations
        pairs, of_way = np.unique(
            self.ways.place * len(places) + self.ways.end, return_inverse=True
        )  # ends that several ways lead to once
        ends = zip(*(column.tolist() for column in np.divmod(pairs, len(places))), strict=True)
        far = [
            max(1.0, crow_km(places[a].y, places[a].x, places[b].y, places[b].x))
            ** -self.settings.home_distance_power
            for a, b in ends
        ]
        return np.array(far, np.float64)[of_way]


def crow_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Return the great circle between two places, given as Flee takes them."""
    a, b = math.radians(latitude), math.radians(to_latitude)
    across = math.radians(to_longitude - longitude)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))
