"""The numbers that study, report, claims, needs, harm and the app print, one for each replicate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from corredor.arrays import Floats
from corredor.claims import load_claims, scenarios_of
from corredor.claims.scenarios import Results
from corredor.corridor.processes.harm import KINDS
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.fit.observations import pooled
from corredor.harm.table import ABUSE
from corredor.needs import people_in_places
from corredor.runs.measures import measures
from corredor.runs.observe import declared, observe
from corredor.runs.reading import of_the_world
from corredor.runs.targets import forecast_plan
from corredor.study import subject
from corredor.study.consequences import HARM_SPAN, POLICY_SPAN, policies
from corredor.study.facts import family_share

Numbers = dict[str, Floats]  # [replicate, …]


def scenarios() -> list[Scenario]:
    """Return the scenarios of the study, each once, the baseline first."""
    first, second = (
        load_scenario(name).with_horizon(end=subject.LAST_DAY)
        for name in (subject.BASELINE, subject.COUNTERFACTUAL)
    )
    over = Results(days_of=first).over_days
    asked = [first, second, *scenarios_of(load_claims(subject.CLAIMS)), *policies()]
    return list({one.hash: one for one in map(over, asked)}.values())


def printed(results: Sequence[xr.Dataset]) -> dict[str, Numbers]:
    """Return by kind, then by name, what is printed of the scenarios of a study, [replicate, …].

    Parameters
    ----------
    results : sequence of xarray.Dataset
        Of :func:`scenarios`, in their order.
    """
    baseline, counterfactual = results[0].load(), results[1]
    return {
        "series by month": dict(_series(baseline)),
        "series by part": dict(_parts(baseline)),
        "the fall of the study": _falls(baseline, counterfactual),
        "measures of a scenario": dict(_measures(results)),
        "differences of scenarios": dict(_differences(results)),
        "people in a place, an evening": {"present": _evenings(baseline)},
        "people in a place, mean of a month": {
            "present": people_in_places(baseline).resample(day="MS").mean().to_numpy()
        },
        "arrivals in a place": dict(_arrivals(baseline)),
        "harm by kind": dict(_harm(baseline, ["place", "mode"])),
        "harm by place": dict(_harm(baseline, ["mode"])),
        "harm by mode": dict(_harm(baseline, ["place"])),
    }  # fmt: skip


def _series(data: xr.Dataset) -> Iterator[tuple[str, Floats]]:
    for name in declared(data):
        yield name, observe(data, name).transpose("replicate", "month").to_numpy().astype(float)
    yield "family_share", family_share(data).transpose("replicate", "month").to_numpy()


def _parts(data: xr.Dataset) -> Iterator[tuple[str, Floats]]:
    sectors = of_the_world(data, "encounters").sum("group").transpose("replicate", "month", ...)
    yield "sectors", sectors.to_numpy().astype(float)
    world = load_scenario(subject.BASELINE).world
    series = forecast_plan(world).level
    for name in pooled(world, series):
        values = observe(data, series, "nationality", name).transpose("replicate", "month")
        yield name, values.to_numpy().astype(float)


def _falls(a: xr.Dataset, b: xr.Dataset) -> Numbers:
    each = []
    for data in (a, b):
        seen = observe(data, subject.BORDER_PATROL)
        before, after = (
            seen.sel(month=m).to_numpy().reshape(-1) for m in (subject.BEFORE, subject.AFTER)
        )
        each.append(100.0 * (after / before - 1.0))
    return {"baseline": each[0], "counterfactual": each[1], "difference": each[1] - each[0]}


def _measures(results: Sequence[xr.Dataset]) -> Iterator[tuple[str, Floats]]:
    for number, data in enumerate(results):
        span = subject.SPAN if number == 1 else POLICY_SPAN
        for measure in measures(data):
            yield f"{number} {measure.name}", measure.of(data, *span)


def _differences(results: Sequence[xr.Dataset]) -> Iterator[tuple[str, Floats]]:
    for number, data in enumerate(results[1:], start=1):
        span = subject.SPAN if number < len(results) - len(policies()) else POLICY_SPAN
        for measure in measures(data):
            gap = measure.of(data, *span) - measure.of(results[0], *span)
            yield f"{number} {measure.name}", gap


def _evenings(data: xr.Dataset) -> Floats:
    """Return people on the middle evening of each month, the day of the map among them."""
    days = pd.DatetimeIndex(data["day"].values)
    return people_in_places(data).to_numpy()[:, days.day == pd.Timestamp(subject.DAY).day]


def _arrivals(data: xr.Dataset) -> Iterator[tuple[str, Floats]]:
    """Return who comes to each place in each month, by nationality and by the way they come."""
    road = data["travelled"].transpose("replicate", "month", "link", "nationality").to_numpy()
    to, places = data["link_destination"].values, data["place"].values
    onto = (to[:, None] == places).astype(float)
    by_nationality = np.einsum("rmln,lp->rmpn", road, onto)
    of_group = (data["nationality_of_group"].values[:, None] == data["nationality"].values) * 1.0
    for flow in ("sent_south", "entries"):
        values = data[flow].transpose("replicate", "month", "place", "group").to_numpy()
        yield flow, values.sum(axis=3).astype(float)
        by_nationality = by_nationality + values @ of_group
    yield "nationality", by_nationality
    yield "road", road.sum(axis=3).astype(float)
    caravans = data["caravan_arrived"]
    over = [dim for dim in caravans.dims if dim not in ("replicate", "month", "place")]
    yield "caravan", caravans.sum(over).transpose("replicate", "month", "place").to_numpy() * 1.0


def _harm(data: xr.Dataset, over: list[str]) -> Iterator[tuple[str, Floats]]:
    for kind in (*KINDS, ABUSE):
        events = of_the_world(data, f"harm_{kind}").sel(month=slice(*HARM_SPAN)).sum("month")
        known = [dim for dim in over if dim in events.dims]
        yield kind, events.sum(known).transpose("replicate", ...).to_numpy().astype(float)
