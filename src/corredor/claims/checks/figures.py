"""The check of one published figure, in all its editions."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from pydantic import Field, ValidationInfo, field_validator

from corredor.claims.citing import cite, edition_name, reason, span
from corredor.claims.finding import Bars, Finding, Grade, World, near
from corredor.claims.held import NotCheckableError, Part, part_of
from corredor.claims.keys import Day, OfSeries, Percent, expected, first_day, last_day
from corredor.claims.totals import Claimed, total_finding
from corredor.record.sums import whole_months
from corredor.text.language import date, named
from corredor.text.numbers import whole

MOST_TOLD = 6  # figures of other windows that a reason names, those nearest to the claim
Rows = pd.DataFrame
Window = tuple[pd.Period, pd.Period]  # first and last day


class PublishedValue(OfSeries):
    """Whether a published figure is near the claimed number; every edition is looked at.

    Supported if the preferred edition is near, partly if only another edition is. Where a window
    of whole months has no figure of its own, its months are added, as ``sum_over`` does. A figure
    of another length than the window asked for never refutes: of a flow it tells nothing; of
    people counted at a time one near the number gives partly. So does a figure near it among those
    of several windows, where the claim names none.

    Figures whose citation names ``not_from`` do not count: they would let the claim vouch for
    itself.
    """

    name: Literal["published_value"]
    number: float
    start: Day | None = None
    end: Day | None = Field(default=None, validate_default=True)
    tolerance_percent: Percent = 1.0
    not_from: str = ""

    @field_validator("end")
    @classmethod
    def _both_or_neither(cls, value: str | None, info: ValidationInfo) -> str | None:
        if "start" not in info.data:  # at fault itself
            return value
        start = info.data["start"]
        if (start is None) != (value is None):
            raise expected("start and end together, or neither: they name the window")
        if start is not None and value is not None and last_day(value) < first_day(start):
            raise expected(f"a day not before start, {start}")
        return value

    def run(self, world: World) -> Finding:
        """Compare the figures of the window."""
        part = part_of(self)
        every = part.figures.sort_values(["rank", "start"], kind="stable")
        own = every["source"].map(cite).str.contains(self.not_from, regex=False)
        rows = every[~own] if self.not_from else every
        if rows.empty:
            why = reason("no_figure" if every.empty else "no_independent")
            return Finding("not checkable", why=why)
        if self.start is None or self.end is None:
            alone = len(rows[["start", "end"]].drop_duplicates()) == 1
            return self._compare(part, rows) if alone else self._elsewhen(part, rows)
        return self._within(part, every, rows, (first_day(self.start), last_day(self.end)))

    def _within(self, part: Part, every: Rows, rows: Rows, window: Window) -> Finding:
        """Compare the figures of just this window, or its months added up."""
        exact = _covering(rows, window)
        if not exact.empty:
            return self._compare(part, exact)
        if not _covering(every, window).empty:
            return Finding("not checkable", why=reason("no_independent"))
        try:
            return self._add(part, rows, window)
        except NotCheckableError:
            inside = rows[(_days(rows, "start") >= window[0]) & (_days(rows, "end") <= window[1])]
            if part.adds or inside.empty:
                raise
            return self._elsewhen(part, inside)

    def _compare(self, part: Part, rows: Rows) -> Finding:
        rows = rows[_units(rows, part) == _units(rows, part).iloc[0]]
        close = [near(v, self.number, self.tolerance_percent) for v in rows["value"]]
        grade: Grade = "supported" if close[0] else "partly" if any(close) else "contradicted"
        best = rows.iloc[0]
        why = reason(
            "published_value",
            place=named(str(best["place"])),
            when=span(best["start"], best["end"]),
            figures="; ".join(
                f"{whole(r['value'])}{edition_name(r['edition'])}" for r in rows.to_dict("records")
            ),
            claimed=self.number,
        )
        return self._finding(part, rows, grade, float(best["value"]), why)

    def _elsewhen(self, part: Part, rows: Rows) -> Finding:
        """Tell figures of other windows than the one asked for; they never refute."""
        nearest = rows.loc[(rows["value"] - self.number).abs().sort_values(kind="stable").index]
        nearest = nearest[_units(nearest, part) == _units(nearest, part).iloc[0]].head(MOST_TOLD)
        close = near(float(nearest["value"].iloc[0]), self.number, self.tolerance_percent)
        grade: Grade = "partly" if close else "not checkable"
        figures = "; ".join(
            f"{span(r['start'], r['end'])}: {whole(r['value'])}{edition_name(r['edition'])}"
            for r in nearest.to_dict("records")
        )
        why = reason("other_windows", what=part.name, figures=figures, claimed=self.number)
        value = float(nearest["value"].iloc[0]) if close else None
        return self._finding(part, nearest, grade, value, why)

    def _finding(
        self, part: Part, rows: Rows, grade: Grade, value: float | None, why: str
    ) -> Finding:
        unit = str(_units(rows, part).iloc[0])
        told = tuple(
            (f"{span(row['start'], row['end'])}{edition_name(row['edition'])}", float(row["value"]))
            for row in rows.to_dict("records")
        )
        chart = Bars(part.heading, unit, told, self.number)
        sources = "; ".join(dict.fromkeys(cite(s) for s in rows["source"]))
        return Finding(grade, value, unit, sources, why, charts=(chart,))

    def _add(self, part: Part, rows: Rows, window: Window) -> Finding:
        """Add the months of a window that has no figure of its own."""
        first, last = window
        if first.day != 1 or (last + 1).day != 1:
            when = reason("span", start=date(str(first)), end=date(str(last)))
            raise part.cannot(reason("no_such_window", what=part.name, when=when))
        months = str(first.asfreq("M")), str(last.asfreq("M"))
        found = part.totals(*months, rows=whole_months(rows))
        return total_finding(part, found, Claimed("about", self.number, self.tolerance_percent))


def _days(rows: Rows, column: str) -> pd.Series[Any]:
    days: pd.Series[Any] = rows[column].dt.to_period("D")
    return days


def _covering(rows: Rows, window: Window) -> Rows:
    """Return the figures of just this window."""
    return rows[(_days(rows, "start") == window[0]) & (_days(rows, "end") == window[1])]


def _units(rows: Rows, part: Part) -> pd.Series[str]:
    """Return the unit of each row: that of the series where it has one for all."""
    usual = pd.Series(part.unit(), rows.index, dtype=object)
    return pd.Series(rows.get("unit", usual), rows.index)
