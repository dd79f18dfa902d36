"""Flee's files are read as they are; whatever is wrong is told with file, line and column."""

# ruff: noqa: E501 - what is told stands on one line

from __future__ import annotations

import datetime as dt
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from made_case import DAYS, INPUT, VALIDATION, made_case, write_case

from corredor.errors import CorredorError, InputError
from corredor.flee.case.folder import read_case
from corredor.flee.case.record import Counts
from corredor.flee.case.settings import default_settings, known_keys, read_settings
from corredor.flee.case.tolerance import reading
from corredor.flee.rules.spawning import look_up

CASES = Path(os.environ.get("FLEE_CASES", "flee-cases"))
FILES = {**INPUT, **VALIDATION}


def test_the_small_case_is_read_whole(tmp_path: Path) -> None:
    case = made_case(tmp_path)
    assert case.period.start == dt.date(2020, 1, 1)
    assert [place.kind for place in case.locations] == ["conflict", "town", "camp"]
    assert [(r.first, r.second, r.km) for r in case.routes] == [("A", "B", 100), ("B", "C", 500)]
    assert case.conflict.tolist() == [[1, 0, 0]] * DAYS
    assert case.settings.max_move_speed == 200
    assert case.settings.camp_movechance == 0.001
    assert case.notes == ()


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("locations.csv", "A,n,Here,1,2,town,,ten\n", "line 1, pop/cap: found 'ten', expected a whole number"),
        ("locations.csv", "A,n,Here,1,2,castle,,1\n", "line 1, location_type: found 'castle'"),
        ("locations.csv", "A,n,Here,1,2,town,,1\nA,n,Here,1,2,camp,,1\n", "line 2, name: found 'A'"),
        ("locations.csv", "A,n,Here,1,2,town\n", "line 1: found '6 cells'"),
        ("locations.csv", "A,n,Here,1,2,conflict_zone,,5\n", "line 1, conflict_date: found ''"),
        ("locations.csv", "", "expected at least one place"),
        ("routes.csv", "A,X,10,\n", "line 1, name2: found 'X', expected a place of locations.csv"),
        ("routes.csv", "A,B,-1,\n", "line 1, distance: found '-1'"),
        ("routes.csv", "A,B,10,drive\n", "line 1, forced_redirection: found 'drive'"),
        ("routes.csv", "A,A,10,\n", "line 1, name2: found 'A', expected another place"),
        ("closures.csv", "wall,A,B,1,2\n", "line 1, closure_type: found 'wall'"),
        ("closures.csv", "location,X,B,1,2\n", "line 1, name1: found 'X'"),
        ("closures.csv", "location,A,B,soon,2\n", "line 1, closure_start: found 'soon'"),
        ("conflicts.csv", "#Day,A\n0,1\n", "expected a row for each of the 10 days"),
        ("conflicts.csv", "#Day,A\n0,war\n" + "1,1\n" * 9, "line 2, A: found 'war'"),
        ("conflicts.csv", "#Day,A,B\n0,1\n" + "1,1,1\n" * 9, "line 2: found '2 cells'"),
        ("sim_period.csv", "StartDate,1 May\nLength,5\n", "line 1, value: found '1 May'"),
        ("sim_period.csv", "StartDate,2020-01-01\n", "expected a row Length,396"),
        ("registration_corrections.csv", "C,2020-01-05\n", "line 1, date: found '2020-01-05'"),
        ("registration_corrections.csv", "C,2020-01-10\n", "before which somebody was counted"),
        ("data_layout.csv", "total,all.csv\n", "expected a row for the camp 'C'"),
        ("data_layout.csv", "total,all.csv\nC,none.csv\n", "none.csv: expected a file that can be read"),
        ("c.csv", "2020-01-01,many\n", "line 1, count: found 'many'"),
        ("c.csv", "Date,count\n", "expected at least one row"),
        ("simsetting.yml", "move_rules:\n  max_speed: 3\n", "line 2: found 'move_rules.max_speed', expected a setting that Flee knows"),
        ("simsetting.yml", "move_rules:\n  max_move_speed: fast\n", "line 2, move_rules.max_move_speed: found 'fast'"),
        ("simsetting.yml", "move_rules:\n  harvest_months: June\n", "line 2, move_rules.harvest_months: found 'June', expected a list"),
        ("routes.csv", "#a,b,km,forced,walk_probability\nA,B,10,0,1.5\n", "line 2, walk_probability: found '1.5', expected a chance from 0 to 1"),
        ("simsetting.yml", "move_rules: 5\n", "line 1, move_rules: found 5, expected keys below it"),
        ("simsetting.yml", "a: [\n", "expected settings in YAML"),
        ("simsetting.yml", "move_rules:\n  softening: 1\n  softening: 2\n", "line 3: found 'move_rules.softening', expected each key once"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, file: str, text: str, told: str
) -> None:
    folders = write_case(tmp_path, {file: text})
    with pytest.raises(InputError) as caught, reading(strict=True):
        read_case(*folders)
    assert told in str(caught.value)
    assert file in str(caught.value) or "none.csv" in str(caught.value)


