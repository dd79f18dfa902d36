"""The ranges of the surveys behind the rates of harm, as a result carries them."""

from __future__ import annotations

import json

import pandas as pd
import xarray as xr

from corredor.corridor.harm_ranges import ATTRIBUTE, COLUMNS, NUMBERS


def ranges_of(data: xr.Dataset) -> pd.DataFrame:
    """Return the range of each kind of harm by where it happens, in the world of a result.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``kind`` and ``where``; columns as in ``schema/harm_ranges.csv``, and
        ``low_factor`` and ``high_factor``: low and high over middle, missing where no figure was
        published. No rows where the world has no ranges.
    """
    table = pd.DataFrame(json.loads(data.attrs.get(ATTRIBUTE, "[]")), columns=list(COLUMNS))
    table = table.astype(dict.fromkeys(NUMBERS, float))
    for end in ("low", "high"):
        table[f"{end}_factor"] = table[end] / table["middle"]
    return table.set_index(["kind", "where"])
