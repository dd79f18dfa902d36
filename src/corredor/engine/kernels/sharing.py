"""Share people who move among their ways, source by source side by side: multinomial draws.

Few people are sent one by one, each by a number of its own; more by conditional binomials, the
last possible way taking the rest. Both give the bits that one source after the other would give.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from corredor.engine.random.samplers import bare, binomial
from corredor.engine.random.side_by_side import binomials, next_numbers, room_for_binomials

FEW = 6  # so many people are cheaper to send one by one


@nb.njit(inline="always", cache=True)
def _at(index):  # type: ignore[no-untyped-def]
    """Return an index that is known not to be negative, which spares a test on each use."""
    return np.uint32(index)


@nb.njit(inline="always", cache=True)
def _put(people, t, destination, cell, stock, flow):  # type: ignore[no-untyped-def]
    """Let people arrive where a transition leads, and record them."""
    stock[_at(destination[t])] += people
    if cell[t] >= 0:
        flow[_at(cell[t])] += people


@nb.njit(inline="always", cache=True)
def _way(u, first, last, chances):  # type: ignore[no-untyped-def]
    """Return the transition in whose part of the chances, laid end to end, ``u`` falls."""
    t, beyond = first, 1
    for following in range(first, last - 1):
        beyond &= u >= chances[following]
        u -= chances[following]
        t += beyond
    while chances[t] <= 0.0:  # rounding may lead past the last possible transition
        t -= 1
    return t


@nb.njit(cache=True)
def room_to_share(count):  # type: ignore[no-untyped-def]
    """Return arrays for ``share`` to work in, for up to so many sources."""
    return (
        np.empty((7, count), np.int64),
        np.empty((3, count)),
        np.empty((3, FEW * (count + 1)), np.int64),
        np.empty(FEW * (count + 1)),
        room_for_binomials(count),
    )


@bare
def share(  # type: ignore[no-untyped-def]
    stream, count, source, slot, taken, people, totals, pointer, p, destination, cell, stock, flow,
    room,
):  # fmt: skip
    """Send ``people`` of each ``source`` on its ways by their chances, which add to ``totals``.

    Of each slot so many numbers are ``taken`` before.
    """
    integers, reals, lots, lot, spare = room
    one_slot, one_taken, one_source = lots[0], lots[1], lots[2]
    its_slot, its_taken, left, first, last = (
        integers[0], integers[1], integers[2], integers[3], integers[4],
    )  # fmt: skip
    total = reals[0]
    few, many = 0, 0
    for j in range(count):
        i, n = _at(source[j]), people[j]
        if n <= FEW:
            for x in range(FEW):  # those beyond n are written over
                one_slot[few + x], one_taken[few + x], one_source[few + x] = (
                    slot[j],
                    taken[j] + x,
                    i,
                )
            few += n
        else:
            end = pointer[i + 1] - 1
            while p[end] <= 0.0:
                end -= 1
            its_slot[many], its_taken[many], left[many] = slot[j], taken[j], n
            first[many], last[many], total[many] = pointer[i], end, totals[i]
            many += 1
    next_numbers(stream, few, one_slot, one_taken, lot)
    for x in range(few):
        i = _at(one_source[x])
        _put(
            1,
            _way(lot[x] * totals[i], pointer[i], pointer[i + 1], p),
            destination,
            cell,
            stock,
            flow,
        )
    _share_many(stream, many, integers, reals, p, destination, cell, stock, flow, spare)


@bare
def _share_many(  # type: ignore[no-untyped-def]
    stream, active, integers, reals, p, destination, cell, stock, flow, spare
):
    """Draw the next way of all sources that have people left, until none has."""
    slot, taken, left, way_now, last, k, full = (
        integers[0], integers[1], integers[2], integers[3], integers[4], integers[5], integers[6],
    )  # fmt: skip
    total, chance, u = reals[0], reals[1], reals[2]
    while active > 0:
        drawn, ended = 0, 0
        for x in range(active):
            t, end, people, rest = way_now[x], last[x], left[x], total[x]
            while t < end and p[t] <= 0.0:
                t += 1
            final = (t == end) | (rest <= p[t])
            k[ended], full[ended] = people, t
            ended += final
            slot[drawn], taken[drawn], left[drawn] = slot[x], taken[x], people
            way_now[drawn], last[drawn], total[drawn] = t, end, rest - p[t]
            chance[drawn] = p[t] / rest
            drawn += not final
        for x in range(ended):
            _put(k[x], full[x], destination, cell, stock, flow)
        next_numbers(stream, drawn, slot, taken, u)
        binomials(stream, drawn, slot, taken, u, left, chance, k, spare)
        active = 0
        for x in range(drawn):
            t, rest = way_now[x], left[x] - k[x]
            _put(k[x], t, destination, cell, stock, flow)
            slot[active], taken[active], left[active] = slot[x], taken[x], rest
            way_now[active], last[active], total[active] = t + 1, last[x], total[x]
            active += rest > 0


@nb.njit(inline="always", cache=True)
def _row(array, replicate):  # type: ignore[no-untyped-def]
    return array[np.int64(replicate) if array.shape[0] > 1 else np.int64(0)]


@bare
def _share_out(stream, left, total, chances, sent):  # type: ignore[no-untyped-def]
    """Share ``left`` people among ways with these chances, which add to ``total``.

    By conditional binomials; the last possible way takes the rest.
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
