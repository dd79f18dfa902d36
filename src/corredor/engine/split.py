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

from corredor.engine.pools import add_up
from corredor.engine.random import (
    binomial,
    binomial_from,
    first_numbers,
    go_on,
    hypergeometric,
    new_stream,
    open_stream,
    poisson,
    uniform,
)

FEW = 6  # so many people are cheaper to send one by one
EACH_BY_LOT = 2  # up to so many places for each source are cheaper to draw one by one
Floats = NDArray[np.float64]


@nb.njit(cache=True)
def _row(array, replicate):  # type: ignore[no-untyped-def]
    return array[np.int64(replicate) if array.shape[0] > 1 else np.int64(0)]


@nb.njit(inline="always", cache=True)
def _at(index):  # type: ignore[no-untyped-def]
    """Return an index that is known not to be negative, which spares a test on each use."""
    return np.uint32(index)


@nb.njit(cache=True)
def _move(people, t, source, destination, cell, stock, flow):  # type: ignore[no-untyped-def]
    stock[_at(source)] -= people
    stock[_at(destination[t])] += people
    if cell[t] >= 0:
        flow[_at(cell[t])] += people


@nb.njit(cache=True)
def _way(u, first, last, chances):  # type: ignore[no-untyped-def]
    """Return the transition in whose part of the chances, laid end to end, ``u`` falls."""
    t = first
    while t < last - 1 and u >= chances[t]:
        u -= chances[t]
        t += 1
    while chances[t] <= 0.0:  # rounding may lead past the last possible transition
        t -= 1
    return t


@nb.njit(cache=True)
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
    inhabited, slots = np.empty(count, np.int64), np.empty(count, np.uint64)
    before = np.empty(count, np.int64)
    first_number, half = np.empty(count), np.empty(count, np.uint64)
    sent = np.empty(max(1, np.diff(pointer).max()), np.int64)
    for r in range(stocks.shape[0]):
        stream = new_stream(seed, replicates[r], day_step)
        stock, flow = stocks[r], cells[r]
        p, total, factor = _row(chances, r), _row(totals, r), _row(pace, r)
        found = 0
        for i in range(count):
            state, people = _at(sources[i]), stock[_at(sources[i])]
            inhabited[found], slots[found], before[found] = i, state, people
            found += (people > 0) & (total[i] * factor[_at(body[i])] > 0.0)
        first_numbers(stream, slots[:found], first_number, half)
        for j in range(found):
            i, people, u = _at(inhabited[j]), before[j], first_number[j]
            today = factor[_at(body[i])]
            chance = total[i] * today
            if u <= 1.0 - people * chance:  # nobody moves
                continue
            state, first, last = _at(sources[i]), _at(pointer[i]), _at(pointer[i + 1])
            moved = people
            if people == 1:  # the number that says whether somebody moves also says where
                u = min((1.0 - u) / today, total[i])
            else:
                go_on(stream, slots[j], half[j])
                if chance < 1.0:
                    moved = binomial_from(stream, u, people, chance)
            if moved == 0:
                continue
            stock[state] -= moved
            if last - first == 1:
                sent[0] = moved
            else:
                for t in range(last - first):
                    sent[t] = 0
                if people == 1:
                    sent[_way(u, first, last, p) - first] = 1
                elif moved <= FEW:
                    for _ in range(moved):
                        sent[_way(uniform(stream) * total[i], first, last, p) - first] += 1
                else:
                    _share_out(stream, moved, total[i], p[first:last], sent)
            for t in range(first, last):
                n = sent[t - first]
                if n > 0:
                    stock[_at(destination[t])] += n
                    if cell[t] >= 0:
                        flow[_at(cell[t])] += n


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
    slots = np.arange(count).astype(np.uint64)
    first_number, half = np.empty(count), np.empty(count, np.uint64)
    for r in range(stocks.shape[0]):
        stream = new_stream(seed, replicates[r], day_step)
        p, flow = _row(chances, r), cells[r]
        first_numbers(stream, slots, first_number, half)
        for t in range(count):
            people, u = in_pool[r, pool[t]], first_number[t]
            if u <= 1.0 - people * p[t]:
                continue
            go_on(stream, slots[t], half[t])
            flow[cell[t]] += binomial_from(stream, u, people, p[t]) if p[t] < 1.0 else people


@nb.njit(cache=True, nogil=True)
def tally_means(stocks, pool_states, pool_pointer, pool, cell, chances, cells):  # type: ignore[no-untyped-def]
    """Count expected events that leave people where they are."""
    in_pool = np.empty((stocks.shape[0], pool_pointer.shape[0] - 1))
    add_up(stocks, pool_states, pool_pointer, in_pool)
    for r in range(stocks.shape[0]):
        p = _row(chances, r)
        for t in range(pool.shape[0]):
            cells[r, cell[t]] += in_pool[r, pool[t]] * p[t]


@nb.njit(cache=True)
def _serve_counts(stream, asking, first, last, places, served):  # type: ignore[no-untyped-def]
    """Give ``places`` to the people still asking in ``first:last``, all equally likely."""
    up_to = np.cumsum(asking[first:last] - served[first:last])
    total = up_to[-1]
    if places <= 0:
        return
    if places >= total:
        served[first:last] = asking[first:last]
        return
    if places <= EACH_BY_LOT * up_to.shape[0] and 2 * places <= total:
        open_stream(stream, first)
        _draw_lots(stream, up_to, places, served[first:last])
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


@nb.njit(cache=True)
def _draw_lots(stream, up_to, places, served):  # type: ignore[no-untyped-def]
    """Draw people one by one without putting back; a number that was drawn before is void.

    ``up_to`` counts the people up to and in each source. Those drawn in a source count as its
    first numbers: only how many they are matters.
    """
    drawn = np.zeros_like(served)
    while places > 0:
        number = np.int64(uniform(stream) * up_to[-1])
        i = np.searchsorted(up_to, number, side="right")
        if number - (up_to[i - 1] if i > 0 else 0) >= drawn[i]:
            drawn[i] += 1
            places -= 1
    served += drawn


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
    sent = np.empty(max(1, np.diff(pointer).max()), np.int64)
    for r in range(stocks.shape[0]):
        stream = new_stream(seed, replicates[r], day_step)
        stock, flow = stocks[r], cells[r]
        p, may_ask, available = _row(chances, r), _row(asks, r), _row(places, r)
        count = sources.shape[0]
        asking = np.zeros(count, np.int64)
        served = np.zeros(count, np.int64)
        for i in range(count):
            if may_ask[i] > 0.0:
                asking[i] = stock[sources[i]]
        in_turn = np.int64(np.rint(available[0]))
        for k in range(class_pointer.shape[0] - 1):
            before = served[class_pointer[k] : class_pointer[k + 1]].sum()
            _serve_counts(stream, asking, class_pointer[k], class_pointer[k + 1], in_turn, served)
            in_turn -= served[class_pointer[k] : class_pointer[k + 1]].sum() - before
        stream[3] |= np.uint64(0x80000000)
        _serve_counts(stream, asking, 0, count, np.int64(np.rint(available[1])), served)
        for i in range(count):
            if served[i] > 0:
                open_stream(stream, count + i)
                first, last = pointer[i], pointer[i + 1]
                sent[: last - first] = 0
                if served[i] <= FEW:
                    for _ in range(served[i]):
                        sent[_way(uniform(stream), first, last, p) - first] += 1
                else:
                    _share_out(stream, served[i], 1.0, p[first:last], sent)
                for t in range(first, last):
                    _move(sent[t - first], t, sources[i], destination, cell, stock, flow)


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
