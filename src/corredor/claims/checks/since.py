"""Checks on the highest and the lowest month, or window of months, since another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
from pydantic import ValidationInfo, field_validator

from corredor.claims.checks.published import months_of
from corredor.claims.citing import months, months_listed, publisher, reason
from corredor.claims.finding import Chart, Finding, Grade, World
from corredor.claims.held import Part, part_of
from corredor.claims.keys import Month, OfSeries, Span, expected
from corredor.record.sums import Total, ceiling, totals
from corredor.text.language import month
from corredor.text.numbers import plain

MOST_NAMED = 3  # windows that are level with the claimed one
Windows = list[tuple[pd.Period, pd.Period]]


@dataclass(frozen=True)
class _Others:
    """What the windows beside a claimed one hold.

    Attributes
    ----------
    beyond : list of Total
        Those that surely beat the claimed one, the most extreme first.
    level : list of Total
        Those that equal it, or beat it in one edition and not in another.
    open : list of Period
        First months of those that are not wholly held and might beat it.
    best : Total or None
        The most extreme of all that are held.
    """

    beyond: list[Total]
    level: list[Total]
    open: list[pd.Period]
    best: Total | None


class _Since(OfSeries):
    """Whether a month, or a window of months, is the most extreme since another.

    It is held against every window of its length that ends where the next one starts, back to
    ``since`` or the first month held, and on to ``until`` where that is given. Contradicted if one
    of them beats it in every edition; partly if one equals it or beats it in some edition only, or
    if one that is not wholly held might; not checkable if none is held; else supported.
    """

    window: Span
    since: Month | None = None
    until: Month | None = None

    @field_validator("since")
    @classmethod
    def _before_window(cls, value: str | None, info: ValidationInfo) -> str | None:
        window = info.data.get("window")
        if value is not None and window is not None and value >= window[0]:
            raise expected(f"a month before the window starts, {window[0]}")
        return value

    @field_validator("until")
    @classmethod
    def _after_window(cls, value: str | None, info: ValidationInfo) -> str | None:
        window = info.data.get("window")
        if value is not None and window is not None and value < window[1]:
            raise expected(f"a month not before the window ends, {window[1]}")
        return value

    def run(self, world: World) -> Finding:
        """Hold the window against the others."""
        part = part_of(self)
        rows = part.rows
        mine = part.totals(*self.window)
        if self.until is not None:
            last = pd.Period(self.until, "M")
            part.within(rows, mine[0].start, last)
        windows = self._windows(rows, mine[0])
        if not windows:
            when = months(mine[0].start, mine[0].end)
            raise part.cannot(reason("nothing_beside", what=part.name, when=when))
        others = self._others(part, rows, mine, windows)
        grade: Grade = "supported"
        if others.beyond:
            grade = "contradicted"
        elif others.open and others.best is None:
            grade = "not checkable"
        elif others.level or others.open:
            grade = "partly"
        charts = self._charts(part, mine[0], windows)
        why = self._tell(part, mine[0], windows, others)
        unit = part.unit(mine[0])
        return Finding(grade, mine[0].value, unit, publisher(self.series), why, charts=charts)

    def beats(self, other: float, mine: float) -> bool:
        """Say whether another value is more extreme."""
        raise NotImplementedError

    def most_of_open(self, rows: pd.DataFrame, start: pd.Period, end: pd.Period) -> float:
        """Return the most extreme that a window can be which is not wholly held."""
        raise NotImplementedError

    def _windows(self, rows: pd.DataFrame, mine: Total) -> Windows:
        """Return the windows to compare with, in order of time."""
        first = pd.Period(self.since, "M") if self.since else rows["start"].min()
        last = pd.Period(self.until, "M") if self.until else mine.end
        length = mine.months
        back = (mine.start - first).n // length
        on = (last - mine.end).n // length
        starts = [mine.start + step * length for step in range(-back, on + 1) if step]
        return [(start, start + length - 1) for start in starts]

    def _others(
        self, part: Part, rows: pd.DataFrame, mine: list[Total], windows: Windows
    ) -> _Others:
        ends = [value for total in mine for value in (total.low, total.high)]
        beyond: list[Total] = []
        level: list[Total] = []
        open_: list[pd.Period] = []
        best: Total | None = None
        oldest, adds = rows["start"].min(), part.adds
        for start, end in windows:
            found = totals(rows, start, end, add=adds) if start >= oldest else []
            if not found:
                may_be = self.most_of_open(rows, start, end) if start >= oldest else None
                if may_be is None or not self.beats(min(ends), may_be):
                    open_.append(start)
                continue
            if best is None or self.beats(found[0].value, best.value):
                best = found[0]
            theirs = [value for total in found for value in (total.low, total.high)]
            pairs = [(a, b) for a in theirs for b in ends]
            if all(self.beats(a, b) for a, b in pairs):
                beyond.append(found[0])
            elif not all(self.beats(b, a) for a, b in pairs):
                level.append(found[0])
        return _Others(beyond, level, open_, best)

    def _tell(self, part: Part, mine: Total, windows: Windows, others: _Others) -> str:
        told = [
            reason(
                "since",
                what=part.name,
                when=months(mine.start, mine.end),
                value=plain(mine.value),
                count=len(windows),
                first=month(str(windows[0][0])),
                last=month(str(windows[-1][1])),
            )
        ]
        if others.best is not None:
            best = months(others.best.start, others.best.end)
            told.append(self._name_best(best, plain(others.best.value)))
        if others.level and not others.beyond:
            listed = "; ".join(months(t.start, t.end) for t in others.level[:MOST_NAMED])
            told.append(reason("since_level", listed=listed))
        if others.open and not others.beyond:
            told.append(reason("since_open", listed=months_listed(others.open)))
        return " ".join(told)

    def _name_best(self, when: str, value: str) -> str:
        raise NotImplementedError

    def _charts(self, part: Part, mine: Total, windows: Windows) -> tuple[Chart, ...]:
        marked = [str(m) for m in pd.period_range(mine.start, mine.end, freq="M")]
        first, last = min(mine.start, windows[0][0]), max(mine.end, windows[-1][1])
        level = mine.value if mine.months == 1 else None
        chart = months_of(part, str(first), str(last), marked=marked, level=level)
        return (chart,) if chart.windows else ()


class MostSince(_Since):
    """Whether a month or window is the highest since another, or since the record begins."""

    name: Literal["most_since"]

    def beats(self, other: float, mine: float) -> bool:
        """Say whether another is higher."""
        return other > mine

    def most_of_open(self, rows: pd.DataFrame, start: pd.Period, end: pd.Period) -> float:
        """Return the published totals' ceiling of a window."""
        return ceiling(rows, start, end)

    def _name_best(self, when: str, value: str) -> str:
        return reason("since_highest", when=when, value=value)


class LeastSince(_Since):
    """Whether a month or window is the lowest since another, or since the record begins."""

    name: Literal["least_since"]

    def beats(self, other: float, mine: float) -> bool:
        """Say whether another is lower."""
        return other < mine

    def most_of_open(self, rows: pd.DataFrame, start: pd.Period, end: pd.Period) -> float:
        """Return zero: a count that was not published may be none."""
        return 0.0

    def _name_best(self, when: str, value: str) -> str:
        return reason("since_lowest", when=when, value=value)
