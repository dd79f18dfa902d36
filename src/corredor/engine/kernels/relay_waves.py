"""Relay of counts and means: people are called in waves, each at the filling the last one left."""

from __future__ import annotations

import numpy as np

from corredor.engine.compiled import compiled
from corredor.engine.kernels.crowding import Options, Pull
from corredor.engine.kernels.relay_course import (
    DEVIATIONS,
    Course,
    begin_replicate,
    look_and_price,
    relay_scratch,
    send_called,
    set_bit,
)
from corredor.engine.kernels.sharing import at
from corredor.engine.random.philox import Address, bare, new_stream
from corredor.engine.random.samplers import binomial


@compiled(nogil=True)
def relay_counts(stocks, cells, course, options, pull, address):  # type: ignore[no-untyped-def]
    """Send whole people on until they rest; return whether all weights were finite."""
    course, options, pull = Course(*course), Options(*options), Pull(*pull)
    address, scratch = Address(*address), relay_scratch(course, options)
    for r in range(stocks.shape[0]):
        stream = new_stream(address.seed, address.replicates[r], address.day_step)
        begin_replicate(stocks, r, options, scratch)
        known: np.bool_ = np.bool_(False)  # callees would be compiled for a literal as well
        for k in range(course.rounds.shape[0] - 1):
            chained = k == course.rounds.shape[0] - 2
            for wave in range(course.waves if chained else 1):
                if not look_and_price(options, pull, r, known, scratch):
                    return False
                known = np.bool_(True)
                left = 1
                if chained and wave < course.waves - 1:
                    left = min(_waves_left(stocks[r], course, pull, scratch), course.waves - wave)
                _call(stocks[r], course, k, left, scratch, stream)
                send_called(stocks[r], cells[r], course, scratch, stream, course.rounds[k])
                if left == 1:
                    break
    return True


@bare
def _call(stock, course, k, left, scratch, stream):  # type: ignore[no-untyped-def]
    """Call those who wait in a round, each in one of the waves that are left."""
    sources, limited = course.sources, course.limited
    called, calls, inside = scratch.called, scratch.calls, scratch.inside
    for i in range(course.rounds[k], course.rounds[k + 1]):
        waiting = stock[at(sources[i])]
        if waiting > 0:
            if left > 1:
                waiting = binomial(stream, waiting, 1.0 / left)
            called[i] = waiting
            stock[at(sources[i])] -= waiting
            if limited[at(sources[i])] >= 0:
                inside[0, limited[at(sources[i])]] -= waiting
            set_bit(calls, i)


@compiled(nogil=True)
def relay_means(stocks, cells, course, options, pull):  # type: ignore[no-untyped-def]
    """Send expected people on until they rest; return whether all weights were finite."""
    course, options, pull = Course(*course), Options(*options), Pull(*pull)
    scratch, called = relay_scratch(course, options), np.empty(course.sources.shape[0])
    for r in range(stocks.shape[0]):
        for k in range(course.rounds.shape[0] - 1):
            chained = k == course.rounds.shape[0] - 2
            for wave in range(course.waves if chained else 1):
                begin_replicate(stocks, r, options, scratch)
                if not look_and_price(options, pull, r, np.bool_(False), scratch):
                    return False
                left = 1
                if chained and wave < course.waves - 1:
                    left = min(_waves_left(stocks[r], course, pull, scratch), course.waves - wave)
                _send_means(stocks[r], cells[r], course, (k, left), called, scratch)
                if left == 1:
                    break
    return True


@bare
def _send_means(stock, flow, course, turn, called, scratch):  # type: ignore[no-untyped-def]
    """Send expected people of a round, so many waves of it being left, until they rest."""
    sources, pointer, destination = course.sources, course.pointer, course.destination
    choice, onward, rest, cell = course.choice, course.onward, course.rest, course.cell
    chances, (k, left) = scratch.pricing.chances, turn
    for i in range(course.rounds[k], course.rounds[k + 1]):
        called[i] = stock[at(sources[i])] / left
        stock[at(sources[i])] -= called[i]
    for i in range(course.rounds[k], course.rounds[k + 1]):
        if called[i] > 0.0:
            stay = 1.0
            for t in range(pointer[i], pointer[i + 1]):
                chance = chances[at(choice[t])]
                n = called[i] * chance
                stay -= chance
                if onward[t] >= 0:
                    called[at(onward[t])] += n
                else:
                    stock[at(destination[t])] += n
                if cell[t] >= 0:
                    flow[at(cell[t])] += n
            stock[at(rest[i])] += called[i] * max(0.0, stay)


@bare
def _waves_left(stock, course, pull, scratch):  # type: ignore[no-untyped-def]
    """Return in how many waves those who wait in the last round should be called.

    So many that a wave takes no more than a small part of the room between nearly full and full,
    by the mean at today's chances. A place that is full already, or would not be nearly full if
    they came, asks for no more than one.
    """
    sources, nearly, full = course.sources, pull.nearly, pull.full
    inside, mean, coming = scratch.inside, scratch.mean, scratch.moving
    if coming.shape[0] == 0:
        return 1
    waiting = 0.0
    for i in range(course.rounds[-2], sources.shape[0]):
        mean[i] = stock[at(sources[i])]
        waiting += mean[i]
    fixed = True
    for k in range(coming.shape[0]):
        fixed &= inside[0, k] + waiting <= nearly[k] or inside[0, k] >= full[k]
    if fixed:
        return 1
    _expect_coming(course, scratch)
    needed = 1.0
    for k in range(coming.shape[0]):
        at_most = coming[k] + DEVIATIONS * np.sqrt(coming[k])
        if inside[0, k] + at_most > nearly[k] and inside[0, k] < full[k]:
            part = max(course.part * (full[k] - nearly[k]), 1e-9)
            needed = max(needed, np.ceil(coming[k] / part))
    return np.int64(min(needed, 1e9))


@bare
def _expect_coming(course, scratch):  # type: ignore[no-untyped-def]
    """Set ``moving`` to the people expected in each limited place, of those in ``mean``."""
    pointer, destination, limited = course.pointer, course.destination, course.limited
    choice, onward, rest = course.choice, course.onward, course.rest
    mean, coming, chances = scratch.mean, scratch.moving, scratch.pricing.chances
    coming[:] = 0.0
    for i in range(course.rounds[-2], mean.shape[0]):
        if mean[i] > 0.0:
            stay = 1.0
            for t in range(pointer[i], pointer[i + 1]):
                chance = chances[at(choice[t])]
                stay -= chance
                if onward[t] >= 0:
                    mean[at(onward[t])] += mean[i] * chance
                elif limited[at(destination[t])] >= 0:
                    coming[at(limited[at(destination[t])])] += mean[i] * chance
            if limited[at(rest[i])] >= 0:
                coming[at(limited[at(rest[i])])] += mean[i] * max(0.0, stay)
