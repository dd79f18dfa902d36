"""People one by one, where that costs less than to count them in states.

Each person has a place with what is left of a chosen way, or a connection and how far they are on
it; how many they have finished; and their recent travel as a number, as in Flee. So nothing is
lumped, and only people who are there cost anything. They are asked one after another in the order
in which they came, each seeing the places as those before have left them, as in Flee.

Where there is a harvest, whoever is in a place is counted where they fled from as long as it lasts,
and does not move; after it they are where they were. Whoever is under way comes to a place first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.compiled import compiled
from corredor.engine.kernels.crowding import Options, Pull, part_left
from corredor.engine.kernels.relay_course import Course
from corredor.engine.kernels.relay_persons import no_prices, price_source, taken
from corredor.engine.random.philox import Address, bare, new_stream, open_stream, uniform
from corredor.engine.register import Register
from corredor.engine.step import Step, Today, plain
from corredor.errors import UsageError
from corredor.flee.case.attributes import Attributes
from corredor.flee.case.folder import Case
from corredor.flee.rules.network import Legs, Network
from corredor.flee.rules.passing import MM
from corredor.flee.rules.sinks import Sinks
from corredor.flee.rules.stances import Stances

STAYS, INFINITE = -1, -2  # what comes of a choice beside a transition
AT_ONCE = 100_000  # persons who are counted in one go, so that it takes little memory
NOT_THERE = -1  # of an attribute that somebody does not have
EVENING = np.uint64(2**31)  # block of random numbers that nobody reaches in a day's travel


class Choices(NamedTuple):
    """What people may choose: see ``corredor.flee.rules.space.Space``."""

    legs: Legs
    leg_of: Integers
    pressed: NDArray[np.bool_]
    chance: Floats


class Paths(NamedTuple):
    """Where people can be, and how fast they get on.

    Attributes
    ----------
    place : numpy.ndarray
        Of each stance.
    to, back, connection : numpy.ndarray
        Of each leg: the stance that it leads to, and that of those who turn back; its connection.
    length, speed, ride : numpy.ndarray
        Of each leg in mm: its length, the way of the first day and of a later one that is ridden.
    walk : numpy.ndarray
        Chance of a later day on foot.
    foot, usual : int
        The way of a day on foot, and that by which recent travel is measured, in mm.
    fresh_on_foot, presses : bool
        Whether people walk their first connection; whether those who travelled little go on.
    limited : numpy.ndarray
        Which limited place each place is, or -1.
    """

    place: Integers
    to: Integers
    back: Integers
    connection: Integers
    length: Integers
    speed: Integers
    ride: Integers
    walk: Floats
    foot: int
    usual: int
    fresh_on_foot: bool
    presses: bool
    limited: Integers


class Persons(NamedTuple):
    """Persons in the order in which they came, [persons].

    Attributes
    ----------
    stance, leg : numpy.ndarray
        Where somebody is, or was last; the leg that they are on, or -1.
    done : numpy.ndarray
        How far on it, in mm.
    recent : numpy.ndarray
        Recent travel, in days.
    finished : numpy.ndarray
        How many connections they have finished.
    turned : numpy.ndarray
        Whether they turn back.
    kind : numpy.ndarray
        Their class.
    settled, harvesting : numpy.ndarray
        Whether they stay where they are for good, as in camps that are sinks; whether they are at
        their harvest.
    home : numpy.ndarray
        The place where they began.
    travelled : numpy.ndarray
        The way of all connections that they finished, in mm; of nobody unless it is told.
    attributes : numpy.ndarray
        Their attributes as rows of what is counted on connections, [persons, attributes], or -1.
    """

    stance: NDArray[np.int32]
    leg: NDArray[np.int32]
    done: Integers
    recent: Floats
    finished: NDArray[np.int32]
    turned: NDArray[np.bool_]
    kind: NDArray[np.int16]
    settled: NDArray[np.bool_]
    harvesting: NDArray[np.bool_]
    home: NDArray[np.int32]
    travelled: Integers
    attributes: NDArray[np.int32]


class Evening(NamedTuple):
    """What persons have done on a day, for whoever is told of it.

    Attributes
    ----------
    paths : Paths
        Where they can be.
    persons : Persons
        As they are in the evening.
    gone : numpy.ndarray
        Whether they had settled for good before, [persons].
    moved : numpy.ndarray
        Their way of the day in mm, [persons].
    passed : numpy.ndarray
        Persons, and the legs to whose ends they came with some of the day left, [times, 2].
    taken : numpy.ndarray
        How many took each connection today, [1 + values of attributes, connections]: all of them,
        then those with each value.
    """

    paths: Paths
    persons: Persons
    gone: NDArray[np.bool_]
    moved: Integers
    passed: Integers
    taken: Integers


def beginners(
    place: Integers, kind: Integers, attributes: NDArray[np.int32], *, tells: bool
) -> Persons:
    """Return persons who begin in places; ``tells`` says whether their way is told."""
    count = len(place)
    return Persons(
        place.astype(np.int32), np.full(count, -1, np.int32), np.zeros(count, np.int64),
        np.zeros(count),
        np.zeros(count, np.int32), np.zeros(count, np.bool_), kind.astype(np.int16),
        np.zeros(count, np.bool_), np.zeros(count, np.bool_), place.astype(np.int32),
        np.zeros(count if tells else 0, np.int64), attributes,
    )  # fmt: skip


def choices_of(case: Case, stances: Stances, firsts: int, classes: int) -> Choices:
    """Return what people of each class may choose, class by class.

    Legs come first, then one that is certain, then, where recent travel matters, the first
    ``firsts`` legs again for those who go on because they travelled little.
    """
    legs = stances.legs
    twins = firsts if case.settings.avoid_short_stints else 0
    leg_of = np.r_[np.arange(len(legs)), -1, np.arange(twins)]
    return Choices(
        legs, np.tile(leg_of, classes),
        np.tile(np.arange(len(leg_of)) > len(legs), classes),
        np.tile(np.r_[legs.chance, 1.0, legs.chance[:twins]], classes),
    )  # fmt: skip


def paths_of(case: Case, network: Network, stances: Stances, limited: Integers) -> Paths:
    """Return where people can be."""
    settings, legs = case.settings, stances.legs

    def mm(km: Any) -> Integers:
        return np.asarray(np.maximum(1, np.rint(np.multiply(km, MM))), np.int64)

    connection = legs.connection
    foot, ride = int(mm(settings.max_walk_speed)), mm(network.speed)[connection]
    position = np.full(len(case.locations), -1)
    position[limited] = np.arange(len(limited))
    return Paths(
        place=stances.place, to=stances.to, back=stances.back, connection=connection,
        length=mm(network.km)[connection], speed=np.where(legs.on_foot, foot, ride), ride=ride,
        walk=network.walk[connection], foot=foot, usual=int(mm(settings.max_move_speed)),
        fresh_on_foot=settings.start_on_foot, presses=settings.avoid_short_stints,
        limited=position,
    )  # fmt: skip


def course_of(stances: Stances, choices: Choices, firsts: int, classes: int) -> Course:
    """Return the legs that follow each stance, for each class, and again for the pressed."""
    first, last = stances.first, stances.last
    leg = np.arange(len(stances.legs))
    each = len(choices.leg_of) // classes
    ways = [leg]
    if choices.pressed.any():
        ways.append(np.where(leg < firsts, len(leg) + 1 + leg, leg))
    blocks = [each * kind + way for kind in range(classes) for way in ways]
    count = last - first
    pointer = np.r_[0, np.cumsum(np.tile(count, len(blocks)))].astype(np.int64)
    none = np.zeros(0, np.int32)
    return Course(
        sources=np.zeros(len(pointer) - 1, np.int32), pointer=pointer,
        destination=np.tile(leg, len(blocks)).astype(np.int32), cell=none,
        choice=np.concatenate(blocks).astype(np.int64), onward=none, rest=none,
        rounds=np.zeros(2, np.int64), limited=none, waves=1, part=0.0,
    )  # fmt: skip


@bare
def _pick(i, course, options, pull, room, version, prices, stream):  # type: ignore[no-untyped-def]
    """Return the transition that somebody takes, ``STAYS``, or ``INFINITE``."""
    known = prices.of_source[i]
    if (
        known != version
        and (known < 0 or prices.depends[i])
        and not price_source(i, course, options, pull, room, version, prices)
    ):
        return INFINITE
    u = uniform(stream)
    if u >= prices.total[i]:
        return STAYS
    return taken(u, course.pointer[i], course.pointer[i + 1], prices.upto)


@compiled(inline="always")
def _fill(limited, more, inside, room, nearly, full):  # type: ignore[no-untyped-def]
    """Count somebody who comes or goes; return 1 if that changes the room left, else 0."""
    if limited < 0:
        return 0
    inside[limited] += more
    left = part_left(inside[limited], nearly[limited], full[limited])
    changed = 1 if left != room[limited] else 0
    room[limited] = left
    return changed


@compiled(inline="always")
def _set_out(x, connection, attributes, takers):  # type: ignore[no-untyped-def]
    """Count somebody who takes a connection, where that is told."""
    if takers.shape[0] > 0:
        takers[0, connection] += 1
        for a in range(attributes.shape[1]):
            if attributes[x, a] >= 0:
                takers[attributes[x, a], connection] += 1


@compiled(inline="always")
def _longer(array, size):  # type: ignore[no-untyped-def]
    """Return an array of pairs of a larger size that begins with what there is.

    Not by np.append: see corredor.engine.loading.
    """
    longer = np.empty((size, 2), np.int64)
    for k in range(array.shape[0]):
        longer[k, 0], longer[k, 1] = array[k, 0], array[k, 1]
    return longer


@compiled(nogil=True)
def walk(  # type: ignore[no-untyped-def]
    persons, paths, course, options, pull, settle, stock, season, moved, takers, address
):
    """Move everybody on by a day; return those who passed through places (see ``Evening``).

    Those in places decide first, then those under way get on, all in turn; in the evening those in
    places settle with the chances ``settle`` [places]. ``stock`` [states] is what there is before.
    ``season`` is whether it is the time of harvest. ``moved`` is set, and ``takers`` added to. If a
    weight was infinite, ``INFINITE`` stands in the first row.
    """
    persons, paths, address = Persons(*persons), Paths(*paths), Address(*address)
    course, options, pull = Course(*course), Options(*options), Pull(*pull)
    stance, leg, done, recent = persons.stance, persons.leg, persons.done, persons.recent
    finished, travelled, attributes = persons.finished, persons.travelled, persons.attributes
    harvesting, home = persons.harvesting, persons.home
    tells, passed, passings = travelled.shape[0] > 0, np.empty((64, 2), np.int64), 0
    stream = new_stream(address.seed, address.replicates[0], address.day_step)
    stances = paths.place.shape[0]
    blocks = 2 if paths.presses else 1
    nearly, full = pull.nearly, pull.full
    prices, version = no_prices(course, options), 0
    inside, room = np.zeros(nearly.shape[0]), np.empty(nearly.shape[0])
    for k in range(room.shape[0]):
        for x in range(options.inside_pointer[k], options.inside_pointer[k + 1]):
            inside[k] += stock[options.inside[x]]
        room[k] = part_left(inside[k], nearly[k], full[k])
    for x in range(stance.shape[0]):
        moved[x] = 0
        if leg[x] >= 0 or persons.settled[x]:
            continue
        if season or harvesting[x]:
            if harvesting[x] != season:
                harvesting[x] = season
                more = -1.0 if season else 1.0
                here = paths.limited[paths.place[stance[x]]]
                version += _fill(here, more, inside, room, nearly, full)
                version += _fill(paths.limited[home[x]], -more, inside, room, nearly, full)
            if season:
                continue
        open_stream(stream, x)
        block = persons.kind[x] * blocks * stances
        t = _pick(block + stance[x], course, options, pull, room, version, prices, stream)
        if t == INFINITE:
            passed[0, 0] = INFINITE
            return passed[:1]
        place = paths.place[stance[x]]
        if t == STAYS:
            stance[x] = place
        else:
            leg[x], done[x] = course.destination[t], 0
            _set_out(x, paths.connection[leg[x]], attributes, takers)
            version += _fill(paths.limited[place], -1.0, inside, room, nearly, full)
    for x in range(stance.shape[0]):
        if leg[x] < 0:
            continue
        open_stream(stream, x)
        stream[5] = np.uint64(1)
        while leg[x] >= 0:
            on = leg[x]
            speed = paths.speed[on]
            if done[x] > 0:
                by_foot = paths.walk[on] > 0.0 and uniform(stream) < paths.walk[on]
                speed = paths.foot if by_foot else paths.ride[on]
            if finished[x] == 0 and paths.fresh_on_foot:
                speed = paths.foot
            done[x] += speed
            moved[x] += speed
            if done[x] <= paths.length[on]:
                break
            moved[x] -= done[x] - paths.length[on]
            stance[x] = paths.back[on] if persons.turned[x] else paths.to[on]
            place = paths.place[stance[x]]
            ends = persons.turned[x] or moved[x] >= speed
            leg[x], persons.turned[x] = -1, False
            finished[x] += 1
            if tells:
                travelled[x] += paths.length[on]
                if not ends:
                    if passings == passed.shape[0]:
                        passed = _longer(passed, 2 * passings)
                    passed[passings, 0], passed[passings, 1] = x, on
                    passings += 1
            at_harvest = season and not ends
            came = home[x] if at_harvest else place
            version += _fill(paths.limited[came], 1.0, inside, room, nearly, full)
            if at_harvest:
                harvesting[x] = True
            if ends or at_harvest:
                break
            block = persons.kind[x] * blocks * stances
            if paths.presses and (recent[x] + moved[x] / paths.usual) / 2.0 < 0.5:
                block += stances
            t = _pick(block + stance[x], course, options, pull, room, version, prices, stream)
            if t == INFINITE:
                passed[0, 0] = INFINITE
                return passed[:1]
            if t == STAYS:
                stance[x] = place
            else:
                leg[x], done[x] = course.destination[t], 0
                _set_out(x, paths.connection[leg[x]], attributes, takers)
                version += _fill(paths.limited[place], -1.0, inside, room, nearly, full)
    for x in range(stance.shape[0]):
        recent[x] = (recent[x] + moved[x] / paths.usual) / 2.0
        chance = settle[paths.place[stance[x]]]
        if chance > 0.0 and leg[x] < 0 and not persons.settled[x]:
            open_stream(stream, x)
            stream[5] = EVENING
            persons.settled[x] = uniform(stream) < chance
    return passed[:passings]


@dataclass(frozen=True, eq=False)
class Walk(Step):
    """A day of persons whose states are not numbered.

    The engine's states are fewer: people in each place by class (class by class), on each
    connection, those of no class yet in each place, and those who have settled. Whoever begins in
    a place is made a person when the step comes.

    Attributes
    ----------
    paths, course, options, pull
        Where people can be and go, and what draws them.
    closing : callable
        Takes the day; which connections close on it, or None.
    sinks : Sinks
        Where people settle for good.
    classes, places, connections, states : int
        How many there are.
    last_day : int
        The number of the last day.
    harvest : callable
        Takes the day; whether it is the time of harvest.
    attributes : Attributes, optional
        All traits of persons, where they are told.
    evening : callable, optional
        Told every evening the day and what persons have done, if it wants to know.
    """

    name: str
    paths: Paths
    course: Course
    options: Options
    pull: Callable[[Today], Pull]
    closing: Callable[[int], NDArray[np.bool_] | None]
    sinks: Sinks
    classes: int
    places: int
    connections: int
    states: int
    last_day: int
    harvest: Callable[[int], bool] = lambda _: False
    attributes: Attributes | None = None
    evening: Callable[[int, Evening], None] | None = None
    _crowds: dict[int, Persons] = field(default_factory=dict)

    def ask(self, today: Today) -> Pull:
        """Ask what draws people."""
        return self.pull(today)

    def answers(self, today: Today, events: Sequence[float]) -> Iterator[Any]:
        """Give what draws people."""
        yield self.pull(today)

    def means(self, price: Pull, stocks: Floats, cells: Floats) -> None:
        """Refuse: persons are whole."""
        raise UsageError(
            "The expected draw needs states, and under these settings persons are followed one by "
            "one: use the exact draw."
        )

    def persons(
        self, price: Pull, stocks: NDArray[Any], cells: NDArray[Any], address: Address,
        register: Register,
    ) -> None:  # fmt: skip
        """Do the same as the exact draw."""
        self.counts(price, stocks, cells, address)

    def counts(
        self, price: Pull, stocks: NDArray[Any], cells: NDArray[Any], address: Address
    ) -> None:
        """Move the persons of each replicate on, and count where they are."""
        for row, replicate in enumerate(address.replicates.tolist()):
            own = address._replace(replicates=address.replicates[row : row + 1])
            crowd = self._enter(stocks[row], own)
            closes = self.closing(address.day)
            if closes is not None:
                on = crowd.leg >= 0
                crowd.turned[on] |= closes[self.paths.connection[crowd.leg[on]]]
            pull = price._replace(
                weight=price.weight[row : row + 1] if len(price.weight) > 1 else price.weight,
                factor=price.factor[row : row + 1] if len(price.factor) > 1 else price.factor,
            )
            gone = crowd.settled.copy()
            moved, takers = np.empty(len(gone), np.int64), self._nobody()
            them, paths, course = plain(crowd, self.paths, self.course)
            options, drawn, begin = plain(self.options, pull, own)
            settle, season = self.sinks.on(address.day), self.harvest(address.day)
            passed = walk(them, paths, course, options, drawn, settle, stocks[row], season, moved,
                          takers, begin)  # fmt: skip
            if len(passed) and passed[0, 0] == INFINITE:
                raise UsageError(
                    "go: an option has an infinite weight. Check powers and weights of the "
                    "settings."
                )
            stocks[row] = self._counted(crowd)
            if self.evening:
                self.evening(address.day, Evening(self.paths, crowd, gone, moved, passed, takers))
            if address.day == self.last_day:
                self._crowds.pop(replicate, None)
            else:
                self._crowds[replicate] = crowd

    def _nobody(self) -> Integers:
        """Return a count of nobody on any connection, by attribute; empty if it is not told."""
        rows = 1 + int(self._begins[-1]) if self.evening else 0
        return np.zeros((rows, self.connections), np.int64)

    @cached_property
    def _begins(self) -> Integers:
        """Return how many values the attributes before each have, and all of them."""
        traits = self.attributes.traits if self.attributes else ()
        return np.cumsum([0, *(len(trait.values) for trait in traits)], dtype=np.int64)

    def _enter(self, stock: NDArray[Any], address: Address) -> Persons:
        """Return all persons; whoever is in places and is none yet is the last of them."""
        nobody = np.zeros(0, np.int64)
        known = self._beginners(nobody, address)
        if address.day > 0:
            known = self._crowds.pop(int(address.replicates[0]))
        there = self.classes * self.places
        new = (stock - self._counted(known))[:there]
        others = self._beginners(np.repeat(np.arange(there), new), address)
        columns: list[NDArray[Any]] = list(known)
        del known
        for i, more in enumerate(others):  # so that only one column is there twice at a time
            columns[i] = np.concatenate([columns[i], more])
        return Persons._make(columns)

    def _beginners(self, state: Integers, address: Address) -> Persons:
        """Return persons who begin in states."""
        place, kind = state % self.places, state // self.places
        rows = np.zeros((len(state), len(self._begins) - 1), np.int32)
        if self.attributes:
            seed = [address.seed, int(address.replicates[0]), address.day]
            chance = np.random.default_rng(seed)
            values = self.attributes.drawn(place, kind, chance, first=address.day == 0)
            rows[:] = np.where(values >= 0, 1 + self._begins[:-1] + values, NOT_THERE)
        return beginners(place, kind, rows, tells=self.evening is not None)

    def _counted(self, crowd: Persons) -> Integers:
        """Return how many are in each state."""
        every = range(0, len(crowd.stance), AT_ONCE)
        parts = (self._counted_at_once(crowd, slice(begin, begin + AT_ONCE)) for begin in every)
        return sum(parts, np.zeros(self.states, np.int64))

    def _counted_at_once(self, everybody: Persons, some: slice) -> Integers:
        """Return how many of some persons are in each state."""
        crowd = Persons._make(column[some] for column in everybody)
        place = np.where(crowd.harvesting, crowd.home, self.paths.place[crowd.stance])
        state = crowd.kind.astype(np.int64) * self.places + place
        on = crowd.leg >= 0
        state[on] = self.classes * self.places + self.paths.connection[crowd.leg[on]]
        if self.sinks.states:
            for_good = crowd.settled
            state[for_good] = self.sinks.settled.ravel()[state[for_good]]
        return np.bincount(state, minlength=self.states)
