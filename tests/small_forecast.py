"""One small forecast with a measure laid over, which the tests of several files look at."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from made_once import once

from corredor.corridor.scenario_files import load_scenario
from corredor.fit.calibrate import Ensemble
from corredor.fit.forecast import Forecast, forecast
from corredor.fit.what_if import WhatIf, forecast_what_if

ORIGIN, MONTHS, ENSEMBLE = "2022-03", 4, Ensemble(10, 1)  # an early origin has few months before it
MADE = dt.date(2022, 4, 25)
FREE = """
title = "Nobody is stopped from May 2022"
base = "baseline"
assumptions = ["Nobody is stopped there: 0. Range 0 to 0."]
[interdiction.tempo]
south = { 2022-05-01 = 0 }
centre = { 2022-05-01 = 0 }
north = { 2022-05-01 = 0 }
[caravans]
dissolution = { 2022-05-01 = 0 }
"""


def alone() -> Forecast:
    """Make the forecast by itself."""
    return forecast(load_scenario("baseline"), ORIGIN, MONTHS, ENSEMBLE)


def kept_alone(shared: Path) -> Forecast:
    """Return the forecast by itself, made once for all tests."""
    return once(shared, "forecast", alone)


def free(folder: Path) -> Path:
    """Write the measure into a folder."""
    path = folder / "free.toml"
    path.write_text(FREE, encoding="utf-8")
    return path


def kept_with_measure(shared: Path) -> tuple[Forecast, tuple[WhatIf, ...]]:
    """Return the forecast with the measure laid over, made once for all tests."""

    def make() -> tuple[Forecast, tuple[WhatIf, ...]]:
        path = free(shared)
        return forecast_what_if(load_scenario("baseline"), [path], ORIGIN, MONTHS, ENSEMBLE)

    return once(shared, "what-if", make)
