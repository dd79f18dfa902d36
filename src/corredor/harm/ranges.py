"""The ranges of the surveys behind the rates of harm."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from corredor.inputs.tables import read_table


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
