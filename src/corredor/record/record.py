"""Read the series of the official record of a world: gaps stay gaps, and every edition is kept.

The record is that of the world in use (:func:`corredor.record.with_world`), else of the world of
the scenario that is run where none is named.

A row of a series is one published figure for a window of days, a place and a category. Where a
figure was published more than once, each edition is a row, and rank 1 marks the preferred one.
Every row has the day by which it was out, so that the record can be read as it stood on a day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from corredor.errors import UsageError, did_you_mean
from corredor.record.additions import Addition, additions, cards
from corredor.record.of_world import record_folder
from corredor.record.plain import (
    CATALOGUE,
    EDITIONS,
    MOST_HELD,
    SOURCES,
    Plain,
    changed,
    plain,
    read_series,
)

CHOICES = ("preferred", "first published", "all")
FIGURE = ["start", "end", "place", "category"]
FAR = 1_000  # more than a figure has editions

Day = str | dt.date


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
    published_after_days : int
        Days from the last day of a window until its figure was out.
    published_after_basis : str
        What that number rests on.
    republished : bool
        Whether the whole series is published again and again with negligible revisions and only
        the last edition is kept, so that the date of that edition says nothing.
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
    published_after_days: int
    published_after_basis: str
    republished: bool


def catalogue() -> pd.DataFrame:
    """Return what every series counts, one row a series, indexed by ``series``.

    The series of the world come first, then those that were added; ``first`` and ``last`` cover
    what was added to each.
    """
    # Copied on write: nobody changes another's.
    return _catalogue(_held(), additions()).copy(deep=False)


def _held() -> Plain:
    return plain(record_folder())


@lru_cache(16)
def _catalogue(held: Plain, added: tuple[Addition, ...]) -> pd.DataFrame:
    own = held.text(CATALOGUE)
    new = [card for series, card in cards(added).items() if series not in set(own["series"])]
    table = pd.concat([own, pd.DataFrame(new, columns=own.columns)]).set_index("series")
    first, last = dict(table["first"]), dict(table["last"])
    for addition in added:
        for series, table_of_it in addition.tables.items():
            if series not in first:
                continue  # added to the record of another world
            first[series] = min(first[series] or table_of_it.first, table_of_it.first)
            last[series] = max(last[series], table_of_it.last)
    return table.assign(
        first=pd.Series(first),
        last=pd.Series(last),
        published_after_days=table["published_after_days"].astype(int),
        republished=table["republished"] == "yes",
    )


def sources() -> pd.DataFrame:
    """Return citation and address of every source, indexed by the ``id`` that series carry."""
    return _sources(_held(), additions()).copy(deep=False)


@lru_cache(16)
def _sources(held: Plain, found: tuple[Addition, ...]) -> pd.DataFrame:
    own = held.text(SOURCES).set_index("id")
    added = {
        addition.name: {"citation": f"{addition.publisher}: {addition.file}", "address": ""}
        for addition in found
    }
    return pd.concat([own, pd.DataFrame.from_dict(added, "index", columns=own.columns)])


def editions() -> pd.DataFrame:
    """Return the day ``published`` of every edition whose name tells it, indexed by ``edition``.

    Where the name tells a month or a season, it is the last day of it.
    """
    table = _held().text(EDITIONS).set_index("edition")
    return table.assign(published=pd.to_datetime(table["published"]))


def describe(name: str) -> SeriesInfo:
    """Return what is known of a series.

    Raises
    ------
    UsageError
        If there is no series of that name.
    """
    known = _infos(_held(), additions())
    _check("series", name, list(known))
    return known[name]


@lru_cache(16)
def _infos(held: Plain, added: tuple[Addition, ...]) -> dict[str, SeriesInfo]:
    """Return what is known of every series: describing one is asked for again and again."""
    rows = _catalogue(held, added).reset_index().to_dict("records")
    return {row["series"]: SeriesInfo(**{str(k): v for k, v in row.items()}) for row in rows}


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
    table = _series(name)
    for column, wanted in (("place", place), ("category", category)):
        if wanted is not None:
            _check(column, wanted, list(table[column].unique()), name)
            table = table[table[column] == wanted]
    if start is not None:
        table = table[table["start"] >= _day(start, info, last=False)]
    if end is not None:
        table = table[table["end"] <= _day(end, info, last=True)]
    if as_of is not None:
        table = _known(table, _date(as_of, last=True))
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
    info, table = describe(name), _series(name)
    if "newness" not in table:
        table = table.assign(newness=_newness(table, info))
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


def _series(name: str) -> pd.DataFrame:
    held = _held()
    added = tuple(addition for addition in additions() if name in addition.tables)
    when = changed(held.figures(name))
    return _joined(held, name, when, added) if added else _plain(held, name, when)


@lru_cache(MOST_HELD)
def _plain(held: Plain, name: str, _when: int) -> pd.DataFrame:
    """Return the rows of a series from its file, which was changed last at a moment."""
    table = read_series(held.figures(name))
    return table.assign(published=_published(table, describe(name)))


@lru_cache(64)
def _joined(held: Plain, name: str, when: int, added: tuple[Addition, ...]) -> pd.DataFrame:
    """Return the rows of a series from its file and from what was added, ranked together."""
    info = describe(name)
    parts = [_of_addition(addition, info, number) for number, addition in enumerate(added, 1)]
    if when:
        own = _plain(held, name, when).assign(block=0)
        own["newness"] = _newness(own, info)
        parts = [own, *(part[[c for c in part if c in own]] for part in parts)]
    table = pd.concat(parts).sort_values(["start", "end"], kind="stable", ignore_index=True)
    texts = table.select_dtypes(exclude=["number", "datetime"]).columns
    return _ranked(table.fillna(dict.fromkeys(texts, "")))


def _of_addition(addition: Addition, info: SeriesInfo, block: int) -> pd.DataFrame:
    """Return the rows of an addition with the columns of the record."""
    table = addition.table(info.series)
    usual = table["end"] + pd.Timedelta(days=info.published_after_days)
    named = {"edition": addition.edition, "source": addition.name, "note": ""}
    return table.assign(
        **{column: text for column, text in named.items() if column not in table},
        rank=1, block=block,
        newness=addition.day_of(info.series, info.published_after_days),
        published=usual if info.republished else addition.known_from,
    )  # fmt: skip


def _newness(own: pd.DataFrame, info: SeriesInfo) -> pd.Series[pd.Timestamp]:
    """Return how new the edition of each row is, to tell which of two is preferred.

    One whose day is not known is as new as the newest month that the series has.
    """
    usual = own["end"].max() + pd.Timedelta(days=info.published_after_days)
    return own["edition"].map(editions()["published"]).fillna(usual)


def _ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Rank the editions of each figure: the newest that has a window and place comes first there.

    Parts of a window belong together: what one edition calls *Other* another splits, so of two
    editions of a window one is preferred whole.
    """
    window = ["start", "end", "place"]
    newest = table.groupby([*window, "block"])["newness"].max().reset_index()
    newest = newest.sort_values(["newness", "block"], ascending=False, kind="stable")
    newest["position"] = newest.groupby(window).cumcount()
    order = table[[*window, "block"]].merge(newest, on=[*window, "block"], how="left")["position"]
    within = table["rank"].to_numpy() + FAR * order.to_numpy()
    figures = table.assign(rank=within).groupby(_figure(table), sort=False)["rank"]
    first = figures.transform("min").to_numpy() >= FAR
    return table.assign(rank=figures.rank("dense").astype(int) + first)


