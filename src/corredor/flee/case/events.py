"""What changes from day to day: ``closures.csv``, ``conflicts.csv`` and ``sim_period.csv``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.errors import InputError, Problem
from corredor.flee.case.cells import MOST, Row, Sheet
from corredor.inputs.rows import read_rows

CLOSURE_COLUMNS = ("closure_type", "name1", "name2", "closure_start", "closure_end")
WITHOUT_EFFECT = ("link", "remove_forced_redirection")
CLOSURES = ("country", "location", "camp", "idpcamp", *WITHOUT_EFFECT)
LONGEST = 100_000  # days
SHORTER = ("Simulate fewer days (--days), or let `corredor flee check --corrected` repeat the last "
           "day.")  # fmt: skip


@dataclass(frozen=True)
class Period:
    """The first day and the number of days."""

    start: dt.date
    days: int


@dataclass(frozen=True)
class Closure:
    """A border, a place or a camp that closes on one day and opens on another; -1 is never."""

    kind: str
    first: str
    second: str
    start: int
    end: int
    line: int = 0


def read_period(path: Path) -> Period:
    """Return the days to simulate."""
    sheet = Sheet(path, ("name", "value"), needed=2, spare=True)
    start: dt.date | None = None
    days = 0
    for row in sheet.rows():
        name = row.text("name").lower()
        if name == "startdate":
            start = row.date("value")
        elif name == "length":
            days = row.whole("value", least=1)
            if days > LONGEST:
                row.wrong("value", f"no more than {LONGEST:,} days", days)
        else:
            row.odd("name", "StartDate or Length", row.text("name"), "the row is passed over")
    if not sheet.problems and start is None:
        sheet.wrong(None, None, "a row StartDate,2015-05-01", None)
    if not sheet.problems and not days:
        sheet.wrong(None, None, "a row Length,396", None)
    sheet.check()
    assert start is not None
    if start.year > dt.date.max.year - LONGEST // 365:
        raise InputError(Problem(str(path), "a first day before the year 9700", start))
    return Period(start, days)


def read_closures(
    path: Path, names: dict[str, int], countries: Collection[str]
) -> tuple[tuple[Closure, ...], list[str]]:
    """Return the closures that have an effect, and notes on those that have none."""
    sheet = Sheet(path, CLOSURE_COLUMNS, needed=5, spare=True)
    closures, notes = [], []
    for row in sheet.rows():
        closure = Closure(
            kind=row.text("closure_type"),
            first=row.text("name1"),
            second=row.text("name2"),
            start=row.whole("closure_start", least=-MOST),
            end=row.whole("closure_end", least=-MOST),
            line=row.line,
        )
        if closure.kind not in CLOSURES:
            row.odd("closure_type", "one of " + ", ".join(CLOSURES), closure.kind,
                    "the row is passed over", sheet.closest(closure.kind, CLOSURES))  # fmt: skip
            continue
        if closure.kind in ("camp", "idpcamp") and closure.first not in names:
            first = next(iter(names))
            row.odd("name1", "a place of locations.csv", closure.first,
                    f"the first place of locations.csv, {first!r}, closes and opens instead",
                    sheet.closest(closure.first, names))  # fmt: skip
            closure = replace(closure, first=first)
        elif closure.kind == "location" and closure.first not in names:
            row.odd("name1", "a place of locations.csv", closure.first, "nothing closes",
                    sheet.closest(closure.first, names))  # fmt: skip
            continue
        without_effect = _without_effect(closure, countries)
        if without_effect:
            notes.append(f"{path}, line {row.line}: {without_effect}")
        else:
            closures.append(closure)
    sheet.check()
    return tuple(closures), notes


def _without_effect(closure: Closure, countries: Collection[str]) -> str:
    """Say why a closure changes nothing, if that is so."""
    if closure.kind in WITHOUT_EFFECT:
        return f"a closure of type {closure.kind} has no effect in Flee, nor here."
    if closure.kind == "country":
        strange = [name for name in (closure.first, closure.second) if name not in countries]
        return f"no place lies in {strange[0]!r}, so nothing closes." if strange else ""
    return ""


def _numbers_alone(
    rows: Sequence[tuple[int, list[str]]], at: Sequence[int], width: int
) -> NDArray[np.float64] | None:
    """Return the columns of whole rows of numbers, read in one go; None if anything is amiss."""
    if not rows or any(len(cells) < width for _, cells in rows):
        return None
    try:
        found = np.array([[cells[i] for i in at] for _, cells in rows], dtype=np.float64)
    except ValueError:
        return None
    return found if (np.abs(found) <= MOST).all() else None


def read_conflicts(
    path: Path, names: Mapping[str, int], days: int, places: int
) -> tuple[NDArray[np.float64], list[str]]:
    """Return the intensity of conflict by day and place, [days, places], and notes.

    The rows are the days in order; what stands in the first column does not matter. Flee makes a
    list of each name, so that of a row with too few cells the last names know nothing, and their
    later days move up; of a name that comes twice both columns go into one list.
    """
    rows = read_rows(path)
    if not rows:
        raise InputError(Problem(str(path), "a header with the names of places, then a row a day"))
    header = [name.strip() for name in rows[0][1]]
    while len(header) > 1 and not header[-1]:
        header.pop()  # commas at the end of the line
    sheet = Sheet(path, header, needed=1)
    twice = sorted({name for name in header[1:] if name and header.count(name) > 1})
    for name in twice:
        sheet.odd(1, None, "each place once", name,
                  "both columns go into one list of days, one after the other")  # fmt: skip
    at = [i for i, name in enumerate(header) if i and name in names]
    if len(rows) - 1 < days and not twice:
        sheet.wrong(None, None, f"a row for each of the {days} days that are simulated",
                    f"{len(rows) - 1} rows", SHORTER)  # fmt: skip
    series: dict[str, Any] = {header[i]: [] for i in at}
    table = None if twice else _numbers_alone(rows[1:], at, len(header))
    if table is not None:
        series = {header[i]: column for i, column in zip(at, table.T, strict=True)}
    for line, cells in rows[1:] if table is None else ():
        if len(cells) < len(header):
            sheet.odd(line, None, f"{len(header)} cells as in the header", f"{len(cells)} cells",
                      "the columns that lack one have later days a day earlier")  # fmt: skip
        there = [i for i in at if i < len(cells)]
        for i, value in zip(there, Row(sheet, line, cells).numbers(there).tolist(), strict=True):
            series[header[i]].append(value)
    intensity = np.zeros((days, places))
    for name, values in series.items():
        if len(values) >= days:
            intensity[:, names[name]] = values[:days]
        elif len(rows) > days or twice:
            sheet.wrong(None, None, f"{days} days of {name!r}, as many as are simulated",
                        f"{len(values)} days", SHORTER)  # fmt: skip
    sheet.check()
    strange = [name for name in header[1:] if name and name not in names]
    notes = [f"{path}: {name!r} is no place of locations.csv; its column has no effect."
             for name in strange]  # fmt: skip
    return intensity, notes
