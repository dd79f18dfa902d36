"""The places of a new world: from a list, or three examples to be replaced."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from corredor.corridor.starting.gazetteer import Found, look_up
from corredor.errors import InputError, Problem, plain
from corredor.inputs.tables import read_table

UNKNOWN = "not told"


@dataclass(frozen=True)
class Stop:
    """A place of a new world.

    Attributes
    ----------
    place, name, country, state : str
        As in ``places.csv``.
    latitude, longitude : float
        In degrees.
    population : int or None
        People living there; None where it is not told.
    entry : bool
        Whether people enter here.
    goal : str
        What people make for and reach here; empty elsewhere.
    source : str
        Where the position comes from.
    """

    place: str
    name: str
    country: str
    state: str
    latitude: float
    longitude: float
    population: int | None
    entry: bool
    goal: str
    source: str


def examples() -> tuple[Stop, ...]:
    """Return three places in a row that stand for those of the user, and say so."""
    names = ("Example entry", "Example town", "Example border")
    return tuple(
        Stop(
            slug(name), name, "example", "example", 0.0, float(number), None, entry=number == 0,
            goal="Example goal" if number == len(names) - 1 else "", source="example: replace it",
        )
        for number, name in enumerate(names)
    )  # fmt: skip


def listed(path: Path) -> tuple[Stop, ...]:
    """Return the places of a list, a CSV file with a row a place along the way.

    Where no row says who enters where, people enter at the first place; where none is a goal, the
    last is one. A place without a position is looked up in GeoNames.

    Parameters
    ----------
    path : Path
        The list; docs/reference/tables.md has its columns, ``listed_places``.

    Raises
    ------
    InputError
        With every problem: the file, the line, the column and what was expected.
    MissingExtraError
        If a place has to be looked up and the library is not installed.
    """
    table = read_table(path, "listed_places")
    if len(table) < 2:
        raise InputError(Problem(str(path), "at least two places, an entry and a goal"))
    problems: list[Problem] = []
    found: list[Stop] = []
    for line, row in table.iterrows():
        try:
            found.append(_stop(row, path))
        except LookupError as error:
            problems.append(Problem(str(path), str(error), row["name"], int(str(line)), "name"))
    twice = {s.place for s in found if sum(s.place == other.place for other in found) > 1}
    problems += [Problem(str(path), "each place once", name) for name in sorted(twice)]
    if problems:
        raise InputError(problems)
    return with_ends(found)


def with_ends(stops: Sequence[Stop]) -> tuple[Stop, ...]:
    """Return places of which at least one is an entry, else the first, and one a goal, the last."""
    made = [dict(vars(stop)) for stop in stops]
    if not any(stop.entry for stop in stops):
        made[0]["entry"] = True
    if not any(stop.goal for stop in stops):
        made[-1]["goal"] = stops[-1].name
    return tuple(Stop(**each) for each in made)


def of_gazetteer(found: Found, *, entry: bool = False, goal: str = "") -> Stop:
    """Return a place as GeoNames has it."""
    return Stop(
        slug(found.name), found.name, found.country, found.state or UNKNOWN, found.latitude,
        found.longitude, found.population, entry, goal, found.source,
    )  # fmt: skip


def slug(name: str) -> str:
    """Return the short name of a place: lower-case letters and digits joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-") or "place"


def _stop(row: pd.Series[Any], path: Path) -> Stop:
    name, country = str(row["name"]), str(row["country"])
    entry, goal = bool(row["entry"]), str(row["goal"])
    latitude, longitude = float(str(row["latitude"])), float(str(row["longitude"]))
    if latitude != latitude or longitude != longitude:
        return of_gazetteer(look_up(name, country), entry=entry, goal=goal)
    people = float(str(row["population"]))
    return Stop(
        slug(name), name, country or UNKNOWN, UNKNOWN, latitude, longitude,
        None if people != people else int(people), entry, goal, f"the list {path.name}",
    )  # fmt: skip
