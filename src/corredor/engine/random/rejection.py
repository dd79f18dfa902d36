"""Binomials with large means, side by side: the bits of ``binomial_by_rejection`` in less time.

The proposals of all slots are made in one plain loop, and so is the weighing of those that are not
accepted at once. It needs no exact mass: a series says within which bounds the mass lies, and the
number drawn is nearly always outside them. Where it is inside, ``binomial_by_rejection`` decides.

The series: with a = k + 1/2, b = n - k + 1/2, A = (n + 1) p, B = (n + 1) (1 - p) and d = a - A, the
log of a binomial mass is, but for a constant and what Stirling's formula leaves (less than 1/(24 a)
+ 1/(24 b)), -(a log(a/A) + b log(b/B)), whose Taylor series in d has the terms
(-1)^j d^j (A^(1-j) + (-1)^j B^(1-j)) / (j (j - 1)) from j = 2 on. It is taken up to j = 5; up to
|d| = A / 2 the rest is less than twice the next term.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from corredor.arrays import Floats, Integers
from corredor.engine.compiled import compiled
from corredor.engine.random.philox import bare, next_numbers
from corredor.engine.random.samplers import binomial_by_rejection
from corredor.engine.random.space import real_numbers, whole_numbers

AT_ONCE = 256  # so many slots stay in the nearest cache
_LANES = 8  # a divisor of AT_ONCE
_NEAREST, _SURE = 0.07, 0.92  # of algorithm BTRS, as in ``binomial_by_rejection``
_OF_LOGARITHM = 1e-6  # more than the error of the logarithm and of rounding
_OF_STIRLING = 0.09  # more than 2 / 24: a and b are at least half of A and B
_ROOT_OF_2, _LOG_OF_2 = math.sqrt(2.0), math.log(2.0)
_EXPONENT, _BIAS = 52, 1023
_MANTISSA, _BITS_OF_1 = (1 << 52) - 1, 1023 << 52


class RejectionScratch(NamedTuple):
    """What ``reject`` works in, [AT_ONCE].

    Attributes
    ----------
    which, slot, taken : numpy.ndarray
        Which of the draws is still to be made, the slot of its numbers, and how many are used.
    people, chance : numpy.ndarray
        Of how many people each may do it, and the chance, up to a half.
    first, second, k : numpy.ndarray
        The two numbers of a try, and what it proposes.
    left : numpy.ndarray
        Whether a try is left to be weighed.
    open : numpy.ndarray
        Which of the above are weighed, and then which of them are refused.
    n, p, u, v, proposed : numpy.ndarray
        Of the tries that are weighed: people, chance, numbers, proposal.
    log_mass, slack, weight, verdict : numpy.ndarray
        The logarithm of their mass and how wrong it may be, what it is to be compared with, and
        whether to accept (1), to refuse (-1) or to look closer (0).
    """

    which: Integers
    slot: Integers
    taken: Integers
    people: Floats
    chance: Floats
    first: Floats
    second: Floats
    k: Floats
    left: Integers
    open: Integers
    n: Floats
    p: Floats
    u: Floats
    v: Floats
    proposed: Floats
    log_mass: Floats
    slack: Floats
    weight: Floats
    verdict: Integers


@compiled()
def rejection_scratch(space):  # type: ignore[no-untyped-def]
    """Return what ``reject`` works in, cut from two arrays: one more costs as much as a draw."""
    whole = whole_numbers(space, 6 * AT_ONCE).reshape(6, AT_ONCE)
    real = real_numbers(space, 13 * AT_ONCE).reshape(13, AT_ONCE)
    return RejectionScratch(
        whole[0], whole[1], whole[2], real[0], real[1], real[2], real[3], real[4], whole[3],
        whole[4], real[5], real[6], real[7], real[8], real[9], real[10], real[11], real[12],
        whole[5],
    )  # fmt: skip


@compiled(inline="always")
def _padded(count):  # type: ignore[no-untyped-def]
    """Return the count of whole vectors, for a part of one goes through a slow loop."""
    return (count + _LANES - 1) & ~(_LANES - 1)


@bare
def reject(stream, chosen, draws, seldom, scratch):  # type: ignore[no-untyped-def]
    """Set ``draws.k`` of the chosen draws; ``draws.taken`` grows by the numbers used but the first.

    ``chosen`` says which draws, at most ``AT_ONCE``; ``seldom`` is the chance of each draw, up to a
    half. Their means are ``INVERSION_BELOW`` or more.
    """
    slot, taken, n, number = draws.slot, draws.taken, draws.people, draws.number
    which, its_slot, used = scratch.which, scratch.slot, scratch.taken
    people, chance, u, v = scratch.people, scratch.chance, scratch.first, scratch.second
    count = chosen.shape[0]
    for x in range(count):
        i = np.uint32(chosen[x])
        which[x], its_slot[x], used[x] = i, slot[i], taken[i]
        people[x], chance[x], u[x] = n[i], seldom[i], number[i]
    while count > 0:
        next_numbers(stream, _padded(count), its_slot, used, v)
        _propose(_padded(count), people, chance, u, v, scratch.k, scratch.left)
        for x in range(count):
            i = np.uint32(which[x])
            draws.k[i], taken[i] = np.int64(scratch.k[x]), used[x] + 1
        again = _refused(count, scratch)
        for y in range(again):
            old = np.uint32(scratch.open[y])
            which[y], its_slot[y], used[y] = which[old], its_slot[old], used[old] + 1
            people[y], chance[y] = people[old], chance[old]
        count = again
        next_numbers(stream, _padded(count), its_slot, used, u)
        for x in range(count):
            used[x] += 1


@bare
def _propose(count, n, p, u, v, k, left):  # type: ignore[no-untyped-def]
    """Set what each try proposes, and whether it is left to be weighed."""
    for x in range(count):
        mean = n[x] * p[x]
        b = 1.15 + 2.53 * math.sqrt(mean * (1.0 - p[x]))
        a = -0.0873 + 0.0248 * b + 0.01 * p[x]
        edge = 0.5 - abs(u[x] - 0.5)
        k[x] = math.floor((2.0 * a / edge + b) * (u[x] - 0.5) + mean + 0.5)
        left[x] = (edge < _NEAREST) | (v[x] > _SURE - 4.2 / b)


@compiled(inline="always")
def _refused(count, scratch):  # type: ignore[no-untyped-def]
    """Weigh the tries that are left; note those that are refused, and return how many."""
    found, weighed = scratch.open, np.uint32(0)
    n, p, u, v, proposed = scratch.n, scratch.p, scratch.u, scratch.v, scratch.proposed
    for x in range(count):
        found[weighed] = x
        weighed += np.uint32(scratch.left[x])
    for y in range(np.int64(weighed)):
        left = np.uint32(found[y])
        n[y], p[y], proposed[y] = scratch.people[left], scratch.chance[left], scratch.k[left]
        u[y], v[y] = scratch.first[left], scratch.second[left]
    padded = _padded(np.int64(weighed))
    _bound(padded, n, p, proposed, scratch.log_mass, scratch.slack)
    _weigh(padded, n, p, u, v, scratch.weight)
    _judge(padded, scratch.weight, scratch.log_mass, scratch.slack, scratch.verdict)
    refused = np.uint32(0)
    for y in range(np.int64(weighed)):
        found[refused] = found[y]
        verdict = scratch.verdict[y]
        if verdict == 0:
            verdict = binomial_by_rejection(u[y], v[y], int(n[y]), p[y])
        refused += np.uint32(verdict < 0)
    return np.int64(refused)


@bare
def _bound(count, n, p, k, log_mass, slack):  # type: ignore[no-untyped-def]
    """Set the log of the mass at each proposal over that at the mode, and how wrong it may be.

    Where nothing is known the slack is infinite; outside 0 to n the mass is nothing.
    """
    for x in range(count):
        centre, other = (n[x] + 1.0) * p[x], (n[x] + 1.0) * (1.0 - p[x])
        mode = math.floor(centre)
        s, t = 1.0 / centre, 1.0 / other
        c2, c3 = (s + t) / 2.0, (t * t - s * s) / 6.0
        c4, c5 = (s * s * s + t * t * t) / 12.0, (t * t * t * t - s * s * s * s) / 20.0
        d, e = k[x] + 0.5 - centre, mode + 0.5 - centre
        here = d * d * (c2 + d * (c3 + d * (c4 + d * c5)))
        at_mode = e * e * (c2 + e * (c3 + e * (c4 + e * c5)))
        rest = d * d * d * d * d * d * (s * s * s * s * s + t * t * t * t * t) / 15.0
        stirling = _OF_STIRLING * abs(k[x] - mode) * (s * s + t * t)
        known = abs(d) <= 0.5 * centre
        inside = (k[x] >= 0.0) & (k[x] <= n[x])
        log_mass[x] = at_mode - here if inside else -math.inf
        slack[x] = rest + stirling + _OF_LOGARITHM if known | (not inside) else math.inf


@bare
def _weigh(count, n, p, u, v, weight):  # type: ignore[no-untyped-def]
    """Set the weight of each try, which is to be compared with the mass over that at the mode."""
    for x in range(count):
        spread = math.sqrt(n[x] * p[x] * (1.0 - p[x]))
        b = 1.15 + 2.53 * spread
        a = -0.0873 + 0.0248 * b + 0.01 * p[x]
        edge = 0.5 - abs(u[x] - 0.5)
        weight[x] = v[x] * ((2.83 + 5.1 / b) * spread / (a / (edge * edge) + b))


@bare
def _judge(count, weight, log_mass, slack, verdict):  # type: ignore[no-untyped-def]
    """Compare logarithms: by exponent, and by the series of the inverse hyperbolic tangent."""
    bits = weight.view(np.int64)
    for x in range(count):
        verdict[x] = (bits[x] >> _EXPONENT) - _BIAS
        bits[x] = (bits[x] & _MANTISSA) | _BITS_OF_1
    for x in range(count):
        t = (weight[x] - _ROOT_OF_2) / (weight[x] + _ROOT_OF_2)
        q = t * t
        series = 1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0))))
        log_weight = (verdict[x] + 0.5) * _LOG_OF_2 + 2.0 * t * series
        verdict[x] = int(log_weight < log_mass[x] - slack[x]) - int(
            log_weight > log_mass[x] + slack[x]
        )
