"""Find the table of counts in a file: its delimiter or sheet, its header, its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corredor.errors import InputError, Problem
from corredor.record.own.header import Header, find_counts
from corredor.record.own.headings import is_total, role, speaks_of_thousands
from corredor.record.readers.cells import fold, text
from corredor.record.readers.grid import Cell, Row
from corredor.record.readers.opened import open_file
from corredor.record.readers.workbook import formulas

WORDS = ("note", "source", "edition", "unit")  # columns in which a bare number is out of place
NO_BREAK = "The file does not end with a line break: it may have been cut off."


@dataclass(frozen=True)
class Table:
    """Columns of a table of counts, by what they are, without blank rows.

    Attributes
    ----------
    file, sheet : str
        The file as the user named it, and the sheet of a workbook, else an empty text.
    lines : tuple of int
        Line of each row in the file or the sheet, from 1.
    columns : dict
        Cells by role: ``month``, ``date``, ``year``, ``start``, ``end``, ``place``, ``category``,
        ``value``, ``unit``, ``note``.
    headings : dict
        What the file calls each of them.
    notes : tuple of str
        What was noticed while finding them.
    workbook : bool
        Whether the cells come from a workbook, in which days and numbers have kinds.
    """

    file: str
    sheet: str
    lines: tuple[int, ...]
    columns: dict[str, tuple[Cell, ...]]
    headings: dict[str, str]
    notes: tuple[str, ...]
    workbook: bool

    def problem(self, name: str, row: int, expected: str, hint: str = "") -> Problem:
        """Return what is wrong with one cell.

        Parameters
        ----------
        name : str
            Role of the column.
        row : int
            Index of the row.
        expected, hint : str
            As in :class:`~corredor.errors.Problem`.
        """
        cell = text(self.columns[name][row])
        return Problem(self.file, expected, cell, self.lines[row], self.column(name), hint)

    def column(self, name: str) -> str:
        """Return how a message names a column."""
        heading = self.headings[name]
        return f"sheet {self.sheet!r}, {heading}" if self.sheet else heading

    def texts(self, name: str) -> list[str]:
        """Return a column as texts; blank ones where the file has no such column."""
        return [text(cell) for cell in self.columns.get(name, ("",) * len(self.lines))]


def find_table(path: str | Path) -> Table:
    """Return the one table of counts that a file holds.

    Raises
    ------
    InputError
        The file cannot be opened; it has no such table, or two; a column is there twice; rows are
        of unequal length, repeat the header or add up the others; a formula has no result.
    """
    opened = open_file(path)
    header = find_counts(opened)
    notes = list(opened.notes)
    if opened.sheets:
        _check_formulas(opened.file, Path(path).read_bytes(), header)
        if len(opened.sheets) > 1:
            notes.append(f"Read from the sheet {header.grid.name!r}; the others hold no counts.")
    elif not opened.text.endswith("\n"):
        notes = list(dict.fromkeys([*notes, NO_BREAK]))
    rows = list(_rows(opened.file, header))
    notes += _not_read(header, rows) + _thousands(header)
    return Table(
        opened.file, header.grid.name, tuple(line for line, _ in rows),
        {name: tuple(row[at] for _, row in rows) for name, at in header.at.items()},
        {name: text(header.cells[at]) for name, at in header.at.items()},
        tuple(notes), bool(opened.sheets),
    )  # fmt: skip


def _rows(file: str, header: Header) -> Iterator[tuple[int, Row]]:
    """Yield the rows below the header that are not blank; refuse those that are no rows of it."""
    grid, width = header.grid, len(header.cells)
    problems: list[Problem] = []
    for index in range(header.row + 1, len(grid.rows)):
        row, line = grid.rows[index], grid.line(index)
        if not any(text(cell) for cell in row):
            continue
        problem = _wrong_width(file, header, row, line) or _no_row(file, header, row, line)
        if problem is None:
            yield line, row[:width]
        else:
            problems.append(problem)
    if grid.broken:
        problems.append(Problem(file, grid.broken, row=grid.line(len(grid.rows) - 1)))
    if problems:
        raise InputError(problems)


def _wrong_width(file: str, header: Header, row: Row, line: int) -> Problem | None:
    """Say so if a row of a text has other cells than its header, or seems to have a comma more."""
    width = len(header.cells)
    hint = "A comma inside a number or a text needs quotes around the cell."
    unnamed = [p for p, cell in enumerate(row) if p >= width or not text(header.cells[p])]
    if header.grid.ragged and (len(row) < width or any(text(row[p]) for p in unnamed)):
        filled = sum(bool(text(cell)) for cell in header.cells)
        expected = f"{filled} cells as in the header; this row has {len(row)}"
        return Problem(file, expected, row=line, hint=hint)
    after = header.at["value"] + 1
    named = role(header.cells[after]) if after < width else ""
    if header.grid.ragged and named in WORDS and _three_digits(row[after]):
        heading = text(header.cells[after])
        return Problem(file, "words, not what could be the end of a number", text(row[after]),
                       line, heading, hint)  # fmt: skip
    return None


def _three_digits(cell: Cell) -> bool:
    written = text(cell)
    return len(written) == 3 and written.isdigit()


def _no_row(file: str, header: Header, row: Row, line: int) -> Problem | None:
    """Say so if a row repeats the header, adds up the others, or stands below the table."""
    if all(fold(text(row[at])) == fold(text(header.cells[at])) for at in header.at.values()):
        hint = "Leave it out."
        return Problem(file, "figures; this line repeats the header", row=line, hint=hint)
    name = next(name for name in ("start", "month", "date") if name in header.at)
    at = header.at[name]
    blank = not text(row[at])
    if is_total(row[at]) or fold(text(row[at])).startswith("total ") or (
        blank and any(is_total(cell) for cell in row)
    ):  # fmt: skip
        hint = "This row seems to add up the others: leave it out."
        return Problem(file, "a month or a day", text(row[at]), line, text(header.cells[at]), hint)
    return None


def _check_formulas(file: str, content: bytes, header: Header) -> None:
    """Refuse figures and days that are formulas which nobody has worked out."""
    grid = header.grid
    problems = []
    for row, column in sorted(formulas(file, content, grid.name)):
        blank = row >= len(grid.rows) or grid.rows[row][column : column + 1] in ((), ("",))
        if row > header.row and column in header.at.values() and blank:
            heading = f"sheet {grid.name!r}, {text(header.cells[column])}"
            hint = "Open the workbook in a spreadsheet, save it, and read it again."
            expected = "a result; this formula has not been worked out"
            problems.append(Problem(file, expected, None, row + 1, heading, hint))
    if problems:
        raise InputError(problems)


def _not_read(header: Header, rows: list[tuple[int, Row]]) -> list[str]:
    """Return notes on the columns that are left out or were told by being the only one left."""
    notes = []
    used = set(header.at.values())
    left = [at for at, cell in enumerate(header.cells) if text(cell) and at not in used]
    if left:
        names = ", ".join(repr(text(header.cells[at])) for at in left)
        notes.append(f"Columns not read: {names}.")
    if any(text(cell) for _, row in rows for at, cell in enumerate(row)
           if not text(header.cells[at])):  # fmt: skip
        notes.append("Cells beside the table, under no heading, are not read.")
    heading = text(header.cells[header.at["value"]])
    if role(heading) != "value":
        notes.append(f"The column {heading!r} is read as the figures.")
    return notes


def _thousands(header: Header) -> list[str]:
    """Return a note if the heading, or a line above it, speaks of thousands."""
    above = [cell for row in header.grid.rows[: header.row] for cell in row]
    for cell in [header.cells[header.at["value"]], *above]:
        if speaks_of_thousands(cell):
            said = f"The file speaks of thousands ({text(cell)[:60]!r})"
            return [f"{said}; the figures are read as they stand, not multiplied."]
    return []
