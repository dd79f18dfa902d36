"""Changes between months, as plain arithmetic on published figures."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from corredor.errors import UsageError
from corredor.record.record import monthly


@dataclass(frozen=True)
class Change:
    """What happened to a monthly series between two months.

    Attributes
    ----------
    before, after : float
        The two published values, in the unit of the series.
    number : float
        ``after - before``.
    percent : float
        The same as a percentage of ``before``.
    """

    before: float
    after: float
    number: float
    percent: float


def change(series: pd.Series[float] | str, month_a: str, month_b: str) -> Change:
    """Return the change from one month to another.

    Parameters
    ----------
    series : Series or str
        Values indexed by month, as :func:`~corredor.record.monthly` gives, or the id of a series.
    month_a, month_b : str
        Months such as ``2023-12``.

    Raises
    ------
    UsageError
        If a month has no published value, or the first is zero.
    """
    values = monthly(series) if isinstance(series, str) else series
    before, after = value_at(values, month_a), value_at(values, month_b)
    if before == 0:
        raise UsageError(f"{values.name}: {month_a} is zero, so a percentage has no meaning.")
    return Change(before, after, after - before, 100 * (after - before) / before)


def monthly_falls(series: pd.Series[float] | str) -> pd.DataFrame:
    """Return every change from one month to the next, ranked from the steepest fall.

    Parameters
    ----------
    series : Series or str
        Values indexed by month, or the id of a series. A pair with a missing month, or one that
        starts from zero, is left out.

    Returns
    -------
    DataFrame
        Indexed by ``month`` (the later of the two), with ``before``, ``after``, ``number``,
        ``percent``, and the ranks ``rank_by_percent`` and ``rank_by_number`` (1 = steepest fall,
        ties share the better rank). Sorted by percent.
    """
    values = monthly(series) if isinstance(series, str) else series
    before = values.shift(1)
    table = pd.DataFrame({"before": before, "after": values, "number": values - before})
    table = table[table["before"] != 0].dropna()
    table["percent"] = 100 * table["number"] / table["before"]
    for column in ("percent", "number"):
        table[f"rank_by_{column}"] = table[column].rank(method="min").astype(int)
    return table.rename_axis("month").sort_values("percent", kind="stable")


def value_at(series: pd.Series[float], month: str) -> float:
    """Return the value of a monthly series in a month such as ``2023-12``.

    Raises
    ------
    UsageError
        If no value was published for it, or it is no month.
    """
    try:
        period = pd.Period(month, freq="M")
    except ValueError as error:
        raise UsageError(f"{month!r} is no month; write it like 2024-01.") from error
    value = float(series.get(period, float("nan")))
    if pd.isna(value):
        raise UsageError(f"{series.name}: no value was published for {period}.")
    return value
