"""Cut a result into what the page draws: small documents of plain numbers, with their bands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from corredor.inputs.manifest import write_manifest
from corredor.inputs.whole_files import whole_or_absent
from corredor.needs import bands, people_in_places
from corredor.record import disjoint_windows, with_world
from corredor.runs.observe import CHARTS, WORLD_FOLDER, countings, declared, observe
from corredor.runs.provenance import made_of
from corredor.runs.reading import (
    END,
    START,
    of_the_world,
    whole_months,
    whole_months_between,
)

BANDS = ("low", "middle", "high")
NAMES = ("people", "monthly", "links")


def people(data: xr.Dataset) -> dict[str, Any]:
    """Return people in each place on each day, with bands, and those who walk in a caravan.

    Lists are by place, then by day; ``caravan`` is the mean of the runs, and ``over`` the share
    of the runs with more people than published beds, missing where none are published.
    """
    counted = people_in_places(data)
    values = counted.to_numpy()
    walking = data["present"].sel(status="in_caravan").mean("replicate").to_numpy().T
    beds = counted["shelter_beds"].to_numpy()
    over = (np.rint(values) > beds).mean(axis=0).T
    return {
        "start": str(data["day"].values[0])[:10],
        "days": data.sizes["day"],
        "replicates": data.sizes["replicate"],
        "places": [str(place) for place in counted["place"].values],
        "beds": [None if np.isnan(b) else int(b) for b in beds],
        **{name: _whole(level.T) for name, level in zip(BANDS, bands(values), strict=True)},
        "caravan": _whole(walking / data.attrs["people_scale"]),
        "over": [
            None if np.isnan(b) else np.round(share, 2).tolist()
            for b, share in zip(beds, over, strict=True)
        ],
    }


def monthly(data: xr.Dataset) -> dict[str, Any]:
    """Return the series of the charts by month, with bands, and the record beside them."""
    found = monthly_bands(data)
    for name, series in found["series"].items():
        series["record"] = record_of(data, name)
    return found


def charted(data: xr.Dataset) -> list[str]:
    """Return what the world of a result charts, as far as it is counted or the result has it."""
    known = countings(data)
    charts = json.loads(data.attrs.get(CHARTS, "[]"))
    return [name for name in charts if name in known or name in data]


def monthly_bands(data: xr.Dataset) -> dict[str, Any]:
    """Return the series of the charts by month, with bands, and how many days each month has."""
    series = {name: banded(counted(data, name).to_numpy()) for name in charted(data)}
    return {
        "months": months_of(data), "whole": whole_months(data).tolist(),
        "replicates": data.sizes["replicate"], "series": series,
    }  # fmt: skip


def counted(data: xr.Dataset, series: str) -> xr.DataArray:
    """Return one of :func:`charted` by month, ``[replicate, month]``."""
    if series in countings(data):
        return observe(data, series).transpose("replicate", "month")
    flow = of_the_world(data, series)
    over = [dim for dim in flow.dims if dim not in ("replicate", "month")]
    return flow.sum(over).transpose("replicate", "month")


def links(data: xr.Dataset) -> dict[str, Any]:
    """Return people who set out on each link by nationality and month: the mean of the runs."""
    mean = data["travelled"].mean("replicate").transpose("link", "nationality", "month")
    return {
        "months": months_of(data),
        "origin": [str(place) for place in data["link_origin"].values],
        "destination": [str(place) for place in data["link_destination"].values],
        "nationalities": [str(name) for name in data["nationality"].values],
        "travelled": _whole(mean.to_numpy() / data.attrs["people_scale"]),
    }


def save_slices(data: xr.Dataset, folder: Path) -> None:
    """Write the documents to a new folder, whole or not at all.

    Raises
    ------
    OutputError
        If they cannot be written.
    """
    with whole_or_absent(folder) as temporary:
        temporary.mkdir()
        for name, cut in (("people", people), ("monthly", monthly), ("links", links)):
            text = json.dumps(cut(data), separators=(",", ":"), allow_nan=False)
            (temporary / f"{name}.json").write_text(text, encoding="utf-8")
        write_manifest(temporary, "slices", made_of(data))


def months_of(data: xr.Dataset) -> list[str]:
    """Return the months of a result, such as ``2024-01``."""
    return [str(month)[:7] for month in data["month"].values]


def record_of(data: xr.Dataset, series: str) -> list[dict[str, Any]]:
    """Return what was published over all whole months of a run; see ``published``.

    A run under way has them from its first day on.
    """
    whole = whole_months_between(data.attrs[START], data.attrs[END])
    if not len(whole) or series not in declared(data):
        return []
    with with_world(data.attrs.get(WORLD_FOLDER)):
        return published(series, str(whole[0]), str(whole[-1]))


def published(series: str, first: str, last: str) -> list[dict[str, Any]]:
    """Return what was published from month to month, window by window, as a mean a month."""
    return [
        {"start": str(row["start"]), "end": str(row["end"]),
         "value": float(row["value"]) / int(row["months"])}
        for row in disjoint_windows(series, first, last).to_dict("records")
    ]  # fmt: skip


def banded(values: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Return the band of numbers, ``[replicate, …]``, as whole numbers."""
    return {name: _whole(level) for name, level in zip(BANDS, bands(values), strict=True)}


def _whole(values: npt.NDArray[Any]) -> list[Any]:
    listed: list[Any] = np.rint(values).astype(np.int64).tolist()
    return listed
