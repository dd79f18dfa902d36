"""The pages of the scenarios hold what was computed, and the overview leads to each."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import Small

import scripts.write_scenarios as writer
from corredor.corridor.scenario_files import load_scenario
from corredor.runs.compare import compare_all
from corredor.runs.measures import measures
from corredor.show.compare import tell

HARD = "[interdiction.tempo]\nsouth = { 2023-03-01 = 0.1 }"
SPAN = ("2023-02", "2023-04")


def test_every_scenario_that_ships_has_a_page() -> None:
    assert "no-busing-south" in writer.names()
    assert "baseline" not in writer.names()
    assert all(load_scenario(name).title for name in writer.names())


def test_pages_hold_the_numbers(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.write(HARD, "harder")
    monkeypatch.setattr(writer, "BASELINE", str(small.path))
    monkeypatch.setattr(writer, "names", lambda: [str(small.folder / "harder.toml")])
    monkeypatch.setattr(writer, "SPAN", SPAN)
    written = list(writer.write(tmp_path, replicates=6, seed=3))
    assert written == [tmp_path / "scenarios" / "harder.md", tmp_path / "scenarios.md"]
    results = writer.run_all(
        [small.scenario(), load_scenario(small.folder / "harder.toml")], replicates=6, seed=3
    )
    table = compare_all(results, *SPAN)
    (told,) = tell(results, table, [small.scenario(), small.scenario(HARD)], SPAN)
    page, front = (path.read_text() for path in written)
    assert told.summary in page
    assert len([line for line in page.splitlines() if line.startswith("| ")]) > len(measures())
    for row in told.rows:
        assert row["interval"] in page
    encounters = told.rows[0]
    assert encounters["difference"] in front
    assert "(scenarios/harder.md)" in front
    assert {path.name for path in (tmp_path / "scenarios").iterdir()} == {
        "harder.md", "harder.svg", "all.svg",
    }  # fmt: skip
