"""Every fault of a case at once, each with what Flee would do."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_case import INPUT, VALIDATION, fab_case, write_case

from corredor.errors import CorredorError, Problem
from corredor.flee.case.folder import read_case
from corredor.flee.case.layout import find_case
from corredor.flee.check.faults import Findings, find_faults, flee_does

FILES = {**INPUT, **VALIDATION}


def faults_of(folder: Path, changed: dict[str, str], days: int | None = None) -> Findings:
    return find_faults(find_case(fab_case(folder / "case", changed), None, None), days)


def test_a_right_case_has_no_faults_but_its_notes(tmp_path: Path) -> None:
    found = faults_of(tmp_path, {"conflicts.csv": INPUT["conflicts.csv"].replace("A", "A,Z")
                                 .replace(",1", ",1,0")})  # fmt: skip
    assert not found.faults
    assert [note for note in found.notes if "'Z' is no place" in note]


def test_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    """A wrong file of places still tells the names; a wrong file of the record hides no other."""
    found = faults_of(tmp_path, {
        "locations.csv": INPUT["locations.csv"].replace("1000", "many"),
        "routes.csv": INPUT["routes.csv"] + "A,Nowhere,5,\n",
        "closures.csv": "wall,A,B,1,2\n",
        "conflicts.csv": "#Day,A\n0,1\n",
        "sim_period.csv": "StartDate,2020-01-01\nLength,10\n",
        "simsetting.yml": "move_rules:\n  max_speed: 4\n",
        "all.csv": "2020-01-01,few\n",
        "c.csv": "1 May,5\n",
    })  # fmt: skip
    at = {(Path(f.problem.file).name, f.problem.row, f.problem.column): f for f in found.faults}
    assert set(at) == {
        ("simsetting.yml", 2, None), ("locations.csv", 2, "pop/cap"), ("routes.csv", 4, "name2"),
        ("closures.csv", 1, "closure_type"), ("conflicts.csv", None, None),
        ("all.csv", 1, "count"), ("c.csv", 1, "date"),
    }  # fmt: skip
    assert "exit code 0" in at["routes.csv", 4, "name2"].flee
    assert "silence" in at["simsetting.yml", 2, None].flee
    assert "IndexError" in at["conflicts.csv", None, None].flee


@pytest.mark.parametrize(
    ("changed", "told", "flee"),
    [
        ({"data_layout.csv": "total,all.csv\n"}, "a row for the camp 'C'", "looks the camp up"),
        ({"data_layout.csv": "total,all.csv\nC,none.csv\n"}, "can be read", "FileNotFoundError"),
        ({"registration_corrections.csv": "C,2020-01-04\n"}, "the date of a count", "Unbound"),
        ({"locations.csv": INPUT["locations.csv"].replace("1000", "0")}, "with people on day 1",
         "total of weights"),
        ({"location_changes.csv": "B,marker,3\n"}, "another type", "where it is started"),
        ({"locations.csv": INPUT["locations.csv"].replace("town,,", "town,,-5")}, "a population",
         "as it is"),
        ({"simsetting.yml": "spawn_rules:\n  read_from_agents_csv_file: true\n",
          "agents.csv": "location\nX\n"}, "a place of locations.csv", "leaves the person out"),
        ({"simsetting.yml": "move_rules:\n  flee_when_starving: true\n",
          "region_attributes_IPC.csv": "#Day,north\n0,1\n"}, "a column for", "ends with an error"),
        ({"simsetting.yml": "move_rules:\n  weight_power: -900\n"}, "can lay out", "may run it"),
    ],
)  # fmt: skip
def test_each_fault_says_what_flee_does(
    tmp_path: Path, changed: dict[str, str], told: str, flee: str
) -> None:
    found = faults_of(tmp_path, changed).faults
    assert [fault for fault in found if told in str(fault.problem) and flee in fault.flee]


def test_floods_by_half_do_not_ask_for_conflicts(tmp_path: Path) -> None:
    conflict = fab_case(tmp_path / "case", {
        "simsetting.yml": "spawn_rules:\n  flood_zone_spawning_only: true\n", "flood_level.csv": "",
    })  # fmt: skip
    (conflict / "input_csv" / "conflicts.csv").unlink()
    found = find_faults(find_case(conflict, None, None)).faults
    assert {Path(fault.problem.file).name for fault in found} == {"simsetting.yml"}


def test_more_days_need_more_rows(tmp_path: Path) -> None:
    assert "11 days" in faults_of(tmp_path, {}, 11).faults[0].problem.expected


@given(
    st.sampled_from(sorted(FILES)), st.integers(0, 60), st.sampled_from(["", "x", "-1", ",", "\n"])
)
@settings(max_examples=30)
def test_a_case_has_faults_just_where_it_is_refused(file: str, at: int, damage: str) -> None:
    text = FILES[file]
    changed = {file: text[: at % (len(text) + 1)] + damage + text[at % (len(text) + 1) + 1 :]}
    with tempfile.TemporaryDirectory() as folder:
        case = find_case(fab_case(Path(folder) / "case", changed), None, None)
        try:
            read_case(case.folder, case.validation, case.settings)
        except CorredorError as error:
            told = str(error)
        else:
            told = ""
        found = [fault for fault in find_faults(case).faults if fault.refused]
    if told:
        assert found
        assert all(fault.flee for fault in found)
    else:  # what is laid out may still be refused
        assert all("lay out" in f.problem.expected or "with people" in f.problem.expected
                   for f in found)  # fmt: skip


def test_whatever_is_wrong_has_a_consequence() -> None:
    assert flee_does(Problem("somewhere.csv", "something else")) == "stops with a traceback"


def test_flees_own_layout_is_checked_too(tmp_path: Path) -> None:
    assert not find_faults(find_case(*write_case(tmp_path), None)).faults
