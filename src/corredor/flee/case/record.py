"""The record of people in camps: ``data_layout.csv``, its files, and corrections of registration.

Between two counts Flee draws a line and cuts the fraction off; before the first and after the last
count it holds them. Dates may be out of order: on a day Flee takes the first row with a later date,
and draws the line to it from the row before, whatever date that has.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corredor.errors import InputError, Problem
from corredor.flee.case.cells import Row, Sheet
from corredor.flee.case.events import Period
from corredor.inputs.rows import read_rows

LAYOUT = "data_layout.csv"
HEADERS = ("Date", "DateTime", "")
CORRECTION_COLUMNS = ("camp", "date", "remark")


@dataclass(frozen=True, eq=False)
class Counts:
    """People counted on some days, which are numbered from the first simulated.

    The days stand in the order of the file, which may not be that of time.
    """

    days: NDArray[np.int64]
    people: NDArray[np.float64]

    def divided(self, by: float) -> Counts:
        """Return so many times fewer people; they need not be whole.

        Counts are divided, as in Flee: times the inverse, a whole quotient may come out just below
        and lose a person when its fraction is cut off.
        """
        return Counts(self.days, self.people / by)

    def on(self, days: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return whole people on each of the days."""
        latest = np.maximum.accumulate(self.days[1:])  # so far: the first row above a day
        after = 1 + np.searchsorted(latest, days, side="right")
        last = len(self.days) - 1
        i, j = np.clip(after - 1, 0, last), np.clip(after, 0, last)
        span = np.maximum(1, self.days[j] - self.days[i])
        share = np.where(after <= last, (days - self.days[i]) / span, 0.0)
        people = self.people[i] + share * (self.people[j] - self.people[i])
        people = np.where(days <= self.days[0], self.people[0], people)
        return np.trunc(people).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Record:
    """Counts by name; the first in the layout is the total, whatever it is called."""

    total: str
    counts: Mapping[str, Counts]
    notes: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the names but the total's."""
        return tuple(name for name in self.counts if name != self.total)


def read_record(
    folder: Path, corrections: Path | None, period: Period, hasten: int = 1,
    layout: str = LAYOUT,
) -> Record:  # fmt: skip
    """Return the record of a validation folder, with corrections where there are any.

    Parameters
    ----------
    folder, corrections : Path
        Where data_layout.csv lies, and registration_corrections.csv itself, if there is one.
    period : Period
        Whose first day is day 0.
    hasten : int
        People counted for each one simulated: Flee divides what it reads, before all else.
    layout : str
        The name of data_layout.csv, where it has another.
    """
    sheet = Sheet(folder / layout, ("name", "file"), needed=2)
    counts: dict[str, Counts] = {}
    total, notes = "", []
    for line, cells in read_rows(folder / layout):
        if cells[0].startswith("#") or len(cells) < 2:
            continue
        row = Row(sheet, line, cells)
        name, files = row.text("name"), [cell.strip() for cell in cells[1:] if cell.strip()]
        if any("\0" in file for file in files):
            row.wrong("file", "the name of a file", files[0])
            continue
        if not files:
            row.wrong("file", "a file beside the name", "")
            continue
        total = total or name
        if name in counts:
            notes.append(
                f"{folder / layout}, line {line}: {name!r} has a row already; as in "
                "Flee that one tells of the camp, and both count in the sum."
            )
            name = f"{name}, line {line}"
        counts[name] = _summed(row, [folder / file for file in files], period, hasten, notes)
    if not counts and not sheet.problems:
        sheet.wrong(None, None, "a row for the total, then a row for each camp", None)
    sheet.check()
    if corrections is not None and corrections.exists():
        correct(corrections, counts, period)
    return Record(total, counts, tuple(notes))


def _summed(row: Row, files: list[Path], period: Period, hasten: int, notes: list[str]) -> Counts:
    found = read_counts(files[0], period.start, notes).divided(hasten)
    for file in files[1:]:
        more = read_counts(file, period.start, notes).divided(hasten)
        if more.days[0] > found.days[0]:
            row.wrong("file", f"a file that begins no later than {files[0].name}", file.name)
            return found
        found = _add(found, more)
    return found


