"""How a world's model counts what a series counts, and what a world needs for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from corredor.corridor.world import World
from corredor.inputs.toml import Entry


class Counting(Entry):
    """A ``[series.NAME]`` of ``observations.toml``: what of a result the series counts.

    Attributes
    ----------
    counts : tuple of str
        Variables of a result, added up.
    where, unless : mapping of str to list of str
        Only what has one of these values, or none of them. A key is a coordinate of a result
        (``zone``, ``sector``, ``port``, ``household``, ``nationality``, ``link_destination``) or
        what is told of the place that one names (``link_origin.country``).
    needs : mapping of str to list of str
        What the world must have to count it: values that stand in a column of ``places.csv``; an
        empty list means any.

    Examples
    --------
    >>> Counting(counts=["detentions"], where={"zone": ["south"]}).where
    {'zone': ['south']}
    """

    counts: tuple[str, ...] = Field(min_length=1)
    where: dict[str, list[str]] = Field(default_factory=dict)
    unless: dict[str, list[str]] = Field(default_factory=dict)
    needs: dict[str, list[str]] = Field(default_factory=dict)

    @field_validator("where", "unless", "needs", mode="before")
    @classmethod
    def _tables(cls, value: object) -> object:
        if isinstance(value, Mapping):
            return {k: list(v) if isinstance(v, tuple) else v for k, v in value.items()}
        return value


def lacking(world: World, counting: Counting) -> str:
    """Return what a world would need to count what a series counts, or an empty text."""
    for column, values in counting.needs.items():
        held = _held(world, column)
        missing = sorted(set(values) - held) if values else [] if held else [""]
        if missing:
            named = ", ".join(value for value in missing if value)
            return f"no place with {column} {named}".rstrip()
    links = {k: v for k, v in counting.where.items() if k.startswith("link_")}
    barred = {k: v for k, v in counting.unless.items() if k.startswith("link_")}
    if not (links or barred):
        return ""
    chosen = np.ones(len(world.links), dtype=bool)
    for names, wanted in ((links, True), (barred, False)):
        for key, values in names.items():
            chosen &= np.isin(_of_links(world, key), list(values)) == wanted
    if chosen.any():
        return ""
    return f"no link with {_told(links)}" + (f" and without {_told(barred)}" if barred else "")


@lru_cache(64)  # asked for every result of a world
def _held(world: World, column: str) -> frozenset[str]:
    """Return the values of a column of places that are not empty."""
    if column not in world.places:
        return frozenset()
    values = world.places[column]
    given = values.notna() & (values.astype(str) != "") & (values.astype(str) != "False")
    return frozenset(values[given].astype(str))


@lru_cache(64)
def _of_links(world: World, key: str) -> NDArray[np.str_]:
    """Return what a key such as ``link_origin.country`` says of each link."""
    end, _, told = key.removeprefix("link_").partition(".")
    if end not in world.links:
        return np.full(len(world.links), "", dtype=np.str_)
    ends = world.links[end]
    return (world.places[told].reindex(ends) if told else ends).to_numpy(str)


def _told(names: Mapping[str, Sequence[str]]) -> str:
    return " and ".join(f"{key} {', '.join(values)}" for key, values in names.items())
