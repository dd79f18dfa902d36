"""Tables made from kept results when the page asks for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from corredor import comparison as pairs
from corredor.app.slices import monthly_difference
from corredor.needs import (
    load_standards,
    needs_by_period,
    people_in_places,
)
from corredor.results import load_result

BANDS = ("low", "middle", "high")


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


def comparison(first: Path, second: Path) -> dict[str, Any]:
    """Return outcomes, monthly series and people by place of the second result less the first.

    Raises
    ------
    UsageError
        If they differ in seed, replicates, draw or world.
    """
    a, b = (load_result(folder).load() for folder in (first, second))
    table = pairs.compare_all([a, b])
    outcomes = [
        {key: plain(row[key]) for key in
         ("measure", "meaning", "unit", "a", "b", "difference", "low", "high", "percent")}
        for row in table.to_dict("records")
    ]  # fmt: skip
    gap = people_in_places(b).to_numpy() - people_in_places(a).to_numpy()
    return {
        "outcomes": outcomes,
        "monthly": monthly_difference(a, b),
        "people": np.rint(gap.mean(axis=0)).astype(int).T.tolist(),
    }


def plain(value: Any) -> Any:
    """Return a number, or None where it is missing."""
    return None if isinstance(value, float) and not np.isfinite(value) else value
