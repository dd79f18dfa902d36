"""Frontex: monthly detections of illegal border-crossing, by route, kind of border and nationality.

One wide sheet: a blank row, then a header with *Route*, *Border type or inland* (older:
*BorderLocation*), *Nationality* (older: *NationalityLong*) and a column for each month. A blank
cell was not reported. Counts are detections: one person may be detected twice.
"""

from __future__ import annotations

from corredor.errors import InputError, Problem
from corredor.record.readers import months
from corredor.record.readers.cells import counts, text
from corredor.record.readers.grid import Grid, Header, find_header
from corredor.record.readers.names import Names
from corredor.record.readers.opened import Opened
from corredor.record.readers.reading import Format, Reader, Reading
from corredor.record.readers.tidy import check, frame, happened, tidy

FORMAT = Format(
    "frontex-detections",
    "Frontex's monthly detections of illegal border-crossing (workbook): has columns Route, Border "
    "type or inland, Nationality and a column for each month, such as JAN2009.",
)
COLUMNS = {
    "place": ("Route", "Routes"),
    "border": ("Border type or inland", "BorderLocation", "Border Location", "Border type",
               "Land or sea", "Type of border"),
    "citizenship": ("Nationality", "NationalityLong", "Nationality Long", "Nationalities"),
}  # fmt: skip
REQUIRED = {"place", "citizenship"}
SERIES, UNIT = "frontex_detections", "detections"
DAYS_FROM = 25_569  # days between the first of 1900 that workbooks count from and 1970
FIRST_SERIAL, LAST_SERIAL = 36_526, 73_050  # 2000 to 2099, as workbooks count days


def recognises(opened: Opened) -> bool:
    """Return whether a sheet has routes, nationalities and months in its columns."""
    return _header(opened) is not None


def read(opened: Opened) -> Reading:
    """Read the sheet of months.

    Raises
    ------
    InputError
        With every cell that is no count.
    """
    header = _header(opened)
    assert header is not None, "recognised before"
    at, month_at = header.columns, _months(header.grid, header.row)
    notes = [*opened.notes, "A blank cell was not reported and has no row; 0 was reported as 0."]
    names = {"citizenship": Names("country")}
    records: dict[str, list[object]] = {name: [] for name in ("month", "value", *COLUMNS)}
    own = 0.0
    with counts(opened.file, notes) as reader:
        for line, row in header.rows(opened.file):
            if not text(row[at["citizenship"]]) or not text(row[at["place"]]):
                continue  # words below the table
            said = {name: text(row[position]) for name, position in at.items()}
            said["citizenship"] = names["citizenship"].of(said["citizenship"])
            for position, month in month_at.items():
                label = header.grid.place(months.named(month))
                value = reader.read(row[position], line, label)
                own += value if value == value else 0.0
                records["month"].append(month)
                records["value"].append(value)
                for name in COLUMNS:
                    records[name].append(said.get(name, "all"))
    notes.extend(names["citizenship"].notes())
    table, last = happened(frame(records), notes)
    if last is None:
        raise InputError(Problem(opened.file, "at least one month with detections"))
    result = tidy(table, ["citizenship", "border"], UNIT)
    checks = (check("all cells of the sheet", own, float(result["value"].sum())),)
    return Reading(
        "Frontex", FORMAT, months.named(last), None, {SERIES: result}, checks, tuple(notes)
    )


def _header(opened: Opened) -> Header | None:
    for grid in opened.grids:
        header = find_header(grid, COLUMNS, REQUIRED)
        if header is not None and _months(grid, header.row):
            return header
    return None


def _months(grid: Grid, row: int) -> dict[int, int]:
    """Return the month of every column that has one: by name, as a day, or as a day's number."""
    found = {}
    for position, cell in enumerate(grid.rows[row]):
        month = months.labelled(cell)
        if month is None and isinstance(cell, (int, float)) and FIRST_SERIAL <= cell <= LAST_SERIAL:
            month = months.of_day(int(cell) - DAYS_FROM)
        if month is not None:
            found[position] = month
    return found


READER = Reader(FORMAT, recognises, read)
