"""Many binomials at once, and shares made of them, have the bits of one draw after the other."""

from __future__ import annotations

import numba as nb
import numpy as np
import pytest

from corredor.engine.kernels.sharing import FEW, _share_out, _way
from corredor.engine.kernels.split import split_counts
from corredor.engine.random.samplers import binomial, new_stream, open_stream, uniform
from corredor.engine.random.side_by_side import binomials, next_numbers, room_for_binomials

SEED = np.uint64(11)


@nb.njit
def one_after_the_other(n, p, again):
    stream = new_stream(SEED, 3, 5)
    k, following = np.empty(len(n), np.int64), np.empty((again, len(n)))
    for i in range(len(n)):
        open_stream(stream, i)
        k[i] = binomial(stream, n[i], p[i])
        for j in range(again):
            following[j, i] = uniform(stream)
    return k, following


@nb.njit
def at_once(n, p, again):
    stream, count = new_stream(SEED, 3, 5), len(n)
    k, following = np.empty(count, np.int64), np.empty((again, count))
    slot, taken, u = np.arange(count), np.zeros(count, np.int64), np.empty(count)
    next_numbers(stream, count, slot, taken, u)
    binomials(stream, count, slot, taken, u, n, p, k, room_for_binomials(count))
    for j in range(again):
        next_numbers(stream, count, slot, taken, following[j])
        taken += 1
    return k, following


@pytest.mark.parametrize("count", [1, 7, 33, 5000])
@pytest.mark.parametrize(("least", "most"), [(0.01, 1), (1, 29), (25, 35), (30, 1e5)])
def test_bits_and_numbers_used_are_those_of_single_draws(
    count: int, least: float, most: float
) -> None:
    rng = np.random.default_rng(count)
    mean = np.exp(rng.uniform(np.log(least), np.log(most), count))
    p = np.where(rng.random(count) < 0.2, rng.uniform(1e-4, 0.01, count), rng.random(count))
    n = np.maximum(1, np.rint(mean / np.minimum(p, 1 - p))).astype(np.int64)
    for one, other in zip(one_after_the_other(n, p, 3), at_once(n, p, 3), strict=True):
        assert np.array_equal(one, other)


@nb.njit
def split_one_after_the_other(stocks, ways, p, replicate, day_step):
    """Split as the law is told: how many, then where to, each source by its own numbers."""
    stream = new_stream(SEED, replicate, day_step)
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
            sent[_way(min(1.0 - u, total), 0, ways, chances)] = 1
        elif 0 < moved <= FEW:
            for _ in range(moved):
                sent[_way(uniform(stream) * total, 0, ways, chances)] += 1
        elif moved:
            _share_out(stream, moved, total, chances, sent)
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
    split_counts(
        stocks, np.arange(sources, dtype=np.int32), np.arange(0, sources * ways + 1, ways),
        destination.ravel().astype(np.int32), np.full(sources * ways, -1, np.int32),
        p.reshape(1, -1), totals[None], np.ones((1, 1)), np.zeros(sources, np.int32),
        np.zeros((replicates, 1), np.int64), SEED, np.arange(replicates), 9,
    )  # fmt: skip
    assert np.array_equal(stocks, expected)
