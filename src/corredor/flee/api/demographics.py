"""Attributes of persons, drawn as ``demographics_TRAIT.csv`` says, under Flee's names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corredor.flee.case.attributes import PATTERN, Trait, choose, read_traits

if TYPE_CHECKING:
    from corredor.flee.api.flee import Ecosystem
    from corredor.flee.api.locations import Location

INPUT = "input_csv"


def init_demographics(e: Ecosystem) -> None:
    """Read the files.

    Of the folder that the ecosystem names, or of ``input_csv`` at hand, as in Flee; else of that
    where locations.csv was read.
    """
    named = Path(e.demographics_test_prefix) if e.demographics_test_prefix else Path(INPUT)
    names = {place.name: number for number, place in enumerate(e.locations)}
    folders = (named / INPUT, named, Path(INPUT), Path(e.input_folder or INPUT))
    there = next((folder for folder in folders if any(folder.glob(PATTERN))), None)
    e.traits = read_traits(there, names) if there else []


def get_attribute_values(e: Ecosystem, attribute: str) -> list[Any]:
    """Return the values that an attribute can have."""
    return [_value(told) for trait in _traits(e) if trait.name == attribute
            for told in trait.values]  # fmt: skip


def draw_samples(e: Ecosystem, loc: Location) -> dict[str, Any]:
    """Return the attributes of somebody who comes from a place."""
    return draw_people(e, loc, 1)[0][0]


def draw_people(e: Ecosystem, loc: Location, number: int) -> list[tuple[dict[str, Any], int]]:
    """Return the attributes of people who come from a place, and how many share each."""
    traits, place = _traits(e), e.locations.index(loc)
    if not traits or number <= 0:
        return [({}, number)]
    drawn = np.array([choose(trait.share[:, place], number, e.random) for trait in traits]).T
    rows, counts = np.unique(drawn, axis=0, return_counts=True)
    return [
        ({trait.name: _value(trait.values[v]) for trait, v in zip(traits, row, strict=True)}, many)
        for row, many in zip(rows.tolist(), counts.tolist(), strict=True)
    ]


def _traits(e: Ecosystem) -> list[Trait]:
    if e.traits is None:
        init_demographics(e)
    return e.traits or []


def _value(told: str) -> Any:
    """Return a value as pandas reads it: a number where it is one."""
    for kind in (int, float):
        try:
            return kind(told)
        except ValueError:
            continue
    return told
