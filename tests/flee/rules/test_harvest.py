"""The harvest: for a month everybody who is in a place is counted where they fled from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_case import write_case

from corredor.errors import UsageError
from corredor.flee.run import FleeRun, Runs, run_folder

RULES = """move_rules:
  max_move_speed: 200
  camp_movechance: 0.0
  default_movechance: 1.0
  harvest_months: [3]
"""
CHANGED = {
    "locations.csv": """#name,region,country,x,y,location_type,conflict_date,pop/cap
A,north,Here,1,2,conflict_zone,0,1000
C,south,There,2,2,camp,,0
D,south,There,2,2,camp,,0
""",
    "routes.csv": "#a,b,km\nA,C,100\nA,D,500\n",
    "sim_period.csv": "StartDate,2020-02-27\nLength,10\n",
    "data_layout.csv": "total,c.csv\nC,c.csv\nD,d.csv\n",
    "c.csv": "2020-02-27,5\n2020-02-28,105\n2020-03-07,825\n",  # 90 a day later
    "d.csv": "2020-02-27,0\n",
    "simsetting.yml": RULES,
}


def run(folder: Path, rules: str = RULES, draw: str = "exact", **changed: str) -> FleeRun:
    files = {**CHANGED, "simsetting.yml": rules, **{f"{k}.csv": v for k, v in changed.items()}}
    return run_folder(*write_case(folder, files), runs=Runs(draw=draw))  # type: ignore[arg-type]


@pytest.mark.parametrize("draw", ["exact", "individual"])
def test_people_go_home_for_the_month_and_come_back(tmp_path: Path, draw: str) -> None:
    one_link = "#a,b,km\nA,C,100\n"
    found = run(tmp_path, draw=draw, routes=one_link)
    in_camp = found.simulated[0, :, 0]
    # 27 to 29 February they come to the camp; from 1 March only those of its day 0 are there
    assert in_camp.tolist() == [5, 105, 195, 5, 5, 5, 5, 5, 5, 5]
    assert any("harvest" in note for note in found.case.notes)
    over = run(tmp_path / "over", draw=draw, routes=one_link,
               sim_period="StartDate,2020-03-30\nLength,4\n",
               c="2020-03-30,5\n2020-03-31,105\n2020-04-02,105\n", d="2020-03-30,0\n")  # fmt: skip
    assert over.simulated[0, :, 0].tolist() == [5, 5, 105, 105]  # in April they set out


def test_whoever_is_under_way_goes_on_until_a_place(tmp_path: Path) -> None:
    log = RULES + "log_levels:\n  agent: 1\n  link: 1\n"
    changed = {
        "simsetting.yml": log, "routes.csv": "#\nA,D,500\n",
        "locations.csv": CHANGED["locations.csv"].replace("C,", "X,"),
        "data_layout.csv": "total,c.csv\nX,d.csv\nD,c.csv\n",
    }  # fmt: skip
    folders = write_case(tmp_path, CHANGED | changed)
    found = run_folder(*folders, runs=Runs(draw="individual"), logs=tmp_path)
    rows = [line.split(",") for line in (tmp_path / "agents.out.0").read_text().splitlines()[1:]]
    first_of_flight = [row[3] for row in rows if row[1] == "0-5"]
    # 28 February to 1 March on the link, whose end comes on the third day; then at the harvest
    assert first_of_flight[:3] == ["L:A:D", "L:A:D", "D"]
    people = found.simulated[0, :, found.case.camps.index("D")]
    assert people.tolist() == [5.0] * 10


def test_expected_people_have_no_home(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected draw"):
        run(tmp_path, draw="expected")


def test_nobody_is_lost(tmp_path: Path) -> None:
    found = run(tmp_path, RULES.replace("[3]", "[2, 4]"))
    assert found.people[0] == 825
    assert np.isfinite(found.simulated).all()
