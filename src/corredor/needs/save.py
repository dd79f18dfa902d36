"""Write tables of needs to a file: for spreadsheets, or as Parquet for programs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from corredor.errors import OutputError, UsageError
from corredor.inputs.spreadsheet import save_book, save_csv
from corredor.inputs.whole_files import refuse_existing, whole_or_absent

ENDINGS = (".csv", ".parquet", ".xlsx")
MOST_ROWS = 1_048_576 - 1  # of a sheet, less its header


def check_target(target: Path) -> None:
    """Raise an error if tables cannot be written to ``target``, before anything is run.

    Raises
    ------
    OutputError
        If it exists, or its ending is none of .csv, .parquet and .xlsx.
    """
    if target.suffix not in ENDINGS:
        raise OutputError(f"{target}: tables are written as {', '.join(ENDINGS)}.")
    refuse_existing(target)


def save_tables(tables: dict[str, pd.DataFrame], target: Path) -> None:
    """Write tables, whole or not at all.

    Parameters
    ----------
    tables : dict
        By title. Excel gets them all, a sheet for each; CSV and Parquet hold the first.
    target : Path
        A new file; its ending says the kind.

    Raises
    ------
    OutputError
        If the file exists or cannot be written.
    UsageError
        If a table has more rows than a sheet of Excel holds.
    """
    check_target(target)
    first = next(iter(tables.values()))
    if target.suffix == ".xlsx":
        for title, table in tables.items():
            if len(table) > MOST_ROWS:
                raise UsageError(
                    f"{title} has {len(table):,} rows, more than the {MOST_ROWS:,} of a sheet of "
                    "Excel. Ask for fewer places or days, or write .csv or .parquet."
                )
    with whole_or_absent(target) as temporary:
        if target.suffix == ".csv":
            save_csv(first, temporary)
        elif target.suffix == ".parquet":
            first.to_parquet(temporary, index=False)
        else:
            save_book(tables, temporary)
