"""Flee's dates."""

from __future__ import annotations

import datetime as dt

from corredor.flee.api.datamanager.handle_refugee_data import RefugeeTable

DataTable = RefugeeTable


def subtract_dates(date1: str, date2: str) -> int:
    """Return the days from the second date to the first."""
    return (dt.date.fromisoformat(date1) - dt.date.fromisoformat(date2)).days


def steps_to_date(steps: int, start_date: str) -> dt.date:
    """Return the date so many days after the first."""
    return dt.date.fromisoformat(start_date) + dt.timedelta(days=steps)
