"""Rows of a table in the text of a PDF: a name, then counts, in columns or joined by bars."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from corredor.record.readers.cells import DASHES, fold, text
from corredor.record.readers.grid import Grid
from corredor.record.readers.months import month_of
from corredor.record.readers.opened import Opened

LONGEST = 4_000  # characters of a line that a table of a page can have
FEWEST_MONTHS = 2  # cells with months that a header in a grid has
_COUNT = re.compile(r"\d{1,3}(?:[,.]\d{3})+|\d+")
_BETWEEN = re.compile(r"[|;\"\s]+")


@dataclass(frozen=True)
class Line:
    """One row of such a table.

    Attributes
    ----------
    number : int
        Its line in the file, from 1.
    name : str
        The words before the counts; may be empty.
    counts : tuple of str
        The counts as written.
    """

    number: int
    name: str
    counts: tuple[str, ...]


def parse(number: int, line: str) -> Line | None:
    """Return a line as name and counts, or None where it does not end in counts.

    Examples
    --------
    >>> parse(7, "Rio Grande Valley|20,755|537| 1,302")
    Line(number=7, name='Rio Grande Valley', counts=('20,755', '537', '1,302'))
    >>> parse(8, "Haití (1)     1,234      -").counts
    ('1,234', '-')
    """
    words = [word for word in _BETWEEN.split(line) if word]
    first = len(words)
    while first and (_COUNT.fullmatch(words[first - 1]) or words[first - 1] in DASHES):
        first -= 1
    if first == len(words):
        return None
    return Line(number, " ".join(words[:first]).strip(" .:-–—"), tuple(words[first:]))


def numbered(opened: Opened, first_cells: Iterable[str]) -> list[tuple[int, str]]:
    """Return the lines of a text with their numbers; rows of a sheet or CSV are joined by bars.

    Parameters
    ----------
    opened : Opened
        The file.
    first_cells : iterable of str
        First words of a header, folded; they tell a table in CSV from a text with commas.
    """
    known = set(first_cells)
    grids = [grid for grid in opened.grids if opened.sheets or _has_header(grid, known)]
    if not grids:
        return [(n, line[:LONGEST]) for n, line in enumerate(opened.text.split("\n"), 1)]
    return [
        (grid.line(index), "|".join(text(cell) for cell in row)[:LONGEST])
        for grid in grids
        for index, row in enumerate(grid.rows)
    ]


def _has_header(grid: Grid, known: set[str]) -> bool:
    for row in grid.rows[:200]:
        cells = [text(cell) for cell in row if text(cell)]
        if cells and fold(cells[0]) in known:
            return sum(month_of(cell) is not None for cell in cells) >= FEWEST_MONTHS
    return False
