"""Split stocks over transitions: the only code that differs between the draws.

Shapes: R replicates, S states, T transitions, C cells. ``chances`` has one row for all replicates
or one row each. ``pointer[s]:pointer[s + 1]`` are the transitions that leave the s-th of the
sources. ``pace`` [R or 1, bodies] multiplies all chances of the sources of a body. Flows are added
to ``cells``; a transition with cell -1 is not recorded.

The kernels named ``*_counts`` serve the exact draw: whole people, multinomial by conditional
binomials, taken without putting back where places are rationed. The kernels named ``*_means``
serve the expected draw: real numbers, people times chance.
"""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from corredor.engine.binomials import binomials, next_numbers, room_for_binomials
from corredor.engine.pools import add_up
from corredor.engine.random import (
    bare,
    binomial,
    hypergeometric,
    new_stream,
    open_stream,
    poisson,
)
from corredor.engine.sharing import _at as _at
from corredor.engine.sharing import _put, room_to_share, share
from corredor.engine.sharing import _way as _way

EACH_BY_LOT = 2  # up to so many places for each source are cheaper to draw one by one
LOTS = 128  # numbers made at a time
Floats = NDArray[np.float64]


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


@nb.njit(cache=True, nogil=True)
def split_counts(  # type: ignore[no-untyped-def]
    stocks, sources, pointer, destination, cell, chances, totals, pace, body, cells, seed,
    replicates, day_step,
):  # fmt: skip
    """Split whole people: ``stocks`` [R, S] and ``cells`` [R, C] are changed in place.

    First how many move at all, for often nobody does; then where they go. ``totals`` [R or 1,
    sources] holds the sums of ``chances`` over the transitions of each source.
    """
    count = sources.shape[0]
    integers, reals = np.empty((10, count), np.int64), np.empty((4, count))
    room = integers, reals, np.zeros(count, np.int64), room_for_binomials(count)
    _split_all(
        stocks, sources, pointer, destination, cell, chances, totals, pace, body, cells,
        new_stream(seed, 0, day_step), replicates, room, room_to_share(count),
    )  # fmt: skip


@bare
def _split_all(  # type: ignore[no-untyped-def]
    stocks, sources, pointer, destination, cell, chances, totals, pace, body, cells, stream,
    replicates, room, room_of_shares,
):  # fmt: skip
    integers, reals, nothing, _ = room
    source, slot, people, taken, moved = (
        integers[0], integers[1], integers[2], integers[3], integers[4],
    )  # fmt: skip
    chance, first = reals[0], reals[1]
    for r in range(stocks.shape[0]):
        stream[4] = np.uint64(replicates[r])
        stock, flow = stocks[r], cells[r]
        p, total, factor = _row(chances, r), _row(totals, r), _row(pace, r)
        found = 0
        for i in range(sources.shape[0]):
            here, today = stock[_at(sources[i])], total[i] * factor[_at(body[i])]
            source[found], slot[found], people[found], chance[found] = i, sources[i], here, today
            found += (here > 0) & (today > 0.0)
        next_numbers(stream, found, slot, nothing, first)
        movers = 0
        for j in range(found):
            here, today, u = people[j], chance[j], first[j]
            source[movers], slot[movers], people[movers] = source[j], slot[j], here
            chance[movers], first[movers] = today, u
            movers += u > 1.0 - here * today  # else nobody moves
        _how_many(stream, movers, room)
        sharing = 0
        for j in range(movers):
            n = moved[j]
            if n == 0:
                continue
            i = _at(source[j])
            stock[_at(sources[i])] -= n
            begin, end = pointer[i], pointer[i + 1]
            if end - begin == 1:
                _put(n, begin, destination, cell, stock, flow)
            elif people[j] == 1:  # the number that says whether somebody moves also says where
                u = min((1.0 - first[j]) / factor[_at(body[i])], total[i])
                _put(1, _way(u, begin, end, p), destination, cell, stock, flow)
            else:
                source[sharing], slot[sharing] = source[j], slot[j]
                taken[sharing], moved[sharing] = taken[j], n
                sharing += 1
        share(
            stream, sharing, source, slot, taken, moved, total, pointer, p, destination, cell,
            stock, flow, room_of_shares,
        )  # fmt: skip


