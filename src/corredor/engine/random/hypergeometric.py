"""Exact hypergeometric counts, built on numbers by address.

Large ones are drawn by ratio of uniforms, which compares a number with the mass at a proposal over
that at the mode. The exact masses take a dozen logarithms. A series says within which bounds their
ratio lies, and the number is nearly always outside of them; only where it is not are the masses
worked out, so that bounds change the time and no bit.

The series: with a₁ = k + 1/2, a₂ = good - k + 1/2, a₃ = sample - k + 1/2 and a₄ = bad - sample + k
+ 1/2, the log of a mass is, but for a constant and what Stirling's formula leaves (less than the
sum of 1/(24 aᵢ)), -Σ aᵢ log aᵢ. About the k₀ where a₁ a₄ = a₂ a₃, with Aᵢ the aᵢ there, its Taylor
series in d = k - k₀ has the terms -d^j Σ (∓1)^j Aᵢ^(1-j) / (j (j - 1)) from j = 2 on, -1 for a₁
and a₄. It is taken up to j = 5; where d is no more than half of the least Aᵢ the rest is less than
twice the next term.
"""

from __future__ import annotations

import math

from corredor.engine.compiled import compiled
from corredor.engine.random.philox import Stream, bare, uniform
from corredor.engine.random.samplers import HALF_LOG_TAU, LOG_FACTORIALS, stirling_tail

_OF_ROUNDING = 1e-5  # more than what rounding makes of a dozen logarithms of large factorials
_OF_STIRLING = 0.09  # more than 2 / 24: each a is at least half of its A
_LEAST = 8.0  # people of each kind at k₀ from whom on the bounds are worth their time


@bare
def _hypergeometric_by_urn(stream: Stream, good: int, bad: int, sample: int) -> int:
    taken = 0
    for drawn in range(sample):
        if uniform(stream) * (good + bad - drawn) < good - taken:
            taken += 1
    return taken


@bare
def _log_factorial(k: float) -> float:
    if k < 1024.0:
        return float(LOG_FACTORIALS[int(k)])
    return (k + 0.5) * math.log(k + 1.0) - (k + 1.0) + HALF_LOG_TAU + stirling_tail(k)


@bare
def _log_choose(n: float, k: float) -> float:
    return _log_factorial(n) - _log_factorial(k) - _log_factorial(n - k)


@bare
def _hypergeometric_by_inversion(stream: Stream, good: int, bad: int, sample: int) -> int:
    at_zero = math.exp(_log_choose(bad, sample) - _log_choose(good + bad, sample))
    most = min(good, sample)
    while True:
        mass, u, k = at_zero, uniform(stream), 0
        while u > mass and k <= most:
            u -= mass
            mass *= (good - k) * (sample - k) / ((k + 1.0) * (bad - sample + k + 1.0))
            k += 1
        if k <= most:
            return k


@compiled(inline="always")
def _bounds(good, bad, sample):  # type: ignore[no-untyped-def]
    """Return k₀, the least of the Aᵢ, four coefficients, and those of the errors."""
    centre = ((good + 0.5) * (sample + 0.5) - 0.5 * (bad - sample + 0.5)) / (good + bad + 2.0)
    least = min(min(centre, good - centre), min(sample - centre, bad - sample + centre)) + 0.5
    a, b = 1.0 / (centre + 0.5), 1.0 / (good - centre + 0.5)
    c, e = 1.0 / (sample - centre + 0.5), 1.0 / (bad - sample + centre + 0.5)
    a2, b2, c2, e2 = a * a, b * b, c * c, e * e
    return (
        centre, least, (a + b + c + e) / 2.0, (b2 + c2 - a2 - e2) / 6.0,
        (a2 * a + b2 * b + c2 * c + e2 * e) / 12.0,
        (b2 * b2 + c2 * c2 - a2 * a2 - e2 * e2) / 20.0,
        (a2 * a2 * a + b2 * b2 * b + c2 * c2 * c + e2 * e2 * e) / 15.0,
        _OF_STIRLING * (a2 + b2 + c2 + e2),
    )  # fmt: skip


@bare
def _hypergeometric_by_rejection(stream: Stream, good: int, bad: int, sample: int) -> int:
    """Ratio of uniforms, algorithm HRUA* of Stadlober (1990)."""
    fewer, more, total = min(good, bad), max(good, bad), good + bad
    m = min(sample, total - sample)
    share = fewer / total
    middle = m * share + 0.5
    spread = math.sqrt((total - m) * m * share * (1.0 - share) / (total - 1.0) + 0.5)
    width = 1.7155277699214135 * spread + 0.8989161620588988
    mode = math.floor((m + 1.0) * (fewer + 1.0) / (total + 2.0))
    top = min(min(m, fewer) + 1.0, math.floor(middle + 16.0 * spread))
    centre, least, c2, c3, c4, c5, rest, tails = _bounds(fewer, more, m)
    off = mode - centre
    at_mode = off * off * (c2 + off * (c3 + off * (c4 + off * c5)))
    while True:
        x = uniform(stream)
        w = middle + width * (uniform(stream) - 0.5) / x
        if w < 0.0 or w >= top:
            continue
        k = math.floor(w)
        if more - m + k < 0:
            continue
        d = k - centre
        t = at_mode - d * d * (c2 + d * (c3 + d * (c4 + d * c5)))
        slack = rest * d * d * d * d * d * d + tails * abs(k - mode) + _OF_ROUNDING
        known = least >= _LEAST and 2.0 * abs(d) <= least and 2.0 * abs(off) <= least
        if not known:
            log_x, t, slack = 2.0 * math.log(x), _log_mass_ratio(fewer, more, m, k, mode), 0.0
        elif x * (4.0 - x) - 3.0 <= t - slack:
            break
        else:
            log_x = 2.0 * math.log(x)
            if abs(log_x - t) <= slack:
                t, slack = _log_mass_ratio(fewer, more, m, k, mode), 0.0
        if log_x <= t - slack:
            break
    if good > bad:
        k = m - k
    if m < sample:
        k = good - k
    return int(k)


@bare
def _log_mass_ratio(good: int, bad: int, sample: int, k: float, mode: float) -> float:
    """Return the log of the mass at ``k`` over that at the mode."""
    at_mode = _log_choose(good, mode) + _log_choose(bad, sample - mode)
    return _log_choose(good, k) + _log_choose(bad, sample - k) - at_mode


@bare
def hypergeometric(stream: Stream, good: int, bad: int, sample: int) -> int:
    """Return how many of ``sample`` people, taken without putting back, are among the ``good``."""
    if sample <= 0 or good <= 0:
        return 0
    if bad <= 0:
        return min(sample, good)
    if sample >= good + bad:
        return good
    if sample <= 10:
        return _hypergeometric_by_urn(stream, good, bad, sample)
    if good <= 10:
        return _hypergeometric_by_urn(stream, sample, good + bad - sample, good)
    small = 2 * sample <= good + bad and 2 * good <= good + bad
    if small and sample * (good / (good + bad)) < 10.0:
        return _hypergeometric_by_inversion(stream, good, bad, sample)
    return _hypergeometric_by_rejection(stream, good, bad, sample)
