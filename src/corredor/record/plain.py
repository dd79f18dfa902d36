"""A record as plain tables: a catalogue, its sources, its editions, and a file for each series.

A world holds them in ``record/``: ``catalogue.csv`` with a row a series, ``sources.csv`` with a row
a source, ``editions.csv`` with the day of each edition whose name tells one, and
``series/NAME.csv`` with a row a figure. docs/reference/tables.md lists their columns.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from corredor.errors import InputError, Problem
from corredor.inputs.files import read_text
from corredor.inputs.tables import empty_table, read_table

CATALOGUE, SOURCES, EDITIONS = "catalogue.csv", "sources.csv", "editions.csv"
TABLES = (CATALOGUE, EDITIONS, SOURCES)
SERIES = "series"  # the folder of figures
DAY = "%Y-%m-%d"
DAYS = {CATALOGUE: ("first", "last"), EDITIONS: ("published",)}
NUMBERS = {CATALOGUE: ("published_after_days",)}
MOST_HELD = 128  # tables that are held in memory


@dataclass(frozen=True)
class Plain:
    """The plain tables of a record, as they stand at this moment.

    Attributes
    ----------
    folder : Path
        Where they lie; it need not exist.
    changed : tuple of int
        When each of ``TABLES`` was changed last; 0 where there is none.
    """

    folder: Path
    changed: tuple[int, ...]

    def text(self, name: str) -> pd.DataFrame:
        """Return one of ``TABLES`` as text; without rows where it is missing."""
        return _table(self.folder / name, self.changed[TABLES.index(name)])

    def figures(self, series: str) -> Path:
        """Return the file of a series."""
        return self.folder / SERIES / f"{series}.csv"

    def files(self) -> list[Path]:
        """Return every file of the record, tables first, then series."""
        listed = [path for name in TABLES if (path := self.folder / name).is_file()]
        return [*listed, *sorted((self.folder / SERIES).glob("*"))]


def plain(folder: Path) -> Plain:
    """Return the plain tables of a folder."""
    return Plain(folder, tuple(changed(folder / name) for name in TABLES))


def changed(path: Path) -> int:
    """Return when a file was changed last, in nanoseconds; 0 where there is none."""
    return path.stat().st_mtime_ns if path.exists() else 0


def read_series(path: Path) -> pd.DataFrame:
    """Return the figures of a series as its file has them.

    Returns
    -------
    DataFrame
        ``start`` and ``end`` (Timestamps), ``value`` (float, NaN where none was published),
        ``rank`` (int); every other column as text.

    Raises
    ------
    InputError
        With every problem: the file, the line, the column and what was expected.
    """
    try:
        table = _texts(path)
        return table.assign(
            start=pd.to_datetime(table["start"], format=DAY),
            end=pd.to_datetime(table["end"], format=DAY),
            value=pd.to_numeric(table["value"]).astype(float),
            rank=table["rank"].astype(int),
        )
    except (KeyError, ValueError) as error:
        raise _said_by_the_schema(path, SERIES) from error


@lru_cache(MOST_HELD)
def _table(path: Path, when: int) -> pd.DataFrame:
    columns = list(empty_table(path.stem))
    if not when:
        return pd.DataFrame(columns=columns, dtype=str)
    try:
        table = _texts(path)[columns]
        for column in DAYS.get(path.name, ()):
            pd.to_datetime(table[column], format=DAY)
        for column in NUMBERS.get(path.name, ()):
            table[column].astype(int)
    except (KeyError, ValueError) as error:
        raise _said_by_the_schema(path, path.stem) from error
    return table


def _texts(path: Path) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(read_text(path)), dtype=str, keep_default_na=False)


def _said_by_the_schema(path: Path, schema: str) -> InputError:
    """Return what is wrong with a table, cell by cell; reading it so is slow."""
    try:
        read_table(path, schema)
    except InputError as error:
        return error
    return InputError(Problem(str(path), f"a table as docs/reference/tables.md has {schema}"))
