"""The hybrid draw has the caravans of the exact draw, and the mean of what else it holds.

In the small corridor with caravans that set off when enough people wait, queues and full stations.
Both draws have the same seed, so that chance which is not that of caravans is all that sets a run
of one apart from the run of the other. Each comparison would fail by chance with probability 6e-7.
"""

from __future__ import annotations

import numpy as np
import pytest
from helpers import Small
from scipy.stats import chi2

from corredor.engine.draws.exact import Exact
from corredor.engine.draws.hybrid import Hybrid
from corredor.engine.draws.names import CountedDrawName
from corredor.engine.run import RawRun, Replication, simulate
from corredor.runs.result import label

MANY_CARAVANS = "[caravans]\nformation = 0.1\nminimum = 250\njoin_share = 0.5\n{more}"
REPLICATES = 100
FEW = 20.0  # events in a run: below, a mean of so many runs is not normal yet
MOST_ERRORS = 5.0


def runs(small: Small, draw: CountedDrawName, more: str = "") -> RawRun:
    model = small.model(MANY_CARAVANS.format(more=more))
    return simulate([model], Replication(draw=draw, replicates=range(REPLICATES), seed=3))[0]


@pytest.fixture(scope="module")
def exact(small: Small) -> RawRun:
    return runs(small, "exact")


@pytest.fixture(scope="module")
def hybrid(small: Small) -> RawRun:
    return runs(small, "hybrid")


def errors_apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how far the means of pairs of runs are apart in each busy column, in its error."""
    busy = one.mean(axis=0) > FEW
    apart = one[:, busy] - other[:, busy]
    return np.asarray(np.abs(apart.mean(axis=0)) / (apart.std(axis=0, ddof=1) / len(apart) ** 0.5))


def in_caravans(small: Small, raw: RawRun) -> np.ndarray:
    """Return the people in caravans on each evening, [replicate, day]."""
    labelled = label(small.model(MANY_CARAVANS.format(more="")), raw, list(range(len(raw.final))))
    return np.asarray(labelled["present"].sel(status="in_caravan").sum("place").values)


def test_what_befalls_a_body_is_what_befalls_it_in_the_exact_draw() -> None:
    numbers, chances = np.arange(5), np.array([[0.0, 0.3, 0.5, 0.9, 1.0]])
    exact, hybrid = Exact(7, numbers), Hybrid(7, numbers)
    for day_step in range(40):
        drawn = hybrid.together(chances, day_step)
        assert (drawn == exact.together(chances, day_step)).all()
        assert set(np.unique(drawn)) <= {0.0, 1.0}
        assert not drawn[:, 0].any() and drawn[:, -1].all()


def test_caravans_walk_on_the_days_of_the_exact_draw(
    small: Small, exact: RawRun, hybrid: RawRun
) -> None:
    walking = in_caravans(small, exact)
    assert 0.3 < (walking > 0).mean() < 0.9
    assert ((walking > 0) == (in_caravans(small, hybrid) > 0.5)).mean() > 0.99


def test_flows_and_stocks_have_the_means_of_the_exact_draw(exact: RawRun, hybrid: RawRun) -> None:
    for one, other in ((exact.flows.sum(axis=1), hybrid.flows.sum(axis=1)),
                       (exact.final, hybrid.final)):  # fmt: skip
        found = errors_apart(one, other)
        assert len(found) > 50
        assert found.max() < MOST_ERRORS


def test_a_caravan_that_more_people_leave_is_caught(small: Small, exact: RawRun) -> None:
    """The wrong twin: 4.4 % drop out on a day instead of 4 %."""
    wrong = runs(small, "hybrid", "drop_out = 0.044")
    assert errors_apart(exact.flows.sum(axis=1), wrong.flows.sum(axis=1)).max() > MOST_ERRORS


def test_the_expected_draw_differs_from_the_exact_where_the_hybrid_does_not(
    small: Small, exact: RawRun, hybrid: RawRun
) -> None:
    """Fractions of a caravan walk there on all days, so nobody is protected by many others."""
    expected = in_caravans(small, runs(small, "expected"))
    assert (expected > 0).mean() > 0.95 > (in_caravans(small, hybrid) > 0.5).mean()
    assert in_caravans(small, hybrid).std(axis=0).mean() > 100 * expected.std(axis=0).mean()


def test_what_is_noted_is_poisson_about_what_is_expected() -> None:
    """Chi-square by size of count; its error rate is 1e-6. A rounded count is the wrong twin."""
    means = np.repeat([0.0, 0.2, 3.0, 40.0], 2_000)
    noted = Hybrid(11, np.arange(1)).note(means[None], 62)[0]
    assert noted.dtype == np.int64 and not noted[means == 0].any()
    for counts, caught in ((noted, False), (np.rint(means), True)):
        found = [
            ((counts[means == m] - m) ** 2).sum() / m > chi2.isf(1e-6 / 6, 2_000)
            or ((counts[means == m] - m) ** 2).sum() / m < chi2.ppf(1e-6 / 6, 2_000)
            for m in (3.0, 40.0)
        ]
        assert all(found) if caught else not any(found)
    assert abs((noted[means == 0.2] == 0).mean() - np.exp(-0.2)) < 5 * (0.2 / 2_000) ** 0.5


def test_counts_spread_as_in_the_exact_draw(exact: RawRun, hybrid: RawRun) -> None:
    """Parameters are fixed, so all spread is chance: that of caravans, and that of single people.

    Means of a hundred runs alone vary by a tenth; without counts drawn about them, half of the
    flows would not spread at all.
    """
    flows = [raw.flows.reshape(len(raw.flows), -1).astype(float) for raw in (exact, hybrid)]
    few = (flows[0].mean(axis=0) > 0.5) & (flows[0].mean(axis=0) < 50)
    assert few.sum() > 200
    ratio = flows[1][:, few].std(axis=0) / flows[0][:, few].std(axis=0)
    assert 0.95 < np.median(ratio) < 1.05
    assert (np.abs(ratio - 1) < 0.4).mean() > 0.95


def bits(raw: RawRun, chosen: slice = slice(None)) -> tuple[bytes, ...]:
    return tuple(array[chosen].tobytes() for array in (raw.flows, raw.present, raw.final))


def test_any_threads_and_any_company_give_the_same_bits(small: Small, hybrid: RawRun) -> None:
    model = small.model(MANY_CARAVANS.format(more=""))
    for numbers, threads in ((range(40, 43), 2), (range(99, 100), 1)):
        some = Replication(draw="hybrid", replicates=numbers, seed=3)
        (found,) = simulate([model], some, threads=threads)
        assert bits(found) == bits(hybrid, slice(numbers.start, numbers.stop))
    (other,) = simulate([model], Replication(draw="hybrid", replicates=range(3), seed=4))
    assert bits(other) != bits(hybrid, slice(3))
