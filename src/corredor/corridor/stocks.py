"""Counts of people in places: ``stocks.csv`` of a world, an optional table.

No two kinds of count are added up or compared: everybody in a town, those in its shelters, those
in one camp. The model's people in places are held against all of them; ``[stocks]`` of
``observations.toml`` says to which it is calibrated.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from corredor.corridor.world import World
from corredor.errors import InputError, Problem
from corredor.inputs.tables import empty_table, read_table

NAME = "stocks.csv"
STATED = "stated"  # what ``dated`` is where the source names the day
SLACK = pd.Timedelta(days=30)  # either side, where the day of a count was inferred


def days_of(count: Mapping[Hashable, Any]) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last day that a count may be of: wider where they were inferred."""
    slack = pd.Timedelta(0) if count["dated"] == STATED else SLACK
    return pd.Timestamp(count["start"]) - slack, pd.Timestamp(count["end"]) + slack


def load_stocks(world: World) -> pd.DataFrame:
    """Return the counts of people in places of a world, one row each; none if it has no table.

    Parameters
    ----------
    world : World
        Whose counts.

    Returns
    -------
    pandas.DataFrame
        The columns of ``inputs/schema/stocks.csv``. ``low`` and ``high`` are the least and the most
        that the count allows: an open end is NaN where the source says more than, or at most; a
        plain number has both at itself.

    Raises
    ------
    InputError
        With every problem: what the schema does not allow, a place that is not in the world, days
        or a range the wrong way round, a row without a number.

    Examples
    --------
    >>> import corredor
    >>> counts = corredor.load_stocks(corredor.world("mexico"))
    >>> {"place", "people", "low", "high"} <= set(counts.columns)
    True
    """
    path = world.folder / NAME
    table = read_table(path, "stocks") if path.exists() else empty_table("stocks")
    problems = []
    for line, row in zip(table.index, table.to_dict("records"), strict=True):
        if row["place"] not in world.places.index:
            problems.append(_problem(line, path, "a place of places.csv", row["place"], "place"))
        if str(row["end"]) < str(row["start"]):
            problems.append(_problem(line, path, "a day on or after start", row["end"], "end"))
        known = [row[name] for name in ("low", "people", "high") if row[name] == row[name]]
        if not known:
            problems.append(_problem(line, path, "people, or a range", None, "people"))
        elif known != sorted(known):
            problems.append(_problem(line, path, "low, people and high in order", known, "low"))
    if problems:
        raise InputError(problems)
    return _with_ends(table.reset_index(drop=True))


def _problem(line: object, path: object, expected: str, value: object, column: str) -> Problem:
    return Problem(str(path), expected, value, row=int(str(line)), column=column)


def _with_ends(table: pd.DataFrame) -> pd.DataFrame:
    """Say what each count allows: ``low`` as ``people`` means more than, ``high`` so, at most."""
    people, low, high = table["people"], table["low"], table["high"]
    more, most = (low == people) & high.isna(), (high == people) & low.isna()
    return table.assign(
        low=low.fillna(people.where(~most)), high=high.fillna(people.where(~more))
    )  # fmt: skip
