"""Figures as people write them, with one decimal mark for a whole column, or a question back."""

from __future__ import annotations

import math
import re
from typing import Literal

from corredor.errors import Problem
from corredor.record.own.headings import speaks_of_thousands
from corredor.record.own.table import Table
from corredor.record.readers.cells import fold, text
from corredor.record.readers.grid import Cell

Decimal = Literal["point", "comma"]
MARKS: dict[Decimal, str] = {"point": ".", "comma": ","}
MOST = 1e15  # above it a float no longer holds every whole number
NOT_GIVEN = {
    "", "-", "–", "—", "−", "--", ".", "..", "...", "…", "na", "n/a", "n.a.", "nd", "n/d", "n.d.",
    "sd", "s/d", "s.d.",
}  # fmt: skip
COUNTED = {
    "people", "persons", "person", "personas", "persona", "migrants", "migrantes", "events",
    "event", "eventos", "evento", "cases", "casos", "counts", "count",
}  # fmt: skip
_EXPECTED = "a number of 0 or more, or nothing"
_PATTERN = r"(?:[1-9]\d{{0,2}}([{other} '’])\d{{3}}(?:\1\d{{3}})*|\d+)(?:[{mark}]\d+)?"
_WRITTEN: dict[Decimal, re.Pattern[str]] = {
    "point": re.compile(_PATTERN.format(mark=".", other=","), re.ASCII),
    "comma": re.compile(_PATTERN.format(mark=",", other="."), re.ASCII),
}
_SIGNED = re.compile(r"[-–−]\s*[\d.,]+|\([\d.,]+\)", re.ASCII)
Reading = dict[Decimal, float]  # by each decimal mark with which a cell can be read


def read_numbers(
    table: Table, decimal: Decimal | None, unit: str
) -> tuple[list[float], list[str], list[Problem]]:
    """Return the figures of a table, what to note of them, and what is wrong with them.

    Parameters
    ----------
    table : Table
        With a column ``value``.
    decimal : {"point", "comma"}, optional
        The decimal mark of figures that are text; found out where left out.
    unit : str
        Unit of the figures, if known; counts of people or events are whole.

    Returns
    -------
    list of float
        NaN where a figure is not given.
    list of str
        Notes.
    list of Problem
        Every cell that is no figure; or one question, where all could be read in two ways.
    """
    cells = table.columns["value"]
    readings = [_readings(cell, decimal) for cell in cells]
    problems = [
        table.problem("value", row, _expected(cells[row], decimal), _hint(cells[row]))
        for row, reading in enumerate(readings)
        if not reading
    ]
    if not problems:
        problems = _two_marks(table, readings)
    if problems:
        return [], [], problems
    marks = [mark for mark in MARKS if all(mark in reading for reading in readings)]
    values = [reading[marks[0]] for reading in readings]
    if len(marks) > 1:
        problems = _ask(table, readings)
    if not given_rows(table):
        problems.append(Problem(table.file, "at least one figure; none is given"))
    if not problems:
        problems = _parts(table, values, unit)
    return (
        values,
        _notes(table, values, decimal or (marks[0] if len(marks) == 1 else None)),
        problems,
    )


def given_rows(table: Table) -> list[int]:
    """Return the rows that give a figure, whatever it is."""
    cells = table.columns["value"]
    return [row for row, cell in enumerate(cells) if text(cell).casefold() not in NOT_GIVEN]


def readings_of(written: str) -> Reading:
    """Return what a number can mean, by the decimal mark that it is read with.

    Thousands may be set apart by the other mark, by spaces or by apostrophes, one kind a number.

    Examples
    --------
    >>> readings_of("1.234,5"), readings_of("1,234"), readings_of("1 234"), readings_of("-3")
    ({'comma': 1234.5}, {'point': 1234.0, 'comma': 1.234}, {'point': 1234.0, 'comma': 1234.0}, {})
    """
    found: Reading = {}
    for name, mark in MARKS.items():
        if _WRITTEN[name].fullmatch(written):
            whole, _, part = written.partition(mark)
            found[name] = float(f"{re.sub(r'[^0-9]', '', whole)}.{part or 0}")
    return {name: value for name, value in found.items() if value <= MOST}


