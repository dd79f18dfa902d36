"""The smoother finds what a linear problem's exact posterior says, and looks only where it may."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest

from corredor.corridor.priors import Prior, Priors
from corredor.fit.observations import Observation, Observations
from corredor.fit.smoother import Smoother, Unknown

MONTHS = tuple(dt.date(2023, m, 1) for m in range(1, 13))


def observation(month: int = 3, by: str = "", part: str = "", value: float = 1000.0,
                error: float = 0.2, series: str = "a series") -> Observation:  # fmt: skip
    period = pd.Period(f"2023-{month:02d}", "M")
    return Observation(series, by, part, "", period, period, value, error, 1e-9)


def prior(lever: str, walk: float = 0.0, spread: float = 0.5) -> Prior:
    return Prior(lever=lever, spread=spread, walk=walk, reason="a test")


@pytest.mark.parametrize("iterations", [1, 4])
def test_a_linear_problem_has_its_exact_posterior(iterations: int) -> None:
    """Means and spreads of 3000 members, within 5 standard errors."""
    priors = Priors((prior("entry.factor.a"), prior("entry.factor.b", spread=1.0)))
    parts, told, errors = ("a", "a", "b"), (0.9, 0.3, -1.5), (0.3, 0.2, 0.5)
    listed = tuple(
        observation(m, "nationality", part, np.exp(y), error)
        for m, part, y, error in zip((1, 2, 3), parts, told, errors, strict=True)
    )  # fmt: skip
    observations = Observations(listed)
    design = np.array([[1.0, 0.0], [0.5, 0.0], [0.0, 2.0]])
    unknowns = priors.draw(1, range(3000), MONTHS)
    smoother = Smoother(priors, MONTHS, observations, iterations, 3000, 1)
    for number in range(iterations):
        predicted = design @ np.concatenate([x.T for x in unknowns.values()])
        unknowns = smoother.step(number, unknowns, predicted, np.random.default_rng(number))

    precision = np.diag([1 / 0.5**2, 1.0]) + design.T @ np.diag(1 / observations.errors**2) @ design
    covariance = np.linalg.inv(precision)
    mean = covariance @ design.T @ (observations.values / observations.errors**2)
    found = np.concatenate([x.T for x in unknowns.values()])
    deviation = np.sqrt(np.diag(covariance))
    assert (np.abs(found.mean(axis=1) - mean) < 5 * deviation / np.sqrt(3000) + 0.01).all()
    assert found.std(axis=1) == pytest.approx(deviation, rel=5 / np.sqrt(6000) + 0.02)


def test_an_unknown_that_nothing_tells_of_stays_as_it_is() -> None:
    priors = Priors((prior("entry.factor.a"), prior("entry.factor.b")))
    observations = Observations((observation(3, "nationality", "a"),))
    unknowns = priors.draw(1, range(200), MONTHS)
    predicted = unknowns["entry.factor.a"].T + 5.0
    smoother = Smoother(priors, MONTHS, observations, 1, 200, 1)
    after = smoother.widened(smoother.step(0, unknowns, predicted, np.random.default_rng(1)))
    assert (after["entry.factor.b"] == unknowns["entry.factor.b"]).all()
    assert after["entry.factor.a"].std() < unknowns["entry.factor.a"].std()


def test_chance_correlations_do_not_make_an_unknown_look_known() -> None:
    """60 observations that have nothing to do with it: errors are as wide as they are said to be.

    The root mean square of error over spread is 1 within a quarter; without the correction 1.8.
    """
    priors = Priors((prior("entry.factor.a", walk=0.3),))
    listed = tuple(observation(m, "nationality", "a") for m in range(1, 13) for _ in range(5))
    scores = []
    for seed in range(20):
        smoother = Smoother(priors, MONTHS, Observations(listed), 1, 50, seed)
        random = np.random.default_rng(seed)
        unknowns, truth = priors.draw(seed, range(50), MONTHS), priors.draw(seed, [99], MONTHS)
        predicted = np.log(1000.0) + random.standard_normal((60, 50))
        after = smoother.widened(smoother.step(0, unknowns, predicted, random))["entry.factor.a"]
        scores.append((truth["entry.factor.a"][0] - after.mean(axis=0)) / after.std(axis=0))
    assert np.sqrt(np.mean(np.square(scores))) == pytest.approx(1.0, abs=0.25)


def test_no_lever_is_widened_by_more_than_all_are_on_the_mean() -> None:
    priors = Priors((prior("entry.factor.a"), prior("movement.leave")))
    smoother = Smoother(
        priors, MONTHS, Observations((observation(3, "nationality", "a"),)), 1, 200, 1
    )
    unknowns = priors.draw(1, range(200), MONTHS)
    smoother.silent[0] *= 0.5  # a half of its spread was taken away, and nothing of the other's
    after = smoother.widened(unknowns)
    whole = np.sqrt(2.0 / (0.25 + 1.0))
    grown = after["entry.factor.a"].std() / unknowns["entry.factor.a"].std()
    assert grown == pytest.approx(whole, rel=0.02)
    np.testing.assert_allclose(after["movement.leave"], unknowns["movement.leave"])


def test_an_observation_that_all_members_meet_alike_tells_nothing() -> None:
    priors = Priors((prior("entry.factor.a"),))
    observations = Observations((observation(3, "nationality", "a"),))
    unknowns = priors.draw(1, range(50), MONTHS)
    smoother = Smoother(priors, MONTHS, observations, 1, 50, 1)
    after = smoother.step(0, unknowns, np.full((1, 50), 3.0), np.random.default_rng(1))
    assert (after["entry.factor.a"] == unknowns["entry.factor.a"]).all()


def test_the_same_random_numbers_give_the_same_bits() -> None:
    priors = Priors((prior("entry.factor.a", walk=0.1),))
    observations = Observations(tuple(observation(m, "nationality", "a") for m in (2, 5)))
    unknowns = priors.draw(1, range(50), MONTHS)
    predicted = unknowns["entry.factor.a"][:, [1, 4]].T
    smoother = Smoother(priors, MONTHS, observations, 2, 50, 1)
    first, second = (
        smoother.step(0, unknowns, predicted, np.random.default_rng(7)) for _ in range(2)
    )
    assert (first["entry.factor.a"] == second["entry.factor.a"]).all()


def seen(lever: str, month: int | None, o: Observation, walk: float = 0.2) -> bool:
    unknown = Unknown(prior(lever, walk), MONTHS[month - 1] if month else None)
    starts, ends = np.array([o.start.ordinal]), np.array([o.end.ordinal])
    return bool(unknown.in_time(starts, ends)[0]) and unknown.may_see(o)


def test_a_month_looks_a_few_months_back_and_ahead() -> None:
    reach = [m for m in range(1, 13) if seen("entry.factor.a", 5, observation(m))]
    assert reach == list(range(2, 11))
    slow = [m for m in range(1, 13) if seen("interdiction.tempo", 8, observation(m), walk=0.05)]
    assert slow == list(range(2, 13))
    assert all(seen("movement.leave", None, observation(m)) for m in range(1, 13))


def test_an_unknown_of_one_nationality_does_not_look_at_another() -> None:
    own, other = (observation(5, "nationality", part) for part in ("cuba+haiti", "mexico"))
    assert seen("entry.factor.cuba", 5, own)
    assert not seen("entry.factor.cuba", 5, other)
    assert seen("interdiction.tempo", 5, other)
    assert not seen("movement.destination_pull.Tucson", 5, own)
    assert seen("movement.destination_pull.Tucson", 5, observation(5, "sector", "Yuma"))


def test_what_counts_the_very_people_is_always_heard() -> None:
    cuba = Unknown(prior("entry.factor.cuba", 0.2), MONTHS[0])
    assert cuba.is_told_by(observation(1, "nationality", "cuba"))
    assert not cuba.is_told_by(observation(1, "nationality", "cuba+haiti"))
    assert not cuba.is_told_by(observation(1))
    told = {"told_by": ("darien_crossings",)}
    gap = Unknown(prior("entry.place_factor.bajo-chiquito", 0.2).model_copy(update=told), MONTHS[0])
    assert gap.is_told_by(observation(1, series="darien_crossings"))
    assert not gap.is_told_by(observation(1, series="mexico_detentions"))
    assert not Unknown(prior("movement.leave"), None).is_told_by(observation(1))


def test_who_goes_where_is_told_by_the_counts_of_that_sector() -> None:
    """Observations that differ by the sector alone are not one; its total is heard too."""
    sectors = ("Del Rio", "Yuma", "Laredo")
    priors = Priors(tuple(prior(f"movement.own_pull.a {sector}") for sector in sectors))
    listed = tuple(
        dataclasses.replace(observation(3, "nationality", part), where=(("sector", (sector,)),))
        for sector in sectors
        for part in ("a", "b")
    )
    listed += (observation(3, "sector", "Yuma"),)
    smoother = Smoother(priors, MONTHS, Observations(listed), 1, 10, 1)
    own = np.array(
        [[o.where[0][1][0] == s and o.part == "a" for o in listed[:-1]] for s in sectors]
    )
    total = np.array([[sector == "Yuma"] for sector in sectors])
    np.testing.assert_array_equal(smoother.near, np.hstack([own, total]))
    np.testing.assert_array_equal(smoother.own, np.hstack([own, total]))