def _add(first: Counts, second: Counts) -> Counts:
    """Add two records as Flee does: by steps, row by row of the second, whatever order they are in.

    A row of the second counts with the first's next row that is not earlier, and the first's rows
    before that with the second's last row. What the second has after the first's end is left out.
    """
    mine = list(zip(first.days.tolist(), first.people.tolist(), strict=True))
    rows: list[tuple[int, float]] = []
    at, last = 0, 0.0
    for day, people in zip(second.days.tolist(), second.people.tolist(), strict=True):
        while day > mine[at][0]:
            rows.append((mine[at][0], last + mine[at][1]))
            if at == len(mine) - 1:
                break
            at += 1
        if day <= mine[at][0]:
            rows.append((day, people + mine[at][1]))
            last = people
            if day == mine[at][0] and at < len(mine) - 1:
                at += 1
    days, counts = zip(*rows, strict=True)
    return Counts(np.array(days, np.int64), np.array(counts))


def read_counts(path: Path, start: dt.date, notes: list[str] | None = None) -> Counts:
    """Return the counts of one file, and note dates that are out of order.

    Parameters
    ----------
    path : Path
        The file.
    start : datetime.date
        Day 0.
    notes : list of str, optional
        What is worth knowing is added to it.

    Raises
    ------
    InputError
        With line and column of each date and count that makes no sense.
    """
    back: list[int] = []
    sheet = Sheet(path, ("date", "count"), needed=2)
    days: list[int] = []
    people: list[float] = []
    for at, (line, cells) in enumerate(read_rows(path)):
        heading = cells[0].startswith("#") or (at == 0 and cells[0].strip() in HEADERS)
        if heading or len(cells) < 2 or not cells[1].strip():
            continue
        row = Row(sheet, line, cells)
        day = (row.date("date") - start).days
        if days and day < days[-1]:
            back.append(line)
        days.append(day)
        people.append(row.number("count"))
        if people[-1] < 0:
            row.odd("count", "a number from 0", cells[1],
                    "it counts as so many fewer, and nobody is there on day 0")  # fmt: skip
    if not days and not sheet.problems:
        sheet.wrong(None, None, "at least one row such as 2015-05-01,1200", None)
    sheet.check()
    if back and notes is not None:
        notes.append(f"{path}, line {', '.join(map(str, back))}: earlier than the row before; as "
                     "in Flee, a day is looked up in the first row with a later date.")  # fmt: skip
    return Counts(np.array(days, np.int64), np.array(people))


def correct(path: Path, counts: dict[str, Counts], period: Period) -> None:
    """Scale what was counted before a date to the count of that date, in the order of the file."""
    sheet = Sheet(path, CORRECTION_COLUMNS, needed=2, spare=True)
    for row in sheet.rows():
        camp = row.known("camp", dict.fromkeys(counts, 0), "a name of data_layout.csv")
        day = (row.date("date") - period.start).days
        if day < 0 or camp not in counts:
            continue
        found = counts[camp]
        people = found.people.copy()
        rows = np.flatnonzero(found.days[1:] == day) + 1
        if not len(rows):
            row.wrong("date", "the date of a count of this camp, other than the first",
                      row.text("date"))  # fmt: skip
        for at in rows.tolist():
            if people[at - 1] < 1:
                row.wrong("date", "a date before which somebody was counted", row.text("date"))
            else:
                people[:at] *= people[at] / people[at - 1]
        counts[camp] = Counts(found.days, people)
    sheet.check()


def check_camps(record: Record, camps: tuple[str, ...], layout: Path) -> None:
    """Raise InputError if a camp of the map has no record."""
    missing = [name for name in camps if name not in record.counts]
    if missing:
        raise InputError(
            [Problem(str(layout), f"a row for the camp {name!r} of locations.csv")
             for name in missing]
        )  # fmt: skip
