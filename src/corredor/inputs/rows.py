"""Read the rows of a CSV file as text, each with its line; no library of tables is needed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from corredor.errors import InputError, Problem
from corredor.inputs.files import read_text

Row = tuple[int, list[str]]
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def read_rows(source: Path) -> list[Row]:
    """Return the rows of a CSV file that are not blank, with the line on which each starts.

    Raises
    ------
    InputError
        One problem: the file cannot be read, is not in UTF-8, is no CSV, or its cells are
        separated by something other than commas.
    """
    rows = [row for row in _numbered(source) if row[1]]
    if rows and len(rows[0][1]) == 1:
        for mark, name in SEPARATORS.items():
            # A comment above a table with commas may have such a mark too.
            if all(mark in ",".join(cells) for _, cells in rows):
                hint = f"This file is separated by {name}; save it with commas."
                raise InputError(
                    Problem(str(source), "cells separated by commas", row=1, hint=hint)
                )
    return rows


def _numbered(source: Path) -> Iterator[Row]:
    """Yield the line on which each row starts; a quoted cell may span several.

    Cells alike are one text: in large tables most are.
    """
    content = io.BytesIO(read_text(source).encode())  # a StringIO takes four times as much
    reader = csv.reader(io.TextIOWrapper(content, "utf-8", newline=""), strict=True)
    start = 1
    same = dict[str, str]().setdefault
    try:
        for cells in reader:
            yield start, list(map(same, cells, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise InputError(Problem(str(source), f"a table in CSV ({error})", row=start)) from error
