"""Many binomials at once have the bits of one draw after the other."""

from __future__ import annotations

import numba as nb
import numpy as np
import pytest

from corredor.engine.random.philox import new_stream, next_numbers, open_stream, uniform
from corredor.engine.random.samplers import binomial
from corredor.engine.random.side_by_side import Draws, binomial_scratch, binomials
from corredor.engine.random.space import new_space

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
def at_once(n, p, again, space):
    stream, count = new_stream(SEED, 3, 5), len(n)
    k, following = np.empty(count, np.int64), np.empty((again, count))
    slot, taken, u = np.arange(count), np.zeros(count, np.int64), np.empty(count)
    next_numbers(stream, count, slot, taken, u)
    draws = Draws(slot, taken, n, p, u, k)
    binomials(stream, count, draws, binomial_scratch(count, space))
    for j in range(again):
        next_numbers(stream, count, slot, taken, following[j])
        taken += 1
    return k, following


@pytest.mark.parametrize("count", [1, 7, 33, 5000])
@pytest.mark.parametrize(("least", "most"), [(0.01, 1), (1, 29), (25, 35), (30, 1e5), (1e5, 1e8)])
def test_bits_and_numbers_used_are_those_of_single_draws(
    count: int, least: float, most: float
) -> None:
    rng = np.random.default_rng(count)
    mean = np.exp(rng.uniform(np.log(least), np.log(most), count))
    p = np.where(rng.random(count) < 0.2, rng.uniform(1e-4, 0.01, count), rng.random(count))
    n = np.maximum(1, np.rint(mean / np.minimum(p, 1 - p))).astype(np.int64)
    for one, other in zip(one_after_the_other(n, p, 3), at_once(n, p, 3, new_space()), strict=True):
        assert np.array_equal(one, other)
