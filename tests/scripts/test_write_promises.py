"""The page of the promises holds what was computed, and scores only months that are held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

import scripts.write_promises as writer
from corredor.corridor.scenario_files import load_what_if
from corredor.fit.calibrate import Ensemble
from corredor.fit.forecast import WHOLE, Forecast
from corredor.fit.what_if import PEOPLE, SHELTER, WhatIf

MONTHS = tuple(pd.period_range("2024-07", "2025-12", freq="M"))


@pytest.fixture
def made() -> tuple[Forecast, WhatIf]:
    random = np.random.default_rng(1)
    measures = (*writer.SCORED, PEOPLE, SHELTER)
    plain = {name: random.uniform(5e4, 1e5, (20, len(MONTHS))) for name in measures}
    begun = np.array([month >= pd.Period("2025-01", "M") for month in MONTHS])
    changed = {name: values + 1234.0 * begun for name, values in plain.items()}
    day = dt.date(2024, 7, 25)
    samples = {(name, WHOLE): plain[name] for name in writer.SCORED}
    forecast = Forecast(pd.Period("2024-06", "M"), day, MONTHS, samples, {})
    scenario = load_what_if("promises-2024/promise-mass-removal", day)
    return forecast, WhatIf(scenario, MONTHS, plain, changed)


def section(page: str) -> Iterator[str]:
    inside = False
    for line in page.splitlines():
        inside = line.startswith("### ") or (inside and not line.startswith("## "))
        if inside:
            yield line


def test_the_page_tells_what_is_assumed_and_months_from_the_beginning_on(
    made: tuple[Forecast, WhatIf],
) -> None:
    forecast, promise = made
    page = writer.wrapped(writer.page(forecast, [promise], Ensemble(20)))
    told = list(section(page))
    rows = [line for line in told if line.startswith("| ") and "month |" not in line]
    rows = [line for line in rows if not line.startswith("| ---")]
    assert [row.split(" | ")[0] for row in rows][:2] == ["| January 2025", "| February 2025"]
    assert len(rows) == 12
    assert all("+1,230 (+1,230 to +1,230)" in row for row in rows)
    assert "+18,500" in rows[0]  # 15 litres for each of them
    for text in promise.scenario.assumptions:
        assert text[:40] in " ".join(page.split())
    assert max(len(line) for line in page.splitlines() if not line.startswith(("|", "    "))) < 260


def test_only_months_of_which_a_figure_is_held_are_scored(made: tuple[Forecast, WhatIf]) -> None:
    samples = made[0].samples[writer.ENCOUNTERS, WHOLE]
    index = pd.PeriodIndex(["2024-07", "2024-09"], freq="M")
    found = writer.scored(samples, MONTHS, pd.Series([7.5e4, 5e6], index=index))
    assert (found.months, found.inside) == (2, 1)
    assert found.crps > 1e6
    assert writer.scored(samples, MONTHS, pd.Series([], dtype=float, index=index[:0])).months == 0


def test_every_promise_is_run() -> None:
    assert "promises-2024/promise-washington" in writer.names()
    assert len(writer.names()) == 8