def _readings(cell: Cell, decimal: Decimal | None) -> Reading:
    """Return what a cell can mean; NaN by either mark where it gives nothing."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return {mark: float(cell) for mark in MARKS} if 0 <= cell <= MOST else {}
    written = text(cell)
    if written.casefold() in NOT_GIVEN:
        return dict.fromkeys(MARKS, math.nan)
    found = readings_of(written) if isinstance(cell, str) else {}
    return found if decimal is None else {m: v for m, v in found.items() if m == decimal}


def _expected(cell: Cell, decimal: Decimal | None) -> str:
    written = text(cell)
    if decimal is not None and isinstance(cell, str) and readings_of(written):
        return f"a number with a decimal {decimal}, as --decimal {decimal} says"
    return _EXPECTED


def _hint(cell: Cell) -> str:
    """Return advice on a cell that is no figure, where its look suggests some."""
    written = text(cell)
    if not isinstance(cell, (str, int, float)):
        return "The spreadsheet has made a day or a time of it; type the number anew."
    if written.startswith("="):
        return "A formula is not worked out here: put its result in its place."
    if _SIGNED.fullmatch(written):
        return "A count cannot be negative."
    if fold(written) in ("nan", "null", "none"):
        return "Leave the cell empty where no figure is given."
    if re.fullmatch(r"[\d.,]+[eE][+-]?\d+", written):
        return "The spreadsheet has shortened it; write it in full."
    return ""


def _two_marks(table: Table, readings: list[Reading]) -> list[Problem]:
    """Say so if some cells can only have a decimal point and others only a decimal comma."""
    only = {
        mark: next((row for row, reading in enumerate(readings) if set(reading) == {mark}), None)
        for mark in MARKS
    }
    point, comma = only["point"], only["comma"]
    if point is None or comma is None:
        return []
    first, second = sorted((point, comma))
    other = text(table.columns["value"][first])
    expected = f"one decimal mark in the whole column; {other!r} in line {table.lines[first]} has "
    return [table.problem("value", second, f"{expected}another")]


def _ask(table: Table, readings: list[Reading]) -> list[Problem]:
    """Return a question if a figure differs by the decimal mark, which nothing tells."""
    for row, reading in enumerate(readings):
        point, comma = reading["point"], reading["comma"]
        if point != comma and not math.isnan(point):
            both = f"{point:,.15g} (--decimal point) or {comma:,.15g} (--decimal comma)"
            expected = f"figures that can be read in one way; this could be {both}"
            hint = "No figure of the column tells which: say so with that option."
            return [table.problem("value", row, expected, hint)]
    return []


def _parts(table: Table, values: list[float], unit: str) -> list[Problem]:
    """Refuse parts of people and of events."""
    if fold(unit) not in COUNTED:
        return []
    return [
        table.problem("value", row, f"a whole number, for the unit is {unit}")
        for row, value in enumerate(values)
        if not math.isnan(value) and not value.is_integer()
    ]


def _notes(table: Table, values: list[float], mark: Decimal | None) -> list[str]:
    notes = []
    cells = table.columns["value"]
    if mark is not None and any(isinstance(c, str) and re.search("[.,]", c) for c in cells):
        notes.append(f"Figures are read with a decimal {mark}.")
    if missing := sum(math.isnan(value) for value in values):
        notes.append(f"Rows left out because they give no figure: {missing:,}.")
    if parts := sum(not value.is_integer() for value in values if not math.isnan(value)):
        notes.append(
            f"Not whole, as counts of people or events would be: {parts:,} of the figures."
        )
    if any(speaks_of_thousands(cell) for cell in table.columns.get("unit", ())):
        notes.append("The unit speaks of thousands; the figures are read as they stand.")
    return notes
