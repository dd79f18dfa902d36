"""OHSS, Key Homeland Security Metrics: encounters of the Border Patrol since October 1999.

Long sheets "Monthly …" and "Annual …" with a header in some row: Fiscal Year, Month, any of Region,
Citizenship, Sector and Family Status, Quantity. Rounded to 10; a missing row is 0 to 4.
"""

from __future__ import annotations

import pandas as pd

from corredor.errors import InputError, Problem
from corredor.record.readers import months
from corredor.record.readers.cells import counts, text
from corredor.record.readers.grid import Grid, Header, find_header
from corredor.record.readers.names import Names
from corredor.record.readers.opened import Opened
from corredor.record.readers.reading import Check, Format, Reader, Reading
from corredor.record.readers.tidy import check, frame, happened, tidy

FORMAT = Format(
    "ohss-khsm",
    "OHSS's Key Homeland Security Metrics on encounters of the Border Patrol (workbook): has long "
    "sheets with columns Fiscal Year, Month, Quantity and Region, Citizenship, Sector or Family "
    "Status.",
)
COLUMNS = {
    "year": ("Fiscal Year",),
    "month": ("Month",),
    "region": ("Region",),
    "citizenship": ("Citizenship",),
    "area": ("Sector",),
    "family": ("Family Status",),
    "office": ("Field Office",),
    "count": ("Quantity",),
}
KINDS = {"region": "border", "citizenship": "country", "area": "area", "family": "family"}
SERIES = {
    (): "border_patrol_encounters",
    ("citizenship",): "border_patrol_by_citizenship",
    ("family",): "border_patrol_by_family_status",
    ("area",): "border_patrol_by_sector",
}
EVERYWHERE, UNIT, ROUNDING = "United States", "events", 5.0
MASKED = 4.0  # the most that a row which is not there can hold


def recognises(opened: Opened) -> bool:
    """Return whether a workbook has long sheets of months."""
    return any("month" in header.columns for header in _headers(opened))


def read(opened: Opened) -> Reading:
    """Read every monthly sheet, and check it against the yearly one.

    Raises
    ------
    InputError
        If a year, month or quantity cannot be read, or the workbook is of the ports of entry.
    """
    notes = ["Rounded to 10 by the publisher; where a row is missing the count is 0 to 4."]
    monthly: dict[tuple[str, ...], pd.DataFrame] = {}
    yearly: dict[tuple[str, ...], pd.DataFrame] = {}
    names = {split: Names(kind) for split, kind in KINDS.items()}
    for header in _headers(opened):
        if "office" in header.columns:
            expected = "the workbook of the Border Patrol; this one counts by field office"
            raise InputError(Problem(opened.file, expected, header.grid.name))
        if unknown := _unknown(header):
            columns = ", ".join(unknown)
            notes.append(f"The sheet {header.grid.name!r} is left out: it splits by {columns}.")
            continue
        splits = tuple(split for split in KINDS if split in header.columns)
        held = monthly if "month" in header.columns else yearly
        held.setdefault(splits, _rows(opened.file, header, names, notes))
    for each in names.values():
        notes.extend(each.notes())
    ends = [month for table in monthly.values() if (month := happened(table, [])[1]) is not None]
    if not ends:
        raise InputError(Problem(opened.file, "at least one month with encounters"))
    last = max(ends)
    checks = [found for splits in monthly for found in _checks(splits, monthly, yearly)]
    parts: dict[str, list[pd.DataFrame]] = {}
    for splits, table in monthly.items():
        series, rows = _placed(splits, happened(table, [], last)[0])
        if series is not None:
            parts.setdefault(series, []).append(rows)
    tables = {series: _table(series, found) for series, found in parts.items()}
    return Reading(
        "DHS Office of Homeland Security Statistics", FORMAT, months.named(last), None,
        tables, tuple(checks), tuple(notes),
    )  # fmt: skip


def _headers(opened: Opened) -> list[Header]:
    found = [find_header(grid, COLUMNS, {"year", "count"}) for grid in opened.sheets]
    return [header for header in found if header is not None]


