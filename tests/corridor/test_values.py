"""The values of places are the same whether solved whole or by sparse factors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.corridor import values
from corredor.corridor.values import EndlessError, Pairs, deep, solve
from corredor.errors import UsageError


def grid(side: int) -> tuple[Pairs, int]:
    """Return a square of places, neighbours joined both ways, and how many links there are."""
    place = np.arange(side * side).reshape(side, side)
    across = np.c_[place[:, :-1].ravel(), place[:, 1:].ravel()]
    along = np.c_[place[:-1].ravel(), place[1:].ravel()]
    ends = np.r_[across, along, along[:, ::-1], across[:7]]  # seven pairs are joined by two modes
    return Pairs.of(ends[:, 0], ends[:, 1], side * side), len(ends)


@pytest.mark.parametrize(("of_costs", "of_goals"), [(1, 1), (3, 1), (1, 3), (3, 3)])
def test_sparse_factors_give_what_the_whole_matrix_gives(
    monkeypatch: pytest.MonkeyPatch, of_costs: int, of_goals: int
) -> None:
    rng = np.random.default_rng(of_costs + of_goals)
    pairs, links = grid(9)
    cost = rng.uniform(1.5, 4.0, (of_costs, 4, links))
    pull = np.full((of_goals, 81, 5), -np.inf)
    pull[:, 72:] = rng.uniform(-0.5, 0.5, (of_goals, 9, 5))
    whole = solve(pairs, cost, pull).relative
    monkeypatch.setattr(values, "WHOLE_UP_TO", 0)
    sparse = solve(pairs, cost, pull).relative
    assert whole.shape == sparse.shape == (max(of_costs, of_goals), 4, 81, 5)
    np.testing.assert_allclose(sparse, whole, rtol=1e-12)


@pytest.mark.parametrize("whole_up_to", [0, 500])
def test_links_that_cost_nothing_are_refused(
    monkeypatch: pytest.MonkeyPatch, whole_up_to: int
) -> None:
    monkeypatch.setattr(values, "WHOLE_UP_TO", whole_up_to)
    pairs = Pairs.of(np.array([0, 1, 1]), np.array([1, 0, 2]), 3)
    pull = np.array([[[-np.inf], [-np.inf], [0.0]]])
    for both_ways in (1.0, 1.2):  # just singular, and beyond
        with pytest.raises(UsageError, match="walking in circles never ends"):
            solve(pairs, -np.log([[[both_ways, both_ways, 0.5]]]), pull)
    with pytest.raises(EndlessError) as refused:
        solve(pairs, -np.log([[[0.1, 0.1, 0.5]], [[2.0, 0.72, 0.5]]]), pull)
    assert (refused.value.replicate, refused.value.kind) == (1, 0)
    assert refused.value.grows == pytest.approx(1.2)
    np.testing.assert_allclose(refused.value.matters, [0.5, 0.5, 0.0], atol=1e-9)
    with pytest.raises(UsageError, match="no way leads to the border"):
        solve(pairs, np.array([[[0.5, 0.5, np.inf]]]), pull)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0, 500]))
def test_over_the_best_way_it_is_the_same(seed: int, whole_up_to: int) -> None:
    rng = np.random.default_rng(seed)
    pairs, links = grid(6)
    cost = rng.uniform(1.5, 5.0, (2, 3, links))
    cost[:, :, rng.integers(0, links, 9)] = np.inf  # links that nobody takes
    pull = np.full((1, 36, 2), -np.inf)
    pull[:, 30:] = rng.uniform(-3.0, 3.0, (6, 2))
    pull[:, :30] = -40.0  # from everywhere some way leads on
    origin, destination = (end[pairs.of_link] for end in np.divmod(pairs.pair, 36))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(values, "WHOLE_UP_TO", whole_up_to)
        plain, shifted = solve(pairs, cost, pull), deep(pairs, cost, pull)
    assert plain.depth is None
    assert shifted.depth is not None
    np.testing.assert_allclose(shifted.log, plain.log, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(
        shifted.chances(cost, origin, destination), plain.chances(cost, origin, destination),
        rtol=1e-11,
    )  # fmt: skip


@pytest.mark.parametrize("whole_up_to", [0, 500])
def test_a_map_may_be_so_deep_that_its_values_are_no_numbers(
    monkeypatch: pytest.MonkeyPatch, whole_up_to: int
) -> None:
    """What is added to the costs of every way to the border changes no choice before it."""
    monkeypatch.setattr(values, "WHOLE_UP_TO", whole_up_to)
    pairs, links = grid(6)
    origin, destination = (end[pairs.of_link] for end in np.divmod(pairs.pair, 36))
    cost = np.random.default_rng(3).uniform(1.5, 3.0, (1, 2, links))
    pull = np.full((1, 36, 1), -np.inf)
    pull[:, 30:] = 0.0
    far = cost + 5000.0 * ((origin < 30) & (destination >= 30)) + 5000.0 * (origin >= 30)
    found = solve(pairs, far, pull)
    assert found.depth is not None
    assert (found.log[:, :, :30] < -4000.0).all()
    inland = origin < 30
    cut = np.where(origin >= 30, np.inf, cost)  # nobody comes back from the border
    plain = solve(pairs, cut, pull).chances(cut, origin, destination)
    np.testing.assert_allclose(
        found.chances(far, origin, destination)[:, :, inland], plain[:, :, inland], rtol=1e-10
    )


def test_a_large_world_takes_no_matrix_of_all_pairs_of_places() -> None:
    pairs, links = grid(60)  # the whole matrices would take 0.4 GB
    weight = np.full((1, 4, links), 0.1)
    pull = np.full((1, 3600, 1), -np.inf)
    pull[:, -60:] = 0.0
    value = solve(pairs, -np.log(weight), pull).relative[0]
    on = np.zeros_like(value)
    ends = np.divmod(pairs.pair, pairs.places)
    for kind in range(4):
        np.add.at(on[kind], ends[0], pairs.add_up(weight[0, kind])[:, None] * value[kind, ends[1]])
    np.testing.assert_allclose(on + np.exp(pull[0]), value, rtol=1e-9)
