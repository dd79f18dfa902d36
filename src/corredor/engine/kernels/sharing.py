"""Share people who move among their ways, source by source side by side: multinomial draws.

Few people are sent one by one, each by a number of its own; more by conditional binomials, the
last possible way taking the rest. Both give the bits that one source after the other would give.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corredor.arrays import Floats, Integers
from corredor.engine.compiled import compiled
from corredor.engine.random.philox import bare, next_numbers
from corredor.engine.random.samplers import binomial
from corredor.engine.random.side_by_side import (
    BinomialScratch,
    Draws,
    binomial_scratch,
    binomials,
    new_draws,
)
from corredor.engine.random.space import real_numbers, whole_numbers

FEW = 6  # so many people are cheaper to send one by one


class Movers(NamedTuple):
    """People who leave their sources, [sources].

    Attributes
    ----------
    source : numpy.ndarray
        Which of the sources.
    slot, taken : numpy.ndarray
        The slot of its random numbers, and how many of them are used.
    people : numpy.ndarray
        How many leave it.
    """

    source: Integers
    slot: Integers
    taken: Integers
    people: Integers


class Shares(NamedTuple):
    """Chances of one replicate: of each transition, and what those of each source add up to."""

    chances: Floats
    totals: Floats


class ShareScratch(NamedTuple):
    """What ``share`` works in.

    Attributes
    ----------
    one_slot, one_taken, one_source, lot : numpy.ndarray
        Of people who are sent one by one: slot, numbers taken, source, number.
    way, last, total : numpy.ndarray
        Of sources with more people: the next way, the last possible, the chances from there on.
    ending, final : numpy.ndarray
        People who take the last way, and which that is.
    draws, binomials : Draws, BinomialScratch
        How many take the next way.
    """

    one_slot: Integers
    one_taken: Integers
    one_source: Integers
    lot: Floats
    way: Integers
    last: Integers
    total: Floats
    ending: Integers
    final: Integers
    draws: Draws
    binomials: BinomialScratch


@compiled()
def new_movers(count, space):  # type: ignore[no-untyped-def]
    """Return arrays for people who leave so many sources."""
    return Movers(
        whole_numbers(space, count), whole_numbers(space, count), whole_numbers(space, count),
        whole_numbers(space, count),
    )  # fmt: skip


@compiled()
def share_scratch(count, space):  # type: ignore[no-untyped-def]
    """Return what ``share`` works in, for up to so many sources."""
    singly = FEW * (count + 1)
    return ShareScratch(
        whole_numbers(space, singly), whole_numbers(space, singly), whole_numbers(space, singly),
        real_numbers(space, singly), whole_numbers(space, count), whole_numbers(space, count),
        real_numbers(space, count), whole_numbers(space, count), whole_numbers(space, count),
        new_draws(count, space), binomial_scratch(count, space),
    )  # fmt: skip


@compiled(inline="always")
def at(index):  # type: ignore[no-untyped-def]
    """Return an index that is known not to be negative, which spares a test on each use."""
    return np.uint32(index)


@compiled(inline="always")
def row(array, replicate):  # type: ignore[no-untyped-def]
    """Return the row of a replicate, or the one row that all share."""
    return array[np.int64(replicate) if array.shape[0] > 1 else np.int64(0)]


@compiled(inline="always")
def put(people, t, destination, cell, stock, flow):  # type: ignore[no-untyped-def]
    """Let people arrive where a transition leads, and record them."""
    stock[at(destination[t])] += people
    if cell[t] >= 0:
        flow[at(cell[t])] += people


@compiled(inline="always")
def way(u, first, last, chances):  # type: ignore[no-untyped-def]
    """Return the transition in whose part of the chances, laid end to end, ``u`` falls."""
    t, beyond = at(first), at(1)
    for following in range(first, last - 1):
        chance = chances[at(following)]
        beyond &= at(u >= chance)
        u -= chance
        t += beyond
    while chances[t] <= 0.0:  # rounding may lead past the last possible transition
        t -= at(1)
    return t


@compiled(inline="always")
def share(stream, count, movers, transitions, shares, stock, flow, scratch):  # type: ignore[no-untyped-def]
    """Send the first ``count`` of the movers on their ways; change ``stock`` and ``flow``."""
    source, slot, taken, people = movers
    pointer, destination, cell = transitions.pointer, transitions.destination, transitions.cell
    p, totals = shares
    one_slot, one_taken, one_source = scratch.one_slot, scratch.one_taken, scratch.one_source
    lot, next_way, last, total = scratch.lot, scratch.way, scratch.last, scratch.total
    its_slot, its_taken, left = scratch.draws.slot, scratch.draws.taken, scratch.draws.people
    few, many = at(0), at(0)
    for j in range(count):
        i, n = at(source[j]), people[j]
        if n <= FEW:
            here, before = slot[j], taken[j]
            for x in range(FEW):  # those beyond n are written over
                y = at(few + x)
                one_slot[y], one_taken[y], one_source[y] = here, before + x, i
            few = at(few + n)
        else:
            end = at(pointer[i + 1] - 1)
            while p[end] <= 0.0:
                end = at(end - 1)
            its_slot[many], its_taken[many], left[many] = slot[j], taken[j], n
            next_way[many], last[many], total[many] = pointer[i], end, totals[i]
            many += at(1)
    if few > 0:
        next_numbers(stream, np.int64(few), one_slot, one_taken, lot)
    for x in range(np.int64(few)):
        i = at(one_source[x])
        t = way(lot[x] * totals[i], at(pointer[i]), at(pointer[i + 1]), p)
        put(1, t, destination, cell, stock, flow)
    if many > 0:
        _share_many(stream, np.int64(many), transitions, p, stock, flow, scratch)


@compiled(inline="always")
def _share_many(stream, active, transitions, p, stock, flow, scratch):  # type: ignore[no-untyped-def]
    """Draw the next way of all sources that have people left, until none has."""
    destination, cell, draws = transitions.destination, transitions.cell, scratch.draws
    slot, taken, left, chance, u, k = draws
    next_way, last, total = scratch.way, scratch.last, scratch.total
    ending, final = scratch.ending, scratch.final
    while active > 0:
        drawn, ended = at(0), at(0)
        for x in range(active):
            t, end, people, rest = at(next_way[x]), at(last[x]), left[x], total[x]
            while t < end and p[t] <= 0.0:
                t += at(1)
            ends = (t == end) | (rest <= p[t])
            ending[ended], final[ended] = people, t
            ended += at(ends)
            slot[drawn], taken[drawn], left[drawn] = slot[x], taken[x], people
            next_way[drawn], last[drawn], total[drawn] = t, end, rest - p[t]
            chance[drawn] = p[t] / rest
            drawn += at(not ends)
        for x in range(np.int64(ended)):
            put(ending[x], at(final[x]), destination, cell, stock, flow)
        if drawn == 0:
            return
        next_numbers(stream, np.int64(drawn), slot, taken, u)
        binomials(stream, np.int64(drawn), draws, scratch.binomials)
        going = at(0)
        for x in range(np.int64(drawn)):
            t, rest = at(next_way[x]), left[x] - k[x]
            put(k[x], t, destination, cell, stock, flow)
            slot[going], taken[going], left[going] = slot[x], taken[x], rest
            next_way[going], last[going], total[going] = t + 1, last[x], total[x]
            going += at(rest > 0)
        active = np.int64(going)


@bare
def share_out(stream, left, total, chances, sent):  # type: ignore[no-untyped-def]
    """Share ``left`` people among ways with these chances, which add to ``total``.

    By conditional binomials; the last possible way takes the rest. ``sent`` holds zeros before.
    """
    last = chances.shape[0] - 1
    while chances[last] <= 0.0:
        last -= 1
    for t in range(last):
        if chances[t] > 0.0:
            moved = binomial(stream, left, chances[t] / total) if total > chances[t] else left
            sent[t] = moved
            left -= moved
            if left == 0:
                return
            total -= chances[t]
    sent[last] = left
