"""What Flee goes on with is run as Flee runs it, and told; ``flee check`` calls it a fault."""

# ruff: noqa: E501 - what is told stands on one line

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_case import DAYS, INPUT, made_case, write_case

from corredor.errors import InputError, UsageError
from corredor.flee.case.folder import read_case
from corredor.flee.case.tolerance import reading
from corredor.flee.run import Runs, run_folder

LOCATIONS, ROUTES = INPUT["locations.csv"], INPUT["routes.csv"]


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("simsetting.yml", "log_levels:\n  Flood: 1\n", "found 'log_levels.Flood', expected a setting that Flee knows; as in Flee, it has no effect"),
        ("simsetting.yml", "mover_rules:\n  max_move_speed: 1\n", "found 'mover_rules'"),
        ("simsetting.yml", "move_rules:\n  softening: 1\n  softening: 2\n", "the last of them holds"),
        ("simsetting.yml", "move_rules:\n  flood_rules: {flood_loc_weights: [1, 1]}\n", "floods have no effect"),
        ("locations.csv", LOCATIONS + "B,north,Here,1,1,town,,\n", "line 5, name: found 'B', expected each name once"),
        ("locations.csv", LOCATIONS + "D,north,Here,1,1,castle,,\n", "a place of no type"),
        ("routes.csv", ROUTES + "B,B,3,\n", "come back to where they were"),
        ("routes.csv", ROUTES + "A,C,90,5\n", "it is taken for 0"),
        ("closures.csv", "wall,A,B,1,2\n", "found 'wall'"),
        ("closures.csv", "location,X,-,1,2\n", "nothing closes"),
        ("closures.csv", "camp,X,-,1,2\n", "the first place of locations.csv, 'A'"),
        ("conflicts.csv", "#Day,A,B\n0,1\n" + "1,1,0\n" * DAYS, "later days a day earlier"),
        ("conflicts.csv", "#Day,A,A\n" + "0,1,1\n" * DAYS, "one after the other"),
        ("sim_period.csv", f"StartDate,2020-01-01\nLength,{DAYS}\nWeather,fine\n", "the row is passed over"),
    ],
)  # fmt: skip
def test_it_is_read_and_told(tmp_path: Path, file: str, text: str, told: str) -> None:
    folders = write_case(tmp_path, {file: text})
    assert [note for note in read_case(*folders).notes if told in note and file in note]
    with pytest.raises(InputError), reading(strict=True):
        read_case(*folders)


def test_cells_that_flee_passes_over_are_no_fault(tmp_path: Path) -> None:
    with reading(strict=True):
        case = made_case(
            tmp_path, closures="country,Here,There,3,5,by decree\n",
            sim_period=f"StartDate,2020-01-01,a Wednesday\nLength,{DAYS}\n",
        )  # fmt: skip
    assert [closure.line for closure in case.closures] == [1]


def test_notes_are_few(tmp_path: Path) -> None:
    case = made_case(tmp_path, simsetting="".join(f"speed{i}: 1\n" for i in range(5000)))
    assert len(case.notes) < 30
    assert "4,980 more notes" in " ".join(case.notes)


def test_of_rows_with_one_name_conflicts_find_the_first_and_all_else_the_last(
    tmp_path: Path,
) -> None:
    """Whoever flees the first stays there for ever; the record, and links, know the last."""
    files = {
        "locations.csv": "A,n,Here,1,2,conflict_zone,0,900\nC,s,There,2,2,camp,,\nA,n,Here,1,2,town,,100\n",
        "routes.csv": "A,C,100,\n",
    }  # fmt: skip
    folders = write_case(tmp_path, files)
    case = read_case(*folders)
    assert [place.name for place in case.locations] == ["A (line 1)", "C", "A"]
    assert case.conflict.sum(axis=0).tolist() == [DAYS, 0, 0]
    assert case.camps == ("C",)
    found = run_folder(*folders, runs=Runs(3))
    assert found.simulated.max() == 0
    assert found.people.tolist() == [900] * 3


def test_columns_of_one_name_are_one_list_of_days(tmp_path: Path) -> None:
    rows = "".join(f"{day},{day % 3},{day % 2}\n" for day in range(DAYS))
    case = made_case(tmp_path, conflicts="#Day,B,B\n" + rows)
    both = np.ravel([(day % 3, day % 2) for day in range(DAYS)])
    assert case.conflict[:, 1].tolist() == both[:DAYS].tolist()


def test_a_link_that_nobody_comes_to_the_end_of(tmp_path: Path) -> None:
    folders = write_case(tmp_path, {"routes.csv": "A,B,1000000000,\nB,C,500,\n"})
    found = run_folder(*folders, runs=Runs(1))
    assert found.simulated.max() == 0
    assert found.people.tolist() == [900]


def test_a_link_to_itself_is_taken(tmp_path: Path) -> None:
    """A third of those who leave A go to C; the others come back, and leave on the next day."""
    files = {"locations.csv": LOCATIONS.replace("B,north,Here,1.5,2,town,,\n", ""),
             "routes.csv": "A,A,150,\nA,C,150,\n",
             "simsetting.yml": "move_rules:\n  max_move_speed: 100\n  camp_movechance: 0\n"}  # fmt: skip
    found = run_folder(*write_case(tmp_path, files), runs=Runs(400, "exact"))
    alone = run_folder(
        *write_case(tmp_path / "alone", {**files, "routes.csv": "A,C,150,\n"}), runs=Runs(400)
    )
    late = found.simulated[:, -1].mean() / alone.simulated[:, -1].mean()
    assert 0.6 < late < 0.95


def test_a_population_below_none_is_none_and_told(tmp_path: Path) -> None:
    towns = LOCATIONS.replace("town,,", "town,,-70")
    case = read_case(*write_case(tmp_path, {"locations.csv": towns}))
    assert any("'B'" in note or "-70" in note for note in case.notes)
    found = run_folder(*write_case(tmp_path, {"locations.csv": towns}), runs=Runs(2))
    plain = run_folder(*write_case(tmp_path / "plain"), runs=Runs(2))
    assert (found.simulated == plain.simulated).all()
    fought = LOCATIONS.replace("0,1000", "0,-1000")
    with pytest.raises(UsageError, match="A: people flee from here, but its population is -1,000"):
        run_folder(*write_case(tmp_path / "fought", {"locations.csv": fought}))
    rules = {"locations.csv": towns,
             "simsetting.yml": "move_rules:\n  movechance_pop_scale_factor: 0.5\n"}  # fmt: skip
    with pytest.raises(UsageError, match="no power of a population below 0"):
        run_folder(*write_case(tmp_path / "power", rules))
