"""Read the series of the official record of a world: gaps stay gaps, and every edition is kept.

The record is that of the world in use (:func:`corredor.record.with_world`), else of the world of
the scenario that is run where none is named.

A row of a series is one published figure for a window of days, a place and a category. Where a
figure was published more than once, each edition is a row, and rank 1 marks the preferred one.
Every row has the day by which it was out, so that the record can be read as it stood on a day.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from corredor.errors import UsageError
from corredor.record.rows import figure, known_by, newness, rows_of
from corredor.record.series_info import SeriesInfo, check, describe

CHOICES = ("preferred", "first published", "all")

Day = str | dt.date


def load_series(
    name: str,
    start: Day | None = None,
    end: Day | None = None,
    place: str | None = None,
    category: str | None = None,
    edition: str = "preferred",
    *,
    as_of: Day | None = None,
) -> pd.DataFrame:
    """Return the rows of a series, one published figure each.

    Parameters
    ----------
    name : str
        Id of the series, as the catalogue has it.
    start, end : str or Timestamp, optional
        Keep windows that lie wholly between these days; ``2024-01`` means the whole month.
    place, category : str, optional
        Keep one place, one category.
    edition : str
        ``preferred``: one row a figure, the best edition. ``first published``: the edition that
        came first where it is known, else the preferred one. ``all``: every edition.
    as_of : str or Timestamp, optional
        Keep what had been published by the end of this day, month or year, and choose among those
        editions alone. Any day will do, also one outside the record.

    Returns
    -------
    DataFrame
        Columns ``start`` and ``end`` (first and last day, Timestamps), ``place``, ``category``,
        ``value`` (float, in the unit of the catalogue), ``edition``, ``rank``, ``source``
        (id of :func:`sources`), ``note``; some series add ``unit``, ``event``, ``text``; last
        ``published``, the day by which it was out (Timestamp). A window that was not published has
        no row. With ``as_of``, ``rank`` counts the editions known by then.

    Raises
    ------
    UsageError
        If the series, place, category or edition is unknown, or a date lies outside the record.

    Examples
    --------
    >>> import corredor
    >>> table = corredor.load_series("border_patrol_encounters", "2024-01", "2024-01")
    >>> float(table["value"].iloc[0])
    124220.0
    """
    info = describe(name)
    table = rows_of(name)
    for column, wanted in (("place", place), ("category", category)):
        if wanted is not None:
            check(column, wanted, list(table[column].unique()), name)
            table = table[table[column] == wanted]
    if start is not None:
        table = table[table["start"] >= _day(start, info, last=False)]
    if end is not None:
        table = table[table["end"] <= _day(end, info, last=True)]
    if as_of is not None:
        table = known_by(table, _date(as_of, last=True))
    chosen = _choose(table, edition).reset_index(drop=True)
    return chosen.drop(columns=["block", "newness"], errors="ignore")


def windows(
    name: str,
    category: str = "all",
    place: str | None = None,
    edition: str = "preferred",
    *,
    as_of: Day | None = None,
) -> pd.DataFrame:
    """Return every published total over whole months, short or long; windows overlap.

    Parameters
    ----------
    name, category, edition, as_of
        As in :func:`load_series`.
    place : str, optional
        The series' own place where left out.

    Returns
    -------
    DataFrame
        Columns ``start`` and ``end`` (first and last month, Periods), ``value``, ``edition``,
        ``rank``, ``source``, ``note``.

    Raises
    ------
    UsageError
        As :func:`load_series`; also if the series has several places and none is named.
    """
    where = place if place is not None else _own_place(name, category)
    table = load_series(name, place=where, category=category, edition=edition, as_of=as_of)
    whole = (table["start"].dt.day == 1) & table["end"].dt.is_month_end & table["value"].notna()
    table = table.loc[whole].reset_index(drop=True)
    table["start"] = table["start"].dt.to_period("M")
    table["end"] = table["end"].dt.to_period("M")
    columns = ["start", "end", "value", "edition", "rank", "source", "note"]
    return pd.DataFrame(table, columns=columns)


def monthly(
    name: str,
    category: str = "all",
    place: str | None = None,
    edition: str = "preferred",
    *,
    as_of: Day | None = None,
) -> pd.Series[float]:
    """Return the published single months of a series, from the first to the last of them.

    Only windows of exactly one month count; a month that was not published is NaN. Parameters and
    errors are those of :func:`windows`, but ``edition`` must leave one row a month.

    Returns
    -------
    Series
        Values in the unit of the catalogue, indexed by month (PeriodIndex).
    """
    if edition == "all":
        raise UsageError("monthly: a month has one value; choose 'preferred' or 'first published'.")
    table = windows(name, category, place, edition, as_of=as_of)
    table = table[table["start"] == table["end"]]
    index = pd.PeriodIndex(table["start"], freq="M", name="month")
    values = pd.Series(table["value"].to_numpy(), index, float, name)
    return values if values.empty else values.resample("M").asfreq()


def editions_of(name: str) -> pd.DataFrame:
    """Return the editions of a series that are held, the newest first.

    Returns
    -------
    DataFrame
        Indexed by ``edition``: ``newest`` (day that tells which of two is newer), ``published``
        (day by which the last of its figures was out), ``first`` and ``last`` (days covered),
        ``figures``, ``preferred`` (how many of them are), ``source`` (ids of :func:`sources`, of
        an addition its name).

    Raises
    ------
    UsageError
        If the series is unknown.
    """
    info, table = describe(name), rows_of(name)
    if "newness" not in table:
        table = table.assign(newness=newness(table, info))
    grouped = table.assign(best=table["rank"] == 1).groupby("edition", sort=False)
    found = pd.DataFrame(
        {
            "newest": grouped["newness"].max(), "published": grouped["published"].max(),
            "first": grouped["start"].min(), "last": grouped["end"].max(),
            "figures": grouped.size(), "preferred": grouped["best"].sum(),
            "source": grouped["source"].agg(lambda ids: ", ".join(dict.fromkeys(ids))),
        }
    )  # fmt: skip
    return found.sort_values("newest", ascending=False, kind="stable")


def _choose(table: pd.DataFrame, edition: str) -> pd.DataFrame:
    """Keep one edition a figure, or all of them; events have no rival editions."""
    check("edition", edition, list(CHOICES))
    if edition == "all":
        return table
    if edition == "first published":
        later = ~table["edition"].str.startswith(("first published", "DERIVED from first"))
        order = table.assign(later=later).sort_values(["later", "rank"], kind="stable")
        return order.drop_duplicates(figure(table)).sort_index().drop(columns="later")
    return table.loc[table["rank"] == 1]


def _own_place(name: str, category: str) -> str:
    """Return the place that a series is about, or the only one that has this category."""
    info, table = describe(name), rows_of(name)
    check("category", category, list(table["category"].unique()), name)
    places = sorted(table.loc[table["category"] == category, "place"].unique())
    if info.place in places:
        return info.place
    if len(places) == 1:
        return str(places[0])
    raise UsageError(f"{name}: name a place; {category!r} is known for {', '.join(places)}.")


def _day(value: Day, info: SeriesInfo, *, last: bool) -> pd.Timestamp:
    """Return the first or last day of a date, a month or a year, if the record covers it."""
    day = _date(value, last=last)
    if not pd.Timestamp(info.first) <= day <= pd.Timestamp(info.last):
        raise UsageError(
            f"{info.series}: {day.date()} lies outside the record, which covers "
            f"{info.first} to {info.last}."
        )
    return day


def _date(value: Day, *, last: bool) -> pd.Timestamp:
    """Return the first or last day of a date, a month or a year."""
    try:
        period = pd.Period(value, freq="D" if isinstance(value, dt.date) else None)
    except ValueError as error:
        raise UsageError(f"{value!r} is no date; write 2024-01-31, 2024-01 or 2024.") from error
    return (period.end_time if last else period.start_time).normalize()
