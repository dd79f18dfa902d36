"""Where nobody turns back the links form no circle, and lead to the border from everywhere."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.corridor.onward import leading_on, quickest
from corredor.corridor.overlap import backwards
from corredor.corridor.values import Pairs, solve


def network(seed: int, places: int, links: int) -> tuple[np.ndarray, ...]:
    """Return links drawn at random, their days, and which places are at the border."""
    rng = np.random.default_rng(seed)
    origin, destination = rng.integers(0, places, (2, links))
    apart = origin != destination
    sector = np.full(places, "", dtype=object)
    sector[rng.permutation(places)[:3]] = ["a", "b", "b"]
    return origin[apart], destination[apart], rng.integers(1, 4, apart.sum()) * 1.0, sector


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(4, 30), st.integers(1, 120))
def test_links_that_lead_on_form_no_circle_and_leave_nobody_behind(
    seed: int, places: int, links: int
) -> None:
    origin, destination, days, sector = network(seed, places, links)
    border = np.flatnonzero(sector != "")
    on = leading_on(origin, destination, days, sector)
    pairs = Pairs.of(origin[on], destination[on], places)
    start, end = np.divmod(pairs.pair, places)
    passed = [place for level, _, _ in backwards(start, end, places) for place in level]
    assert sorted(passed) == np.unique(start).tolist()  # those in a circle would be left out
    by_any = quickest(destination, origin, days, border, places)
    by_these = quickest(destination[on], origin[on], days[on], border, places)
    np.testing.assert_array_equal(np.isfinite(by_any), np.isfinite(by_these))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_any_costs_have_a_solution_where_nobody_turns_back(seed: int) -> None:
    origin, destination, days, sector = network(seed, 20, 90)
    reached = np.isfinite(quickest(destination, origin, days, np.flatnonzero(sector != ""), 20))
    led = reached[origin] & reached[destination]
    ends = origin[led], destination[led]
    on = leading_on(*ends, days[led], sector)
    pull = np.where((sector != "") | ~reached, 0.0, -np.inf)[None, :, None]
    value = solve(Pairs.of(*ends, 20), np.where(on, 0.0, np.inf)[None, None], pull).relative
    assert (value > 1.0 - 1e-9).all()  # without any cost, as many as there are ways
