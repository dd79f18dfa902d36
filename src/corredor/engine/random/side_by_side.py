"""Binomials of many slots side by side: the bits of ``binomial`` in half the time or less.

The n-th number of a slot is a function of n, so those of many slots are made in one plain loop. So
are the steps of the inversion, for ``LANES`` slots at a time; slots that take about as many steps
stand together, for a loop ends with its slowest. Large means are the business of ``rejection``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from corredor.arrays import Floats, Integers
from corredor.engine.compiled import compiled
from corredor.engine.random.philox import bare, next_number
from corredor.engine.random.rejection import (
    AT_ONCE,
    RejectionScratch,
    reject,
    rejection_scratch,
)
from corredor.engine.random.samplers import (
    INVERSE,
    INVERSION_BELOW,
    binomial_by_inversion,
    chance_of_nobody,
)
from corredor.engine.random.space import real_numbers, whole_numbers

LANES = 32
# Columns of the lanes in one array, which the compiler knows not to overlap: number, mass, steps,
# people and one, odds, chance to stay.
_U, _M, _K, _N, _O, _Q = (column * LANES for column in range(6))
_SETTLED, _BY_REJECTION = 0, 41  # between them the number of steps and one
_SPREAD = 3.0  # standard deviations between the least and the most likely number of steps
_FAR = 1024  # people beyond whom ``chance_of_nobody`` is no power


class Draws(NamedTuple):
    """Binomial draws of many slots, and what they give; all [slots].

    Attributes
    ----------
    slot, taken : numpy.ndarray
        The slot of each, and how many of its numbers are used.
    people, chance : numpy.ndarray
        Of how many people each may do it, more than 0; and the chance, inside 0 and 1.
    number : numpy.ndarray
        The next number of each slot.
    k : numpy.ndarray
        How many do it.
    """

    slot: Integers
    taken: Integers
    people: Integers
    chance: Floats
    number: Floats
    k: Integers


class BinomialScratch(NamedTuple):
    """What ``binomials`` works in.

    Attributes
    ----------
    seldom, mean, steps : numpy.ndarray
        The lesser chance, to do it or not; how many do it on average, and at most in most cases,
        [slots].
    key, order : numpy.ndarray
        The kind of work each slot needs, and the slots in order of it, [slots].
    lane, exponent : numpy.ndarray
        Columns of ``LANES`` slots that are inverted together, and exponents of their powers.
    at : numpy.ndarray
        Where the slots of each kind of work begin.
    rejection : RejectionScratch
        What slots with large means are drawn in.
    """

    seldom: Floats
    mean: Floats
    steps: Floats
    key: Integers
    order: Integers
    lane: Floats
    exponent: Integers
    at: Integers
    rejection: RejectionScratch


@compiled()
def new_draws(count, space):  # type: ignore[no-untyped-def]
    """Return arrays for so many draws."""
    return Draws(
        whole_numbers(space, count), whole_numbers(space, count), whole_numbers(space, count),
        real_numbers(space, count), real_numbers(space, count), whole_numbers(space, count),
    )  # fmt: skip


@compiled()
def binomial_scratch(count, space):  # type: ignore[no-untyped-def]
    """Return what ``binomials`` of up to so many slots works in."""
    return BinomialScratch(
        real_numbers(space, count), real_numbers(space, count), real_numbers(space, count),
        whole_numbers(space, count), whole_numbers(space, count), real_numbers(space, 6 * LANES),
        whole_numbers(space, LANES), whole_numbers(space, _BY_REJECTION + 2),
        rejection_scratch(space),
    )  # fmt: skip


@bare
def binomials(stream, count, draws, scratch):  # type: ignore[no-untyped-def]
    """Set ``draws.k`` of the first ``count`` draws; ``taken`` grows by the numbers used."""
    taken, n, p, k, order = draws.taken, draws.people, draws.chance, draws.k, scratch.order
    settled, inverted = _sort(count, draws, scratch)
    for i in range(count):
        taken[i] += 1
    for begin in range(settled, inverted, LANES):
        chosen = order[begin : min(begin + LANES, inverted)]
        _invert(stream, chosen, draws, scratch.seldom, scratch.lane, scratch.exponent)
    for begin in range(inverted, count, AT_ONCE):
        chosen = order[begin : min(begin + AT_ONCE, count)]
        reject(stream, chosen, draws, scratch.seldom, scratch.rejection)
    for i in range(count):
        k[i] = k[i] if p[i] <= 0.5 else n[i] - k[i]


@compiled(inline="always")
def _sort(count, draws, scratch):  # type: ignore[no-untyped-def]
    """Put slots that need like work together; return where the inversions begin and end."""
    n, p, u, k = draws.people, draws.chance, draws.number, draws.k
    seldom, mean, steps = scratch.seldom, scratch.mean, scratch.steps
    key, order, at = scratch.key, scratch.order, scratch.at
    for i in range(count):
        chance = p[i] if p[i] <= 0.5 else 1.0 - p[i]
        expected = n[i] * chance
        seldom[i], mean[i] = chance, expected
        steps[i] = max(0.0, expected + (u[i] - 0.5) * _SPREAD * math.sqrt(expected))
    for i in range(count):
        nobody = u[i] <= 1.0 - mean[i]
        kind = min(np.int64(steps[i]) + 1, _BY_REJECTION - 1)
        kind = _BY_REJECTION if mean[i] >= INVERSION_BELOW else kind
        key[i] = _SETTLED if nobody | (n[i] == 1) else kind
        k[i] = 0 if nobody else 1
    for kind in range(at.shape[0]):
        at[kind] = 0
    for i in range(count):
        at[np.uint32(key[i]) + 1] += 1
    for kind in range(at.shape[0] - 1):
        at[kind + 1] += at[kind]
    settled, inverted = at[_SETTLED + 1], at[_BY_REJECTION]
    for i in range(count):
        kind = np.uint32(key[i])
        order[np.uint32(at[kind])] = i
        at[kind] += 1
    return settled, inverted


@compiled(inline="always")
def _invert(stream, chosen, draws, seldom, lane, exponent):  # type: ignore[no-untyped-def]
    """Step through the masses from nobody up, as ``binomial_by_inversion`` does."""
    slot, taken, n, u, k = draws.slot, draws.taken, draws.people, draws.number, draws.k
    width, most, far = chosen.shape[0], 0, False
    for x in range(width):
        i = np.uint32(chosen[x])
        lane[_U + x], lane[_N + x], lane[_O + x] = u[i], n[i] + 1.0, seldom[i]
        far |= n[i] > _FAR
        exponent[x] = n[i] if n[i] <= _FAR else 0
        most = max(most, exponent[x])
    padded = (width + 7) & ~7  # so that no lane is left to a slow loop
    for x in range(width, padded):
        lane[_U + x], lane[_N + x], lane[_O + x], exponent[x] = -1.0, 1.0, 0.5, 0
    for x in range(padded):
        lane[_Q + x] = 1.0 - lane[_O + x]
        lane[_O + x] = lane[_O + x] / (1.0 - lane[_O + x])
        lane[_M + x], lane[_K + x] = 1.0, 0.0
    while most > 0:  # the mass of nobody, by squaring
        for x in range(padded):
            e, mass, power = exponent[x], lane[_M + x], lane[_Q + x]
            lane[_M + x] = mass * power if e & 1 else mass
            lane[_Q + x] = power * power
            exponent[x] = e >> 1
        most >>= 1
    if far:
        for x in range(width):
            i = np.uint32(chosen[x])
            if n[i] > _FAR:
                lane[_M + x] = chance_of_nobody(n[i], seldom[i])
    _step(lane, padded)
    for x in range(width):
        i = np.uint32(chosen[x])
        found = int(lane[_K + x])
        if found > n[i]:  # rounding left the number beyond the last mass
            found = -1
        while found < 0:
            found = binomial_by_inversion(next_number(stream, slot[i], taken[i]), n[i], seldom[i])
            taken[i] += 1
        k[i] = found


@bare
def _step(lane, width):  # type: ignore[no-untyped-def]
    """Take masses from the numbers until none is left that is above its mass."""
    step, going = 0.0, 1
    while going:
        step += 1.0
        inverse = INVERSE[np.uint32(step)] if step < 128.0 else 1.0 / step
        going = 0
        for x in range(width):
            u, mass = lane[_U + x], lane[_M + x]
            on = int(u > mass) & int(step <= lane[_N + x])
            following = mass * ((lane[_N + x] * inverse - 1.0) * lane[_O + x])
            lane[_U + x] = u - mass if on else u
            lane[_M + x] = following if on else mass
            lane[_K + x] += on
            going |= on
