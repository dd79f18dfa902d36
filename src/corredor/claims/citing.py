"""How findings name series, windows, editions and sources."""

from __future__ import annotations

import pandas as pd

from corredor import record


def cite(source: str) -> str:
    """Return the citation behind a source id."""
    return str(record.sources()["citation"].get(source, source))


def title(series: str) -> str:
    """Return the title of a series."""
    return record.describe(series).title


def edition_name(edition: object) -> str:
    """Name an edition in brackets behind its figure; nothing where only one was seen."""
    name = str(edition)
    if name.startswith("only"):
        return ""
    return f" ({name})" if name.startswith(("first", "DERIVED")) else f" (edition: {name})"


def span(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Name a window of days."""
    if start == end:
        return str(start.date())
    if start.day == 1 and end.is_month_end and start.to_period("M") == end.to_period("M"):
        return str(start.to_period("M"))
    return f"{start.date()} to {end.date()}"
