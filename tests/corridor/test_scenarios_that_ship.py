"""Every scenario that ships is of the baseline, differs from it, and says what was assumed."""

from __future__ import annotations

import re

import pytest

from corredor.corridor.scenario import Scenario, differences
from corredor.corridor.scenario_files import load_scenario
from corredor.inputs import shipped as assets

FOLDER = assets.find("scenarios", "baseline", ".toml").parent
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != "baseline")
HAVE_ASSUMPTIONS = [name for name in NAMES if name != "interdiction-november-2023"]


@pytest.mark.parametrize("name", NAMES)
def test_it_differs_from_the_baseline_and_runs_over_the_same_days(
    baseline: Scenario, name: str
) -> None:
    scenario = load_scenario(name)
    assert differences(baseline, scenario)
    assert (scenario.spin_up, scenario.start, scenario.end) == (
        baseline.spin_up, baseline.start, baseline.end,
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_it_leaves_the_past_as_it_was(baseline: Scenario, name: str) -> None:
    """A policy begins on a day inside the horizon, so that before and after can be compared."""
    scenario = load_scenario(name)
    for lever in differences(baseline, scenario):
        mine, theirs = scenario.settings.get(lever, {}), baseline.settings.get(lever, {})
        for key in {*mine, *theirs}:
            changed = set(mine.get(key, ())) ^ set(theirs.get(key, ()))
            assert all(day > baseline.start for day, _ in changed), (lever, key)
    assert all(day > baseline.start for day in scenario.held.values())


@pytest.mark.parametrize("name", HAVE_ASSUMPTIONS)
def test_it_says_what_was_assumed_with_a_range_and_where_the_rest_is_from(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.description
    assert scenario.assumptions
    assert scenario.sources
    numbers = [text for text in scenario.assumptions if re.search(r"\d", text)]
    assert all(re.search("[Rr]ange|within|hold", text) for text in numbers)
