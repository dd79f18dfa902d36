"""The days of a run."""

from __future__ import annotations

from pathlib import Path

from corredor.flee.case.events import read_period


def read_sim_period(fname: str) -> tuple[str, int]:
    """Return first day and number of days of sim_period.csv."""
    period = read_period(Path(fname))
    return period.start.isoformat(), period.days


read_conflict_period = read_sim_period
