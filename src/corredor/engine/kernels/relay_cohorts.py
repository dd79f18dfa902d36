"""Relay of counts, one arrival cohort after another.

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

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Integers
from corredor.engine.compiled import compiled
from corredor.engine.kernels.crowding import Options, Pull
from corredor.engine.kernels.relay_course import (
    DEVIATIONS,
    Course,
    begin_replicate,
    look_and_price,
    lowest_bit,
    move_in,
    relay_scratch,
    send,
    send_called,
    set_bit,
)
from corredor.engine.kernels.sharing import at
from corredor.engine.random.philox import Address, bare, new_stream
from corredor.engine.random.samplers import binomial

_0, _1 = np.uint64(0), np.uint64(1)


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
    joins: Callable[[int], Integers]

    def everywhere(self, states: NDArray[Any]) -> Integers:
        """Return states of an evening, those of newcomers and then those of each cohort."""
        offset = self.first + self.evening * np.arange(self.number)
        return np.concatenate([states, np.add.outer(offset, states).ravel()])

    def on(self, day: int, source_of: Any) -> Newcomers:
        """Return how those who come on a day join, as the kernel takes it."""
        return Newcomers(self.number, self.first, self.evening, self.joins(day), source_of)


class Newcomers(NamedTuple):
    """``ArrivalCohorts`` of a day.

    Attributes
    ----------
    number, first, evening : int
        As in ``ArrivalCohorts``.
    joins : numpy.ndarray
        The cohort of the newcomers in each state, [evening].
    source_of : numpy.ndarray
        Which source each state is, or -1.
    """

    number: int
    first: int
    evening: int
    joins: Integers
    source_of: NDArray[np.int32]


@compiled(nogil=True)
def relay_cohorts(stocks, cells, course, options, pull, address, newcomers):  # type: ignore[no-untyped-def]
    """Send whole people on until they rest; return whether all weights were finite.

    In all rounds but the last two, cohort after cohort takes one transition; whoever then is on the
    way, in a state that no evening has, is kept in ``away``: the state and the people. Then each
    cohort takes one transition in the last but one round and goes on in the last, before the next
    is called.
    """
    course, options, pull = Course(*course), Options(*options), Pull(*pull)
    address, newcomers = Address(*address), Newcomers(*newcomers)
    scratch, source_of = relay_scratch(course, options), newcomers.source_of
    unknown, known = np.bool_(False), np.bool_(True)  # callees would be compiled for each literal
    away, until = np.empty((2, 64), np.int64), np.zeros(newcomers.number + 1, np.int64)
    for r in range(stocks.shape[0]):
        stream = new_stream(address.seed, address.replicates[r], address.day_step)
        flow = cells[r]
        _let_join(stocks[r], newcomers)
        begin_replicate(stocks, r, options, scratch)
        if not look_and_price(options, pull, r, unknown, scratch):
            return False
        blocks = stocks[r, newcomers.first :].reshape(newcomers.number, newcomers.evening)
        for k in range(newcomers.number):
            if not look_and_price(options, pull, r, known, scratch):
                return False
            count, left = until[k], _begin_leaving(blocks[k], course, pull, scratch)
            while left > 0:
                if not look_and_price(options, pull, r, known, scratch):
                    return False
                away = _with_space(away, count + course.pointer[course.rounds[-3]])
                count = _leave(blocks[k], flow, course, left, scratch, stream, (away, count))
                left -= 1
            until[k + 1] = count
        for k in range(newcomers.number):
            _get_on(blocks[k], flow, course, source_of, scratch, stream)
            for x in range(until[k], until[k + 1]):
                _wait(source_of[away[0, x]], away[1, x], scratch)
            left = _waves_of_coming(course, pull, scratch)
            while left > 0:
                if not look_and_price(options, pull, r, known, scratch):
                    return False
                _call_waiting(course, left, scratch, stream)
                send_called(blocks[k], flow, course, scratch, stream, course.rounds[-2])
                left -= 1
    return True


@bare
def _let_join(stock, newcomers):  # type: ignore[no-untyped-def]
    """Bring newcomers from the states of the program into those of their cohort."""
    first, evening, joins = newcomers.first, newcomers.evening, newcomers.joins
    for s in range(evening):
        if stock[s] > 0:
            stock[first + joins[s] * evening + s] += stock[s]
            stock[s] = 0


@compiled(nogil=True)
def _with_space(away, needed):  # type: ignore[no-untyped-def]
    """Return ``away``, larger if it has less space than needed."""
    if needed <= away.shape[1]:
        return away
    larger = np.empty((2, 2 * needed), np.int64)
    for x in range(away.shape[1]):  # one by one: what else to say of a wrong shape is compiled too
        larger[0, x], larger[1, x] = away[0, x], away[1, x]
    return larger


@compiled(inline="always")
def _wait(i, people, scratch):  # type: ignore[no-untyped-def]
    """Let people wait in a source until their cohort goes on."""
    scratch.waiting[at(i)] += people
    set_bit(scratch.there, i)


@bare
def _begin_leaving(block, course, pull, scratch):  # type: ignore[no-untyped-def]
    """Let a cohort wait for all rounds but the last two; return in how many waves it decides.

    In more than one where it leaves places that have less than full room.
    """
    sources, pointer, choice, limited = (
        course.sources,
        course.pointer,
        course.choice,
        course.limited,
    )
    waiting, leaving, inside = scratch.waiting, scratch.moving, scratch.inside
    chances, nearly, full = scratch.pricing.chances, pull.nearly, pull.full
    leaving[:] = 0.0
    total = 0
    for i in range(course.rounds[-3]):
        waiting[i] = block[at(sources[i])]
        total += waiting[i]
        place = limited[at(sources[i])]
        if waiting[i] > 0 and place >= 0:
            for t in range(pointer[i], pointer[i + 1]):
                leaving[place] += waiting[i] * chances[at(choice[t])]
    if total == 0:
        return 0
    needed = 1.0
    for k in range(leaving.shape[0]):
        at_least = inside[0, k] - leaving[k] - DEVIATIONS * np.sqrt(leaving[k])
        if leaving[k] > 0.0 and inside[0, k] > nearly[k] and at_least < full[k]:
            part = max(course.part * (full[k] - nearly[k]), 1e-9)
            needed = max(needed, np.ceil(leaving[k] / part))
    return np.int64(min(needed, course.waves))


@bare
def _leave(block, flow, course, left, scratch, stream, kept):  # type: ignore[no-untyped-def]
    """Let a cohort decide in all rounds but the last two, in the first of the waves ``left``.

    ``kept`` are those away and how many; return how many they are then.
    """
    sources, pointer, limited = course.sources, course.pointer, course.limited
    destination, choice, rest, cell = course.destination, course.choice, course.rest, course.cell
    waiting, sent, inside = scratch.waiting, scratch.sent, scratch.inside
    away, count = kept
    for i in range(course.rounds[-3]):
        people = waiting[i]
        if people > 0 and left > 1:
            people = binomial(stream, people, 1.0 / left)
        if people == 0:
            continue
        waiting[i] -= people
        start, ways = pointer[i], pointer[i + 1] - pointer[i]
        moved = send(stream, people, start, ways, choice, scratch)
        move_in(sources[i], -people, block, limited, inside)
        move_in(rest[i], people - moved, block, limited, inside)
        for w in range(ways if moved > 0 else 0):
            n, t = sent[w], start + w
            if n == 0:
                continue
            if cell[t] >= 0:
                flow[at(cell[t])] += n
            if destination[t] < block.shape[0]:
                move_in(destination[t], n, block, limited, inside)
            else:
                away[0, count], away[1, count] = destination[t], n
                count += 1
    return count


@bare
def _get_on(block, flow, course, source_of, scratch, stream):  # type: ignore[no-untyped-def]
    """Let a cohort take a transition in the last round but one."""
    sources, pointer, limited = course.sources, course.pointer, course.limited
    destination, choice, rest, cell = course.destination, course.choice, course.rest, course.cell
    waiting, sent, inside = scratch.waiting, scratch.sent, scratch.inside
    for i in range(course.rounds[-3], course.rounds[-2]):
        waiting[i] = block[at(sources[i])]
        if waiting[i] > 0:
            move_in(sources[i], -waiting[i], block, limited, inside)
    for i in range(course.rounds[-3], course.rounds[-2]):
        people = waiting[i]
        if people == 0:
            continue
        waiting[i] = 0
        start, ways = pointer[i], pointer[i + 1] - pointer[i]
        moved = send(stream, people, start, ways, choice, scratch)
        move_in(rest[i], people - moved, block, limited, inside)
        for w in range(ways):
            n, t = sent[w], start + w
            if n > 0:
                if cell[t] >= 0:
                    flow[at(cell[t])] += n
                if destination[t] < block.shape[0]:
                    move_in(destination[t], n, block, limited, inside)
                else:
                    _wait(source_of[at(destination[t])], n, scratch)


@bare
def _waves_of_coming(course, pull, scratch):  # type: ignore[no-untyped-def]
    """Return in how many waves those who wait go on, any of whom may fill up a place."""
    waiting, there, inside = scratch.waiting, scratch.there, scratch.inside
    nearly, full = pull.nearly, pull.full
    total = 0
    for word in range(course.rounds[-2] >> 6, there.shape[0]):
        bits = there[word]
        while bits != _0:
            total += waiting[(word << 6) + np.int64(lowest_bit(bits))]
            bits &= bits - _1
    if total == 0:
        return 0
    needed = 1.0
    for k in range(nearly.shape[0]):
        if inside[0, k] + total > nearly[k] and inside[0, k] < full[k]:
            part = max(course.part * (full[k] - nearly[k]), 1e-9)
            needed = max(needed, np.ceil(total / part))
    return np.int64(min(needed, total, course.waves))


@bare
def _call_waiting(course, left, scratch, stream):  # type: ignore[no-untyped-def]
    """Call those who wait in the last round, each in one of the waves that are left."""
    waiting, there, called, calls = scratch.waiting, scratch.there, scratch.called, scratch.calls
    for word in range(course.rounds[-2] >> 6, there.shape[0]):
        bits = there[word]
        while bits != _0:
            bit = _1 << np.uint64(lowest_bit(bits))
            i = (word << 6) + np.int64(lowest_bit(bits))
            bits ^= bit
            people = waiting[i]
            if left > 1:
                people = binomial(stream, people, 1.0 / left)
            waiting[i] -= people
            if waiting[i] == 0:
                there[word] ^= bit
            if people > 0:
                called[i] = people
                calls[word] |= bit
