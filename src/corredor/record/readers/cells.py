"""Single cells as publishers write them: counts, marks for what is missing, names with notes."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from corredor.errors import InputError, Problem, without_accents

BLANK = {
    "",
    "x",
    "na",
    "#n/a",
    "n/a",
    "n.a",
    "nd",
    "n.d",
    "s/d",
    "..",
    "...",
    "…",
    "nan",
    "null",
    "none",
}
DASHES = {"-", "–", "—", "−", "--", "(-)"}
MASKED = re.compile(r"(?:[<≤]\s*\d{1,2}|\d\s*[-–]\s*\d|\*|d|\(d\)|s)", re.IGNORECASE)
LONGEST_NAME = 200  # characters that are worth remembering
_GROUPED = re.compile(r"\d{1,3}(?:[,.\s']\d{3})+")
_WHOLE = re.compile(r"\d+(?:[.,]0{1,2}|[.,]0{4,})?")  # three would be thousands
_FOOTNOTE = re.compile(
    r"(?:\s*\(\d{1,2}\)|(?<=\S)\s*\d{1,2}/|\s*[¹²³⁴⁵⁶⁷⁸⁹⁰]+|\s*\*+|(?<=[^\W\d_])\d{1,2}"
    r"|(?<=\))\d{1,2}|\s+[pr]/)$"
)


def text(cell: object) -> str:
    """Return a cell as text on one line, without spaces around it; whole numbers without ``.0``."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def fold(name: str) -> str:
    """Return a name for comparing: small letters and digits without accents, joined by spaces.

    Examples
    --------
    >>> fold("CHINA, PEOPLE’S  Republic")
    'china people s republic'
    """
    return _fold(name) if len(name) <= LONGEST_NAME else _fold.__wrapped__(name)


@lru_cache(maxsize=20_000)
def _fold(name: str) -> str:
    bare = without_accents(unicodedata.normalize("NFKC", name).casefold())
    return " ".join(re.findall(r"[^\W_]+", bare))


def without_footnote(name: str) -> str:
    """Return a name without the mark of a footnote at its end.

    Examples
    --------
    >>> [without_footnote(name) for name in ("T8 repatriations1", "Brasil (1)", "T8")]
    ['T8 repatriations', 'Brasil', 'T8']
    """
    return _bare(name) if len(name) <= LONGEST_NAME else name.strip()


@lru_cache(maxsize=20_000)
def _bare(name: str) -> str:
    name = name.strip()
    if re.fullmatch(r"[A-Za-z]{1,2}\d{1,2}", name):  # T8, T42 are names
        return name
    while (shorter := _FOOTNOTE.sub("", name).strip()) not in (name, ""):
        name = shorter
    return name


class Counts:
    """Reads the counts of one file and keeps what is wrong with them until the end.

    Parameters
    ----------
    file : str
        The file, for messages.
    dash_is_zero : bool
        Whether this publisher writes ``-`` for none; otherwise it is a figure not given.

    Attributes
    ----------
    masked : int
        How many small counts the publisher hid, such as ``<5`` or ``*``.
    """

    def __init__(self, file: str, *, dash_is_zero: bool = False) -> None:
        self.file, self.dash_is_zero, self.masked = file, dash_is_zero, 0
        self.problems: list[Problem] = []

    def read(self, cell: object, line: int, column: str) -> float:
        """Return a count, or NaN where none is given.

        Parameters
        ----------
        cell : object
            As it stands in the file: a number, ``"1,302"``, ``"NA"``, ``"X"``, ``"-"``, ``""``.
        line, column : int, str
            Where it stands, for messages.
        """
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            if math.isnan(cell):
                return math.nan
            value = float(cell)
        else:
            value = self._from_text(text(cell))
        if (value >= 0 and value.is_integer()) or math.isnan(value):
            return value
        expected = "a count: a whole number of 0 or more, or nothing"
        self.problems.append(Problem(self.file, expected, cell, line, column))
        return math.nan

    def _from_text(self, written: str) -> float:
        """Return the number that a text stands for, NaN for none, and -1 where it is no count."""
        plain = written.strip().casefold().rstrip(".") if written else ""
        if plain in BLANK:
            return math.nan
        if plain in DASHES:
            return 0.0 if self.dash_is_zero else math.nan
        if _GROUPED.fullmatch(plain):
            return float(re.sub(r"\D", "", plain))
        if _WHOLE.fullmatch(plain):
            return float(re.split(r"[.,]", plain)[0])
        if MASKED.fullmatch(plain):
            self.masked += 1
            return math.nan
        return -1.0

    def finish(self) -> tuple[str, ...]:
        """Return what to note; raise InputError with every cell that was no count."""
        if self.problems:
            raise InputError(self.problems)
        if self.masked:
            return (f"{self.masked:,} small counts are masked by the publisher and left out.",)
        return ()


@contextmanager
def counts(file: str, notes: list[str], *, dash_is_zero: bool = False) -> Iterator[Counts]:
    """Give a :class:`Counts` and, at the end, raise its problems or add what it notes."""
    reader = Counts(file, dash_is_zero=dash_is_zero)
    yield reader
    notes.extend(reader.finish())
