"""A table of months in the text of a PDF: which counts of a row stand for which month."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corredor.errors import InputError, Problem
from corredor.record.readers.cells import fold
from corredor.record.readers.lines import Line
from corredor.record.readers.months import month_of

TOTALS = {"total", "totales"}


def named_months(words: str) -> list[int]:
    """Return the months that a header names, in its order, however its lines break.

    Examples
    --------
    >>> named_months("SECTOR|October|November December")
    [10, 11, 12]
    """
    found = [month_of(word) for word in re.findall(r"[^\W\d_]+", words)]
    return [month for month in found if month is not None]


def total_first(words: str) -> bool:
    """Return whether a header names its total before its first month."""
    for word in re.findall(r"[^\W\d_]+", words):
        if fold(word) in TOTALS:
            return True
        if month_of(word) is not None:
            return False
    return False


def has_total(words: str) -> bool:
    """Return whether a header names a total."""
    return any(fold(word) in TOTALS for word in re.findall(r"[^\W\d_]+", words))


def split(
    file: str, line: Line, expected: int, values: Sequence[float], *, first: bool
) -> tuple[list[float], float | None]:
    """Return the counts of the months, from the first named on, and the total of the row.

    A row with all its cells has one count a month and perhaps a total. One of a running year has
    fewer, for text keeps no blank cells: then the counts must add up to its total, which shows
    that none is missing between them.

    Parameters
    ----------
    file : str
        For messages.
    line : Line
        The row.
    expected : int
        Months that the header names.
    values : sequence of float
        The counts of the row as numbers.
    first : bool
        Whether the total stands before the months.

    Raises
    ------
    InputError
        If it cannot be told which counts are whose.
    """
    if len(values) == expected + 1:
        own = values[0] if first else values[-1]
        return list(values[1:] if first else values[:-1]), own
    if len(values) == expected:
        rest, own = (values[1:], values[0]) if first else (values[:-1], values[-1])
        if not (len(rest) > 1 and sum(rest) == own):
            return list(values), None
        return list(rest), own
    if 2 <= len(values) < expected:
        rest, own = (values[1:], values[0]) if first else (values[:-1], values[-1])
        if sum(rest) == own:
            return list(rest), own
    words = f"{expected} months, perhaps with a total, after {line.name!r}"
    hint = "Columns of the text may have run together; pdftotext -layout keeps them apart."
    found = f"{len(values)} counts"
    raise InputError(Problem(file, words, found, line.number, hint=hint))
