"""The Poisson walk finds what made-up counts were made of, and covers what comes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.fit.poisson_walk import (
    MEANS,
    VARIANCES,
    WEIGHTS,
    futures,
    posterior,
    walk_quantiles,
)
from corredor.fit.scores import LEVELS, score


def made_up(
    random: np.random.Generator, months: int, mu: float = -4.0, phi: float = 0.9,
    sigma: float = 0.4, start: float = 9.0,
) -> Floats:  # fmt: skip
    """Return counts that follow the model."""
    h, z, counts = mu, start, []
    for _ in range(months):
        h = mu + phi * (h - mu) + sigma * random.standard_normal()
        z += np.exp(h / 2) * random.standard_normal()
        counts.append(random.poisson(np.exp(z)))
    return np.array(counts, dtype=float)


def test_the_mixture_has_the_moments_of_a_log_squared_normal() -> None:
    mean = WEIGHTS @ MEANS
    assert WEIGHTS.sum() == pytest.approx(1.0, abs=1e-4)
    assert mean == pytest.approx(-1.2704, abs=0.001)
    assert WEIGHTS @ (VARIANCES + (MEANS - mean) ** 2) == pytest.approx(np.pi**2 / 2, rel=0.001)


@pytest.mark.slow
def test_the_level_of_volatility_is_found() -> None:
    random = np.random.default_rng(1)
    low, high = (
        np.median(posterior(made_up(random, 300, mu=mu))[:, 2]) for mu in (-6.0, -2.0)
    )  # fmt: skip
    assert low == pytest.approx(-6.0, abs=0.8)
    assert high == pytest.approx(-2.0, abs=0.8)


def test_a_calm_year_forecasts_less_spread_than_a_stormy_one() -> None:
    random = np.random.default_rng(2)
    steps = np.r_[0.03 * random.standard_normal(100), 0.3 * random.standard_normal(44)]
    to_storm, to_calm = (np.round(np.exp(9 + np.cumsum(s))) for s in (steps, steps[::-1]))

    def spread(counts: Floats) -> float:
        logs = np.log1p(walk_quantiles(counts, 1)[0])
        return float(logs[LEVELS.index(0.95)] - logs[LEVELS.index(0.05)])

    assert spread(to_storm) > 3 * spread(to_calm)


@pytest.mark.slow
def test_its_intervals_cover_what_the_model_makes() -> None:
    random, inside = np.random.default_rng(3), []
    for _ in range(60):
        counts = made_up(random, 103)
        found = score(walk_quantiles(counts[:100], 3)[2], counts[102])
        inside.append((float(found.inside_50), float(found.inside_90)))
    fifty, ninety = np.mean(inside, axis=0)
    assert fifty == pytest.approx(0.5, abs=0.17)
    assert ninety == pytest.approx(0.9, abs=0.1)


def test_the_same_counts_give_the_same_bits_whatever_the_horizon() -> None:
    counts = made_up(np.random.default_rng(4), 60)
    np.testing.assert_array_equal(walk_quantiles(counts, 2), walk_quantiles(counts, 6)[:2])
    assert not np.array_equal(futures(counts, 1, seed=1), futures(counts, 1, seed=2))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 300_000), min_size=3, max_size=40), st.integers(1, 6))
def test_any_counts_give_rising_finite_quantiles(counts: list[int], horizon: int) -> None:
    quantiles = walk_quantiles(np.array(counts, dtype=float), horizon)
    assert quantiles.shape == (horizon, len(LEVELS))
    assert np.isfinite(quantiles).all()
    assert (quantiles >= 0).all()
    assert (np.diff(quantiles, axis=1) >= 0).all()


@pytest.mark.parametrize("counts", [[1.0, 2.0], [1.0, -1.0, 2.0], [1.0, np.nan, 2.0]])
def test_counts_that_are_none_are_refused(counts: list[float]) -> None:
    with pytest.raises(UsageError, match="at least three counts"):
        walk_quantiles(np.array(counts), 1)
