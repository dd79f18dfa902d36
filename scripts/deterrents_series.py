"""The sections of the page on deterrents that look at whole series: falls, and shifts of level."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from corredor import record
from corredor.record.evidence import find_breaks, ranked_falls
from corredor.record.evidence.seasonal import PATTERNS, Pattern
from corredor.text.numbers import month
from scripts.deterrents_words import number, signed

TOTAL, SECTORS = "border_patrol_encounters", "border_patrol_by_sector"
JANUARY = pd.Period("2024-01")
SHOWN = 8  # of the falls as published


def falls() -> list[str]:
    """Return the table of the steepest falls, as published and without the yearly pattern."""
    series = record.monthly(TOTAL)
    tables = {pattern: ranked_falls(series, pattern) for pattern in PATTERNS}
    published = next(iter(tables.values()))
    steepest = [
        *published.index[:SHOWN],
        *(m for t in tables.values() for m in t.sort_values("adjusted_percent").index[:3]),
    ]
    lines = [
        f"Border Patrol encounters since {month(str(series.index[0]))}, {len(published)} changes. "
        "After the change as published come three with the yearly pattern taken out: one and the "
        "same pattern for all years, one that drifts evenly over the decades, and one that may "
        "change within seven years.",
        "",
        "| month | as published | rank | fixed | rank | drifting | rank | changing | rank |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for at in dict.fromkeys(steepest):
        row = published.loc[at]
        cells = [f"{signed(row['percent'], 1)} % | {row['rank']:.0f}"]
        cells += [_adjusted(table.loc[at]) for table in tables.values()]
        lines.append(f"| {at} | {' | '.join(cells)} |")
    return [*lines, "", _january(series, tables)]


def _adjusted(row: pd.Series[float]) -> str:
    return f"{signed(row['adjusted_percent'], 1)} % | {row['adjusted_rank']:.0f}"


def _january(series: pd.Series[float], tables: Mapping[Pattern, pd.DataFrame]) -> str:
    """Say how steep the fall of January 2024 was, which depends on the season taken out."""
    percent = record.monthly_falls(series)["percent"].sort_index()
    of_january = percent[pd.PeriodIndex(percent.index).month == 1]
    early, late = of_january[:"2009-01"].median(), of_january["2014-01":].median()
    told = "; ".join(
        f"with a {pattern} pattern out, {signed(row['adjusted_percent'])} %, number "
        f"{row['adjusted_rank']:.0f}"
        for pattern, row in ((p, t.loc[JANUARY]) for p, t in tables.items())
    )
    return (
        f"The fall of {month(str(JANUARY))}: as published number "
        f"{tables['fixed'].loc[JANUARY, 'rank']:.0f}; {told}. It depends on the season that one "
        f"takes out, and the season did not hold still: from December to January encounters "
        f"changed by {signed(early)} % in the middle year until 2009 "
        f"and by {signed(late)} % since 2014. A fixed pattern expects a rise that no "
        "longer comes and makes the fall too steep; a changing one takes what "
        "happens in a few years for the season, and moves as months are added. The record cannot "
        "tell which is right."
    )


def breaks() -> list[str]:
    """Return the table of shifts of level, by sector, beside what chance would give."""
    places = sorted(record.load_series(SECTORS)["place"].unique())
    series = [("all sectors", record.monthly(TOTAL))]
    series += [(place, record.monthly(SECTORS, place=place)) for place in places]
    lines = [
        "The level of the seasonally adjusted logarithm, cut where a further cut is worth its "
        "penalty (`ruptures`). The penalty is swept over its whole useful range, and the number of "
        "breaks that lasts over most of it is taken. The range of a date comes from resampled "
        "years. The last column has the number that the same changes from month to month give in "
        "another order, with no shift of level at all.",
        "",
        "| sector | new level from | 90 % range | change | found at, of penalties | breaks by "
        "chance |",
        "| --- | --- | --- | ---: | ---: | --- |",
    ]
    beyond = 0
    for name, values in series:
        found = find_breaks(values)
        beyond += len(found.breaks) > found.by_chance_high
        chance = f"{found.by_chance:.1f} ({found.by_chance_low:.0f} to {found.by_chance_high:.0f})"
        lines += [
            f"| {name} | {b.month} | {b.low} to {b.high} | {signed(b.percent)} % | "
            f"{100 * b.kept:.0f} % | {chance} |"
            for b in found.breaks
        ]
    return [
        *lines, "",
        f"In {number(beyond)} of the {len(series)} series there are more breaks than chance "
        "would give. Encounters wander, and a wandering series has shifts of level wherever one "
        "looks: the dates above say when the level was another, not that something broke. The "
        "ranges hold for levels that do not wander in between, so they are too narrow.",
    ]  # fmt: skip
