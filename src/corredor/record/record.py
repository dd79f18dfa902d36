"""Read the series of the official record: gaps stay gaps, and every edition is kept.

A row of a series is one published figure for a window of days, a place and a category. Where a
figure was published more than once, each edition is a row, and rank 1 marks the preferred one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from corredor.errors import UsageError, did_you_mean

FOLDER = Path(__file__).parent
EDITIONS = ("preferred", "first published", "all")
FIGURE = ["start", "end", "place", "category"]

Day = str | pd.Timestamp


@dataclass(frozen=True)
class SeriesInfo:
    """What is known of a series, as the catalogue says it.

    Attributes
    ----------
    series, title, title_es, publisher : str
        Its id, its names in English and Spanish, and who published it.
    unit : str
        Unit of its values, or ``see column unit`` where rows differ.
    counts : str
        What is counted: events or people, and who is not among them.
    rounding : str
        How the publisher rounded.
    compare_with, not_comparable_with : str
        What of the model it may stand beside, and what it must not be mixed with.
    kind : str
        ``flow``, ``stock`` or ``event list``.
    place : str
        The place meant when none is named; empty where one has to be named.
    first, last : str
        First and last day covered, as ISO dates.
    frequency, revisions, quality, address, licence_note : str
        How often it comes, what editions are known, its grade (A official table, B official figure
        quoted, C estimate), the publisher's page, and the terms.
    """

    series: str
    title: str
    title_es: str
    publisher: str
    unit: str
    counts: str
    rounding: str
    compare_with: str
    not_comparable_with: str
    kind: str
    place: str
    first: str
    last: str
    frequency: str
    revisions: str
    quality: str
    address: str
    licence_note: str


def catalogue() -> pd.DataFrame:
    """Return what every series counts, one row a series, indexed by ``series``."""
    return _text(FOLDER / "catalogue.csv").set_index("series")


def sources() -> pd.DataFrame:
    """Return citation and address of every source, indexed by the ``id`` that series carry."""
    return _text(FOLDER / "sources.csv").set_index("id")


def describe(name: str) -> SeriesInfo:
    """Return what is known of a series.

    Raises
    ------
    UsageError
        If there is no series of that name.
    """
    known = _text(FOLDER / "catalogue.csv")
    row = known[known["series"] == name]
    if row.empty:
        raise _unknown("series", name, list(known["series"]))
    return SeriesInfo(**{str(k): str(v) for k, v in row.iloc[0].items()})


def load_series(
    name: str,
    start: Day | None = None,
    end: Day | None = None,
    place: str | None = None,
    category: str | None = None,
    edition: str = "preferred",
) -> pd.DataFrame:
    """Return the rows of a series, one published figure each.

    Parameters
    ----------
    name : str
        Id of the series, such as ``border_patrol_encounters``.
    start, end : str or Timestamp, optional
        Keep windows that lie wholly between these days; ``2024-01`` means the whole month.
    place, category : str, optional
        Keep one place, one category.
    edition : str
        ``preferred``: one row a figure, the best edition. ``first published``: the edition that
        came first where it is known, else the preferred one. ``all``: every edition.

    Returns
    -------
    DataFrame
        Columns ``start`` and ``end`` (first and last day, Timestamps), ``place``, ``category``,
        ``value`` (float, in the unit of the catalogue), ``edition``, ``rank``, ``source``
        (id of :func:`sources`), ``note``; some series add ``unit``, ``event``, ``text``.
        A window that was not published has no row.

    Raises
    ------
    UsageError
        If the series, place, category or edition is unknown, or a date lies outside the record.
    """
    info = describe(name)
    table = _series(name)
    for column, wanted in (("place", place), ("category", category)):
        if wanted is not None:
            _check(column, wanted, list(table[column].unique()), name)
            table = table[table[column] == wanted]
    if start is not None:
        table = table[table["start"] >= _day(start, info, last=False)]
    if end is not None:
        table = table[table["end"] <= _day(end, info, last=True)]
    return _choose(table, edition).reset_index(drop=True)


def windows(
    name: str, category: str = "all", place: str | None = None, edition: str = "preferred"
) -> pd.DataFrame:
    """Return every published total over whole months, short or long; windows overlap.

    Parameters
    ----------
    name, category, edition : str
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
    table = load_series(name, place=where, category=category, edition=edition)
    whole = (table["start"].dt.day == 1) & table["end"].dt.is_month_end & table["value"].notna()
    table = table.loc[whole].reset_index(drop=True)
    table["start"] = table["start"].dt.to_period("M")
    table["end"] = table["end"].dt.to_period("M")
    columns = ["start", "end", "value", "edition", "rank", "source", "note"]
    return pd.DataFrame(table, columns=columns)


def monthly(
    name: str, category: str = "all", place: str | None = None, edition: str = "preferred"
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
    table = windows(name, category, place, edition)
    table = table[table["start"] == table["end"]]
    index = pd.PeriodIndex(table["start"], freq="M", name="month")
    values = pd.Series(table["value"].to_numpy(), index, float, name)
    return values if values.empty else values.resample("M").asfreq()


@cache
def _text(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@cache
def _series(name: str) -> pd.DataFrame:
    table = _text(FOLDER / "series" / f"{name}.csv")
    return table.assign(
        start=pd.to_datetime(table["start"]),
        end=pd.to_datetime(table["end"]),
        value=pd.to_numeric(table["value"]).astype(float),
        rank=table["rank"].astype(int),
    )


def _choose(table: pd.DataFrame, edition: str) -> pd.DataFrame:
    """Keep one edition a figure, or all of them; events have no rival editions."""
    _check("edition", edition, list(EDITIONS))
    if edition == "all":
        return table
    if edition == "first published":
        later = ~table["edition"].str.startswith(("first published", "DERIVED from first"))
        figure = FIGURE + (["event"] if "event" in table else [])
        order = table.assign(later=later).sort_values(["later", "rank"], kind="stable")
        return order.drop_duplicates(figure).sort_index().drop(columns="later")
    return table.loc[table["rank"] == 1]


def _own_place(name: str, category: str) -> str:
    """Return the place that a series is about, or the only one that has this category."""
    info, table = describe(name), _series(name)
    _check("category", category, list(table["category"].unique()), name)
    places = sorted(table.loc[table["category"] == category, "place"].unique())
    if info.place in places:
        return info.place
    if len(places) == 1:
        return str(places[0])
    raise UsageError(f"{name}: name a place; {category!r} is known for {', '.join(places)}.")


def _day(value: Day, info: SeriesInfo, *, last: bool) -> pd.Timestamp:
    """Return the first or last day of a date, a month or a year, if the record covers it."""
    try:
        period = pd.Period(value, freq="D" if isinstance(value, pd.Timestamp) else None)
    except ValueError as error:
        raise UsageError(f"{value!r} is no date; write 2024-01-31, 2024-01 or 2024.") from error
    day = (period.end_time if last else period.start_time).normalize()
    if not pd.Timestamp(info.first) <= day <= pd.Timestamp(info.last):
        raise UsageError(
            f"{info.series}: {day.date()} lies outside the record, which covers "
            f"{info.first} to {info.last}."
        )
    return day


def _check(what: str, name: str, known: list[str], series: str = "") -> None:
    if name not in known:
        raise _unknown(what, name, known, series)


def _unknown(what: str, name: str, known: list[str], series: str = "") -> UsageError:
    where = f"{series}: " if series else ""
    return UsageError(
        f"{where}unknown {what} {name!r}. {did_you_mean(name, known)} "
        f"Known: {', '.join(sorted(known))}.".replace("  ", " ")
    )
