"""The exact draw has the distribution of independent persons; the expected draw is its mean.

Statistical tests have fixed seeds; each would fail by chance with probability below 1e-4.
"""

from __future__ import annotations

import numpy as np
import pytest
from helpers import Small
from scipy import stats

from corredor.engine.draws.names import COUNTED, CountedDrawName
from corredor.engine.run import RawRun, Replication, simulate

# Nobody's chances depend on anybody else: no caravans, queues, crowding or full stations. Then the
# Poisson newcomers stay Poisson however they are split: every stock is an independent Poisson
# count, and its mean is the expected draw.
LINEAR = """
[caravans]
formation = 0
[movement]
cost_per_1000_present = 0
[custody]
capacity_factor = 100
[appointments]
open = 0
[crossing]
walk_up_daily = 0
[interdiction.tempo]
south = {south}
centre = 0.01
north = 0.01
"""
REPLICATES = 200
LEAST_P = 1e-5


def linear(small: Small, south: float = 0.02) -> str:
    return LINEAR.format(south=south)


@pytest.fixture(scope="module")
def exact(small: Small) -> RawRun:
    model = small.model(linear(small))
    return simulate([model], Replication(draw="exact", replicates=range(REPLICATES), seed=3))[0]


def expected(small: Small, south: float = 0.02) -> RawRun:
    return simulate([small.model(linear(small, south))], Replication(draw="expected"))[0]


def agreement(final: np.ndarray, mean: np.ndarray) -> float:
    """Return the lesser p-value of two tests: of the spread, and of the sums over replicates."""
    together = dispersion(final.sum(axis=0)[None], mean * len(final))
    return min(together, dispersion(final, mean))


def dispersion(final: np.ndarray, mean: np.ndarray) -> float:
    """Return the two-sided p-value of all stocks being independent Poisson counts of ``mean``."""
    kept = mean > 0.5
    squares = ((final[:, kept] - mean[kept]) ** 2 / mean[kept]).sum()
    freedom = final[:, kept].size
    # the chi-square's own variance, exact for Poisson counts, which small means widen
    spread = np.sqrt((2 + 1 / mean[kept]).sum() * len(final))
    return float(2 * stats.norm.sf(abs(squares - freedom) / spread))


def test_the_stocks_of_independent_people_are_independent_poisson_counts(
    small: Small, exact: RawRun
) -> None:
    mean = expected(small).final[0]
    assert agreement(exact.final, mean) > LEAST_P
    assert not exact.final[:, mean == 0].any()


def test_the_expected_draw_is_the_mean_of_the_exact_draw(small: Small, exact: RawRun) -> None:
    mean = expected(small).flows[0].sum(axis=0)
    total = exact.flows.sum(axis=1)
    busy = mean > 5
    error = total[:, busy].std(axis=0, ddof=1) / np.sqrt(REPLICATES)
    distance = np.abs(total[:, busy].mean(axis=0) - mean[busy]) / error
    assert busy.sum() > 60
    assert distance.max() < 5
    assert np.abs(total.sum() / REPLICATES / mean.sum() - 1) < 2e-3


def test_a_tempo_that_is_5_percent_off_is_caught(small: Small, exact: RawRun) -> None:
    """The wrong twin of the two tests above."""
    wrong = expected(small, south=0.021)
    assert agreement(exact.final, wrong.final[0]) < LEAST_P
    mean, total = wrong.flows[0].sum(axis=0), exact.flows.sum(axis=1)
    busy = mean > 5
    error = total[:, busy].std(axis=0, ddof=1) / np.sqrt(REPLICATES)
    assert (np.abs(total[:, busy].mean(axis=0) - mean[busy]) / error).max() > 5


def test_the_number_in_a_place_has_the_poisson_distribution_itself(
    small: Small, exact: RawRun
) -> None:
    """Not only mean and variance: the counts of all replicates against their quantiles."""
    mean = expected(small).final[0]
    few = np.flatnonzero((mean > 1) & (mean < 12))
    chance = stats.poisson(mean[few])
    middle = chance.cdf(exact.final[:, few] - 1) + np.random.default_rng(1).random(
        (REPLICATES, len(few))
    ) * chance.pmf(exact.final[:, few])
    assert stats.kstest(middle.ravel(), "uniform").pvalue > LEAST_P


def test_ten_times_the_people_have_a_relative_spread_of_one_over_root_ten(small: Small) -> None:
    """The ratio of two spreads over 200 runs has a standard error of 7 %; 4 of them are allowed."""
    model = small.model(linear(small))
    spread = []
    for scale in (1.0, 10.0):
        (raw,) = simulate([model], Replication(replicates=range(REPLICATES), people_scale=scale))
        total = raw.flows.sum(axis=1)
        busy = total.mean(axis=0) > 20 * scale
        spread.append((total[:, busy].std(axis=0) / total[:, busy].mean(axis=0)).mean())
    assert spread[0] / spread[1] == pytest.approx(np.sqrt(10), rel=0.28)


@pytest.mark.parametrize("draw", COUNTED)
def test_nobody_is_lost_on_any_day(small: Small, draw: CountedDrawName) -> None:
    simulate([small.model()], Replication(draw=draw, replicates=range(3)), check_every_day=True)
