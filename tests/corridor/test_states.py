"""The state space: every reachable state once, none that nobody can reach, and small."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import Small

from corredor.corridor.compile import CompiledModel
from corredor.corridor.states import StateSpace, build_states, stages
from corredor.engine.run import Replication, simulate


@pytest.fixture(scope="module")
def space(small: Small) -> StateSpace:
    return build_states(small.scenario().world)


def numbers(space: StateSpace) -> np.ndarray:
    arrays = [space[kind.name] for kind in space.kinds]
    return np.concatenate([array[array >= 0].ravel() for array in arrays])


def test_every_state_has_one_number(space: StateSpace) -> None:
    assert sorted(numbers(space)) == list(range(space.size))


def test_the_table_says_what_a_number_means(space: StateSpace) -> None:
    place, group = space.places.index("valle"), space.groups.index("honduras-families")
    row = space.table.iloc[space["at"][place, group, 2]]
    assert (row["kind"], row["place"], row["group"], row["returned"]) == ("at", place, group, 2)
    row = space.table.iloc[space["settled"][group]]
    assert (row["kind"], row["place"], row["group"]) == ("settled", -1, group)


def test_nobody_is_where_they_cannot_come(space: StateSpace) -> None:
    """Mexicans leave home in the centre: none is south of it, none was sent back there."""
    mexican = space.groups.index("mexico-adults")
    for name in ("selva", "hogar", "sur", "istmo", "costa"):
        assert (space["at"][space.places.index(name), mexican] == -1).all()
    assert (space["held"][:, mexican] == -1).all()
    assert (space["at"][space.places.index("valle"), mexican, 0]) >= 0


def test_a_link_has_stages_for_its_days_and_three_at_most() -> None:
    days = np.array([1.0, 1.4, 1.5, 2.5, 3.4, 3.5, 40.0])
    assert stages(days).tolist() == [0, 0, 1, 2, 2, 3, 3]


def test_stops_stand_in_their_order(space: StateSpace) -> None:
    assert space.stops == ("sur", "istmo", "valle")


def test_the_station_of_a_place_is_the_nearest(space: StateSpace) -> None:
    assert space.station_of().tolist() == [0] * len(space.places)


@pytest.mark.parametrize("draw", ["exact", "expected"])
def test_stocks_stand_only_in_states_with_people_of_the_world(small: Small, draw: str) -> None:
    final = simulate([small.model()], Replication(draw=draw))[0].final[0]
    assert (final >= 0).all()
    used = (final > 0).mean()
    assert used > 0.4  # the numbering wastes little


def test_the_real_corridor_needs_some_thousands_of_states(baseline_model: CompiledModel) -> None:
    assert baseline_model.space.size < 20_000
    assert len(np.unique(numbers(baseline_model.space))) == baseline_model.space.size
