"""Many binomials at once have the bits of one draw after the other."""

from __future__ import annotations

import numba as nb
import numpy as np
import pytest

from corredor.engine.random.philox import new_stream, next_numbers, open_stream, uniform
from corredor.engine.random.samplers import binomial, binomial_by_inversion, chance_of_nobody
from corredor.engine.random.side_by_side import (
    LANES,
    Draws,
    _nobody_of_many,
    binomial_scratch,
    binomials,
)
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


def inverted(u, n, p):
    """Return one draw each with numbers of one's own choice."""
    count = len(u)
    slot, taken, k = np.arange(count), np.zeros(count, np.int64), np.empty(count, np.int64)
    binomials_of(Draws(slot, taken, n, p, u, k), new_space())
    return k


@nb.njit
def binomials_of(draws, space):
    count = len(draws.slot)
    binomials(new_stream(SEED, 3, 5), count, draws, binomial_scratch(count, space))


@pytest.mark.parametrize("mean", [0.02, 1.3, 29.9])
def test_numbers_next_to_a_sum_of_masses_are_decided_as_one_by_one(mean: float) -> None:
    people, chance = 100_003, mean / 100_003
    mass, sums = chance_of_nobody(people, chance), [0.0]
    for k in range(8):
        sums.append(sums[-1] + mass)
        mass *= (people - k) / (k + 1) * chance / (1 - chance)
    beside = np.array([-1e-11, -1e-13, -3e-16, -1e-16, 0.0, 1e-16, 3e-16, 1e-13, 1e-11])
    u = np.concatenate([total + beside for total in sums[1:]])
    u = np.r_[u[(u > 0) & (u < 1)], 1 - np.array([1e-15, 1e-13, 1e-9])]
    n, p = np.full(len(u), people), np.full(len(u), chance)
    one_by_one = np.array([binomial_by_inversion(x, people, chance) for x in u])
    ended = one_by_one >= 0
    assert np.array_equal(inverted(u, n, p)[ended], one_by_one[ended])


def test_the_mass_of_nobody_of_many_is_that_of_one_after_the_other() -> None:
    rng = np.random.default_rng(5)
    people = np.exp(rng.uniform(np.log(1025), np.log(1e9), LANES)).astype(np.int64)
    chance = rng.uniform(0, 30, LANES) / people
    lane = np.zeros(7 * LANES)
    lane[3 * LANES : 4 * LANES], lane[4 * LANES : 5 * LANES] = people + 1.0, chance
    masses_of_nobody(lane)
    one_by_one = [chance_of_nobody(n, p) for n, p in zip(people, chance, strict=True)]
    assert np.allclose(lane[LANES : 2 * LANES], one_by_one, rtol=1e-13, atol=0)


@nb.njit
def masses_of_nobody(lane):
    _nobody_of_many(lane, LANES)
