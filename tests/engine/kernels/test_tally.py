"""Events are counted as the binomial law says; each test would fail by chance with 1e-5."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import carry_out, fit
from scipy import stats

from corredor.engine.kernels.tally import EventChances, Events, tally_counts, tally_means
from corredor.engine.random.philox import Address

LEAST_P = 1e-5


def test_tallies_are_binomial_and_move_nobody() -> None:
    replicates = 20_000
    stocks = np.tile(np.array([3, 4, 9], np.int64), (replicates, 1))
    cells = np.zeros((replicates, 2), np.int64)
    pools = (np.array([0, 1, 2], np.int32), np.array([0, 2, 3], np.int64))
    pool, cell, chances = np.array([0, 1], np.int32), np.array([0, 1], np.int32), [[0.3, 0.6]]
    events = Events(*pools, pool, cell, np.array([0, 1, 2], np.int64))
    address, price = Address(5, np.arange(replicates), 1), EventChances(np.array(chances))
    carry_out(tally_counts, stocks, cells, events, price, address)
    assert (stocks == [3, 4, 9]).all()
    for column, people, chance in ((0, 7, 0.3), (1, 9, 0.6)):
        law = stats.binom(people, chance).pmf(np.arange(people + 1))
        assert fit(np.bincount(cells[:, column], minlength=people + 1), law) > LEAST_P
    means = np.zeros((1, 2))
    carry_out(tally_means, np.array([[3.0, 4.0, 9.0]]), means, events, price)
    assert means[0] == pytest.approx([2.1, 5.4])
