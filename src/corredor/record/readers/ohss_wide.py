"""One wide sheet of OHSS's monthly tables: cells by month and column, and the totals of years."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from corredor.errors import InputError, Problem
from corredor.record.readers import months
from corredor.record.readers.cells import counts, fold, text, without_footnote
from corredor.record.readers.grid import Grid, Header, Row, find_header
from corredor.record.readers.names import Names, known
from corredor.record.readers.tidy import ALL, frame

COLUMNS = {"year": ("Fiscal Year",), "month": ("Month",)}
WHOLE = {"total", "total cbp", "total usbp", "total ofo", "total encounters", "total repatriations"}
FEWEST = 2  # columns of figures that a wide sheet has at least
TOTAL = "total"


@dataclass(frozen=True)
class Wide:
    """A wide sheet as read.

    Attributes
    ----------
    name, title : str
        Of the sheet.
    cells : DataFrame
        ``month``, ``at`` (number of the column of figures), ``value``.
    headers : tuple of (str, str)
        Group (empty where there is none) and name of every column of figures.
    totals : dict
        The file's own total by column number and fiscal year.
    last : int or None
        The month that the title names as the last.
    """

    name: str
    title: str
    cells: pd.DataFrame
    headers: tuple[tuple[str, str], ...]
    totals: dict[int, dict[int, float]]
    last: int | None

    @property
    def grouped(self) -> bool:
        """Whether the columns stand in groups."""
        return any(group for group, _ in self.headers)

    def label(self, at: int) -> str:
        """Return the name of a column for people."""
        return " ".join(part for part in self.headers[at] if part)

    def names(self, kind: str, notes: list[str]) -> list[str]:
        """Return the name of every column; a total is ``all``."""
        return _named([name for _, name in self.headers], kind, notes)

    def groups(self, kind: str, notes: list[str]) -> list[str]:
        """Return the name of the group of every column; one of totals is ``all``.

        A column that stands before all groups is in the group that its own name says.
        """
        return _named([group or name for group, name in self.headers], kind, notes)


def is_wide(grid: Grid) -> bool:
    """Return whether a sheet has fiscal years and months in rows and several columns of figures."""
    header = find_header(grid, COLUMNS, {"year", "month"})
    if header is None:
        return False
    figures = _figures(header)
    return len(figures) >= FEWEST and not any(
        fold(text(grid.rows[header.row][at])) in ("quantity", "encounter count") for at in figures
    )


def read_sheet(file: str, grid: Grid, notes: list[str]) -> Wide:
    """Read a sheet for which :func:`is_wide` holds.

    Raises
    ------
    InputError
        With every cell that is no count and every row whose month or year is none.
    """
    header = find_header(grid, COLUMNS, {"year", "month"})
    assert header is not None, "is_wide was asked before"
    at, figures = header.columns, _figures(header)
    labels = _labels(header, figures)
    records: dict[str, list[object]] = {"month": [], "at": [], "value": []}
    totals: dict[int, dict[int, float]] = {}
    year: int | None = None
    with counts(file, notes) as reader:
        for line, row in header.rows(file):
            word = row[at["month"]]
            month, stated = months.month_of(word), months.year_of(row[at["year"]])
            is_total = fold(without_footnote(text(word))) == TOTAL or (
                not text(word) and stated is not None and _has_figures(row, figures)
            )
            if month is None and not is_total:
                if text(word) and _has_figures(row, figures):
                    raise InputError(_unread(file, grid, line, word))
                break  # the notes below the table
            year = stated if stated is not None else year
            if year is None:
                raise InputError(_unread(file, grid, line, row[at["year"]]))
            for number, position in enumerate(figures):
                value = reader.read(row[position], line, grid.place(labels[number][1]))
                if month is None:
                    totals.setdefault(number, {})[year] = value
                else:
                    for name, cell in zip(records, (months.fiscal(year, month), number, value),
                                          strict=True):  # fmt: skip
                        records[name].append(cell)
    own = {n: {y: v for y, v in each.items() if v == v} for n, each in totals.items()}
    title = _title(header)
    return Wide(grid.name, title, frame(records), tuple(labels), own, _last(title))


def _figures(header: Header) -> list[int]:
    """Return the positions of the columns of figures: those named, beside year and month."""
    row = header.grid.rows[header.row]
    return [at for at, cell in enumerate(row) if text(cell) and at not in header.columns.values()]


def _labels(header: Header, figures: list[int]) -> list[tuple[str, str]]:
    """Return group and name of the columns; a group holds from where it stands to the next."""
    row = header.grid.rows[header.row]
    above: Row = header.grid.rows[header.row - 1] if header.row else ()
    if any(text(above[at]) for at in header.columns.values() if at < len(above)):
        above = ()  # a title stands there, not groups
    labels, group = [], ""
    for at in figures:
        group = without_footnote(text(above[at])) or group if at < len(above) else group
        labels.append((group, without_footnote(text(row[at]))))
    return labels


def _has_figures(row: Row, figures: list[int]) -> bool:
    return any(isinstance(row[at], (int, float)) for at in figures if at < len(row))


def _title(header: Header) -> str:
    """Return the first words above the header that are no link or advice."""
    lines = [text(row[0]) for row in header.grid.rows[: header.row] if row and text(row[0])]
    named = [line for line in lines if not re.match(r"(?i)return to|\*|click", line)]
    return next((line for line in named if ":" in line), named[-1] if named else header.grid.name)


def _last(title: str) -> int | None:
    """Return the month that a title such as ``… 2024 YTD (August 2024)`` says it covers."""
    found = re.search(r"\(\s*([^\W\d_]+)\s+(\d{4})\s*\)", title)
    month = months.month_of(found[1]) if found else None
    return months.at(int(found[2]), month) if found and month else None


def _named(spellings: list[str], kind: str, notes: list[str]) -> list[str]:
    names = Names(kind)
    has_names = kind in ("country", "border", "area", "family", "agency")
    found = [_name(spelling, names, has_names) for spelling in spellings]
    if has_names:
        notes.extend(names.notes())
    return found


def _name(spelling: str, names: Names, has_names: bool) -> str:
    if fold(spelling) in WHOLE and known(names.kind, spelling) in (None, ALL):
        return ALL
    return names.of(spelling) if has_names else spelling


def _unread(file: str, grid: Grid, line: int, cell: object) -> Problem:
    expected = "a month, Total, or a fiscal year such as 2024 YTD"
    return Problem(file, expected, cell, line, grid.place("Fiscal Year, Month"))