@bare
def _how_many(stream, movers, room):  # type: ignore[no-untyped-def]
    """Set ``moved`` and the numbers ``taken`` by it; of many who may stay a binomial count."""
    integers, reals, _, spare = room
    slot, people, taken, moved = integers[1], integers[2], integers[3], integers[4]
    which, its_slot, its_taken, n, k = (
        integers[5], integers[6], integers[7], integers[8], integers[9],
    )  # fmt: skip
    chance, first, p, u = reals[0], reals[1], reals[2], reals[3]
    drawn = 0
    for j in range(movers):
        here, today = people[j], chance[j]
        taken[j], moved[j] = 1, here
        which[drawn], its_slot[drawn], n[drawn] = j, slot[j], here
        p[drawn], u[drawn], its_taken[drawn] = today, first[j], 0
        drawn += (here > 1) & (today < 1.0)
    binomials(stream, drawn, its_slot, its_taken, u, n, p, k, spare)
    for x in range(drawn):
        moved[_at(which[x])], taken[_at(which[x])] = k[x], its_taken[x]


@nb.njit(cache=True, nogil=True)
def split_means(  # type: ignore[no-untyped-def]
    stocks, sources, pointer, destination, cell, chances, pace, body, cells
):
    """Split expected people: as ``split_counts`` with people times chance."""
    count = sources.shape[0]
    before = np.empty(count, np.float64)
    for r in range(stocks.shape[0]):
        stock, flow, p, factor = stocks[r], cells[r], _row(chances, r), _row(pace, r)
        for i in range(count):
            before[i] = stock[_at(sources[i])] * factor[_at(body[i])]
        if destination.shape[0] == count:
            _one_way_means(before, stock, flow, p, sources, destination, cell)
            continue
        last = pointer[0]
        for i in range(count):
            first, last = last, pointer[i + 1]
            people = before[i]
            if people > 0.0:
                gone = 0.0
                for t in range(first, last):
                    moved = people * p[t]
                    gone += moved
                    stock[_at(destination[t])] += moved
                    if cell[t] >= 0:
                        flow[_at(cell[t])] += moved
                stock[_at(sources[i])] -= gone


@nb.njit(inline="always", cache=True)
def _one_way_means(before, stock, flow, p, sources, destination, cell):  # type: ignore[no-untyped-def]
    """Split where every source has one transition: the same without the inner loop."""
    for i in range(before.shape[0]):
        moved = before[i] * p[i]
        stock[_at(sources[i])] -= moved
        stock[_at(destination[i])] += moved
        if cell[i] >= 0:
            flow[_at(cell[i])] += moved


@nb.njit(cache=True, nogil=True)
def arrive_counts(stocks, destination, cell, means, cells, seed, replicates, day_step):  # type: ignore[no-untyped-def]
    """Add newcomers, a Poisson count for each destination."""
    for r in range(stocks.shape[0]):
        stream = new_stream(seed, replicates[r], day_step)
        mean = _row(means, r)
        for t in range(destination.shape[0]):
            open_stream(stream, destination[t])
            people = poisson(stream, mean[t])
            stocks[r, destination[t]] += people
            cells[r, cell[t]] += people


@nb.njit(cache=True, nogil=True)
def arrive_means(stocks, destination, cell, means, cells):  # type: ignore[no-untyped-def]
    """Add the expected newcomers."""
    for r in range(stocks.shape[0]):
        mean = _row(means, r)
        for t in range(destination.shape[0]):
            stocks[r, destination[t]] += mean[t]
            cells[r, cell[t]] += mean[t]


@nb.njit(cache=True, nogil=True)
def arrive_shared(stocks, destination, cell, means, cells, seed, replicates, day_step):  # type: ignore[no-untyped-def]
    """Add newcomers whose number is the sum of ``means``; each goes anywhere in proportion."""
    sent = np.empty(destination.shape[0], np.int64)
    for r in range(stocks.shape[0]):
        stream = new_stream(seed, replicates[r], day_step)
        mean = _row(means, r)
        total = mean.sum()
        people = np.int64(np.rint(total))
        if people > 0:
            sent[:] = 0
            _share_out(stream, people, total, mean, sent)
            for t in range(destination.shape[0]):
                stocks[r, destination[t]] += sent[t]
                cells[r, cell[t]] += sent[t]


