"""Sheets of an Excel workbook, old or new, after a look at whether they can be held at all."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator

import openpyxl
import xlrd

from corredor.errors import InputError, Problem
from corredor.record.readers.grid import Cell, Grid, Row

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EMPTY_ZIP = b"PK\x05\x06"
MAIN = "xl/workbook.xml"
WHOLE = "an Excel workbook that is whole; this one is cut off or damaged"
MOST_UNPACKED = 200_000_000  # bytes; the largest official workbook has 12 million
MOST_OLD = 20_000_000  # bytes of an .xls, which is not packed
MOST_CELLS = 2_000_000  # of a sheet, and of all; the largest official workbook has 220,000
_FILLED = re.compile(rb"<(?:\w+:)?c\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*(?<!/)>")
_AT = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+)(\d+)[\"']")
_ROW_AT = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"'](\d+)[\"']")


def is_workbook(content: bytes) -> bool:
    """Return whether a file begins as a workbook does: as a zip or as an OLE container."""
    return content.startswith((ZIP, EMPTY_ZIP, OLE))


def read_workbook(file: str, content: bytes) -> tuple[Grid, ...]:
    """Return the sheets of a workbook (.xlsx or .xls) in its order.

    Parameters
    ----------
    file : str
        The file, for messages.
    content : bytes
        All of it.

    Raises
    ------
    InputError
        One problem: it is a zip of something else, cut off, damaged, locked by a password, or its
        sheets are larger than any official table.
    """
    old = content.startswith(OLE)
    if not old:
        _check_zip(file, content)
    elif b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in content:
        raise InputError(_locked(file))
    elif len(content) > MOST_OLD:
        expected = f"an .xls of at most {MOST_OLD // 1_000_000} MB; this is longer"
        raise InputError(Problem(file, expected))
    try:
        sheets = _old(content) if old else _new(content)
        return tuple(_grids(file, sheets))
    except (InputError, MemoryError):
        raise
    except Exception as error:  # the libraries raise what comes to hand where a file is damaged
        if "encrypted" in str(error).casefold() or "password" in str(error).casefold():
            raise InputError(_locked(file)) from error
        raise InputError(_damaged(file, error)) from error


def formulas(file: str, content: bytes, title: str) -> frozenset[tuple[int, int]]:
    """Return where the formulas of a sheet stand, as rows and columns from 0.

    A workbook that a program wrote may hold formulas whose results nobody worked out; their cells
    look blank to :func:`read_workbook`. An .xls always holds the results: it has none here.

    Parameters
    ----------
    file : str
        The file, for messages.
    content : bytes
        All of a workbook that :func:`read_workbook` has read.
    title : str
        Title of the sheet.

    Raises
    ------
    InputError
        One problem: a formula is damaged.
    """
    if content.startswith(OLE):
        return frozenset()
    try:
        return _formulas(content, title)
    except MemoryError:
        raise
    except Exception as error:  # as above: what comes to hand
        raise InputError(_damaged(file, error)) from error


def _formulas(content: bytes, title: str) -> frozenset[tuple[int, int]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and validations, which are not read
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        try:
            book[title].reset_dimensions()
            return frozenset(
                (row, column)
                for row, cells in enumerate(book[title].iter_rows())
                for column, cell in enumerate(cells)
                if cell.data_type == "f"
            )
        finally:
            book.close()


def _locked(file: str) -> Problem:
    hint = "Open it with its password and save a copy without."
    return Problem(file, "a workbook without a password; this one is locked", hint=hint)


def _damaged(file: str, error: Exception) -> Problem:
    said = " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
    return Problem(file, WHOLE, hint=f"The reader of workbooks says: {said}.")


def _check_zip(file: str, content: bytes) -> None:
    """Refuse a zip that is cut off, no workbook, or too large to unpack."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if MAIN not in names:
                inside = ", ".join(sorted(names)[:3]) or "nothing"
                hint = f"It is a zip that holds {inside}; unpack it and read the file inside."
                raise InputError(Problem(file, "an Excel workbook", hint=hint))
            if any(part.flag_bits & 1 for part in parts):
                raise InputError(_locked(file))
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                expected = f"a workbook of at most {MOST_UNPACKED // 1_000_000} MB when unpacked"
                raise InputError(Problem(file, expected))
            for part in parts:
                if re.match(r"xl/worksheets/[^/]+\.xml$", part.filename):
                    _check_extent(file, archive.read(part))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise InputError(Problem(file, WHOLE)) from error
    except (ValueError, RuntimeError, KeyError) as error:
        raise InputError(Problem(file, WHOLE)) from error


def _check_extent(file: str, sheet: bytes) -> None:
    """Refuse a sheet whose cells span more than can be held, before any of it is laid out."""
    rows, columns, unplaced = 1, 1, 0
    for cell in _FILLED.finditer(sheet):
        place = _AT.search(cell[0])
        if place is None:
            unplaced += 1
            continue
        letters = 0
        for letter in place[1].upper()[:4]:
            letters = letters * 26 + letter - 64
        columns, rows = max(columns, letters), max(rows, int(place[2][:8]))
    if unplaced:
        rows = max([rows, *(int(row[:8]) for row in _ROW_AT.findall(sheet))])
        columns += min(unplaced, 16_384)
    _check_size(file, rows * columns)


def _check_size(file: str, cells: int) -> None:
    if cells > MOST_CELLS:
        expected = f"a workbook of at most {MOST_CELLS:,} cells; this spans {cells:,}"
        raise InputError(Problem(file, expected))


def _new(content: bytes) -> Iterator[tuple[str, Iterable[Iterable[object]]]]:
    """Yield title and rows of every sheet of an .xlsx; the extent that it states is not trusted."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and validations, which are not read
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                yield str(sheet.title), list(sheet.iter_rows(values_only=True))
        finally:
            book.close()


def _old(content: bytes) -> Iterator[tuple[str, Iterable[Iterable[object]]]]:
    """Yield title and rows of every sheet of an .xls, in the code page that it names."""
    with xlrd.open_workbook(
        file_contents=content, ragged_rows=True, on_demand=True, logfile=io.StringIO()
    ) as book:
        for name in book.sheet_names():
            sheet = book.sheet_by_name(name)
            rows = [
                [_old_cell(cell, book.datemode) for cell in sheet.row(number)]
                for number in range(sheet.nrows)
            ]
            yield name, rows
            book.unload_sheet(name)


def _old_cell(cell: xlrd.sheet.Cell, datemode: int) -> object:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    return cell.value


def _grids(file: str, sheets: Iterable[tuple[str, Iterable[Iterable[object]]]]) -> Iterator[Grid]:
    """Yield the sheets with rows of one length, without the blank ones at the end."""
    held = 0
    for name, raw in sheets:
        rows: list[Row] = [tuple(_cell(cell) for cell in row) for row in raw]
        while rows and not any(cell != "" for cell in rows[-1]):
            rows.pop()
        width = max((len(row) for row in rows), default=0)
        held += width * len(rows)
        _check_size(file, held)
        yield Grid(name, tuple(row + ("",) * (width - len(row)) for row in rows))


def _cell(cell: object) -> Cell:
    """Return a cell, a day with a time as its day; never NaN or None."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if cell is None or (isinstance(cell, float) and cell != cell):
        return ""
    return cell if isinstance(cell, (str, int, float, bool, dt.date)) else str(cell)
