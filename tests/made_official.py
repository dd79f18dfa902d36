"""Made-up official files for tests: as a publisher writes them, under names that say nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

Rows = Sequence[Sequence[object]]


def as_csv(rows: Rows, *, bom: bool = False, end: str = "\n", mark: str = ",") -> bytes:
    """Return rows as the bytes of a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=mark, lineterminator=end).writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def as_book(sheets: Mapping[str, Rows]) -> bytes:
    """Return sheets as the bytes of an .xlsx; blank cells are None or an empty text."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def in_file(folder: Path, content: bytes) -> Path:
    """Write a file under a name that says nothing of its format."""
    path = folder / "download"
    path.write_bytes(content)
    return path


CBP = ["Fiscal Year", "Month Grouping", "Month (abbv)", "Component", "Land Border Region",
       "Area of Responsibility", "AOR (Abbv)", "Demographic", "Citizenship",
       "Title of Authority", "Encounter Type", "Encounter Count"]  # fmt: skip
SBO = ["Fiscal Year", "Month Grouping", "Month (abbv)", "Component", "Demographic",
       "Citizenship Grouping", "Title of Authority", "Encounter Type", "Encounter Count",
       ]  # fmt: skip
STATE = ["Fiscal Year", "Month Grouping", "Month (abbv)", "Land Border Region", "State",
         "Demographic", "Citizenship", "Title of Authority", "Encounter Count"]  # fmt: skip
ENGLISH = ["October", "November", "December", "January", "February", "March", "April", "May",
           "June", "July", "August", "September"]  # fmt: skip
SPANISH = ["Ene.", "Feb.", "Mar.", "Abr.", "May.", "Jun.", "Jul.", "Ago.", "Sep.", "Oct.", "Nov.",
           "Dic."]  # fmt: skip


def aor(*rows: Sequence[object]) -> list[list[object]]:
    """Return CBP's layout by area; a row: year, month, component, area, demographic, citizen, n."""
    table: list[list[object]] = [list(CBP)]
    for year, month, component, area, family, citizen, count in rows:
        title = "Title 42" if family == "T42" else "Title 8"
        table.append([year, "FYTD", month, component, "Southwest Land Border", area, "", family,
                      citizen, title, "", count])  # fmt: skip
    return table


def wide(title: str, header: Sequence[object], rows: Rows, groups: Sequence[object] = ()) -> Rows:
    """Return one wide sheet of OHSS: link, title, perhaps groups, header, rows, notes."""
    top: list[list[object]] = [["Return to Table of Contents.", "", "* Click the plus"], [title]]
    top += [list(groups)] if groups else []
    notes = [["X Not applicable."], ["Notes: cells are rounded in 2020 to the nearest ten."]]
    return [*top, ["Fiscal Year", "Month", *header], *rows, *notes]


def upmrip(title: str, rows: Rows, months: Sequence[str] = SPANISH) -> list[list[object]]:
    """Return one table of UPMRIP with title, header and source."""
    return [
        [title], [], ["Continente/ país", *months, "Total"], *[list(row) for row in rows],
        ["(-) Significa cero."], ["Fuente: Unidad de Política Migratoria. Cifras preliminares."],
    ]  # fmt: skip


def panama(year: int, rows: Rows) -> str:
    """Return the text of Panama's table of countries."""
    lines = [
        "SERVICIO NACIONAL DE MIGRACIÓN", f"Cuadro No. 003. AÑO {year}",
        "TRÁNSITO IRREGULAR DE EXTRANJEROS POR LA FRONTERA CON COLOMBIA POR PAÍS",
        "País              Total   " + "   ".join(SPANISH),
        *("   ".join(str(cell) for cell in row) for row in rows),
        "(1) Hijos de haitianos", "Cifras preliminares.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def patrol(year: int, rows: Rows, mark: str = "|") -> str:
    """Return the text of the Border Patrol's table of a fiscal year, its header broken."""
    header = mark.join(ENGLISH).replace(f"November{mark}December", "November December")
    lines = [
        "United States Border Patrol", f"Total Encounters By Month - FY {year}", "", "Yearly",
        f"SECTOR{mark}{header}", "Total",
        *(mark.join(str(cell) for cell in row) for row in rows), "",
    ]  # fmt: skip
    return "\n".join(lines)
