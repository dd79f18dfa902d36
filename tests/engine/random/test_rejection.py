"""Large binomials are weighed by bounds that hold, so that they have the bits of single draws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from corredor.engine.random.rejection import _bound, _judge
from corredor.engine.random.samplers import INVERSION_BELOW


@pytest.mark.parametrize("mean", [INVERSION_BELOW, 41.3, 150.0, 5e3, 1e6])
@pytest.mark.parametrize("p", [1e-7, 1e-3, 0.12, 0.5])
def test_the_mass_lies_within_the_bounds(mean: float, p: float) -> None:
    n = np.ceil(mean / p)
    spread = np.sqrt(mean * (1 - p))
    away = np.unique(np.rint(np.r_[np.arange(20), np.linspace(0, 9 * spread, 200)]))
    mode = np.floor((n + 1) * p)
    k = np.r_[mode - away, mode + away]
    many, chance = np.full(len(k), n), np.full(len(k), p)
    found, slack = np.empty(len(k)), np.empty(len(k))
    _bound(len(k), many, chance, k, found, slack)
    inside = (k >= 0) & (k <= n)
    assert np.all(found[~inside] == -np.inf) and np.all(np.isfinite(slack[~inside]))
    # scipy's logarithms of gamma functions are off by some units in the last place of n log n
    wrong_itself = 1e-15 * n * np.log(n)
    true = stats.binom.logpmf(k[inside], n, p) - stats.binom.logpmf(mode, n, p)
    off = np.abs(found[inside] - true)
    assert np.all(off <= slack[inside] + wrong_itself)
    near = inside & (np.abs(k - mode) <= 2 * spread)
    assert slack[near].max() < 0.1  # so that few tries need a closer look


def test_only_what_is_beyond_the_bounds_is_judged() -> None:
    log_mass = -np.geomspace(1e-9, 36.0, 400)
    slack = np.full(400, 1e-6)
    for shift, verdict in [(-3e-6, 1), (3e-6, -1), (0.0, 0)]:
        weight, found = np.exp(log_mass + shift), np.full(400, 9)
        _judge(400, weight, log_mass, slack, found)
        assert np.all(found == verdict)
