"""What the record holds of what a claim speaks of; where it holds it not, the claim is told so.

A month before the first or after the newest that is held, or one that was never published, is no
mistake of the writer. It makes the check that asks for it not checkable, and no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from corredor import record
from corredor.claims.citing import months, months_listed, publisher, reason, title
from corredor.claims.finding import Check, Finding
from corredor.claims.keys import own_place
from corredor.record.sums import Total, missing_months, totals, whole_months
from corredor.text.language import month, named

NO_PLACE = ""


class NotCheckableError(Exception):
    """Nothing here can tell; the text says why, such as what the record holds instead."""

    def __init__(self, why: str, source: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.finding = Finding("not checkable", source=source, why=why)


@dataclass(frozen=True)
class Part:
    """A series at a place and of a category; the place may be left out where it is its own."""

    series: str
    category: str = "all"
    place: str | None = None

    @cached_property
    def at(self) -> str:
        """The place."""
        return self.place or own_place(self.series, self.category) or NO_PLACE

    @property
    def name(self) -> str:
        """The title, with category and place where they are not the usual ones."""
        more = [named(self.category)] if self.category != "all" else []
        if self.place and self.place != record.describe(self.series).place:
            more.append(named(self.place))
        return ", ".join([title(self.series), *more])

    @property
    def heading(self) -> str:
        """The title with the place, over a chart."""
        category = f", {named(self.category)}" if self.category != "all" else ""
        return f"{title(self.series)}{category}: {named(self.at)}"

    @cached_property
    def adds(self) -> bool:
        """Whether months may be added up."""
        return record.describe(self.series).kind == "flow"

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Every published figure in every edition."""
        table = record.load_series(
            self.series, place=self.at, category=self.category, edition="all"
        )
        return table[table["value"].notna()]

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Every published figure over whole months in every edition."""
        return whole_months(self.figures)

    def unit(self, total: Total | None = None) -> str:
        """Return the unit of the series, or of a total where its rows have their own."""
        return (total.unit if total else "") or record.describe(self.series).unit

    def totals(self, start: str, end: str, rows: pd.DataFrame | None = None) -> list[Total]:
        """Return what the total of a window may be, the best first.

        Parameters
        ----------
        start, end : str
            First and last month.
        rows : DataFrame, optional
            Figures to look among; all of them unless given.

        Raises
        ------
        NotCheckableError
            If the window has no figure of its own and not all its months are held, or they must
            not be added up.
        """
        table = self.rows if rows is None else rows
        first, last = pd.Period(start, "M"), pd.Period(end, "M")
        found = totals(table, first, last, add=self.adds)
        if found:
            return found
        self.within(table, first, last)
        missing = missing_months(table, first, last)
        if not missing and first != last:
            raise self.cannot(reason("not_added", what=self.name, when=months(first, last)))
        raise self._hole(first, last, missing)

    def month(self, text: str) -> Total:
        """Return the preferred figure of a month; errors as :meth:`totals`."""
        return self.totals(text, text)[0]

    def within(self, rows: pd.DataFrame, start: pd.Period, end: pd.Period) -> None:
        """Refuse a window that reaches beyond the first or the newest month held.

        Raises
        ------
        NotCheckableError
            If it does.
        """
        when = months(start, end)
        if rows.empty:
            raise self.cannot(reason("held_none", what=self.name, when=when))
        oldest, newest = rows["start"].min(), rows["end"].max()
        if end > newest:
            text = reason("held_until", what=self.name, newest=month(str(newest)), when=when)
            raise self.cannot(text)
        if start < oldest:
            text = reason("held_from", what=self.name, oldest=month(str(oldest)), when=when)
            raise self.cannot(text)

    def tiles(self, start: str, end: str, edition: str = "preferred") -> pd.DataFrame:
        """Return windows without overlap that cover every month of a span.

        Raises
        ------
        NotCheckableError
            If no published totals cover some month of it, or they must not be taken apart.
        """
        first, last = pd.Period(start, "M"), pd.Period(end, "M")
        self.within(self.rows, first, last)
        if not self.adds or len(set(self.rows["unit"])) > 1:
            raise self.cannot(reason("not_added", what=self.name, when=months(first, last)))
        found = record.disjoint_windows(self.series, start, end, self.category, self.place, edition)
        covered = {
            m
            for opens, closes in zip(found["start"], found["end"], strict=True)
            for m in pd.period_range(opens, closes, freq="M")
        }
        missing = [m for m in pd.period_range(first, last, freq="M") if m not in covered]
        if missing:
            raise self._hole(first, last, missing)
        return found

    def _hole(
        self, start: pd.Period, end: pd.Period, missing: Sequence[pd.Period]
    ) -> NotCheckableError:
        rows = self.rows
        text = reason(
            "held_holes",
            what=self.name,
            oldest=month(str(rows["start"].min())),
            newest=month(str(rows["end"].max())),
            when=months(start, end),
            missing=months_listed(missing),
        )
        return self.cannot(text)

    def cannot(self, why: str) -> NotCheckableError:
        """Return the error that the record cannot tell, with its publisher."""
        return NotCheckableError(why, publisher(self.series))


def part_of(check: Check) -> Part:
    """Return the part of the record that a check names; see ``keys.OfSeries``."""
    return Part(*(getattr(check, key) for key in ("series", "category", "place")))
