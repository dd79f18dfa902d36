"""Hunger by region: ``region_attributes_IPC.csv``.

A header with the names of regions, then rows with a day and the percentage of people who go hungry
in each region. Days may be left out: between two rows Flee draws a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from corredor.arrays import Floats
from corredor.errors import InputError, Problem
from corredor.flee.case.cells import Row, Sheet
from corredor.inputs.rows import read_rows

FILE = "region_attributes_IPC.csv"


def read_hunger(path: Path, regions: Sequence[str], days: int) -> Floats:
    """Return the share of hungry people by day and place, [days, places].

    Parameters
    ----------
    path : Path
        The file.
    regions : sequence of str
        The region of each place.
    days : int
        How many are simulated; the file must reach from the first to the last of them.

    Raises
    ------
    InputError
        If a region or a day is missing, days are not in order, or a cell is no percentage.

    Examples
    --------
    With ``#Day,North`` and the rows ``0,10`` and ``2,30`` a place in the region North has the
    shares 0.1, 0.2 and 0.3 on the first three days.
    """
    rows = read_rows(path)
    if not rows:
        raise InputError(Problem(str(path), "a header such as #Day,Region, then rows"))
    header = [name.strip() for name in rows[0][1]]
    sheet = Sheet(path, header, needed=len(header))
    for name in dict.fromkeys(regions):
        if name not in header[1:]:
            sheet.wrong(1, None, f"a column for the region {name!r} of locations.csv",
                        ",".join(header))  # fmt: skip
    sheet.check()
    on: list[int] = []
    table: list[list[float]] = []
    for line, cells in rows[1:]:
        row = Row(sheet, line, cells)
        if len(cells) < len(header):
            sheet.wrong(line, None, f"{len(header)} cells as in the header", f"{len(cells)} cells")
            continue
        day = row.whole(header[0])
        if on and day <= on[-1]:
            row.wrong(header[0], "a day after that of the row before", day)
        on.append(day)
        table.append([_percentage(row, name) for name in header[1:]])
    if not sheet.problems and (not on or on[0] > 0 or on[-1] < days - 1):
        sheet.wrong(None, header[0], f"days from 0 to {days - 1}, the last that is simulated",
                    f"{on[0]} to {on[-1]}" if on else "none")  # fmt: skip
    sheet.check()
    percent = np.array(table)
    by_region = {
        name: np.interp(np.arange(days), on, percent[:, i]) / 100
        for i, name in enumerate(header[1:])
    }
    return np.array([by_region[name] for name in regions]).T


def _percentage(row: Row, column: str) -> float:
    value = row.number(column, least=0.0)
    if value > 100:
        row.wrong(column, "a percentage from 0 to 100", row.text(column))
    return value
