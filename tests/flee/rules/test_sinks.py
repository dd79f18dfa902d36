"""Camps as sinks. Flee reads the chance as a text and stops there, so it gives no case."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_case import LOCATIONS, write_case

from corredor.flee.rules.cost import Follow
from corredor.flee.run import CaseDrawName, FleeRun, Runs, run_folder

RULES = "spawn_rules:\n  camps_are_sicks: {}\nmove_rules:\n  max_move_speed: 600\n  camp_movechance: 1.0\n"  # noqa: E501


def run(
    folder: Path, draw: CaseDrawName, *, chance: float = 1.0, on: bool = True,
    follow: Follow = "cheaper",
) -> FleeRun:  # fmt: skip
    header, *rows = LOCATIONS.splitlines()
    places = [f"{header},deactivation_probability", *(f"{row},{chance}" for row in rows)]
    changed = {
        "locations.csv": "\n".join(places) + "\n",
        "simsetting.yml": RULES.format(str(on).lower()),
        "c.csv": "2020-01-01,0\n2020-01-02,500\n",
        "all.csv": "2020-01-01,0\n2020-01-02,500\n",
    }
    return run_folder(*write_case(folder, changed), runs=Runs(20, draw=draw, follow=follow))


@pytest.mark.parametrize("draw", ["exact", "individual", "expected"])
def test_whoever_settles_leaves_no_more(tmp_path: Path, draw: CaseDrawName) -> None:
    sink = run(tmp_path / "sink", draw)
    open_camp = run(tmp_path / "open", draw, on=False)
    assert (np.diff(sink.simulated[:, :, 0], axis=1) >= -1e-9).all()
    assert (np.diff(open_camp.simulated[:, :, 0], axis=1) < 0).any()
    assert sink.simulated[:, -1].mean() > open_camp.simulated[:, -1].mean()
    assert (sink.people == 500).all() or draw == "expected"


def test_persons_followed_one_by_one_settle_as_those_counted_do(tmp_path: Path) -> None:
    counted = run(tmp_path / "counted", "exact", chance=0.3)
    one_by_one = run(tmp_path / "one", "exact", chance=0.3, follow="persons")
    assert any("one by one" in note for note in one_by_one.case.notes)
    a, b = counted.simulated, one_by_one.simulated
    error = np.sqrt((a.var(axis=0) + b.var(axis=0)) / len(a))
    assert (np.abs(a.mean(axis=0) - b.mean(axis=0)) <= 5 * error + 1e-9).all()
    assert (one_by_one.people == 500).all()
    individual = run(tmp_path / "i", "individual", chance=0.3, follow="persons")
    assert np.array_equal(individual.simulated, b)
    never_settles = run(tmp_path / "off", "exact", on=False, follow="persons")
    assert b[:, -1].mean() > never_settles.simulated[:, -1].mean()


def test_without_a_chance_nobody_settles(tmp_path: Path) -> None:
    never = run(tmp_path / "never", "exact", chance=0.0)
    off = run(tmp_path / "off", "exact", on=False)
    assert np.array_equal(never.simulated, off.simulated)
