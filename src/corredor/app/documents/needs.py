"""Needs of one place and of every place, as the page shows them and as a file of Excel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from corredor.app.documents.notes import notes_of
from corredor.errors import UsageError
from corredor.needs import load_standards, needs_by_period, over_capacity, people_in_places
from corredor.needs.counted import counts_beside
from corredor.needs.people import on_land
from corredor.needs.save import save_tables
from corredor.runs.result import load_result
from corredor.show.needs import (
    about_sheet,
    at_sea,
    counts,
    in_words,
    needs_named,
    needs_words,
    notes,
    provenance,
    sources,
    standards_sheet,
)

BANDS = ("low", "middle", "high")


def counted_in_place(folder: Path, place: str, language: str) -> list[str]:
    """Return a sentence for each count of people in a place in the days of a run.

    Raises
    ------
    UsageError
        If the result holds no such place.
    """
    data = load_result(folder)
    if place not in data["place"].values:
        raise UsageError(f"{place}: the result has no such place.")
    first, last = (pd.Timestamp(data["day"].values[end]).date() for end in (0, -1))
    return list(counts.lines(counts_beside(data), place, first, last, needs_words(language)))


@dataclass(frozen=True)
class BookOf:
    """The run that a file of Excel is of.

    Attributes
    ----------
    folder : Path
        Of its result.
    name, note : str
        What the planner calls it, and wrote about it.
    """

    folder: Path
    name: str
    note: str = ""


def needs_table(folder: Path, month: str, place: str | None, language: str) -> list[dict[str, Any]]:
    """Return people and needs of a month, a row for each place and need.

    Raises
    ------
    UsageError
        If the result holds no such place or month.
    """
    people = people_in_places(load_result(folder), [place] if place else (), month, month)
    standards = load_standards()
    table = needs_by_period(people, standards)
    names = standards["name_es" if language == "es" else "name"].to_dict()
    units = standards["unit_es" if language == "es" else "unit"].to_dict()
    return [
        {
            "place": row["place"], "need": row["need"], "name": names.get(row["need"]),
            "unit": units.get(row["need"]), "days": row["days"],
            **{band: row[band] for band in BANDS},
        }
        for row in table.to_dict("records")
    ]  # fmt: skip


def needs_of_places(folder: Path, month: str, share: float, language: str) -> dict[str, Any]:
    """Return the needs of every place in a month, and what a reader must know of them.

    Parameters
    ----------
    folder : Path
        Of a result.
    month : str
        Such as ``2024-01``.
    share : float
        Share of the people present for whom is planned.
    language : str
        Of names, notes and sources.

    Returns
    -------
    dict
        ``needs`` with name and unit, people first; ``places`` on land, each with a band for each
        need, its published ``beds``, ``over``, the band of days on which they are too few, and
        ``chance`` of one such day; ``days`` of the month; ``notes`` and ``sources``.

    Raises
    ------
    UsageError
        If the result does not hold the month.
    """
    data, standards, words = load_result(folder), load_standards(), needs_words(language)
    people = people_in_places(data, (), month, month)
    table = needs_by_period(people, standards, share_sheltered=share)
    over = over_capacity(people, share_sheltered=share)
    capacity = {row["place"]: row for row in over.to_dict("records")}
    names = needs_named(standards, words)
    places = []
    ashore = dict(zip(people["place"].to_numpy().astype(str), on_land(people), strict=True))
    for place, rows in table.groupby("place", sort=False):
        if not ashore[str(place)]:
            continue
        beds = capacity[str(place)]
        places.append({
            "place": place, "values": rows[list(BANDS)].round(2).to_numpy().tolist(),
            "over": [plain(beds[band]) for band in BANDS],
            **{key: plain(beds[key]) for key in ("beds", "chance")},
        })  # fmt: skip
    return {
        "needs": [
            {"need": need, "name": name, "unit": unit} for need, (name, unit) in names.items()
        ],
        "places": places,
        "days": int(table["days"].iloc[0]),
        "notes": [
            *at_sea(people, words),
            *notes(data, words, share)[1:-1],
            provenance(data, words),
        ],
        "sources": sources(standards, words),
    }


def needs_book(
    run: BookOf, month: str | None, zone: str | None, share: float, language: str, target: Path
) -> None:
    """Write needs by month, days over capacity and standards to a new file of Excel.

    Parameters
    ----------
    run : BookOf
        Of which run.
    month, zone : str, optional
        Only this month, and places of this zone only.
    share, language
        As in :func:`needs_of_places`.
    target : Path
        Ends in ``.xlsx``.

    Raises
    ------
    UsageError
        If the result holds no such month or zone.
    """
    data, standards, words = load_result(run.folder), load_standards(), needs_words(language)
    places = [str(p) for p in data["place"].values[data["zone"].values == zone]] if zone else []
    if zone and not places:
        raise UsageError(f"{zone}: the result has no place in such a zone.")
    people = people_in_places(data, places, month, month)
    needs = needs_by_period(people, standards, share_sheltered=share)
    over = over_capacity(people, share_sheltered=share)
    titles = words["sheet"]
    save_tables(
        {
            titles["needs"]: in_words(needs, standards, words),
            titles["over"]: in_words(over, standards, words),
            titles["standards"]: standards_sheet(standards, words),
            titles["about"]: about_sheet(
                data,
                people,
                standards,
                words,
                share,
                notes_of(run.folder, language),
                (run.name, run.note),
            ),
        },
        target,
    )


def plain(value: Any) -> Any:
    """Return a number, or None where it is missing, for JSON knows no such number."""
    return None if isinstance(value, float) and not np.isfinite(value) else value
