"""What checks of the record give to be drawn: months of a series, and windows of months."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from corredor import record
from corredor.claims.citing import title
from corredor.claims.finding import Published
from corredor.claims.held import Part


def months_of(
    part: Part,
    start: str | None = None,
    end: str | None = None,
    *,
    marked: Sequence[str] = (),
    level: float | None = None,
) -> Published:
    """Return the published months of a series, those of which a claim speaks ``marked``."""
    values = record.monthly(part.series, part.category, part.place).loc[start:end].dropna()
    windows = tuple((str(month), str(month), float(value)) for month, value in values.items())
    return Published(part.name, _unit(part.series), windows, tuple(marked), level)


def windows_of(
    series: str, tiles: pd.DataFrame, *, marked: Sequence[str] = (), level: float | None = None
) -> Published:
    """Return windows of a series, each at its mean a month.

    Parameters
    ----------
    tiles : pandas.DataFrame
        ``start`` and ``end`` (months) and ``value``, of windows that do not overlap.
    """
    windows = tuple(
        (str(start), str(end), float(value) / ((end - start).n + 1))
        for start, end, value in zip(tiles["start"], tiles["end"], tiles["value"], strict=True)
    )
    return Published(title(series), _unit(series), windows, tuple(marked), level)


def around(month: str, before: int, after: int) -> tuple[str, str]:
    """Return the month so many before a month, and the one so many after."""
    middle = pd.Period(month, "M")
    return str(middle - before), str(middle + after)


def _unit(series: str) -> str:
    return f"{record.describe(series).unit} a month"
