"""Checks on series that have a value for every month."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from corredor import record
from corredor.claims.citing import title
from corredor.claims.finding import Check, Finding, World
from corredor.errors import UsageError


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
        source = record.describe(self.series).publisher
        return Finding(grade, fall.percent, "percent", source, told + ".")

    def _tell(self, series: str) -> str:
        fall = record.change(series, self.month_a, self.month_b)
        return f"{title(series)}: {fall.before:,.0f} to {fall.after:,.0f}, {fall.percent:+.1f} %"


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
        source = record.describe(self.series).publisher
        return Finding(grade, float(row["percent"]), "percent", source, told)

    def _tell(self, series: str) -> str:
        falls = record.monthly_falls(series)
        row, month = _ranked(falls, self.month), pd.Period(self.month, freq="M")
        others = falls.drop(month)
        rival, first = others.iloc[0], str(falls.index.min() - 1)
        return (
            f"{title(series)}, months since {first}: {month} fell by {-row['percent']:.1f} % "
            f"(rank {row['rank_by_percent']:.0f} by percent) and {-row['number']:,.0f} "
            f"(rank {row['rank_by_number']:.0f} by number); the steepest other month is "
            f"{others.index[0]} with {-rival['percent']:.1f} %."
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
        why = (
            f"{below} of {len(later)} months from {self.start} to {self.end} lie below the "
            f"{bar:,.0f} of {self.reference}; they run from {later.min():,.0f} "
            f"({later.idxmin()}) to {later.max():,.0f} ({later.idxmax()})."
        )
        info = record.describe(self.series)
        return Finding(grade, float(later.max()), info.unit, info.publisher, why)


def _ranked(falls: pd.DataFrame, month: str) -> pd.Series[Any]:
    """Return the row of a month in a table of monthly changes."""
    found = falls[falls.index == pd.Period(month, freq="M")]
    if found.empty:
        raise UsageError(f"No change from the month before is known for {month}.")
    return found.iloc[0]
