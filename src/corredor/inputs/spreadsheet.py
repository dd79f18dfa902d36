"""Tables for people who open them in a spreadsheet: text stays text, and numbers stay numbers.

A spreadsheet takes a text that begins with ``=``, ``+``, ``-`` or ``@`` for a formula. Names and
notes come from people, so a formula could come along with a file that somebody shared. Every table
that is written to be looked at goes through here, and through ``static/table.js`` in the app.

Files that programs read back keep their cells as they are, for an apostrophe in a name would no
longer match the name elsewhere: Flee's ``out.csv`` and ``camps.csv``, the worlds that ``flee
convert`` writes, the members of a calibration, and every Parquet file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.worksheet.worksheet import Worksheet

SIGNS = ("=", "+", "-", "@")  # with which a formula begins
LEADING = ("\t", "\r", "\n")  # which some spreadsheets drop, and then read what follows
WIDEST = 60  # letters of a column
LOOKED_AT = 200  # rows for the width of a column


def harmless(text: str) -> str:
    """Return a text for a CSV file: one that could be a formula gets an apostrophe before it."""
    formula = text.startswith(LEADING) or text.lstrip().startswith(SIGNS)
    return f"'{text}" if formula else text


def save_csv(table: pd.DataFrame, target: Path) -> None:
    """Write a table as CSV that spreadsheets open as it is meant.

    It begins with the mark by which they know UTF-8, rows end as RFC 4180 says, and cells with a
    comma, quote or line break are quoted.

    Parameters
    ----------
    table : pandas.DataFrame
        Its index is left out.
    target : Path
        The file to write.
    """
    safe = _of_text(table, lambda text: harmless(_printable(text)))
    safe.columns = [harmless(str(name)) for name in table.columns]
    safe.to_csv(target, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def save_book(sheets: Mapping[str, pd.DataFrame], target: Path) -> None:
    """Write tables as a file of Excel; no cell of it is a formula.

    Parameters
    ----------
    sheets : mapping
        Tables by the title of their sheet.
    target : Path
        The file to write; ends in ``.xlsx``.
    """
    with pd.ExcelWriter(target, engine="openpyxl", datetime_format="yyyy-mm-dd") as book:
        for title, table in sheets.items():
            _of_text(table, _printable).to_excel(
                book, sheet_name=title, index=False, freeze_panes=(1, 0)
            )
            sheet: Worksheet = book.sheets[title]
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell, Cell):
                        _keep_text(cell)
            for column, name in zip(sheet.columns, table.columns, strict=True):
                widest = max(len(str(name)), *(len(str(v)) for v in table[name].head(LOOKED_AT)), 6)
                letter = column[0].column_letter
                sheet.column_dimensions[letter].width = min(WIDEST, widest + 2)


def _of_text(table: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    """Return a table with each of its texts changed; columns of numbers are not looked at."""
    changed = table.copy()
    for name in table.columns[~table.dtypes.map(pd.api.types.is_numeric_dtype)]:
        changed[name] = table[name].map(lambda v: change(v) if isinstance(v, str) else v)
    return changed


def _printable(text: str) -> str:
    """Return a text without the control characters that no file of Excel may hold."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def _keep_text(cell: Cell) -> None:
    """Mark a cell as text where a spreadsheet could read a formula, now or when it is edited."""
    if cell.value == "":  # as pandas writes what is missing
        cell.value = None
    elif isinstance(cell.value, str):
        cell.data_type = "s"
        cell.quotePrefix = harmless(cell.value) != cell.value
