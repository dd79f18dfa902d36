"""People who go along several transitions in a day, in waves: the draws agree with the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from helpers import fit
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from small_programs import moves, program

from corredor.engine.kernels.crowding import Options, Pull
from corredor.engine.kernels.pools import Pools
from corredor.engine.program import Program
from corredor.engine.run import Replication, simulate
from corredor.engine.steps import Arrive, Moves, Relay
from corredor.errors import UsageError

# 0 and 1 are sources, in this order; 2, 3 and 4 are where people rest
WAYS = [(0, 1, 0), (0, 2, 1), (1, 2, 2), (1, 3, 3)]
CHANCES = [0.5, 0.2, 0.1, 0.6]  # 0: 30 % rest in 4; 1: 30 % rest in 4
ENDS = np.array([0.2 + 0.5 * 0.1, 0.5 * 0.6, 0.3 + 0.5 * 0.3])
LEAST_P = 1e-4  # of a right test to fail, each
NONE = np.empty(0)


def with_choices(ways: Sequence[tuple[int, int, int]]) -> Moves:
    """Return transitions, each with a choice of its own."""
    built = moves(ways)
    columns = {**built.columns, "choice": np.arange(len(built))}
    return Moves(built.sources, built.pointer, built.destination, built.cell, columns)


def fixed(count: int) -> Options:
    """Return the options of choices whose chances do not depend on anything."""
    return Options(
        pointer=np.zeros(1, np.int64), bundle=np.empty(0, np.int64), end=np.empty(0, np.int64),
        bundles=0, power=1.0, pruning=0.0, bundle_of=np.full(count, -1),
        final=np.full(count, -1), inside=np.empty(0, np.int32),
        inside_pointer=np.zeros(1, np.int64),
    )  # fmt: skip


def relay(people: int, rounds: Sequence[int] = (0, 2)) -> Program:
    pull = Pull(NONE[None], np.empty(0, np.bool_), np.array([CHANCES]), NONE, NONE,
                np.empty(0, np.bool_))  # fmt: skip
    step = Relay(
        "relay", with_choices(WAYS), np.array([4, 4], np.int32), np.array(rounds, np.int64),
        fixed(4), lambda _: pull,
    )  # fmt: skip
    return program([step], [people, 0, 0, 0, 0], 4, 1)


@pytest.mark.parametrize(("draw", "people"), [("exact", 1000), ("exact", 3), ("exact", 1),
                                              ("individual", 40)])  # fmt: skip
def test_people_end_with_the_chances_of_their_ways(draw: str, people: int) -> None:
    replicates = 200 if people > 1 else 4000
    final = simulate([relay(people)], Replication(draw=draw, replicates=range(replicates)))[0].final
    assert not final[:, :2].any()
    assert (final.sum(axis=1) == people).all()
    assert fit(final[:, 2:].sum(axis=0), ENDS) > LEAST_P
    assert fit(np.bincount(final[:, 2], minlength=people + 1),
               stats.binom.pmf(np.arange(people + 1), people, ENDS[0])) > LEAST_P  # fmt: skip


def test_the_expected_draw_gives_the_means() -> None:
    raw = simulate([relay(1000)], Replication(draw="expected"))[0]
    assert raw.final[0, 2:] == pytest.approx(1000 * ENDS)
    assert raw.flows[0, 0] == pytest.approx([500, 200, 50, 300])


@pytest.mark.parametrize("draw", ["exact", "expected", "individual"])
def test_only_in_the_last_round_do_people_go_on(draw: str) -> None:
    """Each source is a round: half of those in 0 come to 1 in the first, and go on in the last."""
    one_by_one = simulate([relay(4000, (0, 1, 2))], Replication(draw=draw))[0]
    assert not one_by_one.final[0, :2].any()
    assert abs(one_by_one.final[0, 2:] - 4000 * ENDS).max() < 5 * np.sqrt(1000)
    first_only = simulate([relay(4000, (0, 2, 2))], Replication(draw=draw))[0].final[0]
    assert abs(first_only - 4000 * np.array([0, 0.5, 0.2, 0, 0.3])).max() < 5 * np.sqrt(1000)


def filling(
    people: int, nearly: float, full: float, *, waves: int, part: float = 0.02, shuts: bool = False,
    power: float = 1.0,
) -> Program:  # fmt: skip
    """Return two places that attract alike, of which the first fills up; people start in 0."""
    inside = Pools.of([np.array([1])])
    options = Options(
        pointer=np.array([0, 2]), bundle=np.array([0, 1]), end=np.array([0, -1]), bundles=2,
        power=power, pruning=0.0, bundle_of=np.array([0, 1]), final=np.array([0, -1]),
        inside=inside.states, inside_pointer=inside.pointer,
    )  # fmt: skip
    pull = Pull(np.ones((1, 2)), np.ones(2, np.bool_), np.ones((1, 2)), np.array([float(nearly)]),
                np.array([float(full)]), np.array([shuts]))  # fmt: skip
    step = Relay(
        "relay", with_choices([(0, 1, 0), (0, 2, 1)]), np.array([3], np.int32),
        np.array([0, 1], np.int64), options, lambda _: pull, waves, part,
    )  # fmt: skip
    return program([step], [people, 0, 0, 0], 2, 1)


def one_by_one(people: int, nearly: float, full: float, *, shuts: bool) -> tuple[float, float]:
    """Return mean and variance of people in the first place if each sees those before."""
    chance = np.zeros(people + 1)
    chance[0] = 1.0
    inside = np.arange(people + 1)
    room = np.clip((full - inside) / (full - nearly), 0.0, 1.0)
    take = room / (room + 1.0)
    if shuts:
        take[room < 0.5] = 0.0
    for _ in range(people):
        chance = chance * (1.0 - take) + np.r_[0.0, (chance * take)[:-1]]
    mean = (chance * inside).sum()
    return mean, (chance * (inside - mean) ** 2).sum()


@pytest.mark.parametrize("shuts", [False, True])
@pytest.mark.parametrize("draw", ["exact", pytest.param("individual", marks=pytest.mark.slow)])
def test_enough_waves_come_close_to_one_by_one(draw: str, shuts: bool) -> None:
    replicates = 400 if draw == "exact" else 60
    mean, variance = one_by_one(400, 50, 150, shuts=shuts)
    final = simulate(
        [filling(400, 50, 150, waves=200, part=0.01, shuts=shuts)],
        Replication(draw=draw, replicates=range(replicates)),
    )[0].final[:, 1]
    assert final.mean() == pytest.approx(mean, abs=1.0 + 4 * np.sqrt(variance / replicates))
    if not shuts:
        assert 0.7 < final.var(ddof=1) / variance < 1.4 + 20 / replicates
    if draw == "individual":  # they are asked one by one, however many waves there are
        return
    at_once = simulate(
        [filling(400, 50, 150, waves=1, shuts=shuts)],
        Replication(draw=draw, replicates=range(replicates)),
    )[0].final[:, 1]
    assert at_once.mean() > mean + 40  # half of all come where nobody sees the others


def test_waves_only_where_the_filling_matters() -> None:
    """With room for all, many waves are one: the same bits."""
    many = simulate([filling(400, 500, 600, waves=50)], Replication(replicates=range(5)))[0].final
    one = simulate([filling(400, 500, 600, waves=1)], Replication(replicates=range(5)))[0].final
    assert (many == one).all()
    crowded = simulate([filling(400, 150, 600, waves=50)], Replication(replicates=range(5)))[
        0
    ].final
    once = simulate([filling(400, 150, 600, waves=1)], Replication(replicates=range(5)))[0].final
    assert (crowded != once).any()


@given(people=st.integers(0, 300), nearly=st.integers(1, 200), more=st.integers(0, 200),
       waves=st.integers(1, 30), shuts=st.booleans())  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_nobody_is_lost(people: int, nearly: int, more: int, waves: int, shuts: bool) -> None:
    made = filling(people, nearly, nearly + more, waves=waves, shuts=shuts)
    for draw in ("exact", "expected", "individual"):
        final = simulate([made], Replication(draw=draw))[0].final[0]  # type: ignore[arg-type]
        assert final.sum() == pytest.approx(people)
        assert final[0] == 0
        assert (final >= 0).all()


def test_a_replicate_gives_the_same_bits_in_any_company() -> None:
    made = filling(1000, 100, 300, waves=20)
    many = simulate([made], Replication(replicates=range(5)), threads=1)[0].final
    alone = simulate([made], Replication(replicates=[3]))[0].final
    assert (many[3] == alone[0]).all()
    assert len(np.unique(many[:, 1])) > 1


@pytest.mark.parametrize("draw", ["exact", "expected", "individual"])
def test_an_infinite_weight_is_refused(draw: str) -> None:
    """Nothing to the power of -1 is infinite: the place is full, and the power negative."""
    made = filling(10, 1, 2, waves=1, power=-1.0)
    made.initial[1] = 2  # type: ignore[index]
    with pytest.raises(UsageError, match="infinite weight"):
        simulate([made], Replication(draw=draw))  # type: ignore[arg-type]


@pytest.mark.parametrize("draw", ["exact", "individual"])
def test_newcomers_who_may_go_anywhere_come_in_any_order(draw: str) -> None:
    """40 begin in 0 or 1 and there is room for 21: those in 0 get in no sooner than the others."""
    arrive = Arrive(
        "arrive", np.array([0, 1], np.int32), np.array([0, 1], np.int32),
        lambda _: np.array([[10.0, 30.0]]), law="shared",
    )  # fmt: skip
    inside = Pools.of([np.array([2])])
    options = Options(
        pointer=np.array([0, 1, 2]), bundle=np.array([0, 1]), end=np.array([0, 0]), bundles=2,
        power=1.0, pruning=0.0, bundle_of=np.array([0, 1]), final=np.array([0, 0]),
        inside=inside.states, inside_pointer=inside.pointer,
    )  # fmt: skip
    pull = Pull(np.ones((1, 2)), np.ones(2, np.bool_), np.ones((1, 2)), np.array([20.0]),
                np.array([20.0]), np.array([True]))  # fmt: skip
    step = Relay(
        "relay", with_choices([(0, 2, 2), (1, 2, 3)]), np.array([3, 4], np.int32),
        np.array([0, 2], np.int64), options, lambda _: pull, 1000, 0.01,
    )  # fmt: skip
    made = program([arrive, step], [0] * 5, 4, 1)
    final = simulate([made], Replication(draw=draw, replicates=range(200)))[0].final  # type: ignore[arg-type]
    if draw == "individual":
        assert (final[:, 2] == 21).all()
    left = final[:, 3].sum() / final[:, 3:].sum()
    assert abs(left - 0.25) < 4 * np.sqrt(0.25 * 0.75 / final[:, 3:].sum())
