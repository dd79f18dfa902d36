"""Totals over windows of months: a figure of its own, else the window's months, added up.

Months of one edition belong together: the publisher had all of them before it when it printed the
last. Months of different editions carry the revision between them, so their sum says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from corredor.record.tiling import UNDATED


@dataclass(frozen=True)
class Total:
    """A total over a window of whole months.

    Attributes
    ----------
    start, end : Period
        First and last month.
    value : float
        In ``unit``.
    low, high : float
        The least and the most that the editions of its months add up to; both are ``value`` where
        all of it comes from one edition.
    editions, sources : tuple of str
        Where it comes from.
    unit : str
        Unit of its rows, empty where the series has one for all.
    own : bool
        Whether it was published as one figure; else months were added.
    mixed : bool
        Whether its months come, or may come, from different editions.
    """

    start: pd.Period
    end: pd.Period
    value: float
    low: float
    high: float
    editions: tuple[str, ...]
    sources: tuple[str, ...]
    unit: str = ""
    own: bool = True
    mixed: bool = False

    @property
    def months(self) -> int:
        """Number of months."""
        return int((self.end - self.start).n) + 1


def whole_months(table: pd.DataFrame) -> pd.DataFrame:
    """Return the figures over whole months of a table, with months for their first and last day.

    Parameters
    ----------
    table : DataFrame
        Rows of one place and category as :func:`~corredor.record.load_series` gives them.

    Returns
    -------
    DataFrame
        ``start`` and ``end`` (Periods), ``category``, ``value``, ``edition``, ``rank``, ``source``,
        ``unit`` (empty where the series has one for all); the best rank first.
    """
    whole = (table["start"].dt.day == 1) & table["end"].dt.is_month_end & table["value"].notna()
    chosen = table[whole]
    return pd.DataFrame(
        {
            "start": chosen["start"].dt.to_period("M"),
            "end": chosen["end"].dt.to_period("M"),
            **{name: chosen[name] for name in ("category", "value", "edition", "rank", "source")},
            "unit": chosen.get("unit", ""),
        }
    ).sort_values(["rank", "start", "end"], kind="stable", ignore_index=True)


def totals(rows: pd.DataFrame, start: pd.Period, end: pd.Period, *, add: bool) -> list[Total]:
    """Return what a window's total may be, the best first; nothing where months are missing.

    Where the window was published as one figure, its editions. Else the sums of all its months in
    one edition, for every edition that has them all; then, where the preferred figures of the
    months are of several editions, or of one that does not say its day, their sum as ``mixed``.

    Parameters
    ----------
    rows : DataFrame
        As :func:`whole_months` gives them.
    start, end : Period
        First and last month of the window.
    add : bool
        Whether months may be added: those of a flow may, those of a stock may not.
    """
    own = rows[(rows["start"] == start) & (rows["end"] == end)]
    if not own.empty:
        own = own[own["unit"] == own["unit"].iloc[0]]
        return [
            Total(start, end, r.value, r.value, r.value, (r.edition,), (r.source,), r.unit)
            for r in own.itertuples()
        ]
    if not add or len(missing_months(rows, start, end)):
        return []
    months = _single(rows, start, end)
    if len(set(months["unit"])) > 1:
        return []
    preferred = months.drop_duplicates("start")
    families = [f for _, f in months.groupby("edition", sort=False) if _is_whole(f, start, end)]
    found = sorted(families, key=lambda family: family["rank"].sum())
    if not any(set(f.index) == set(preferred.index) for f in found):
        found = [*found, preferred]
    return sorted((_sum(f, months) for f in found), key=lambda total: total.mixed)


def missing_months(rows: pd.DataFrame, start: pd.Period, end: pd.Period) -> list[pd.Period]:
    """Return the months of a window that were not published as single months, in order."""
    held = set(_single(rows, start, end)["start"])
    return [month for month in pd.period_range(start, end, freq="M") if month not in held]


def ceiling(rows: pd.DataFrame, start: pd.Period, end: pd.Period) -> float:
    """Return the most that a window of a count can hold, missing months and all; maybe infinite.

    No part of a count exceeds a published total that holds it. Where editions differ, the largest
    counts.
    """
    each = [_least_around(rows, m, m) for m in pd.period_range(start, end, freq="M")]
    return min(_least_around(rows, start, end), sum(each))


def _least_around(rows: pd.DataFrame, start: pd.Period, end: pd.Period) -> float:
    """Return the least of the published totals that hold a window, each in its largest edition."""
    around = rows[(rows["start"] <= start) & (rows["end"] >= end)]
    largest = around.groupby(["start", "end"])["value"].max()
    return float(largest.min()) if len(largest) else float("inf")


def of_one_edition(before: list[Total], after: list[Total]) -> tuple[Total, Total, bool]:
    """Return the best two totals to compare, and whether they are of one edition.

    The first pair that shares an edition, by the order of both; where none does, the best of each.
    """
    pairs = [
        (i + j, a, b)
        for i, a in enumerate(before)
        for j, b in enumerate(after)
        if a.editions == b.editions and not (a.mixed or b.mixed)
    ]
    if not pairs:
        return before[0], after[0], False
    _, a, b = min(pairs, key=lambda pair: pair[0])
    return a, b, True


def _single(rows: pd.DataFrame, start: pd.Period, end: pd.Period) -> pd.DataFrame:
    """Return the single months of a window, once for each edition, the best rank first."""
    inside = (rows["start"] == rows["end"]) & (rows["start"] >= start) & (rows["end"] <= end)
    return rows[inside].sort_values("rank", kind="stable").drop_duplicates(["start", "edition"])


def _is_whole(family: pd.DataFrame, start: pd.Period, end: pd.Period) -> bool:
    return len(family) == (end - start).n + 1


def _sum(chosen: pd.DataFrame, months: pd.DataFrame) -> Total:
    """Add up chosen months; where they are of several editions, also the ends that these allow."""
    editions = tuple(dict.fromkeys(chosen.sort_values("start")["edition"]))
    value = float(chosen["value"].sum())
    several = len(editions) > 1
    by_month = months.groupby("start")["value"]
    return Total(
        chosen["start"].min(),
        chosen["start"].max(),
        value,
        float(by_month.min().sum()) if several else value,
        float(by_month.max().sum()) if several else value,
        editions,
        tuple(dict.fromkeys(chosen["source"])),
        str(chosen["unit"].iloc[0]),
        own=False,
        mixed=several or editions[0] in UNDATED,
    )
