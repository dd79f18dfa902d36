"""Who comes to a place in a month: by nationality, by the way they come, by the last stop before.

A result tells a person's nationality, which is where their way began, on every road and in every
group. It does not tell the nationality of the people present in a place, nor of a caravan.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from corredor.app.documents.slices import banded, months_of
from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.runs.result import load_result


def arrivals(folder: Path, place: str, month: str) -> dict[str, Any]:
    """Return people who come to a place in a month, each with the band of the runs.

    Returns
    -------
    dict
        ``nationalities``, of all but caravans; ``ways``: ``road``, people who set out for the
        place on a road; ``bused``, brought from custody; ``entered``, the first place of their
        way; ``caravan``, with a caravan; ``stops``, the places from which those on a road set
        out. Lists have the most first, and leave out where there is nobody.

    Raises
    ------
    UsageError
        If the result holds no such place or month.
    """
    data = load_result(folder)
    if place not in data["place"].values:
        raise UsageError(f"{place}: the result has no such place.")
    if month not in months_of(data):
        raise UsageError(f"The result holds no month {month}.")
    scale = data.attrs["people_scale"]
    then = data.sel(month=f"{month}-01")
    road = then["travelled"].isel(link=np.flatnonzero(data["link_destination"].values == place))
    road = road.transpose("replicate", "link", "nationality").load() / scale
    groups = [_by_nationality(then[flow].sel(place=place), data) / scale
              for flow in ("sent_south", "entries")]  # fmt: skip
    bused, entered = groups
    people = road.sum("link").to_numpy() + bused + entered
    ways = {
        "road": road.sum(["link", "nationality"]).to_numpy(), "bused": bused.sum(axis=1),
        "entered": entered.sum(axis=1),
        "caravan": then["caravan_arrived"].sel(place=place).to_numpy() / scale,
    }  # fmt: skip
    stops: dict[str, Floats] = {}
    for origin, values in zip(_origins(road), road.sum("nationality").to_numpy().T, strict=True):
        stops[origin] = stops.get(origin, 0.0) + values  # by bus and on foot
    return {
        "nationalities": _listed(zip(_names(data["nationality"]), people.T, strict=True)),
        "ways": _listed(ways.items()),
        "stops": _listed(stops.items()),
    }


def _by_nationality(flow: xr.DataArray, data: xr.Dataset) -> Floats:
    """Return a flow by group, ``[replicate, nationality]``."""
    values = flow.transpose("replicate", "group").to_numpy()
    of_group = data["nationality_of_group"].values
    return np.column_stack(
        [values[:, of_group == name].sum(axis=1) for name in data["nationality"].values]
    )


def _origins(road: xr.DataArray) -> list[str]:
    return _names(road["link_origin"])


def _names(values: xr.DataArray) -> list[str]:
    return [str(name) for name in values.values]


def _listed(found: Iterable[tuple[str, Floats]]) -> list[dict[str, Any]]:
    rows = [{"name": name, **banded(values)} for name, values in found]
    return sorted((row for row in rows if row["high"] > 0), key=lambda row: -row["middle"])
