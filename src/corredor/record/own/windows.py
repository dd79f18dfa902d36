"""From days to the windows that were counted: whole months, single days, or a first and last."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from corredor.errors import Problem
from corredor.record.own.dates import Dated
from corredor.record.own.table import Table

Layout = Literal["months", "days", "windows"]
Key = tuple[str, str]  # place and category
WEEK = 7


class Window(NamedTuple):
    """First and last day of what was counted."""

    start: dt.date
    end: dt.date


class Windows(NamedTuple):
    """The windows of a table, one a row.

    Attributes
    ----------
    layout : {"months", "days", "windows"}
        Whether each row is a whole month, a single day, or says its first and last day.
    rows : list of Window
        One a row of the table.
    notes : list of str
        What was taken for a month or a day.
    """

    layout: Layout
    rows: list[Window]
    notes: list[str]


def spans(table: Table, dated: Dated) -> tuple[Windows, list[Problem]]:
    """Return the windows of a table with the columns start and end."""
    starts, ends = dated.days
    months = dated.months[1]
    rows = [
        Window(start, _last(end) if month else end)
        for start, end, month in zip(starts, ends, months, strict=True)
    ]
    problems = [
        table.problem("end", row, f"a day not before the start, {window.start.isoformat()}")
        for row, window in enumerate(rows)
        if window.end < window.start
    ]
    return Windows("windows", rows, _touching(rows)), problems


def singles(
    table: Table, name: str, dated: Dated, keys: Sequence[Key]
) -> tuple[Windows, list[Problem]]:
    """Return the windows of a table with one column of months or days.

    Parameters
    ----------
    table : Table
        The table.
    name : str
        ``month`` or ``date``: what the heading says.
    dated : Dated
        The days of that column.
    keys : sequence of tuple
        Place and category of every row.
    """
    days, named = dated.days[0], dated.months[0]
    several = _several(days, keys)
    if several is None and (name == "month" or any(named) or _ends_of_months(days)):
        rows = [Window(day.replace(day=1), _last(day)) for day in days]
        at = next((row for row, month in enumerate(named) if not month), None)
        notes = [] if at is None else [f"Days such as {days[at]} are read as their whole months."]
        return Windows("months", rows, notes), []
    if several is not None and (name == "month" or any(named)):
        return Windows("months", [], []), [_not_months(table, name, several)]
    notes = ["Each row is read as the count of the one day that it names."]
    if _weekly(days):
        notes.append("The days lie weeks apart: for counts of weeks give start and end of each.")
    return Windows("days", [Window(day, day) for day in days], notes), []


def misplaced(
    table: Table, windows: Windows, keys: Sequence[Key], given: Sequence[int], today: dt.date
) -> list[Problem]:
    """Return what is wrong with the windows of figures: yet to come, or there twice.

    Parameters
    ----------
    table, windows, keys
        As above.
    given : sequence of int
        The rows that have a figure.
    today : date
        A window may end a month after it and no later.
    """
    name = "start" if windows.layout == "windows" else _single(table)
    latest, seen = _month_after(today), dict[tuple[Window, Key], int]()
    problems = []
    for row in given:
        window = windows.rows[row]
        if window.end > latest:
            last = "end" if windows.layout == "windows" else name
            expected = f"a window that ends by {latest.isoformat()}, a month from today"
            problems.append(table.problem(last, row, expected, "It has not been counted yet."))
        first = seen.setdefault((window, keys[row]), row)
        if first != row:
            problems.append(_twice(table, name, row, table.lines[first], keys[row]))
    return problems


def _single(table: Table) -> str:
    return "month" if "month" in table.columns else "date"


def _last(day: dt.date) -> dt.date:
    """Return the last day of a month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _month_after(day: dt.date) -> dt.date:
    year, month = day.year + day.month // 12, day.month % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _several(days: Sequence[dt.date], keys: Sequence[Key]) -> tuple[int, int] | None:
    """Return two rows with different days of one month for one place and category, if any."""
    seen: dict[tuple[Key, int, int], int] = {}
    for row, (day, key) in enumerate(zip(days, keys, strict=True)):
        first = seen.setdefault((key, day.year, day.month), row)
        if days[first] != day:
            return first, row
    return None


def _ends_of_months(days: Sequence[dt.date]) -> bool:
    """Return whether days are all firsts or all lasts of their months, of two or more months."""
    if len(set(days)) < 2:
        return False
    return all(day.day == 1 for day in days) or all(day == _last(day) for day in days)


def _weekly(days: Sequence[dt.date]) -> bool:
    ordered = sorted(set(days))
    gaps = {(after - before).days for before, after in pairwise(ordered)}
    return bool(gaps) and all(gap % WEEK == 0 for gap in gaps)


def _not_months(table: Table, name: str, rows: tuple[int, int]) -> Problem:
    first = table.lines[rows[0]]
    expected = f"one row a month; line {first} has another day of this month"
    hint = "If each row counts a day, name the column date and write every day in full."
    return table.problem(name, rows[1], expected, hint)


def _twice(table: Table, name: str, row: int, line: int, key: Key) -> Problem:
    of = ", ".join(part for part in key if part)
    expected = f"each window once for {of}; line {line} has this one already"
    hint = "A column that splits the figures has to be named place or category."
    return table.problem(name, row, expected, hint)


def _touching(rows: Sequence[Window]) -> list[str]:
    """Return a note if windows end on the day on which others begin: that day counts twice."""
    longer = [window for window in rows if window.end > window.start]
    both = {window.start for window in longer} & {window.end for window in longer}
    if not both:
        return []
    return [f"Some windows end on the day on which others begin, such as {min(both)}; an end is "
            "read as the last day that was counted."]  # fmt: skip
