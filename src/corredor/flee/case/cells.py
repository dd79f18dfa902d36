"""Read Flee's CSV files cell by cell, and collect everything that is wrong with them.

A row whose first cell begins with ``#`` is a header or a comment; the columns count by position.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from corredor.errors import MOST_TOLD, InputError, Problem, did_you_mean
from corredor.flee.case.tolerance import tolerate
from corredor.inputs.rows import read_rows

MOST = 10**12  # no number of people or kilometres is larger
MOST_SHOWN = 100  # characters of a wrong cell
ISO_LENGTH = len("2015-05-01")

_Value = TypeVar("_Value")


class Sheet:
    """The rows of one file.

    Parameters
    ----------
    path : Path
        The file.
    columns : sequence of str
        Names of the columns that count by position.
    needed : int
        How many of them every row must have.
    spare : bool
        Whether Flee passes over cells beyond the columns.
    """

    def __init__(
        self, path: Path, columns: Sequence[str], needed: int, *, spare: bool = False
    ) -> None:
        self.file, self.columns, self.needed = str(path), list(columns), needed
        self.spare = spare
        self.problems: list[Problem] = []
        self.named = 0
        self._hints = 0
        self._rows = read_rows(path)

    def rows(self) -> Iterator[Row]:
        """Yield the rows of data; a header names the columns beyond those that Flee counts."""
        for line, cells in self._rows:
            if cells[0].startswith("#"):
                if len(cells) > len(self.columns):
                    self.named = len(self.columns)
                    self.columns += [name.strip() for name in cells[self.named :]]
            elif not cells[0].strip():
                if any(cell.strip() for cell in cells):
                    self.wrong(line, self.columns[0], "a name or a date", cells[0])
            elif len(cells) < max(self.needed, len(self.columns) if self.named else 0):
                self.wrong(line, None, f"{max(self.needed, self.named)} cells or more",
                           f"{len(cells)} cells")  # fmt: skip
            elif not self.spare and any(cell.strip() for cell in cells[len(self.columns) :]):
                self.wrong(line, None, f"no more than {len(self.columns)} cells",
                           f"{len(cells)} cells")  # fmt: skip
            else:
                yield Row(self, line, cells)

    def wrong(
        self, line: int | None, column: str | None, expected: str, value: object, hint: str = ""
    ) -> None:
        """Note a problem; of a long cell the beginning is shown."""
        self.problems.append(Problem(self.file, expected, _short(value), line, column, hint))

    def closest(self, name: str, known: Collection[str]) -> str:
        """Return a hint at the closest known name; none after a few, for each search takes time."""
        self._hints += 1
        return did_you_mean(name, known) if self._hints <= MOST_TOLD else ""

    def odd(
        self, line: int | None, column: str | None, expected: str, value: object, flee: str,
        hint: str = "",
    ) -> None:  # fmt: skip
        """Note something odd that Flee takes in its own way: ``flee`` ends "as in Flee, …"."""
        problem = Problem(self.file, expected, _short(value), line, column, hint)
        tolerate(problem, flee, self.problems)

    def check(self) -> None:
        """Raise InputError with the problems found."""
        if self.problems:
            raise InputError(self.problems)


def _short(value: object) -> object:
    """Return a value as it is shown: of long text the beginning."""
    if isinstance(value, str) and len(value) > MOST_SHOWN:
        return f"{value[:MOST_SHOWN]}…"
    return value


@dataclass(frozen=True)
class Row:
    """One row, whose cells are read by the name of their column."""

    sheet: Sheet
    line: int
    cells: Sequence[str]

    def text(self, column: str, default: str = "") -> str:
        """Return a cell without blanks around it, or the default where it is empty."""
        at = self.sheet.columns.index(column)
        return (self.cells[at].strip() if at < len(self.cells) else "") or default

    def known(self, column: str, names: Sequence[str] | dict[str, int], what: str) -> str:
        """Return a cell that must be one of the names."""
        value = self.text(column)
        if value not in names:
            self.wrong(column, what, value, self.sheet.closest(value, names))
        return value

    def whole(self, column: str, default: int | None = None, least: int = 0) -> int:
        """Return a whole number from ``least`` on; an empty cell needs a default."""
        return self._parsed(column, int, default, least, "a whole number")

    def number(self, column: str, default: float | None = None, least: float = -MOST) -> float:
        """Return a number from ``least`` on; an empty cell needs a default."""
        return self._parsed(column, float, default, least, "a number")

    def numbers(self, at: Sequence[int]) -> NDArray[np.float64]:
        """Return the numbers in the columns at these positions."""
        try:
            found = np.array([self.cells[i] for i in at], dtype=np.float64)
            if (np.abs(found) <= MOST).all():
                return found
        except ValueError:
            pass
        found = np.zeros(len(at))
        for k, i in enumerate(at):
            try:
                found[k] = float(self.cells[i])
            except ValueError:
                found[k] = np.nan
            if not abs(found[k]) <= MOST:
                self.wrong(self.sheet.columns[i], "a number", self.cells[i].strip())
        return found

    def date(self, column: str) -> dt.date:
        """Return a date written as 2015-05-01."""
        value = self.text(column)
        try:
            if len(value) == ISO_LENGTH:
                return dt.date.fromisoformat(value)
            return dt.datetime.strptime(value, "%Y-%m-%d").date()  # such as 2015-5-1
        except ValueError:
            self.wrong(column, "a date such as 2015-05-01", value)
            return dt.date(2000, 1, 1)

    def attributes(self) -> dict[str, str]:
        """Return the cells of the columns that a header named."""
        named = self.sheet.columns[self.sheet.named :] if self.sheet.named else []
        return {name: self.text(name) for name in named if name}

    def wrong(self, column: str, expected: str, value: object, hint: str = "") -> None:
        """Note a problem with a cell."""
        self.sheet.wrong(self.line, column, expected, value, hint)

    def odd(self, column: str, expected: str, value: object, flee: str, hint: str = "") -> None:
        """Note something odd in a cell that Flee takes in its own way."""
        self.sheet.odd(self.line, column, expected, value, flee, hint)

    def _parsed(
        self, column: str, kind: Callable[[str], _Value], default: _Value | None, least: float,
        expected: str,
    ) -> _Value:  # fmt: skip
        value = self.text(column)
        if not value and default is not None:
            return default
        try:
            found = kind(value)
            if math.isfinite(found) and least <= found <= MOST:  # type: ignore[arg-type, operator]
                return found
        except (ValueError, OverflowError):
            pass
        if least > -MOST:
            expected += f" from {least:g} to 1e12"
        self.wrong(column, expected, value)
        return kind("0") if default is None else default
