"""A touched part of the border set against an untouched one, in any month of the record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from corredor import record
from corredor.arrays import LOW_MIDDLE_HIGH, Floats
from corredor.errors import UsageError, did_you_mean
from corredor.record.additions import additions
from corredor.record.evidence.counterfactual import foresee
from corredor.record.evidence.measures import load_measures
from corredor.record.of_world import record_folder

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
    table = record.load_series(series).pivot_table(
        index="start", columns=contrast.by, values="value", aggfunc="sum"
    )
    table = table.fillna(0.0).set_axis(pd.DatetimeIndex(table.index).to_period("M"), axis="index")
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


def look(
    touched: pd.Series[float],
    control: pd.Series[float] | None,
    first: pd.Period,
    ahead: int,
    *,
    partly: bool,
) -> Look | None:
    """Compare the months from ``first`` on with what the months before let expect.

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
    Look or None
        None where the record has too little before, or ends before the months do.
    """
    gap = int(partly)
    at = position(touched, first)
    start, end = at - gap - BEFORE, at + ahead
    if at < 0 or start < 0 or end > len(touched):
        return None
    before = _floats(touched.iloc[start:at])
    usable = before >= LEAST_COUNT
    if partly:
        usable[-1] = False
    came = _floats(touched.iloc[at:end])
    season = pd.PeriodIndex(touched.index[start:end]).month.to_numpy(dtype=np.int64)
    of_the_year = np.unique(season[: len(before)][usable])
    if usable.sum() < LEAST_KNOWN or len(of_the_year) < MONTHS or came[0] <= 0:
        return None
    before[~usable] = np.nan
    known = None if control is None else _floats(control.iloc[start:end])
    paths = foresee(before, known, season)
    return Look(pd.PeriodIndex(touched.index[at:end]), came, paths)


def _floats(series: pd.Series[float]) -> Floats:
    return np.array(series, dtype=np.float64)


def position(series: pd.Series[float], month: pd.Period) -> int:
    """Return where a month stands in a monthly series; below 0 if it is not in it."""
    return int(series.index.get_indexer(pd.PeriodIndex([month]))[0])


def scan(contrast: Contrast, ahead: int, *, partly: bool) -> tuple[pd.PeriodIndex, Floats]:
    """Compare at every month of the record that has enough before and after it.

    Returns
    -------
    PeriodIndex, ndarray
        The first months after, and ``[first month, months, 3]``: the 5, 50 and 95 % quantiles of
        log(came / expected) of the total of the first 1, 2, … months.
    """
    return _scanned((record_folder(), additions()), contrast, ahead, partly=partly)


@lru_cache(64)
def _scanned(
    _record: object, contrast: Contrast, ahead: int, *, partly: bool
) -> tuple[pd.PeriodIndex, Floats]:
    touched, control = counts(contrast)
    looks = [look(touched, control, first, ahead, partly=partly) for first in touched.index]
    made = [seen for seen in looks if seen is not None]
    found = [np.quantile(seen.gaps(), LOW_MIDDLE_HIGH, axis=0).T for seen in made]
    months = pd.PeriodIndex([seen.months[0] for seen in made], freq="M")
    return months, np.array(found).reshape(-1, ahead, 3)
