"""Checks that count categories or look events up by their day."""

from __future__ import annotations

from typing import Literal

from corredor import record
from corredor.claims.citing import cite, publisher, reason, title
from corredor.claims.finding import Bars, Check, Finding, World
from corredor.language import date, month, translated


class CategoriesAtLeast(Check):
    """Whether a series shows at least so many categories in a month."""

    name: Literal["categories_at_least"]
    series: str
    month: str
    number: int

    def run(self, world: World) -> Finding:
        """Count named categories with a positive value."""
        table = record.load_series(self.series, self.month, self.month)
        named = table[(table["value"] > 0) & ~table["category"].isin(["Other", "all"])]
        count = named["category"].nunique()
        grade: Literal["supported", "contradicted"] = (
            "supported" if count >= self.number else "contradicted"
        )
        why = reason("categories", title=title(self.series), count=count, month=month(self.month))
        chart = Bars(title(self.series), "citizenships", ((month(self.month), count),), self.number)
        return Finding(
            grade, float(count), "citizenships", publisher(self.series), why, charts=(chart,)
        )


class EventInYear(Check):
    """Whether something first happened in a year, by the list of dated events.

    An ``event`` is looked up by its id. Without one the first of the list counts; a list that is
    not ``complete`` cannot tell of earlier years, so it gives ``partly`` at best.
    """

    name: Literal["event_in_year"]
    series: str
    year: int
    event: str | None = None
    category: str = "event"
    complete: bool = False

    def run(self, world: World) -> Finding:
        """Take the earliest such event."""
        table = record.load_series(self.series, category=self.category).sort_values("start")
        if self.event is not None:
            table = table[table["event"] == self.event]
        first = table.iloc[0]
        day, text = date(str(first["start"].date())), first.get("text", "") or self.category
        if first["start"].year != self.year:
            grade: Literal["contradicted", "partly", "supported"] = "contradicted"
        else:
            grade = "supported" if self.event is not None or self.complete else "partly"
        note = f" ({translated(first['note'])})" if first["note"] else ""
        why = f"{day}: {translated(text)}{note}."
        if grade == "partly":
            why += " " + reason("list_starts")
        return Finding(grade, float(first["start"].year), "year", cite(first["source"]), why)
