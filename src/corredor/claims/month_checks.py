"""Checks on series that have a value for every month."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from corredor import record
from corredor.claims.citing import publisher, reason, title
from corredor.claims.finding import Check, Finding, World
from corredor.claims.published import around, months_of
from corredor.errors import UsageError
from corredor.language import month

BEFORE, AFTER = 15, 5  # months that a chart shows beside the one of the claim


class FallsBy(Check):
    """Whether a monthly series fell by more than so many percent between two months.

    ``beside`` names other series whose fall is told along, without weighing in the verdict.
    """

    name: Literal["falls_by"]
    series: str
    month_a: str
    month_b: str
    percent: float
    beside: tuple[str, ...] = ()

    def run(self, world: World) -> Finding:
        """Compare the fall with the claimed one."""
        fall = record.change(self.series, self.month_a, self.month_b)
        grade: Literal["supported", "contradicted"] = (
            "supported" if -fall.percent > self.percent else "contradicted"
        )
        told = ". ".join(self._tell(name) for name in (self.series, *self.beside))
        start, end = around(self.month_b, BEFORE, AFTER)
        chart = months_of(self.series, start, end, marked=(self.month_a, self.month_b))
        return Finding(
            grade, fall.percent, "percent", publisher(self.series), told + ".", charts=(chart,)
        )

    def _tell(self, series: str) -> str:
        fall = record.change(series, self.month_a, self.month_b)
        return reason(
            "change",
            title=title(series),
            before=fall.before,
            after=fall.after,
            percent=fall.percent,
        )


class SteepestFall(Check):
    """Whether a month's fall is the steepest of a whole series, by percent and by number."""

    name: Literal["steepest_fall"]
    series: str
    month: str
    beside: tuple[str, ...] = ()

    def run(self, world: World) -> Finding:
        """Rank the month; supported if first in both ways, partly in one."""
        falls = record.monthly_falls(self.series)
        row = _ranked(falls, self.month)
        firsts = int(row["rank_by_percent"] == 1) + int(row["rank_by_number"] == 1)
        grade: Literal["contradicted", "partly", "supported"] = (
            "supported" if firsts == 2 else "partly" if firsts else "contradicted"
        )
        told = " ".join(self._tell(name) for name in (self.series, *self.beside))
        chart = months_of(self.series, marked=(self.month,))
        return Finding(
            grade, float(row["percent"]), "percent", publisher(self.series), told, charts=(chart,)
        )

    def _tell(self, series: str) -> str:
        falls = record.monthly_falls(series)
        row = _ranked(falls, self.month)
        others = falls.drop(pd.Period(self.month, freq="M"))
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


class StaysBelow(Check):
    """Whether every month of a span stayed below a month before it."""

    name: Literal["stays_below"]
    series: str
    reference: str
    start: str
    end: str

    def run(self, world: World) -> Finding:
        """Compare each published month with the reference."""
        values = record.monthly(self.series)
        bar = record.value_at(values, self.reference)
        later = values.loc[self.start : self.end].dropna()
        below = int((later < bar).sum())
        grade: Literal["supported", "partly", "contradicted"] = (
            "supported" if below == len(later) else "partly" if below else "contradicted"
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
        unit = record.describe(self.series).unit
        first, _ = around(self.reference, BEFORE, 0)
        chart = months_of(self.series, first, self.end, marked=(self.reference,), level=bar)
        return Finding(
            grade, float(later.max()), unit, publisher(self.series), why, charts=(chart,)
        )


def _ranked(falls: pd.DataFrame, month: str) -> pd.Series[Any]:
    """Return the row of a month in a table of monthly changes."""
    found = falls[falls.index == pd.Period(month, freq="M")]
    if found.empty:
        raise UsageError(f"No change from the month before is known for {month}.")
    return found.iloc[0]
