"""What each official series would count in a result, as the world of the result declares it.

The series count events, not persons: the same person may be met several times in a month, in the
record and in the model. An observation is a total over a window of whole months, in events of the
world, however many people were simulated for each of it.

How a series counts is data: ``[series.NAME]`` in ``observations.toml`` of a world names
variables of a result, added up over everything but replicate and month, and of which places, links,
sectors or people. A result carries these declarations with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corredor.arrays import BAND
from corredor.corridor.kinds import Flags
from corredor.errors import UsageError, did_you_mean
from corredor.record import with_world
from corredor.record.tiling import disjoint_windows
from corredor.runs.counting import Counting
from corredor.runs.reading import of_the_world, whole_months

if TYPE_CHECKING:
    import xarray as xr

# Attributes of a result: the series that its world declares, those that it can count, how each is
# counted, and the folder of the world, whose own record stands beside the result.
OBSERVED_SERIES, COUNTED_SERIES = "observed_series", "counted_series"
COUNTINGS, WORLD_FOLDER, CHARTS = "series", "world_folder", "charts"


def observe(
    data: xr.Dataset, series: str, by: str = "", part: str = "",
    where: Mapping[str, Sequence[str]] | None = None,
) -> xr.DataArray:  # fmt: skip
    """Return what a series would count in a result, ``[replicate, month]``.

    Parameters
    ----------
    data : xarray.Dataset
        A result of ``corredor.run``.
    series : str
        One that the world of the result counts.
    by, part : str
        How the series is told apart, such as ``sector``, and the part, such as ``Tucson``; parts
        joined by ``+`` are added up.
    where : mapping of str to list of str, optional
        Further labels to keep, such as ``{"sector": ["Del Rio"]}`` of a series told apart by
        nationality.

    Returns
    -------
    xarray.DataArray
        Events of the world, however many people were simulated for each.

    Raises
    ------
    UsageError
        If the model has nothing that the series counts.

    Examples
    --------
    >>> import corredor
    >>> result = corredor.run(corredor.example_world(), draw="expected", replicates=1)
    >>> corredor.observe(result, "arrivals").dims
    ('replicate', 'month')
    """
    known = countings(data)
    if series not in known:
        raise UsageError(
            f"{series}: the model counts nothing of the kind. "
            f"Known: {', '.join(known) or 'none'}. {did_you_mean(series, known)}".rstrip()
        )
    counting = known[series]
    kept = {**counting.where, **(where or {}), **({by: part.split("+")} if by else {})}
    parts = [_sum(data, name, kept, counting.unless, series) for name in counting.counts]
    total: xr.DataArray = sum(parts[1:], start=parts[0])
    return total.rename(series)


def _sum(
    data: xr.Dataset, name: str, where: Mapping[str, Sequence[str]],
    unless: Mapping[str, Sequence[str]], series: str,
) -> xr.DataArray:  # fmt: skip
    """Return a variable added up over all but replicate and month, in events of the world."""
    if name not in data:
        raise UsageError(f"{series}: the result holds no {name}.")
    values = of_the_world(data, name)
    kept: dict[str, Flags] = {}
    for names, wanted in ((where, True), (unless, False)):
        for key, of in names.items():
            dim, labels = _labels(data, values, key, series)
            chosen = np.isin(labels, list(of)) == wanted
            kept[dim] = kept.get(dim, np.ones(len(chosen), dtype=bool)) & chosen
    values = values.isel({dim: np.flatnonzero(flags) for dim, flags in kept.items()})
    return values.sum([dim for dim in values.dims if dim not in ("replicate", "month")])


def _labels(
    data: xr.Dataset, values: xr.DataArray, key: str, series: str
) -> tuple[str, np.ndarray[tuple[int], np.dtype[np.str_]]]:
    """Return a dimension of a variable and what a key says of each of its entries.

    A key is a coordinate, such as ``zone``; one that is told of a dimension, such as
    ``nationality`` of a group; or what is told of the place that a coordinate names, such as
    ``link_origin.country``.
    """
    first, _, told = key.partition(".")
    names = (first, *(f"{first}_of_{dim}" for dim in values.dims))
    found = next((n for n in names if n in data.coords and set(data[n].dims) <= set(values.dims)
                  and data[n].ndim == 1), None)  # fmt: skip
    if found is None:
        raise UsageError(f"{series}: {values.name} is not told apart by {key}.")
    labels = data[found].to_numpy().astype(str)
    if told:
        of_place = dict(zip(data["place"].to_numpy().astype(str), data[told].to_numpy().astype(str),
                            strict=True))  # fmt: skip
        labels = np.array([of_place[place] for place in labels])
    return str(data[found].dims[0]), labels


def countings(data: xr.Dataset) -> dict[str, Counting]:
    """Return how the world of a result counts each series, whether or not it has what it needs."""
    listed = json.loads(data.attrs.get(COUNTINGS, "{}"))
    return {name: Counting.model_validate(each) for name, each in listed.items()}


def declared(data: xr.Dataset) -> tuple[str, ...]:
    """Return the series that the world of a result declares, so that they may stand beside it."""
    return tuple(json.loads(data.attrs.get(OBSERVED_SERIES, "[]")))


def countable(data: xr.Dataset) -> tuple[str, ...]:
    """Return the series whose events the world of a result can count, declared or not."""
    return tuple(json.loads(data.attrs.get(COUNTED_SERIES, "[]")))


def against_record(data: xr.Dataset, series: str) -> pd.DataFrame:
    """Set a result beside the record, window by window.

    A month that was not simulated from its first day to its last belongs to no window.

    Returns
    -------
    pandas.DataFrame
        One row per window: ``start`` and ``end`` (months), ``months``, ``record``, ``derived``,
        and the model's ``mean``, ``low`` and ``high`` (5 and 95 % of the replicates).
    """
    columns = ["start", "end", "months", "record", "derived", "mean", "low", "high"]
    modelled = observe(data, series).isel(month=np.flatnonzero(whole_months(data)))
    months = pd.PeriodIndex(pd.DatetimeIndex(modelled["month"].values), freq="M")
    if months.empty:
        return pd.DataFrame([], columns=columns)
    rows = []
    with with_world(data.attrs.get(WORLD_FOLDER)):
        windows = disjoint_windows(series, str(months[0]), str(months[-1])).to_dict("records")
    for window in windows:
        inside = np.flatnonzero((months >= window["start"]) & (months <= window["end"]))
        total = modelled.transpose("replicate", "month").values[:, inside].sum(axis=1)
        low, high = np.quantile(total, BAND)
        rows.append(
            (window["start"], window["end"], len(inside), window["value"], window["derived"],
             total.mean(), low, high)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