@nb.njit(cache=True, nogil=True)
def tally_counts(  # type: ignore[no-untyped-def]
    stocks, pool_states, pool_pointer, pool, cell, chances, cells, seed, replicates, day_step
):
    """Count events that leave people where they are, one binomial for each pool and event."""
    count = pool.shape[0]
    in_pool = np.empty((stocks.shape[0], pool_pointer.shape[0] - 1), np.int64)
    add_up(stocks, pool_states, pool_pointer, in_pool)
    room = np.empty((5, count), np.int64), np.empty((2, count)), room_for_binomials(count)
    _tally_all(in_pool, pool, cell, chances, cells, new_stream(seed, 0, day_step), replicates, room)


@bare
def _tally_all(in_pool, pool, cell, chances, cells, stream, replicates, room):  # type: ignore[no-untyped-def]
    integers, reals, spare = room
    slot, taken, people, into, k = integers[0], integers[1], integers[2], integers[3], integers[4]
    u, chance = reals[0], reals[1]
    count = pool.shape[0]
    for r in range(in_pool.shape[0]):
        stream[4] = np.uint64(replicates[r])
        p, flow, here = _row(chances, r), cells[r], in_pool[r]
        for t in range(count):
            slot[t], taken[t] = t, 0
        next_numbers(stream, count, slot, taken, u)
        drawn = 0
        for t in range(count):
            n = here[_at(pool[t])]
            if p[t] >= 1.0:
                flow[_at(cell[t])] += n
            slot[drawn], people[drawn], chance[drawn] = t, n, p[t]
            into[drawn], u[drawn] = cell[t], u[t]
            drawn += (u[t] > 1.0 - n * p[t]) & (p[t] < 1.0)
        binomials(stream, drawn, slot, taken, u, people, chance, k, spare)
        for x in range(drawn):
            flow[_at(into[x])] += k[x]


@nb.njit(cache=True, nogil=True)
def tally_means(stocks, pool_states, pool_pointer, pool, cell, chances, cells):  # type: ignore[no-untyped-def]
    """Count expected events that leave people where they are."""
    in_pool = np.empty((stocks.shape[0], pool_pointer.shape[0] - 1))
    add_up(stocks, pool_states, pool_pointer, in_pool)
    for r in range(stocks.shape[0]):
        p = _row(chances, r)
        for t in range(pool.shape[0]):
            cells[r, cell[t]] += in_pool[r, pool[t]] * p[t]


@bare
def _serve_counts(stream, asking, first, last, places, served, up_to, drawn, room):  # type: ignore[no-untyped-def]
    """Give ``places`` to the people still asking in ``first:last``, all equally likely.

    ``up_to``, ``drawn`` and ``room`` are there to work in; ``drawn`` holds zeros.
    """
    if places <= 0:
        return
    total = 0
    for i in range(first, last):
        total += asking[i] - served[i]
        up_to[i - first] = total
    if places >= total:
        for i in range(first, last):
            served[i] = asking[i]
        return
    if places <= EACH_BY_LOT * (last - first) and 2 * places <= total:
        _draw_lots(stream, first, last - first, up_to, places, drawn, room)
        for i in range(first, last):
            served[i] += drawn[i - first]
            drawn[i - first] = 0
        return
    left = places
    for i in range(first, last):
        here = asking[i] - served[i]
        if here > 0 and left > 0:
            open_stream(stream, i)
            given = hypergeometric(stream, here, total - here, left)
            served[i] += given
            left -= given
            total -= here


@bare
def _draw_lots(stream, slot, count, up_to, places, drawn, room):  # type: ignore[no-untyped-def]
    """Draw people one by one without putting back; a number that was drawn before is void.

    ``up_to`` counts the people up to and in each source. Those drawn in a source count as its
    first numbers: only how many they are matters.
    """
    slots, taken, number = room
    asked, size = 0, number.shape[0]
    while places > 0:
        if asked % size == 0:
            for x in range(size):
                slots[x], taken[x] = slot, asked + x
            next_numbers(stream, size, slots, taken, number)
        one = np.int64(number[asked % size] * up_to[count - 1])
        asked += 1
        i = _first_above(up_to, count, one)
        if one - (up_to[i - 1] if i > 0 else 0) >= drawn[i]:
            drawn[i] += 1
            places -= 1


@nb.njit(inline="always", cache=True)
def _first_above(ascending, count, number):  # type: ignore[no-untyped-def]
    """Return the first position whose value is above ``number``, by steps without a guess."""
    begin, length = 0, count
    while length > 1:
        half = length // 2
        begin += half if ascending[_at(begin + half - 1)] <= number else 0
        length -= half
    return begin


