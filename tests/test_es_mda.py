"""The smoother gives what the published one gives, and what a linear problem's posterior says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from iterative_ensemble_smoother import ESMDA, AdaptiveESMDA

from corredor.arrays import Floats
from corredor.es_mda import Evidence, Mask, assimilate, correlations

Problem = tuple[Floats, Floats, Evidence]


def problem(
    seed: int, unknowns: int, observations: int, members: int, inflation: float, close: float = 0.0
) -> Problem:
    """Return unknowns, predictions and evidence; ``close`` makes predictions nearly alike."""
    random = np.random.default_rng(seed)
    levels = random.normal(scale=3.0, size=(unknowns, 1))
    drawn = levels + random.standard_normal((unknowns, members))
    noise = random.standard_normal((observations, members))
    predicted = random.standard_normal((observations, unknowns)) @ drawn + (1.0 - close) * noise
    errors = np.exp(random.normal(size=observations))
    return drawn, predicted, Evidence(random.normal(size=observations), errors, inflation)


def published(
    problem: Problem, seed: int, keep: Callable[[Floats, object], Mask] | None = None
) -> Floats:
    """Return what iterative_ensemble_smoother makes of a problem, with the same random numbers."""
    unknowns, predicted, evidence = problem
    kind = ESMDA if keep is None else AdaptiveESMDA
    smoother = kind(evidence.errors**2, evidence.observed, seed=np.random.default_rng(seed))
    smoother.alpha = np.array([evidence.inflation])
    smoother.prepare_assimilation(Y=predicted, truncation=1.0)
    chosen = {} if keep is None else {"correlation_callback": keep, "n_jobs": 1}
    return np.asarray(smoother.assimilate_batch(X=unknowns, **chosen))


sizes = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 10_000),
        "unknowns": st.integers(1, 12),
        "observations": st.integers(1, 40),
        "members": st.integers(3, 30),
        "inflation": st.floats(1.0, 10.0),
        "close": st.sampled_from([0.0, 0.99, 1.0 - 1e-6]),
    }
)


@given(sizes)
def test_the_step_is_that_of_the_published_library(size: dict[str, float]) -> None:
    made = problem(**size)  # type: ignore[arg-type]
    found = assimilate(*made, np.random.default_rng(7))
    np.testing.assert_allclose(found, published(made, 7), rtol=1e-6, atol=1e-6)


@given(sizes, st.floats(0.0, 1.0))
def test_the_localized_step_is_that_of_the_published_library(
    size: dict[str, float], share: float
) -> None:
    made = problem(**size)  # type: ignore[arg-type]
    unknowns, predicted, evidence = made
    seen = np.random.default_rng(3).random((len(unknowns), len(predicted))) < share
    found = assimilate(unknowns, predicted, evidence, np.random.default_rng(7), seen)
    np.testing.assert_allclose(found, published(made, 7, lambda *_: seen), rtol=1e-6, atol=1e-6)


def test_correlations_are_those_that_the_published_library_localizes_by() -> None:
    made = problem(5, unknowns=6, observations=9, members=40, inflation=4.0)
    told: list[Floats] = []

    def keep(correlation: Floats, _: object) -> Mask:
        told.append(correlation.copy())
        return np.zeros(correlation.shape, dtype=bool)

    published(made, 1, keep)
    np.testing.assert_allclose(correlations(*made[:2]), told[0], atol=1e-12)


@pytest.mark.parametrize("steps", [1, 4])
def test_a_linear_gaussian_problem_has_its_exact_posterior(steps: int) -> None:
    """Mean and covariance of 8,000 members, within 5 standard errors of sampling."""
    members, random = 8_000, np.random.default_rng(11)
    design = np.array([[1.0, 0.0, 0.5], [0.5, -1.0, 0.0], [0.0, 2.0, 1.0], [0.3, 0.3, 0.3]])
    prior = np.array([[1.0, 0.4, 0.0], [0.4, 0.5, 0.1], [0.0, 0.1, 2.0]])
    errors, observed = np.array([0.5, 0.3, 1.0, 0.2]), np.array([1.0, -0.4, 2.0, 0.3])
    unknowns = np.linalg.cholesky(prior) @ random.standard_normal((3, members))
    for _ in range(steps):
        evidence = Evidence(observed, errors, float(steps))
        unknowns = assimilate(unknowns, design @ unknowns, evidence, random)

    told = design.T @ np.diag(errors**-2.0)
    covariance = np.linalg.inv(np.linalg.inv(prior) + told @ design)
    mean = covariance @ told @ observed
    deviation = np.sqrt(np.diag(covariance))
    assert (np.abs(unknowns.mean(axis=1) - mean) < 5 * deviation / np.sqrt(members) + 0.01).all()
    scale = np.outer(deviation, deviation)
    np.testing.assert_allclose(np.cov(unknowns) / scale, covariance / scale, atol=0.08)


def test_more_members_come_nearer_to_the_exact_posterior() -> None:
    """One unknown seen with an error as wide as its prior: mean 0.5, variance 0.5."""
    missed = []
    for members in (20, 2000):
        squares = []
        for seed in range(20):
            random = np.random.default_rng(seed)
            prior = random.standard_normal((1, members))
            evidence = Evidence(np.ones(1), np.ones(1), 1.0)
            found = assimilate(prior, prior, evidence, random)
            squares.append((found.mean() - 0.5) ** 2 + (found.var() - 0.5) ** 2)
        missed.append(float(np.sqrt(np.mean(squares))))
    assert missed[1] < missed[0] / 5  # ten times in the limit


def test_who_looks_at_nothing_stays_and_all_looking_at_all_is_no_localization() -> None:
    made = problem(5, unknowns=4, observations=6, members=20, inflation=2.0)
    seen = np.ones((4, 6), dtype=bool)
    whole = assimilate(*made, np.random.default_rng(1))
    np.testing.assert_allclose(assimilate(*made, np.random.default_rng(1), seen), whole, atol=1e-12)
    seen[2] = False
    part = assimilate(*made, np.random.default_rng(1), seen)
    assert (part[2] == made[0][2]).all()
    np.testing.assert_allclose(part[[0, 1, 3]], whole[[0, 1, 3]], atol=1e-12)


def test_predictions_that_are_all_alike_move_nobody() -> None:
    unknowns, predicted, evidence = problem(5, 3, 4, 10, 2.0)
    alike = np.repeat(predicted[:, :1], 10, axis=1)
    found = assimilate(unknowns, alike, evidence, np.random.default_rng(1))
    np.testing.assert_allclose(found, unknowns, atol=1e-12)
