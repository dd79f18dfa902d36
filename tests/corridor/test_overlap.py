"""Ways that are alike count as one, and without overlap it is the recursive logit."""

from __future__ import annotations

import numpy as np
import pytest
from corridor.processes.test_movement import AT_ONCE, link_shares
from corridor.test_onward import network
from helpers import Small
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.arrays import Floats
from corredor.corridor.onward import leading_on, quickest
from corredor.corridor.overlap import Overlap
from corredor.corridor.values import Pairs, solve
from corredor.errors import UsageError

Link = tuple[int, int, float]


def shares(links: list[Link], border: list[int], overlap: float) -> list[float]:
    """Return the chance of each link, which costs one utility a day; none turns back."""
    origin, destination, days = (np.array(each) for each in zip(*links, strict=True))
    places = 1 + int(max(origin.max(), destination.max()))
    taken = np.ones(len(links), dtype=bool)
    model = Overlap(origin, destination, days, taken, np.array(border), places)
    pull = np.zeros((1, len(border), 1))
    found = model.shares(days[None, None] * 1.0, pull, np.array([[overlap]]))
    return found[0, 0, :, 0].tolist()


def forked(short: float) -> list[Link]:
    """Return two ways of ten days from 0 to 5: by 1, or by 2, where two short roads go on."""
    return [(0, 1, 5.0), (1, 5, 5.0), (0, 2, 10.0 - short), (2, 3, short / 2), (2, 4, short / 2),
            (3, 5, short / 2), (4, 5, short / 2)]  # fmt: skip


def test_two_almost_identical_roads_share_the_chance_of_one() -> None:
    assert shares(forked(0.01), [5], 0.0)[2] == pytest.approx(2 / 3)  # the logit takes three
    assert shares(forked(0.01), [5], 1.0)[2] == pytest.approx(1 / 2, abs=0.01)
    by_length = [shares(forked(short), [5], 1.0)[2] for short in (0.01, 0.1, 1.0, 5.0)]
    assert by_length == sorted(by_length)  # the longer they are apart the more they are two
    by_overlap = [shares(forked(0.1), [5], overlap)[2] for overlap in (0.0, 0.3, 0.7, 1.0)]
    assert by_overlap == sorted(by_overlap, reverse=True)
    assert shares(forked(0.1), [5], 1.0)[3:5] == pytest.approx([1 / 2, 1 / 2])


def test_roads_between_the_same_two_places_share_the_chance_of_one() -> None:
    twice = [(0, 1, 5.0), (0, 1, 5.0), (0, 2, 5.0), (1, 3, 5.0), (2, 3, 5.0)]
    assert shares(twice, [3], 0.0)[:3] == pytest.approx([1 / 3] * 3)
    assert shares(twice, [3], 1.0)[:3] == pytest.approx([1 / 4, 1 / 4, 1 / 2], abs=0.01)


def test_a_short_fork_far_from_the_end_counts_as_little_as_one_near_it() -> None:
    """All ways meet again after it, so what lies beyond cannot tell them apart."""
    early = [(0, 1, 5.0), (1, 6, 5.0), (0, 2, 0.05), (2, 3, 0.05), (2, 4, 0.05), (3, 5, 0.05),
             (4, 5, 0.05), (5, 6, 9.85)]  # fmt: skip
    assert shares(early, [6], 0.0)[2] == pytest.approx(2 / 3)
    assert shares(early, [6], 1.0)[2] == pytest.approx(1 / 2, abs=0.02)


def drawn(seed: int) -> tuple[Overlap, Pairs, np.ndarray, Floats, Floats]:
    origin, destination, days, sector = network(seed, 20, 110)
    border = np.flatnonzero(sector != "")
    reached = np.isfinite(quickest(destination, origin, days, border, 20))
    led = reached[origin] & reached[destination]
    origin, destination, days = origin[led], destination[led], days[led]
    names = np.flatnonzero(reached)  # the others left out
    origin, destination = np.searchsorted(names, origin), np.searchsorted(names, destination)
    border, sector = np.searchsorted(names, border), sector[names]
    on = leading_on(origin, destination, days, sector)
    rng = np.random.default_rng(seed)
    model = Overlap(origin, destination, days, on, border, len(names))
    cost, pull = rng.uniform(0, 3, (2, 4, len(on))), rng.uniform(-1, 1, (2, len(border), 3))
    return model, Pairs.of(origin, destination, len(names)), on, cost, pull


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_without_overlap_it_is_the_recursive_logit(seed: int) -> None:
    model, pairs, on, cost, pull = drawn(seed)
    at_places = np.full((2, pairs.places, 3), -np.inf)
    at_places[:, model.border] = pull
    start, end = (ends[pairs.of_link] for ends in np.divmod(pairs.pair, pairs.places))
    taken = np.where(on, cost, np.inf)
    wanted = solve(pairs, taken, at_places).chances(taken, start, end)
    np.testing.assert_allclose(model.shares(cost, pull, np.zeros((1, 1))), wanted, atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 1))
def test_shares_are_chances_whatever_the_overlap(seed: int, overlap: float) -> None:
    model, pairs, on, cost, pull = drawn(seed)
    found = model.shares(cost, pull, np.array([[overlap], [1.0 - overlap]]))
    assert (found >= 0).all()
    assert not found[:, :, ~on].any()
    own = pairs.pair[pairs.of_link]
    leaving = np.zeros((2, 4, pairs.places, 3))
    np.add.at(leaving, (slice(None), slice(None), own // pairs.places), found)
    inland = np.setdiff1d(own // pairs.places, model.border)
    np.testing.assert_allclose(leaving[:, :, inland], 1.0, atol=1e-9)
    assert (leaving <= 1.0 + 1e-9).all()


def test_a_scenario_sets_it_and_only_where_nobody_turns_back(small: Small) -> None:
    def with_levers(text: str) -> dict[tuple[str, str], float]:
        return link_shares(small, AT_ONCE.replace("[movement]", f"[movement]\n{text}"))

    free, onward = with_levers(""), with_levers("onward_only = true")
    alike = with_levers("onward_only = true\noverlap = 0.8")
    there, back = ("norte>este bus", "honduras-adults"), ("este>norte bus", "honduras-adults")
    assert free[there] > 0
    assert onward[there] == onward[back] == alike[there] == 0
    group = "honduras-adults"

    def on_foot(of: dict[tuple[str, str], float]) -> float:
        return of[("istmo>valle foot", group)] / of[("istmo>valle bus", group)]

    assert on_foot(alike) < on_foot(onward)  # of two roads to one place the dearer is seldom taken
    with pytest.raises(UsageError, match="onward_only = true as well"):
        with_levers("overlap = 0.8")
