"""Find out of which format a file is, by what it holds."""

from __future__ import annotations

from pathlib import Path

from corredor.errors import InputError, Problem
from corredor.record.readers import (
    cbp,
    frontex,
    honduras,
    khsm,
    missing_migrants,
    ohss_monthly,
    panama,
    unhcr,
    upmrip,
    usbp_text,
)
from corredor.record.readers.grid import told
from corredor.record.readers.opened import Opened, open_file
from corredor.record.readers.reading import Reader, Reading

READERS: tuple[Reader, ...] = (
    cbp.READER,
    khsm.READER,
    ohss_monthly.READER,
    usbp_text.READER,
    upmrip.READER,
    panama.READER,
    frontex.READER,
    missing_migrants.READER,
    unhcr.READER,
    honduras.READER,  # last: its columns say least
)
MOST_SHEETS = 8  # sheets that a message names


def recognise(path: str | Path) -> Reader:
    """Return the reader for a file.

    Parameters
    ----------
    path : str or Path
        An official file under any name.

    Raises
    ------
    InputError
        One problem: the file cannot be opened, or it is of no format that is known; then it says
        which columns or sheets it found, and what can be read.
    """
    return _reader(open_file(path))


def read(path: str | Path) -> Reading:
    """Return what an official file says.

    Parameters
    ----------
    path : str or Path
        The file under any name.

    Raises
    ------
    InputError
        As :func:`recognise`, or with every problem within the file: its line, column and value.
    """
    opened = open_file(path)
    return _reader(opened).read(opened)


def _reader(opened: Opened) -> Reader:
    for reader in READERS:
        if reader.recognises(opened):
            return reader
    known = "; ".join(reader.format.sentence.split(":")[0] for reader in READERS)
    expected = "an official file of a format that is known"
    raise InputError(
        Problem(opened.file, expected, hint=f"{_found(opened)} What can be read: {known}.")
    )


def _found(opened: Opened) -> str:
    """Say what a file holds, for somebody who knows what it should."""
    if opened.sheets:
        sheets = [f"{grid.name!r} ({told(grid)})" for grid in opened.sheets[:MOST_SHEETS]]
        more = len(opened.sheets) - len(sheets)
        return f"Its sheets, with their columns: {'; '.join(sheets)}" + (
            f"; and {more} more sheets." if more else "."
        )
    columns = next((told(grid) for grid in opened.grids if told(grid)), "")
    return f"Its columns: {columns}." if columns else "It has no columns."
