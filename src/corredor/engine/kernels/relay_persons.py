"""Relay of persons, in turn.

Persons are asked one after another, in the order in which they came; each sees the filling of
places as those before have left it. So this is exact, where waves of counts come close.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.compiled import compiled
from corredor.engine.kernels.crowding import Options, Pull, chance_of, part_left, share_out_group
from corredor.engine.kernels.people import Noted, People
from corredor.engine.kernels.relay_course import Course
from corredor.engine.kernels.sharing import at
from corredor.engine.random.philox import Address, bare, new_stream, open_stream, uniform

INFINITE = -1  # what comes back where an option has an infinite weight


class Prices(NamedTuple):
    """What is known of chances, and at which version of the filling of places it was found.

    It holds for one day, during which nothing else changes what people choose.

    Attributes
    ----------
    of_group, of_source : numpy.ndarray
        The version at which groups and sources were priced last, or -1.
    depends : numpy.ndarray
        Whether the chances of a source depend on the filling at all.
    group : numpy.ndarray
        The group of each bundle.
    weight, share : numpy.ndarray
        Of options, and of bundles.
    upto, total : numpy.ndarray
        The chance of a transition and of those of its source before it together; and of all of a
        source.
    """

    of_group: Integers
    of_source: Integers
    depends: NDArray[np.bool_]
    group: Integers
    weight: Floats
    share: Floats
    upto: Floats
    total: Floats


@compiled(nogil=True)
def no_prices(course, options):  # type: ignore[no-untyped-def]
    """Return what is known before anybody is asked."""
    sources, groups = course.sources.shape[0], options.pointer.shape[0] - 1
    group = np.full(options.bundles, -1, np.int64)
    for g in range(groups):
        for o in range(options.pointer[g], options.pointer[g + 1]):
            group[options.bundle[o]] = g
    return Prices(
        np.full(groups, -1, np.int64), np.full(sources, -1, np.int64), np.zeros(sources, np.bool_),
        group, np.empty(options.bundle.shape[0]), np.zeros(options.bundles),
        np.zeros(course.destination.shape[0]), np.zeros(sources),
    )  # fmt: skip


@bare
def price_source(i, course, options, pull, room, version, prices):  # type: ignore[no-untyped-def]
    """Find the chances of a source, whose choices are of one group; return whether it could."""
    prices.total[i], prices.depends[i] = 0.0, False
    seen = -1
    for t in range(course.pointer[i], course.pointer[i + 1]):
        c = course.choice[t]
        prices.depends[i] |= options.final[c] >= 0
        g = prices.group[options.bundle_of[c]] if options.bundle_of[c] >= 0 else -1
        if g >= 0 and g != seen:
            seen = g
            for o in range(options.pointer[g], options.pointer[g + 1]):
                prices.depends[i] |= options.end[o] >= 0
        if g >= 0 and prices.of_group[g] != version:
            prices.of_group[g] = version
            for o in range(options.pointer[g], options.pointer[g + 1]):
                weight = pull.weight[0, o]
                if options.end[o] >= 0:
                    weight *= room[options.end[o]]
                prices.weight[o] = weight**options.power if options.power != 1.0 else weight
                prices.share[options.bundle[o]] = 0.0
            if not share_out_group(
                g, options.pointer, options.bundle, pull.possible, prices.weight, options.pruning,
                prices.share,
            ):  # fmt: skip
                return False
        prices.total[i] += chance_of(
            c, pull.factor[0], options.bundle_of, prices.share, options.final, pull.shuts, room
        )
        prices.upto[t] = prices.total[i]
    prices.of_source[i] = version
    return True


@compiled(inline="always")
def taken(u, first, last, upto):  # type: ignore[no-untyped-def]
    """Return which of the transitions from ``first`` to ``last`` - 1 a random number stands for."""
    last -= 1
    while first < last:
        middle = (first + last) // 2
        if u < upto[middle]:
            last = middle
        else:
            first = middle + 1
    return first


@compiled(nogil=True)
def in_turn(people, source_of, course, options, pull, stock, noted, address):  # type: ignore[no-untyped-def]
    """Send each person on, round by round; return how many moves are noted, or ``INFINITE``.

    ``stock`` [states] is what there is before.
    """
    people, noted, address = People(*people), Noted(*noted), Address(*address)
    course, options, pull = Course(*course), Options(*options), Pull(*pull)
    state, person, traits, weights = people
    change, flow, every, noted_person, noted_move = noted
    count, version = 0, np.int64(0)  # callees would be compiled for a literal 0 as well
    stream = new_stream(address.seed, address.replicates[0], address.day_step)
    limited, rounds, onward = course.limited, course.rounds, course.onward
    pointer, destination, rest, cell = course.pointer, course.destination, course.rest, course.cell
    nearly, full = pull.nearly, pull.full
    prices = no_prices(course, options)
    priced, depends, upto, total = prices.of_source, prices.depends, prices.upto, prices.total
    inside, room = np.zeros(nearly.shape[0]), np.empty(nearly.shape[0])
    for k in range(room.shape[0]):
        for x in range(options.inside_pointer[k], options.inside_pointer[k + 1]):
            inside[k] += stock[options.inside[x]]
        room[k] = part_left(inside[k], nearly[k], full[k])
    for k in range(rounds.shape[0] - 1):
        first, last = rounds[k], rounds[k + 1]
        for x in range(state.shape[0]):
            before = state[x]
            i = source_of[at(before)] if before < source_of.shape[0] else -1
            if not first <= i < last:
                continue
            open_stream(stream, person[x])
            stream[5] = np.uint64(k)
            while i >= 0:
                if (
                    priced[i] != version
                    and (priced[i] < 0 or depends[i])
                    and not price_source(i, course, options, pull, room, version, prices)
                ):
                    return INFINITE
                u = uniform(stream)
                if u >= total[i]:
                    state[x] = rest[i]
                    break
                t = taken(u, pointer[i], pointer[i + 1], upto)
                state[x] = destination[t]
                if cell[t] >= 0:
                    flow[at(cell[t])] += 1
                    for a in range(weights.shape[0]):
                        traits[x, a] += weights[a, at(cell[t])]
                if every > 0 and person[x] % every == 0 and count < noted_person.shape[0]:
                    noted_person[count], noted_move[count] = person[x], t
                    count += 1
                i = onward[t]
            if state[x] == before:
                continue
            change[at(before)] -= 1
            change[at(state[x])] += 1
            was, now = limited[at(before)], limited[at(state[x])]
            if was != now:
                for place, more in ((was, -1.0), (now, 1.0)):
                    if place >= 0:
                        inside[place] += more
                        left = part_left(inside[place], nearly[place], full[place])
                        version += left != room[place]
                        room[place] = left
    return count
