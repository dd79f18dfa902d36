"""A touched part of the border set against an untouched one, in any month of the record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from corredor import record
from corredor.arrays import Floats
from corredor.errors import UsageError, did_you_mean
from corredor.record.digest import record_digest
from corredor.record.evidence.counterfactual import Whole, foresee
from corredor.record.evidence.measures import load_measures

BEFORE = 60  # months to learn from; of 60, 84 and 120 the one with fewest false alarms at placebos
LEAST_KNOWN = 30  # of them with a usable figure
MONTHS = 12  # each month of the year must be among them
LEAST_COUNT = 100  # below it, figures rounded to 10 say little about a percentage


@dataclass(frozen=True)
class Contrast:
    """What is compared with what.

    Attributes
    ----------
    by : {"place", "category"}
        Whether sectors or citizenships are told apart.
    touched : tuple of str
        Those touched; all of them where empty, and then there is no control.
    left_out : tuple of str
        Those neither touched nor a control.
    """

    by: Literal["place", "category"] = "place"
    touched: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """What came after a month, and what was to be expected.

    Attributes
    ----------
    months : PeriodIndex
        The months after.
    came : ndarray
        ``[month]``: events that came.
    paths : ndarray
        ``[draw, month]``: events that might have come.
    """

    months: pd.PeriodIndex
    came: Floats
    paths: Floats

    def gaps(self) -> Floats:
        """Return log(came / expected) of the total of the first 1, 2, … months: [draw, months]."""
        return np.log(np.cumsum(self.came)) - np.log(np.cumsum(self.paths, axis=1))


def counts(contrast: Contrast) -> tuple[pd.Series[float], pd.Series[float] | None]:
    """Return the monthly counts touched, and of the control or None.

    A part with no row in a month had 0 to 4 events, and counts as none.

    Raises
    ------
    UsageError
        If a sector or citizenship is not in the record, or no control is left.
    """
    told = load_measures().series
    series = told.sectors if contrast.by == "place" else told.citizenships
    table = _by_month(series, contrast.by, record_digest())
    for name in (*contrast.touched, *contrast.left_out):
        if name not in table:
            known = did_you_mean(name, table.columns)
            raise UsageError(f"{series}: nothing is known of {name!r}. {known}")
    if not contrast.touched:
        return table.sum(axis=1), None
    others = table.drop(columns=[*contrast.touched, *contrast.left_out])
    if others.empty or not len(others.columns):
        raise UsageError("Every sector is touched, so none is left for a control; name none.")
    return table[list(contrast.touched)].sum(axis=1), others.sum(axis=1)


@lru_cache(8)
def _by_month(series: str, by: str, _record: str) -> pd.DataFrame:
    """Return the counts of a series by month and part, in the record of this digest."""
    table = record.load_series(series).pivot_table(
        index="start", columns=by, values="value", aggfunc="sum"
    )
    return table.fillna(0.0).set_axis(pd.DatetimeIndex(table.index).to_period("M"), axis="index")


@dataclass(frozen=True)
class Window:
    """The months that an estimate rests on, and those that it is about.

    Attributes
    ----------
    months : PeriodIndex
        The months after.
    before : ndarray
        ``[before]``: events of the months before; NaN where left out.
    came : ndarray
        ``[month]``: events that came after.
    control : ndarray or None
        ``[before + month]``: events that were not touched.
    season : ndarray
        ``[before + month]``: month of the year, 1 to 12.
    """

    months: pd.PeriodIndex
    before: Floats
    came: Floats
    control: Floats | None
    season: Whole

    def look(self) -> Look:
        """Return what came beside what was to be expected."""
        return Look(self.months, self.came, foresee(self.before, self.control, self.season))


def look(
    touched: pd.Series[float],
    control: pd.Series[float] | None,
    first: pd.Period,
    ahead: int,
    *,
    partly: bool,
) -> Look | None:
    """Compare the months from ``first`` on with what the months before let expect.

    Parameters and None are those of :func:`window`.
    """
    found = window(touched, control, first, ahead, partly=partly)
    return None if found is None else found.look()


def window(
    touched: pd.Series[float],
    control: pd.Series[float] | None,
    first: pd.Period,
    ahead: int,
    *,
    partly: bool,
) -> Window | None:
    """Return the months around ``first`` that an estimate rests on.

    Parameters
    ----------
    touched, control : Series
        Monthly counts, as :func:`counts` gives.
    first : Period
        First month after.
    ahead : int
        Number of months.
    partly : bool
        Whether the month before ``first`` is left out.

    Returns
    -------
    Window or None
        None where the record has too little before, or ends before the months do.
    """
    return _Months.of(touched, control).window(position(touched, first), ahead, partly=partly)


@dataclass(frozen=True)
class _Months:
    """Monthly counts touched and of the control, as arrays: an estimate at each needs them."""

    index: pd.PeriodIndex
    touched: Floats
    control: Floats | None
    season: Whole

    @classmethod
    def of(cls, touched: pd.Series[float], control: pd.Series[float] | None) -> _Months:
        index = pd.PeriodIndex(touched.index)
        season = index.month.to_numpy(dtype=np.int64)
        return cls(index, _floats(touched), None if control is None else _floats(control), season)

    def window(self, at: int, ahead: int, *, partly: bool) -> Window | None:
        start, end = at - int(partly) - BEFORE, at + ahead
        if at < 0 or start < 0 or end > len(self.touched):
            return None
        before, came = self.touched[start:at].copy(), self.touched[at:end]
        usable = before >= LEAST_COUNT
        if partly:
            usable[-1] = False
        season = self.season[start:end]
        of_the_year = np.unique(season[: len(before)][usable])
        if usable.sum() < LEAST_KNOWN or len(of_the_year) < MONTHS or came[0] <= 0:
            return None
        before[~usable] = np.nan
        control = None if self.control is None else self.control[start:end]
        return Window(self.index[at:end], before, came, control, season)


def _floats(series: pd.Series[float]) -> Floats:
    return np.array(series, dtype=np.float64)


def position(series: pd.Series[float], month: pd.Period) -> int:
    """Return where a month stands in a monthly series; below 0 if it is not in it."""
    return int(series.index.get_indexer(pd.PeriodIndex([month]))[0])


def windows(contrast: Contrast, ahead: int, *, partly: bool) -> list[Window]:
    """Return the window around every month of the record that has enough before and after it."""
    months = _Months.of(*counts(contrast))
    found = (months.window(at, ahead, partly=partly) for at in range(len(months.touched)))
    return [each for each in found if each is not None]
