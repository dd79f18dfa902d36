"""Newcomers are as many as the laws say; each test would fail by chance with 1e-4."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import carry_out, fit
from scipy import stats
from small_programs import program

from corredor.engine.kernels.arrive import Begin, Newcomers, arrive_counts, arrive_means
from corredor.engine.random.philox import Address
from corredor.engine.run import Replication, simulate
from corredor.engine.steps import Arrive

LEAST_P = 1e-4


def test_newcomers_are_poisson_counts_around_the_mean() -> None:
    replicates = 20_000
    stocks, cells = np.zeros((replicates, 2), np.int64), np.zeros((replicates, 2), np.int64)
    mean = np.array([[0.7, 42.0]])
    begin, price = Begin(np.arange(2), np.arange(2)), Newcomers(mean)
    carry_out(arrive_counts, stocks, cells, begin, price, Address(5, np.arange(replicates), 1))
    assert (stocks == cells).all()
    error = (stocks.mean(axis=0) - mean[0]) / np.sqrt(mean[0] / replicates)
    assert np.abs(error).max() < 5
    assert stocks.var(axis=0) == pytest.approx(mean[0], rel=0.06)
    expected = np.zeros((1, 2))
    carry_out(arrive_means, expected, np.zeros((1, 2)), begin, price)
    assert expected[0] == pytest.approx(mean[0])


@pytest.mark.parametrize("law", ["shared", "given"])
@pytest.mark.parametrize("draw", ["exact", "expected", "individual"])
def test_newcomers_whose_number_is_known(law: str, draw: str) -> None:
    step = Arrive(
        "arrive", np.array([0, 1, 2], np.int32), np.array([0, 1, 2], np.int32),
        lambda _: np.array([[10.0, 30.0, 0.0]]), law=law,  # type: ignore[arg-type]
    )  # fmt: skip
    final = simulate(
        [program([step], [0, 0, 0], 3, 1)], Replication(draw=draw, replicates=range(300))
    )[0].final
    assert (final.sum(axis=1) == 40).all()
    assert not final[:, 2].any()
    if law == "given" or draw == "expected":
        assert (final[:, 0] == 10).all()
    else:
        chance = stats.binom.pmf(np.arange(41), 40, 0.25)
        assert fit(np.bincount(final[:, 0], minlength=41), chance) > LEAST_P
