"""What a reader hands back: tidy tables, checks against the file's own totals, and notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from corredor.record.readers.opened import Opened

COLUMNS = ("start", "end", "place", "category", "value", "unit")  # every table has these


class Check(NamedTuple):
    """One comparison of a total that the file prints with the sum of what was read.

    Attributes
    ----------
    what : str
        What is added up, in words.
    own, ours : float
        The file's own total and our sum, in the unit of the table.
    ok : bool
        Whether they agree, within the publisher's rounding.
    """

    what: str
    own: float
    ours: float
    ok: bool


@dataclass(frozen=True)
class Format:
    """A kind of file that can be read.

    Attributes
    ----------
    name : str
        Short name, such as ``cbp-encounters``.
    sentence : str
        What it is and by what it is recognised, for people.
    """

    name: str
    sentence: str


@dataclass(frozen=True)
class Reading:
    """What was read from one file.

    Attributes
    ----------
    publisher : str
        Who published it.
    format : Format
        Which kind of file it is.
    edition : str or None
        What the file itself says of its date, such as ``August 2024``: the month that its title
        names, else the last month that it counts. None where it has no months.
    published : date or None
        The day of publication, where the file says so.
    tables : mapping of str to DataFrame
        Tables by the series they belong to. Each has ``start`` and ``end`` (first and last day,
        Timestamps), ``place``, ``category`` (``all`` is the total), further columns that split the
        category (``citizenship``, ``family``, …), ``value`` (float) and ``unit``. One row for one
        window, place and category (and ``event``, where it lists events). A figure that the file
        does not give, and a month that has not happened, has no row.
    checks : tuple of Check
        The file's own totals beside our sums; empty where it has none.
    notes : tuple of str
        What a user should know of the figures, in sentences.
    """

    publisher: str
    format: Format
    edition: str | None
    published: dt.date | None
    tables: Mapping[str, pd.DataFrame]
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reader:
    """One format, how it is recognised and how it is read.

    Attributes
    ----------
    format : Format
        What it reads.
    recognises : callable
        Whether an opened file is of this format; looks at its content alone, raises nothing.
    read : callable
        Reads it; raises InputError with every problem found, and never returns half a file.
    """

    format: Format
    recognises: Callable[[Opened], bool]
    read: Callable[[Opened], Reading]