def _published(table: pd.DataFrame, info: SeriesInfo) -> pd.Series[pd.Timestamp]:
    """Return the day by which each figure was out: that of its edition, else so long after its end.

    Where in doubt it is the later day: a forecast may know too little, never too much.
    """
    usual = table["end"] + pd.Timedelta(days=info.published_after_days)
    if info.republished:
        return usual
    # A figure made from others of one edition is known with that edition.
    edition = table["edition"].str.removeprefix("DERIVED from ")
    year = edition.str.extract(r"^first published (\d{4})$", expand=False)
    closes = pd.to_datetime(year + "-12-31")
    usual = usual.where(closes.isna() | (usual.dt.year == closes.dt.year), closes)
    return edition.map(editions()["published"]).fillna(usual)


def _known(table: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Keep the rows published by a day and rank their editions anew, the best of them first."""
    table = table[table["published"] <= day]
    if "block" in table:
        return _ranked(table)
    ranks = table.groupby(_figure(table), sort=False)["rank"].rank("dense")
    return table.assign(rank=ranks.astype(int))


def _figure(table: pd.DataFrame) -> list[str]:
    """Return the columns that tell one figure from another, whatever its edition."""
    return FIGURE + (["event"] if "event" in table else [])


def _choose(table: pd.DataFrame, edition: str) -> pd.DataFrame:
    """Keep one edition a figure, or all of them; events have no rival editions."""
    _check("edition", edition, list(CHOICES))
    if edition == "all":
        return table
    if edition == "first published":
        later = ~table["edition"].str.startswith(("first published", "DERIVED from first"))
        order = table.assign(later=later).sort_values(["later", "rank"], kind="stable")
        return order.drop_duplicates(_figure(table)).sort_index().drop(columns="later")
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


def _check(what: str, name: str, known: list[str], series: str = "") -> None:
    if name not in known:
        raise _unknown(what, name, known, series)


def _unknown(what: str, name: str, known: list[str], series: str = "") -> UsageError:
    where = f"{series}: " if series else ""
    return UsageError(
        f"{where}unknown {what} {name!r}. {did_you_mean(name, known)} "
        f"Known: {', '.join(sorted(known))}.".replace("  ", " ")
    )
