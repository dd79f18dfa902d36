"""People who die or go missing at sea: of the model, and as published."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from corredor import record
from corredor.arrays import BAND
from corredor.corridor.processes.sea import DEATHS
from corredor.runs.measures import total
from corredor.runs.observe import WORLD_FOLDER, against_record, countings, declared, observe


def deaths_at_sea(
    data: xr.Dataset, start: str | None = None, end: str | None = None
) -> dict[str, Any] | None:
    """Return how many people die or go missing at sea; nothing where a world has no sea.

    Parameters
    ----------
    data : xarray.Dataset
        A result.
    start, end : str, optional
        First and last month, such as ``2024-01``; all if left out.

    Returns
    -------
    dict or None
        ``mean``, ``low`` and ``high`` (5 and 95 % of the runs) in people, and ``published``: for
        each series of the record that counts all of them its ``series``, ``title``, ``publisher``,
        what it is compared with (``compare_with``), the ``months`` that were published in the
        span, the people published in them (``record``) and those of the model (``model``).
    """
    if DEATHS.name not in data:
        return None
    lost = total(data, DEATHS.name, start, end)
    low, high = np.quantile(lost, BAND)
    return {
        "mean": float(lost.mean()), "low": float(low), "high": float(high),
        "published": [_published(data, series, start, end) for series in _counting_all(data)],
    }  # fmt: skip


def _counting_all(data: xr.Dataset) -> list[str]:
    """Return the series declared that count deaths at sea, and all of them."""
    known = countings(data)
    only = [name for name in declared(data) if known[name].counts == (DEATHS.name,)]
    every = total(data, DEATHS.name).sum()
    return [name for name in only if np.isclose(float(observe(data, name).sum()), every)]


def _published(data: xr.Dataset, series: str, start: str | None, end: str | None) -> dict[str, Any]:
    windows = against_record(data, series)
    inside = windows[
        (windows["start"].astype(str) >= (start or ""))
        & (windows["end"].astype(str) <= (end or "9"))
    ]
    with record.with_world(data.attrs.get(WORLD_FOLDER)):
        info = record.describe(series)
    return {
        "series": series, "title": info.title, "publisher": info.publisher,
        "compare_with": info.compare_with, "months": int(inside["months"].sum()),
        "record": float(inside["record"].sum()), "model": float(inside["mean"].sum()),
    }  # fmt: skip
