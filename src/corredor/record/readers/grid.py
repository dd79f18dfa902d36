"""A sheet or a table in text as rows of cells, and the search for a header within it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from corredor.errors import InputError, Problem
from corredor.record.readers.cells import fold, text, without_footnote

Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta
Row = tuple[Cell, ...]
HEADER_WITHIN = 40  # rows from the top in which a header is looked for
MOST_TOLD = 12  # names of columns that a message repeats


@dataclass(frozen=True)
class Grid:
    """Rows of cells.

    Attributes
    ----------
    name : str
        Title of the sheet; empty for a file of text.
    rows : tuple of tuple
        The cells; blank ones are empty texts. Rows of a text may differ in length.
    lines : tuple of int
        The line of the file, or row of the sheet, that each row has; from 1.
    broken : str
        Why the rows end before the file does; empty where they do not.
    ragged : bool
        Whether a row of another length than the header is a fault: so in a text.
    """

    name: str
    rows: tuple[Row, ...]
    lines: tuple[int, ...] = ()
    broken: str = ""
    ragged: bool = False

    def line(self, index: int) -> int:
        """Return the line of the file at which a row stands."""
        return self.lines[index] if self.lines else index + 1

    def place(self, column: str) -> str:
        """Return how a message names a column of this grid."""
        return f"sheet {self.name!r}, {column}" if self.name else column


@dataclass(frozen=True)
class Header:
    """Where a table begins in a grid.

    Attributes
    ----------
    grid : Grid
        The grid.
    row : int
        Index of the header row.
    columns : dict
        Index of each column that was asked for and found.
    """

    grid: Grid
    row: int
    columns: dict[str, int] = field(default_factory=dict)

    def rows(self, file: str) -> Iterator[tuple[int, Row]]:
        """Yield every row below the header that is not blank, with its line.

        Raises
        ------
        InputError
            If a row of a text has more or fewer cells than the header, or the text breaks off.
        """
        grid, width = self.grid, len(self.grid.rows[self.row])
        for index in range(self.row + 1, len(grid.rows)):
            row = grid.rows[index]
            if not any(text(cell) for cell in row):
                continue
            if grid.ragged and (len(row) < width or any(text(cell) for cell in row[width:])):
                expected = f"{width} cells as in the header; this row has {len(row)}"
                hint = "The file may be cut off or mixed up; fetch it again."
                raise InputError(Problem(file, expected, row=grid.line(index), hint=hint))
            yield grid.line(index), row
        if grid.broken:
            raise InputError(Problem(file, grid.broken, row=grid.line(len(grid.rows) - 1)))


def find_header(
    grid: Grid, wanted: Mapping[str, Sequence[str]], required: set[str]
) -> Header | None:
    r"""Return the first row that names all required columns, by any of their names, in any order.

    Parameters
    ----------
    grid : Grid
        Where to look, within its first rows.
    wanted : mapping
        Names of each column, as publishers write it; case, accents, marks and footnote digits do
        not count.
    required : set of str
        Those of ``wanted`` without which the row is no header.

    Examples
    --------
    >>> grid = Grid("", (("Month", "Fiscal\nYear", "Quantity1"),))
    >>> wanted = {"year": ["fiscal year"], "count": ["Quantity"]}
    >>> find_header(grid, wanted, {"year", "count"}).columns
    {'year': 1, 'count': 2}
    """
    names = {fold(name): column for column, known in wanted.items() for name in known}
    for index, row in enumerate(grid.rows[:HEADER_WITHIN]):
        found: dict[str, int] = {}
        for position, cell in enumerate(row):
            column = names.get(fold(without_footnote(text(cell))))
            if column is not None:
                found.setdefault(column, position)
        if required <= set(found):
            return Header(grid, index, found)
    return None


def told(grid: Grid) -> str:
    """Return the column names of a grid for a message: its first row with the most cells."""
    rows = [[text(cell) for cell in row if text(cell)] for row in grid.rows[:HEADER_WITHIN]]
    names = max(rows, key=len, default=[])
    shown = ", ".join(name[:40] for name in names[:MOST_TOLD])
    return shown + (f" and {len(names) - MOST_TOLD} more" if len(names) > MOST_TOLD else "")
