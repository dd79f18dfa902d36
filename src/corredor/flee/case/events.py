"""What changes from day to day: ``closures.csv``, ``conflicts.csv`` and ``sim_period.csv``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corredor.errors import InputError, Problem
from corredor.flee.case.cells import Row, Sheet
from corredor.inputs.rows import read_rows

CLOSURE_COLUMNS = ("closure_type", "name1", "name2", "closure_start", "closure_end")
WITHOUT_EFFECT = ("link", "remove_forced_redirection")
CLOSURES = ("country", "location", "camp", "idpcamp", *WITHOUT_EFFECT)
LONGEST = 100_000  # days


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
    sheet = Sheet(path, ("name", "value"), needed=2)
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
            row.wrong("name", "StartDate or Length", row.text("name"))
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
    sheet = Sheet(path, CLOSURE_COLUMNS, needed=5)
    closures, notes = [], []
    for row in sheet.rows():
        closure = Closure(
            kind=row.known("closure_type", CLOSURES, "one of " + ", ".join(CLOSURES)),
            first=row.text("name1"),
            second=row.text("name2"),
            start=row.whole("closure_start", least=-1),
            end=row.whole("closure_end", least=-1),
            line=row.line,
        )
        without_effect = _without_effect(row, closure, names, countries)
        if without_effect:
            notes.append(f"{path}, line {row.line}: {without_effect}")
        else:
            closures.append(closure)
    sheet.check()
    return tuple(closures), notes


def _without_effect(
    row: Row, closure: Closure, names: dict[str, int], countries: Collection[str]
) -> str:
    """Say why a closure changes nothing; note names that stand for no place."""
    if closure.kind in WITHOUT_EFFECT:
        return f"a closure of type {closure.kind} has no effect in Flee, nor here."
    if closure.kind == "country":
        strange = [name for name in (closure.first, closure.second) if name not in countries]
        return f"no place lies in {strange[0]!r}, so nothing closes." if strange else ""
    row.known("name1", names, "a place of locations.csv")
    return ""


def read_conflicts(
    path: Path, names: dict[str, int], days: int
) -> tuple[NDArray[np.float64], list[str]]:
    """Return the intensity of conflict by day and place, [days, places], and notes.

    The rows are the days in order; what stands in the first column does not matter.
    """
    rows = read_rows(path)
    if not rows:
        raise InputError(Problem(str(path), "a header with the names of places, then a row a day"))
    header = [name.strip() for name in rows[0][1]]
    while len(header) > 1 and not header[-1]:
        header.pop()  # commas at the end of the line
    sheet = Sheet(path, header, needed=1)
    for name in {name for name in header[1:] if name and header.count(name) > 1}:
        sheet.wrong(1, None, "each place once", name)
    at = [i for i, name in enumerate(header) if i and name in names]
    places = [names[header[i]] for i in at]
    if len(rows) - 1 < days:
        sheet.wrong(None, None, f"a row for each of the {days} days that are simulated",
                    f"{len(rows) - 1} rows")  # fmt: skip
    intensity = np.zeros((days, len(names)))
    for day, (line, cells) in enumerate(rows[1 : days + 1]):
        if len(cells) < len(header):
            sheet.wrong(line, None, f"{len(header)} cells as in the header", f"{len(cells)} cells")
        elif at:
            intensity[day, places] = Row(sheet, line, cells).numbers(at)
    sheet.check()
    strange = [name for name in header[1:] if name and name not in names]
    notes = [f"{path}: {name!r} is no place of locations.csv; its column has no effect."
             for name in strange]  # fmt: skip
    return intensity, notes
