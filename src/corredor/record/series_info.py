"""What is known of the series of the record: what each counts, its sources, its editions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from corredor.errors import UsageError, did_you_mean
from corredor.record.additions import Addition, additions, cards
from corredor.record.of_world import record_folder
from corredor.record.plain import CATALOGUE, EDITIONS, SOURCES, Plain, plain


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
    return _catalogue(held_now(), additions()).copy(deep=False)


def held_now() -> Plain:
    """Return the record of the world in use."""
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
    return _sources(held_now(), additions()).copy(deep=False)


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
    table = held_now().text(EDITIONS).set_index("edition")
    return table.assign(published=pd.to_datetime(table["published"]))


def describe(name: str) -> SeriesInfo:
    """Return what is known of a series.

    Raises
    ------
    UsageError
        If there is no series of that name.
    """
    known = _infos(held_now(), additions())
    check("series", name, list(known))
    return known[name]


@lru_cache(16)
def _infos(held: Plain, added: tuple[Addition, ...]) -> dict[str, SeriesInfo]:
    """Return what is known of every series: describing one is asked for again and again."""
    rows = _catalogue(held, added).reset_index().to_dict("records")
    return {row["series"]: SeriesInfo(**{str(k): v for k, v in row.items()}) for row in rows}


def check(what: str, name: str, known: list[str], series: str = "") -> None:
    """Refuse a name that is not known, and say which are.

    Raises
    ------
    UsageError
        Naming what was meant.
    """
    if name not in known:
        raise _unknown(what, name, known, series)


def _unknown(what: str, name: str, known: list[str], series: str = "") -> UsageError:
    where = f"{series}: " if series else ""
    return UsageError(
        f"{where}unknown {what} {name!r}. {did_you_mean(name, known)} "
        f"Known: {', '.join(sorted(known))}.".replace("  ", " ")
    )
