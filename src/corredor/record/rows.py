"""The rows of a series: every edition of every figure, the day it was out, and their rank."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from corredor.record.additions import Addition, additions
from corredor.record.plain import MOST_HELD, Plain, changed, read_series
from corredor.record.series_info import SeriesInfo, describe, editions, held_now

FIGURE = ["start", "end", "place", "category"]
FAR = 1_000  # more than a figure has editions


def rows_of(name: str) -> pd.DataFrame:
    """Return all rows of a series, from its file and from what was added."""
    held = held_now()
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
        own["newness"] = newness(own, info)
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


def newness(own: pd.DataFrame, info: SeriesInfo) -> pd.Series[pd.Timestamp]:
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
    figures = table.assign(rank=within).groupby(figure(table), sort=False)["rank"]
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


def known_by(table: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Keep the rows published by a day and rank their editions anew, the best of them first."""
    table = table[table["published"] <= day]
    if "block" in table:
        return _ranked(table)
    ranks = table.groupby(figure(table), sort=False)["rank"].rank("dense")
    return table.assign(rank=ranks.astype(int))


def figure(table: pd.DataFrame) -> list[str]:
    """Return the columns that tell one figure from another, whatever its edition."""
    return FIGURE + (["event"] if "event" in table else [])
