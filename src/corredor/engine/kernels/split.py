"""Split stocks over transitions: the only code that differs between the draws.

Shapes: R replicates, S states, T transitions, C cells. ``chances`` has one row for all replicates
or one row each. ``pointer[s]:pointer[s + 1]`` are the transitions that leave the s-th of the
sources. ``hazard_factor`` [R or 1, cohorts] multiplies all chances of the sources of a cohort.
Flows are added to ``cells``; a transition with cell -1 is not recorded.

The kernels named ``*_counts`` serve the exact draw: whole people, multinomial by conditional
binomials. The kernels named ``*_means`` serve the expected draw: real numbers, people times chance.
Limited places are given out in ``corredor.engine.kernels.ration``.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from corredor.engine.kernels.pools import add_up
from corredor.engine.kernels.sharing import _at, _put, _row, _share_out, _way, room_to_share, share
from corredor.engine.random.samplers import (
    bare,
    new_stream,
    open_stream,
    poisson,
)
from corredor.engine.random.side_by_side import binomials, next_numbers, room_for_binomials


@nb.njit(cache=True, nogil=True)
def split_counts(  # type: ignore[no-untyped-def]
    stocks, sources, pointer, destination, cell, chances, totals, hazard_factor, cohort, cells,
    seed, replicates, day_step,
):  # fmt: skip
    """Split whole people: ``stocks`` [R, S] and ``cells`` [R, C] are changed in place.

    First how many move at all, for often nobody does; then where they go. ``totals`` [R or 1,
    sources] holds the sums of ``chances`` over the transitions of each source.
    """
    count = sources.shape[0]
    integers, reals = np.empty((10, count), np.int64), np.empty((4, count))
    room = integers, reals, np.zeros(count, np.int64), room_for_binomials(count)
    _split_all(
        stocks, sources, pointer, destination, cell, chances, totals, hazard_factor, cohort, cells,
        new_stream(seed, 0, day_step), replicates, room, room_to_share(count),
    )  # fmt: skip


@bare
def _split_all(  # type: ignore[no-untyped-def]
    stocks, sources, pointer, destination, cell, chances, totals, hazard_factor, cohort, cells,
    stream, replicates, room, room_of_shares,
):  # fmt: skip
    integers, reals, nothing, _ = room
    source, slot, people, taken, moved = (
        integers[0], integers[1], integers[2], integers[3], integers[4],
    )  # fmt: skip
    chance, first = reals[0], reals[1]
    for r in range(stocks.shape[0]):
        stream[4] = np.uint64(replicates[r])
        stock, flow = stocks[r], cells[r]
        p, total, factor = _row(chances, r), _row(totals, r), _row(hazard_factor, r)
        found = 0
        for i in range(sources.shape[0]):
            here, today = stock[_at(sources[i])], total[i] * factor[_at(cohort[i])]
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
                u = min((1.0 - first[j]) / factor[_at(cohort[i])], total[i])
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
    stocks, sources, pointer, destination, cell, chances, hazard_factor, cohort, cells
):
    """Split expected people: as ``split_counts`` with people times chance."""
    count = sources.shape[0]
    before = np.empty(count, np.float64)
    for r in range(stocks.shape[0]):
        stock, flow, p, factor = stocks[r], cells[r], _row(chances, r), _row(hazard_factor, r)
        for i in range(count):
            before[i] = stock[_at(sources[i])] * factor[_at(cohort[i])]
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
