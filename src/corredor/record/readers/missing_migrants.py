"""IOM, Missing Migrants Project: every recorded death and disappearance, with its coordinates.

A list of incidents, one row each; the columns have changed their names over the years. Incidents of
which only the month or the year is known span it. An incident split in two shares its Main ID.
"""

from __future__ import annotations

import re

import pandas as pd

from corredor.errors import InputError, Problem
from corredor.record.readers import months
from corredor.record.readers.cells import Counts, text
from corredor.record.readers.days import Days
from corredor.record.readers.grid import Header, find_header
from corredor.record.readers.names import Names
from corredor.record.readers.opened import Opened
from corredor.record.readers.reading import Check, Format, Reader, Reading
from corredor.record.readers.tidy import ALL, check

FORMAT = Format(
    "iom-missing-migrants",
    "IOM's Missing Migrants (CSV or workbook): has columns Incident ID or Web ID, Region of "
    "Incident, Number of Dead, Total Number of Dead and Missing, Cause of Death, Coordinates.",
)
COLUMNS = {
    "event": ("Incident ID", "Web ID", "ID"),
    "main": ("Main ID",),
    "incident": ("Incident Type",),
    "region": ("Region of Incident", "Incident Region"),
    "date": ("Incident Date", "Date of Incident", "Reported Date", "Website Date", "Date"),
    "year": ("Incident Year", "Reported Year", "Year"),
    "month": ("Month", "Reported Month", "Incident Month"),
    "dead": ("Number of Dead", "Number Dead", "Dead"),
    "missing": ("Minimum Estimated Number of Missing", "Missing"),
    "total": ("Total Number of Dead and Missing", "Total Dead and Missing"),
    "survivors": ("Number of Survivors",),
    "females": ("Number of Females",),
    "males": ("Number of Males",),
    "children": ("Number of Children",),
    "citizenship": ("Country of Origin",),
    "cause": ("Cause of Death", "Cause"),
    "place": ("Country of Incident",),
    "route": ("Migration Route", "Route"),
    "location": ("Location of Incident", "Location of Death", "Location Description"),
    "coordinates": ("Coordinates", "Location Coordinates"),
}
REQUIRED = {"region", "dead", "total", "cause"}
NUMBERS = ("dead", "missing", "total", "survivors", "females", "males", "children")
WORDS = ("incident", "region", "citizenship", "cause", "route", "location")
SERIES, UNIT = "deaths_and_disappearances", "people"
_NUMBER = re.compile(r"-?\d{1,3}(?:\.\d+)?")


def recognises(opened: Opened) -> bool:
    """Return whether a file has the columns of incidents."""
    return _header(opened) is not None


def read(opened: Opened) -> Reading:
    """Read every incident.

    Raises
    ------
    InputError
        With every row whose day, month or year cannot be read.
    """
    header = _header(opened)
    assert header is not None, "recognised before"
    notes = list(opened.notes)
    rows = list(header.rows(opened.file))
    if not rows:
        raise InputError(Problem(opened.file, "at least one incident"))
    columns: dict[str, list[object]] = {
        name: [row[position] for _, row in rows] for name, position in header.columns.items()
    }
    lines = [line for line, _ in rows]
    table = Days(opened.file, header.grid, notes).read(lines, columns)
    for name in NUMBERS:
        table[name] = _numbers(columns.get(name), len(rows), name, notes)
    for name in WORDS:
        cells = [text(cell) for cell in columns.get(name, [])] or [""] * len(rows)
        table[name] = pd.Series(cells, dtype=object)
    table["place"] = _places(columns, table, notes)
    names = columns.get("event", columns.get("main", []))
    table["event"] = _events(names)
    table = table.join(_coordinates(columns.get("coordinates", []), len(rows)))
    result, checks = _finish(table, notes)
    if result.empty:
        raise InputError(Problem(opened.file, "at least one incident with a number"))
    last = result["end"].max()
    edition = months.named(months.at(last.year, last.month))
    return Reading(
        "International Organization for Migration, Missing Migrants Project", FORMAT, edition, None,
        {SERIES: result}, checks, tuple(notes),
    )  # fmt: skip


def _header(opened: Opened) -> Header | None:
    found = (find_header(grid, COLUMNS, REQUIRED) for grid in opened.grids)
    header = next((header for header in found if header is not None), None)
    if header is None:
        return None
    has = set(header.columns)
    return header if has & {"date", "year"} and has & {"event", "main"} else None


def _numbers(cells: list[object] | None, length: int, name: str, notes: list[str]) -> pd.Series:
    """Return a column of numbers; what is none is left out and noted, for it came by hand."""
    if cells is None:
        return pd.Series([float("nan")] * length, dtype=float)
    reader = Counts("")
    values = [reader.read(cell, 0, name) for cell in cells]
    if reader.problems:
        shown = ", ".join(dict.fromkeys(text(p.value) for p in reader.problems[:5]))
        notes.append(f"{len(reader.problems)} cells of {name} are no count, left out: {shown}.")
    return pd.Series(values, dtype=float)


def _places(columns: dict[str, list[object]], table: pd.DataFrame, notes: list[str]) -> list[str]:
    """Return the country of each incident, else its region."""
    names = Names("country")
    cells = columns.get("place", [""] * len(table))
    found = [names.of(text(cell)) if text(cell) else "" for cell in cells]
    notes.extend(names.notes())
    return [
        place or region or "Unknown" for place, region in zip(found, table["region"], strict=True)
    ]


def _events(cells: list[object]) -> list[str]:
    """Return a name for each incident; a second row of one name gets a number."""
    seen: dict[str, int] = {}
    events = []
    for cell in cells:
        name = text(cell) or "unnamed"
        seen[name] = seen.get(name, 0) + 1
        events.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return events


def _coordinates(cells: list[object], length: int) -> pd.DataFrame:
    """Return latitude and longitude: ``31.65, -110.36``, or ``POINT (-110.36 31.65)``."""
    found = []
    for cell in cells or [""] * length:
        words = text(cell)
        numbers = [float(number) for number in _NUMBER.findall(words)]
        pair = numbers if len(numbers) == 2 else [float("nan")] * 2
        if words.upper().startswith("POINT"):
            pair = pair[::-1]
        right = abs(pair[0]) <= 90 and abs(pair[1]) <= 180
        found.append(pair if right else [float("nan")] * 2)
    return pd.DataFrame(found, columns=["latitude", "longitude"])


def _finish(table: pd.DataFrame, notes: list[str]) -> tuple[pd.DataFrame, tuple[Check, ...]]:
    """Give every incident its value; compare the totals with their two parts."""
    parts = table[["dead", "missing"]]
    added = parts.sum(axis=1).where(parts.notna().any(axis=1))
    both = table["total"].notna() & added.notna()
    checks = [
        check("dead and missing beside their total", table.loc[both, "total"].sum(),
              added[both].sum()),
    ]  # fmt: skip
    value = table["total"].fillna(added)
    lacking = value.isna()
    if lacking.any():
        notes.append(f"{int(lacking.sum())} incidents give no number and are left out.")
    if table["latitude"].isna().any():
        notes.append(f"{int(table['latitude'].isna().sum())} incidents have no coordinates.")
    order = ["start", "end", "place", "category", "event", *WORDS, *NUMBERS[:2], *NUMBERS[3:],
             "latitude", "longitude", "value", "unit"]  # fmt: skip
    finished = table.assign(category=ALL, value=value, unit=UNIT)[order][~lacking]
    return finished.sort_values(["start", "event"], ignore_index=True), tuple(checks)


READER = Reader(FORMAT, recognises, read)
