"""The ranges of the surveys behind the rates of harm."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from corredor.corridor.world import ELSEWHERE
from corredor.inputs.tables import read_table

BEFORE_MEXICO = ("darien", "central_america")


@cache
def load_ranges() -> pd.DataFrame:
    """Return the range of each kind of harm by where it happens.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``kind`` and ``where``; columns as in ``schema/harm_ranges.csv``, and
        ``low_factor`` and ``high_factor``: low and high over middle, missing where no figure was
        published.
    """
    table = read_table(Path(__file__).with_name("ranges.csv"), "harm_ranges")
    for end in ("low", "high"):
        table[f"{end}_factor"] = table[end] / table["middle"]
    return table.set_index(["kind", "where"])


def where_of_zone(zone: str) -> str:
    """Return where in the ranges a place of this zone lies: of another corridor they tell none."""
    if zone == ELSEWHERE:
        return ELSEWHERE
    return "before_mexico" if zone in BEFORE_MEXICO else "mexico"
