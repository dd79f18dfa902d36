"""Binomials of many slots side by side: the bits of ``binomial`` in half the time or less.

The n-th number of a slot is a function of n, so those of many slots are made in one plain loop. So
are the steps of the inversion, for ``LANES`` slots at a time; slots that take about as many steps
stand together, for a loop ends with its slowest. Large means are the business of ``rejection``.

The mass of nobody of many people is a series there, not quite that of ``binomial``. How many do it
is the same, unless the number drawn lies next to a sum of masses; then ``binomial`` decides.
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
)
from corredor.engine.random.space import real_numbers, whole_numbers

LANES = 32
# Columns of the lanes in one array, which the compiler knows not to overlap: number, mass, steps,
# people and one, odds, chance to stay, exponent of 2.
_U, _M, _K, _N, _O, _Q, _E = (column * LANES for column in range(7))
_COLUMNS = 7
_MOST_STEPS = 39  # more are counted as so many
_SETTLED, _BY_REJECTION = -1, 2 * _MOST_STEPS  # below 0 nothing is to be done; between, inverted
_SPREAD = 3.0  # standard deviations between the least and the most likely number of steps
_KIND = 32  # bits below the kind of work, in which the slot stands
_FAR = 1024  # people beyond whom ``chance_of_nobody`` is no power
_IN_DOUBT = 1e-12  # more than the series can be off in the sum of all masses
_LOG_OF_2_HIGH, _LOG_OF_2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_PER_LOG_OF_2 = 1.0 / math.log(2.0)
_WHOLE = 1.5 * 2.0**52  # added to a number, it leaves the whole part in the lowest bits
_EXPONENT, _BIAS = 52, 1023


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
    key : numpy.ndarray
        The kind of work each slot needs, [slots].
    inverted, order, rejected : numpy.ndarray
        The slots that are inverted, as they come and in order of their steps, and those that are
        drawn by rejection, [slots].
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
    inverted: Integers
    order: Integers
    rejected: Integers
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
        whole_numbers(space, count), whole_numbers(space, count), whole_numbers(space, count),
        whole_numbers(space, count), real_numbers(space, _COLUMNS * LANES),
        whole_numbers(space, LANES), whole_numbers(space, _BY_REJECTION + 1),
        rejection_scratch(space),
    )  # fmt: skip


@bare
def binomials(stream, count, draws, scratch):  # type: ignore[no-untyped-def]
    """Set ``draws.k`` of the first ``count`` draws; ``taken`` grows by the numbers used."""
    taken, n, p, k = draws.taken, draws.people, draws.chance, draws.k
    inverted, rejected = _tell_apart(count, draws, scratch)
    for i in range(count):
        taken[i] += 1
    order = scratch.inverted
    if inverted > LANES:
        order = scratch.order
        _sort(scratch.inverted[:inverted], scratch.at, order)
    for begin in range(0, inverted, LANES):
        chosen = order[begin : min(begin + LANES, inverted)]
        _invert(stream, chosen, draws, scratch.seldom, scratch.lane, scratch.exponent)
    for begin in range(0, rejected, AT_ONCE):
        chosen = scratch.rejected[begin : min(begin + AT_ONCE, rejected)]
        reject(stream, chosen, draws, scratch.seldom, scratch.rejection)
    for i in range(count):
        k[i] = k[i] if p[i] <= 0.5 else n[i] - k[i]


@compiled(inline="always")
def _tell_apart(count, draws, scratch):  # type: ignore[no-untyped-def]
    """Find slots that are inverted, and those drawn by rejection; return how many there are."""
    n, p, u, k = draws.people, draws.chance, draws.number, draws.k
    seldom, mean, steps, key = scratch.seldom, scratch.mean, scratch.steps, scratch.key
    for i in range(count):
        chance = p[i] if p[i] <= 0.5 else max(0.0, 1.0 - p[i])
        expected = n[i] * chance
        seldom[i], mean[i] = chance, expected
        steps[i] = max(0.0, expected + (u[i] - 0.5) * _SPREAD * math.sqrt(expected))
    for i in range(count):
        nobody = u[i] <= 1.0 - mean[i]
        stepped = np.int64(min(steps[i], _MOST_STEPS - 1.0)) + (_MOST_STEPS if n[i] > _FAR else 0)
        kind = _BY_REJECTION if mean[i] >= INVERSION_BELOW else stepped
        key[i] = _SETTLED if nobody | (n[i] == 1) else kind
        k[i] = 0 if nobody else 1
    inverted, rejected = np.uint32(0), np.uint32(0)
    for i in range(count):
        scratch.inverted[inverted], scratch.rejected[rejected] = (key[i] << _KIND) | i, i
        inverted += np.uint32((key[i] > _SETTLED) & (key[i] < _BY_REJECTION))
        rejected += np.uint32(key[i] == _BY_REJECTION)
    return np.int64(inverted), np.int64(rejected)


@compiled(inline="always")
def _sort(chosen, begin, order):  # type: ignore[no-untyped-def]
    """Put slots that need like work together, by counting."""
    begin[:] = 0
    for x in range(chosen.shape[0]):
        begin[np.uint32(chosen[x] >> _KIND) + 1] += 1
    for y in range(begin.shape[0] - 1):
        begin[y + 1] += begin[y]
    for x in range(chosen.shape[0]):
        kind = np.uint32(chosen[x] >> _KIND)
        order[np.uint32(begin[kind])] = chosen[x]
        begin[kind] += 1


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
    if far:
        _nobody_of_many(lane, padded)
    else:
        for x in range(padded):
            lane[_M + x] = 1.0
    for x in range(padded):
        lane[_Q + x] = 1.0 - lane[_O + x]
        lane[_O + x] = lane[_O + x] / (1.0 - lane[_O + x])
        lane[_K + x] = 0.0
    while most > 0:  # the mass of nobody, by squaring
        for x in range(padded):
            e, mass, power = exponent[x], lane[_M + x], lane[_Q + x]
            lane[_M + x] = mass * power if e & 1 else mass
            lane[_Q + x] = power * power
            exponent[x] = e >> 1
        most >>= 1
    _step(lane, padded)
    if far:
        _look_closer(chosen, draws, seldom, lane)
    for x in range(width):
        i = np.uint32(chosen[x])
        found = int(lane[_K + x])
        if found > n[i]:  # rounding left the number beyond the last mass
            found = -1
        while found < 0:
            found = binomial_by_inversion(next_number(stream, slot[i], taken[i]), n[i], seldom[i])
            taken[i] += 1
        k[i] = found


@compiled(inline="always")
def _nobody_of_many(lane, width):  # type: ignore[no-untyped-def]
    """Set the mass of nobody by series, of more than ``_FAR`` people; it is 1 in other lanes.

    The chance is below ``INVERSION_BELOW`` / ``_FAR``, so that a few terms will do. It differs from
    ``chance_of_nobody`` by less than 1e-13 of it.
    """
    bits = lane.view(np.int64)
    for x in range(width):
        s = lane[_O + x] / (2.0 - lane[_O + x])
        q = s * s
        series = 1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0))))
        log_mass = (lane[_N + x] - 1.0) * (-2.0 * s * series)
        log_mass = log_mass if lane[_N + x] > _FAR + 1.0 else 0.0
        whole = log_mass * _PER_LOG_OF_2 + _WHOLE
        lane[_E + x] = whole
        whole -= _WHOLE
        lane[_M + x] = (log_mass - whole * _LOG_OF_2_HIGH) - whole * _LOG_OF_2_LOW
    for x in range(width):
        r = lane[_M + x]
        bits[_E + x] = (bits[_E + x] + _BIAS) << _EXPONENT
        lane[_M + x] = lane[_E + x] * _exponential(r)


@compiled(inline="always")
def _exponential(r):  # type: ignore[no-untyped-def]
    """Return the exponential of a number within half the logarithm of 2 of 0, by its series."""
    high = 1 / 5040 + r * (1 / 40320 + r * (1 / 362880 + r * (1 / 3628800 + r * (
        1 / 39916800 + r * (1 / 479001600 + r * (1 / 6227020800))))))  # fmt: skip
    return 1.0 + r * (1.0 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (
        1 / 720 + r * high))))))  # fmt: skip


@compiled(inline="always")
def _look_closer(chosen, draws, seldom, lane):  # type: ignore[no-untyped-def]
    """Invert by the very mass of nobody where a number is so close to a sum that it may matter."""
    doubt = 0
    for x in range(chosen.shape[0]):
        doubt |= _doubtful(lane[_U + x], lane[_M + x], lane[_K + x])
    if doubt:
        for x in range(chosen.shape[0]):
            if _doubtful(lane[_U + x], lane[_M + x], lane[_K + x]):
                i = np.uint32(chosen[x])
                lane[_K + x] = binomial_by_inversion(
                    draws.number[i], draws.people[i], seldom[i]
                )  # fmt: skip


@compiled(inline="always")
def _doubtful(left, mass, steps):  # type: ignore[no-untyped-def]
    """Return whether a number lies close to the sum of masses below which it is, or above."""
    return int(mass - left < _IN_DOUBT) | (int(left < _IN_DOUBT) & int(steps > 0.0))


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
