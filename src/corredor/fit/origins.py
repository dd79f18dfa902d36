"""From where a forecast starts: its origin, the day on which it is made, and what it may know.

An origin is the newest month known of the series that ``observations.toml`` of the world names. A
forecast from a past origin is made on the day on which that series' figure came out; one from the
newest month is made today, with everything held.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from corredor import record
from corredor.corridor.scenario import Scenario
from corredor.errors import UsageError
from corredor.fit.observations import pooled
from corredor.runs.targets import forecast_plan, load_targets

FEWEST_MONTHS = 6  # of the record behind the first origin


@dataclass(frozen=True)
class Moment:
    """When a forecast is made: its origin, its day, and what it may know (None: all held)."""

    origin: pd.Period
    day: dt.date
    as_of: dt.date | None


def moment_of(
    scenario: Scenario, origin: str | pd.Period | None, today: dt.date | None = None
) -> Moment:
    """Return when a forecast is made; the parameters are those of :func:`forecast`.

    Raises
    ------
    UsageError
        As :func:`check_origin`.
    """
    if origin is None:
        day = today or dt.datetime.now(dt.UTC).date()
        return Moment(check_origin(scenario, newest_origin(scenario), as_of=None), day, None)
    start = check_origin(scenario, origin)
    day = made_on(scenario, start)
    return Moment(start, day, day)


def made_on(scenario: Scenario, origin: pd.Period) -> dt.date:
    """Return the day on which a forecast from an origin is made: when its figure is out."""
    series = forecast_plan(scenario.world).origin
    with record.with_world(scenario.world.folder):
        wait = record.describe(series).published_after_days
    return (origin.end_time + pd.Timedelta(days=wait)).date()


def months_ahead(scenario: Scenario, origin: pd.Period) -> int:
    """Return how many months after an origin the world's entry table covers."""
    return int((pd.Period(str(scenario.world.entry["month"].max())[:7], "M") - origin).n)


def newest_figures(scenario: Scenario, as_of: dt.date | None = None) -> dict[str, pd.Period]:
    """Return the newest month of which a figure of each series is held, or was known on a day.

    A series that is published as totals of several months has the last month of the newest total.
    """
    found = {}
    with record.with_world(scenario.world.folder):
        for series in dict.fromkeys(t.series for t in load_targets(scenario.world) if not t.by):
            ends = record.windows(series, as_of=as_of)["end"]
            if len(ends):
                found[series] = ends.max()
    return found


def newest_origin(scenario: Scenario) -> pd.Period:
    """Return the newest month from which can be forecast: its total and its parts are held.

    Raises
    ------
    UsageError
        If the record holds none.
    """
    plan = forecast_plan(scenario.world)
    with record.with_world(scenario.world.folder):
        total = record.monthly(plan.origin).dropna()
        parts = [values.dropna() for values in pooled(scenario.world, plan.level).values()]
    ends = [values.index.max() for values in (total, *parts) if len(values)]
    if not ends or not len(total):
        raise UsageError(f"{plan.origin}: the record holds no month to forecast from.")
    # A nationality that ends earlier is a gap of its own; all of them end with their publication.
    newest: pd.Period = min(total.index.max(), max(ends[1:], default=total.index.max()))
    return newest


def check_origin(
    scenario: Scenario, origin: str | pd.Period, as_of: dt.date | Literal["then"] | None = "then"
) -> pd.Period:
    """Return an origin as a month, none later than the newest figure held.

    Parameters
    ----------
    scenario : Scenario
        Its world says which series' months are origins.
    origin : str or Period
        Such as ``2024-01``.
    as_of : date, ``then`` or None
        When its figure must have been known: by the day on which a forecast from there is made, by
        another, or now.

    Raises
    ------
    UsageError
        If it is none, or none from which the world can be forecast.
    """
    plan = forecast_plan(scenario.world)
    try:
        start = pd.Period(origin, freq="M")
    except ValueError as error:
        raise UsageError(f"{origin!r} is no month; write it like 2024-01.") from error
    newest = newest_origin(scenario)
    if start > newest:
        raise UsageError(
            f"origin: found {start}, but the newest month held of {plan.origin} is {newest}. "
            "What came after it is not known here, so nothing can be forecast from there."
        )
    day = made_on(scenario, start) if as_of == "then" else as_of
    with record.with_world(scenario.world.folder):
        value = record.monthly(plan.origin, as_of=day).get(start, np.nan)
    if pd.isna(value):
        raise UsageError(f"origin: {plan.origin} has no figure for {start} that was out by {day}.")
    least = pd.Period(plan.first, "M") + FEWEST_MONTHS - 1
    most = start + months_ahead(scenario, start) - 1
    if not least <= start <= most:
        raise UsageError(f"origin: found {start}, expected a month from {least} to {most}.")
    return start
