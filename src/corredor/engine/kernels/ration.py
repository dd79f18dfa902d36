"""Give out limited places: hypergeometric in turn of class, then by lot.

Names and shapes are those of ``corredor.engine.kernels.split``.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from corredor.engine.kernels.sharing import _at, _put, _row, room_to_share, share
from corredor.engine.random.samplers import (
    bare,
    hypergeometric,
    new_stream,
    open_stream,
)
from corredor.engine.random.side_by_side import next_numbers

EACH_BY_LOT = 2  # up to so many places for each source are cheaper to draw one by one
LOTS = 128  # numbers made at a time


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
