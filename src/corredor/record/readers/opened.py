"""Open a file as published: a workbook, a table in text, JSON or plain text, told by its content.

A user's file may have any name and any origin, so nothing here trusts it: sizes are looked at
before anything is unpacked, and whatever is wrong is one :class:`~corredor.errors.InputError`.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from corredor.errors import InputError, Problem
from corredor.record.readers.grid import Cell, Grid
from corredor.record.readers.workbook import is_workbook, read_workbook

MOST_BYTES = 64_000_000  # assumption: five times the largest official file known
DELIMITERS = (",", ";", "\t", "|")
LONGEST_LINE = 131_072  # characters, but for JSON, which is one line; the csv module's limit too
MOST_LINES = 600_000  # the largest official file has 300,000
MOST_CELLS = 4_000_000  # of a table in text; the largest official file has 1,300,000
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class Opened:
    """A file that has been opened, whatever it holds.

    Attributes
    ----------
    file : str
        The file as the user named it, for messages.
    text : str
        The whole text; empty for a workbook.
    sheets : tuple of Grid
        The sheets of a workbook; empty for a text.
    notes : tuple of str
        What was noticed while opening.
    """

    file: str
    text: str = ""
    sheets: tuple[Grid, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def grids(self) -> tuple[Grid, ...]:
        """Sheets, the rows of a table in text, or the items of a JSON answer, all as grids."""
        if self.sheets:
            return self.sheets
        if isinstance(self.json, (dict, list)):
            return _items(self.json)
        return (split_table(self.text, _mark(self.text)),)

    @cached_property
    def json(self) -> Any:
        """The content as JSON, or None where it is none."""
        if not self.text.lstrip().startswith(("{", "[")):
            return None
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None


def open_file(path: str | Path) -> Opened:
    """Open a file and find out by its first bytes whether it is a workbook or a text.

    Parameters
    ----------
    path : str or Path
        The file; its name does not matter.

    Raises
    ------
    InputError
        One problem: it cannot be read, is empty, too large, locked by a password, cut off, a zip
        or another binary that is no workbook, or no text.

    Examples
    --------
    >>> open_file("made-up.csv").text  # doctest: +SKIP
    'Fiscal Year,Month Grouping,…'
    """
    file, content = str(path), _bytes(Path(path))
    if not content.strip(b"\0 \t\r\n"):
        raise InputError(Problem(file, "a table or a text; this file is empty"))
    if is_workbook(content):
        return Opened(file, sheets=read_workbook(file, content))
    text, notes = _text(file, content)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _check_extent(file, text)
    if text.lstrip().split("\n", 1)[0].count(",") > 1 and not text.endswith("\n"):
        notes += ("The file does not end with a line break: it may have been cut off.",)
    return Opened(file, text, notes=notes)


def _bytes(path: Path) -> bytes:
    file = str(path)
    try:
        if path.is_dir():
            raise InputError(Problem(file, "a file; this is a folder"))
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a byte 0
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(Problem(file, f"a file that can be read ({why})")) from error
    if len(content) > MOST_BYTES:
        expected = f"a file of at most {MOST_BYTES // 1_000_000} MB; this is longer"
        raise InputError(Problem(file, expected))
    return content


def _text(file: str, content: bytes) -> tuple[str, tuple[str, ...]]:
    """Decode a text: by its mark, as UTF-8, else as Windows-1252, which old files are in."""
    encoding = next((name for mark, name in _BOMS.items() if content.startswith(mark)), "")
    if not encoding:
        encoding = "utf-8"
        if b"\0" in content or content.startswith((b"%PDF", b"\x1f\x8b", b"\x89PNG")):
            raise InputError(Problem(file, "a table or a text; this is binary", hint=_way(content)))
    try:
        return content.decode(encoding), ()
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise InputError(Problem(file, f"text in {encoding.upper()}, as it begins")) from error
    try:
        return content.decode("cp1252"), ("Read as Windows-1252; the text is not in UTF-8.",)
    except UnicodeDecodeError as error:
        expected = "text in UTF-8 or Windows-1252; this is neither"
        raise InputError(Problem(file, expected)) from error


def _check_extent(file: str, text: str) -> None:
    """Refuse a text that no table is as large as, before it is split into cells."""
    lines, cells = text.count("\n"), max(text.count(mark) for mark in DELIMITERS)
    if lines > MOST_LINES or cells > MOST_CELLS:
        expected = f"a table of at most {MOST_LINES:,} lines and {MOST_CELLS:,} cells"
        raise InputError(Problem(file, expected, f"{lines:,} lines and {cells:,} cells"))
    if text.lstrip().startswith(("{", "[")):
        return
    start = 0
    for number in range(1, lines + 2):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > LONGEST_LINE:
            expected = f"lines of at most {LONGEST_LINE:,} characters"
            raise InputError(Problem(file, expected, f"{end - start:,}", row=number))
        start = end + 1


def _way(content: bytes) -> str:
    if content.startswith(b"%PDF"):
        return "Take the text out of the PDF first, for example with pdftotext -layout."
    if content.startswith(b"\x1f\x8b"):
        return "It is packed with gzip; unpack it first."
    return ""


def _mark(text: str) -> str:
    """Return the mark that the first rows of a table in text have most."""
    head = [line for line in text[:LONGEST_LINE].split("\n")[:40] if line.strip()]
    return max(DELIMITERS, key=lambda mark: max((line.count(mark) for line in head), default=0))


def split_table(text: str, mark: str) -> Grid:
    """Split a table in text into cells; where it breaks off, the grid says why.

    Parameters
    ----------
    text : str
        The whole text, with line feeds at the ends of its lines.
    mark : str
        What stands between two cells: one of ``DELIMITERS``.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    start, broken = 1, ""
    try:
        for row in reader:
            rows.append(tuple(row))
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        broken = f"a table in CSV to the end of the file ({error})"
    return Grid("", tuple(rows), tuple(lines), broken, ragged=True)


def _items(answer: Any) -> tuple[Grid, ...]:
    """Return the items of a JSON answer as a table with a header."""
    items = answer.get("items", answer.get("data")) if isinstance(answer, dict) else answer
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return ()
    header = tuple(dict.fromkeys(str(key) for item in items for key in item))
    rows = [tuple(_plain(item.get(key)) for key in header) for item in items]
    return (Grid("", (header, *rows)),)


def _plain(value: Any) -> Cell:
    return value if isinstance(value, (str, int, float)) else ""
