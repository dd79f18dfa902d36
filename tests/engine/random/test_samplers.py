"""The samplers give the right distributions.

Chi-square tests have fixed seeds; each would fail by chance with probability 1e-6, all of them
together with less than 2e-4.
"""

from __future__ import annotations

from collections.abc import Callable

import numba as nb
import numpy as np
import pytest
from helpers import fit
from scipy import stats

from corredor.engine.random.hypergeometric import hypergeometric
from corredor.engine.random.philox import new_stream, open_stream
from corredor.engine.random.samplers import binomial, poisson

DRAWS = 20_000
LEAST_P = 1e-6


@nb.njit
def draw_binomial(n, p, draws, seed):
    stream = new_stream(np.uint64(seed), 3, 5)
    out = np.empty(draws, np.int64)
    for i in range(draws):
        open_stream(stream, i)
        out[i] = binomial(stream, n, p)
    return out


@nb.njit
def draw_poisson(mean, draws, seed):
    stream = new_stream(np.uint64(seed), 3, 5)
    out = np.empty(draws, np.int64)
    for i in range(draws):
        open_stream(stream, i)
        out[i] = poisson(stream, mean)
    return out


@nb.njit
def draw_hypergeometric(good, bad, sample, draws, seed):
    stream = new_stream(np.uint64(seed), 3, 5)
    out = np.empty(draws, np.int64)
    for i in range(draws):
        open_stream(stream, i)
        out[i] = hypergeometric(stream, good, bad, sample)
    return out


def p_value(drawn: np.ndarray, law: stats.rv_discrete) -> float:
    """Return the p-value of a chi-square test over bins around the quantiles."""
    lowest, highest = law.support()
    quantiles = law.ppf(np.linspace(0, 1, 31)[1:-1]).astype(float)
    edges = np.unique(np.r_[quantiles, quantiles - 1.0])
    edges = edges[(edges >= lowest) & (edges < highest)]
    chance = np.diff(np.r_[0.0, law.cdf(edges), 1.0])
    return fit(np.bincount(np.searchsorted(edges, drawn), minlength=len(chance)), chance)


@pytest.mark.parametrize("n", [0, 1, 2, 10, 10**3, 10**6, 10**12])
@pytest.mark.parametrize("p", [0.0, 1e-12, 1e-6, 0.01, 0.3, 0.5, 0.99, 1 - 1e-12, 1.0])
def test_binomial_counts_follow_the_binomial_law(n: int, p: float) -> None:
    drawn = draw_binomial(n, p, DRAWS, 17)
    assert drawn.min() >= 0 and drawn.max() <= n
    if p in (0.0, 1.0) or n == 0:
        assert (drawn == round(n * p)).all()
    else:
        assert p_value(drawn, stats.binom(n, p)) > LEAST_P


@pytest.mark.parametrize("mean", [1e-9, 0.1, 1.0, 5.0, 9.99, 10.01, 30.0, 1e3, 1e6, 1e9])
def test_poisson_counts_follow_the_poisson_law(mean: float) -> None:
    assert p_value(draw_poisson(mean, DRAWS, 19), stats.poisson(mean)) > LEAST_P


def test_a_poisson_mean_of_nothing_gives_nobody() -> None:
    assert not draw_poisson(0.0, 10, 1).any()


HYPERGEOMETRIC = {
    "urn by sample": (50, 70, 8),
    "urn by good": (7, 500, 200),
    "inversion": (40, 5000, 300),
    "rejection": (300, 400, 250),
    "rejection, more good than bad": (4000, 300, 1000),
    "rejection, sample above half": (300, 500, 700),
    "rejection, both": (900, 200, 1000),
    "rejection, one bad": (1000, 1, 500),
    "rejection, nearly all": (500, 500, 995),
    "rejection, millions": (3_000_000, 5_000_000, 1_000_000),
    "rejection, thousands of millions": (10**9, 3 * 10**9, 10**8),
}


@pytest.mark.parametrize("case", HYPERGEOMETRIC)
def test_hypergeometric_counts_follow_the_hypergeometric_law(case: str) -> None:
    good, bad, sample = HYPERGEOMETRIC[case]
    drawn = draw_hypergeometric(good, bad, sample, DRAWS, 23)
    assert drawn.min() >= max(0, sample - bad) and drawn.max() <= min(good, sample)
    assert p_value(drawn, stats.hypergeom(good + bad, good, sample)) > LEAST_P


@pytest.mark.parametrize(
    ("good", "bad", "sample", "taken"), [(0, 5, 3, 0), (5, 0, 3, 3), (5, 5, 10, 5), (5, 5, 0, 0)]
)
def test_hypergeometric_extremes_are_certain(good: int, bad: int, sample: int, taken: int) -> None:
    assert (draw_hypergeometric(good, bad, sample, 20, 29) == taken).all()


@pytest.mark.parametrize(
    ("draw", "law"),
    [
        (lambda: draw_binomial(1000, 0.3, DRAWS, 17), stats.binom(1000, 0.301)),
        (lambda: draw_binomial(10, 0.3, DRAWS, 17), stats.binom(10, 0.308)),
        (lambda: draw_poisson(30.0, DRAWS, 19), stats.poisson(30.4)),
        (lambda: draw_hypergeometric(300, 400, 250, DRAWS, 23), stats.hypergeom(702, 302, 250)),
        (lambda: draw_hypergeometric(300, 400, 250, DRAWS, 23), stats.binom(250, 300 / 700)),
    ],
)
def test_the_chi_square_test_catches_a_law_slightly_wrong(
    draw: Callable[[], np.ndarray], law: stats.rv_discrete
) -> None:
    assert p_value(draw(), law) < LEAST_P
