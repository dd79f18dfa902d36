"""One place's table of needs as words: a row for each need, a column for each week or month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corredor.needs import needs_by_period, over_capacity, periods
from corredor.needs.people import on_land
from corredor.needs.periods import By, Period
from corredor.needs.standards import BUSIEST, PEOPLE
from corredor.show.needs import counts as counted
from corredor.show.needs.words import day, month, place_name, short_day
from corredor.text.numbers import DASH, about

Words = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """The middle number of a need, the band below it, and both on one line."""

    middle: str
    band: str
    line: str


@dataclass(frozen=True)
class Row:
    """One need: its name, its unit, what the standard asks for, a cell for each period."""

    name: str
    unit: str
    standard: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """The table of one place.

    Attributes
    ----------
    place, name : str
        Short name and printed name.
    span : str
        First and last day, in words.
    beds : str
        What is known of shelter beds, in words.
    counts : tuple of str
        What was counted there in these days, or that nothing is known.
    columns : tuple of str
        The periods.
    rows : tuple of Row
        People first, then the needs, then days over capacity where beds are published; of a place
        at sea, people alone.
    at_sea : bool
        Whether people there are in boats.
    """

    place: str
    name: str
    span: str
    beds: str
    counts: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    at_sea: bool = False


def grids(
    people: xr.DataArray,
    standards: pd.DataFrame,
    words: Words,
    by: By = "month",
    share_sheltered: float = 1.0,
    counts: pd.DataFrame | None = None,
) -> list[Grid]:
    """Return the table of each place of ``people`` in the language of ``words``.

    ``counts`` are what was counted in places, as ``needs.counted.beside_counts`` gives them.
    """
    needs = needs_by_period(people, standards, by, share_sheltered)
    ashore = dict(zip(people["place"].to_numpy().astype(str), on_land(people), strict=True))
    over = over_capacity(people, by, share_sheltered)
    columns = tuple(_heading(period, by, words) for period in periods(people, by))
    made = []
    for place, of_place in needs.groupby("place", sort=False):
        capacity = over[over["place"] == place]
        beds = float(capacity["beds"].iloc[0])
        rows = [_people(of_place, words, need) for need in (PEOPLE, BUSIEST)]
        if ashore[str(place)]:
            rows += [_need(of_place, standards.loc[need], words) for need in standards.index]
        if np.isfinite(beds):
            rows += _capacity(capacity, beds, words)
        made.append(
            Grid(
                place=str(place),
                name=place_name(str(of_place["name"].iloc[0]), words),
                span=span(of_place["first"].iloc[0], of_place["last"].iloc[-1], words),
                beds=_beds(beds, words) if ashore[str(place)] else words["beds"]["at_sea"],
                counts=()
                if counts is None
                else counted.lines(
                    counts, str(place), of_place["first"].iloc[0], of_place["last"].iloc[-1], words
                ),
                columns=columns,
                rows=tuple(rows),
                at_sea=not ashore[str(place)],
            )
        )
    return made


def span(first: dt.date, last: dt.date, words: Words) -> str:
    """Write two days: ``1 January 2024 to 31 March 2024``."""
    return str(words["title"]["span"].format(first=day(first, words), last=day(last, words)))


def _heading(period: Period, by: By, words: Words) -> str:
    whole_month = period.first.day == 1 and (period.last + dt.timedelta(days=1)).day == 1
    if by == "month" and whole_month:
        return month(period.first, words)
    return f"{short_day(period.first, words)} {DASH} {short_day(period.last, words)}"


def _beds(beds: float, words: Words) -> str:
    kind = "published" if np.isfinite(beds) else "not_published"
    return str(words["beds"][kind].format(beds=about(beds)))


def _cells(of_place: pd.DataFrame, need: str) -> list[dict[str, str]]:
    rows = of_place[of_place["need"] == need].to_dict("records")
    return [{band: about(row[band]) for band in ("low", "middle", "high")} for row in rows]


def _people(of_place: pd.DataFrame, words: Words, need: str) -> Row:
    text, cell = words["row"], words["cell"]
    key = "people" if need == PEOPLE else "busiest"
    cells = tuple(
        Cell(c["middle"], cell["range"].format(**c), cell["people"].format(**c))
        for c in _cells(of_place, need)
    )
    return Row(text[key], text[f"{key}_unit"], "", cells)


def _need(of_place: pd.DataFrame, standard: Mapping[Any, Any], words: Words) -> Row:
    ending = "" if words["language"] == "en" else f"_{words['language']}"
    cell = words["cell"]
    cells = tuple(
        Cell(c["middle"], c["high"], cell["middle_high"].format(**c))
        for c in _cells(of_place, str(getattr(standard, "name", "")))
    )
    name, unit, told = (str(standard[f"{x}{ending}"]) for x in ("name", "unit", "standard"))
    return Row(name, unit, told, cells)


def _capacity(capacity: pd.DataFrame, beds: float, words: Words) -> list[Row]:
    text, cell = words["row"], words["cell"]
    days, chances = [], []
    for row in capacity.to_dict("records"):
        c = {band: f"{row[band]:.0f}" for band in ("low", "middle", "high")}
        told = text["of_days"].format(days=c["middle"], all=row["days"])
        days.append(Cell(told, cell["range"].format(**c), cell["people"].format(**c)))
        chance = f"{100 * row['chance']:.0f} %"
        chances.append(Cell(chance, "", chance))
    return [
        Row(text["over"], text["over_unit"].format(beds=about(beds)), "", tuple(days)),
        Row(text["chance"], text["chance_unit"], "", tuple(chances)),
    ]
