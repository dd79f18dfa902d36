"""Binomials of many slots side by side: the bits of ``random.binomial`` in half the time or less.

The n-th number of a slot is a function of n, so those of many slots are made in one plain loop. So
are the steps of the inversion, for ``LANES`` slots at a time; slots that take about as many steps
stand together, for a loop ends with its slowest.
"""

from __future__ import annotations

import math

import numba as nb
import numpy as np

from corredor.engine.random.samplers import (
    _EXPONENT_OF_ONE,
    _INVERSE,
    _ONE,
    _STEP,
    INVERSION_BELOW,
    _12,
    _32,
    _binomial_by_inversion,
    _binomial_by_rejection,
    _chance_of_nobody,
    bare,
    philox,
)

LANES = 32
# Columns of the lanes in one array, which the compiler knows not to overlap: number, mass, steps,
# people and one, odds, chance to stay.
_U, _M, _K, _N, _O, _Q = (column * LANES for column in range(6))
_SETTLED, _BY_REJECTION = 0, 41  # between them the number of steps and one
_SPREAD = 3.0  # standard deviations between the least and the most likely number of steps
_FAR = 1024  # people beyond whom ``_chance_of_nobody`` is no power


@nb.njit(cache=True)
def room_for_binomials(count):  # type: ignore[no-untyped-def]
    """Return arrays for ``binomials`` of up to so many slots to work in."""
    return (
        np.empty((3, count)),
        np.empty((2, count), np.int64),
        np.empty(6 * LANES),
        np.empty(LANES, np.int64),
        np.empty(_BY_REJECTION + 2, np.int64),
    )


@bare
def next_numbers(stream, count, slot, taken, number):  # type: ignore[no-untyped-def]
    """Fill ``number`` with the next number of each slot, of which so many are ``taken``."""
    k0, k1, c2, c3 = stream[0], stream[1], stream[3], stream[4]
    bits = number.view(np.uint64)
    for i in range(count):
        before = np.uint64(taken[i])
        a, b, c, d = philox(before >> _ONE, np.uint64(slot[i]), c2, c3, k0, k1)
        high, low = (c, d) if before & _ONE else (a, b)
        bits[i] = (((high << _32) | low) >> _12) | _EXPONENT_OF_ONE
    for i in range(count):
        number[i] = number[i] - 1.0 + 0.5 * _STEP


@bare
def _next_number(stream, slot, taken):  # type: ignore[no-untyped-def]
    before = np.uint64(taken)
    a, b, c, d = philox(before >> _ONE, np.uint64(slot), stream[3], stream[4], stream[0], stream[1])
    high, low = (c, d) if before & _ONE else (a, b)
    return ((((high << _32) | low) >> _12) + 0.5) * _STEP


@bare
def binomials(stream, count, slot, taken, u, n, p, k, room):  # type: ignore[no-untyped-def]
    """Fill ``k`` with how many of ``n`` people do what each does with chance ``p``.

    ``u`` holds the next number of each slot; ``taken`` grows by the numbers used. Needs ``n`` above
    0 and ``p`` inside 0 to 1.
    """
    reals, integers, lane, exponent, at = room
    seldom, key, order = reals[0], integers[0], integers[1]
    settled, inverted = _sort(count, u, n, p, k, reals, key, order, at)
    for i in range(count):
        taken[i] += 1
    for begin in range(settled, inverted, LANES):
        chosen = order[begin : min(begin + LANES, inverted)]
        _invert(stream, chosen, slot, taken, u, n, seldom, k, lane, exponent)
    _reject(stream, order[inverted:count], slot, taken, u, n, seldom, k, key, reals[1])
    for i in range(count):
        k[i] = k[i] if p[i] <= 0.5 else n[i] - k[i]


@bare
def _sort(count, u, n, p, k, reals, key, order, at):  # type: ignore[no-untyped-def]
    """Put slots that need like work together; return where the inversions begin and end."""
    seldom, mean, steps = reals[0], reals[1], reals[2]
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


@bare
def _invert(stream, chosen, slot, taken, u, n, seldom, k, lane, exponent):  # type: ignore[no-untyped-def]
    """Step through the masses from nobody up, as ``_binomial_by_inversion`` does."""
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
                lane[_M + x] = _chance_of_nobody(n[i], seldom[i])
    _step(lane, padded)
    for x in range(width):
        i = np.uint32(chosen[x])
        found = int(lane[_K + x])
        if found > n[i]:  # rounding left the number beyond the last mass
            found = -1
        while found < 0:
            found = _binomial_by_inversion(_next_number(stream, slot[i], taken[i]), n[i], seldom[i])
            taken[i] += 1
        k[i] = found


@bare
def _step(lane, width):  # type: ignore[no-untyped-def]
    """Take masses from the numbers until none is left that is above its mass."""
    step, going = 0.0, 1
    while going:
        step += 1.0
        inverse = _INVERSE[np.uint32(step)] if step < 128.0 else 1.0 / step
        going = 0
        for x in range(width):
            u, mass = lane[_U + x], lane[_M + x]
            on = int(u > mass) & int(step <= lane[_N + x])
            following = mass * ((lane[_N + x] * inverse - 1.0) * lane[_O + x])
            lane[_U + x] = u - mass if on else u
            lane[_M + x] = following if on else mass
            lane[_K + x] += on
            going |= on


@bare
def _reject(stream, chosen, slot, taken, u, n, seldom, k, key, second):  # type: ignore[no-untyped-def]
    """Try pairs of numbers until one is accepted; second numbers of first pairs side by side."""
    bits = second.view(np.int64)
    for x in range(chosen.shape[0]):
        i = np.uint32(chosen[x])
        key[x], bits[x] = slot[i], taken[i]
    next_numbers(stream, chosen.shape[0], key, bits, second)
    for x in range(chosen.shape[0]):
        i = np.uint32(chosen[x])
        found, used = _binomial_by_rejection(u[i], second[x], n[i], seldom[i]), taken[i] + 1
        while found < 0:
            one = _next_number(stream, slot[i], used)
            two = _next_number(stream, slot[i], used + 1)
            found, used = _binomial_by_rejection(one, two, n[i], seldom[i]), used + 2
        k[i], taken[i] = found, used
