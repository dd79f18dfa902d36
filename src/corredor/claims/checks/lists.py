"""Checks that count categories or look events up by their day."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field, ValidationInfo, field_validator

from corredor import record
from corredor.claims.citing import cite, publisher, reason, title
from corredor.claims.finding import Bars, Check, Finding, Grade, World
from corredor.claims.held import NotCheckableError
from corredor.claims.keys import Month, Series, expected, known_category, one_of
from corredor.record.sums import whole_months
from corredor.text.language import date, month, translated

# What stands for several categories at once: "Other", "A+B", "A (plus B)".
POOL = re.compile(r"Other\b|.*(\+|\(plus )")


class CategoriesAtLeast(Check):
    """Whether a series shows at least so many categories in a month.

    Categories that stand for several do not count. While one of them holds anybody, too few named
    ones refute nothing.
    """

    name: Literal["categories_at_least"]
    series: Series
    month: Month
    number: Annotated[int, Field(ge=1)]

    @field_validator("series")
    @classmethod
    def _has_categories(cls, value: str) -> str:
        if _by_category(value).empty:
            raise expected("a series that tells categories apart, month by month")
        return value

    def run(self, world: World) -> Finding:
        """Count named categories with a positive value."""
        table = self._rows()
        some = table.loc[table["value"] > 0, "category"]
        pooled = some.str.match(POOL)
        count = some[~pooled].nunique()
        grade: Grade = "supported" if count >= self.number else "contradicted"
        why = reason("categories", title=title(self.series), count=count, month=month(self.month))
        if grade == "contradicted" and pooled.any():
            grade = "not checkable"
            why += " " + reason("categories_pooled", pools=", ".join(sorted(set(some[pooled]))))
        chart = Bars(title(self.series), "citizenships", ((month(self.month), count),), self.number)
        return Finding(
            grade, float(count), "citizenships", publisher(self.series), why, charts=(chart,)
        )

    def _rows(self) -> pd.DataFrame:
        """Return the figures of just this month."""
        table = _by_category(self.series)
        asked = pd.Period(self.month, "M")
        found = table[(table["start"] == asked) & (table["end"] == asked)]
        if found.empty:
            text = reason(
                "held_no_categories",
                what=title(self.series),
                when=month(self.month),
                oldest=month(str(table["start"].min())),
                newest=month(str(table["end"].max())),
            )
            raise NotCheckableError(text, publisher(self.series))
        return found


def _by_category(series: str) -> pd.DataFrame:
    """Return the figures of categories over whole months."""
    table = record.load_series(series)
    return whole_months(table[table["category"] != "all"])


class EventInYear(Check):
    """Whether something first happened in a year, by the list of dated events.

    An ``event`` is looked up by its id. Without one the first of the list counts; a list that is
    not ``complete`` cannot tell of earlier years, so it gives ``partly`` at best, and cannot refute
    an earlier year.
    """

    name: Literal["event_in_year"]
    series: Series
    year: int
    category: str = Field(default="event", validate_default=True)
    event: str | None = None
    complete: bool = False

    @field_validator("series")
    @classmethod
    def _list_of_events(cls, value: str) -> str:
        table = record.catalogue()
        lists = [str(one) for one in table.index[table["kind"] == "event list"]]
        return one_of(value, lists, "a list of dated events")

    @field_validator("category")
    @classmethod
    def _known_category(cls, value: str, info: ValidationInfo) -> str:
        return known_category(info.data.get("series"), value)

    @field_validator("event")
    @classmethod
    def _known_event(cls, value: str | None, info: ValidationInfo) -> str | None:
        series, category = info.data.get("series"), info.data.get("category")
        if value is None or series is None or category is None:
            return value
        table = record.load_series(series, category=category)
        known = [str(one) for one in table["event"].unique()] if "event" in table else []
        return one_of(value, [one for one in known if one], f"an event of {series}", series)

    def run(self, world: World) -> Finding:
        """Take the earliest such event."""
        table = record.load_series(self.series, category=self.category).sort_values("start")
        if self.event is not None:
            table = table[table["event"] == self.event]
        first = table.iloc[0]
        day, text = date(str(first["start"].date())), first.get("text", "") or self.category
        whole = self.event is not None or self.complete
        if first["start"].year == self.year:
            grade: Grade = "supported" if whole else "partly"
        else:
            earlier = self.year < first["start"].year
            grade = "not checkable" if earlier and not whole else "contradicted"
        note = f" ({translated(first['note'])})" if first["note"] else ""
        why = f"{day}: {translated(text)}{note}."
        if not whole and grade != "contradicted":
            why += " " + reason("list_starts")
        return Finding(grade, float(first["start"].year), "year", cite(first["source"]), why)
