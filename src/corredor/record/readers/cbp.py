"""CBP's csv family: encounters at the southwest border, by state, or by area of responsibility.

Each file covers three or four fiscal years up to its newest month. ``Month Grouping`` is no filter:
months called *Remaining* of closed years happened. Windows of two editions overlap; a newer
edition replaces an older one and is never added to it. Counts are events and exact.
"""

from __future__ import annotations

import pandas as pd

from corredor.errors import InputError, Problem
from corredor.record.readers import months
from corredor.record.readers.cells import counts, text
from corredor.record.readers.grid import Header, find_header
from corredor.record.readers.names import Names
from corredor.record.readers.opened import Opened
from corredor.record.readers.reading import Check, Format, Reader, Reading
from corredor.record.readers.tidy import ALL, check, frame, happened, tidy, with_total

FORMAT = Format(
    "cbp-encounters",
    "CBP's encounters in CSV (southwest, by state, or by area of responsibility): has columns "
    "Fiscal Year, Month (abbv), Demographic, Citizenship, Title of Authority, Encounter Count.",
)
COLUMNS = {
    "year": ("Fiscal Year", "FY"),
    "month": ("Month (abbv)", "Month", "Month abbv", "Month Abbreviation"),
    "agency": ("Component",),
    "region": ("Land Border Region", "Region"),
    "state": ("State", "State (abbv)"),
    "area": ("Area of Responsibility",),
    "short": ("AOR (Abbv)", "AOR"),
    "family": ("Demographic",),
    "citizenship": ("Citizenship", "Citizenship Grouping"),
    "authority": ("Title of Authority",),
    "count": ("Encounter Count", "Encounters", "Count"),
}
REQUIRED = {"year", "month", "family", "citizenship", "count"}
SPLITS = {
    "agency": "agency", "region": "border", "family": "family", "citizenship": "country",
    "authority": "authority", "state": "place of the United States", "area": "area",
}  # fmt: skip
PATROL, PORTS, BOTH = "Border Patrol", "ports of entry", "both"
UNIT = "events"
SOUTHWEST = "southwest border"
FINE = ["citizenship", "family"]
COARSE = ("El Salvador", "Guatemala", "Honduras", "Mexico", "Other")


def recognises(opened: Opened) -> bool:
    """Return whether a file has the columns of this family."""
    return _header(opened) is not None


def read(opened: Opened) -> Reading:
    """Read a file of any of the three layouts.

    Raises
    ------
    InputError
        With every row whose year, month or count cannot be read.
    """
    header = _header(opened)
    assert header is not None, "recognised before"
    notes = list(opened.notes)
    table, counted = _rows(opened.file, header, notes)
    table, last = happened(table, notes)
    if last is None:
        raise InputError(Problem(opened.file, "at least one month with encounters"))
    tables = _tables(table, set(header.columns))
    checks = (_check(tables, counted),)
    notes.append("Newer editions replace this one for the months that both cover; do not add.")
    return Reading(
        "US Customs and Border Protection", FORMAT, months.named(last), None, tables, checks,
        tuple(notes),
    )  # fmt: skip


def _header(opened: Opened) -> Header | None:
    found = (find_header(grid, COLUMNS, REQUIRED) for grid in opened.grids)
    return next((header for header in found if header is not None), None)


def _rows(file: str, header: Header, notes: list[str]) -> tuple[pd.DataFrame, float]:
    """Return the rows with known names, and the sum of their counts as they stand."""
    at, held = header.columns, header.grid
    columns: dict[str, list[object]] = {name: [] for name in (*at, "line")}
    problems: list[Problem] = []
    with counts(file, notes) as reader:
        for line, row in header.rows(file):
            for name, position in at.items():
                columns[name].append(row[position])
            columns["line"].append(line)
            columns["count"][-1] = reader.read(
                row[at["count"]], line, held.place("Encounter Count")
            )
    years = {cell: months.year_of(cell) for cell in set(columns["year"])}
    numbers = {cell: months.month_of(cell) for cell in set(columns["month"])}
    for kind, cells, read_as, words in (
        ("Fiscal Year", columns["year"], years, "a year such as 2024 or 2025 (FYTD)"),
        ("Month (abbv)", columns["month"], numbers, "a month such as OCT"),
    ):
        problems += [
            Problem(file, words, cell, _line(line), held.place(kind))
            for cell, line in zip(cells, columns["line"], strict=True)
            if read_as[cell] is None
        ]
    if problems:
        raise InputError(problems)
    columns["month"] = [
        months.fiscal(years[year] or 0, numbers[month] or 0)
        for year, month in zip(columns["year"], columns["month"], strict=True)
    ]
    table = frame({name: cells for name, cells in columns.items() if name not in ("count", "year")}
                  | {"value": columns["count"]})  # fmt: skip
    return _named(table, notes), float(table["value"].sum())


def _line(value: object) -> int:
    return value if isinstance(value, int) else 0


