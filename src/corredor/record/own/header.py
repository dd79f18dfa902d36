"""Find the header of a table of counts in a file, and with it the delimiter or the sheet."""

from __future__ import annotations

from dataclasses import dataclass

from corredor.errors import InputError, Problem
from corredor.record.own.headings import role
from corredor.record.readers.cells import text
from corredor.record.readers.grid import HEADER_WITHIN, Grid, Row, told
from corredor.record.readers.opened import DELIMITERS, Opened, split_table

HEADER = "a header line, such as month,value or start,end,place,category,value"
IGNORED = ("edition", "source")  # columns that are known and not read


@dataclass(frozen=True)
class Header:
    """The header of a table of counts.

    Attributes
    ----------
    grid : Grid
        The sheet or the text that it stands in.
    row : int
        Index of its row.
    at : dict
        Index of each column by its role.
    """

    grid: Grid
    row: int
    at: dict[str, int]

    @property
    def cells(self) -> Row:
        """What the columns are called."""
        return self.grid.rows[self.row]


def find_counts(opened: Opened) -> Header:
    """Return the header of the only sheet, or the only delimiter, that has one.

    Raises
    ------
    InputError
        No table names days and figures, several sheets do, or two columns could be the same.
    """
    grids = list(opened.sheets) or [split_table(opened.text, mark) for mark in DELIMITERS]
    found = [(grid, row) for grid in grids if (row := _header_row(grid)) is not None]
    if not found:
        looks = max(grids, key=lambda grid: max(map(len, grid.rows[:HEADER_WITHIN]), default=0))
        hint = f"Its first lines hold: {told(looks) or 'nothing'}."
        raise InputError(Problem(opened.file, HEADER, hint=hint))
    if len(found) > 1:
        names = ", ".join(repr(grid.name) for grid, _ in found)
        hint = "Save the one that is meant as a file of its own."
        one = f"one table of counts; these hold one each: {names}"
        raise InputError(Problem(opened.file, one, hint=hint))
    grid, row = found[0]
    return Header(grid, row, _columns(opened.file, grid, row))


def _header_row(grid: Grid) -> int | None:
    """Return the first row that names days and figures, else the first that names days alone."""
    roles = [[role(cell) for cell in row] for row in grid.rows[:HEADER_WITHIN]]
    dated = [
        index
        for index, names in enumerate(roles)
        if ({"month", "date"} & set(names) or {"start", "end"} <= set(names))
        and sum(text(cell) != "" for cell in grid.rows[index]) > 1
    ]
    valued = [index for index in dated if "value" in roles[index]]
    return next(iter(valued or dated), None)


def _columns(file: str, grid: Grid, row: int) -> dict[str, int]:
    """Return the column of each role; of two that could be the same, none is chosen."""
    at: dict[str, list[int]] = {}
    for position, cell in enumerate(grid.rows[row]):
        if text(cell) and role(cell) not in IGNORED:
            at.setdefault(role(cell), []).append(position)
    unknown = at.pop("", [])
    if "value" not in at and len(unknown) == 1:
        at["value"] = unknown
    if {"start", "end"} <= set(at):
        at = {name: places for name, places in at.items() if name not in ("month", "date", "year")}
    elif "month" not in at:
        at.pop("year", None)
    problems = [
        Problem(file, f"one column that could be the {name}; here are {_named(grid, row, places)}",
                row=grid.line(row), hint="Leave out or rename those that are not meant.")
        for name, places in at.items() if len(places) > 1
    ]  # fmt: skip
    if {"month", "date"} <= set(at):
        both = _named(grid, row, at["month"] + at["date"])
        problems.append(Problem(file, f"one column of months or days; here are {both}"))
    if "value" not in at:
        expected = "a column value with the figures"
        hint = f"The columns here: {told(grid)}."
        problems.append(Problem(file, expected, row=grid.line(row), hint=hint))
    if problems:
        raise InputError(problems)
    return {name: places[0] for name, places in at.items()}


def _named(grid: Grid, row: int, places: list[int]) -> str:
    return ", ".join(repr(text(grid.rows[row][place])) for place in places)
