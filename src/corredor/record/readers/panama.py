"""Panama's Servicio Nacional de Migración: irregular transit at the border with Colombia, by month.

One PDF a year, read as its text (or the same table saved as CSV): a table of countries, and
perhaps tables of regions, sex and age. ``-`` is none; *Brasil (1)* and *Chile (1)* are children of
Haitians.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from corredor.errors import InputError, Problem
from corredor.record.readers import lines, months, pdf_months
from corredor.record.readers.cells import Counts, counts, fold
from corredor.record.readers.names import Names, known
from corredor.record.readers.opened import Opened
from corredor.record.readers.reading import Check, Format, Reader, Reading
from corredor.record.readers.tidy import ALL, check, frame, happened, tidy

FORMAT = Format(
    "panama-darien",
    "Panama's table of irregular transit at the border with Colombia (text of its PDF, or CSV): "
    "has the title TRÁNSITO IRREGULAR DE EXTRANJEROS POR LA FRONTERA CON COLOMBIA and a header "
    "País, Total, Ene. … Dic.",
)
TABLES = {
    "pais": ("darien_crossings", "citizenship", "country"),
    "region": ("darien_crossings_by_region", "region", "region"),
    "condicion": ("darien_by_sex_and_age", "condition", "condition"),
}
TITLE, UNIT, PLACE = "transito irregular", "people", "Darien"
MOST_BEFORE = 400  # lines within which the title is looked for
MOST_WRAPPED = 2  # lines over which a name may break


@dataclass
class Section:
    """One table of the text."""

    kind: str
    header: str
    year: int
    rows: list[lines.Line] = field(default_factory=list)


def recognises(opened: Opened) -> bool:
    """Return whether a text has the title, and a header of countries and months."""
    head = [line for _, line in lines.numbered(opened, TABLES)[:MOST_BEFORE]]
    words = fold("\n".join(head))
    return TITLE in words and "colombia" in words and any(_header_of(line) for line in head)


def read(opened: Opened) -> Reading:
    """Read every table of months in the text.

    Raises
    ------
    InputError
        If no year or header can be found, or counts cannot be told to months.
    """
    notes = list(opened.notes)
    numbered = lines.numbered(opened, TABLES)
    words = fold("\n".join(line for _, line in numbered))
    parts: dict[str, list[pd.DataFrame]] = {}
    checks: list[Check] = []
    ends = []
    for section in _sections(opened.file, numbered):
        series, dim, kind = TABLES[section.kind]
        names = Names(kind)
        with counts(opened.file, notes, dash_is_zero=True) as reader:
            table, found = _rows(opened.file, section, names, reader)
        notes.extend(names.notes())
        checks.extend(found)
        table, last = happened(table.rename(columns={"name": dim}), notes)
        if last is not None:
            ends.append(last)
            checks.extend(_columns(table, dim, series))
            parts.setdefault(series, []).append(tidy(table.assign(place=PLACE), [dim], UNIT))
    if not ends:
        raise InputError(Problem(opened.file, "a table of countries and months with counts"))
    if not checks:
        notes.append("It has no totals of its own to check against; it may have been cut off.")
    if "hijos de haitianos" in words:
        notes.append("Rows of Brazil and Chile marked (1) are children of Haitians.")
    if "preliminar" in words:
        notes.append("The publisher calls these figures preliminary.")
    key = ["start", "place", "category"]
    tables = {
        name: pd.concat(each).drop_duplicates(key).sort_values(key, ignore_index=True)
        for name, each in parts.items()
    }
    return Reading(
        "Servicio Nacional de Migración de Panamá", FORMAT, months.named(max(ends)), None,
        tables, tuple(checks), tuple(dict.fromkeys(notes)),
    )  # fmt: skip


def _header_of(line: str) -> str | None:
    """Return which table a line is the header of, or None."""
    words = fold(line).split()
    if words and words[0] in TABLES and pdf_months.named_months(line):
        return words[0]
    return None


def _sections(file: str, numbered: list[tuple[int, str]]) -> list[Section]:
    sections: list[Section] = []
    year: int | None = None
    wrapped: list[str] = []
    for number, line in numbered:
        row = lines.parse(number, line)
        if (kind := _header_of(line)) is not None:
            if year is None:
                expected = "a year in the title of the table"
                raise InputError(Problem(file, expected, row=number))
            sections.append(Section(kind, line, year))
            wrapped = []
        elif row is None or len(row.counts) < 2 or not sections:
            stated = months.year_of(line)
            year = stated or year
            wrapped = [*wrapped, line.strip()][-MOST_WRAPPED:] if line.strip() else wrapped
        else:
            if not row.name and wrapped:
                row = lines.Line(number, " ".join(wrapped), row.counts)
            wrapped = []
            sections[-1].rows.append(row)
    return sections


def _rows(
    file: str, section: Section, names: Names, reader: Counts
) -> tuple[pd.DataFrame, list[Check]]:
    """Return the counts of a table by month and name, and the checks of its rows."""
    named = pdf_months.named_months(section.header)
    first = pdf_months.total_first(section.header)
    records: dict[str, list[object]] = {"month": [], "name": [], "value": []}
    checks = []
    for row in section.rows:
        values = [reader.read(each, row.number, row.name) for each in row.counts]
        found, own = pdf_months.split(file, row, len(named), values, first=first)
        name = ALL if known("country", row.name) == ALL else names.of(row.name)
        if own is not None:
            checks.append(check(f"{row.name}, {section.year}", own, sum(found)))
        for month, value in zip(named, found, strict=False):
            records["month"].append(months.at(section.year, month))
            records["name"].append(name)
            records["value"].append(value)
    return frame(records), checks


def _columns(table: pd.DataFrame, dim: str, series: str) -> list[Check]:
    """Compare the row of totals with the others, in the tables where these add up to it."""
    if series == "darien_by_sex_and_age":
        return []
    whole = table[table[dim] == ALL].set_index("month")["value"]
    parts = table[table[dim] != ALL].groupby("month")["value"].sum()
    if whole.empty or parts.empty:
        return []
    return [
        check(f"{series}, {months.named(int(str(month)))}", own, float(parts.get(month, 0.0)))
        for month, own in whole.groupby(level=0).first().to_dict().items()
    ]


READER = Reader(FORMAT, recognises, read)
