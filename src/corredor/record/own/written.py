"""What one cell can mean as a day or a month: in figures or words, in English or Spanish."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal, NamedTuple

from corredor.record.readers import months
from corredor.record.readers.cells import text
from corredor.record.readers.grid import Cell

Order = Literal["day-first", "month-first", "year-first"]
ORDERS: tuple[Order, ...] = ("day-first", "month-first", "year-first")
LONGEST = 40  # characters of a day
EXCEL_DAYS = range(10_000, 73_051)  # 1927 to 2099 as spreadsheets count days
EXCEL_BEGINS = dt.date(1899, 12, 30)
_TIME = r"(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?"
_YEAR_MONTH = re.compile(r"(\d{4})(?:[-/ ]?m(\d{1,2})|[-/ ](\d{1,2})|(\d{2}))", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/. ](\d{4})", re.ASCII)
_YEAR_DAY = re.compile(rf"(\d{{4}})([-/. ]?)(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII | re.I)
_NUMBERS = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}", re.ASCII | re.I)
_YEAR = r"[\s\-/,.]*(?:del?\s+)?'?(\d{4}|\d{2})"
_NAME = r"([^\W\d_]{3,10})\.?"
_NAMED_MONTH = re.compile(_NAME + _YEAR)
_NAMED_BACK = re.compile(rf"(\d{{4}})[\s\-/]*{_NAME}")
_NAMED_DAY = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th|º|°)?[\s\-/.]*(?:de\s+)?{_NAME}{_YEAR}")
_DAY_NAMED = re.compile(rf"{_NAME}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})")


class Written(NamedTuple):
    """What one cell can mean.

    Attributes
    ----------
    days : dict
        The day by each order of day, month and year; the first of the month where only a month
        is named. One that no order tells apart has the same day by all of them.
    month : bool
        Whether only a month is named.
    short : bool
        Whether the year has two digits.
    """

    days: dict[Order, dt.date]
    month: bool = False
    short: bool = False


def written_of(cell: Cell, *, workbook: bool = False) -> Written | None:
    """Return what a cell can mean as a day or a month, or None if it is neither.

    Parameters
    ----------
    cell : str, number or date
        As it stands in the file.
    workbook : bool
        Whether a number may be a day as spreadsheets count them.

    Examples
    --------
    >>> written_of("enero de 2024").days["day-first"], written_of("45292", workbook=True) is None
    (datetime.date(2024, 1, 1), True)
    >>> sorted(day.isoformat() for day in written_of("05/04/2024").days.values())
    ['2024-04-05', '2024-05-04']
    """
    if isinstance(cell, dt.date):
        return alike(cell.year, cell.month, cell.day)
    if counted(cell, workbook) and isinstance(cell, (int, float)):
        day = EXCEL_BEGINS + dt.timedelta(days=int(cell))
        return alike(day.year, day.month, day.day)
    words = text(cell).casefold()
    return None if len(words) > LONGEST else _numeric(words) or _named(words)


def counted(cell: Cell, workbook: bool) -> bool:
    """Return whether a cell is a day as spreadsheets count them."""
    return workbook and isinstance(cell, (int, float)) and int(cell) in EXCEL_DAYS


def _numeric(words: str) -> Written | None:
    """Return what a day or month in numbers can mean."""
    if found := _YEAR_MONTH.fullmatch(words):
        return alike(int(found[1]), int(found[2] or found[3] or found[4]))
    if found := _MONTH_YEAR.fullmatch(words):
        return alike(int(found[2]), int(found[1]))
    if found := _YEAR_DAY.fullmatch(words):
        if not found[2] and len(found[0].split("t")[0].split(" ")[0]) != 8:
            return None
        return alike(int(found[1]), int(found[3]), int(found[4]))
    if not (found := _NUMBERS.fullmatch(words)):
        return None
    first, second, last = int(found[1]), int(found[3]), int(found[4])
    short = len(found[4]) == 2
    days = {
        "day-first": _day(_year(last, short), second, first),
        "month-first": _day(_year(last, short), first, second),
    }
    # 24-01-31: with slashes or points nobody writes the year first, with hyphens some do
    if short and found[2] == "-" and len(found[1]) == 2:
        days["year-first"] = _day(_year(first, short), second, last)
    kept: dict[Order, dt.date] = {o: d for o in ORDERS if (d := days.get(o)) is not None}
    return Written(kept, short=short) if kept else None


def _named(words: str) -> Written | None:
    """Return what a day or month with the month's name can mean."""
    day: str | None = None
    if found := _DAY_NAMED.fullmatch(words):
        name, day, year = found.groups()
    elif found := _NAMED_MONTH.fullmatch(words):
        name, year = found.groups()
    elif found := _NAMED_BACK.fullmatch(words):
        year, name = found.groups()
    elif found := _NAMED_DAY.fullmatch(words):
        day, name, year = found.groups()
    else:
        return None
    number = months.month_of(name)
    short = len(year) == 2
    whole = alike(_year(int(year), short), number or 0, None if day is None else int(day))
    return None if whole is None else whole._replace(short=short)


def alike(year: int, month: int, day: int | None = None) -> Written | None:
    """Return a day or a month that is the same by every order."""
    found = _day(year, month, 1 if day is None else day)
    return None if found is None else Written(dict.fromkeys(ORDERS, found), month=day is None)


def _year(number: int, short: bool) -> int:
    return number + 2000 if short else number


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def advice(cell: Cell) -> str:
    """Return advice on a cell that is no day, where its look suggests some; else an empty text."""
    words = text(cell)
    if words.startswith("="):
        return "A formula is not worked out here: put its result in its place."
    if re.fullmatch(r"\d{5}", words, re.ASCII) and int(words) in EXCEL_DAYS:
        return "It looks like a day as spreadsheets count them: show the column as dates."
    if re.fullmatch(r"\d{4}\s*[-/]?\s*(?:[qQtTwWsS]\s*\d{1,2})?", words):
        return "For years, quarters and weeks give the columns start and end, first and last day."
    if re.fullmatch(r"\d{1,2}[-/]\d{2}|\d{1,2}-?[^\W\d_]{3,4}\.?", words):
        return "Write the year with four digits."
    if months.month_of(words):
        return "Name the year too, or give it a column of its own, year."
    if words and not re.search(r"\d", words):
        return "Leave out lines below the table, such as totals and sources."
    return ""
