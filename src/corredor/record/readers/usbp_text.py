"""Text of the Border Patrol's monthly PDFs: sector by month of one or more fiscal years.

Exact counts. The header breaks over lines, thousands have commas, the last column is the yearly
total, and the last rows add up borders. From March 2020 the counts hold expulsions under Title 42.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from corredor.errors import InputError, Problem
from corredor.record.readers import lines, months, pdf_months
from corredor.record.readers.cells import counts, fold
from corredor.record.readers.names import Names, known
from corredor.record.readers.opened import Opened
from corredor.record.readers.reading import Check, Format, Reader, Reading
from corredor.record.readers.tidy import ALL, check, frame, happened, tidy

FORMAT = Format(
    "usbp-monthly-text",
    "Text of the Border Patrol's PDFs of a fiscal year: has a title with Apprehensions or "
    "Encounters By Month - FY 2020, a header SECTOR with months, and a row for each sector.",
)
_TITLE = re.compile(r"(?:apprehensions|encounters|expulsions)\b.*\bby month\b", re.IGNORECASE)
_FISCAL = re.compile(r"\bF(?:iscal)?\s*Y(?:ear)?\s*'?\s*(\d{4}|\d{2})\b", re.IGNORECASE)
BORDERS = {
    "coastal border": {"Miami", "New Orleans", "Ramey"},
    "northern border": {
        "Blaine", "Buffalo", "Detroit", "Grand Forks", "Havre", "Houlton", "Spokane", "Swanton",
    },
    "southwest border": {
        "Big Bend", "Del Rio", "El Centro", "El Paso", "Laredo", "Rio Grande Valley", "San Diego",
        "Tucson", "Yuma",
    },
}  # fmt: skip
UNIT = "events"
HEADS = ("sector",)
MONTHS_IN_HEADER = 3  # that a line of the header names, and a sentence does not
MOST_BEFORE = 400  # lines within which title and header are looked for


@dataclass
class Section:
    """The table of one fiscal year."""

    year: int
    family: str
    header: str = ""
    rows: list[lines.Line] = field(default_factory=list)


def recognises(opened: Opened) -> bool:
    """Return whether a text has the title and the header of such a table."""
    head = [line for _, line in lines.numbered(opened, HEADS)[:MOST_BEFORE]]
    return any(_TITLE.search(line) for line in head) and any(
        re.match(r"\W*sector\b", line, re.IGNORECASE) for line in head
    )


def read(opened: Opened) -> Reading:
    """Read every fiscal year of the text.

    Raises
    ------
    InputError
        If there is no fiscal year, or a row has counts that no month can be told for.
    """
    notes = list(opened.notes)
    records: dict[str, list[object]] = {
        name: [] for name in ("month", "place", "kind", "family", "value", "year")
    }
    checks: list[Check] = []
    names = Names("area")
    for section in _sections(opened):
        named = pdf_months.named_months(section.header)
        first = pdf_months.total_first(section.header)
        for row in section.rows:
            with counts(opened.file, notes) as reader:
                values = [reader.read(each, row.number, row.name) for each in row.counts]
            found, own = pdf_months.split(opened.file, row, len(named), values, first=first)
            border = known("border", row.name)
            place = border or names.of(row.name)
            if own is not None:
                what = f"{row.name}, fiscal year {section.year}"
                checks.append(check(what, own, sum(found)))
            for month, value in zip(named, found, strict=False):
                at = months.fiscal(section.year, month)
                kind = "border" if border else "sector"
                for name, cell in zip(
                    records, (at, place, kind, section.family, value, section.year), strict=True
                ):
                    records[name].append(cell)
    notes.extend(names.notes())
    table, last = happened(frame(records), notes)
    if last is None:
        raise InputError(Problem(opened.file, "a row of counts for at least one sector"))
    checks.extend(_borders(table))
    if not checks:
        notes.append("It has no totals of its own to check against; it may have been cut off.")
    if re.search(r"(?i)title 42", opened.text):
        notes.append("From March 2020 the counts hold apprehensions and Title 42 expulsions.")
    return Reading(
        "US Border Patrol", FORMAT, months.named(last), None, _tables(table),
        tuple(checks), tuple(notes),
    )  # fmt: skip


def _sections(opened: Opened) -> list[Section]:
    """Split a text at its titles; the header is all that stands between one and the first row."""
    sections: list[Section] = []
    in_header = False
    numbered = lines.numbered(opened, HEADS)
    for index, (number, line) in enumerate(numbered):
        if _TITLE.search(line):
            sections.append(Section(_year(opened.file, numbered, index), _family(line)))
            in_header = False
            continue
        if not sections:
            continue
        row = lines.parse(number, line)
        if re.match(r"\W*sector\b", line, re.IGNORECASE):
            in_header = True
        if row is None and (in_header or _is_header(line, sections[-1])):
            sections[-1].header += f" {line}"
        elif row is not None and row.name and len(row.counts) > 1 and sections[-1].header:
            in_header = False
            sections[-1].rows.append(row)
    if not any(section.rows for section in sections):
        raise InputError(Problem(opened.file, "rows of sectors below a header SECTOR with months"))
    return sections


def _is_header(line: str, section: Section) -> bool:
    """Return whether a line above the rows is months, as where SECTOR stands below them."""
    return not section.rows and len(pdf_months.named_months(line)) >= MONTHS_IN_HEADER


def _year(file: str, numbered: list[tuple[int, str]], index: int) -> int:
    """Return the fiscal year that a title, or a line beside it, names."""
    around = [line for _, line in numbered[max(0, index - 1) : index + 2]]
    for line in (numbered[index][1], *around):
        if found := _FISCAL.search(line):
            return int(found[1]) + (2000 if len(found[1]) == 2 else 0)
        if (year := months.year_of(line)) is not None:
            return year
    expected = "a title with a fiscal year, such as FY 2020"
    raise InputError(Problem(file, expected, row=numbered[index][0]))


def _family(title: str) -> str:
    """Return the family status that a title names, or ``all``."""
    words = fold(title)
    if "unaccompanied" in words:
        return "children alone"
    return "family members" if "family" in words else ALL


def _borders(table: pd.DataFrame) -> list[Check]:
    """Compare the rows that add up borders with the sectors of each."""
    found = []
    sectors = table[table["kind"] == "sector"]
    for (place, year, family), own in table[table["kind"] == "border"].groupby(
        ["place", "year", "family"]
    ):
        inside = BORDERS.get(str(place))
        mine = sectors if inside is None else sectors[sectors["place"].isin(inside)]
        mine = mine[(mine["year"] == year) & (mine["family"] == family)]
        what = f"{place}, fiscal year {year}, its sectors"
        apart = own.set_index("month")["value"] - mine.groupby("month")["value"].sum()
        one = check(what, own["value"].sum(), mine["value"].sum())
        found.append(one._replace(ok=one.ok and not apart.fillna(1).any()))
    return found


def _tables(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return encounters by border and by sector, of all and of a family status."""
    border, sector = table[table["kind"] == "border"], table[table["kind"] == "sector"]
    whole, part = border["family"] == ALL, border["family"] != ALL
    tables = {
        "border_patrol_encounters_exact": tidy(border[whole], [], UNIT),
        "border_patrol_by_family_status_exact": tidy(border[part], ["family"], UNIT),
        "border_patrol_by_sector_exact": tidy(sector, ["family"], UNIT),
    }
    return {name: each for name, each in tables.items() if not each.empty}


READER = Reader(FORMAT, recognises, read)
