"""Kernels of the step in which people go along several transitions in a row.

Names and shapes are those of ``corredor.engine.split``; ``rest`` [sources] is where those go who
take no transition, ``onward`` [transitions] which source a transition leads to, or -1. ``left`` [R]
counts the waves still to come, this one among them: each person not yet called is called now with
chance one in so many.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from corredor.engine.random import binomial, new_stream, open_stream, uniform
from corredor.engine.split import FEW, _at, _row, _share_out, _way


@nb.njit(cache=True, nogil=True)
def relay_counts(  # type: ignore[no-untyped-def]
    stocks, sources, pointer, destination, cell, rest, onward, chances, totals, wave, left, cells,
    seed, replicates, day_step,
):  # fmt: skip
    """Call a wave of whole people and send each on until they rest."""
    count = sources.shape[0]
    called = np.empty(count, np.int64)
    sent = np.empty(max(1, np.diff(pointer).max()), np.int64)
    first_slot = 2 * count * wave
    for r in range(stocks.shape[0]):
        stream = new_stream(seed, replicates[r], day_step)
        stock, flow, p, total = stocks[r], cells[r], _row(chances, r), _row(totals, r)
        waves = left[r]
        for i in range(count):
            people = stock[_at(sources[i])]
            if people > 0 and waves > 1:
                open_stream(stream, first_slot + i)
                people = binomial(stream, people, 1.0 / waves)
            called[i] = people
            stock[_at(sources[i])] -= people
        for i in range(count):
            people = called[i]
            if people == 0:
                continue
            open_stream(stream, first_slot + count + i)
            first, last = pointer[i], pointer[i + 1]
            moved = binomial(stream, people, total[i])
            stock[_at(rest[i])] += people - moved
            if moved == 0:
                continue
            sent[: last - first] = 0
            if moved <= FEW:
                for _ in range(moved):
                    sent[_way(uniform(stream) * total[i], first, last, p) - first] += 1
            else:
                _share_out(stream, moved, total[i], p[first:last], sent)
            for t in range(first, last):
                n = sent[t - first]
                if n > 0:
                    if onward[t] >= 0:
                        called[_at(onward[t])] += n
                    else:
                        stock[_at(destination[t])] += n
                    if cell[t] >= 0:
                        flow[_at(cell[t])] += n


@nb.njit(cache=True, nogil=True)
def relay_means(  # type: ignore[no-untyped-def]
    stocks, sources, pointer, destination, cell, rest, onward, chances, totals, left, cells
):
    """Call a wave of expected people and send all on until they rest."""
    count = sources.shape[0]
    called = np.empty(count)
    for r in range(stocks.shape[0]):
        stock, flow, p, total = stocks[r], cells[r], _row(chances, r), _row(totals, r)
        for i in range(count):
            called[i] = stock[_at(sources[i])] / left[r]
            stock[_at(sources[i])] -= called[i]
        for i in range(count):
            people = called[i]
            if people > 0.0:
                stock[_at(rest[i])] += people * max(0.0, 1.0 - total[i])
                for t in range(pointer[i], pointer[i + 1]):
                    n = people * p[t]
                    if onward[t] >= 0:
                        called[_at(onward[t])] += n
                    else:
                        stock[_at(destination[t])] += n
                    if cell[t] >= 0:
                        flow[_at(cell[t])] += n


@nb.njit(cache=True, nogil=True)
def draw_lots(state, person, source_of, seed, replicate, day_step):  # type: ignore[no-untyped-def]
    """Return a number between 0 and 1 for each person in a source, above 1 for anybody else."""
    stream = new_stream(seed, replicate, day_step)
    lot = np.full(state.shape[0], 2.0)
    for k in range(state.shape[0]):
        if state[k] < source_of.shape[0] and source_of[_at(state[k])] >= 0:
            open_stream(stream, person[k])
            lot[k] = uniform(stream)
    return lot


@nb.njit(cache=True, nogil=True)
def relay_persons(  # type: ignore[no-untyped-def]
    chosen, state, person, source_of, pointer, destination, cell, rest, upto, totals, traits,
    weights, change, flow, every, noted_person, noted_move, seed, replicate, day_step,
):  # fmt: skip
    """Send each of the ``chosen`` persons on until they rest; return how many moves are noted."""
    noted = 0
    stream = new_stream(seed, replicate, day_step)
    for k in chosen:
        open_stream(stream, person[k])
        stream[5] = np.uint64(1)  # the first block is the person's lot
        change[_at(state[k])] -= 1
        i = source_of[_at(state[k])]
        while i >= 0:
            u = uniform(stream)
            if u >= totals[i]:
                state[k] = rest[i]
                break
            t = pointer[i]
            while u >= upto[t]:
                t += 1
            state[k] = destination[t]
            if cell[t] >= 0:
                flow[_at(cell[t])] += 1
                for a in range(traits.shape[0]):
                    traits[a, k] += weights[a, _at(cell[t])]
            if every > 0 and person[k] % every == 0 and noted < noted_person.shape[0]:
                noted_person[noted], noted_move[noted] = person[k], t
                noted += 1
            i = source_of[_at(state[k])]
        change[_at(state[k])] += 1
    return noted
