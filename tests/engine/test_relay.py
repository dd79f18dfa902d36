"""People who go along several transitions in a day, in waves: the draws agree with the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import fit
from scipy import stats
from small_programs import moves, program

from corredor.engine.program import Program
from corredor.engine.run import simulate
from corredor.engine.steps import Arrive, Floats, Relay, Today

# 0 and 1 are sources, in this order; 2, 3 and 4 are where people rest
WAYS = [(0, 1, 0), (0, 2, 1), (1, 2, 2), (1, 3, 3)]
CHANCES = [0.5, 0.2, 0.1, 0.6]  # 0: 30 % rest in 4; 1: 30 % rest in 4
ENDS = np.array([0.2 + 0.5 * 0.1, 0.5 * 0.6, 0.3 + 0.5 * 0.3])
LEAST_P = 1e-4  # of a right test to fail, each


def relay(people: int, waves: int = 1) -> Program:
    step = Relay(
        "relay", moves(WAYS), np.array([4, 4], np.int32), lambda _: np.array([CHANCES]), waves
    )
    return program([step], [people, 0, 0, 0, 0], 4, 1)


@pytest.mark.parametrize("waves", [1, 5])
@pytest.mark.parametrize(("draw", "people"), [("exact", 1000), ("exact", 3), ("individual", 40)])
def test_people_end_with_the_chances_of_their_ways(draw: str, people: int, waves: int) -> None:
    final = simulate([relay(people, waves)], draw=draw, replicates=range(200))[0].final
    assert not final[:, :2].any()
    assert (final.sum(axis=1) == people).all()
    assert fit(final[:, 2:].sum(axis=0), ENDS) > LEAST_P
    assert fit(np.bincount(final[:, 2], minlength=people + 1),
               stats.binom.pmf(np.arange(people + 1), people, ENDS[0])) > LEAST_P  # fmt: skip


@pytest.mark.parametrize("waves", [1, 5])
def test_the_expected_draw_gives_the_means(waves: int) -> None:
    raw = simulate([relay(1000, waves)], draw="expected")[0]
    assert raw.final[0, 2:] == pytest.approx(1000 * ENDS)
    assert raw.flows[0, 0] == pytest.approx([500, 200, 50, 300])


@pytest.mark.parametrize("draw", ["exact", "expected", "individual"])
def test_a_wave_sees_what_the_one_before_has_left(draw: str) -> None:
    """The way is open until somebody has taken it: only the first wave may."""

    def until_taken(today: Today) -> Floats:
        return (today.stocks[:, 1:2] == 0).astype(float)

    step = Relay("relay", moves([(0, 1, 0)]), np.array([2], np.int32), until_taken, waves=4)
    final = simulate([program([step], [4000, 0, 0], 1, 1)], draw=draw)[0].final[0]
    assert final.sum() == pytest.approx(4000)
    deviation = 0 if draw == "expected" else 5 * np.sqrt(4000 * 0.25 * 0.75)
    assert abs(final[1] - 1000) <= deviation + 1e-9


@pytest.mark.parametrize("draw", ["exact", "expected", "individual"])
def test_no_more_waves_than_needed(draw: str) -> None:
    """From the second wave on nothing changes: all who are left are called, and none asked more."""
    asked = []

    def chances(today: Today) -> Floats:
        asked.append(int(today.stocks[0, 0]))
        return np.array([CHANCES])

    step = Relay(
        "relay", moves(WAYS), np.array([4, 4], np.int32), chances, 50,
        lambda today: np.where(today.stocks[:, 0] < 3000, 1, 50),
    )  # fmt: skip
    final = simulate([program([step], [3000, 0, 0, 0, 0], 4, 1)], draw=draw)[0].final
    assert asked[0] == 3000
    assert len(asked) == 2
    assert final[0, :2].tolist() == [0, 0]
    assert abs(final[0, 2:] - 3000 * ENDS).max() < 5 * np.sqrt(3000 * 0.25)


def test_a_replicate_gives_the_same_bits_in_any_company() -> None:
    """Also where some are done earlier than others."""

    def step() -> Relay:
        return Relay(
            "relay", moves(WAYS), np.array([4, 4], np.int32), lambda _: np.array([CHANCES]), 6,
            lambda today: np.where(today.stocks[:, 2] > 40, 1, 6),
        )  # fmt: skip

    start = [1000, 0, 0, 0, 0]
    many = simulate([program([step()], start, 4, 1)], replicates=range(5), threads=1)[0].final
    alone = simulate([program([step()], start, 4, 1)], replicates=[3])[0].final
    assert (many[3] == alone[0]).all()
    assert len(np.unique(many[:, 2])) > 1


@pytest.mark.parametrize("law", ["shared", "given"])
@pytest.mark.parametrize("draw", ["exact", "expected", "individual"])
def test_newcomers_whose_number_is_known(law: str, draw: str) -> None:
    step = Arrive(
        "arrive", np.array([0, 1, 2], np.int32), np.array([0, 1, 2], np.int32),
        lambda _: np.array([[10.0, 30.0, 0.0]]), law=law,  # type: ignore[arg-type]
    )  # fmt: skip
    final = simulate([program([step], [0, 0, 0], 3, 1)], draw=draw, replicates=range(300))[0].final
    assert (final.sum(axis=1) == 40).all()
    assert not final[:, 2].any()
    if law == "given" or draw == "expected":
        assert (final[:, 0] == 10).all()
    else:
        chance = stats.binom.pmf(np.arange(41), 40, 0.25)
        assert fit(np.bincount(final[:, 0], minlength=41), chance) > LEAST_P
