"""Kernels of the individual draw: each person draws a number of their own.

``state`` and ``person`` hold the state and the number of each person present; a person's number
is the slot of their random numbers. ``where`` says for each state which source or pool it is, or
-1. What changes is added to ``change`` [states], ``flow`` [cells] and ``traits`` [traits, persons],
the last by ``weights`` [traits, cells]. A person whose number is a multiple of ``every`` (0:
nobody) has each transition noted in ``noted_person`` and ``noted_move``; kernels return how many
they noted. ``upto`` [transitions] holds the sum of the chances of a source up to each transition,
and infinity from the last possible one on.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from corredor.engine.kernels.sharing import _at
from corredor.engine.random.samplers import first_numbers, new_stream

BLOCK = 512  # persons whose numbers are drawn together, in vector instructions


@nb.njit(cache=True, nogil=True)
def split_persons(  # type: ignore[no-untyped-def]
    state, person, where, pointer, destination, cell, upto, totals, hazard_factor, cohort, traits,
    weights, change, flow, every, noted_person, noted_move, seed, replicate, day_step, block,
):  # fmt: skip
    """Let each person in a source take one of its transitions, or stay.

    Their numbers are the first of the block with index ``block``. The body of the loop calls no
    function: passing arrays on would take as long as the work itself.
    """
    noted = 0
    stream = new_stream(seed, replicate, day_step)
    stream[5] = np.uint64(block)
    position, source = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32)
    slots, number, half = np.empty(BLOCK, np.uint64), np.empty(BLOCK), np.empty(BLOCK, np.uint64)
    for start in range(0, state.shape[0], BLOCK):
        found = 0
        for k in range(start, min(start + BLOCK, state.shape[0])):
            i = where[_at(state[k])]
            position[_at(found)], source[_at(found)], slots[_at(found)] = k, i, person[k]
            found += i >= 0
        first_numbers(stream, slots[:found], number, half)
        for j in range(found):
            i = source[j]
            today = hazard_factor[_at(cohort[i])]
            if number[j] >= totals[i] * today:
                continue
            u = number[j] / today
            first, last = _at(pointer[i]), _at(pointer[i + 1] - 1)
            t = first
            for other in range(first, last):  # counting is quicker than stopping at the right one
                t += _at(u >= upto[other])
            k = position[j]
            new = destination[t]
            change[_at(state[k])] -= 1
            state[k] = new
            change[_at(new)] += 1
            if cell[t] >= 0:
                flow[_at(cell[t])] += 1
                for a in range(traits.shape[0]):
                    traits[a, k] += weights[a, _at(cell[t])]
            if every > 0 and person[k] % every == 0:
                noted_person[noted], noted_move[noted] = person[k], t
                noted += 1
    return noted


@nb.njit(cache=True, nogil=True)
def tally_persons(  # type: ignore[no-untyped-def]
    state, person, where, event_pointer, cell, chances, traits, weights, flow, seed, replicate,
    day_step,
):  # fmt: skip
    """Let each person in a pool meet each of its events, or not.

    One number serves all events: what is left of it after one event is even for the next.
    """
    stream = new_stream(seed, replicate, day_step)
    position, pool = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int32)
    slots, number, half = np.empty(BLOCK, np.uint64), np.empty(BLOCK), np.empty(BLOCK, np.uint64)
    total = np.zeros(event_pointer.shape[0] - 1)
    for i in range(total.shape[0]):
        total[i] = chances[event_pointer[i] : event_pointer[i + 1]].sum()
    for start in range(0, state.shape[0], BLOCK):
        found = 0
        for k in range(start, min(start + BLOCK, state.shape[0])):
            i = where[_at(state[k])]
            position[_at(found)], pool[_at(found)], slots[_at(found)] = k, i, person[k]
            found += i >= 0
        first_numbers(stream, slots[:found], number, half)
        for j in range(found):
            i, u = pool[j], number[j]
            if u >= total[i]:
                continue
            for e in range(event_pointer[i], event_pointer[i + 1]):
                if u < chances[e]:
                    flow[_at(cell[e])] += 1
                    for a in range(traits.shape[0]):
                        traits[a, position[j]] += weights[a, cell[e]]
                    u /= chances[e]
                else:
                    u = (u - chances[e]) / (1.0 - chances[e])


@nb.njit(cache=True, nogil=True)
def numbers_of(person, block, seed, replicate, day_step):  # type: ignore[no-untyped-def]
    """Return for each person the first number of their block with this index."""
    stream = new_stream(seed, replicate, day_step)
    stream[5] = np.uint64(block)
    number, half = np.empty(person.shape[0]), np.empty(person.shape[0], np.uint64)
    first_numbers(stream, person.astype(np.uint64), number, half)
    return number


@nb.njit(cache=True, nogil=True)
def asking(state, where, asks):  # type: ignore[no-untyped-def]
    """Return the positions of the persons in sources that may ask."""
    found = np.empty(state.shape[0], np.int64)
    count = 0
    for k in range(state.shape[0]):
        i = where[_at(state[k])]
        found[count] = k
        count += i >= 0 and asks[i] > 0.0
    return found[:count].copy()


@nb.njit(cache=True, nogil=True)
def see_off(state, gone, left, day):  # type: ignore[no-untyped-def]
    """Note ``day`` for those who have left since the last call; return how many have left."""
    count = 0
    for k in range(state.shape[0]):
        if gone[_at(state[k])]:
            count += 1
            if left[k] < 0:
                left[k] = day
    return count
