"""Stocks are split as the closed forms say, nobody is lost, and places are rationed fairly.

Chi-square tests have fixed seeds; each would fail by chance with probability 1e-5.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from helpers import fit
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from corredor.engine.kernels.ration import ration_counts, ration_means
from corredor.engine.kernels.split import (
    arrive_counts,
    arrive_means,
    split_counts,
    split_means,
    tally_counts,
    tally_means,
)

LEAST_P = 1e-5
ALL = np.ones((1, 1)), np.zeros(1, np.int32)  # hazard_factor and cohort of one source
SEED = np.uint64(5)


def numbers(replicates: int) -> np.ndarray:
    return np.arange(replicates, dtype=np.int64)


def split_one(people: int, chances: list[float], replicates: int, seed: int = 5) -> np.ndarray:
    """Split the people of one source many times; return counts by destination, [R, T + stay]."""
    ways = len(chances)
    stocks = np.zeros((replicates, ways + 1), np.int64)
    stocks[:, 0] = people
    cells = np.zeros((replicates, ways), np.int64)
    split_counts(
        stocks, np.array([0], np.int32), np.array([0, ways], np.int64),
        np.arange(1, ways + 1, dtype=np.int32), np.arange(ways, dtype=np.int32),
        np.array([chances]), np.array([[sum(chances)]]), *ALL, cells, np.uint64(seed),
        numbers(replicates), 9,
    )  # fmt: skip
    assert (cells == stocks[:, 1:]).all()
    return stocks


@pytest.mark.parametrize("people", [1, 2, 3, 7])
@pytest.mark.parametrize("chances", [(0.2, 0.5, 0.1), (0.6, 0.0, 0.4), (0.02, 0.01, 0.03)])
def test_a_split_is_a_multinomial_draw(people: int, chances: tuple[float, ...]) -> None:
    """Every outcome against its chance: with few people and with conditional binomials."""
    replicates = 40_000
    drawn = split_one(people, list(chances), replicates)
    stay = max(0.0, 1.0 - sum(chances))
    law = stats.multinomial(people, [stay, *chances])
    outcomes = [
        o for o in itertools.product(range(people + 1), repeat=len(chances) + 1) if sum(o) == people
    ]
    chance = np.array([law.pmf(o) for o in outcomes])
    code = (people + 1) ** np.arange(len(chances) + 1)
    seen = np.array([(drawn @ code == np.dot(o, code)).sum() for o in outcomes])
    assert fit(seen, chance) > LEAST_P


def test_a_large_split_has_the_means_and_covariances_of_the_multinomial() -> None:
    people, chances, replicates = 100_000, np.array([0.2, 0.5, 0.001]), 4000
    drawn = split_one(people, list(chances), replicates)[:, 1:]
    exact = people * (np.diag(chances) - np.outer(chances, chances))
    error = (drawn.mean(axis=0) - people * chances) / np.sqrt(np.diag(exact) / replicates)
    assert np.abs(error).max() < 5
    scale = np.sqrt(np.outer(np.diag(exact), np.diag(exact)))
    assert (np.abs(np.cov(drawn.T) - exact) / scale).max() < 6 / np.sqrt(replicates)


def test_everybody_moves_when_the_chances_sum_to_one() -> None:
    assert (split_one(1000, [0.1] * 10, 200)[:, 0] == 0).all()


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_nobody_is_lost_or_made_by_a_split(data: Any) -> None:
    states = data.draw(st.integers(2, 6))
    stocks = np.array(
        data.draw(st.lists(st.integers(0, 10**7), min_size=states, max_size=states)), np.int64
    )[None]
    sources = np.arange(states, dtype=np.int32)
    raw = np.array(
        data.draw(st.lists(st.floats(0, 1), min_size=states * states, max_size=states * states))
    ).reshape(states, states)
    chances = raw / np.maximum(1.0, raw.sum(axis=1, keepdims=True))
    pointer = np.arange(0, states * states + 1, states, dtype=np.int64)
    destination = np.tile(sources, states).astype(np.int32)
    cell = np.full(states * states, -1, np.int32)
    counts, means = stocks.copy(), stocks.astype(float)
    cells = np.zeros((1, 1), np.int64)
    seed = np.uint64(data.draw(st.integers(0, 2**63 - 1)))
    row, totals = chances.reshape(1, -1), chances.sum(axis=1)[None]
    hazard_factor = np.ones((1, 1)), np.zeros(states, np.int32)
    split_counts(counts, sources, pointer, destination, cell, row, totals, *hazard_factor, cells,
                 seed, numbers(1), 0)  # fmt: skip
    split_means(means, sources, pointer, destination, cell, row, *hazard_factor, cells * 0.0)
    assert counts.min() >= 0
    assert counts.sum() == stocks.sum()
    assert means.sum() == pytest.approx(stocks.sum())


def test_a_chain_of_two_places_has_the_binomial_distribution() -> None:
    """After d days with chance p, the movers of n people are binomial with 1 - (1 - p)^d."""
    people, chance, days, replicates = 12, 0.13, 5, 40_000
    stocks = np.zeros((replicates, 2), np.int64)
    stocks[:, 0] = people
    for day in range(days):
        split_counts(
            stocks, np.array([0], np.int32), np.array([0, 1], np.int64), np.array([1], np.int32),
            np.array([-1], np.int32), np.array([[chance]]), np.array([[chance]]), *ALL,
            np.zeros((replicates, 1), np.int64), SEED, numbers(replicates), day,
        )  # fmt: skip
    seen = np.bincount(stocks[:, 1], minlength=people + 1)

    def p_value(days: int) -> float:
        return fit(seen, stats.binom(people, 1 - (1 - chance) ** days).pmf(np.arange(people + 1)))

    assert p_value(days) > LEAST_P
    assert p_value(days + 1) < LEAST_P  # the wrong twin is caught


def ration(
    stocks: list[int], classes: list[int], places: tuple[float, float], replicates: int,
    asks: list[float] | None = None,
) -> np.ndarray:  # fmt: skip
    """Serve sources that stand in order of class; return how many each gave, [R, sources]."""
    count = len(stocks)
    held = np.tile(np.array([*stocks, 0], np.int64), (replicates, 1))
    cells = np.zeros((replicates, 1), np.int64)
    ration_counts(
        held, np.arange(count, dtype=np.int32), np.arange(count + 1, dtype=np.int64),
        np.full(count, count, np.int32), np.zeros(count, np.int32), np.array(classes, np.int64),
        np.array([asks or [1.0] * count]), np.ones((1, count)), np.array([places]), cells, SEED,
        numbers(replicates), 3,
    )  # fmt: skip
    assert (held.sum(axis=1) == sum(stocks)).all() and held.min() >= 0
    assert (cells[:, 0] == held[:, -1]).all()
    return np.array(stocks) - held[:, :count]


@settings(deadline=None, max_examples=60)
@given(
    stocks=st.lists(st.integers(0, 500), min_size=4, max_size=4),
    in_turn=st.integers(0, 900),
    by_lot=st.integers(0, 900),
)
def test_never_more_are_served_than_there_are_places(
    stocks: list[int], in_turn: int, by_lot: int
) -> None:
    served = ration(stocks, [0, 2, 4], (in_turn, by_lot), 4)
    assert (served.sum(axis=1) == min(sum(stocks), in_turn + by_lot)).all()
    first = served[:, :2].sum(axis=1)
    assert (first >= min(in_turn, sum(stocks[:2]))).all()


def test_those_in_front_are_served_first() -> None:
    served = ration([30, 20, 40, 5], [0, 2, 4], (60, 0), 50)
    assert (served[:, :2] == [30, 20]).all()
    assert (served[:, 2:].sum(axis=1) == 10).all()


def test_the_lot_makes_everybody_equally_likely() -> None:
    """The number served of each source is hypergeometric, as when people are drawn blindly."""
    stocks, replicates = [40, 20, 15, 5], 20_000
    served = ration(stocks, [0, 4], (0, 25), replicates)
    for i, people in enumerate(stocks):
        law = stats.hypergeom(sum(stocks), people, 25).pmf(np.arange(people + 1))
        assert fit(np.bincount(served[:, i], minlength=people + 1), law) > LEAST_P


def test_those_who_may_not_ask_are_not_served() -> None:
    served = ration([30, 20], [0, 2], (25, 25), 10, asks=[0.0, 1.0])
    assert (served == [0, 20]).all()


def test_expected_rationing_serves_in_turn_and_then_in_proportion() -> None:
    stocks = np.array([[30.0, 20.0, 50.0, 0.0]])
    ration_means(
        stocks, np.arange(3, dtype=np.int32), np.arange(4, dtype=np.int64),
        np.full(3, 3, np.int32), np.zeros(3, np.int32), np.array([0, 1, 3], np.int64),
        np.ones((1, 3)), np.ones((1, 3)), np.array([[40.0, 12.0]]), np.zeros((1, 1)),
    )  # fmt: skip
    # 30 and 10 in turn; then 12 of the 60 who are left by lot
    assert stocks[0] == pytest.approx([0, 20 * 60 / 70 * 0.8, 50 * 60 / 70 * 0.8, 52])


def test_tallies_are_binomial_and_move_nobody() -> None:
    replicates = 20_000
    stocks = np.tile(np.array([3, 4, 9], np.int64), (replicates, 1))
    cells = np.zeros((replicates, 2), np.int64)
    pools = (np.array([0, 1, 2], np.int32), np.array([0, 2, 3], np.int64))
    pool, cell, chances = np.array([0, 1], np.int32), np.array([0, 1], np.int32), [[0.3, 0.6]]
    tally_counts(stocks, *pools, pool, cell, np.array(chances), cells, SEED, numbers(replicates), 1)
    assert (stocks == [3, 4, 9]).all()
    for column, people, chance in ((0, 7, 0.3), (1, 9, 0.6)):
        law = stats.binom(people, chance).pmf(np.arange(people + 1))
        assert fit(np.bincount(cells[:, column], minlength=people + 1), law) > LEAST_P
    means = np.zeros((1, 2))
    tally_means(np.array([[3.0, 4.0, 9.0]]), *pools, pool, cell, np.array(chances), means)
    assert means[0] == pytest.approx([2.1, 5.4])


def test_newcomers_are_poisson_counts_around_the_mean() -> None:
    replicates = 20_000
    stocks, cells = np.zeros((replicates, 2), np.int64), np.zeros((replicates, 2), np.int64)
    index, mean = np.arange(2, dtype=np.int32), np.array([[0.7, 42.0]])
    arrive_counts(stocks, index, index, mean, cells, SEED, numbers(replicates), 1)
    assert (stocks == cells).all()
    error = (stocks.mean(axis=0) - mean[0]) / np.sqrt(mean[0] / replicates)
    assert np.abs(error).max() < 5
    assert stocks.var(axis=0) == pytest.approx(mean[0], rel=0.06)
    expected = np.zeros((1, 2))
    arrive_means(expected, index, index, mean, np.zeros((1, 2)))
    assert expected[0] == pytest.approx(mean[0])
