"""Honduras's Instituto Nacional de Migración: irregular entries by nationality and month.

Published as a dashboard, so what people hold are tables taken from it: long (month, nationality,
count) or wide (a column for each month). Nothing else in such a table says that it is Honduras's,
so the word has to stand in it. IOM's copy gives China the code of Taiwan, TWN.
"""

from __future__ import annotations

import pandas as pd

from corredor.errors import InputError, Problem
from corredor.record.readers import months
from corredor.record.readers.cells import counts, fold, text
from corredor.record.readers.grid import Grid, Header, Row, find_header
from corredor.record.readers.names import Names
from corredor.record.readers.opened import Opened
from corredor.record.readers.reading import Check, Format, Reader, Reading
from corredor.record.readers.tidy import ALL, check, frame, happened, tidy, with_total

FORMAT = Format(
    "honduras-irregular-entries",
    "Irregular entries into Honduras taken from the dashboard of its Instituto Nacional de "
    "Migración (CSV or workbook): nationality by month, with the word Honduras, HND or INM in it, "
    "or China coded TWN as in IOM's copy.",
)
COLUMNS = {
    "citizenship": ("nationality", "nacionalidad", "nat", "país", "pais", "country", "citizenship",
                    "país de nacionalidad", "country of nationality", "iso3", "nacionalidades"),
    "month": ("month", "mes", "t", "date", "fecha", "periodo", "period"),
    "year": ("year", "año", "ano", "anio"),
    "count": ("n", "count", "total", "cantidad", "entries", "entradas", "value", "valor",
              "migrantes", "personas", "ingresos", "número", "conteo"),
    "where": ("geo", "place", "reporting country", "country of entry", "país de ingreso"),
}  # fmt: skip
SERIES, UNIT, PLACE = "honduras_irregular_entries", "people", "Honduras"
SIGNS = {"honduras", "hnd"}
FEWEST_MONTHS = 2
ROWS_LOOKED_AT = 2_000


def recognises(opened: Opened) -> bool:
    """Return whether a table is of nationalities and months, and says that it is Honduras's."""
    return any(_layout(grid) and _says(grid) for grid in opened.grids)


def read(opened: Opened) -> Reading:
    """Read a long or wide table.

    Raises
    ------
    InputError
        With every month or count that cannot be read.
    """
    grid = next(grid for grid in opened.grids if _layout(grid) and _says(grid))
    header = _layout(grid)
    assert header is not None, "recognised before"
    notes = list(opened.notes)
    names = Names("country")
    long = {"month", "count"} <= set(header.columns)
    table = (_long if long else _wide)(opened.file, header, names, notes)
    notes.extend(names.notes())
    table, last = happened(table, notes)
    if last is None:
        raise InputError(Problem(opened.file, "at least one month with entries"))
    table = _china(table, notes)
    checks: list[Check] = []
    if (table["citizenship"] == ALL).any():
        whole = table[table["citizenship"] == ALL]
        parts = table[(table["citizenship"] != ALL) & table["month"].isin(whole["month"])]
        if len(parts):
            what = "the total beside its nationalities"
            checks.append(check(what, whole["value"].sum(), parts["value"].sum()))
    else:
        table = with_total(table, "citizenship")
        notes.append("The file has no total; all is the sum of its nationalities.")
    result = tidy(table.assign(place=PLACE), ["citizenship"], UNIT)
    return Reading(
        "Instituto Nacional de Migración de Honduras", FORMAT, months.named(last), None,
        {SERIES: result}, tuple(checks), tuple(notes),
    )  # fmt: skip


def _layout(grid: Grid) -> Header | None:
    """Return the header of a long or of a wide table."""
    header = find_header(grid, COLUMNS, {"citizenship", "month", "count"})
    if header is not None:
        row = header.grid.rows[header.row]
        return header if sum(bool(text(cell)) for cell in row) <= len(COLUMNS) + 2 else None
    header = find_header(grid, COLUMNS, {"citizenship"})
    if header is not None and len(_months(header)) >= FEWEST_MONTHS:
        return header
    return None


def _months(header: Header) -> dict[int, int]:
    """Return the month of every column of a wide table; its year is in the column or above."""
    grid = header.grid
    above = " ".join(text(cell) for row in grid.rows[: header.row] for cell in row)
    year, found = months.year_of(above), {}
    for position, cell in enumerate(grid.rows[header.row]):
        month = months.labelled(cell)
        if month is None and year is not None and (number := months.month_of(cell)):
            month = months.at(year, number)
        if month is not None:
            found[position] = month
    return found


def _says(grid: Grid) -> bool:
    """Return whether a table names Honduras other than as a nationality, or has IOM's TWN."""
    header = _layout(grid)
    if header is None:
        return False
    at = header.columns.get("citizenship")
    codes = {text(row[at]) for row in grid.rows if at is not None and at < len(row)}
    if "TWN" in codes and "CHN" not in codes:
        return True
    words = (
        text(cell)
        for number, row in enumerate(grid.rows[:ROWS_LOOKED_AT])
        for position, cell in enumerate(row)
        if number <= header.row or position != at
    )
    return any(SIGNS & set(fold(word).split()) for word in words if not word.isdigit())


def _long(file: str, header: Header, names: Names, notes: list[str]) -> pd.DataFrame:
    at, grid = header.columns, header.grid
    records: dict[str, list[object]] = {"month": [], "citizenship": [], "value": []}
    problems = []
    with counts(file, notes) as reader:
        for line, row in header.rows(file):
            month = _month(row, at)
            if month is None:
                expected = "a month such as 2024-01, or a month and a year"
                found = text(row[at["month"]])
                problems.append(Problem(file, expected, found, line, grid.place("month")))
                continue
            records["month"].append(month)
            records["citizenship"].append(names.of(text(row[at["citizenship"]])))
            records["value"].append(reader.read(row[at["count"]], line, grid.place("count")))
    if problems:
        raise InputError(problems)
    return frame(records)


def _month(row: Row, at: dict[str, int]) -> int | None:
    if (month := months.labelled(row[at["month"]])) is not None:
        return month
    year = months.year_of(row[at["year"]]) if "year" in at else None
    cell = row[at["month"]]
    number = months.month_of(cell)
    if number is None and text(cell).isdigit() and 1 <= int(text(cell)) <= 12:
        number = int(text(cell))
    return months.at(year, number) if year is not None and number is not None else None


def _wide(file: str, header: Header, names: Names, notes: list[str]) -> pd.DataFrame:
    at, month_at = header.columns["citizenship"], _months(header)
    records: dict[str, list[object]] = {"month": [], "citizenship": [], "value": []}
    with counts(file, notes) as reader:
        for line, row in header.rows(file):
            if not text(row[at]) or not any(text(row[p]) for p in month_at):
                continue
            name = names.of(text(row[at]))
            for position, month in month_at.items():
                label = header.grid.place(months.named(month))
                records["month"].append(month)
                records["citizenship"].append(name)
                records["value"].append(reader.read(row[position], line, label))
    return frame(records)


def _china(table: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Give China its figures where they stand under Taiwan's code."""
    names = set(table["citizenship"])
    if "Taiwan" in names and "China" not in names:
        notes.append("China stands under the code of Taiwan in this copy; named China here.")
        return table.assign(citizenship=table["citizenship"].replace("Taiwan", "China"))
    return table


READER = Reader(FORMAT, recognises, read)
