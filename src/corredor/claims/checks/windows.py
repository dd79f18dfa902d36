"""Checks on totals over windows of months, where editions differ and single months miss."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import ValidationInfo, field_validator

from corredor import record
from corredor.claims.checks.published import around, windows_of
from corredor.claims.citing import (
    cite,
    edition_name,
    months,
    months_listed,
    publisher,
    reason,
    title,
)
from corredor.claims.finding import AtLeastOne, Bars, Check, Finding, Grade, World, limit
from corredor.claims.held import Part
from corredor.claims.keys import Month, OfMonths, Percent, TotalSeries, expected
from corredor.record.tiling import UNDATED
from corredor.text.language import month
from corredor.text.numbers import whole

AFTER = 24  # months after the span that a chart of means shows


class MonthlyMeanBelow(OfMonths):
    """Whether each window of a span stayed below so many a month, on average.

    Partly at best where a window is the difference of totals of different editions.
    """

    name: Literal["monthly_mean_below"]
    series: TotalSeries
    number: float

    def run(self, world: World) -> Finding:
        """Divide the total of each window by its months."""
        tiles = Part(self.series).tiles(self.start, self.end)
        means = tiles["value"] / tiles["months"]
        below = int((means < self.number).sum())
        grade: Grade = "supported" if below == len(tiles) else "partly" if below else "contradicted"
        told = "; ".join(_mean(tile) for _, tile in tiles.iterrows())
        why = reason("mean_below", claimed=self.number, each=told)
        unit = f"{record.describe(self.series).unit} a month"
        _, end = around(self.end, 0, AFTER)
        later = record.disjoint_windows(self.series, self.start, end)
        marked = tuple(map(str, tiles["start"]))
        chart = windows_of(self.series, later, marked=marked, level=self.number)
        found = Finding(
            grade, float(means.max()), unit, publisher(self.series), why, charts=(chart,)
        )
        return limit(found, "partly") if tiles["mixed_editions"].any() else found


class RecordHigh(Check):
    """Whether months were higher than the monthly mean of every window before them.

    The lowest edition of the months counts, and every edition of the windows. Partly at best where
    months before them are in no published window.
    """

    name: Literal["record_high"]
    series: TotalSeries
    months: Annotated[tuple[Month, ...], AtLeastOne]

    def run(self, world: World) -> Finding:
        """Compare the lowest edition of the months with all windows before."""
        part = Part(self.series)
        table = record.windows(self.series, edition="all")
        for one in self.months:
            part.month(one)
        asked = pd.PeriodIndex(self.months, freq="M")
        single = table[(table["start"] == table["end"]) & table["start"].isin(asked)]
        before = table[table["end"] < asked.min()]
        if before.empty:
            when = months(asked.min(), asked.min())
            raise part.cannot(reason("nothing_beside", what=part.name, when=when))
        length = (before["end"] - before["start"]).map(lambda gap: gap.n + 1)
        means = (before["value"] / length).sort_values()
        top, lowest = before.loc[means.index[-1]], float(single["value"].min())
        grade: Grade = "supported" if lowest > means.iloc[-1] else "contradicted"
        told = "; ".join(
            f"{month(str(r['start']))}: {whole(r['value'])}{edition_name(r['edition'])}"
            for r in single.to_dict("records")
        )
        why = reason(
            "record_high",
            each=told,
            first=month(str(before["start"].min())),
            window=months(top["start"], top["end"]),
            value=means.iloc[-1],
        )
        missing = _outside(before, asked.min())
        if missing:
            why += " " + reason("high_gaps", months=months_listed(missing))
        unit = record.describe(self.series).unit
        first, last = str(table["start"].min()), str(asked.max())
        tiles = record.disjoint_windows(self.series, first, last)
        chart = windows_of(self.series, tiles, marked=self.months, level=float(means.iloc[-1]))
        found = Finding(grade, lowest, unit, publisher(self.series), why, charts=(chart,))
        return limit(found, "partly") if missing else found


class RestOfWindow(OfMonths):
    """Whether what remains of one total after another is more than a share of it.

    Partly at best where either total is put together from different editions.
    """

    name: Literal["rest_of_window"]
    whole: TotalSeries
    part: TotalSeries
    percent: Percent

    @field_validator("part")
    @classmethod
    def _same_unit(cls, value: str, info: ValidationInfo) -> str:
        whole = info.data.get("whole")
        if whole is None:  # at fault itself
            return value
        unit = record.describe(whole).unit
        if value != whole and record.describe(value).unit == unit:
            return value
        raise expected(f"another series than whole, in the same unit, {unit}")

    def run(self, world: World) -> Finding:
        """Take the part from the whole over the same months."""
        taken = Part(self.part).totals(self.start, self.end)[0]
        tiles = Part(self.whole).tiles(self.start, self.end, "first published")
        part, whole = taken.value, float(tiles["value"].sum())
        if whole <= 0:
            raise Part(self.whole).cannot(reason("zero_whole", what=title(self.whole)))
        if part > whole:
            names = title(self.part), title(self.whole)
            raise Part(self.part).cannot(reason("part_exceeds", part=names[0], whole=names[1]))
        rest = 100 * (1 - part / whole)
        grade: Grade = "supported" if rest > self.percent else "contradicted"
        why = reason(
            "rest",
            whole=whole,
            part=part,
            rest=rest,
            start=month(self.start),
            end=month(self.end),
        )
        mixed = taken.mixed or _mixed(tiles)
        if mixed:
            why += " " + reason("editions_mixed")
        source = reason("first_releases", publisher=publisher(self.whole))
        rows = ((title(self.whole), whole), (title(self.part), part))
        when = reason("span", start=month(self.start), end=month(self.end))
        chart = Bars(when, record.describe(self.whole).unit, rows)
        found = Finding(grade, rest, "percent", source, why, charts=(chart,))
        return limit(found, "partly") if mixed else found


class WithinLongerWindow(OfMonths):
    """Whether a number fits inside the published total of a longer window, in some edition."""

    name: Literal["within_longer_window"]
    series: TotalSeries
    number: float

    def run(self, world: World) -> Finding:
        """Compare with the total of the longer window."""
        found = Part(self.series).totals(self.start, self.end)
        fitting = [one for one in found if self.number <= one.high]
        fits, total = bool(fitting), (fitting or found)[0]
        value = total.high if fits else total.value
        grade: Grade = "partly" if fits else "contradicted"
        why = reason(
            "fits" if fits else "fits_not",
            claimed=self.number,
            value=value,
            start=month(self.start),
            end=month(self.end),
        )
        unit = record.describe(self.series).unit
        when = reason("span", start=month(self.start), end=month(self.end))
        chart = Bars(title(self.series), unit, ((when, value),), self.number)
        sources = "; ".join(cite(one) for one in total.sources)
        return Finding(grade, value, unit, sources, why, charts=(chart,))


def _mixed(tiles: pd.DataFrame) -> bool:
    """Say whether a sum of windows is, or may be, of different editions."""
    editions = set(tiles["editions"])
    several = len(tiles) > 1 and (len(editions) > 1 or bool(editions & set(UNDATED)))
    return several or bool(tiles["mixed_editions"].any())


def _outside(windows: pd.DataFrame, until: pd.Period) -> list[pd.Period]:
    """Return the months before a month, from the first held, that are in no window."""
    covered = {
        m
        for start, end in zip(windows["start"], windows["end"], strict=True)
        for m in pd.period_range(start, end, freq="M")
    }
    every = pd.period_range(windows["start"].min(), until - 1, freq="M")
    return [one for one in every if one not in covered]


def _mean(tile: pd.Series[Any]) -> str:
    return f"{months(tile['start'], tile['end'])}: {whole(tile['value'] / tile['months'])}"
