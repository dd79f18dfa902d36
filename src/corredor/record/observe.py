"""What each official series would count in the model: the only place that knows.

The series count events, not persons: the same person may be met several times in a month, in the
record and in the model. An observation is a total over a window of whole months.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corredor.errors import UsageError, did_you_mean
from corredor.record.tiling import disjoint_windows

if TYPE_CHECKING:
    import xarray as xr


def _encounters(data: xr.Dataset) -> xr.DataArray:
    return data["encounters"].sum(["sector", "group"])


def _by_nationality(data: xr.Dataset, nationality: str) -> xr.DataArray:
    chosen = np.flatnonzero(data["nationality_of_group"].values == nationality)
    return data["encounters"].isel(group=chosen).sum(["sector", "group"])


def _by_sector(data: xr.Dataset, sector: str) -> xr.DataArray:
    return data["encounters"].sel(sector=sector).sum("group")


def _by_household(data: xr.Dataset, household: str) -> xr.DataArray:
    chosen = np.flatnonzero(data["household"].values == household)
    return data["encounters"].isel(group=chosen).sum(["sector", "group"])


def _at_ports(data: xr.Dataset) -> xr.DataArray:
    both = data["admitted_by_appointment"] + data["admitted_without_appointment"]
    return both.sum(["port", "group"])


def _at_ports_of(data: xr.Dataset, nationality: str) -> xr.DataArray:
    chosen = np.flatnonzero(data["nationality_of_group"].values == nationality)
    both = data["admitted_by_appointment"] + data["admitted_without_appointment"]
    return both.isel(group=chosen).sum(["port", "group"])


def _detentions(data: xr.Dataset) -> xr.DataArray:
    return data["detentions"].sum(["place", "group"])


def _detentions_in(data: xr.Dataset, zone: str) -> xr.DataArray:
    chosen = np.flatnonzero(data["zone"].values == zone)
    return data["detentions"].isel(place=chosen).sum(["place", "group"])


def _detentions_of(data: xr.Dataset, nationalities: str) -> xr.DataArray:
    chosen = data["nationality_of_group"].isin(nationalities.split("+")).values
    return data["detentions"].isel(group=np.flatnonzero(chosen)).sum(["place", "group"])


def _returns(data: xr.Dataset) -> xr.DataArray:
    return data["returned_home_by_mexico"].sum("group")


def _darien(data: xr.Dataset) -> xr.DataArray:
    out_of_the_gap = data["link_destination"].values == "lajas-blancas"
    return data["travelled"].isel(link=np.flatnonzero(out_of_the_gap)).sum(["link", "nationality"])


def _darien_of(data: xr.Dataset, nationality: str) -> xr.DataArray:
    return _darien(data.sel(nationality=[nationality]))


def _honduras(data: xr.Dataset) -> xr.DataArray:
    """Count entries that Honduras calls irregular: neighbours of the free-movement area are not."""
    country = dict(zip(data["place"].values, data["country"].values, strict=True))
    origin = np.array([country[p] for p in data["link_origin"].values])
    destination = np.array([country[p] for p in data["link_destination"].values])
    enters = np.flatnonzero((origin != "HND") & (destination == "HND"))
    counted = ~data["nationality"].isin(["guatemala", "honduras", "el-salvador", "nicaragua"])
    return data["travelled"].isel(link=enters).where(counted, 0).sum(["link", "nationality"])


def _refuge(data: xr.Dataset) -> xr.DataArray:
    return data["refuge_requests"].sum("place")


def _appointments(data: xr.Dataset) -> xr.DataArray:
    return data["appointments_given"].sum(["port", "group"])


OBSERVED: Mapping[str, Callable[[xr.Dataset], xr.DataArray]] = {
    "border_patrol_encounters": _encounters,
    "ports_of_entry_encounters": _at_ports,
    "mexico_detentions": _detentions,
    "mexico_returns": _returns,
    "darien_crossings": _darien,
    "honduras_irregular_entries": _honduras,
    "asylum_applications_mexico": _refuge,
    "appointments": _appointments,
}
# What a series counts of a part, named as the model names it: a nationality, a sector, a household,
# a zone, or nationalities joined by "+".
PARTS: Mapping[tuple[str, str], Callable[[xr.Dataset, str], xr.DataArray]] = {
    ("border_patrol_by_citizenship", "nationality"): _by_nationality,
    ("border_patrol_by_sector", "sector"): _by_sector,
    ("border_patrol_by_family_status", "household"): _by_household,
    ("ports_of_entry_encounters", "nationality"): _at_ports_of,
    ("mexico_detentions", "zone"): _detentions_in,
    ("mexico_detentions", "nationality"): _detentions_of,
    ("darien_crossings", "nationality"): _darien_of,
}
# No monthly figures were published that could be compared.
WITHOUT_WINDOWS = ("appointments",)


def observe(data: xr.Dataset, series: str, by: str = "", part: str = "") -> xr.DataArray:
    """Return what a series would count in a result, ``[replicate, month]``.

    Parameters
    ----------
    data : xarray.Dataset
        A result of ``corredor.run``.
    series : str
        One of ``OBSERVED``; with a part, of ``PARTS``.
    by, part : str
        How the series is told apart, such as ``sector``, and the part, such as ``Tucson``.

    Raises
    ------
    UsageError
        If the model has nothing that the series counts.
    """
    if by:
        if (series, by) not in PARTS:
            known = ", ".join(f"{s} by {b}" for s, b in PARTS)
            raise UsageError(f"{series} by {by}: the model counts nothing of the kind: {known}.")
        return PARTS[series, by](data, part).rename(series)
    if series not in OBSERVED:
        raise UsageError(
            f"{series}: the model counts nothing of the kind. "
            f"Known: {', '.join(OBSERVED)}. {did_you_mean(series, OBSERVED)}".rstrip()
        )
    return OBSERVED[series](data).rename(series)


def against_record(data: xr.Dataset, series: str) -> pd.DataFrame:
    """Set a result beside the record, window by window.

    Returns
    -------
    pandas.DataFrame
        One row per window: ``start`` and ``end`` (months), ``months``, ``record``, ``derived``,
        and the model's ``mean``, ``low`` and ``high`` (5 and 95 % of the replicates).
    """
    modelled = observe(data, series)
    months = pd.PeriodIndex(pd.DatetimeIndex(modelled["month"].values), freq="M")
    rows = []
    for window in disjoint_windows(series, str(months[0]), str(months[-1])).to_dict("records"):
        inside = np.flatnonzero((months >= window["start"]) & (months <= window["end"]))
        total = modelled.values[:, inside].sum(axis=1)
        low, high = np.quantile(total, [0.05, 0.95])
        rows.append(
            (window["start"], window["end"], len(inside), window["value"], window["derived"],
             total.mean(), low, high)
        )  # fmt: skip
    columns = ["start", "end", "months", "record", "derived", "mean", "low", "high"]
    return pd.DataFrame(rows, columns=columns)
