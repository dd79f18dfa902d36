"""People one by one, where that costs less than to count them in states.

Each person has a place with what is left of a chosen way, or a connection and how far they are on
it; how many they have finished; and their recent travel as a number, as in Flee. So nothing is
lumped, and only people who are there cost anything. They are asked one after another in the order
in which they came, each seeing the places as those before have left them, as in Flee.

Where there is a harvest, whoever is in a place is counted where they fled from as long as it lasts,
and does not move; after it they are where they were. Whoever is under way comes to a place first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.compiled import compiled
from corredor.engine.kernels.crowding import Options, Pull, part_left
from corredor.engine.kernels.relay_course import Course
from corredor.engine.kernels.relay_persons import Prices, no_prices, price_source, taken
from corredor.engine.random.philox import Address, new_stream, open_stream, uniform

STAYS, INFINITE = -1, -2  # what comes of a choice beside a transition
EVENING = np.uint64(2**31)  # block of random numbers that nobody reaches in a day's travel

# Called by ``walk`` alone, and making no arrays, so that it need not count who holds which.
_within = compiled(error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)


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


class _Filling(NamedTuple):
    """How full limited places are.

    Attributes
    ----------
    inside, room : numpy.ndarray
        People in each, and the part of its room that is left.
    nearly, full : numpy.ndarray
        People from which on room shrinks, and is gone.
    version : numpy.ndarray
        How often room has changed today, [1].
    """

    inside: Floats
    room: Floats
    nearly: Floats
    full: Floats
    version: Integers


class _Day(NamedTuple):
    """What people meet on a day: where they can be, what draws them, and who counts them."""

    paths: Paths
    course: Course
    options: Options
    pull: Pull
    filling: _Filling
    prices: Prices
    takers: Integers
    season: bool


@compiled(inline="always")
def _begun(paths, course, options, pull, stock, takers, season):  # type: ignore[no-untyped-def]
    """Return a day on which nobody has moved yet."""
    places = pull.nearly.shape[0]
    inside, room = np.zeros(places), np.empty(places)
    for k in range(places):
        for x in range(options.inside_pointer[k], options.inside_pointer[k + 1]):
            inside[k] += stock[options.inside[x]]
        room[k] = part_left(inside[k], pull.nearly[k], pull.full[k])
    filling = _Filling(inside, room, pull.nearly, pull.full, np.zeros(1, np.int64))
    prices = no_prices(course, options)
    return _Day(paths, course, options, pull, filling, prices, takers, season)


@compiled(inline="always")
def _fill(limited, more, filling):  # type: ignore[no-untyped-def]
    """Count somebody who comes to a place, or goes."""
    if limited >= 0:
        filling.inside[limited] += more
        left = part_left(filling.inside[limited], filling.nearly[limited], filling.full[limited])
        if left != filling.room[limited]:
            filling.version[0] += 1
            filling.room[limited] = left


@compiled(inline="always")
def _pick(i, day, stream):  # type: ignore[no-untyped-def]
    """Return the transition that somebody takes, ``STAYS``, or ``INFINITE``."""
    course, prices, version = day.course, day.prices, day.filling.version[0]
    known = prices.of_source[i]
    if (
        known != version
        and (known < 0 or prices.depends[i])
        and not price_source(i, course, day.options, day.pull, day.filling.room, version, prices)
    ):
        return INFINITE
    u = uniform(stream)
    if u >= prices.total[i]:
        return STAYS
    return taken(u, course.pointer[i], course.pointer[i + 1], prices.upto)


@_within
def _decide(x, pressed, persons, day, stream):  # type: ignore[no-untyped-def]
    """Let somebody in a place stay there or set out; return whether weights were finite."""
    paths, takers = day.paths, day.takers
    stance, leg, attributes = persons.stance, persons.leg, persons.attributes
    block = persons.kind[x] * (2 if paths.presses else 1) + pressed
    t = _pick(block * paths.place.shape[0] + stance[x], day, stream)
    if t == INFINITE:
        return False
    place = paths.place[stance[x]]
    if t == STAYS:
        stance[x] = place
        return True
    leg[x], persons.done[x] = day.course.destination[t], 0
    if takers.shape[0] > 0:
        connection = paths.connection[leg[x]]
        takers[0, connection] += 1
        for a in range(attributes.shape[1]):
            if attributes[x, a] >= 0:
                takers[attributes[x, a], connection] += 1
    _fill(paths.limited[place], -1.0, day.filling)
    return True


@compiled(inline="always")
def _turn_of_season(x, persons, day):  # type: ignore[no-untyped-def]
    """Count somebody in a place where they fled from as the harvest begins, or back as it ends."""
    if persons.harvesting[x] != day.season:
        persons.harvesting[x] = day.season
        more, limited = -1.0 if day.season else 1.0, day.paths.limited
        _fill(limited[day.paths.place[persons.stance[x]]], more, day.filling)
        _fill(limited[persons.home[x]], -more, day.filling)


@_within
def _leave(persons, day, stream):  # type: ignore[no-untyped-def]
    """Let those in places decide, in turn; return whether weights were finite."""
    pressed = np.int64(0)  # nobody; a literal would have callees compiled twice
    for x in range(persons.stance.shape[0]):
        if persons.leg[x] >= 0 or persons.settled[x]:
            continue
        _turn_of_season(x, persons, day)
        if day.season:
            continue
        open_stream(stream, x)
        if not _decide(x, pressed, persons, day, stream):
            return False
    return True


@compiled(inline="always")
def _way_of_the_day(x, on, persons, paths, stream):  # type: ignore[no-untyped-def]
    """Return how far somebody gets on a leg in a day, in mm."""
    way = paths.speed[on]
    if persons.done[x] > 0:
        by_foot = paths.walk[on] > 0.0 and uniform(stream) < paths.walk[on]
        way = paths.foot if by_foot else paths.ride[on]
    return paths.foot if persons.finished[x] == 0 and paths.fresh_on_foot else way


@compiled(inline="always")
def _arrive(x, on, persons, paths):  # type: ignore[no-untyped-def]
    """Let somebody come to the end of a leg."""
    persons.stance[x] = paths.back[on] if persons.turned[x] else paths.to[on]
    persons.leg[x], persons.turned[x] = -1, False
    persons.finished[x] += 1
    if persons.travelled.shape[0] > 0:
        persons.travelled[x] += paths.length[on]


@compiled(inline="always")
def _come_in(x, at_harvest, persons, day):  # type: ignore[no-untyped-def]
    """Count somebody in the place to which they came, or where they fled from."""
    place = day.paths.place[persons.stance[x]]
    _fill(day.paths.limited[persons.home[x] if at_harvest else place], 1.0, day.filling)
    if at_harvest:
        persons.harvesting[x] = True


@compiled(inline="always")
def _pressed(x, persons, paths, moved):  # type: ignore[no-untyped-def]
    """Return 1 if somebody goes on because they travelled little, else 0."""
    little = (persons.recent[x] + moved[x] / paths.usual) / 2.0 < 0.5
    return np.int64(paths.presses and little)


@_within
def _get_on(persons, day, moved, passed, at, stream):  # type: ignore[no-untyped-def]
    """Let those under way get on, in turn; return whether weights were finite.

    It begins with the person ``at[0]``, who is amid their day if ``at[1]``, and ends early when all
    rows of ``passed`` are taken; ``at[2]`` of them are.
    """
    paths, leg, done = day.paths, persons.leg, persons.done
    while at[0] < leg.shape[0]:
        x = at[0]
        if leg[x] >= 0 and not at[1]:
            open_stream(stream, x)
            stream[5] = np.uint64(1)
        at[1] = 0
        while leg[x] >= 0:
            if at[2] == passed.shape[0]:
                at[1] = 1
                return True
            on = leg[x]
            way = _way_of_the_day(x, on, persons, paths, stream)
            done[x] += way
            moved[x] += way
            if done[x] <= paths.length[on]:
                break
            moved[x] -= done[x] - paths.length[on]
            ends = persons.turned[x] or moved[x] >= way
            _arrive(x, on, persons, paths)
            if not ends and persons.travelled.shape[0] > 0:
                passed[at[2], 0], passed[at[2], 1] = x, on
                at[2] += 1
            _come_in(x, day.season and not ends, persons, day)
            if ends or day.season:
                break
            if not _decide(x, _pressed(x, persons, paths, moved), persons, day, stream):
                return False
        at[0] += 1
    return True


@compiled(inline="always")
def _longer(array, size):  # type: ignore[no-untyped-def]
    """Return an array of pairs of a larger size that begins with what there is.

    Not by np.append: see corredor.engine.loading.
    """
    longer = np.empty((size, 2), np.int64)
    for k in range(array.shape[0]):
        longer[k, 0], longer[k, 1] = array[k, 0], array[k, 1]
    return longer


@_within
def _end_the_day(persons, paths, settle, moved, stream):  # type: ignore[no-untyped-def]
    """Note how far people have come lately, and let some of those in places settle for good."""
    for x in range(persons.stance.shape[0]):
        persons.recent[x] = (persons.recent[x] + moved[x] / paths.usual) / 2.0
        chance = settle[paths.place[persons.stance[x]]]
        if chance > 0.0 and persons.leg[x] < 0 and not persons.settled[x]:
            open_stream(stream, x)
            stream[5] = EVENING
            persons.settled[x] = uniform(stream) < chance


@compiled(nogil=True)
def walk(persons, ways, pull, settle, stock, season, told, address):  # type: ignore[no-untyped-def]
    """Move everybody on by a day; return those who passed through places (see ``Evening``).

    Those in places decide first, then those under way get on, all in turn; in the evening those in
    places settle with the chances ``settle`` [places]. ``ways`` are paths, course and options.
    ``stock`` [states] is what there is before. ``season`` is whether it is the time of harvest.
    Told are how far each has ``moved``, which is set, and ``takers``, which is added to. If a
    weight was infinite, ``INFINITE`` stands in the first row.
    """
    (paths, course, options), (moved, takers) = ways, told
    persons, paths, address = Persons(*persons), Paths(*paths), Address(*address)
    course, options, pull = Course(*course), Options(*options), Pull(*pull)
    day = _begun(paths, course, options, pull, stock, takers, season)
    stream = new_stream(address.seed, address.replicates[0], address.day_step)
    at, passed = np.zeros(3, np.int64), np.empty((64, 2), np.int64)
    moved[:] = 0
    finite = _leave(persons, day, stream)
    while finite and at[0] < persons.stance.shape[0]:
        if at[2] == passed.shape[0]:
            passed = _longer(passed, 2 * passed.shape[0])
        finite = _get_on(persons, day, moved, passed, at, stream)
    if not finite:
        passed[0, 0] = INFINITE
        return passed[:1]
    _end_the_day(persons, paths, settle, moved, stream)
    return passed[: at[2]]
