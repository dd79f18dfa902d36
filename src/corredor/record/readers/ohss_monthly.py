"""OHSS, Immigration Enforcement and Legal Processes Monthly Tables: wide sheets of months.

A sheet has its title in some row, perhaps a row of groups (*USBP*, *OFO*), then the header that
begins with *Fiscal Year*. The year stands in its *Total* row alone, as a number or as text such as
``2024 YTD``. Cells are rounded to 10; ``X`` is not applicable and ``NA`` not available. The ten
citizenships of a sheet, and their order, change with each edition, so all columns go by name.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from corredor.errors import InputError, Problem
from corredor.record.readers import months
from corredor.record.readers.cells import fold
from corredor.record.readers.grid import find_header
from corredor.record.readers.ohss_wide import Wide, is_wide, read_sheet
from corredor.record.readers.opened import Opened
from corredor.record.readers.reading import Check, Format, Reader, Reading
from corredor.record.readers.tidy import ALL, check, happened, tidy

FORMAT = Format(
    "ohss-monthly",
    "OHSS's Immigration Enforcement and Legal Processes Monthly Tables (workbook): has wide sheets "
    "whose header begins with Fiscal Year, Month.",
)
SHEETS = Path(__file__).with_name("ohss_sheets.csv")
ROUNDING = 5.0
AREAS = "encounters_by_agency_and_area"
CITIZENSHIPS = "border_patrol_by_citizenship"  # where the record has another rest
REST = "Other (without a column in the table)"
PATROL, UNIT = "Border Patrol", "events"


@dataclass(frozen=True)
class Sheet:
    """What a sheet counts: its series, place, the names of its splits and its unit."""

    series: str
    place: str
    groups: str
    columns: str
    unit: str
    adds_up: bool


def recognises(opened: Opened) -> bool:
    """Return whether a workbook has a wide sheet of months."""
    return any(is_wide(grid) for grid in opened.sheets)


def read(opened: Opened) -> Reading:
    """Read every wide sheet that the workbook has.

    Raises
    ------
    InputError
        With every cell that is no count, month or year; or if there is no figure at all.
    """
    notes = [
        "Rounded to 10 by the publisher, so parts may miss their total by some tens.",
        "Other is all citizenships without a column; which have one changes with each edition.",
    ]
    notes += _left_out(opened)
    wides = [read_sheet(opened.file, grid, notes) for grid in opened.sheets if is_wide(grid)]
    last = max((wide.last for wide in wides if wide.last is not None), default=None)
    parts: dict[str, list[pd.DataFrame]] = {}
    checks: list[Check] = []
    for wide in wides:
        sheet = _sheet(wide, notes)
        table = happened(_named(wide, sheet, notes), notes, last)[0]
        checks.extend(_checks(wide, sheet, table, notes))
        parts.setdefault(sheet.series, []).append(_tidy(table, sheet))
    tables = {name: pd.concat(each, ignore_index=True) for name, each in parts.items()}
    tables = {name: table for name, table in tables.items() if not table.empty}
    if not tables:
        raise InputError(Problem(opened.file, "at least one month with figures"))
    if last is None:
        ends = max(table["start"].max() for table in tables.values())
        last = months.at(ends.year, ends.month)
    return Reading(
        "DHS Office of Homeland Security Statistics", FORMAT, months.named(last), None,
        _lined_up(tables), tuple(checks), tuple(dict.fromkeys(notes)),
    )  # fmt: skip


def _left_out(opened: Opened) -> list[str]:
    """Return a note on sheets of fiscal years that are not by month."""
    sheets = [
        grid.name
        for grid in opened.sheets
        if not is_wide(grid) and find_header(grid, {"year": ("Fiscal Year",)}, {"year"})
    ]
    return [f"Sheets without months, left out: {', '.join(sheets)}."] if sheets else []


@cache
def _known() -> dict[str, Sheet]:
    with SHEETS.open(encoding="utf-8", newline="") as file:
        return {
            fold(row["title"]): Sheet(
                row["series"], row["place"], row["groups"], row["columns"], row["unit"],
                row["adds_up"] == "yes",
            )
            for row in csv.DictReader(file)
        }  # fmt: skip


def _sheet(wide: Wide, notes: list[str]) -> Sheet:
    """Return what a sheet counts, by its title; an unknown one is kept under a name of its own."""
    title = fold(wide.title.split(":")[0])
    known = _known()
    if title in known:
        return known[title]
    series = "ohss_" + re.sub(r"[^a-z0-9]+", "_", fold(wide.title.split(":")[0] or wide.name))
    notes.append(f"The sheet {wide.name!r} is not known; kept as the series {series}.")
    place = "southwest border" if re.search(r"\bsw\b|southwest", title) else "United States"
    return Sheet(series, place, "group" if wide.grouped else "", "column", "see the sheet", False)


def _named(wide: Wide, sheet: Sheet, notes: list[str]) -> pd.DataFrame:
    """Return the cells of a sheet with names for their groups and columns."""
    table = wide.cells
    columns = {"column": wide.names(sheet.columns, notes)}
    if wide.grouped:
        columns["group"] = wide.groups(sheet.groups, notes)
    return table.assign(
        **{name: table["at"].map(dict(enumerate(values))) for name, values in columns.items()}
    )


def _dims(sheet: Sheet, table: pd.DataFrame) -> dict[str, str]:
    """Return what the group and the column of a sheet are called in its table."""
    called = {"country": "citizenship", "border": "border", "arresting agency": "agency"}
    dims = {"column": called.get(sheet.columns, sheet.columns)}
    if "group" in table:
        group = called.get(sheet.groups, sheet.groups or "group")
        dims = {"group": group if group != dims["column"] else "group"} | dims
    return dims


def _tidy(table: pd.DataFrame, sheet: Sheet) -> pd.DataFrame:
    dims = _dims(sheet, table)
    table = table.rename(columns=dims).assign(place=sheet.place)
    if sheet.series == CITIZENSHIPS:
        table["citizenship"] = table["citizenship"].replace("Other", REST)
    if sheet.series == AREAS:
        table["place"] = table["area"].where(table["area"] != ALL, sheet.place)
        return tidy(table, ["agency"], sheet.unit)
    return tidy(table, list(dims.values()), sheet.unit)


def _checks(wide: Wide, sheet: Sheet, table: pd.DataFrame, notes: list[str]) -> list[Check]:
    """Compare totals of years with their months, and the total column with the others."""
    found = _years(wide, table, notes)
    if not sheet.adds_up:
        return found
    for name, group in table.groupby("group") if "group" in table else [("all", table)]:
        by_month = group[group["column"] != ALL].groupby("month")["value"].agg(["sum", "count"])
        whole = group[group["column"] == ALL].set_index("month")["value"]
        both = by_month.join(whole, how="inner")
        if len(both):
            within = ROUNDING * (both["count"].sum() + len(both))
            what = f"{wide.name}, {name}: the columns beside their total"
            found.append(check(what, both["value"].sum(), both["sum"].sum(), within))
    return found


def _years(wide: Wide, table: pd.DataFrame, notes: list[str]) -> list[Check]:
    """Compare every column's total of a fiscal year with its months; one check for all that agree.

    Where months are marked as not given, the total may hold more than the months that are.
    """
    years = table.groupby(["at", (table["month"] + 3) // 12])["value"].agg(["sum", "count"])
    sums = dict(zip(years.index, zip(years["sum"], years["count"], strict=True), strict=True))
    last = int(table["month"].max()) if len(table) else 0
    apart, own_sum, our_sum = [], 0.0, 0.0
    for at, column in wide.totals.items():
        for year, own in column.items():
            if (at, year) not in sums:
                continue
            ours, given = sums[at, year]
            what = f"{wide.name}, {wide.label(at)}, fiscal year {year}"
            one = check(what, own, ours, ROUNDING * (given + 1))
            months_gone = min(12, last - months.fiscal(year, 10) + 1)
            if not one.ok and ours < own and given < months_gone:
                notes.append(
                    f"{what}: the total is {own:,.0f}, the {given} months that are given "
                    f"add to {ours:,.0f}; the others are marked as not given."
                )
            elif not one.ok:
                apart.append(one)
                continue
            own_sum, our_sum = own_sum + own, our_sum + ours
    agreed = Check(f"{wide.name}: totals of years beside their months", own_sum, our_sum, True)
    return [agreed, *apart] if wide.totals else apart


def _lined_up(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Add the series of the record that a part of a sheet is."""
    added: dict[str, pd.DataFrame] = {}
    if AREAS in tables:
        table = tables[AREAS]
        sectors = table[(table["agency"] == PATROL) & (table["place"] != "southwest border")]
        added["border_patrol_by_sector"] = sectors.assign(category=ALL).drop(columns="agency")
    if (by_family := "encounters_by_agency_and_family_status") in tables:
        table = tables[by_family][tables[by_family]["agency"] == PATROL].drop(columns="agency")
        table = table.assign(category=table["family"])
        added["border_patrol_by_family_status"] = table[table["family"] != ALL]
        added["border_patrol_encounters"] = table[table["family"] == ALL].drop(columns="family")
    return tables | {
        name: table.reset_index(drop=True) for name, table in added.items() if len(table)
    }


READER = Reader(FORMAT, recognises, read)
