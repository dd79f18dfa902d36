"""Paired differences between two scenarios.

Both scenarios use the same numbers for the same replicate, place, state and day, so what chance has
in common cancels, and so does what a replicate's parameters have in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corredor.errors import UsageError

if TYPE_CHECKING:
    import xarray as xr

MEASURES: Mapping[str, str] = {
    "encounters": "encounters by the Border Patrol",
    "admitted_by_appointment": "people admitted by appointment",
    "evasions": "crossings without an encounter",
    "detentions": "detentions by Mexico",
    "sent_south": "times somebody was sent south",
    "returned_home_by_mexico": "deportations and assisted returns by Mexico",
    "settled": "people who stayed in Mexico",
    "gave_up": "people who gave up and went home",
    "harm_robbery": "robberies",
    "harm_extortion": "extortions",
    "harm_kidnapping": "kidnappings",
    "harm_custody_abuse": "events of abuse in custody",
}


def total(
    data: xr.Dataset, measure: str, start: str | None = None, end: str | None = None
) -> np.ndarray:
    """Return the total of a flow over the months from ``start`` to ``end``, one per replicate."""
    chosen = data[measure].sel(month=slice(_month(start), _month(end)))
    if chosen.sizes["month"] == 0:
        span = " ".join(f"{word} {m}" for word, m in (("from", start), ("to", end)) if m)
        raise UsageError(f"The results hold no month {span}.")
    over = [dim for dim in chosen.dims if dim != "replicate"]
    return np.asarray(chosen.sum(over).values, dtype=float)


def _month(text: str | None) -> str | None:
    try:
        return None if text is None else str(pd.Period(text, "M"))
    except ValueError:
        raise UsageError(f"Found {text!r}, expected a month such as 2024-01.") from None


def compare(
    a: xr.Dataset, b: xr.Dataset, start: str | None = None, end: str | None = None
) -> pd.DataFrame:
    """Compare scenario ``b`` with scenario ``a``, replicate by replicate.

    Parameters
    ----------
    a, b : xarray.Dataset
        Results with the same replicates, seed, world and people scale.
    start, end : str, optional
        First and last month, such as ``2024-01``.

    Returns
    -------
    pandas.DataFrame
        One row per measure: means of a and b, the mean paired difference b - a, its 5 and 95 %
        quantiles over the replicates, and the difference in percent of a.

    Raises
    ------
    UsageError
        If the two results cannot be paired, or hold no such months.
    """
    _check_pair(a, b)
    rows = []
    for measure, meaning in MEASURES.items():
        of_a, of_b = total(a, measure, start, end), total(b, measure, start, end)
        difference = of_b - of_a
        low, high = np.quantile(difference, [0.05, 0.95])
        percent = 100.0 * difference.mean() / of_a.mean() if of_a.mean() else float("nan")
        rows.append(
            (measure, meaning, of_a.mean(), of_b.mean(), difference.mean(), low, high, percent)
        )
    columns = ["measure", "meaning", "a", "b", "difference", "low", "high", "percent"]
    return pd.DataFrame(rows, columns=columns)


def _check_pair(a: xr.Dataset, b: xr.Dataset) -> None:
    for name in ("world_hash", "seed", "draw", "people_scale", "parameters"):
        if a.attrs[name] != b.attrs[name]:
            raise UsageError(
                f"The two results cannot be paired: {name} is {a.attrs[name]!r} in one and "
                f"{b.attrs[name]!r} in the other."
            )
    for dim in ("replicate", "month"):
        if a.sizes[dim] != b.sizes[dim] or (a[dim].values != b[dim].values).any():
            raise UsageError(f"The two results cannot be paired: they differ in their {dim}s.")
