"""What people added to the record: each file one folder, whole or absent, every edition kept.

A folder of additions is the user's own (``record`` in :func:`corredor.inputs.home.home`) or a
world's ``record/``. Each file that was added is a folder in it: ``addition.json`` says what it is
and holds the digest of every table, and each series is a Parquet file with one row a figure.
Nothing in such a folder is ever changed; adding and removing are one rename each.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

import pandas as pd

from corredor.errors import InputError, OutputError, Problem, UsageError, did_you_mean
from corredor.inputs.home import home
from corredor.inputs.manifest import digest_of as digest_of_document
from corredor.inputs.whole_files import discard, sweep, whole_or_absent
from corredor.record.of_world import FOLDER, record_folder

MANIFEST = "addition.json"
_SEAL = "sha256_of_this"
MOST_KEPT = 64  # tables that are held in memory between two commands of one process
_NAME = re.compile(r".*-[0-9a-f]{8}")  # of every addition; what else lies there is none


@dataclass(frozen=True)
class Table:
    """One series of an addition.

    Attributes
    ----------
    rows : int
        How many figures it has.
    first, last : str
        First and last day that they cover, as ISO dates.
    digest : str
        SHA-256 of its file.
    """

    rows: int
    first: str
    last: str
    digest: str


@dataclass(frozen=True, eq=False)
class Addition:
    """A file that was added to the record.

    Attributes
    ----------
    name : str
        Of its folder, such as ``ohss-khsm-2024-11-1f2e3d4c``.
    folder : Path
        Where it lies.
    file, digest : str
        Name of the file as it was read, and SHA-256 of its content.
    format, publisher : str
        Its format, and who published it.
    edition : str
        What its rows are called in the column ``edition``.
    published : str
        Day of publication as an ISO date; empty where nobody said.
    read : str
        When it was read, as an ISO time (UTC); of two editions alike in all else the later counts.
    tables : mapping of str to Table
        By series.
    cards : mapping
        Rows of the catalogue for series that the world's record does not know, by series.
    notes : tuple of str
        What its reader noticed.
    """

    name: str
    folder: Path
    file: str
    digest: str
    format: str
    publisher: str
    edition: str
    published: str
    read: str
    tables: Mapping[str, Table]
    cards: Mapping[str, Mapping[str, str]]
    notes: tuple[str, ...]

    @property
    def known_from(self) -> pd.Timestamp:
        """The day from which its figures count as known: when it was published, else read."""
        return pd.Timestamp(self.published or self.read[:10])

    def day_of(self, series: str, lag: int) -> pd.Timestamp:
        """Return how new the edition is for a series, to tell which of two is preferred.

        An old file that is read today is no newer for it: without a day of publication its newest
        month and the usual delay of the series decide.
        """
        if self.published:
            return pd.Timestamp(self.published)
        return pd.Timestamp(self.tables[series].last) + pd.Timedelta(days=lag)

    def table(self, series: str) -> pd.DataFrame:
        """Return the rows of one series as they were read.

        Raises
        ------
        InputError
            If its file is missing or is not what was added.
        """
        return _table(self.folder / f"{series}.parquet", self.tables[series].digest)


def user_folder() -> Path:
    """Return the folder of what the user added, which need not exist."""
    return home() / FOLDER


def additions() -> tuple[Addition, ...]:
    """Return everything that was added, by the user and to the world in use.

    Raises
    ------
    InputError
        If a folder of additions holds what cannot be read.
    """
    folders = (user_folder(), record_folder())
    return tuple(found for folder in folders for found in additions_in(folder))


def additions_in(folder: Path) -> tuple[Addition, ...]:
    """Return the additions in one folder, as they were added; none where there is no such folder.

    A folder that bears no name of an addition, such as the plain series of a world, is none.

    Raises
    ------
    InputError
        If one of them has no readable ``addition.json``.
    """
    found = (_read(each, _changed(each / MANIFEST)) for each in _inside(folder))
    return tuple(sorted(found, key=lambda addition: addition.read))


def write(addition: Addition, tables: Mapping[str, pd.DataFrame]) -> Addition:
    """Write an addition, whole or not at all, and return it with the digests of its tables.

    Raises
    ------
    OutputError
        If its folder exists or cannot be written.
    """
    with whole_or_absent(addition.folder) as temporary:
        temporary.mkdir()
        held = {}
        for series, table in tables.items():
            path = temporary / f"{series}.parquet"
            table.to_parquet(path, index=False, compression="zstd")
            held[series] = Table(
                len(table), str(table["start"].min().date()), str(table["end"].max().date()),
                _digest(path.read_bytes()),
            )  # fmt: skip
        whole = replace(addition, tables=held)
        document = {k: v for k, v in asdict(whole).items() if k not in ("folder", "name")}
        document[_SEAL] = digest_of_document(document)
        text = json.dumps(document, ensure_ascii=False, indent=1)
        (temporary / MANIFEST).write_text(text, encoding="utf-8")
    return whole


def remove(name: str, folder: Path) -> None:
    """Take an addition out of a folder, whole; a damaged one too.

    Raises
    ------
    UsageError
        If there is none of that name.
    OutputError
        If it cannot be removed.
    """
    sweep(folder)
    known = [path.name for path in _inside(folder)]
    if name not in known:
        raise UsageError(
            f"unknown addition {name!r}. {did_you_mean(name, known)} "
            f"In {folder}: {', '.join(known) or 'none'}.".replace("  ", " ")
        )
    try:
        discard(folder / name)
    except OSError as error:
        raise OutputError(f"{folder / name}: cannot be removed: {error.strerror}.") from error


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    return _digest(path.read_bytes())


def cards(found: Iterable[Addition]) -> dict[str, Mapping[str, str]]:
    """Return the rows of the catalogue that additions bring, by series; the newest counts."""
    ordered = sorted(found, key=lambda addition: (addition.read, addition.name))
    return {series: card for addition in ordered for series, card in addition.cards.items()}


def _inside(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    found = (p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
    return sorted(p for p in found if _NAME.fullmatch(p.name) or (p / MANIFEST).exists())


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


@lru_cache(MOST_KEPT)
def _read(folder: Path, changed: int) -> Addition:
    path = folder / MANIFEST
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        seal = held.pop(_SEAL, None)  # earlier versions wrote none
        if seal is not None and seal != digest_of_document(held):
            raise ValueError(_SEAL)
        held["tables"] = {name: Table(**each) for name, each in held["tables"].items()}
        held["notes"] = tuple(held["notes"])
        return Addition(name=folder.name, folder=folder, **held)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(path) from error


@lru_cache(MOST_KEPT)
def _table(path: Path, digest: str) -> pd.DataFrame:
    try:
        content = path.read_bytes()
        if _digest(content) != digest:
            raise _damaged(path)
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> InputError:
    hint = f"Remove it with `corredor record remove {path.parent.name}` and add the file again."
    return InputError(Problem(str(path), "what was written when the file was added", hint=hint))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
