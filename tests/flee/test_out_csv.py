"""A run in the layout of Flee's own output."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from made_case import LOCATIONS, write_case

from corredor.flee.out_csv import as_flee_writes
from corredor.flee.run import Runs, run_folder

FALLS = "2020-01-01,100\n2020-01-04,400\n2020-01-07,100\n2020-01-10,900\n"


def test_the_columns_are_those_of_flee_and_the_numbers_those_of_the_run(tmp_path: Path) -> None:
    run = run_folder(*write_case(tmp_path, {"c.csv": FALLS}), runs=Runs(seed=2))
    table = as_flee_writes(run, 1.0)
    assert list(table) == [
        "Day", "Date", "C sim", "C data", "C error", "Total error", "refugees in camps (UNHCR)",
        "total refugees (simulation)", "raw UNHCR refugee count",
        "refugees in camps (simulation)", "refugee_debt",
    ]  # fmt: skip
    assert table["Day"].tolist() == list(range(10))
    assert table["Date"].iloc[-1] == "2020-01-10"
    assert table["C sim"].tolist() == run.simulated[0, :, 0].tolist()
    assert table["C data"].tolist() == [100, 200, 300, 400, 300, 200, 100, 366, 633, 900]
    assert (table["C error"] - abs(table["C sim"] / table["C data"] - 1)).abs().max() < 1e-4
    assert table["total refugees (simulation)"].iloc[-1] == run.people[0] == 900
    # nobody goes back when the record falls; they are owed until it rises again
    assert table["total refugees (simulation)"].is_monotonic_increasing
    assert table["refugee_debt"].tolist() == [0, 0, 0, 0, 100, 200, 300, 34, 0, 0]


def test_people_are_those_of_the_run_at_any_scale(tmp_path: Path) -> None:
    run = run_folder(
        *write_case(tmp_path, {"c.csv": FALLS}), runs=Runs(people_scale=3.0, replicates=4)
    )
    table = as_flee_writes(run, 3.0)
    assert table["total refugees (simulation)"].iloc[-1] == run.people.mean() == 2700
    assert np.allclose(table["C sim"], run.simulated[:, :, 0].mean(axis=0), atol=0.006)


def test_what_a_run_does_not_keep_stays_empty(tmp_path: Path) -> None:
    settings = "spawn_rules:\n  conflict_driven_spawning:\n    displaced_per_conflict_day: 10\n"
    run = run_folder(*write_case(tmp_path, {"simsetting.yml": settings}))
    as_flee_writes(run, 1.0).to_csv(tmp_path / "out.csv", index=False)
    table = pd.read_csv(tmp_path / "out.csv")
    assert table["total refugees (simulation)"].isna().all()
    assert table["refugees in camps (simulation)"].notna().all()


def test_people_of_agents_csv_are_among_all_people(tmp_path: Path) -> None:
    rules = "spawn_rules:\n  read_from_agents_csv_file: true\n"
    agents = "location\nA\nA\n"
    run = run_folder(*write_case(tmp_path, {"simsetting.yml": rules, "agents.csv": agents}))
    table = as_flee_writes(run, 1.0)
    assert table["total refugees (simulation)"].iloc[-1] == run.people[0] == 900 + 2


def test_totals_of_camps_for_displaced_people_follow_their_closures(tmp_path: Path) -> None:
    changed = {
        "locations.csv": LOCATIONS + "D,north,Here,1,3,idpcamp,,0\n",
        "routes.csv": "#\nA,B,100,\nB,C,500,0\nA,D,50,\n",
        "closures.csv": "#\nidpcamp,D,,4,6\n",
        "data_layout.csv": "total,all.csv\nC,c.csv\nD,c.csv\n",
        "simsetting.yml": "log_levels:\n  idp_totals: 1\n",
    }
    table = as_flee_writes(run_folder(*write_case(tmp_path, changed)), 1.0)
    expected = table["D sim"].where(~table["Day"].isin([4, 5]), 0)
    assert table.columns[-1] == "total IDPs"
    assert table["total IDPs"].tolist() == expected.tolist()
    assert (table["total IDPs"] > 0).any()
