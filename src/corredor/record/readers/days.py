"""Days of incidents: in one order of day and month for a whole file, or a month or year alone."""

from __future__ import annotations

import calendar
import datetime as dt
import re

import pandas as pd

from corredor.errors import InputError, Problem
from corredor.record.readers import months
from corredor.record.readers.cells import text
from corredor.record.readers.grid import Grid

_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})\b")
_SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\b")
_NAMED = re.compile(r"([^\W\d_]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_NAMED_BACK = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-]+([^\W\d_]{3,9})\.?,?[\s\-]+(\d{4})\b")


class Days:
    """Reads the days of one file.

    Parameters
    ----------
    file : str
        The file, for messages.
    grid : Grid
        Its table, for messages.
    notes : list of str
        To which is added how days were read.
    """

    def __init__(self, file: str, grid: Grid, notes: list[str]) -> None:
        self.file, self.grid, self.notes = file, grid, notes
        self.day_first = False

    def read(self, lines: list[int], columns: dict[str, list[object]]) -> pd.DataFrame:
        """Return ``start`` and ``end`` of every row.

        Parameters
        ----------
        lines : list of int
            The line of each row.
        columns : dict
            ``date``, ``year`` and ``month``, those that the file has.

        Raises
        ------
        InputError
            With every row that has neither a day nor a year.
        """
        blank: list[object] = [""] * len(lines)
        dates = columns.get("date", blank)
        self._order(dates)
        spans, problems = [], []
        for line, date, year, month in zip(
            lines, dates, columns.get("year", blank), columns.get("month", blank), strict=True
        ):
            span = self.span(date, year, month)
            if span is None:
                expected = "a day such as 2024-01-31, or a year"
                found = text(date) or text(year)
                problems.append(Problem(self.file, expected, found, line, self.grid.place("date")))
            else:
                spans.append(span)
        if problems:
            raise InputError(problems)
        table = pd.DataFrame(spans, columns=["start", "end"])
        return table.astype("datetime64[ns]")

    def _order(self, dates: list[object]) -> None:
        """Find out whether the day or the month stands first; one number above 12 tells."""
        pairs = [found for cell in dates if (found := _SLASHED.search(text(cell)))]
        if pairs:
            first = any(int(pair[1]) > 12 for pair in pairs)
            second = any(int(pair[2]) > 12 for pair in pairs)
            self.day_first = first and not second
            words = "day/month/year" if self.day_first else "month/day/year"
            self.notes.append(f"Days are read as {words}.")

    def span(self, date: object, year: object, month: object) -> tuple[dt.date, dt.date] | None:
        """Return the day of an incident, else its month, else its year; None where it has none."""
        day = date if isinstance(date, dt.date) else self._day(text(date))
        if day is not None:
            return day, day
        stated = months.year_of(year) or months.year_of(date)
        if stated is None or not months.FIRST <= stated <= months.LAST:
            return None
        number = months.month_of(month) or months.month_of(date)
        if number is None and text(month).isdigit() and 1 <= int(text(month)) <= 12:
            number = int(text(month))
        if number is None:
            return dt.date(stated, 1, 1), dt.date(stated, 12, 31)
        last = calendar.monthrange(stated, number)[1]
        return dt.date(stated, number, 1), dt.date(stated, number, last)

    def _day(self, words: str) -> dt.date | None:
        if found := _ISO.search(words):
            year, month, day = int(found[1]), int(found[2]), int(found[3])
        elif found := _SLASHED.search(words):
            first, second, year = int(found[1]), int(found[2]), int(found[3])
            month, day = (second, first) if self.day_first else (first, second)
        elif found := _NAMED.search(words):
            month, day, year = months.month_of(found[1]) or 0, int(found[2]), int(found[3])
        elif found := _NAMED_BACK.search(words):
            month, day, year = months.month_of(found[2]) or 0, int(found[1]), int(found[3])
        else:
            return None
        try:
            return dt.date(year, month, day) if months.FIRST <= year <= months.LAST else None
        except ValueError:
            return None
