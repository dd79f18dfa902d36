"""Checks on series that have a value for every month."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from pydantic import ValidationInfo, field_validator

from corredor import record
from corredor.claims.changing import WindowChange, percent_change
from corredor.claims.checks.published import around, months_of
from corredor.claims.citing import months_listed, publisher, reason, title
from corredor.claims.finding import Check, Finding, World, limit
from corredor.claims.held import NotCheckableError, Part
from corredor.claims.keys import Month, OfMonths, Percent, TotalSeries, expected
from corredor.text.language import month

BEFORE, AFTER = 15, 5  # months that a chart shows beside the one of the claim


class FallsBy(Check):
    """Whether a monthly series fell by more than so many percent between two months.

    Both months are taken from one edition where one has both; else the verdict is partly at best.
    ``beside`` names other series whose fall is told along, without weighing in the verdict.
    """

    name: Literal["falls_by"]
    series: TotalSeries
    month_a: Month
    month_b: Month
    percent: Percent
    beside: tuple[TotalSeries, ...] = ()

    @field_validator("month_b")
    @classmethod
    def _after_month_a(cls, value: str, info: ValidationInfo) -> str:
        before = info.data.get("month_a", "")
        if value <= before:
            raise expected(f"a month after month_a, {before}")
        return value

    def run(self, world: World) -> Finding:
        """Compare the fall with the claimed one."""
        fall = self._fall(self.series)
        grade: Literal["supported", "contradicted"] = (
            "supported" if -fall.percent > self.percent else "contradicted"
        )
        told = [self._tell(name) for name in (self.series, *self.beside)]
        start, end = around(self.month_b, BEFORE, AFTER)
        marked = (self.month_a, self.month_b)
        chart = months_of(Part(self.series), min(start, self.month_a), end, marked=marked)
        found = Finding(
            grade, fall.percent, "percent", publisher(self.series), " ".join(told), charts=(chart,)
        )
        return found if fall.alike else limit(found, "partly")

    def _fall(self, series: str) -> WindowChange:
        return percent_change(Part(series), (self.month_a,) * 2, (self.month_b,) * 2)

    def _tell(self, series: str) -> str:
        try:
            fall = self._fall(series)
        except NotCheckableError as error:  # only of a series beside: that of the claim was there
            return error.why
        told = reason(
            "change",
            title=title(series),
            before=fall.before,
            after=fall.after,
            percent=fall.percent,
        )
        return " ".join([f"{told}.", *fall.told()])


class SteepestFall(Check):
    """Whether a month's fall is the steepest of a whole series, by percent and by number.

    Partly at best where months of the series were never published, which may hold a steeper fall,
    or where no edition has both the month and the one before it.
    """

    name: Literal["steepest_fall"]
    series: TotalSeries
    month: Month
    beside: tuple[TotalSeries, ...] = ()

    def run(self, world: World) -> Finding:
        """Rank the month; supported if first in both ways, partly in one."""
        told = [self._tell(self.series)]
        row = self._row(record.monthly_falls(self.series))
        firsts = int(row["rank_by_percent"] == 1) + int(row["rank_by_number"] == 1)
        grade: Literal["contradicted", "partly", "supported"] = (
            "supported" if firsts == 2 else "partly" if firsts else "contradicted"
        )
        for name in self.beside:
            try:
                told.append(self._tell(name))
            except NotCheckableError as error:
                told.append(error.why)
        fall, values = self._fall(self.series), record.monthly(self.series)
        missing = list(values.index[values.isna()])
        if missing:
            told.append(reason("fall_gaps", months=months_listed(missing)))
        chart = months_of(Part(self.series), marked=(self.month,))
        found = Finding(
            grade, float(row["percent"]), "percent", publisher(self.series),
            " ".join([*told, *fall.told()]), charts=(chart,),
        )  # fmt: skip
        return limit(found, "partly") if missing or not fall.alike else found

    def _fall(self, series: str) -> WindowChange:
        before = str(pd.Period(self.month, "M") - 1)
        return percent_change(Part(series), (before, before), (self.month, self.month))

    def _row(self, falls: pd.DataFrame) -> pd.Series[Any]:
        return falls.loc[[pd.Period(self.month, "M")]].iloc[0]

    def _tell(self, series: str) -> str:
        self._fall(series)
        falls = record.monthly_falls(series)
        row = self._row(falls)
        others = falls.drop(pd.Period(self.month, "M"))
        if others.empty:
            part = Part(series)
            raise part.cannot(reason("nothing_beside", what=part.name, when=month(self.month)))
        return reason(
            "steepest",
            title=title(series),
            first=month(str(falls.index.min() - 1)),
            month=month(self.month),
            percent=-row["percent"],
            rank=row["rank_by_percent"],
            number=-row["number"],
            rank_by_number=row["rank_by_number"],
            other=month(str(others.index[0])),
            other_percent=-others.iloc[0]["percent"],
        )


class StaysBelow(OfMonths):
    """Whether every month of a span stayed below a month before it.

    Where editions of a month differ, it counts as below if its preferred figure is; the verdict is
    supported only if the highest of them is below the lowest of the month before.
    """

    name: Literal["stays_below"]
    series: TotalSeries
    reference: Month

    @field_validator("reference")
    @classmethod
    def _before_start(cls, value: str, info: ValidationInfo) -> str:
        start = info.data.get("start")
        if start is not None and value >= start:
            raise expected(f"a month before start, {start}")
        return value

    def run(self, world: World) -> Finding:
        """Compare each month with the reference."""
        part = Part(self.series)
        bars = part.totals(self.reference, self.reference)
        span = pd.period_range(self.start, self.end, freq="M")
        part.within(part.rows, span[0], span[-1])
        figures = {m: part.totals(str(m), str(m)) for m in span}
        later = pd.Series({m: found[0].value for m, found in figures.items()})
        bar = bars[0].value
        below = int((later < bar).sum())
        sure = max(t.high for found in figures.values() for t in found) < min(t.low for t in bars)
        grade: Literal["supported", "partly", "contradicted"] = (
            "supported" if sure else "partly" if below else "contradicted"
        )
        why = reason(
            "stays_below",
            below=below,
            months=len(later),
            start=month(self.start),
            end=month(self.end),
            bar=bar,
            reference=month(self.reference),
            lowest=later.min(),
            lowest_month=month(str(later.idxmin())),
            highest=later.max(),
            highest_month=month(str(later.idxmax())),
        )
        if below == len(later) and not sure:
            why += " " + reason("editions_overlap")
        unit = record.describe(self.series).unit
        first, _ = around(self.reference, BEFORE, 0)
        chart = months_of(part, first, self.end, marked=(self.reference,), level=bar)
        return Finding(
            grade, float(later.max()), unit, publisher(self.series), why, charts=(chart,)
        )
