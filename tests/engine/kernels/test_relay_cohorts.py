"""People counted by when they came: those who came first are asked first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programs import moves, program

from corredor.engine.kernels.crowding import Options, Pull
from corredor.engine.program import Program
from corredor.engine.run import Replication, simulate
from corredor.engine.steps import ArrivalCohorts, Moves, Relay

# In the evening people are in a camp (0), which fills up, or in a town (1); 2 is on the way. Those
# of the first cohort are in 3 and 4, of the second in 5 and 6.
CAMP, TOWN, ROAD = range(3)
COHORTS = ArrivalCohorts(2, 3, 2, lambda day: np.array([0, min(day, 1)]))


def camp(initial: list[int], full: float, leave: float = 0.0, days: int = 1) -> Program:
    """Return a day in which a part leaves the camp, all leave the town and try for the camp."""
    built = moves([(CAMP, ROAD, 0), (TOWN, ROAD, 1), (ROAD, CAMP, 2)])
    columns = {**built.columns, "choice": np.arange(3)}
    going = Moves(built.sources, built.pointer, built.destination, built.cell, columns)
    inside = COHORTS.everywhere(np.array([CAMP]))
    options = Options(
        pointer=np.zeros(1, np.int64), bundle=np.empty(0, np.int64), end=np.empty(0, np.int64),
        bundles=0, power=1.0, pruning=0.0, bundle_of=np.full(3, -1), final=np.array([-1, -1, 0]),
        inside=inside.astype(np.int32), inside_pointer=np.array([0, len(inside)]),
    )  # fmt: skip
    limit, factor = np.array([full]), np.array([[leave, 1.0, 1.0]])
    pull = Pull(np.empty((1, 0)), np.empty(0, np.bool_), factor, limit, limit, np.ones(1, np.bool_))
    step = Relay(
        "go", going, np.array([CAMP, TOWN, TOWN], np.int32), np.array([0, 1, 2, 3]), options,
        lambda _: pull, waves=1000, arrival_cohorts=COHORTS,
    )  # fmt: skip
    return program([step], initial, 3, days)


def test_states_of_an_evening_are_those_of_newcomers_and_of_each_cohort() -> None:
    assert COHORTS.everywhere(np.array([CAMP, TOWN])).tolist() == [0, 1, 3, 4, 5, 6]


def test_those_who_came_first_find_a_place() -> None:
    """Room for ten: all eight of the first cohort, and about as many as are left of the second."""
    made = camp([0, 0, 0, 0, 8, 0, 20], full=9.0)
    final = simulate([made], Replication(replicates=range(50)))[0].final
    assert (final[:, 3] == 8).all()
    assert (final[:, 4] == 0).all()
    assert (final[:, 5] >= 2).all() and final[:, 5].mean() < 3.5
    assert (final.sum(axis=1) == 28).all()


def test_those_of_the_first_who_leave_are_asked_before_the_second() -> None:
    """Half of the first leave the full camp, and take its places again before anybody else."""
    made = camp([0, 0, 0, 20, 0, 0, 30], full=19.0, leave=0.5)
    (raw,) = simulate([made], Replication(replicates=range(50)))
    assert (raw.flows[:, 0, 0] > 0).all()
    assert (raw.final[:, 3] == 20).all()
    assert (raw.final[:, 6] == 30).all()


def test_newcomers_join_the_cohort_of_their_day() -> None:
    final = simulate([camp([3, 4, 0, 0, 0, 0, 0], full=100.0)])[0].final[0]
    assert final.tolist() == [0, 0, 0, 7, 0, 0, 0]


@settings(deadline=None, max_examples=30)
@given(
    people=st.lists(st.integers(0, 40), min_size=4, max_size=4),
    full=st.integers(1, 60),
    leave=st.floats(0.0, 1.0),
)
def test_nobody_is_lost(people: list[int], full: int, leave: float) -> None:
    made = camp([0, 0, 0, *people], float(full), leave, days=4)
    (raw,) = simulate([made], check_every_day=True)
    assert raw.final.sum() == sum(people)
    assert not raw.final[0, :3].any()


def test_a_replicate_gives_the_same_bits_in_any_company() -> None:
    made = camp([5, 5, 0, 20, 9, 11, 30], full=30.0, leave=0.3, days=5)
    together = simulate([made], Replication(replicates=range(4)), threads=1)[0].final
    alone = simulate([made], Replication(replicates=[2]))[0].final
    assert together[2] == pytest.approx(alone[0], abs=0)
