"""The scenarios of a world lie in it, or where those of the worlds that ship lie."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import SCENARIO, write_world

from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.scenarios_of import scenario_named, scenarios_folder
from corredor.errors import UsageError
from corredor.inputs import shipped


def test_a_world_has_its_own_scenarios(tmp_path: Path) -> None:
    world = write_world(tmp_path / "valley")
    with pytest.raises(UsageError, match="no baseline"):
        scenarios_folder(world)
    (world / "scenarios").mkdir()
    baseline = world / "scenarios" / "baseline.toml"
    baseline.write_text(SCENARIO.replace('world = "small"', 'world = ".."'))
    assert scenarios_folder(world) == world / "scenarios"
    assert scenario_named("baseline", world) == baseline
    assert load_scenario(baseline).world.name == "valley"


def test_the_world_of_the_baseline_has_those_that_ship() -> None:
    usual = shipped.default_world()
    assert scenarios_folder(usual) == scenarios_folder(usual.name) == shipped.folder("scenarios")
    assert scenario_named("baseline") == "baseline"
    assert scenario_named("none-of-this-name", usual) == "none-of-this-name"


def test_a_file_needs_no_baseline_beside_it(tmp_path: Path) -> None:
    world = write_world(tmp_path / "small")
    with pytest.raises(UsageError, match="has no baseline"):
        scenario_named("baseline", world)
    assert scenario_named("mine.toml", world) == "mine.toml"
