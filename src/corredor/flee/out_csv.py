"""A run as Flee writes it, ``out.csv``: a row for each day, three columns for each camp.

So tools made for Flee's output read it too. Several runs are written as their mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.flee.case.folder import Case
from corredor.flee.rules.spawning import look_up, newcomers
from corredor.flee.run import FleeRun

if TYPE_CHECKING:
    import pandas as pd

LEAST_COUNTED = 1e-5  # a camp with fewer has no error
TOTALS = ("Total error", "refugees in camps (UNHCR)", "total refugees (simulation)",
          "raw UNHCR refugee count", "refugees in camps (simulation)", "refugee_debt")  # fmt: skip
IDPS = "total IDPs"  # with log_levels.idp_totals


def as_flee_writes(run: FleeRun, people_scale: float) -> pd.DataFrame:
    """Return the table.

    Where conflicts decide how many people flee, Flee writes no figures of the record in the
    totals, and a run does not keep how many people there are on each day: these cells are empty.

    Parameters
    ----------
    run : FleeRun
        What to write.
    people_scale : float
        As in the run.
    """
    import pandas as pd

    days = np.arange(run.case.period.days)
    dates = np.datetime64(run.case.period.start, "D") + days
    columns: dict[str, object] = {"Day": days, "Date": dates.astype(str)}
    people, counted = run.simulated.mean(axis=0), run.counted
    apart = np.abs(people - counted)
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.where(counted < LEAST_COUNTED, 0.0, apart / counted).round(4)
    for i, name in enumerate(run.case.camps):
        columns[f"{name} sim"] = _whole(people[:, i])
        columns[f"{name} data"] = _whole(counted[:, i])
        columns[f"{name} error"] = errors[:, i]
    totals: dict[str, object] = dict.fromkeys(TOTALS, pd.array([pd.NA] * len(days), "Int64"))
    totals["refugees in camps (simulation)"] = _whole(people.sum(axis=1))
    if run.case.settings.by_record:
        totals |= _from_record(run, people_scale, apart.sum(axis=1))
    if run.case.settings.idp_totals > 0:
        totals[IDPS] = _whole((people * _idp_camps(run.case)).sum(axis=1))
    return pd.DataFrame(columns | totals)


def _idp_camps(case: Case) -> NDArray[np.bool_]:
    """Return which camps of the map are for displaced people on each day, [days, camps].

    A camp that closes is none any more, and opens again as what its closure calls it.
    """
    found = np.zeros((case.period.days, len(case.camps)), np.bool_)
    for i, name in enumerate(case.camps):
        found[:, i] = case.locations[case.index[name]].kind == "idp camp"
        events = [(change.day, change.kind == "idp camp") for change in case.changes
                  if change.place == name]  # fmt: skip
        for closure in case.closures:
            if closure.kind in ("camp", "idpcamp") and closure.first == name:
                events += [(closure.start, False)]
                events += [(closure.end, True)] if closure.kind == "idpcamp" else []
        for day, is_idp in sorted(events, key=lambda event: event[0]):
            if day >= 0:
                found[day:, i] = is_idp
    return found


def _whole(people: Floats) -> NDArray[np.int64] | Floats:
    """Return whole numbers as such: only means of several runs have decimals."""
    whole: NDArray[np.int64] = people.astype(np.int64)
    return whole if (whole == people).all() else people.round(2)


def _from_record(run: FleeRun, scale: float, apart: Floats) -> dict[str, object]:
    """Return the totals that follow from the record alone, as Flee 3.1 adds them up."""
    case, record = run.case, look_up(run.case, scale)
    parts = np.array([*record.parts.values(), np.zeros_like(record.total)])
    series = parts.sum(axis=0) if case.settings.sum_from_camps else record.total
    fled = np.cumsum(newcomers(case, record))
    at_first = sum(record.at_start.values()) + int((case.classes.first * scale).astype(int).sum())
    if not case.settings.empty_camps_on_day0:
        at_first += sum(place.initial_idps for place in case.locations if place.is_camp)
    known = series > 0
    return {
        "Total error": np.where(known, apart / np.maximum(series, 1), 0.0),
        "refugees in camps (UNHCR)": np.where(known, _whole(run.counted.sum(axis=1)), 0),
        "total refugees (simulation)": at_first + fled,
        "raw UNHCR refugee count": np.maximum(series, 0),
        "refugee_debt": np.where(known, fled - fled[0] - (series - series[0]), 0),
    }
