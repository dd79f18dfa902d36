"""Flee's log of agents."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made_case import write_case

from corredor.flee.run import FleeRun, Runs, run_folder

COLUMNS = ["#time", "rank-agentid", "original_location", "current_location", "gps_x", "gps_y",
           "is_travelling", "distance_travelled", "places_travelled",
           "distance_moved_this_timestep"]  # fmt: skip
RULES = "log_levels:\n  agent: 1\nmove_rules:\n  max_move_speed: 200\n"
CHANGED = {
    "simsetting.yml": RULES,
    "c.csv": "2020-01-01,4\n2020-01-02,40\n2020-01-10,60\n",
    "demographics_age.csv": "age,Default\n10,1\n40,1\n",
}


def run(folder: Path, changed: dict[str, str], draw: str = "individual") -> FleeRun:
    runs = Runs(2, draw=draw, seed=3)  # type: ignore[arg-type]
    return run_folder(*write_case(folder, CHANGED | changed), runs=runs, logs=folder)


def read(folder: Path) -> pd.DataFrame:
    lines = (folder / "agents.out.0").read_text().splitlines()
    rows = [line.removesuffix(",").split(",") for line in lines]
    return pd.DataFrame(rows[1:], columns=rows[0])


def test_persons_are_told_where_they_are_counted(tmp_path: Path) -> None:
    found = run(tmp_path, {})
    log = read(tmp_path)
    assert list(log) == [*COLUMNS, "age"]
    assert set(log["age"]) == {"10", "40"}
    by_day = log.groupby("#time")
    for day, rows in by_day:
        in_camp = (rows["current_location"] == "C").sum()
        assert in_camp == found.simulated[0, int(day), 0]
    assert by_day.size().iloc[-1] == found.people[0]
    constant = log.drop_duplicates(["rank-agentid", "age", "original_location"])
    assert not constant["rank-agentid"].duplicated().any()
    first = log[(log["#time"] == "0") & (log["original_location"] == "C")]
    assert first["rank-agentid"].tolist() == ["0-0", "0-1", "0-2", "0-3"]


def test_a_way_has_flees_km(tmp_path: Path) -> None:
    run(tmp_path, {})
    log = read(tmp_path)
    km, links = log["distance_travelled"].astype(float), log["places_travelled"].astype(int) - 1
    assert set(km) >= {0.0, 100.0, 600.0}
    assert ((km == 0) == (links == 0)).all()
    assert (log["distance_moved_this_timestep"].astype(float) <= 400).all()
    on_the_way = log[log["is_travelling"] == "True"]
    assert set(on_the_way["current_location"]) <= {"L:A:B", "L:B:A", "L:B:C", "L:C:B"}
    halfway = on_the_way[on_the_way["current_location"] == "L:A:B"]
    assert set(halfway["gps_x"]) <= {"1.25"}  # between 1 and 1.5


@pytest.mark.parametrize("level", [2, 3])
def test_links_of_the_day_are_told_where_it_is_asked(tmp_path: Path, level: int) -> None:
    run(tmp_path, {"simsetting.yml": RULES.replace("agent: 1", f"agent: {level}")})
    log = read(tmp_path)
    more = log[log["current_location"].str.startswith("L:") & (log["is_travelling"] == "False")]
    assert len(more)  # whoever came to a town with some of the day left, and stayed
    times = set(more["#time"].str.partition("-")[2])
    assert times == ({"1"} if level > 2 else {""})


def test_persons_are_told_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path / "whole", {})
    monkeypatch.setattr("corredor.flee.agents_out.AT_ONCE", 7)
    run(tmp_path / "parts", {})
    whole, parts = ((tmp_path / f / "agents.out.0").read_text() for f in ("whole", "parts"))
    assert whole == parts


def test_counted_people_are_not_told_and_a_note_says_how(tmp_path: Path) -> None:
    found = run(tmp_path, {}, "exact")
    assert not (tmp_path / "agents.out.0").exists()
    assert any("--draw individual" in note for note in found.case.notes)


def test_persons_of_a_file_have_its_traits(tmp_path: Path) -> None:
    rules = RULES + "spawn_rules:\n  read_from_agents_csv_file: true\n"
    agents = "location,age,group\nB,7,x\nB,8,y\n"
    run(tmp_path, {"simsetting.yml": rules, "agents.csv": agents, "c.csv": "2020-01-01,0\n"})
    log = read(tmp_path)
    assert list(log) == [*COLUMNS, "age", "group"]
    day_0 = log[log["#time"] == "0"]
    assert day_0[["age", "group"]].to_numpy().tolist() == [["7", "x"], ["8", "y"]]
