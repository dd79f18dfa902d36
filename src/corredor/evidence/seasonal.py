"""Monthly counts without their yearly pattern, and their falls from one month to the next."""

from __future__ import annotations

import numpy as np
import pandas as pd

from corredor import record
from corredor.errors import UsageError

MONTHS = 12
LEAST_YEARS = 3
STEADY = 51  # years of which the yearly pattern is the mean, nearly: more than the record has
CHANGING = 7  # years within which a pattern that may change does so; the usual choice of STL


def adjust(series: pd.Series[float], years: int = STEADY) -> pd.Series[float]:
    """Return a monthly series without its yearly pattern.

    The pattern is that of the logarithms (robust STL), so it is a percentage of the month. One that
    may change within few years takes shocks that fall in the same month twice for the season.

    Parameters
    ----------
    series : Series
        Counts above zero indexed by month, without a gap.
    years : int
        Odd number of years over which the pattern is smoothed.

    Returns
    -------
    Series
        Adjusted counts, with the same months.

    Raises
    ------
    UsageError
        If a month is missing or zero, or there are fewer than three years.
    """
    from statsmodels.tsa.seasonal import STL

    refuse_gaps(series)
    logs = np.log(series.to_numpy(dtype=float))
    pattern = STL(logs, period=MONTHS, seasonal=years, robust=True).fit().seasonal
    return pd.Series(np.exp(logs - pattern), series.index, name=series.name)


def ranked_falls(series: pd.Series[float], years: int = STEADY) -> pd.DataFrame:
    """Return every change from one month to the next, as published and seasonally adjusted.

    Parameters
    ----------
    series, years
        As in :func:`adjust`.

    Returns
    -------
    DataFrame
        Indexed by ``month``: ``percent`` and ``rank`` as published, ``adjusted_percent`` and
        ``adjusted_rank`` without the yearly pattern (1 = steepest fall). Steepest published first.

    Raises
    ------
    UsageError
        As :func:`adjust`.
    """
    raw, adjusted = (record.monthly_falls(values) for values in (series, adjust(series, years)))
    table = pd.DataFrame({"percent": raw["percent"], "rank": raw["rank_by_percent"]})
    table["adjusted_percent"] = adjusted["percent"]
    table["adjusted_rank"] = adjusted["rank_by_percent"]
    return table.sort_values("percent", kind="stable")


def refuse_gaps(series: pd.Series[float]) -> None:
    """Raise UsageError if a monthly series has a gap, a zero or too few months for a pattern."""
    name = series.name or "series"
    bad = series.index[~(series > 0)]
    if len(bad):
        raise UsageError(
            f"{name}: a yearly pattern needs a figure above zero for every month; "
            f"{bad[0]} has none, and {len(bad)} of {len(series)} months are so."
        )
    if len(series) < LEAST_YEARS * MONTHS:
        raise UsageError(
            f"{name}: a yearly pattern needs {LEAST_YEARS} years; there are {len(series)} months."
        )
