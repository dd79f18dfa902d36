"""Months as publishers write them, as whole numbers: twelve times the year, from January."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd

from corredor.record.readers.cells import fold, text, without_footnote

FIRST, LAST = 1900, 2100  # years that a figure can be of
FISCAL_YEAR_BEGINS = 10  # the United States' fiscal year 2024 began in October 2023
ENGLISH = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_SPANISH = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
_MONTHS = {
    name: number
    for names in (ENGLISH, _SPANISH)
    for number, full in enumerate(names, 1)
    for name in (full.casefold(), full[:3].casefold(), full[:4].casefold())
} | {"setiembre": 9, "set": 9, "sept": 9}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_SHORT_YEAR = re.compile(r"\bFY\s?'?(\d{2})(?!\d)", re.IGNORECASE)
_EPOCH = 12 * 1970


def month_of(cell: object) -> int | None:
    """Return the number of a month named in English or Spanish, or None.

    Examples
    --------
    >>> month_of("01 October"), month_of("SEPT"), month_of("Ago."), month_of("Total")
    (10, 9, 8, None)
    """
    if not isinstance(cell, str):
        return None
    words = [word for word in fold(without_footnote(text(cell))).split() if not word.isdigit()]
    return _MONTHS.get(words[0]) if len(words) == 1 else None


def year_of(cell: object) -> int | None:
    """Return the year that a cell names, or None.

    Examples
    --------
    >>> year_of("2025 (FYTD)"), year_of(2024.0), year_of("FY 19"), year_of("Total")
    (2025, 2024, 2019, None)
    """
    written = text(cell)
    if found := _YEAR.findall(written):
        return int(found[-1])
    if short := _SHORT_YEAR.search(written):
        return 2000 + int(short[1])
    return None


def at(year: int, month: int) -> int:
    """Return a month as a whole number."""
    return 12 * year + month - 1


def fiscal(year: int, month: int) -> int:
    """Return the month of a fiscal year of the United States: October to December lie before it."""
    return at(year - (month >= FISCAL_YEAR_BEGINS), month)


def labelled(cell: object) -> int | None:
    """Return the month that a column such as ``JAN2009`` or a day in it stands for, or None.

    Examples
    --------
    >>> [named(labelled(cell)) for cell in ("FEB2009", "feb-09", "2009-02", "02/2009")]
    ['February 2009', 'February 2009', 'February 2009', 'February 2009']
    """
    if isinstance(cell, dt.date):
        return at(cell.year, cell.month)
    written = text(cell)
    if found := re.fullmatch(r"([^\W\d_]{3,10})\.?[\s\-_/]*'?(\d{4}|\d{2})", written):
        month, year = _MONTHS.get(fold(found[1])), int(found[2])
    elif found := re.fullmatch(r"(\d{4})[-/_ ]?(\d{1,2})(?:[-/]0?1(?:[ T]00:00:00)?)?", written):
        month, year = int(found[2]), int(found[1])
    elif found := re.fullmatch(r"(\d{1,2})[-/](\d{4})", written):
        month, year = int(found[1]), int(found[2])
    else:
        return None
    year += 2000 if year < 100 else 0
    return at(year, month) if month and 1 <= month <= 12 and FIRST <= year <= LAST else None


def named(month: int) -> str:
    """Return a month in words, such as ``August 2024``."""
    return f"{ENGLISH[month % 12]} {month // 12}"


def bounds(months: pd.Series, length: int = 1) -> tuple[pd.Series, pd.Series]:
    """Return the first and the last day of windows of some months that begin with these."""
    first = (months.to_numpy(dtype="int64") - _EPOCH).astype("datetime64[M]")
    last = (first + length).astype("datetime64[D]") - np.timedelta64(1, "D")
    kind = "datetime64[ns]"
    return (
        pd.Series(first.astype(kind), months.index),
        pd.Series(last.astype(kind), months.index),
    )


def of_day(days: int) -> int:
    """Return the month of a day, counted from the first of January 1970."""
    day = dt.date(1970, 1, 1) + dt.timedelta(days=days)
    return at(day.year, day.month)
