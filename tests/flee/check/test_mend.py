"""A corrected copy: what has one right reading is corrected, whatever else is left."""

# ruff: noqa: E501 - a file stands on one line

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made_case import DAYS, INPUT, fab_case

from corredor.flee.case.folder import read_case
from corredor.flee.case.layout import CasePaths, find_case
from corredor.flee.check.faults import find_faults
from corredor.flee.check.mend import Mended, write_corrected


def mended(folder: Path, changed: dict[str, str]) -> tuple[Mended, CasePaths]:
    case = find_case(fab_case(folder / "case", changed), None, None)
    done = write_corrected(case, folder / "copy")
    return done, find_case(folder / "copy", None, None)


@pytest.mark.parametrize(
    ("file", "text", "right"),
    [
        ("routes.csv", "A,b,100,\nB,C,500,0\n", "A,B,100,\nB,C,500,0\n"),
        ("routes.csv", "A,B,\"1,500\",\nB,C,500,0\n", "A,B,1500,\nB,C,500,0\n"),
        ("routes.csv", "A,B,100,3\nB,C,500,0\n", "A,B,100,0\nB,C,500,0\n"),
        ("closures.csv", "wall,A,B,1,2\nlocation,A,-,1,2\n", "location,A,-,1,2\n"),
        ("closures.csv", "location,A,-,1.0,2\n", "location,A,-,1,2\n"),
        ("sim_period.csv", "StartDate,2020/1/1\nLength,10\n", "StartDate,2020-01-01\nLength,10\n"),
        ("c.csv", "2020-01-01 00:00:00,0\n2020-01-10,900\n", "2020-01-01,0\n2020-01-10,900\n"),
        ("c.csv", "2020-01-01,0\n2020-01-10,1 900\n", "2020-01-01,0\n2020-01-10,1900\n"),
        ("registration_corrections.csv", "C,2020-01-04\n", ""),
        ("location_changes.csv", "b,camp,3\n", "B,camp,3\n"),
        ("locations.csv", INPUT["locations.csv"].replace("zone,0", "zone,"), INPUT["locations.csv"]),
        ("locations.csv", "B,north,Here,1,2,camp,,5\n" + INPUT["locations.csv"], INPUT["locations.csv"]),
        (
            "locations.csv",
            "#name,region,country,x,y,type,date,pop,hdi\nA,n,Here,1,2,conflict,0,9\nC,s,Here,1,2,camp,,0,0.5\nB,n,Here,1,2,town,,,\n",
            "#name,region,country,x,y,type,date,pop,hdi\nA,n,Here,1,2,conflict,0,9,\nC,s,Here,1,2,camp,,0,0.5\nB,n,Here,1,2,town,,,\n",
        ),
        ("conflicts.csv", "#Day,A\n0,0\n1,1\n", "#Day,A\n0,0\n" + "".join(f"{d},1\n" for d in range(1, DAYS))),
    ],
)  # fmt: skip
def test_what_has_one_right_reading_is_corrected(
    tmp_path: Path, file: str, text: str, right: str
) -> None:
    done, copy = mended(tmp_path, {file: text})
    assert not done.left.faults
    assert len(done.corrections) == 1
    folder = copy.validation if file == "c.csv" else copy.folder
    assert (folder / file).read_text() == right
    table = pd.read_csv(tmp_path / "copy" / "corrections.csv")
    assert table["file"].tolist() == [f"{folder.name}/{file}"]
    before = tmp_path / "case" / folder.name / file
    assert before.read_text() == text  # the case itself stays as it is


def test_an_unknown_setting_becomes_a_comment(tmp_path: Path) -> None:
    done, copy = mended(tmp_path, {"simsetting.yml": "move_rules:\n  speed: 3\n  softening: 4\n"})
    assert not done.left.faults
    assert (tmp_path / "copy" / "simsetting.yml").read_text().split("\n")[1] == "#   speed: 3"
    assert read_case(copy.folder, copy.validation, copy.settings).settings.softening == 4


@pytest.mark.parametrize(
    "changed",
    [
        {"routes.csv": INPUT["routes.csv"] + "A,Nowhere,5,\n"},
        {"c.csv": "01/02/2020,5\n"},
        {"c.csv": "2020-01-01,5.5.5\n"},
        {"c.csv": "2020-13-01,5\n"},
        {"locations.csv": INPUT["locations.csv"].replace("town", "castle")},
        {"data_layout.csv": "total,all.csv\n"},
        {"simsetting.yml": "move_rules:\n  group:\n    speed: 3\n"},
        {"simsetting.yml": "move_rules:\n  softening: 3\n  softening: 4\n"},
    ],
)
def test_what_has_no_one_right_reading_is_left(tmp_path: Path, changed: dict[str, str]) -> None:
    done, _ = mended(tmp_path, changed)
    assert not done.corrections
    assert done.left.faults
    for file, text in changed.items():
        found = (tmp_path / "copy").rglob(file)
        assert [path.read_text() for path in found] == [text]


def test_one_correction_may_bring_another_fault_to_light(tmp_path: Path) -> None:
    """A record is added to its corrections only once every file of it is right."""
    done, copy = mended(tmp_path, {
        "c.csv": "2020/01/01,0\n2020-01-10,900\n", "registration_corrections.csv": "C,2020-01-04\n",
    })  # fmt: skip
    assert [Path(c.file).name for c in done.corrections] == [
        "c.csv",
        "registration_corrections.csv",
    ]
    assert not find_faults(copy).faults
