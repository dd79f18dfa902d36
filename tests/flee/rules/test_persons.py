"""Persons one by one, where states are too many: the same distribution as persons in states."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_case import write_case

from corredor.errors import UsageError
from corredor.flee.rules import walk
from corredor.flee.run import FleeRun, Runs, run_folder

RUNS = 150
ERRORS = 5.0  # standard errors that a right program stays within, by day and camp
LOCATIONS = """#name,region,country,x,y,location_type,conflict_date,pop/cap
A,north,Here,1,2,conflict_zone,0,1000
B,north,Here,1.5,2,town,,
D,north,Here,1.5,2,town,,
C,south,There,2,2,camp,,150
E,south,There,2,2,camp,,
"""
CHANGED = {
    "locations.csv": LOCATIONS,
    "routes.csv": "#a,b,km,forced,walk_probability\nA,B,30,,0.2\nB,D,40,,\nD,C,120,,\nB,E,90,,\nD,E,70,,\n",  # noqa: E501
    "closures.csv": "#\nlocation,E,,4,7\n",
    "data_layout.csv": "total,all.csv\nC,c.csv\nE,c.csv\n",
    "c.csv": "2020-01-01,20\n2020-01-04,150\n2020-01-10,150\n",
    "demographics_age.csv": "age,Default\n10,1\n40,1\n",
}
RULES = """move_rules:
  max_move_speed: 100
  max_walk_speed: 35
  awareness_level: 2
  camp_movechance: 0.05
  start_on_foot: true
  ChildrenAvoidHazards: true
  foreign_weight: 3
"""


def run(
    folder: Path, rules: str, draw: str = "exact", runs: int = RUNS, follow: str = "persons"
) -> FleeRun:
    folders = write_case(folder, {**CHANGED, "simsetting.yml": rules})
    return run_folder(*folders, runs=Runs(runs, draw=draw, follow=follow))  # type: ignore[arg-type]


def test_persons_go_where_those_in_states_go(tmp_path: Path) -> None:
    numbered = run(tmp_path / "numbered", RULES, "individual", follow="counts")
    one_by_one = run(tmp_path / "one", RULES)
    assert any("one by one" in note for note in one_by_one.case.notes)
    assert not any("one by one" in note for note in numbered.case.notes)
    a, b = numbered.simulated, one_by_one.simulated
    error = np.sqrt((a.var(axis=0) + b.var(axis=0)) / RUNS)
    assert (np.abs(a.mean(axis=0) - b.mean(axis=0)) <= ERRORS * error + 1e-9).all()
    assert np.array_equal(numbered.people, one_by_one.people)
    assert a[:, -1].mean() > 50


def test_the_bits_of_persons_do_not_depend_on_company(tmp_path: Path) -> None:
    rules = RULES + "  avoid_short_stints: true\n"
    many = run(tmp_path / "many", rules, runs=6)
    few = run(tmp_path / "few", rules, runs=2)
    assert np.array_equal(many.simulated[:2], few.simulated)
    assert (many.simulated[0] != many.simulated[1]).any()


def test_what_needs_states_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected draw"):
        run(tmp_path / "means", RULES, "expected", 1)


def test_persons_are_counted_part_by_part_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = run(tmp_path / "at once", RULES, runs=2)
    monkeypatch.setattr(walk, "AT_ONCE", 7)
    assert np.array_equal(run(tmp_path / "parts", RULES, runs=2).simulated, at_once.simulated)
