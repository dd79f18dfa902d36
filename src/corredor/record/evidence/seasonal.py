"""Monthly counts without their yearly pattern, and their falls from one month to the next."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from corredor import record
from corredor.errors import UsageError
from corredor.extras import require

MONTHS = 12
LEAST_YEARS = 3
Pattern = Literal["fixed", "drifting", "changing"]
# Years over which STL smooths the pattern, and whether it may have a slope (degree 1) over them.
PATTERNS: dict[Pattern, tuple[int, int]] = {
    "fixed": (101, 0),
    "drifting": (51, 1),
    "changing": (7, 1),
}


def adjust(series: pd.Series[float], pattern: Pattern = "drifting") -> pd.Series[float]:
    """Return a monthly series without its yearly pattern.

    The pattern is that of the logarithms (robust STL), so it is a percentage of the month.

    Parameters
    ----------
    series : Series
        Counts above zero indexed by month, without a gap.
    pattern : {"fixed", "drifting", "changing"}
        One and the same for all years; one that drifts evenly over the decades, as that of the
        border did; or one that may change within seven years, which takes shocks that fall in the
        same month twice for the season.

    Returns
    -------
    Series
        Adjusted counts, with the same months.

    Raises
    ------
    UsageError
        If statsmodels is not installed, a month is missing or zero, or there are fewer than three
        years.
    """
    require("statsmodels")
    from statsmodels.tsa.seasonal import STL

    refuse_gaps(series)
    logs = np.log(series.to_numpy(dtype=float))
    years, degree = PATTERNS[pattern]
    fit = STL(logs, period=MONTHS, seasonal=years, seasonal_deg=degree, robust=True).fit()
    return pd.Series(np.exp(logs - fit.seasonal), series.index, name=series.name)


def ranked_falls(series: pd.Series[float], pattern: Pattern = "drifting") -> pd.DataFrame:
    """Return every change from one month to the next, as published and seasonally adjusted.

    Parameters
    ----------
    series, pattern
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
    raw, adjusted = (record.monthly_falls(values) for values in (series, adjust(series, pattern)))
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
