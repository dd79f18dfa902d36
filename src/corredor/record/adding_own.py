"""Add a series of one's own to the record: a file of counts, and a card that says what they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from corredor.record.adding import Plan, planned
from corredor.record.additions import additions, cards
from corredor.record.of_world import record_folder
from corredor.record.own import read_own
from corredor.record.plain import CATALOGUE, plain
from corredor.record.readers import Format, Reading
from corredor.record.series_card import Card, describe_own

FORMAT = Format("own", "Counts of your own: month and value, or start, end, place, category, value")
OPTIONS = {
    "series": "--as", "title": "--title", "counts": "--counts", "unit": "--unit",
    "publisher": "--publisher", "lag_days": "--lag", "place": "--place",
}  # fmt: skip
KEPT = ("title", "title_es", "counts", "unit", "publisher", "place", "kind")


def plan_own(
    path: Path, folder: Path, card: Mapping[str, Any], marks: Mapping[str, Any], *,
    published: dt.date | None, read_on: dt.date,
) -> Plan:  # fmt: skip
    """Read a file of counts and say what it would add to a series of the user's.

    Parameters
    ----------
    path : Path
        The file.
    folder : Path
        The folder of additions that it will go to.
    card : mapping
        What the series is, as :class:`~corredor.record.series_card.Card` has it. Where the series
        is held already, what is left out is as it was.
    marks : mapping
        ``dates`` and ``decimal``, as :func:`~corredor.record.own.read_own` takes them.
    published : date, optional
        The day of publication.
    read_on : date
        Today.

    Raises
    ------
    InputError
        If the file cannot be read.
    UsageError
        If the card is incomplete, or the series is an official one.
    """
    said = _said(card)
    _card(said, read_on, read_on)  # refused before the file is looked at
    own = read_own(path, place=str(said.get("place", "")), **marks)
    first, last = own.table["start"].min().date(), own.table["end"].max().date()
    made = _card({**said, "place": _only(own.table["place"])}, first, last)
    table = own.table.assign(unit=made.unit)
    reading = Reading(made.publisher, FORMAT, None, published, {made.series: table}, (), own.notes)
    return planned(path, folder, reading, {made.series: made.as_row()}, published, read_on)


def _said(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the user says of a series; what is not said anew is as it was said before."""
    said = {name: value for name, value in card.items() if value not in ("", None)}
    before = cards(additions()).get(str(card["series"]))
    if before is None:
        return said
    kept = {name: before[name] for name in KEPT}
    return {**kept, "lag_days": int(before["published_after_days"]), **said}


def _card(said: Mapping[str, Any], first: dt.date, last: dt.date) -> Card:
    official = set(plain(record_folder()).text(CATALOGUE)["series"])
    return describe_own({**said, "first": first, "last": last}, official, OPTIONS)


def _only(places: pd.Series[str]) -> str:
    """Return the place that is meant when none is named: the only one, or none of several."""
    named = places.unique()
    return str(named[0]) if len(named) == 1 else ""
