"""The values of places are the same whether solved whole or by sparse factors."""

from __future__ import annotations

import numpy as np
import pytest

from corredor.corridor import values
from corredor.corridor.values import EndlessError, Pairs, solve
from corredor.errors import UsageError


def grid(side: int) -> tuple[Pairs, int]:
    """Return a square of places, neighbours joined both ways, and how many links there are."""
    place = np.arange(side * side).reshape(side, side)
    across = np.c_[place[:, :-1].ravel(), place[:, 1:].ravel()]
    along = np.c_[place[:-1].ravel(), place[1:].ravel()]
    ends = np.r_[across, along, along[:, ::-1], across[:7]]  # seven pairs are joined by two modes
    return Pairs.of(ends[:, 0], ends[:, 1], side * side), len(ends)


@pytest.mark.parametrize(("of_weights", "of_goals"), [(1, 1), (3, 1), (1, 3), (3, 3)])
def test_sparse_factors_give_what_the_whole_matrix_gives(
    monkeypatch: pytest.MonkeyPatch, of_weights: int, of_goals: int
) -> None:
    rng = np.random.default_rng(of_weights + of_goals)
    pairs, links = grid(9)
    weight = np.exp(-rng.uniform(1.5, 4.0, (of_weights, 4, links)))
    goal = np.zeros((of_goals, 81, 5))
    goal[:, 72:] = rng.uniform(0.5, 2.0, (of_goals, 9, 5))
    whole = solve(pairs, weight, goal)
    monkeypatch.setattr(values, "WHOLE_UP_TO", 0)
    sparse = solve(pairs, weight, goal)
    assert whole.shape == sparse.shape == (max(of_weights, of_goals), 4, 81, 5)
    np.testing.assert_allclose(sparse, whole, rtol=1e-12)


@pytest.mark.parametrize("whole_up_to", [0, 500])
def test_links_that_cost_nothing_are_refused(
    monkeypatch: pytest.MonkeyPatch, whole_up_to: int
) -> None:
    monkeypatch.setattr(values, "WHOLE_UP_TO", whole_up_to)
    pairs = Pairs.of(np.array([0, 1, 1]), np.array([1, 0, 2]), 3)
    goal = np.array([[[0.0], [0.0], [1.0]]])
    for both_ways in (1.0, 1.2):  # just singular, and beyond
        with pytest.raises(UsageError, match="walking in circles never ends"):
            solve(pairs, np.array([[[both_ways, both_ways, 0.5]]]), goal)
    with pytest.raises(EndlessError) as refused:
        solve(pairs, np.array([[[0.1, 0.1, 0.5]], [[2.0, 0.72, 0.5]]]), goal)
    assert (refused.value.replicate, refused.value.kind) == (1, 0)
    assert refused.value.grows == pytest.approx(1.2)
    np.testing.assert_allclose(refused.value.matters, [0.5, 0.5, 0.0], atol=1e-9)
    with pytest.raises(UsageError, match="cost so much"):
        solve(pairs, np.array([[[0.5, 0.5, 0.0]]]), goal)


def test_a_large_world_takes_no_matrix_of_all_pairs_of_places() -> None:
    pairs, links = grid(60)  # the whole matrices would take 0.4 GB
    weight = np.full((1, 4, links), 0.1)
    goal = np.zeros((1, 3600, 1))
    goal[:, -60:] = 1.0
    value = solve(pairs, weight, goal)[0]
    on = np.zeros_like(value)
    ends = np.divmod(pairs.pair, pairs.places)
    for kind in range(4):
        np.add.at(on[kind], ends[0], pairs.add_up(weight[0, kind])[:, None] * value[kind, ends[1]])
    np.testing.assert_allclose(on + goal[0], value, rtol=1e-9)
