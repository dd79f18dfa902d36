"""How people get on along a connection, riding or on foot by chance."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_case import DAYS, made_case

from corredor.engine.run import Replication, simulate
from corredor.flee.rules.along import way_along
from corredor.flee.rules.program import build_program

WALK, RIDE, FOOT = 0.3, 60, 35


@given(st.integers(1, 200), st.integers(1, 50), st.integers(1, 50))
def test_every_place_is_reached_and_every_day_leads_on(length: int, ride: int, foot: int) -> None:
    way = way_along(length, [(ride, 1), (foot, 2)], 0)
    assert len(set(way.done[way.starts :])) == len(way.done) - way.starts
    assert max(way.done) <= length
    reached = {step.next for step in way.steps}
    assert set(range(way.starts, len(way.done))) <= reached
    for step in way.steps:
        there = way.done[step.place] + step.pace
        assert there > length if step.next < 0 else there == way.done[step.next]
        assert step.choice == (0 if step.place < way.starts else 1 if step.pace == ride else 2) or (
            ride == foot
        )


def arrived(length: float, first: int) -> list[float]:
    """Return the share of people at the end by day, of those who set out on a day."""
    found = np.zeros(DAYS)
    for days in product((RIDE, FOOT), repeat=6):
        chance = np.prod([WALK if pace == FOOT else 1 - WALK for pace in days])
        done, day = 0, 0
        while done <= length:
            done += days[day]
            day += 1
        found[first + day - 1 :] += chance
    return found.tolist()


@pytest.mark.parametrize("draw", ["expected", "exact", "individual"])
@pytest.mark.parametrize("rules", ["", "  avoid_short_stints: true\n"])
def test_some_days_are_on_foot_by_chance(tmp_path: Path, draw: str, rules: str) -> None:
    flee = "2020-01-01,0\n2020-01-02,1000\n"
    case = made_case(
        tmp_path, locations="A,,Here,0,0,conflict,0,9\nC,,Here,0,0,camp,,0\n",
        routes=f"#a,b,km,forced,walk_probability\nA,C,130,0,{WALK}\n", c=flee, all=flee,
        simsetting=f"move_rules:\n  max_move_speed: {RIDE}\n  max_walk_speed: {FOOT}\n"
        "  conflict_movechance: 1\n  camp_movechance: 0\n" + rules,
    )  # fmt: skip
    runs = 1 if draw == "expected" else 20
    raw = simulate([build_program(case)], Replication(draw=draw, replicates=range(runs)),  # type: ignore[arg-type]
                   check_every_day=True)[0]  # fmt: skip
    found, right = raw.present[:, :, 1].mean(axis=0) / 1000, np.array(arrived(130, 1))
    slack = 1e-5 if draw == "expected" else 5 * np.sqrt(right * (1 - right) / 20_000) + 1e-9
    assert (np.abs(found - right) <= slack).all()


def test_who_turns_back_may_walk_too(tmp_path: Path) -> None:
    """The border closes when all are on the link: all come back to its start, none arrives."""
    flee = "2020-01-01,0\n2020-01-02,1000\n"
    case = made_case(
        tmp_path, locations="A,,Here,0,0,conflict,0,9\nC,,There,0,0,camp,,0\n",
        routes=f"#a,b,km,forced,walk_probability\nA,C,130,0,{WALK}\n", c=flee, all=flee,
        closures="country,Here,There,2,-1\n",
        simsetting=f"move_rules:\n  max_move_speed: {RIDE}\n  max_walk_speed: {FOOT}\n",
    )  # fmt: skip
    raw = simulate([build_program(case)], Replication(draw="expected"), check_every_day=True)[0]
    home = raw.present[0, :, 0]
    assert home[1:] == pytest.approx(1000 * np.array(arrived(130, 1))[1:])
    assert raw.present[0, :, 1].max() == 0
