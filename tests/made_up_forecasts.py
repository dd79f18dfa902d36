"""A backtest and a forecast made up for tests: whose forecasts are good is chosen here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from corredor.fit.backtest import COLUMNS, METHODS, MODEL
from corredor.fit.forecast import Forecast
from corredor.fit.scores import LEVELS

ORIGINS = pd.period_range("2023-01", periods=6, freq="M")
PARTS = (
    ("border_patrol_encounters", "all"), ("ports_of_entry_encounters", "all"),
    ("border_patrol_by_citizenship", "andes"), ("border_patrol_by_citizenship", "mexico"),
    ("border_patrol_by_sector", "El Paso"),
)  # fmt: skip
WINDOW = "2023-04/2023-05"
GOOD, BAD = 0.01, 0.5  # by which a median misses; the 90 % interval reaches 0.18 either way


def made_up_backtest(misses: Mapping[str, float], others: float = 0.2) -> pd.DataFrame:
    """Return a backtest in which a method's median misses what came by a share of it.

    Mexico's detentions have one window of two months in it, of 80,000 events.
    """
    rows: list[tuple[object, ...]] = []
    for number, origin in enumerate(ORIGINS):
        for series, part in PARTS:
            for horizon in range(1, 7):
                came = 100_000.0 + 1000 * (number + horizon)
                key = (str(origin), str(origin + horizon), horizon, series, part)
                rows += [(*key, m, came, *_levels(came, misses.get(m, others))) for m in METHODS]
        end = (pd.Period(WINDOW[-7:], "M") - origin).n
        if end > 1:
            key = (str(origin), WINDOW, end, "mexico_detentions", "all")
            rows.append((*key, MODEL, 80_000.0, *_levels(80_000.0, misses.get(MODEL, others))))
    return pd.DataFrame(rows, columns=COLUMNS)


def _levels(came: float, miss: float) -> np.ndarray:
    return came * (1 + miss + 0.4 * (np.array(LEVELS) - 0.5))


def made_up_forecast(months: int = 3, origin: str = "2024-01") -> Forecast:
    """Return a forecast of 200 random futures of the totals, made on 25 February 2024."""
    random = np.random.default_rng(3)
    start = pd.Period(origin, "M")
    keys = ("border_patrol_encounters", "ports_of_entry_encounters", "mexico_detentions")
    samples = {(key, "all"): random.lognormal(11, 0.3, (200, months)) for key in keys}
    ahead = tuple(start + h for h in range(1, months + 1))
    return Forecast(start, dt.date(2024, 2, 25), ahead, samples, {})
