"""Mexico's UPMRIP, tables of the Boletín: people in irregular status, and returns, by month.

Table 3.1.1 is by continent and nationality, 3.1.2 by state, 3.1.3 by sex, age and company, 3.2.4
returns by kind. One workbook a year, overwritten each month. Rows are nested: a continent above its
countries, a sex above its ages. ``-`` is none; a blank month has not happened. *Rumania* is Romania
and *Rusia* is Russia.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from corredor.errors import InputError, Problem
from corredor.record.readers import months
from corredor.record.readers.cells import counts, fold, text
from corredor.record.readers.grid import Grid, Row
from corredor.record.readers.months import month_of
from corredor.record.readers.nested import Labels, label_kinds
from corredor.record.readers.opened import Opened
from corredor.record.readers.reading import Check, Format, Reader, Reading
from corredor.record.readers.tidy import ALL, check, frame, happened, tidy

FORMAT = Format(
    "upmrip-boletin",
    "UPMRIP's table 3.1.1, 3.1.2, 3.1.3 or 3.2.4 (workbook): has a title with situación migratoria "
    "irregular, or devueltas, and a year, and a header with Ene. … Dic.",
)
FEWEST = 2  # months, or a month and a total, that a header has
TOTALS = ("total", "total general")
WITHIN = 40  # rows from the top in which the header is looked for
UNIT, PLACE = "events", "Mexico"
ORDER = ("country", "state", "sex", "age", "travel", "kind")  # of the parts of a category
_ABOUT = re.compile(
    r"irregular|presentad|canalizad|devuelt|devoluci|deporta|retorno|alojad|autoridad migratoria"
)
_RETURNS = re.compile(r"devuelt|devoluci|deporta|retorno|3 2 4")


@dataclass(frozen=True)
class Table:
    """A sheet with its title, and where its months stand."""

    grid: Grid
    header: int
    title: str
    year: int | None
    months: dict[int, int]
    total: int | None

    @property
    def labels(self) -> range:
        """Positions of the columns of labels: those before the first figure."""
        figures = [*self.months, *([] if self.total is None else [self.total])]
        return range(min(figures))


def recognises(opened: Opened) -> bool:
    """Return whether a sheet has a header of Spanish months below such a title."""
    return any(_table(grid) is not None for grid in opened.grids)


def read(opened: Opened) -> Reading:
    """Read every sheet that is such a table.

    Raises
    ------
    InputError
        If a title has no year, or a cell is no count.
    """
    notes: list[str] = list(opened.notes)
    parts: dict[str, list[pd.DataFrame]] = {}
    checks: list[Check] = []
    ends: list[int] = []
    for table in filter(None, (_table(grid) for grid in opened.grids)):
        if table.year is None:
            expected = "a year in the title of the table"
            row = table.grid.line(table.header)
            raise InputError(
                Problem(opened.file, expected, row=row, column=table.grid.name or None)
            )
        cells, kinds = _cells(opened.file, table, notes, checks)
        cells, last = happened(cells, notes)
        if last is None:
            continue
        ends.append(last)
        for name, rows in _series(cells, kinds, table.title).items():
            parts.setdefault(name, []).append(rows)
        checks.extend(_sums(cells, kinds, table.year))
        if "preliminar" in fold(" ".join(text(c) for row in table.grid.rows for c in row)):
            notes.append("The publisher calls these figures preliminary.")
    if not ends:
        raise InputError(Problem(opened.file, "at least one month with events"))
    if not checks:
        notes.append("It has no totals of its own to check against; it may have been cut off.")
    tables = {name: pd.concat(each, ignore_index=True) for name, each in parts.items()}
    return Reading(
        "Unidad de Política Migratoria, Registro e Identidad de Personas (UPMRIP)", FORMAT,
        months.named(max(ends)), None, tables, tuple(checks), tuple(dict.fromkeys(notes)),
    )  # fmt: skip


def _table(grid: Grid) -> Table | None:
    """Return the table of a sheet: the first row with months, and the words above it."""
    for index, row in enumerate(grid.rows[:WITHIN]):
        at = {position: month for position, cell in enumerate(row) if (month := month_of(cell))}
        totals = [p for p, cell in enumerate(row) if fold(text(cell)) in TOTALS]
        if len(at) + len(totals) < FEWEST or not at or min(at) == 0:
            continue
        if len(set(at.values())) != len(at):
            return None  # months repeat in groups: no layout that is known
        title = " ".join(text(cell) for above in grid.rows[:index] for cell in above if text(cell))
        if not _ABOUT.search(fold(title)) or re.search(r"(?i)colombia", title):
            return None
        year = months.year_of(title)
        return Table(grid, index, title, year, at, totals[0] if totals else None)
    return None


def _cells(
    file: str, table: Table, notes: list[str], checks: list[Check]
) -> tuple[pd.DataFrame, list[str]]:
    """Return the counts with their labels by kind, and the kinds that occur."""
    grid = table.grid
    words = [(_said(row, table), _is_row(row, table)) for row in grid.rows[table.header + 1 :]]
    labels = Labels(label_kinds(words, _expected(table.title)), _expected(table.title))
    records: dict[str, list[object]] = {n: [] for n in ("month", "value", *labels.kinds, "region")}
    with counts(file, notes, dash_is_zero=True) as reader:
        for index, row in enumerate(grid.rows[table.header + 1 :], table.header + 1):
            said = _said(row, table)
            line = grid.line(index)
            if not _is_row(row, table):
                labels.heading(said)
                continue
            named = labels.of(said)
            if named is None:
                continue
            values = {
                month: reader.read(row[p] if p < len(row) else "", line, grid.place(text(row[0])))
                for p, month in table.months.items()
            }
            given = [value for value in values.values() if value == value]
            if table.total is not None and table.total < len(row) and given:
                own = reader.read(row[table.total], line, grid.place("Total"))
                if own == own:
                    what = f"{' '.join(filter(None, said))}, {table.year}"
                    checks.append(check(what, own, sum(given)))
            for month, value in values.items():
                records["month"].append(months.at(table.year or 0, month))
                records["value"].append(value)
                for kind in (*labels.kinds, "region"):
                    records[kind].append(named.get(kind, ALL))
    notes.extend(labels.notes())
    return frame(records), [kind for kind in ORDER if kind in labels.kinds]


def _said(row: Row, table: Table) -> list[str]:
    """Return the labels of a row."""
    return [text(row[p]) if p < len(row) else "" for p in table.labels]


def _is_row(row: Row, table: Table) -> bool:
    """Return whether a row has a figure in one of the columns of months or in the total."""
    at = [*table.months, *([] if table.total is None else [table.total])]
    return any(p < len(row) and text(row[p]) for p in at)


def _expected(title: str) -> str:
    """Return the kind that labels of no other kind are: states in table 3.1.2, else countries."""
    return "state" if re.search(r"entidad|3 1 2", fold(title)) else "country"


def _series(cells: pd.DataFrame, kinds: list[str], title: str) -> dict[str, pd.DataFrame]:
    """Return the tables of the record that a sheet is; sums of continents are none of them."""
    cells = cells[cells["region"] == ALL]
    called = {"country": "citizenship", "kind": "kind_of_return", "travel": "company"}
    if "state" in kinds:
        place = cells["state"].where(cells["state"] != ALL, PLACE)
        return {"mexico_detentions": tidy(cells.assign(place=place), [], UNIT)}
    cells = cells.assign(place=PLACE)
    if not _RETURNS.search(fold(title)):
        dims = [called.get(kind, kind) for kind in kinds]
        people = set(kinds) & {"sex", "age", "travel"}
        name = "mexico_detentions_by_sex_and_age" if people else "mexico_detentions"
        return {name: tidy(cells.rename(columns=called), dims, UNIT)}
    found = {}
    if "country" in kinds:
        by_country = _whole(cells, "kind") if "kind" in kinds else cells
        rows = by_country.rename(columns=called)
        found["mexico_returns"] = tidy(rows, ["citizenship"], UNIT)
    if "kind" in kinds:
        by_kind = _whole(cells, "country") if "country" in kinds else cells
        found["mexico_returns_by_kind"] = tidy(
            by_kind.rename(columns=called), [called["kind"]], UNIT
        )
    if {"kind", "country"} <= set(kinds):
        both = cells[(cells["kind"] != ALL) & (cells["country"] != ALL)].rename(columns=called)
        found["mexico_returns_by_citizenship_and_kind"] = tidy(
            both, ["citizenship", called["kind"]], UNIT
        )
    return {name: table for name, table in found.items() if not table.empty}


def _whole(cells: pd.DataFrame, over: str) -> pd.DataFrame:
    """Return the rows that are whole over a kind of label; added up where the file has none."""
    other = "country" if over == "kind" else "kind"
    whole, parts = cells[cells[over] == ALL], cells[cells[over] != ALL]
    has = set(zip(whole["month"], whole[other], strict=True))
    lacking = [key not in has for key in zip(parts["month"], parts[other], strict=True)]
    return pd.concat([whole, parts[lacking]], ignore_index=True).assign(**{over: ALL})


def _sums(cells: pd.DataFrame, kinds: list[str], year: int) -> list[Check]:
    """Compare the total with its countries or states, where the table has both."""
    found = []
    for kind in ("country", "state"):
        if kind not in kinds:
            continue
        flat = cells[(cells["region"] == ALL)]
        for other in set(kinds) - {kind}:
            flat = flat[flat[other] == ALL]
        whole, parts = flat[flat[kind] == ALL], flat[flat[kind] != ALL]
        if len(whole) and len(parts):
            words = f"{year}, the total beside its {'countries' if kind == 'country' else 'states'}"
            found.append(check(words, whole["value"].sum(), parts["value"].sum()))
    return found


READER = Reader(FORMAT, recognises, read)