def _unknown(header: Header) -> list[str]:
    """Return the names of columns by which this version cannot split."""
    row = header.grid.rows[header.row]
    held = header.columns.values()
    return [text(cell) for at, cell in enumerate(row) if text(cell) and at not in held]


def _rows(file: str, header: Header, names: dict[str, Names], notes: list[str]) -> pd.DataFrame:
    """Return the rows of a sheet; ``month`` is the fiscal year where it is yearly."""
    at, grid = header.columns, header.grid
    splits = [split for split in KINDS if split in at]
    columns: dict[str, list[object]] = {name: [] for name in ("month", "value", *splits)}
    problems: list[Problem] = []
    with counts(file, notes) as reader:
        for line, row in header.rows(file):
            month = _month(row, at)
            if month is None:
                if _is_footnote(row, at):
                    break
                problems.append(_no_month(file, grid, row, line, at))
                continue
            columns["month"].append(month)
            columns["value"].append(reader.read(row[at["count"]], line, grid.place("Quantity")))
            for split in splits:
                columns[split].append(names[split].of(text(row[at[split]])))
    if problems:
        raise InputError(problems)
    return frame(columns)


def _month(row: tuple[object, ...], at: dict[str, int]) -> int | None:
    year = months.year_of(row[at["year"]])
    if "month" not in at or year is None:
        return year
    month = months.month_of(row[at["month"]])
    return None if month is None else months.fiscal(year, month)


def _is_footnote(row: tuple[object, ...], at: dict[str, int]) -> bool:
    """Return whether a row has words and nothing in the columns of the table but the first."""
    return not any(text(row[position]) for position in at.values() if position != 0)


def _no_month(
    file: str, grid: Grid, row: tuple[object, ...], line: int, at: dict[str, int]
) -> Problem:
    found = " ".join(text(row[at[name]]) for name in ("year", "month") if name in at)
    expected = "a fiscal year and a month such as 2024 and 01 October"
    return Problem(file, expected, found, line, grid.place("Fiscal Year, Month"))


def _placed(splits: tuple[str, ...], table: pd.DataFrame) -> tuple[str | None, pd.DataFrame]:
    """Return the series that a sheet belongs to, and its rows with their place."""
    rest = tuple(split for split in splits if split != "region")
    if rest == ("area",):
        return SERIES[rest], table.assign(place=table["area"])
    place = table["region"] if "region" in splits else EVERYWHERE
    return SERIES.get(rest), table.assign(place=place)


def _table(series: str, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Join the sheets of a series; sectors stand in two sheets, the one with regions wins."""
    if series == "border_patrol_by_sector":
        best = max(parts, key=lambda part: "region" in part)
        dims = ["region"] if "region" in best else []
        return tidy(best, dims, UNIT, named=[])
    joined = pd.concat(parts, ignore_index=True)
    dims = [split for split in ("citizenship", "family") if split in joined]
    return tidy(joined, dims, UNIT)


def _checks(
    splits: tuple[str, ...],
    monthly: dict[tuple[str, ...], pd.DataFrame],
    yearly: dict[tuple[str, ...], pd.DataFrame],
) -> list[Check]:
    """Compare each fiscal year of a yearly sheet with its months, as far as rounding allows."""
    if splits not in yearly:
        return []
    months_of, years_of = monthly[splits], yearly[splits]
    year = (months_of["month"] + 3) // 12
    ours, rows = months_of.groupby(year)["value"].sum(), year.value_counts()
    months_each = months_of.groupby(year)["month"].nunique()
    found = []
    for fiscal, own in years_of.groupby("month")["value"]:
        if fiscal in ours.index:
            gaps = max(0, len(own) * months_each[fiscal] - rows[fiscal])
            within = ROUNDING * (rows[fiscal] + len(own)) + MASKED * gaps
            what = f"fiscal year {fiscal}, by {' and '.join(splits) or 'month'}"
            found.append(check(what, own.sum(), ours[fiscal], within))
    return found


READER = Reader(FORMAT, recognises, read)
