"""UNHCR's population statistics: asylum applications by year, origin and country of asylum.

From the API (CSV or JSON) or the Refugee Data Finder. Yearly; the newest year may be half a year.
Some countries, such as the United States, report cases, not people. Small counts are masked.
"""

from __future__ import annotations

import pandas as pd

from corredor.errors import InputError, Problem
from corredor.record.readers import months
from corredor.record.readers.cells import counts, fold, text
from corredor.record.readers.grid import Header, find_header
from corredor.record.readers.names import Names
from corredor.record.readers.opened import Opened
from corredor.record.readers.reading import Check, Format, Reader, Reading
from corredor.record.readers.tidy import ALL, check, frame, tidy

FORMAT = Format(
    "unhcr-asylum-applications",
    "UNHCR's asylum applications (CSV or JSON of its API): has year, country of origin, country of "
    "asylum, procedure_type, app_type, app_pc and applied.",
)
COLUMNS = {
    "year": ("year", "Year"),
    "origin": ("coo_name", "Country of origin", "Country of Origin Name"),
    "origin_code": ("coo_iso", "Country of origin (ISO)", "coo"),
    "asylum": ("coa_name", "Country of asylum", "Country of Asylum Name"),
    "asylum_code": ("coa_iso", "Country of asylum (ISO)", "coa"),
    "procedure": ("procedure_type", "Procedure type", "Authority"),
    "application": ("app_type", "Application type", "Stage of procedure"),
    "level": ("dec_level", "Decision level"),
    "counted": ("app_pc", "Cases / Persons", "Applications: cases or persons"),
    "count": ("applied", "Applied", "Applications"),
}
REQUIRED = {"year", "count", "application"}
SAID = {
    "procedure": {"g": ALL, "government": ALL, "u": "UNHCR", "unhcr": "UNHCR", "j": "joint"},
    "application": {
        "n": ALL, "new": ALL, "new applications": ALL, "r": "repeat", "a": "appeal",
        "nr": "new and repeat", "na": "new and appeal", "ra": "repeat and appeal",
        "b": "backlog", "j": "judicial review", "fa": "first instance and appeal",
    },
    "level": {"": ALL, "na": ALL, "fi": "first instance", "ra": "repeat or reopened",
              "ar": "administrative review", "ib": "information board", "jr": "judicial review"},
    "counted": {"p": "people", "persons": "people", "person": "people", "people": "people",
                "c": "cases", "cases": "cases", "case": "cases"},
}  # fmt: skip
SERIES = "asylum_applications"
MASKED = "5"


def recognises(opened: Opened) -> bool:
    """Return whether a file has the columns of asylum applications."""
    return _header(opened) is not None


def read(opened: Opened) -> Reading:
    """Read every year and pair of countries.

    Raises
    ------
    InputError
        With every year or count that cannot be read.
    """
    header = _header(opened)
    assert header is not None, "recognised before"
    notes = [*opened.notes, "Counts below 5 are masked as 5, or as - and then left out."]
    table = _rows(opened.file, header, notes)
    table = table[table["value"].notna()]
    if table.empty:
        raise InputError(Problem(opened.file, "at least one count of applications"))
    dims = ["origin", "application", "level", "procedure"]
    parts = []
    for unit, rows in table.groupby("counted"):
        counted = tidy(rows, dims if unit == "people" else [*dims, "counted"], str(unit),
                       months_long=12)  # fmt: skip
        parts.append(counted.drop(columns="counted", errors="ignore"))
    result = pd.concat(parts).sort_values(["start", "place", "category"], ignore_index=True)
    if (result["unit"] == "cases").any():
        places = sorted(set(result.loc[result["unit"] == "cases", "place"]))
        notes.append(f"These report cases, not people: {', '.join(places)}.")
    newest = int(result["start"].dt.year.max())
    notes.append(f"{newest} is the newest year and may be a part of it.")
    checks = _checks(opened, float(result["value"].sum()), notes)
    return Reading("UNHCR", FORMAT, str(newest), None, {SERIES: result}, checks, tuple(notes))


def _header(opened: Opened) -> Header | None:
    for grid in opened.grids:
        header = find_header(grid, COLUMNS, REQUIRED)
        if header is not None and all(
            {name, f"{name}_code"} & set(header.columns) for name in ("origin", "asylum")
        ):
            return header
    return None


def _rows(file: str, header: Header, notes: list[str]) -> pd.DataFrame:
    at, grid = header.columns, header.grid
    names = Names("country")
    records: dict[str, list[object]] = {
        name: [] for name in ("month", "place", "origin", *SAID, "value")
    }
    problems = []
    with counts(file, notes) as reader:
        for line, row in header.rows(file):
            year = months.year_of(row[at["year"]])
            if year is None:
                expected = "a year such as 2024"
                problems.append(Problem(file, expected, row[at["year"]], line, grid.place("year")))
                continue
            records["month"].append(months.at(year, 1))
            for name, called in (("asylum", "place"), ("origin", "origin")):
                cells = [text(row[at[c]]) for c in (name, f"{name}_code") if c in at]
                records[called].append(_country(cells, names))
            for name, meanings in SAID.items():
                word = text(row[at[name]]) if name in at else ""
                records[name].append(meanings.get(fold(word), word or ALL))
            records["value"].append(reader.read(row[at["count"]], line, grid.place("applied")))
    if problems:
        raise InputError(problems)
    notes.extend(names.notes())
    table = frame(records)
    return table.assign(counted=table["counted"].replace(ALL, "people"))


def _country(cells: list[str], names: Names) -> str:
    """Return the name of a country; ``-`` stands for all of them."""
    word = next((cell for cell in cells if cell), "-")
    return ALL if word == "-" else names.of(word)


def _checks(opened: Opened, ours: float, notes: list[str]) -> tuple[Check, ...]:
    """Compare the answer's own total; say if it is one page of several."""
    answer = opened.json
    if not isinstance(answer, dict):
        return ()
    pages = answer.get("maxPages")
    if isinstance(pages, int) and pages > 1:
        notes.append(f"This is page {answer.get('page', 1)} of {pages}; the others are not in it.")
        return ()
    total = answer.get("total")
    own = total.get("applied") if isinstance(total, dict) else None
    if not isinstance(own, (int, float)) or isinstance(own, bool):
        return ()
    return (check("applications in the answer", own, ours),)


READER = Reader(FORMAT, recognises, read)
