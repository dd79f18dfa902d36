"""One name for each country, place and group, however a publisher spells it.

``names.csv`` holds publishers' spellings. It is by kind, for a word may mean two things: *México*
is a country in one column and a state in another. Two are easily taken for each other: *Rumania*
is Romania and *Rusia* is Russia.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from corredor.record.readers.cells import fold, text, without_footnote

FILE = Path(__file__).with_name("names.csv")
_STATE = re.compile(r",\s*[A-Z]{2}$")  # "Del Rio, TX"
_OFFICE = re.compile(r"\s+(?:sector|field office|field off\.?|f\.?o\.?)$", re.IGNORECASE)


@cache
def spellings() -> dict[tuple[str, str], str]:
    """Return the name for every kind and folded spelling; a name is a spelling of itself."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    own = {(row["kind"], fold(row["name"])): row["name"] for row in rows}
    return own | {(row["kind"], fold(row["spelling"])): row["name"] for row in rows}


def known(kind: str, spelling: str) -> str | None:
    """Return the name of a spelling, or None where this kind has none.

    Parameters
    ----------
    kind : str
        ``country``, ``region`` (of the world), ``border``, ``area`` (sector or field office),
        ``family``, ``agency``, ``authority``, ``state`` (of Mexico), ``sex``, ``age``, ``travel``,
        ``kind`` (of return) or ``condition``.
    spelling : str
        As a publisher writes it; case, accents, marks and footnote digits do not count.

    Examples
    --------
    >>> known("country", "CHINA, PEOPLES REPUBLIC OF"), known("country", "Rumania 1/")
    ('China', 'Romania')
    """
    spelling = text(spelling)
    table = spellings()
    for each in (spelling, without_footnote(spelling)):
        if (found := table.get((kind, fold(each)))) is not None:
            return found
    return None


def country_code(spelling: str) -> str | None:
    """Return the ISO 3166 code of three letters of a country, or None where it has none here.

    Examples
    --------
    >>> country_code("South_Sudan"), country_code("burundi"), country_code("Nowhere")
    ('SSD', 'BDI', None)
    """
    name = known("country", spelling.replace("_", " "))
    if name is None:
        return None
    with FILE.open(encoding="utf-8", newline="") as file:
        codes = (row["spelling"] for row in csv.DictReader(file)
                 if row["kind"] == "country" and row["name"] == name)  # fmt: skip
        return next((code for code in codes if re.fullmatch("[A-Z]{3}", code)), None)


class Names:
    """Names of one kind in one file; keeps those that nobody knows, to be noted.

    Attributes
    ----------
    unknown : dict
        Names that are not in ``names.csv``; they are kept as the publisher writes them.
    """

    def __init__(self, kind: str) -> None:
        self.kind, self.unknown = kind, dict[str, None]()
        self._held: dict[str, str] = {}

    def of(self, spelling: str) -> str:
        """Return the name of a spelling, or the spelling itself without marks of footnotes."""
        if spelling not in self._held:
            self._held[spelling] = self._find(spelling)
        return self._held[spelling]

    def _find(self, spelling: str) -> str:
        bare = without_footnote(text(spelling))
        if self.kind == "area":
            bare = _OFFICE.sub("", _STATE.sub("", bare))
        name = known(self.kind, bare) or known(self.kind, spelling)
        if name is None:
            self.unknown[bare] = None
        return name or bare

    def notes(self) -> list[str]:
        """Return a note on the unknown names, if there are any."""
        if not self.unknown:
            return []
        return [f"Names of {self.kind} not known, kept as they are: {'; '.join(self.unknown)}."]
