"""Checks on totals over windows of months, where editions differ and single months miss."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from corredor import record
from corredor.claims.citing import cite, edition_name, publisher, reason, span, title
from corredor.claims.finding import Bars, Check, Finding, World, near
from corredor.claims.published import around, windows_of
from corredor.errors import UsageError
from corredor.language import month, named

AFTER = 24  # months after the span that a chart of means shows


class PublishedValue(Check):
    """Whether a published figure is near the claimed number; every edition is looked at.

    Supported if the preferred edition is near, partly if only another edition is. Figures whose
    citation names ``not_from`` do not count: they would let the claim vouch for itself.
    """

    name: Literal["published_value"]
    series: str
    number: float
    start: str | None = None
    end: str | None = None
    place: str | None = None
    category: str = "all"
    tolerance_percent: float = 1.0
    not_from: str = ""

    def run(self, world: World) -> Finding:
        """Compare the figures of the window."""
        rows = self._rows()
        if rows.empty:
            return Finding("not checkable", why=reason("no_independent"))
        close = [near(v, self.number, self.tolerance_percent) for v in rows["value"]]
        best = rows.iloc[0]
        grade: Literal["supported", "partly", "contradicted"] = (
            "supported" if close[0] else "partly" if any(close) else "contradicted"
        )
        told = "; ".join(f"{r.value:,.0f}{edition_name(r.edition)}" for r in rows.itertuples())
        unit = str(best.get("unit", record.describe(self.series).unit))
        when = span(best["start"], best["end"])
        why = reason(
            "published_value",
            place=named(str(best["place"])),
            when=when,
            figures=told,
            claimed=self.number,
        )
        sources = "; ".join(dict.fromkeys(cite(s) for s in rows["source"]))
        rows_told = tuple(
            (f"{span(row['start'], row['end'])}{edition_name(row['edition'])}", float(row["value"]))
            for row in rows.to_dict("records")
        )
        chart = Bars(f"{title(self.series)}: {named(str(best['place']))}", unit, rows_told,
                     self.number)  # fmt: skip
        return Finding(grade, float(best["value"]), unit, sources, why, charts=(chart,))

    def _rows(self) -> pd.DataFrame:
        table = record.load_series(
            self.series, self.start, self.end, self.place, self.category, "all"
        )
        if self.start is not None and self.end is not None:
            longest = (table["end"] - table["start"]).max()
            table = table[table["end"] - table["start"] == longest]
        own = table["source"].map(cite).str.contains(self.not_from, regex=False)
        table = table[~own] if self.not_from else table
        return table[table["value"].notna()].sort_values("rank", kind="stable")


class MonthlyMeanBelow(Check):
    """Whether each window of a span stayed below so many a month, on average."""

    name: Literal["monthly_mean_below"]
    series: str
    number: float
    start: str
    end: str

    def run(self, world: World) -> Finding:
        """Divide the total of each window by its months."""
        tiles = record.disjoint_windows(self.series, self.start, self.end)
        means = tiles["value"] / tiles["months"]
        below = int((means < self.number).sum())
        grade: Literal["supported", "partly", "contradicted"] = (
            "supported" if below == len(tiles) else "partly" if below else "contradicted"
        )
        told = "; ".join(_mean(tile) for _, tile in tiles.iterrows())
        why = reason("mean_below", claimed=self.number, each=told)
        unit = f"{record.describe(self.series).unit} a month"
        _, end = around(self.end, 0, AFTER)
        later = record.disjoint_windows(self.series, self.start, end)
        marked = tuple(map(str, tiles["start"]))
        chart = windows_of(self.series, later, marked=marked, level=self.number)
        return Finding(
            grade, float(means.max()), unit, publisher(self.series), why, charts=(chart,)
        )


class RecordHigh(Check):
    """Whether months were higher than the monthly mean of every window before them."""

    name: Literal["record_high"]
    series: str
    months: tuple[str, ...]

    def run(self, world: World) -> Finding:
        """Compare the lowest edition of the months with all windows before."""
        table = record.windows(self.series, edition="all")
        months = pd.PeriodIndex(self.months, freq="M")
        single = table[(table["start"] == table["end"]) & table["start"].isin(months)]
        before = table[table["end"] < months.min()]
        length = (before["end"] - before["start"]).map(lambda gap: gap.n + 1)
        means = (before["value"] / length).sort_values()
        top, lowest = before.loc[means.index[-1]], float(single["value"].min())
        grade: Literal["supported", "contradicted"] = (
            "supported" if lowest > means.iloc[-1] else "contradicted"
        )
        told = "; ".join(
            f"{month(str(r.start))}: {r.value:,.0f}{edition_name(r.edition)}"
            for r in single.itertuples()
        )
        why = reason(
            "record_high",
            each=told,
            first=month(str(before["start"].min())),
            window=_months(top["start"], top["end"]),
            value=means.iloc[-1],
        )
        unit = record.describe(self.series).unit
        first, last = str(table["start"].min()), str(months.max())
        tiles = record.disjoint_windows(self.series, first, last)
        chart = windows_of(self.series, tiles, marked=self.months, level=float(means.iloc[-1]))
        return Finding(grade, lowest, unit, publisher(self.series), why, charts=(chart,))


class RestOfWindow(Check):
    """Whether what remains of one total after another is more than a share of it."""

    name: Literal["rest_of_window"]
    whole: str
    part: str
    start: str
    end: str
    percent: float

    def run(self, world: World) -> Finding:
        """Take the part from the whole over the same months."""
        part = float(exact_window(self.part, self.start, self.end)["value"])
        tiles = record.disjoint_windows(self.whole, self.start, self.end, edition="first published")
        whole = float(tiles["value"].sum())
        rest = 100 * (1 - part / whole)
        grade: Literal["supported", "contradicted"] = (
            "supported" if rest > self.percent else "contradicted"
        )
        why = reason(
            "rest",
            whole=whole,
            part=part,
            rest=rest,
            start=month(self.start),
            end=month(self.end),
        )
        source = reason("first_releases", publisher=publisher(self.whole))
        rows = ((title(self.whole), whole), (title(self.part), part))
        when = reason("span", start=month(self.start), end=month(self.end))
        chart = Bars(when, record.describe(self.whole).unit, rows)
        return Finding(grade, rest, "percent", source, why, charts=(chart,))


class WithinLongerWindow(Check):
    """Whether a number fits inside the published total of a longer window."""

    name: Literal["within_longer_window"]
    series: str
    number: float
    start: str
    end: str

    def run(self, world: World) -> Finding:
        """Compare with the total of the longer window."""
        row = exact_window(self.series, self.start, self.end)
        fits = self.number <= row["value"]
        grade: Literal["partly", "contradicted"] = "partly" if fits else "contradicted"
        why = reason(
            "fits" if fits else "fits_not",
            claimed=self.number,
            value=row["value"],
            start=month(self.start),
            end=month(self.end),
        )
        unit = record.describe(self.series).unit
        when = reason("span", start=month(self.start), end=month(self.end))
        chart = Bars(title(self.series), unit, ((when, float(row["value"])),), self.number)
        return Finding(grade, float(row["value"]), unit, cite(row["source"]), why, charts=(chart,))


def exact_window(series: str, start: str, end: str) -> pd.Series[Any]:
    """Return the preferred row of a series for a window of whole months."""
    table = record.windows(series)
    first, last = pd.Period(start, freq="M"), pd.Period(end, freq="M")
    found = table[(table["start"] == first) & (table["end"] == last)]
    if found.empty:
        raise UsageError(f"{series}: no total was published for {start} to {end}.")
    return found.iloc[0]


def _mean(tile: pd.Series[Any]) -> str:
    return f"{_months(tile['start'], tile['end'])}: {tile['value'] / tile['months']:,.0f}"


def _months(start: pd.Period, end: pd.Period) -> str:
    """Name a month, or the first and last of several."""
    first, last = month(str(start)), month(str(end))
    return first if start == end else reason("span", start=first, end=last)
