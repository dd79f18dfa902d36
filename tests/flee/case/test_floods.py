"""Floods: their settings, their levels by day, and what they do."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_case import made_case

from corredor.engine.run import Replication, simulate
from corredor.errors import InputError
from corredor.flee.case.folder import Case
from corredor.flee.case.tolerance import reading
from corredor.flee.out_csv import as_flee_writes
from corredor.flee.rules.program import build_program
from corredor.flee.run import Runs, run_folder

WHERE = "C,,Here,0,0,camp,,900\nF,,Here,0,0,flood_zone,0,1000\nT,,Here,0,0,town,,\n"
SPAWN = "spawn_rules:\n  flood_zone_spawning_only: true\n  conflict_zone_spawning_only: false\n"
TAKE = SPAWN + "  take_from_population: true\n"
MODE = TAKE + "  flood_driven_spawn_mode: {displaced_per_flood_day: [0, 0.1, 0.2, 0.5]}\n"
RULES = MODE + (
    "move_rules:\n  default_movechance: 0.5\n  camp_movechance: 0\n"
    "  flood_rules: {flood_movechances: [0.3, 0.4, 0.8, 1], flood_loc_weights: [1, 0.5, 0.2, 0]}\n"
)
LEVELS = "#Day,F,Z\n" + "0,2,0\n" * 10


def flooded(folder: Path, settings: str = RULES, levels: str = LEVELS, **changed: str) -> Case:
    files = {"locations": WHERE, "routes": "F,C,90,\n",
             "data_layout": "total,all.csv\nC,c.csv\nF,all.csv\nT,all.csv\n",
             "c": "2020-01-01,5\n", "all": "2020-01-01,0\n"}  # fmt: skip
    return made_case(folder, simsetting=settings, flood_level=levels, **{**files, **changed})


def test_so_many_flee_a_flood_and_leave_it(tmp_path: Path) -> None:
    """A fifth of 1,000 flee, and four in five of them leave for the camp."""
    case = flooded(tmp_path)
    assert case.camps == ("C", "F", "T")
    assert [note for note in case.notes if "'Z' is no place" in note]
    raw = simulate([build_program(case)], Replication(draw="expected"), check_every_day=True)[0]
    assert raw.present[0, 0].sum() == pytest.approx(205)
    assert raw.present[0, 0, :2] == pytest.approx([5 + 160, 40])
    assert raw.present[0, 1].sum() == pytest.approx(205 + 160)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (TAKE, "expected the section spawn_rules.flood_driven_spawn_mode beside it"),
        (MODE.replace("take_from_population: true", "insert_day0: true"), "take_from_population"),
        (MODE.replace("conflict_zone_spawning_only: false", ""), "conflict_zone_spawning_only"),
        (
            MODE.replace("{disp", "{spawn_mode: many, disp"),
            "found 'many', expected one of pop_ratio",
        ),
        (MODE.replace("[0, 0.1, 0.2, 0.5]", "[1]"), "expected two values or more"),
        ("move_rules:\n  flood_rules: {flood_loc_weights: [1, 1]}\n", "flood_zone_spawning_only"),
        (
            RULES.replace("flood_rules: {", "flood_rules: {flood_forecaster: true, "),
            "flood_forecaster_weights beside it",
        ),
    ],
)
def test_settings_by_half_are_refused(tmp_path: Path, settings: str, told: str) -> None:
    with pytest.raises(InputError) as caught, reading(strict=True):
        flooded(tmp_path, settings)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        ("", "expected a header with the names of places"),
        ("#Day,F\n0,1\n", "expected a row for each of the 10 days"),
        ("#Day,F\n" + "0,3\n" * 10, "line 2, F: found 3, expected a level below 3"),
        ("#Day,F\n" + "0,wet\n" * 10, "line 2, F: found 'wet'"),
        ("#Day,F,T\n" + "0,1\n" * 10, "line 2: found '2 cells'"),
    ],
)
def test_what_is_wrong_with_levels_is_told(tmp_path: Path, levels: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        flooded(tmp_path, levels=levels)
    assert told in str(caught.value)


def test_of_a_name_that_comes_twice_the_last_row_counts(tmp_path: Path) -> None:
    """People of day 0 come once for each row, as in Flee."""
    case = flooded(tmp_path, locations="C,,Here,0,0,town,,\n" + WHERE)
    camp = case.locations[0]
    assert (camp.name, camp.kind, camp.times) == ("C", "camp", 2)
    assert build_program(case).record.at_start["C"] == 10


def test_a_flood_without_its_rule_is_noted(tmp_path: Path) -> None:
    case = made_case(tmp_path, flood_level=LEVELS)
    assert [note for note in case.notes if "flood_level.csv: not used" in note]


def test_totals_that_floods_decide_are_left_empty(tmp_path: Path) -> None:
    flooded(tmp_path)
    run = run_folder(tmp_path / "input", tmp_path / "validation", runs=Runs(draw="expected"))
    table = as_flee_writes(run, 1.0)
    assert table["total refugees (simulation)"].isna().all()
    assert table["F data"].tolist() == [0] * 10
