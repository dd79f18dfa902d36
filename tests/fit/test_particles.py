"""Particles find exact posteriors, straight and bent, and what the smoother finds."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from fit.test_calibrate import OBSERVATIONS
from helpers import COUNTED, PRIORS, SCENARIO, write_world

from corredor.arrays import Floats
from corredor.corridor.priors import load_priors
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.errors import UsageError
from corredor.fit.calibrate import Calibration, Ensemble, prepare
from corredor.fit.particles import calibrate_by_particles, sample, standing
from corredor.fit.twins import draw_truth, made_up_record

FIRST, LAST = dt.date(2023, 3, 1), dt.date(2023, 5, 31)


def test_a_straight_problem_has_its_exact_posterior() -> None:
    """Twelve unknowns, twenty observations; means and spreads of 4,000 particles.

    Particles drawn again are not independent: they are worth about a tenth of as many that are, so
    errors are those of 400, at five standard errors.
    """
    random = np.random.default_rng(5)
    design, errors = random.standard_normal((20, 12)), np.full(20, 0.4)
    observed = design @ random.standard_normal(12) + errors * random.standard_normal(20)

    def log_likelihood(points: Floats) -> Floats:
        off = (design @ points - observed[:, None]) / errors[:, None]
        return np.asarray(-0.5 * (off**2).sum(axis=0))

    found = sample(log_likelihood, 12, 4000, seed=1)
    covariance = np.linalg.inv(np.eye(12) + design.T @ np.diag(errors**-2) @ design)
    mean, deviation = covariance @ design.T @ (observed / errors**2), np.sqrt(np.diag(covariance))
    assert (np.abs(found.points.mean(axis=1) - mean) < 5 * deviation / np.sqrt(400)).all()
    assert found.points.std(axis=1) == pytest.approx(deviation, rel=5 / np.sqrt(800))
    assert found.powers[-1] == 1.0 and list(found.powers) == sorted(found.powers)


def test_a_bent_problem_has_its_exact_posterior() -> None:
    """One unknown is seen by its square: two humps, which no straight line finds."""

    def log_likelihood(points: Floats) -> Floats:
        return np.asarray(-0.5 * ((points[0] ** 2 - 1.0) / 0.2) ** 2)

    grid = np.linspace(-5, 5, 20001)
    density = np.exp(-0.5 * grid**2 + log_likelihood(grid[None]))
    density /= density.sum()
    points = sample(log_likelihood, 1, 4000, seed=3).points[0]
    exact = float((density * np.abs(grid)).sum())
    spread = float(np.sqrt((density * (np.abs(grid) - exact) ** 2).sum()))
    assert abs(np.abs(points).mean() - exact) < 5 * spread / np.sqrt(400)
    assert abs((points > 0).mean() - 0.5) < 5 * 0.5 / np.sqrt(400)


def test_the_same_seed_gives_the_same_particles() -> None:
    first, second, other = (
        sample(lambda x: -((x[0] - 1.0) ** 2), 1, 50, seed=seed).points for seed in (1, 1, 2)
    )
    assert (first == second).all() and (first != other).any()


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("particles")
    world = write_world(folder / "small")
    (world / "priors.toml").write_text(PRIORS)
    (world / "observations.toml").write_text(COUNTED + OBSERVATIONS)
    (folder / "small.toml").write_text(SCENARIO)
    return load_scenario(folder / "small.toml")


def test_what_walks_or_is_not_there_is_refused(scenario: Scenario) -> None:
    calibration = prepare(scenario, FIRST, LAST, Ensemble(10, 1))
    with pytest.raises(UsageError, match=r"entry\.factor walks"):
        calibrate_by_particles(calibration, 20)
    with pytest.raises(UsageError, match=r"movement\.leave: has no prior in this world"):
        standing(load_priors(scenario.world), {"movement.leave": 0.2})


@pytest.mark.slow
def test_the_smoother_finds_what_particles_find(scenario: Scenario) -> None:
    """In a small world with a made-up record: three unknowns, means and spreads beside each other.

    The smoother takes lines for curves, so means may differ by a quarter of the spread.
    """
    spreads = {"entry.factor": 0.5, "interdiction.tempo": 0.5, "custody.sent_south_share": 1.0}
    priors = standing(load_priors(scenario.world), spreads)
    asked = prepare(scenario, FIRST, LAST, Ensemble(500, 4), priors=priors)
    made_up = made_up_record(asked, draw_truth(asked))
    calibration = Calibration(asked.forward, made_up, asked.ensemble)
    by_smoother, _ = calibration.run()
    by_particles, found = calibrate_by_particles(calibration, 500)
    assert min(found.taken) > 0.1
    for lever in spreads:
        one, other = by_smoother[lever][:, 0], by_particles[lever][:, 0]
        assert abs(one.mean() - other.mean()) < 0.25 * other.std()
        assert one.std() == pytest.approx(other.std(), rel=0.25)
