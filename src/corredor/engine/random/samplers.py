"""Exact samplers built on numbers by address: binomial and Poisson counts.

Functions that do the work take numbers, not the stream: handing an array from one compiled function
to the next costs as much as a draw.
"""

from __future__ import annotations

import math

import numpy as np

from corredor.engine.compiled import compiled
from corredor.engine.random.philox import Stream, bare, uniform

NEAR_MODE = 8.0  # distance from the mode up to which multiplying is quicker than logarithms
INVERSION_BELOW = 30.0  # mean below which stepping through the masses is quicker
HALF_LOG_TAU = 0.5 * math.log(math.tau)
LOG_FACTORIALS = np.array([math.lgamma(k + 1.0) for k in range(1024)])
_FIRST_TAILS = np.array(
    [
        LOG_FACTORIALS[k] - ((k + 0.5) * math.log(k + 1.0) - (k + 1.0) + HALF_LOG_TAU)
        for k in range(10)
    ]
)
INVERSE = 1.0 / np.maximum(1.0, np.arange(128.0))


@bare
def stirling_tail(k: float) -> float:
    """Return log(k!) less its Stirling approximation, to about 1e-9 for k of 10 and above."""
    if k < 10.0:
        return float(_FIRST_TAILS[int(k)])
    squared = (k + 1.0) * (k + 1.0)
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / squared) / squared) / (k + 1.0)


@bare
def chance_of_nobody(n: int, p: float) -> float:
    """Return (1 - p)**n: by squaring for few people, by logarithm where that would lose digits."""
    if n > 1024:
        return math.exp(n * math.log1p(-p))
    result, power = 1.0, 1.0 - p
    while n > 0:
        if n & 1:
            result *= power
        power *= power
        n >>= 1
    return result


@bare
def binomial_by_inversion(u: float, n: int, p: float) -> int:
    """Step through the masses from nobody up; -1 if rounding left ``u`` beyond the last."""
    if u <= 1.0 - n * p:  # the chance of nobody is at least this: spare the power
        return 0
    odds = p / (1.0 - p)
    mass, k = chance_of_nobody(n, p), 0
    while u > mass and k <= n:
        u -= mass
        k += 1
        inverse = INVERSE[k] if k < 128 else 1.0 / k
        mass *= ((n + 1.0) * inverse - 1.0) * odds
    return k if k <= n else -1


@bare
def binomial_by_rejection(u: float, v: float, n: int, p: float) -> int:
    """Try two numbers in algorithms BTRS and BTRD of Hörmann (1993); -1 if they are rejected."""
    variance = n * p * (1.0 - p)
    spread = math.sqrt(variance)
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    edge = 0.5 - abs(u - 0.5)
    k = math.floor((2.0 * a / edge + b) * (u - 0.5) + n * p + 0.5)
    if edge >= 0.07 and v <= 0.92 - 4.2 / b:
        return int(k)
    if k < 0 or k > n:
        return -1
    v *= (2.83 + 5.1 / b) * spread / (a / (edge * edge) + b)
    return int(k) if _at_most_mass_ratio(v, n, p, k, variance) else -1


@bare
def _at_most_mass_ratio(v: float, n: int, p: float, k: float, variance: float) -> bool:
    """Return whether ``v`` is at most the binomial mass at ``k`` over that at the mode.

    Near the mode by multiplying ratios of neighbouring masses; farther out by the bounds of BTRD,
    and by logarithms only where they leave it open.
    """
    mode = math.floor((n + 1.0) * p)
    away = abs(k - mode)
    if away <= NEAR_MODE:
        odds = p / (1.0 - p)
        scale = (n + 1.0) * odds
        ratio, i = 1.0, min(k, mode)
        while i < max(k, mode):
            i += 1.0
            ratio *= scale / i - odds
        return v <= ratio if k > mode else v * ratio <= 1.0
    log_v = math.log(v)
    slack = (away / variance) * (((away / 3.0 + 0.625) * away + 1.0 / 6.0) / variance + 0.5)
    gauss = -away * away / (2.0 * variance)
    if log_v < gauss - slack:
        return True
    if log_v > gauss + slack:
        return False
    return log_v <= _log_mass_ratio(n, p, k)


@bare
def _log_mass_ratio(n: int, p: float, k: float) -> float:
    """Return the log of the binomial mass at ``k`` over that at the mode."""
    odds = p / (1.0 - p)
    mode = math.floor((n + 1.0) * p)
    return float(
        (mode + 0.5) * math.log((mode + 1.0) / (odds * (n - mode + 1.0)))
        + (n + 1.0) * math.log1p((k - mode) / (n - k + 1.0))
        + (k + 0.5) * math.log(odds * (n - k + 1.0) / (k + 1.0))
        + stirling_tail(mode)
        + stirling_tail(n - mode)
        - stirling_tail(k)
        - stirling_tail(n - k)
    )


@compiled(inline="always")
def binomial(stream: Stream, n: int, p: float) -> int:
    """Return how many of ``n`` independent people do what each does with chance ``p``."""
    k = 0
    if p >= 1.0:
        k = n
    elif n > 0 and p > 0.0:
        k = binomial_from(stream, uniform(stream), n, p)
    return k


@compiled(inline="always")
def binomial_from(stream: Stream, u: float, n: int, p: float) -> int:
    """Return ``binomial`` given its first number; needs ``n`` above 0 and ``p`` inside 0 to 1."""
    seldom = p if p <= 0.5 else 1.0 - p
    if n == 1:
        k = 1 if u > 1.0 - seldom else 0
    elif n * seldom < INVERSION_BELOW:
        k = binomial_by_inversion(u, n, seldom)
        while k < 0:
            k = binomial_by_inversion(uniform(stream), n, seldom)
    else:
        k = binomial_by_rejection(u, uniform(stream), n, seldom)
        while k < 0:
            k = binomial_by_rejection(uniform(stream), uniform(stream), n, seldom)
    return k if p <= 0.5 else n - k


@bare
def poisson(stream: Stream, mean: float) -> int:
    """Return a Poisson count; by inversion below 10, else PTRS of Hörmann (1993)."""
    if mean <= 0.0:
        return 0
    if mean < 10.0:
        mass, u, k = math.exp(-mean), uniform(stream), 0
        while u > mass:
            u -= mass
            k += 1
            mass *= mean / k
            if mass < 1e-300:
                break
        return k
    root = math.sqrt(mean)
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    quick = 0.9277 - 3.6224 / (b - 2.0)
    while True:
        u = uniform(stream) - 0.5
        v = uniform(stream)
        edge = 0.5 - abs(u)
        k = math.floor((2.0 * a / edge + b) * u + mean + 0.43)
        if edge >= 0.07 and v <= quick:
            return int(k)
        if k < 0 or (edge < 0.013 and v > edge):
            continue
        if math.log(v * inverse_alpha / (a / (edge * edge) + b)) <= k * math.log(
            mean
        ) - mean - math.lgamma(k + 1.0):
            return int(k)
