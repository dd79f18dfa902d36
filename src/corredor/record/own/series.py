"""One's own series, read from a file of counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from corredor.errors import InputError, Problem
from corredor.record.own.dates import read_dates
from corredor.record.own.headings import is_total
from corredor.record.own.numbers import Decimal, given_rows, read_numbers
from corredor.record.own.table import Table, find_table
from corredor.record.own.windows import Key, Layout, Windows, misplaced, singles, spans
from corredor.record.readers.cells import fold, text
from corredor.record.readers.tidy import ALL

COLUMNS = ("start", "end", "place", "category", "value", "note")
MOST_NAMED = 5  # names that a note repeats


@dataclass(frozen=True)
class Own:
    """A series of one's own, and how it was read.

    Attributes
    ----------
    table : DataFrame
        ``start`` and ``end`` (first and last day of each window, Timestamps), ``place``,
        ``category`` (``all`` is the total), ``value`` (float of 0 or more) and ``note``; in order
        of time. One row for one window, place and category; what is not given has no row.
    layout : {"months", "days", "windows"}
        Whether each row of the file is a whole month, a single day, or says its first and last.
    notes : tuple of str
        What was read how, and what was left out, in sentences.
    file : str
        The file as the user named it.
    unit : str
        The unit, where the file has a column of it; else empty.
    """

    table: pd.DataFrame
    layout: Layout
    notes: tuple[str, ...]
    file: str
    unit: str = ""


def read_own(
    path: str | Path,
    *,
    dates: Literal["day-first", "month-first"] | None = None,
    decimal: Decimal | None = None,
    place: str = "",
    category: str = ALL,
    unit: str = "",
    today: dt.date | None = None,
) -> Own:
    """Read a file of counts: one figure a row, as CSV or Excel workbook, in English or Spanish.

    The columns are ``month`` or ``date``, or ``start`` and ``end``; ``value``; and, where they are
    needed, ``place``, ``category``, ``unit`` and ``note``, under any of their usual names, in any
    order.

    Parameters
    ----------
    path : str or Path
        The file; its name does not matter.
    dates : {"day-first", "month-first"}, optional
        How 05/04/2024 is read. Where left out, the column itself has to tell.
    decimal : {"point", "comma"}, optional
        The decimal mark. Where left out, the column itself has to tell.
    place, category : str
        Of the rows that name none.
    unit : str
        Unit of the figures, if the file does not say it; counts of people or events are whole.
    today : date, optional
        The day after which there can be no figures yet, but for a month; today where left out.

    Raises
    ------
    InputError
        With everything that is wrong, by line and column; also with a question, where something
        could be read in two ways and the file does not tell which.
    """
    table = find_table(path)
    notes = list(table.notes)
    stated, problems = _unit(table, unit)
    values, said, wrong = read_numbers(table, decimal, stated)
    problems += wrong
    keys, named = _keys(table, place, category)
    given = given_rows(table)
    windows, wrong = _windows(table, dates, keys, notes)
    problems += wrong
    if windows is not None:
        problems += _unplaced(table, keys)
        problems += misplaced(table, windows, keys, given, today or dt.date.today())
    if problems or windows is None:
        raise InputError(sorted(problems, key=lambda problem: problem.row or 0))
    notes += windows.notes + said + named
    rows = _frame(table, windows, keys, values, given)
    return Own(rows, windows.layout, tuple(dict.fromkeys(notes)), table.file, stated)


def _windows(
    table: Table,
    dates: Literal["day-first", "month-first"] | None,
    keys: list[Key],
    notes: list[str],
) -> tuple[Windows | None, list[Problem]]:
    """Return the windows of all rows, or what is wrong with their days."""
    name = next((name for name in ("month", "date") if name in table.columns), "")
    dated, problems = read_dates(table, [name] if name else ["start", "end"], dates)
    if dated is None:
        return None, problems
    notes += dated.notes
    windows, problems = singles(table, name, dated, keys) if name else spans(table, dated)
    return (None, problems) if problems else (windows, [])


def _unit(table: Table, unit: str) -> tuple[str, list[Problem]]:
    """Return the unit that a file or the user says; two in one file cannot be one series."""
    stated = [(row, each) for row, each in enumerate(table.texts("unit")) if each]
    if not stated:
        return unit, []
    first = unit or stated[0][1]
    for row, each in stated:
        if fold(each) != fold(first):
            expected = f"one unit in the whole series: {first}"
            return first, [table.problem("unit", row, expected)]
    return first, []


def _keys(table: Table, place: str, category: str) -> tuple[list[Key], list[str]]:
    """Return place and category of every row, and notes on what was filled in."""
    places = [each or place for each in table.texts("place")]
    written = [text(each) for each in table.texts("category")]
    categories = [ALL if is_total(each) else each or category for each in written]
    notes = _filled(table, "place", place) + _filled(table, "category", category)
    if totals := {each for each in written if is_total(each) and each != ALL}:
        notes.append(f"The category {min(totals)!r} is read as {ALL}: the total.")
    if totals := {each for each in places if is_total(each)}:
        notes.append(f"{min(totals)!r} is kept as the name of a place.")
    for names in (places, categories):
        notes += _look_alike(names)
    return list(zip(places, categories, strict=True)), notes


def _filled(table: Table, name: str, filling: str) -> list[str]:
    """Return a note if some rows of a column are blank and were filled in."""
    cells = table.texts(name)
    blank = sum(not cell for cell in cells)
    if not filling or not any(cells):
        return []
    if not blank:
        return [] if filling == ALL else [f"Every row names its {name}: {filling!r} is not used."]
    return [f"Rows that name no {name} ({blank:,}) are read as {filling}."]


def _look_alike(names: list[str]) -> list[str]:
    """Return a note on names that differ in capitals, accents or marks alone."""
    spelled: dict[str, set[str]] = {}
    for name in names:
        spelled.setdefault(fold(name), set()).add(name)
    alike = [" and ".join(sorted(each)) for each in spelled.values() if len(each) > 1]
    if not alike:
        return []
    return [f"Names that look alike are kept apart: {'; '.join(sorted(alike)[:MOST_NAMED])}."]


def _unplaced(table: Table, keys: list[Key]) -> list[Problem]:
    """Say which rows name no place where others do."""
    if not any(table.texts("place")):
        return []
    hint = "Name it with --place, if all of these are of one."
    return [
        table.problem("place", row, "a place; other rows name theirs", hint)
        for row, (place, _) in enumerate(keys)
        if not place
    ]


def _frame(
    table: Table, windows: Windows, keys: list[Key], values: list[float], given: list[int]
) -> pd.DataFrame:
    """Return the figures that are given, in order of time."""
    notes = table.texts("note")
    records = [(*windows.rows[row], *keys[row], values[row], notes[row]) for row in given]
    frame = pd.DataFrame(records, columns=list(COLUMNS)).astype(
        dict.fromkeys(("place", "category", "note"), object)
        | dict.fromkeys(("start", "end"), "datetime64[ns]")
        | {"value": float}
    )
    return frame.sort_values(list(COLUMNS[:4]), ignore_index=True, kind="stable")