def test_what_has_no_effect_is_noted(tmp_path: Path) -> None:
    case = made_case(
        tmp_path,
        closures="link,A,B,1,2\ncountry,Here,Nowhere,1,2\n",
        routes="A,B,100,2\nB,C,500,1\n",
        conflicts="#Day,A,Z\n" + "0,1,1\n" * DAYS,
        simsetting="log_levels:\n  agent: 1\nmove_rules:\n  max_crossing_speed: 4\n",
    )
    told = "\n".join(case.notes)
    for part in ("closures.csv, line 1", "'Nowhere'", "routes.csv, line 1, 2", "'Z'",
                 "max_crossing_speed"):  # fmt: skip
        assert part in told
    assert [route.times for route in case.routes] == [1, 2]
    assert case.closures == ()


def test_dates_out_of_order_are_noted(tmp_path: Path) -> None:
    text = "2020-01-01,10\n2020-01-09,20\n2020-01-05,30\n2020-01-10,40\n"
    case = made_case(tmp_path, c=text)
    assert [note for note in case.notes if "c.csv, line 3: earlier than the row before" in note]
    assert case.record.counts["C"].on(np.arange(10)).tolist() == [
        10,
        11,
        12,
        13,
        15,
        16,
        17,
        18,
        38,
        40,
    ]


@given(st.lists(st.tuples(st.integers(-5, 20), st.integers(0, 999)), min_size=1, max_size=7))
def test_a_day_is_looked_up_in_the_first_row_with_a_later_date(rows: list[tuple[int, int]]) -> None:
    days, people = (np.array(column) for column in zip(*rows, strict=True))
    found = Counts(days, people.astype(float)).on(np.arange(25))
    for day in range(25):
        later = [i for i in range(1, len(rows)) if days[i] > day]
        right = people[-1]
        if day <= days[0]:
            right = people[0]
        elif later:
            i = later[0]
            share = (day - days[i - 1]) / (days[i] - days[i - 1])
            right = int(people[i - 1] + share * (people[i] - people[i - 1]))
        assert found[day] == right


def test_a_name_that_comes_twice_in_the_layout_tells_of_the_camp_once(tmp_path: Path) -> None:
    case = made_case(tmp_path, data_layout="total,all.csv\nC,c.csv\nC,all.csv\n")
    assert case.record.parts == ("C", "C, line 3")
    assert [note for note in case.notes if "data_layout.csv, line 3: 'C' has a row already" in note]


def test_counts_are_held_at_the_ends_and_cut_off_between() -> None:
    counts = Counts(np.array([2, 5]), np.array([10.0, 20.9]))
    days = np.arange(8)
    assert counts.on(days).tolist() == [10, 10, 10, 13, 17, 20, 20, 20]


def test_a_correction_scales_what_was_counted_before(tmp_path: Path) -> None:
    text = "2020-01-01,100\n2020-01-05,400\n2020-01-07,200\n2020-01-09,250\n"
    case = made_case(tmp_path, c=text, registration_corrections="C,2020-01-07\nC,2019-01-01\n")
    assert case.record.counts["C"].people.tolist() == [50, 200, 200, 250]


def test_two_files_are_added_by_steps(tmp_path: Path) -> None:
    folders = write_case(tmp_path, {"data_layout.csv": "total,all.csv\nC,c.csv,d.csv\n"})
    (folders[1] / "c.csv").write_text("2020-01-01,10\n2020-01-05,20\n")
    (folders[1] / "d.csv").write_text("2020-01-01,1\n2020-01-03,2\n2020-01-05,3\n2020-01-09,4\n")
    found = read_case(*folders).record.counts["C"]
    assert found.on(np.array([0, 2, 4, 9])).tolist() == [11, 22, 23, 23]


