"""The contract of every input table: one CSV per table, one row per column of the table."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Attribute:
    """One column of an input table, or one lever.

    Attributes
    ----------
    name : str
        Name of the column.
    type : str
        ``slug``, ``text``, ``number``, ``integer``, ``boolean``, ``colour``, ``month`` or
        ``date``.
    unit : str
        Unit of a number; empty where there is none.
    default : str
        What a missing cell stands for, as it would be written in the file.
    minimum, maximum : float or None
        Least and greatest value allowed.
    choices : tuple of str
        The only values allowed; empty if any will do.
    required : bool
        Whether every row must have a value.
    meaning, source : str
        What it says and where such values come from.
    """

    name: str
    type: str
    unit: str
    default: str
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]
    required: bool
    meaning: str
    source: str

    @property
    def expected(self) -> str:
        """What a right value looks like, in words."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        words = _WORDS.get(self.type, self.type)
        if self.minimum is not None and self.maximum is not None:
            words += f" from {self.minimum:g} to {self.maximum:g}"
        elif self.minimum is not None:
            words += f" of {self.minimum:g} or more"
        return f"{words} ({self.unit})" if self.unit else words


_WORDS = {
    "slug": "lower-case letters and digits joined by hyphens",
    "text": "some text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "colour": "a colour as #rrggbb in lower case",
    "month": "a month as YYYY-MM",
    "date": "a day as YYYY-MM-DD",
}


def names() -> list[str]:
    """Return the names of the tables that have a schema."""
    return sorted(path.stem for path in _FOLDER.glob("*.csv"))


@cache
def load(name: str) -> tuple[Attribute, ...]:
    """Return the attributes of the table ``name`` in the order of its schema."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(_attribute(row) for row in csv.DictReader(handle))


def _attribute(row: dict[str, str]) -> Attribute:
    return Attribute(
        name=row["attribute"],
        type=row["type"],
        unit=row["unit"],
        default=row["default"],
        minimum=float(row["minimum"]) if row["minimum"] else None,
        maximum=float(row["maximum"]) if row["maximum"] else None,
        choices=tuple(filter(None, row["choices"].split(";"))),
        required=row["required"] == "yes",
        meaning=row["meaning"],
        source=row["source"],
    )
