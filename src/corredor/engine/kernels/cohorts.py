"""Kernel of the step in which people go along transitions, one arrival cohort after another.

Where many leave places that are nearly full, it matters who is asked first: those who came first
find them full, and whoever comes later takes the places that they left. So people are counted by
*arrival cohort*, those who came at about the same time; the cohorts are called in the order in
which they came, each in waves where it is large. Within a cohort all are alike.

Newcomers, and people who pass through places within the day, are in the states of the program; in
the evening everybody is in the states of their cohort, which are as many for each and lie behind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numba as nb
import numpy as np
from numba.cpython.unsafe import numbers
from numpy.typing import NDArray

from corredor.engine.kernels.crowding import part_left, price
from corredor.engine.kernels.pools import add_up
from corredor.engine.kernels.relay import DEVIATIONS, SUPPLY, _sent
from corredor.engine.kernels.sharing import _at
from corredor.engine.random.samplers import binomial, new_stream

_0, _1 = np.uint64(0), np.uint64(1)
_lowest_bit: Any = numbers.trailing_zeros


class ArrivalCohorts(NamedTuple):
    """How people are counted by when they came.

    Attributes
    ----------
    number : int
        How many cohorts there are.
    first, evening : int
        The state ``s`` of an evening, below ``evening``, is ``first + k * evening + s`` for the
        cohort ``k``.
    joins : callable
        Takes the number of a day and gives the cohort of its newcomers by state, [evening].
    """

    number: int
    first: int
    evening: int
    joins: Callable[[int], NDArray[np.int64]]

    def everywhere(self, states: NDArray[Any]) -> NDArray[np.int64]:
        """Return states of an evening, those of newcomers and then those of each cohort."""
        offset = self.first + self.evening * np.arange(self.number)
        return np.concatenate([states, np.add.outer(offset, states).ravel()])


class _Desk(NamedTuple):
    """Arrays to work in: of sources, of ways, of limited places, of choices; and of what waits."""

    waiting: NDArray[np.int64]
    called: NDArray[np.int64]
    there: NDArray[np.uint64]
    waits: NDArray[np.uint64]
    p: NDArray[np.float64]
    sent: NDArray[np.int64]
    people: NDArray[np.float64]
    leaving: NDArray[np.float64]
    room: NDArray[np.float64]
    share: NDArray[np.float64]
    chances: NDArray[np.float64]
    supply: NDArray[np.float64]
    used: NDArray[np.int64]


@nb.njit(cache=True, nogil=True)
def _desk(course, options):  # type: ignore[no-untyped-def]
    count, places = course.sources.shape[0], options.inside_pointer.shape[0] - 1
    words = (count >> 6) + 1
    most = max(1, np.diff(course.pointer).max()) if count else 1
    return _Desk(
        np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(words, np.uint64),
        np.zeros(words, np.uint64), np.empty(most), np.empty(most, np.int64),
        np.zeros((1, places)), np.empty(places), np.empty(places), np.empty(options.bundles),
        np.empty(options.bundle_of.shape[0]), np.empty(SUPPLY), np.empty(2, np.int64),
    )  # fmt: skip


@nb.njit(cache=True, nogil=True)
def _priced(options, pull, r, desk):  # type: ignore[no-untyped-def]
    """Set chances by how full places are now; return whether all weights were finite."""
    changed = False
    for k in range(desk.room.shape[0]):
        left = part_left(desk.people[0, k], pull.nearly[k], pull.full[k])
        changed |= left != desk.room[k]
        desk.room[k] = left
    return not changed or price(options, pull, r, desk.room, desk.share, desk.chances)


@nb.njit(cache=True, nogil=True)
def _waves_of_leaving(desk, course, pull):  # type: ignore[no-untyped-def]
    """Return in how many waves people decide who leave places that have less than full room."""
    needed = 1.0
    for k in range(desk.leaving.shape[0]):
        leaving, inside = desk.leaving[k], desk.people[0, k]
        at_least = inside - leaving - DEVIATIONS * np.sqrt(leaving)
        if leaving > 0.0 and inside > pull.nearly[k] and at_least < pull.full[k]:
            part = max(course.part * (pull.full[k] - pull.nearly[k]), 1e-9)
            needed = max(needed, np.ceil(leaving / part))
    return np.int64(min(needed, course.waves))


@nb.njit(cache=True, nogil=True)
def _waves_of_coming(waiting, desk, course, pull):  # type: ignore[no-untyped-def]
    """Return in how many waves people go on any of whom may fill up a place."""
    needed = 1.0
    for k in range(desk.leaving.shape[0]):
        inside = desk.people[0, k]
        if inside + waiting > pull.nearly[k] and inside < pull.full[k]:
            part = max(course.part * (pull.full[k] - pull.nearly[k]), 1e-9)
            needed = max(needed, np.ceil(waiting / part))
    return np.int64(min(needed, waiting, course.waves))


@nb.njit(inline="always", cache=True)
def _moved_in(state, people, block, limited, inside):  # type: ignore[no-untyped-def]
    """Let people come to a state of their cohort, or leave it if they are less than 0."""
    block[_at(state)] += people
    if limited[_at(state)] >= 0:
        inside[0, limited[_at(state)]] += people


@nb.njit(cache=True, nogil=True)
def relay_cohorts(  # type: ignore[no-untyped-def]
    stocks, cells, course, source_of, options, pull, cohorts, joins, seed, replicates, day_step
):
    """Send whole people on until they rest; return whether all weights were finite.

    In all rounds but the last two, cohort after cohort takes one transition. Then each cohort takes
    one in the last but one round and goes on in the last, before the next is called. ``cohorts``
    holds how many there are, their first state and the states of each.
    """
    count, first, evening = cohorts
    desk = _desk(course, options)
    for r in range(stocks.shape[0]):
        stream = new_stream(seed, replicates[r], day_step)
        desk.used[0], desk.used[1] = SUPPLY, 1
        stock, flow = stocks[r], cells[r]
        for s in range(evening):
            if stock[s] > 0:
                stock[first + joins[s] * evening + s] += stock[s]
                stock[s] = 0
        add_up(stocks[r : r + 1], options.inside, options.inside_pointer, desk.people)
        desk.room[:] = -1.0
        if desk.room.shape[0] == 0 and not price(
            options, pull, r, desk.room, desk.share, desk.chances
        ):
            return False
        blocks = stock[first:].reshape(count, evening)
        away = np.empty((2, 64), np.int64)
        until = np.zeros(count + 1, np.int64)
        for k in range(count):
            ok, away, until[k + 1] = _set_out(
                blocks[k], flow, course, options, pull, r, desk, stream, away, until[k]
            )
            if not ok:
                return False
        for k in range(count):
            _get_on(blocks[k], flow, course, source_of, evening, desk, stream)
            for x in range(until[k], until[k + 1]):
                _wait(desk, source_of[away[0, x]], away[1, x])
            if not _go_on(blocks[k], flow, course, options, pull, r, desk, stream):
                return False
    return True


@nb.njit(inline="always", cache=True)
def _wait(desk, i, people):  # type: ignore[no-untyped-def]
    """Let people wait in a source until their cohort goes on."""
    desk.waiting[_at(i)] += people
    desk.there[_at(i >> 6)] |= _1 << np.uint64(i & 63)


@nb.njit(cache=True, nogil=True)
def _set_out(  # type: ignore[no-untyped-def]
    block, flow, course, options, pull, r, desk, stream, away, count
):
    """Let a cohort decide in all rounds but the last two.

    Whoever comes to a state that no evening has is ``away``: a state and people, from ``count`` on.
    """
    sources, pointer, limited = course.sources, course.pointer, course.limited
    destination, choice, rest, cell = course.destination, course.choice, course.rest, course.cell
    waiting, last, evening = desk.waiting, course.rounds[-3], block.shape[0]
    if not _priced(options, pull, r, desk):
        return False, away, count
    desk.leaving[:] = 0.0
    total = 0
    for i in range(last):
        waiting[i] = block[_at(sources[i])]
        total += waiting[i]
        place = limited[_at(sources[i])]
        if waiting[i] > 0 and place >= 0:
            for t in range(pointer[i], pointer[i + 1]):
                desk.leaving[place] += waiting[i] * desk.chances[_at(choice[t])]
    left = _waves_of_leaving(desk, course, pull) if total > 0 else 0
    while left > 0:
        if not _priced(options, pull, r, desk):
            return False, away, count
        for i in range(last):
            people = waiting[i]
            if people > 0 and left > 1:
                people = binomial(stream, people, 1.0 / left)
            if people == 0:
                continue
            waiting[i] -= people
            start, ways = pointer[i], pointer[i + 1] - pointer[i]
            moved = _sent(stream, people, start, ways, choice, desk.chances, desk.p, desk.sent,
                          desk.supply, desk.used)  # fmt: skip
            _moved_in(sources[i], -people, block, limited, desk.people)
            _moved_in(rest[i], people - moved, block, limited, desk.people)
            for w in range(ways if moved > 0 else 0):
                n, t = desk.sent[w], start + w
                if n == 0:
                    continue
                if cell[t] >= 0:
                    flow[_at(cell[t])] += n
                if destination[t] < evening:
                    _moved_in(destination[t], n, block, limited, desk.people)
                    continue
                if count == away.shape[1]:
                    more = np.empty((2, 2 * count), np.int64)
                    more[:, :count] = away
                    away = more
                away[0, count], away[1, count] = destination[t], n
                count += 1
        left -= 1
    return True, away, count


@nb.njit(cache=True, nogil=True)
def _get_on(block, flow, course, source_of, evening, desk, stream):  # type: ignore[no-untyped-def]
    """Let a cohort take a transition in the last round but one."""
    sources, pointer, limited = course.sources, course.pointer, course.limited
    destination, choice, rest, cell = course.destination, course.choice, course.rest, course.cell
    first, last = course.rounds[-3], course.rounds[-2]
    for i in range(first, last):
        desk.waiting[i] = block[_at(sources[i])]
        if desk.waiting[i] > 0:
            _moved_in(sources[i], -desk.waiting[i], block, limited, desk.people)
    for i in range(first, last):
        people = desk.waiting[i]
        if people == 0:
            continue
        desk.waiting[i] = 0
        start, ways = pointer[i], pointer[i + 1] - pointer[i]
        moved = _sent(stream, people, start, ways, choice, desk.chances, desk.p, desk.sent,
                      desk.supply, desk.used)  # fmt: skip
        _moved_in(rest[i], people - moved, block, limited, desk.people)
        for w in range(ways):
            n, t = desk.sent[w], start + w
            if n > 0:
                if cell[t] >= 0:
                    flow[_at(cell[t])] += n
                if destination[t] < evening:
                    _moved_in(destination[t], n, block, limited, desk.people)
                else:
                    _wait(desk, source_of[_at(destination[t])], n)


@nb.njit(cache=True, nogil=True)
def _go_on(block, flow, course, options, pull, r, desk, stream):  # type: ignore[no-untyped-def]
    """Let those of a cohort who wait in the last round go on until they rest, in waves."""
    words = range(course.rounds[-2] >> 6, desk.there.shape[0])
    total = 0
    for word in words:
        bits = desk.there[word]
        while bits != _0:
            total += desk.waiting[(word << 6) + np.int64(_lowest_bit(bits))]
            bits &= bits - _1
    left = _waves_of_coming(total, desk, course, pull) if total > 0 else 0
    while left > 0:
        if not _priced(options, pull, r, desk):
            return False
        for word in words:
            bits = desk.there[word]
            while bits != _0:
                bit = _1 << np.uint64(_lowest_bit(bits))
                i = (word << 6) + np.int64(_lowest_bit(bits))
                bits ^= bit
                people = desk.waiting[i]
                if left > 1:
                    people = binomial(stream, people, 1.0 / left)
                desk.waiting[i] -= people
                if desk.waiting[i] == 0:
                    desk.there[word] ^= bit
                if people > 0:
                    desk.called[i] = people
                    desk.waits[word] |= bit
        _send_called(block, flow, course, desk, stream)
        left -= 1
    return True


@nb.njit(cache=True, nogil=True)
def _send_called(block, flow, course, desk, stream):  # type: ignore[no-untyped-def]
    """Send everybody who is called on until they rest."""
    pointer, limited, onward = course.pointer, course.limited, course.onward
    destination, choice, rest, cell = course.destination, course.choice, course.rest, course.cell
    called, waits = desk.called, desk.waits
    for word in range(course.rounds[-2] >> 6, waits.shape[0]):
        while waits[word] != _0:
            i = (word << 6) + np.int64(_lowest_bit(waits[word]))
            waits[word] &= waits[word] - _1
            people, called[i] = called[i], 0
            start, ways = pointer[i], pointer[i + 1] - pointer[i]
            moved = _sent(stream, people, start, ways, choice, desk.chances, desk.p, desk.sent,
                          desk.supply, desk.used)  # fmt: skip
            _moved_in(rest[i], people - moved, block, limited, desk.people)
            for w in range(ways):
                n, t = desk.sent[w], start + w
                if n > 0:
                    if cell[t] >= 0:
                        flow[_at(cell[t])] += n
                    after = onward[t]
                    if after >= 0:
                        called[_at(after)] += n
                        waits[_at(after >> 6)] |= _1 << np.uint64(after & 63)
                    else:
                        _moved_in(destination[t], n, block, limited, desk.people)