def test_counts_below_none_are_taken_off_and_noted(tmp_path: Path) -> None:
    case = made_case(tmp_path, c="2020-01-01,-10\n2020-01-10,900\n")
    assert [note for note in case.notes if "c.csv, line 1, count: found '-10'" in note]
    record = look_up(case, 1.0)
    assert record.of("C")[0] == -10 == record.off_capacity["C"]
    assert record.at_start["C"] == 0


def test_files_out_of_order_are_added_row_by_row(tmp_path: Path) -> None:
    """Flee 3.1's AddCSVTables gave these rows."""
    folders = write_case(tmp_path, {"data_layout.csv": "total,all.csv\nC,c.csv,d.csv\n"})
    (folders[1] / "c.csv").write_text("2020-01-02,10\n2020-01-08,20\n2020-01-05,30\n")
    (folders[1] / "d.csv").write_text("2020-01-01,1\n2020-01-09,2\n2020-01-03,3\n2020-01-07,4\n")
    case = read_case(*folders)
    found = case.record.counts["C"]
    assert found.days.tolist() == [0, 1, 7, 4, 2, 4]
    assert found.people.tolist() == [11, 11, 21, 31, 33, 33]
    assert len([note for note in case.notes if "earlier than the row before" in note]) == 2


def test_a_section_switches_spawning_by_conflict_on(tmp_path: Path) -> None:
    path = tmp_path / "s.yml"
    path.write_text("spawn_rules:\n  conflict_driven_spawning: {}\n")
    assert (read_settings(path).spawn_mode, read_settings(path).displaced_per_conflict_day) == (
        "constant", 500,
    )  # fmt: skip
    path.write_text("spawn_rules:\n  conflict_driven_spawning:\n    spawn_mode: pop_ratio\n")
    assert read_settings(path).displaced_per_conflict_day == 0.01
    path.write_text("move_rules:\n  use_v1_rules: true\n")
    assert read_settings(path).conflict_weight == 0.25


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "max_move_speed": st.floats(1, 1000), "awareness_level": st.integers(-1, 3),
            "start_on_foot": st.booleans(), "camp_weight": st.floats(0, 100),
            "pruning_threshold": st.floats(0, 10),
        },
    )
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_settings_that_are_written_are_read_back(rules: dict[str, float]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "simsetting.yml"
        path.write_text(yaml.safe_dump({"move_rules": rules}))
        found = read_settings(path)
    expected = {**vars(default_settings()), **rules}
    assert {k: v for k, v in vars(found).items() if k != "notes"} == {
        k: v for k, v in expected.items() if k != "notes"
    }


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1).filter(
    lambda name: not name.startswith("#")
)


@given(st.lists(st.tuples(NAMES, st.floats(-90, 90), st.integers(0, 10**9),
                          st.sampled_from(["town", "camp", "idpcamp", "forwarding_hub", "marker"])),
                min_size=1, unique_by=lambda row: row[0]))  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_places_that_are_written_are_read_back(
    rows: list[tuple[str, float, int, str]],
) -> None:
    import csv

    from corredor.flee.case.places import read_locations

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "locations.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["#name"])
            writer.writerows([name, "", "", x, -x, kind, "", n] for name, x, n, kind in rows)
        found, _ = read_locations(path)
    assert [(p.name, p.x, p.people) for p in found] == [row[:3] for row in rows]


@given(
    st.sampled_from(sorted(FILES)), st.binary(max_size=60), st.integers(0, 200), st.integers(0, 9)
)
@settings(max_examples=150, deadline=None)
def test_broken_bytes_are_told_or_read_never_more(
    file: str, noise: bytes, at: int, cut: int
) -> None:
    whole = FILES[file].encode()
    at = min(at, len(whole))
    with tempfile.TemporaryDirectory() as folder:
        folders = write_case(Path(folder), {file: whole[:at] + noise + whole[at + cut :]})
        try:
            read_case(*folders)
        except CorredorError as error:
            assert str(error)


def test_every_default_of_the_list_of_settings_is_in_its_range() -> None:
    default_settings()
    for key in known_keys().values():
        if key.default and key.kind in ("number", "whole"):
            key.parse(key.default)


@pytest.mark.parametrize("name", ["burundi", "car", "ethiopia", "mali", "ssudan", "syria"])
def test_the_six_conflicts_are_read(name: str) -> None:
    if not CASES.exists():
        pytest.skip("the six conflicts are not here; name their folder in FLEE_CASES")
    folder = CASES / name
    case = read_case(folder / "input", folder / "validation", CASES / "simsetting.yml")
    assert set(case.camps) <= set(case.record.counts)
    assert case.settings.conflict_weight == 0.25
