"""Day 0 of the record: who is there, what it takes off capacities, and how counts are divided."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_case import DAYS, made_case

from corredor.engine.run import Replication, simulate
from corredor.flee.case.folder import Case
from corredor.flee.case.record import Counts
from corredor.flee.rules.program import build_program
from corredor.flee.rules.spawning import look_up, newcomers

DRAWS = ("exact", "expected", "individual")
RULES = "move_rules:\n  max_move_speed: 200\n  camp_movechance: 0\n  conflict_weight: 0\n"
EMPTY = "  empty_camps_on_day0: true\n"
FORTY_A_DAY = "  conflict_driven_spawning: {spawn_mode: constant, displaced_per_conflict_day: 40}\n"
FIFTY = "2020-01-01,50\n2020-01-02,98\n2020-01-03,108\n"  # people in the camp: 50, 98, 108


def one_camp(folder: Path, *spawn_rules: str, capacity: int = 100, **changed: str) -> Case:
    """Return a case with a place of conflict beside a camp, where 50 people are on day 0."""
    where = f"A,,Here,0,0,conflict,0,9000\nC,,Here,0,0,camp,,{capacity}\n"
    settings = ("spawn_rules:\n" + "".join(spawn_rules) if spawn_rules else "") + RULES
    files = {"locations": where, "routes": "A,C,10,\n", "c": FIFTY, "all": FIFTY}
    return made_case(folder, **{**files, "simsetting": settings, **changed})


def in_camp(case: Case, draw: str = "exact", **options: float) -> list[float]:
    program = build_program(case, **options)  # type: ignore[arg-type]
    raw = simulate([program], Replication(draw=draw), check_every_day=True, threads=1)[0]  # type: ignore[arg-type]
    found: list[float] = raw.present[0, :, 1].tolist()
    return found


@pytest.mark.parametrize("draw", DRAWS)
def test_day_0_is_off_the_capacity_of_a_camp_that_starts_empty(tmp_path: Path, draw: str) -> None:
    """50 of 100 places are left. 48 people come and fill them beyond the middle of the buffer."""
    assert in_camp(one_camp(tmp_path, EMPTY), draw)[:3] == pytest.approx([0, 48, 48])


def test_day_0_is_not_off_the_capacity_where_it_is_not_to_be_inserted(tmp_path: Path) -> None:
    case = one_camp(tmp_path, EMPTY, "  insert_day0: false\n", all="2020-01-01,0\n")
    assert in_camp(case)[:3] == [0, 48, 58]


@pytest.mark.parametrize("draw", DRAWS)
def test_conflict_driven_spawning_leaves_the_capacity_alone(tmp_path: Path, draw: str) -> None:
    """50 are there and 40 come: at 90 of 100 the camp is not nearly full yet, at 130 it is shut."""
    found = in_camp(one_camp(tmp_path, FORTY_A_DAY), draw)
    assert found[:3] == pytest.approx([90, 130, 130])


@pytest.mark.parametrize("draw", DRAWS)
def test_with_both_the_record_and_the_capacity_are_left_alone(tmp_path: Path, draw: str) -> None:
    case = one_camp(tmp_path, EMPTY, FORTY_A_DAY)
    assert look_up(case, 1.0).parts["C"][:3].tolist() == [50, 98, 108]
    assert in_camp(case, draw)[:4] == pytest.approx([40, 80, 120, 120])
    empty = one_camp(tmp_path, EMPTY)
    assert look_up(empty, 1.0).parts["C"][:3].tolist() == [0, 48, 58]


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_a_whole_quotient_loses_nobody(people: int, hasten: int) -> None:
    counts = Counts(np.array([0]), np.array([float(people * hasten)])).divided(hasten)
    assert counts.on(np.array([0])).tolist() == [people]


@pytest.mark.parametrize(("hasten", "scale"), [(49, 1.0), (1, 0.01), (7, 0.1)])
def test_so_many_people_are_one(tmp_path: Path, hasten: int, scale: float) -> None:
    """49 people times 1/49 would be 0.9999999999999999: nobody, in a camp without limit."""
    by = round(hasten / scale)
    flee = f"2020-01-01,0\n2020-01-02,{by}\n2020-01-03,{2 * by}\n"
    rules = RULES + f"optimisations:\n  hasten: {hasten}\n"
    case = one_camp(tmp_path, capacity=by, c=flee, all=flee, simsetting=rules)
    assert look_up(case, scale).parts["C"][:3].tolist() == [0, 1, 2]
    assert in_camp(case, scale=scale)[:3] == [0, 1, 1]  # of one place; none would be no limit
    ratio = "  conflict_driven_spawning: {spawn_mode: pop_ratio, displaced_per_conflict_day: 1}\n"
    case = one_camp(tmp_path, c="2020-01-01,0\n", all="2020-01-01,0\n",
                    locations=f"A,,Here,0,0,conflict,0,{by}\nC,,Here,0,0,camp,,0\n",
                    simsetting="spawn_rules:\n" + ratio + rules)  # fmt: skip
    assert in_camp(case, scale=scale) == list(range(1, DAYS + 1))


def test_corrections_scale_what_was_divided_before(tmp_path: Path) -> None:
    """Flee divides as it reads, so a count is corrected by the ratio of divided counts."""
    flee = "2020-01-01,30\n2020-01-03,90\n"
    case = one_camp(tmp_path, c=flee, all=flee, registration_corrections="C,2020-01-03\n",
                    simsetting=RULES + "optimisations:\n  hasten: 3\n")  # fmt: skip
    assert case.record.counts["C"].people.tolist() == [30, 30]


@pytest.mark.parametrize(("from_camps", "people"), [("true", 50 + 70), ("false", 70)])
def test_without_day_0_in_camps_they_flee_on_day_0(
    tmp_path: Path, from_camps: str, people: int
) -> None:
    """The total's count; where camps are summed up Flee adds it to theirs."""
    rules = "  insert_day0: false\n", f"  sum_from_camps: {from_camps}\n"
    case = one_camp(tmp_path, *rules, all="2020-01-01,70\n")
    assert newcomers(case, look_up(case, 1.0))[0] == people
