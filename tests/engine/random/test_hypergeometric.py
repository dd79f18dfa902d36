"""Bounds on hypergeometric masses hold, and decide as the masses do."""

import math

import numba as nb
import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from corredor.engine.random.hypergeometric import _bounds, hypergeometric
from corredor.engine.random.philox import new_stream, open_stream, uniform


def _log_choose(n: float, k: float) -> float:
    return math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)


def _log_ratio(good: int, bad: int, sample: int, k: int, mode: int) -> float:
    at_mode = _log_choose(good, mode) + _log_choose(bad, sample - mode)
    return _log_choose(good, k) + _log_choose(bad, sample - k) - at_mode


@given(st.integers(20, 10**6), st.integers(20, 10**6), st.floats(0.01, 0.99), st.floats(-5.0, 5.0))
def test_the_mass_lies_within_its_bounds(good: int, bad: int, part: float, away: float) -> None:
    sample = round(part * (good + bad))
    centre, least, c2, c3, c4, c5, rest, tails = _bounds.py_func(good, bad, sample)
    mode = math.floor((sample + 1.0) * (good + 1.0) / (good + bad + 2.0))
    k = round(centre + away / math.sqrt(2.0 * c2))  # so many standard deviations, nearly
    off, d = mode - centre, k - centre
    assume(least >= 8.0 and 2.0 * abs(d) <= least and 2.0 * abs(off) <= least)
    series = off * off * (c2 + off * (c3 + off * (c4 + off * c5)))
    series -= d * d * (c2 + d * (c3 + d * (c4 + d * c5)))
    slack = rest * d**6 + tails * abs(k - mode) + 1e-5
    assert abs(series - _log_ratio(good, bad, sample, k, mode)) <= slack


@nb.njit
def draw(good, bad, sample, count):  # type: ignore[no-untyped-def]
    stream, found = new_stream(5, 3, 7), np.empty(count, np.int64)
    for i in range(count):
        open_stream(stream, i)
        found[i] = hypergeometric(stream, good, bad, sample)
    return found


def _by_masses(good: int, bad: int, sample: int, slot: int) -> int:
    """Draw by HRUA* with exact masses alone, for samples and good ones below half of all."""
    stream = new_stream(5, 3, 7)
    open_stream(stream, slot)
    total = good + bad
    mode = math.floor((sample + 1.0) * (good + 1.0) / (total + 2.0))
    share = good / total
    variance = (total - sample) * sample * share * (1.0 - share) / (total - 1.0) + 0.5
    width = 1.7155277699214135 * math.sqrt(variance) + 0.8989161620588988
    top = min(min(sample, good) + 1.0, math.floor(sample * share + 0.5 + 16 * math.sqrt(variance)))
    while True:
        x = uniform(stream)
        w = sample * share + 0.5 + width * (uniform(stream) - 0.5) / x
        if 0.0 <= w < top:
            k = math.floor(w)
            if 2.0 * math.log(x) <= _log_ratio(good, bad, sample, k, mode):
                return k


def test_what_is_drawn_is_what_masses_alone_would_give() -> None:
    random = np.random.default_rng(11)
    for _ in range(60):
        good, bad = sorted(int(10 ** random.uniform(2.0, 7.0)) for _ in range(2))
        sample = int((good + bad) * random.uniform(0.01, 0.5))
        if sample * (good / (good + bad)) < 10.0:
            continue  # by inversion
        drawn = draw(good, bad, sample, 40)
        assert drawn.tolist() == [_by_masses(good, bad, sample, i) for i in range(40)]
