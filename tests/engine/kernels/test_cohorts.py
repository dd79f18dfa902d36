"""Factors of cohorts by a law: asked of Python and worked out by kernels they are the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from small_programs import BEGIN, moves, program

from corredor.engine.kernels.pools import Pools
from corredor.engine.program import Program
from corredor.engine.run import Replication, simulate
from corredor.engine.steps import Chances, CohortFactor, FactorLaw, Split, Today, as_given

STATES, DAYS = 4, 6
TWO_COHORTS = np.array([0, 1], np.int32)


@FactorLaw
def crowded(people: float, size_and_least: Sequence[float]) -> float:
    """Return how much a crowd draws along, and at least so much."""
    return max(people / (people + size_and_least[0]), size_and_least[1])


def factor(as_one: bool) -> CohortFactor:
    pools = Pools.of([np.array([0, 2]), np.array([1, 3])])
    return CohortFactor(
        crowded, lambda _: [np.array([[50.0, 200.0]]), np.array([[0.1]])], pools, as_one
    )


def two_towns(by: Chances | CohortFactor) -> Program:
    """Return two towns that people leave by a factor of each, and never come back to."""
    ways = moves([(0, 2, 0), (1, 3, 1)])
    step = Split(
        "leave", ways, lambda _: np.full((1, 2), 0.4), hazard_factor=by, cohort=TWO_COHORTS
    )
    return program([step], [700, 90, 10, 0], 2, DAYS)


@pytest.mark.parametrize("as_one", [False, True])
@pytest.mark.parametrize("draw", ["expected", "exact", "hybrid", "individual"])
def test_a_law_gives_the_bits_of_the_same_factor_asked_for_every_day(
    draw: str, as_one: bool
) -> None:
    ensemble = Replication(draw=draw, replicates=range(3))  # type: ignore[arg-type]
    by_law = factor(as_one)

    def asked(today: Today) -> np.ndarray:
        return by_law(today)

    mine, theirs = (simulate([two_towns(by)], ensemble)[0] for by in (by_law, asked))
    assert np.array_equal(mine.final, theirs.final)
    assert np.array_equal(mine.flows, theirs.flows)
    assert mine.flows.sum() > 0


def test_nobody_moves_on_a_day_without_a_factor() -> None:
    never = CohortFactor(as_given, lambda _: [np.zeros((1, 2))])
    (raw,) = simulate([two_towns(never)], Replication())
    assert raw.final[0].tolist() == [700, 90, 10, 0]


def test_a_factor_has_a_cohort_for_each_pool_and_a_row_for_each_replicate() -> None:
    stocks = np.array([[50.0, 0.0, 0.0, 0.0], [150.0, 200.0, 0.0, 0.0]])
    today = Today(BEGIN, None, stocks, 1.0, lambda chances: chances)  # type: ignore[arg-type]
    assert factor(as_one=False)(today).tolist() == [[0.5, 0.1], [0.75, 0.5]]
