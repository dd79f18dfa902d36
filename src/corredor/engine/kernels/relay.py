"""Kernels of the step in which people go along transitions in rounds, the last of them in waves.

Shapes: ``stocks`` [R, states] and ``cells`` [R, cells] are changed in place. The kernels return
whether every chance could be computed; see ``corredor.engine.kernels.crowding.price``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba as nb
import numpy as np
from numba.cpython.unsafe import numbers
from numpy.typing import NDArray

from corredor.engine.kernels.crowding import look, price
from corredor.engine.kernels.sharing import _at, _share_out, _way
from corredor.engine.random.samplers import (
    _EXPONENT_OF_ONE,
    _STEP,
    _12,
    _32,
    binomial,
    new_stream,
    philox,
)

DEVIATIONS = 4.0  # more people than that many above the mean do not come in a day
_0, _1 = np.uint64(0), np.uint64(1)
_lowest_bit: Any = numbers.trailing_zeros
SUPPLY = 128  # random numbers made at a time
SINGLY = 2  # so many people are cheaper to send one by one


class Course(NamedTuple):
    """Where people can go.

    Attributes
    ----------
    sources, pointer : numpy.ndarray
        Source states, and where the transitions of each begin.
    destination, cell, choice : numpy.ndarray
        Of each transition: where it leads, where it is recorded or -1, whose chance it has.
    onward : numpy.ndarray
        Which source of the last round a transition of the last round leads to, or -1.
    rest : numpy.ndarray
        Where those go who take no transition of a source.
    rounds : numpy.ndarray
        Where the sources of each round begin, and the last end.
    limited : numpy.ndarray
        For each state which limited place it is in, or -1.
    waves, part : int, float
        In how many waves the last round is called at most; and the part of the room between
        nearly full and full that no wave should take.
    """

    sources: NDArray[np.int32]
    pointer: NDArray[np.int64]
    destination: NDArray[np.int32]
    cell: NDArray[np.int32]
    choice: NDArray[np.int64]
    onward: NDArray[np.int32]
    rest: NDArray[np.int32]
    rounds: NDArray[np.int64]
    limited: NDArray[np.int32]
    waves: int
    part: float


@nb.njit(cache=True, nogil=True)
def waves_left(stock, course, pull, people, chances, mean, coming):  # type: ignore[no-untyped-def]
    """Return in how many waves those who wait in the last round should be called.

    So many that a wave takes no more than a small part of the room between nearly full and full,
    by the mean at today's chances. A place that is full already, or would not be nearly full if
    they came, asks for no more than one. ``mean`` [sources] and ``coming`` [limited places] are
    room to work in.
    """
    sources, pointer, destination = course.sources, course.pointer, course.destination
    choice, onward, rest, limited = course.choice, course.onward, course.rest, course.limited
    nearly, full = pull.nearly, pull.full
    first, count = course.rounds[-2], sources.shape[0]
    waiting = 0.0
    for i in range(first, count):
        mean[i] = stock[_at(sources[i])]
        waiting += mean[i]
    fixed = True
    for k in range(coming.shape[0]):
        inside = people[0, k]
        fixed &= inside + waiting <= nearly[k] or inside >= full[k]
    if fixed:
        return 1
    coming[:] = 0.0
    for i in range(first, count):
        if mean[i] > 0.0:
            stay = 1.0
            for t in range(pointer[i], pointer[i + 1]):
                chance = chances[_at(choice[t])]
                stay -= chance
                if onward[t] >= 0:
                    mean[_at(onward[t])] += mean[i] * chance
                elif limited[_at(destination[t])] >= 0:
                    coming[_at(limited[_at(destination[t])])] += mean[i] * chance
            if limited[_at(rest[i])] >= 0:
                coming[_at(limited[_at(rest[i])])] += mean[i] * max(0.0, stay)
    needed = 1.0
    for k in range(coming.shape[0]):
        inside = people[0, k]
        at_most = coming[k] + DEVIATIONS * np.sqrt(coming[k])
        if inside + at_most > nearly[k] and inside < full[k]:
            part = max(course.part * (full[k] - nearly[k]), 1e-9)
            needed = max(needed, np.ceil(coming[k] / part))
    return np.int64(min(needed, 1e9))


@nb.njit(cache=True, nogil=True)
def relay_counts(  # type: ignore[no-untyped-def]
    stocks, cells, course, options, pull, seed, replicates, day_step
):
    """Send whole people on until they rest.

    Random numbers follow each other in the order in which sources are called: those of single
    persons from a supply made many at a time, those of larger numbers from slot 0.
    """
    sources, pointer, destination, cell = (
        course.sources, course.pointer, course.destination, course.cell
    )  # fmt: skip
    choice, onward, rest = course.choice, course.onward, course.rest
    count = sources.shape[0]
    called, mean = np.zeros(count, np.int64), np.empty(count)
    waits = np.empty((count >> 6) + 1, np.uint64)  # a bit for each source in which people wait
    most = max(1, np.diff(course.pointer).max()) if count else 1
    sent, p = np.empty(most, np.int64), np.empty(most)
    places = options.inside_pointer.shape[0] - 1
    people, coming = np.zeros((1, places)), np.empty(places)
    room, share = np.empty(places), np.empty(options.bundles)
    chances = np.empty(options.bundle_of.shape[0])
    supply, used = np.empty(SUPPLY), np.empty(2, np.int64)
    rounds = course.rounds.shape[0] - 1
    for r in range(stocks.shape[0]):
        stream = new_stream(seed, replicates[r], day_step)
        used[0], used[1] = SUPPLY, 1
        stock, flow = stocks[r], cells[r]
        room[:] = -1.0
        known = False
        for k in range(rounds):
            first, last = course.rounds[k], course.rounds[k + 1]
            chained = k == rounds - 1
            for wave in range(course.waves if chained else 1):
                changed = look(stocks, r, options, pull, people, room)
                if changed or not known:
                    if not price(options, pull, r, room, share, chances):
                        return False
                    known = True
                left = 1
                if chained and wave < course.waves - 1 and places > 0:
                    left = min(
                        waves_left(stock, course, pull, people, chances, mean, coming),
                        course.waves - wave,
                    )
                waits[:] = _0
                for i in range(first, last):
                    waiting = stock[_at(sources[i])]
                    if waiting > 0:
                        if left > 1:
                            waiting = binomial(stream, waiting, 1.0 / left)
                        called[i] = waiting
                        stock[_at(sources[i])] -= waiting
                        waits[_at(i >> 6)] |= _1 << np.uint64(i & 63)
                for word in range(first >> 6, (last + 63) >> 6):
                    while waits[word] != _0:
                        i = _at((word << 6) + np.int64(_lowest_bit(waits[word])))
                        waits[word] &= waits[word] - _1
                        waiting, called[i] = called[i], 0
                        start, ways = pointer[i], pointer[i + 1] - pointer[i]
                        moved = _sent(
                            stream, waiting, start, ways, choice, chances, p, sent, supply, used
                        )
                        stock[_at(rest[i])] += waiting - moved
                        for w in range(ways):
                            n, t = sent[w], start + w
                            if n > 0:
                                after = onward[t]
                                if after >= 0:
                                    called[_at(after)] += n
                                    waits[_at(after >> 6)] |= _1 << np.uint64(after & 63)
                                else:
                                    stock[_at(destination[t])] += n
                                if cell[t] >= 0:
                                    flow[_at(cell[t])] += n
                if left == 1:
                    break
    return True


@nb.njit(inline="always", cache=True)
def _sent(stream, people, start, ways, choice, chances, p, sent, supply, used):  # type: ignore[no-untyped-def]
    """Share people among ways and staying: set ``sent``, and return how many do not stay."""
    total = 0.0
    for w in range(ways):
        p[w] = chances[_at(choice[start + w])]
        sent[w] = 0
        total += p[w]
    moved = people
    if total >= 1.0 and ways == 1:
        sent[0] = people
    elif people <= SINGLY:
        moved = 0
        for _ in range(people):
            u, w = _next(stream, supply, used), 0
            while w < ways and u >= p[w]:
                u -= p[w]
                w += 1
            if w < ways:
                sent[w] += 1
                moved += 1
    else:
        if total < 1.0:
            moved = binomial(stream, people, total)
        if ways == 1:
            sent[0] = moved
        elif moved <= SINGLY:
            for _ in range(moved):
                sent[_way(_next(stream, supply, used) * total, 0, ways, p)] += 1
        else:
            _share_out(stream, moved, total, p[:ways], sent)
    return moved


@nb.njit(inline="always", cache=True)
def _next(stream, supply, used):  # type: ignore[no-untyped-def]
    """Return the next number of the supply, which is filled up where it is used up."""
    if used[0] == SUPPLY:
        _fill(stream, supply, used[1])
        used[0] = 0
        used[1] += SUPPLY // 2
    u = supply[_at(used[0])]
    used[0] += 1
    return u


@nb.njit(cache=True, nogil=True)
def _fill(stream, supply, slot):  # type: ignore[no-untyped-def]
    """Fill the supply with numbers between 0 and 1, two from each slot."""
    k0, k1, c2, c3 = stream[0], stream[1], stream[3], stream[4]
    bits = supply.view(np.uint64)
    half = SUPPLY // 2
    for i in range(half):
        a, b, c, d = philox(_0, np.uint64(slot + i), c2, c3, k0, k1)
        bits[i] = (((a << _32) | b) >> _12) | _EXPONENT_OF_ONE
        bits[half + i] = (((c << _32) | d) >> _12) | _EXPONENT_OF_ONE
    for i in range(SUPPLY):
        supply[i] = supply[i] - 1.0 + 0.5 * _STEP


@nb.njit(cache=True, nogil=True)
def relay_means(stocks, cells, course, options, pull):  # type: ignore[no-untyped-def]
    """Send expected people on until they rest."""
    sources, pointer, destination, cell = (
        course.sources, course.pointer, course.destination, course.cell
    )  # fmt: skip
    choice, onward, rest = course.choice, course.onward, course.rest
    called, mean = np.empty(len(sources)), np.empty(len(sources))
    places = options.inside_pointer.shape[0] - 1
    people, coming = np.zeros((1, places)), np.empty(places)
    room, share = np.empty(places), np.empty(options.bundles)
    chances = np.empty(options.bundle_of.shape[0])
    rounds = course.rounds.shape[0] - 1
    for r in range(stocks.shape[0]):
        stock, flow = stocks[r], cells[r]
        for k in range(rounds):
            first, last = course.rounds[k], course.rounds[k + 1]
            chained = k == rounds - 1
            for wave in range(course.waves if chained else 1):
                look(stocks, r, options, pull, people, room)
                if not price(options, pull, r, room, share, chances):
                    return False
                left = 1
                if chained and wave < course.waves - 1:
                    left = min(
                        waves_left(stock, course, pull, people, chances, mean, coming),
                        course.waves - wave,
                    )  # fmt: skip
                for i in range(first, last):
                    called[i] = stock[_at(sources[i])] / left
                    stock[_at(sources[i])] -= called[i]
                for i in range(first, last):
                    if called[i] > 0.0:
                        stay = 1.0
                        for t in range(pointer[i], pointer[i + 1]):
                            chance = chances[_at(choice[t])]
                            n = called[i] * chance
                            stay -= chance
                            if onward[t] >= 0:
                                called[_at(onward[t])] += n
                            else:
                                stock[_at(destination[t])] += n
                            if cell[t] >= 0:
                                flow[_at(cell[t])] += n
                        stock[_at(rest[i])] += called[i] * max(0.0, stay)
                if left == 1:
                    break
    return True
