"""Days and months as people write them: one order of day and month for a whole column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corredor.errors import Problem
from corredor.record.own.table import Table
from corredor.record.own.written import ORDERS, Order, Written, advice, alike, counted, written_of
from corredor.record.readers import months
from corredor.record.readers.cells import text

EXPECTED = "a month such as 2024-01 or a day such as 2024-01-31"
FEWEST_MONTHS = 3  # in a row, before their steps tell which number is the month


@dataclass(frozen=True)
class Dated:
    """The days of some columns.

    Attributes
    ----------
    days : tuple of tuple of date
        One tuple a column; the first of the month where only a month is named.
    months : tuple of tuple of bool
        Whether only a month is named.
    notes : tuple of str
        How they were read.
    """

    days: tuple[tuple[dt.date, ...], ...]
    months: tuple[tuple[bool, ...], ...]
    notes: tuple[str, ...] = ()


def read_dates(
    table: Table, names: Sequence[str], order: Order | None
) -> tuple[Dated | None, list[Problem]]:
    """Return the days of columns that are read alike, or what is wrong with them.

    Parameters
    ----------
    table : Table
        The table.
    names : sequence of str
        ``month`` or ``date``, or ``start`` and ``end``.
    order : {"day-first", "month-first"}, optional
        How days such as 05/04/2024 are read; found out where left out.
    """
    cells = [(name, row) for name in names for row in range(len(table.lines))]
    found = [(name, row, _written(table, name, row)) for name, row in cells]
    problems = [
        table.problem(name, row, EXPECTED, advice(table.columns[name][row]))
        for name, row, written in found
        if written is None
    ]
    known = [(name, row, written) for name, row, written in found if written is not None]
    if problems or not known:
        return None, problems
    chosen, problems = _order(table, known, order)
    if chosen is None or (problems := _spoiled(table, known)):
        return None, problems
    days = [written.days[chosen] for _, _, written in known]
    if problems := _out_of_time(table, known, days):
        return None, problems
    size, flags = len(table.lines), [written.month for _, _, written in known]
    parts = [slice(at, at + size) for at in range(0, len(known), size)]
    notes = _notes(table, known, chosen)
    return Dated(
        tuple(tuple(days[p]) for p in parts), tuple(tuple(flags[p]) for p in parts), notes
    ), []


def _written(table: Table, name: str, row: int) -> Written | None:
    """Return what a cell can mean, together with the year where that has a column of its own."""
    cell = table.columns[name][row]
    written = written_of(cell, workbook=table.workbook)
    if "year" not in table.columns:
        return written
    month, stated = text(cell), text(table.columns["year"][row])
    year = int(stated) if re.fullmatch(r"\d{4}", stated, re.ASCII) else 0
    if written is not None:
        return written if {day.year for day in written.days.values()} == {year} else None
    if re.fullmatch(r"\d{1,2}", month, re.ASCII):
        return alike(year, int(month))
    return None if re.search(r"\d", month) else alike(year, months.month_of(month) or 0)


_Known = list[tuple[str, int, Written]]


def _order(table: Table, known: _Known, asked: Order | None) -> tuple[Order | None, list[Problem]]:
    """Return the one order in which the cells can be meant; else the question or what is wrong."""
    possible = [o for o in ORDERS if all(o in written.days for _, _, written in known)]
    if asked is not None:
        wrong = [
            table.problem(name, row, f"a day that is read {asked}, as --dates {asked} says")
            for name, row, written in known
            if asked not in written.days
        ]
        return (None, wrong) if wrong else (asked, [])
    if not possible:
        return None, [_two_orders(table, known)]
    columns = {o: [written.days[o] for _, _, written in known] for o in possible}
    different = [o for n, o in enumerate(possible)
                 if columns[o] not in [columns[p] for p in possible[:n]]]  # fmt: skip
    if len(different) == 1:
        return different[0], []
    stepped = [o for o in different if _by_months(table, columns[o])]
    others = [columns[o] for o in different if o not in stepped]
    if len(stepped) == 1 and not ("month" not in table.columns and any(map(_run, others))):
        return stepped[0], []
    return None, [_ask(table, known, different, stepped)]


def _by_months(table: Table, days: Sequence[dt.date]) -> bool:
    """Return whether days are firsts of months, one after the other without a gap."""
    firsts = sorted(set(days))
    numbers = [months.at(day.year, day.month) for day in firsts]
    steps = {later - earlier for earlier, later in pairwise(numbers)}
    return all(day.day == 1 for day in firsts) and steps == {1} and len(firsts) >= FEWEST_MONTHS


def _run(days: Sequence[dt.date]) -> bool:
    """Return whether days follow each other without a gap, as in a table of single days."""
    ordered = sorted(set(days))
    return (ordered[-1] - ordered[0]).days == len(ordered) - 1


def _two_orders(table: Table, known: _Known) -> Problem:
    """Say which two cells cannot be read in one order."""
    left = set(ORDERS)
    for at, (name, row, written) in enumerate(known):
        if not left & set(written.days):
            before = next(k for k in known[:at] if len(k[2].days) < len(ORDERS))
            other, line = text(table.columns[before[0]][before[1]]), table.lines[before[1]]
            expected = f"one order of day and month; {other!r} in line {line} has another"
            return table.problem(name, row, expected)
        left &= set(written.days)
    raise AssertionError("asked only where no order is left")


def _ask(table: Table, known: _Known, orders: Sequence[Order], stepped: Sequence[Order]) -> Problem:
    """Return the question which order is meant, with a cell that differs by it."""
    name, row, written = next(k for k in known if len({k[2].days[o] for o in orders}) > 1)
    both = " or ".join(
        f"{written.days[o].isoformat()} "
        + (f"(--dates {o})" if o != "year-first" else "(the year first: write it with four digits)")
        for o in orders
    )
    hint = "No day of the column tells which: say so with that option."
    if stepped and name == "date":
        hint += " Or name the column month, if each row counts one."
    return table.problem(name, row, f"days that can be read in one way; this could be {both}", hint)


def _spoiled(table: Table, known: _Known) -> list[Problem]:
    """Refuse a column in which a spreadsheet took some texts for days and left others.

    It reads 05/04/2024 in the order of its own country and leaves 13/04/2024 as text: then the
    days that it made have day and month exchanged.
    """
    made = any(isinstance(table.columns[name][row], dt.date) for name, row, _ in known)
    left = [(name, row) for name, row, written in known if len(set(written.days.values())) > 1
            or set(written.days) != set(ORDERS)]  # fmt: skip
    if not (made and left):
        return []
    hint = "The days that it did take may have day and month exchanged: set them all to text."
    expected = "days alone; the spreadsheet took some cells for days and left this as text"
    return [table.problem(*left[0], expected, hint)]


def _out_of_time(table: Table, known: _Known, days: Sequence[dt.date]) -> list[Problem]:
    return [
        table.problem(name, row, f"a day from {months.FIRST} to {months.LAST}")
        for (name, row, _), day in zip(known, days, strict=True)
        if not months.FIRST <= day.year <= months.LAST
    ]


def _notes(table: Table, known: _Known, order: Order) -> tuple[str, ...]:
    notes = []
    if any(len(set(written.days.values())) > 1 or set(written.days) != set(ORDERS)
           for _, _, written in known):  # fmt: skip
        words = {"day-first": "day/month/year", "month-first": "month/day/year"}
        notes.append(f"Days are read as {words.get(order, 'year-month-day')}.")
    if any(written.short for _, _, written in known):
        notes.append("Years of two digits are read as 20xx.")
    if any(counted(table.columns[name][row], table.workbook) for name, row, _ in known):
        notes.append("Numbers in place of days are read as spreadsheets count days, from 1900.")
    return tuple(notes)