def _named(table: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Give every split its names; what the layout lacks is whole."""
    if "area" not in table and "short" in table:
        table["area"] = table["short"]
    for split, kind in SPLITS.items():
        if split not in table:
            continue
        names = Names(kind)
        cells = {cell: names.of(text(cell)) for cell in table[split].unique()}
        table[split] = table[split].map(cells)
        if split != "state":
            notes.extend(names.notes())
    defaults = {"agency": BOTH, "region": SOUTHWEST, "authority": ALL}
    return table.assign(**{name: value for name, value in defaults.items() if name not in table})


def _tables(table: pd.DataFrame, columns: set[str]) -> dict[str, pd.DataFrame]:
    both = table.assign(agency=BOTH)
    tables = {
        "encounters_all_by_citizenship": _split(both, "citizenship"),
        "encounters_all_by_family_status": _split(both, "family"),
    }
    authority = [both[both["authority"] != ALL]]
    if "agency" in columns:
        patrol, ports = table[table["agency"] == PATROL], table[table["agency"] == PORTS]
        total, family = _split(patrol), _split(patrol, "family", total=False)
        # The same events as OHSS counts, not rounded: an edition of both series.
        tables |= {
            "border_patrol_encounters": total,
            "border_patrol_encounters_exact": total,
            "border_patrol_by_citizenship_exact": _split(_coarse(patrol), "citizenship",
                                                         total=False),
            "border_patrol_by_family_status": family,
            "border_patrol_by_family_status_exact": family,
            "ports_of_entry_encounters": _ports(ports),
        }  # fmt: skip
        if set(table["citizenship"]) - set(COARSE):
            tables |= {
                "border_patrol_by_citizenship": _split(patrol, "citizenship", total=False),
                "ports_of_entry_by_citizenship": _split(ports, "citizenship"),
            }
        authority = [patrol, ports]
        if columns & {"area", "short"}:
            sectors = _by_area(patrol, [])
            tables |= {
                "border_patrol_by_sector": sectors,
                "border_patrol_by_sector_exact": sectors,
                "border_patrol_by_area_citizenship_family": _by_area(patrol, FINE),
                "ports_of_entry_by_area_citizenship_family": _by_area(ports, FINE),
            }
    if "state" in columns:
        placed = both.assign(place=both["state"])
        tables["encounters_by_state_citizenship_family"] = tidy(placed, ["region", *FINE], UNIT)
    if "authority" in columns:
        parts = [_split(part, "authority", total=False) for part in authority]
        tables["border_patrol_by_legal_authority"] = pd.concat(parts, ignore_index=True)
    return {name: each for name, each in tables.items() if not each.empty}


def _coarse(table: pd.DataFrame) -> pd.DataFrame:
    """Return the encounters with the citizenships that every layout names, and the others."""
    return table.assign(citizenship=table["citizenship"].where(table["citizenship"].isin(COARSE),
                                                               COARSE[-1]))  # fmt: skip


def _split(table: pd.DataFrame, dim: str | None = None, *, total: bool = True) -> pd.DataFrame:
    """Return encounters by border and one split, with the total over it."""
    pairs = list(zip(table["agency"].tolist(), table["region"].tolist(), strict=True))
    named = {pair: _place(*pair) for pair in set(pairs)}
    places = [named[pair] for pair in pairs]
    table = table.assign(place=places)
    if dim is None:
        return tidy(table, [], UNIT)
    return tidy(with_total(table, dim) if total else table, [dim], UNIT)


def _place(agency: str, region: str) -> str:
    """Return the place of a border's ports, of all but these, or of both, as the record has it."""
    if agency == PORTS:
        return f"{region.removesuffix(' border')} ports of entry"
    return f"{region} with ports" if agency == BOTH else region


def _ports(table: pd.DataFrame) -> pd.DataFrame:
    """Return encounters at ports: all, by citizenship and by family status, in one table."""
    parts = [_split(table, "citizenship"), _split(table, "family", total=False)]
    both = pd.concat(parts, ignore_index=True)
    both["citizenship"] = both["citizenship"].fillna(ALL)
    both["family"] = both["family"].fillna(ALL)
    order = [*parts[0].columns[:4], "citizenship", "family", "value", "unit"]
    return both.sort_values(["start", "place", "category"], ignore_index=True)[order]


def _by_area(table: pd.DataFrame, dims: list[str]) -> pd.DataFrame:
    """Return encounters by sector or field office; the border it lies at is a column.

    A field office may count at a land border and at airports. Then its name stands for the
    southwest border, and another border is named beside it.
    """
    several = table.groupby("area")["region"].nunique()
    apart = table["area"].isin(several.index[several > 1]) & (table["region"] != SOUTHWEST)
    place = table["area"].where(~apart, table["area"] + ", " + table["region"])
    return tidy(table.assign(place=place), ["region", *dims], UNIT, named=dims)


def _check(tables: dict[str, pd.DataFrame], counted: float) -> Check:
    table = tables["encounters_all_by_citizenship"]
    ours = table.loc[table["category"] == ALL, "value"].sum()
    return check("all rows of the file", counted, float(ours))


READER = Reader(FORMAT, recognises, read)
