"""Stocks are split as the closed forms say, nobody is lost; and side by side as one by one.

Chi-square tests have fixed seeds; each would fail by chance with probability 1e-5.
"""

from __future__ import annotations

import itertools
from typing import Any

import numba as nb
import numpy as np
import pytest
from helpers import carry_out, fit
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from corredor.engine.kernels.sharing import FEW, share_out, way
from corredor.engine.kernels.split import Hazards, split_counts, split_means
from corredor.engine.random.philox import Address, new_stream, open_stream, uniform
from corredor.engine.random.samplers import binomial
from corredor.engine.transitions import Transitions

LEAST_P = 1e-5
ALL = np.ones((1, 1)), np.zeros(1, np.int32)  # factor and cohort of one source


def split_one(people: int, chances: list[float], replicates: int, seed: int = 5) -> np.ndarray:
    """Split the people of one source many times; return counts by destination, [R, T + stay]."""
    ways = len(chances)
    stocks = np.zeros((replicates, ways + 1), np.int64)
    stocks[:, 0] = people
    cells = np.zeros((replicates, ways), np.int64)
    transitions = Transitions(
        np.array([0], np.int32), np.array([0, ways], np.int64),
        np.arange(1, ways + 1, dtype=np.int32), np.arange(ways, dtype=np.int32),
    )  # fmt: skip
    hazards = Hazards(np.array([chances]), np.array([[sum(chances)]]), *ALL)
    carry_out(
        split_counts, stocks, cells, transitions, hazards, Address(seed, np.arange(replicates), 9)
    )
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
    seed = data.draw(st.integers(0, 2**63 - 1))
    row, totals = chances.reshape(1, -1), chances.sum(axis=1)[None]
    transitions = Transitions(sources, pointer, destination, cell)
    hazards = Hazards(row, totals, np.ones((1, 1)), np.zeros(states, np.int32))
    carry_out(split_counts, counts, cells, transitions, hazards, Address(seed, np.arange(1), 0))
    carry_out(split_means, means, cells * 0.0, transitions, hazards)
    assert counts.min() >= 0
    assert counts.sum() == stocks.sum()
    assert means.sum() == pytest.approx(stocks.sum())


def test_a_chain_of_two_places_has_the_binomial_distribution() -> None:
    """After d days with chance p, the movers of n people are binomial with 1 - (1 - p)^d."""
    people, chance, days, replicates = 12, 0.13, 5, 40_000
    stocks = np.zeros((replicates, 2), np.int64)
    stocks[:, 0] = people
    transitions = Transitions(
        np.array([0], np.int32), np.array([0, 1], np.int64), np.array([1], np.int32),
        np.array([-1], np.int32),
    )  # fmt: skip
    hazards = Hazards(np.array([[chance]]), np.array([[chance]]), *ALL)
    cells = np.zeros((replicates, 1), np.int64)
    for day in range(days):
        carry_out(
            split_counts,
            stocks,
            cells,
            transitions,
            hazards,
            Address(5, np.arange(replicates), day),
        )
    seen = np.bincount(stocks[:, 1], minlength=people + 1)

    def p_value(days: int) -> float:
        return fit(seen, stats.binom(people, 1 - (1 - chance) ** days).pmf(np.arange(people + 1)))

    assert p_value(days) > LEAST_P
    assert p_value(days + 1) < LEAST_P  # the wrong twin is caught


@nb.njit
def split_one_after_the_other(stocks, ways, p, replicate, day_step):
    """Split as the law is told: how many, then where to, each source by its own numbers."""
    stream = new_stream(np.uint64(11), replicate, day_step)
    after, sent = stocks.copy(), np.empty(ways, np.int64)
    for i in range(len(stocks)):
        people, chances = stocks[i], p[i * ways : (i + 1) * ways]
        total = chances.sum()
        if people == 0 or total == 0.0:
            continue
        open_stream(stream, i)
        u = uniform(stream)
        open_stream(stream, i)
        if people == 1:
            moved = int(u > 1.0 - total)
        elif total >= 1.0:
            moved = people
            uniform(stream)
        else:
            moved = binomial(stream, people, total)
        sent[:] = 0
        if people == 1 and moved == 1:
            sent[way(min(1.0 - u, total), 0, ways, chances)] = 1
        elif 0 < moved <= FEW:
            for _ in range(moved):
                sent[way(uniform(stream) * total, 0, ways, chances)] += 1
        elif moved:
            share_out(stream, moved, total, chances, sent)
        after[i] -= moved
        for t in range(ways):
            after[(i + t + 1) % len(stocks)] += sent[t]
    return after


def test_a_split_has_the_bits_of_one_source_after_the_other() -> None:
    rng = np.random.default_rng(3)
    sources, ways, replicates = 900, 5, 4
    stocks = np.rint(np.exp(rng.uniform(0, 9, (replicates, sources))) - 1).astype(np.int64)
    p = rng.random((sources, ways)) * (rng.random((sources, ways)) < 0.7)
    p /= np.maximum(p.sum(axis=1, keepdims=True), 1e-9) / rng.choice([0.02, 0.5, 1.0], (sources, 1))
    destination = (np.arange(sources)[:, None] + np.arange(1, ways + 1)) % sources
    totals = np.array([row.sum() for row in p])
    expected = [
        split_one_after_the_other(stock, ways, p.ravel(), r, 9) for r, stock in enumerate(stocks)
    ]
    transitions = Transitions(
        np.arange(sources, dtype=np.int32), np.arange(0, sources * ways + 1, ways),
        destination.ravel().astype(np.int32), np.full(sources * ways, -1, np.int32),
    )  # fmt: skip
    hazards = Hazards(
        p.reshape(1, -1), totals[None], np.ones((1, 1)), np.zeros(sources, np.int32)
    )  # fmt: skip
    cells = np.zeros((replicates, 1), np.int64)
    carry_out(
        split_counts, stocks, cells, transitions, hazards, Address(11, np.arange(replicates), 9)
    )
    assert np.array_equal(stocks, expected)
