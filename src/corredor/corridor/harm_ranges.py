"""The ranges of the surveys behind the rates of harm: ``harm_ranges.csv`` of a world."""

from __future__ import annotations

import pandas as pd

from corredor.corridor.world import World
from corredor.inputs import schema
from corredor.inputs.tables import empty_table, read_table

NAME = "harm_ranges.csv"
ATTRIBUTE = "harm_ranges"  # of a result, in JSON
COLUMNS = tuple(attribute.name for attribute in schema.load("harm_ranges"))
NUMBERS = ("low", "middle", "high")
CUSTODY = "custody"  # where abuse in custody happens, whatever the zone


def load_ranges(world: World) -> pd.DataFrame:
    """Return the range of each kind of harm by where it happens; no rows without the table.

    Returns
    -------
    pandas.DataFrame
        The columns of ``schema/harm_ranges.csv``. ``where`` is what a zone of the world names in
        its column ``harm``, or ``custody``.

    Raises
    ------
    InputError
        With every cell that its schema does not allow.
    """
    path = world.folder / NAME
    return read_table(path, "harm_ranges") if path.exists() else empty_table("harm_ranges")


def about_ranges(world: World) -> dict[str, str]:
    """Return the attribute by which a result carries the ranges of its world."""
    return {ATTRIBUTE: load_ranges(world).to_json(orient="records", force_ascii=False)}
