"""What each official series would count in the model: the only place that knows.

The series count events, not persons: the same person may be met several times in a month, in the
record and in the model. An observation is a total over a window of whole months, in events of the
world, however many people were simulated for each of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corredor.arrays import BAND
from corredor.errors import UsageError, did_you_mean
from corredor.record.record import load_series
from corredor.record.tiling import disjoint_windows
from corredor.runs.reading import rescaled, whole_months

if TYPE_CHECKING:
    import xarray as xr

    from corredor.corridor.world import World

# Attributes of a result: the series that its world declares, and those that it could count.
OBSERVED_SERIES, COUNTED_SERIES = "observed_series", "counted_series"
OUT_OF_THE_GAP = "lajas-blancas"  # where the way out of the Darién leads
FREE_MOVEMENT = ("guatemala", "honduras", "el-salvador", "nicaragua")  # need no papers there


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
    out_of_the_gap = data["link_destination"].values == OUT_OF_THE_GAP
    return data["travelled"].isel(link=np.flatnonzero(out_of_the_gap)).sum(["link", "nationality"])


def _darien_of(data: xr.Dataset, nationality: str) -> xr.DataArray:
    return _darien(data.sel(nationality=[nationality]))


def _honduras(data: xr.Dataset) -> xr.DataArray:
    """Count entries that Honduras calls irregular: neighbours of the free-movement area are not."""
    country = dict(zip(data["place"].values, data["country"].values, strict=True))
    origin = np.array([country[p] for p in data["link_origin"].values])
    destination = np.array([country[p] for p in data["link_destination"].values])
    enters = np.flatnonzero((origin != "HND") & (destination == "HND"))
    counted = ~data["nationality"].isin(FREE_MOVEMENT)
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


def lacking(world: World, series: str) -> str:
    """Return what a world would need to count what a series counts, or an empty text.

    Parameters
    ----------
    world : World
        Its places and links decide.
    series : str
        One of ``OBSERVED``.
    """
    places, links = world.places, world.links
    in_mexico = places["country"] == "MEX"
    if series == "border_patrol_encounters":
        every = load_series("border_patrol_by_sector")["place"].unique()
        missing = sorted(set(every) - set(places["sector"]))
        return f"no place in the sector {', '.join(missing)}" if missing else ""
    if series == "ports_of_entry_encounters":
        return "" if (places["port"] != "").any() else "no port of entry"
    if series in ("mexico_detentions", "mexico_returns"):
        return "" if (in_mexico & places["station_capacity"].notna()).any() else (
            "no station in Mexico where people could be held"
        )  # fmt: skip
    if series == "darien_crossings":
        return "" if (links["destination"] == OUT_OF_THE_GAP).any() else (
            f"no link into {OUT_OF_THE_GAP}"
        )  # fmt: skip
    if series == "honduras_irregular_entries":
        ends = (places["country"].reindex(links[end]) for end in ("origin", "destination"))
        origin, destination = (end.to_numpy() for end in ends)
        enters = ((origin != "HND") & (destination == "HND")).any()
        return "" if enters else "no link into Honduras"
    if series == "asylum_applications_mexico":
        return "" if in_mexico.any() else "no place in Mexico"
    return "" if places["waiting_hub"].any() else "no waiting hub"


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
        return PARTS[series, by](rescaled(data), part).rename(series)
    if series not in OBSERVED:
        raise UsageError(
            f"{series}: the model counts nothing of the kind. "
            f"Known: {', '.join(OBSERVED)}. {did_you_mean(series, OBSERVED)}".rstrip()
        )
    return OBSERVED[series](rescaled(data)).rename(series)


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
    for window in disjoint_windows(series, str(months[0]), str(months[-1])).to_dict("records"):
        inside = np.flatnonzero((months >= window["start"]) & (months <= window["end"]))
        total = modelled.transpose("replicate", "month").values[:, inside].sum(axis=1)
        low, high = np.quantile(total, BAND)
        rows.append(
            (window["start"], window["end"], len(inside), window["value"], window["derived"],
             total.mean(), low, high)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
