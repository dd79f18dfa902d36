"""Fixtures: a small world made by hand, a scenario in it, and the baseline compiled once."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers import Small, write_small
from hypothesis import settings
from made_once import once

from corredor.corridor.compile import CompiledModel, compile_model
from corredor.corridor.levers import compile_levers
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.levers import Levers

if TYPE_CHECKING:
    from corredor.study.run import Study

# How long an example takes depends on what else the machine does; speed is measured in benchmarks.
settings.register_profile("untimed", deadline=None, max_examples=30)
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """Spare the collector of garbage what stays: modules and thousands of tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the tests a home of their own, so that nothing that a user added counts."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("home")
        patch.setenv("CORREDOR_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that all processes of this run of the tests share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def small_study(shared: Path) -> Study:
    from short_study import short_study

    return once(shared, "study", short_study)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return write_small(tmp_path_factory.mktemp("scenarios"))


@pytest.fixture(scope="session")
def baseline() -> Scenario:
    return load_scenario("baseline")


@pytest.fixture(scope="session")
def baseline_model(baseline: Scenario) -> CompiledModel:
    return compile_model(baseline)


@pytest.fixture(scope="session")
def small_levers(small: Small) -> Levers:
    scenario = small.scenario()
    return compile_levers(scenario.settings, scenario.world)