@nb.njit(cache=True)
def _serve_means(asking, first, last, places, served):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(first, last):
        total += asking[i] - served[i]
    if total > 0.0:
        share = min(1.0, places / total)
        for i in range(first, last):
            served[i] += share * (asking[i] - served[i])


@nb.njit(cache=True, nogil=True)
def ration_counts(  # type: ignore[no-untyped-def]
    stocks, sources, pointer, destination, cell, class_pointer, asks, chances, places, cells,
    seed, replicates, day_step,
):  # fmt: skip
    """Give out limited places: ``places[r, 0]`` by class in turn, ``places[r, 1]`` by lot.

    The sources stand in order of class, the class served first at the start; ``asks`` [R or 1, i]
    is 1 where the i-th source may ask today. Nobody is served twice and never more than the places.
    """
    count = sources.shape[0]
    integers, ones = np.zeros((8, count), np.int64), np.ones(count)
    lots = np.empty(LOTS, np.int64), np.empty(LOTS, np.int64), np.empty(LOTS)
    _ration_all(
        stocks, sources, pointer, destination, cell, class_pointer, asks, chances, places, cells,
        new_stream(seed, 0, day_step), replicates, integers, ones, lots, room_to_share(count),
    )  # fmt: skip


@bare
def _ration_all(  # type: ignore[no-untyped-def]
    stocks, sources, pointer, destination, cell, class_pointer, asks, chances, places, cells,
    stream, replicates, integers, ones, lots, room_of_shares,
):  # fmt: skip
    asking, served, up_to, drawn = integers[0], integers[1], integers[2], integers[3]
    source, slot, taken, people = integers[4], integers[5], integers[6], integers[7]
    count, step = sources.shape[0], stream[3]
    for r in range(stocks.shape[0]):
        stream[3], stream[4] = step, np.uint64(replicates[r])
        stock, flow = stocks[r], cells[r]
        p, may_ask, available = _row(chances, r), _row(asks, r), _row(places, r)
        for i in range(count):
            asking[i] = stock[_at(sources[i])] if may_ask[i] > 0.0 else 0
            served[i] = 0
        in_turn = np.int64(np.rint(available[0]))
        for k in range(class_pointer.shape[0] - 1):
            first, last = class_pointer[k], class_pointer[k + 1]
            _serve_counts(stream, asking, first, last, in_turn, served, up_to, drawn, lots)
            for i in range(first, last):
                in_turn -= served[i]
        stream[3] |= np.uint64(0x80000000)
        by_lot = np.int64(np.rint(available[1]))
        _serve_counts(stream, asking, 0, count, by_lot, served, up_to, drawn, lots)
        sharing = 0
        for i in range(count):
            n = served[i]
            stock[_at(sources[i])] -= n
            if n > 0 and pointer[i + 1] - pointer[i] == 1:
                _put(n, pointer[i], destination, cell, stock, flow)
            elif n > 0:
                source[sharing], slot[sharing], people[sharing] = i, count + i, n
                taken[sharing] = 0
                sharing += 1
        share(
            stream, sharing, source, slot, taken, people, ones, pointer, p, destination, cell,
            stock, flow, room_of_shares,
        )  # fmt: skip


@nb.njit(cache=True, nogil=True)
def ration_means(  # type: ignore[no-untyped-def]
    stocks, sources, pointer, destination, cell, class_pointer, asks, chances, places, cells
):
    """Give out limited places to expected people, in proportion within a class."""
    for r in range(stocks.shape[0]):
        stock, flow = stocks[r], cells[r]
        p, may_ask, available = _row(chances, r), _row(asks, r), _row(places, r)
        count = sources.shape[0]
        asking = np.zeros(count)
        served = np.zeros(count)
        for i in range(count):
            asking[i] = stock[sources[i]] * may_ask[i]
        in_turn = available[0]
        for k in range(class_pointer.shape[0] - 1):
            first, last = class_pointer[k], class_pointer[k + 1]
            _serve_means(asking, first, last, in_turn, served)
            in_turn = max(0.0, in_turn - served[first:last].sum())
        _serve_means(asking, 0, count, available[1], served)
        for i in range(count):
            if served[i] > 0.0:
                for t in range(pointer[i], pointer[i + 1]):
                    moved = served[i] * p[t]
                    stock[sources[i]] -= moved
                    stock[destination[t]] += moved
                    if cell[t] >= 0:
                        flow[cell[t]] += moved
