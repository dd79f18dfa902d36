"""Made-up series of people's own, and the many ways in which people write such a table."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from made_official import as_book

TODAY = dt.date(2026, 6, 30)
ENGLISH = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
SPANISH = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
           "octubre", "noviembre", "diciembre")  # fmt: skip
HEADINGS = {
    "en": {"month": "month", "date": "Date", "start": "start", "end": "end", "place": "Place",
           "category": "category", "value": "value", "note": "note"},
    "es": {"month": "Mes", "date": "fecha", "start": "inicio", "end": "FIN", "place": "lugar",
           "category": "Categoría", "value": "Valor", "note": "nota"},
}  # fmt: skip
MONTHS: dict[str, Callable[[dt.date], str]] = {
    "2024-01": lambda day: f"{day:%Y-%m}",
    "2024/1": lambda day: f"{day.year}/{day.month}",
    "01/2024": lambda day: f"{day:%m/%Y}",
    "2024M01": lambda day: f"{day:%Y}M{day:%m}",
    "Jan 2024": lambda day: f"{ENGLISH[day.month - 1][:3]} {day.year}",
    "enero de 2024": lambda day: f"{SPANISH[day.month - 1]} de {day.year}",
    "ene-24": lambda day: f"{SPANISH[day.month - 1][:3]}-{day:%y}",
}
DAYS: dict[str, Callable[[dt.date], str]] = {
    "2024-01-31": lambda day: day.isoformat(),
    "20240131": lambda day: f"{day:%Y%m%d}",
    "31/01/2024": lambda day: f"{day:%d/%m/%Y}",
    "01/31/2024": lambda day: f"{day:%m/%d/%Y}",
    "1/31/2024": lambda day: f"{day.month}/{day.day}/{day.year}",
    "31.12.2024": lambda day: f"{day:%d.%m.%Y}",
    "31-12-24": lambda day: f"{day:%d-%m-%y}",
    "24-12-31": lambda day: f"{day:%y-%m-%d}",
    "12/31/24": lambda day: f"{day:%m/%d/%y}",
    "31 de enero de 2024": lambda day: f"{day.day} de {SPANISH[day.month - 1]} de {day.year}",
    "January 31, 2024": lambda day: f"{ENGLISH[day.month - 1]} {day.day}, {day.year}",
}
MONTH_FIRST = {"01/31/2024", "1/31/2024", "12/31/24"}


@dataclass(frozen=True)
class Figure:
    """One figure of the truth; ``decimals`` is how many of its decimals are written."""

    start: dt.date
    end: dt.date
    place: str
    category: str
    value: float
    decimals: int = 0


@dataclass(frozen=True)
class Dialect:
    """One way of writing a table of counts.

    ``columns`` are the roles in the order of the columns, ``days`` a name of ``MONTHS`` or
    ``DAYS`` or ``native`` (of a workbook), ``container`` an encoding or ``xlsx``.
    """

    columns: tuple[str, ...]
    days: str = "2024-01"
    point: str = "."
    thousands: str = ""
    delimiter: str = ","
    container: str = "utf-8"
    language: str = "en"
    native: bool = False

    def number(self, figure: Figure) -> object:
        """Write a figure."""
        if self.native:
            return figure.value
        written = f"{figure.value:,.{figure.decimals}f}"
        return "".join({",": self.thousands, ".": self.point}.get(c, c) for c in written)

    def day(self, day: dt.date) -> object:
        """Write a day, or its month."""
        if self.days == "native":
            return dt.datetime(day.year, day.month, day.day)
        return (MONTHS | DAYS)[self.days](day)

    def cell(self, figure: Figure, role: str) -> object:
        """Write one cell of the row of a figure."""
        if role == "value":
            return self.number(figure)
        if role in ("month", "date"):
            return self.day(figure.start)
        found = getattr(figure, role, "")
        return self.day(found) if isinstance(found, dt.date) else found

    def content(self, figures: Sequence[Figure]) -> bytes:
        """Return a whole file."""
        header: list[object] = [HEADINGS[self.language][role] for role in self.columns]
        rows = [header, *([self.cell(each, role) for role in self.columns] for each in figures)]
        if self.container == "xlsx":
            return as_book({"Hoja1": rows})
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=self.delimiter).writerows(rows)
        return out.getvalue().encode(self.container)

    @property
    def options(self) -> dict[str, str]:
        """What the user answers when asked how this dialect is read."""
        return {
            "dates": "month-first" if self.days in MONTH_FIRST else "day-first",
            "decimal": "comma" if self.point == "," else "point",
        }


def written(folder: Path, content: bytes | str) -> Path:
    """Write a file of counts."""
    path = folder / "counts"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def as_table(figures: Sequence[Figure]) -> pd.DataFrame:
    """Return the truth as it should be read."""
    rows = [(f.start, f.end, f.place, f.category, f.value) for f in figures]
    frame = pd.DataFrame(rows, columns=["start", "end", "place", "category", "value"])
    frame = frame.astype({"start": "datetime64[ns]", "end": "datetime64[ns]", "value": float,
                          "place": object, "category": object})  # fmt: skip
    return frame.sort_values(["start", "end", "place", "category"], ignore_index=True)
