"""The main study: the baseline and one counterfactual, both beside the record, and the claims.

``run_study`` computes; ``corredor.show.report`` turns what it returns into a page.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from corredor import comparison, record
from corredor.claims import Verdict, check_claims
from corredor.record.observe import INPUTS, against_record, observe
from corredor.scenario import Scenario, load_scenario
from corredor.simulation import OnDay, run_all

BASELINE, COUNTERFACTUAL = "baseline", "interdiction-november-2023"
CLAIMS = "amlo-crackdown-2024"
BORDER_PATROL, DETENTIONS = "border_patrol_encounters", "mexico_detentions"
WITH_PORTS = "encounters_all_by_citizenship"
SERIES = (
    BORDER_PATROL,
    DETENTIONS,
    "ports_of_entry_encounters",
    "darien_crossings",
    "honduras_irregular_entries",
    "asylum_applications_mexico",
    "mexico_returns",
)
BEFORE, AFTER = "2023-12", "2024-01"  # the fall that the study is about
DETAINED = ("2024-01", "2024-02")
SPAN = ("2024-01", "2024-06")  # months over which the scenarios are compared
DAY = "2024-01-15"  # whom the map shows
QUANTILES = [0.05, 0.95]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Facts:
    """What the record alone says.

    Attributes
    ----------
    fall, fall_with_ports : Change
        Border Patrol encounters from December 2023 to January 2024, alone and with the ports.
    rank, rank_by_number : int
        Place of that fall among all since ``first_month``, by percent and by number.
    runner_up, runner_up_percent : str, float
        The steepest other month.
    detentions : tuple of dict
        Every edition of Mexico's detentions in the two months, first published first.
    """

    fall: record.Change
    fall_with_ports: record.Change
    rank: int
    rank_by_number: int
    first_month: str
    runner_up: str
    runner_up_percent: float
    detentions: tuple[dict[str, Any], ...]


@dataclass(frozen=True, eq=False)
class Study:
    """Everything that the report shows.

    Attributes
    ----------
    scenarios, baseline, counterfactual
        The two scenarios, and their results, run with the same seed.
    facts : Facts
        What the record alone says.
    windows : mapping
        For each series, the baseline beside the record, window by window.
    fit : pandas.DataFrame
        For each series, how far the baseline lies from the record.
    sectors, nationalities : pandas.DataFrame
        Border Patrol encounters by part: ``record``, ``mean``, ``low``, ``high``.
    falls : pandas.DataFrame
        The change of January 2024 in percent in each scenario, and their paired difference.
    differences : pandas.DataFrame
        As ``comparison.compare`` gives them, counterfactual less baseline, over ``span``.
    span : tuple of str
        First and last month of the comparison.
    present : pandas.DataFrame
        People per place on ``day``: ``mean``, ``low``, ``high``, most first.
    day : str
        The day that ``present`` shows.
    verdicts, seconds
        The claims, and how long all of it took.
    """

    scenarios: tuple[Scenario, Scenario]
    baseline: xr.Dataset
    counterfactual: xr.Dataset
    facts: Facts
    windows: Mapping[str, pd.DataFrame]
    fit: pd.DataFrame
    sectors: pd.DataFrame
    nationalities: pd.DataFrame
    falls: pd.DataFrame
    differences: pd.DataFrame
    span: tuple[str, str]
    present: pd.DataFrame
    day: str
    verdicts: tuple[Verdict, ...]
    seconds: float


def run_study(
    replicates: int = 50,
    seed: int = 1,
    *,
    baseline: str | Scenario = BASELINE,
    counterfactual: str | Scenario = COUNTERFACTUAL,
    claims: str = CLAIMS,
    on_day: OnDay | None = None,
) -> Study:
    """Run both scenarios with the same chance, set them beside the record, check the claims.

    Parameters
    ----------
    replicates, seed : int
        As in ``corredor.run``.
    baseline, counterfactual : str or Scenario
        The two scenarios; their days must hold December 2023 and January 2024.
    claims : str
        A claims file.
    on_day : callable, optional
        Told the days done and the days to do, over both scenarios.
    """
    started = time.perf_counter()
    first, second = (
        s if isinstance(s, Scenario) else load_scenario(s) for s in (baseline, counterfactual)
    )
    a, b = run_all([first, second], replicates=replicates, seed=seed, on_day=on_day)
    windows = {series: against_record(a, series) for series in SERIES}
    months = _months(a).astype(str)
    span = (max(SPAN[0], months[0]), min(SPAN[1], months[-1]))
    present, day = people_present(a, DAY)
    return Study(
        scenarios=(first, second),
        baseline=a,
        counterfactual=b,
        facts=record_facts(),
        windows=windows,
        fit=pd.DataFrame([_fit(s, w) for s, w in windows.items() if len(w)]).set_index("series"),
        sectors=by_sector(a),
        nationalities=by_nationality(a, first.world.people),
        falls=_falls(a, b),
        differences=comparison.compare(a, b, *span),
        span=span,
        present=present,
        day=day,
        verdicts=tuple(check_claims(claims, first.world)),
        seconds=time.perf_counter() - started,
    )


def record_facts() -> Facts:
    """Compute the headline figures from the record."""
    falls = record.monthly_falls(BORDER_PATROL)
    of_this_month = falls.index == pd.Period(AFTER, freq="M")
    row, others = falls[of_this_month].iloc[0], falls[~of_this_month]
    published = record.windows(DETENTIONS, edition="all")
    single = published[
        (published["start"] == published["end"]) & published["start"].astype(str).isin(DETAINED)
    ]
    cited = record.sources()["citation"]
    ordered = single.sort_values(["start", "rank"], ascending=[True, False])
    return Facts(
        fall=record.change(BORDER_PATROL, BEFORE, AFTER),
        fall_with_ports=record.change(WITH_PORTS, BEFORE, AFTER),
        rank=int(row["rank_by_percent"]),
        rank_by_number=int(row["rank_by_number"]),
        first_month=str(falls.index.min() - 1),
        runner_up=str(others.index[0]),
        runner_up_percent=float(others["percent"].iloc[0]),
        detentions=tuple(
            {
                "month": str(r["start"]),
                "value": r["value"],
                "edition": r["edition"],
                "citation": cited[r["source"]],
            }
            for r in ordered.to_dict("records")
        ),
    )


def _fit(series: str, table: pd.DataFrame) -> dict[str, Any]:
    """Say how far the model lies from the record over the windows of one series."""
    off = (table["mean"] - table["record"]) / table["record"]
    inside = (table["low"] <= table["record"]) & (table["record"] <= table["high"])
    worst = table.iloc[int(off.abs().argmax())]
    return {
        "series": series,
        "input": series in INPUTS,
        "windows": len(table),
        "error": 100 * float(off.abs().mean()),
        "bias": 100 * float(table["mean"].sum() / table["record"].sum() - 1),
        "inside": int(inside.sum()),
        "worst_start": str(worst["start"]),
        "worst_end": str(worst["end"]),
        "worst_record": float(worst["record"]),
        "worst_mean": float(worst["mean"]),
    }


def _months(data: xr.Dataset) -> pd.PeriodIndex:
    return pd.PeriodIndex(pd.DatetimeIndex(data["month"].to_numpy()), freq="M")


def by_sector(data: xr.Dataset) -> pd.DataFrame:
    """Set the encounters of each Border Patrol sector beside the record."""
    modelled = data["encounters"].sum("group")
    rows = {}
    for sector in modelled["sector"].to_numpy():
        values = record.monthly("border_patrol_by_sector", place=str(sector))
        published = values.reindex(_months(data))
        held = modelled.sel(sector=sector).to_numpy()[:, published.notna().to_numpy()]
        rows[str(sector)] = _beside(float(published.sum()), held.sum(axis=1))
    return pd.DataFrame(rows).T.sort_values("record", ascending=False)


def by_nationality(data: xr.Dataset, people: pd.DataFrame) -> pd.DataFrame:
    """Set the encounters of each nationality beside the record by citizenship."""
    published = _published_by_nationality(people, _months(data))
    modelled = data["encounters"].sum(["sector", "month"])
    nationality = people.loc[data["group"].to_numpy(), "nationality"].to_numpy()
    rows = {
        name: _beside(total, modelled.to_numpy()[:, nationality == name].sum(axis=1))
        for name, total in published.items()
    }
    return pd.DataFrame(rows).T.sort_values("record", ascending=False)


def _published_by_nationality(people: pd.DataFrame, months: pd.PeriodIndex) -> dict[str, float]:
    """Add up citizenships; a name that the world does not list goes where "Other" goes."""
    home = {
        citizenship: str(nationality)
        for nationality, names in zip(people["nationality"], people["citizenships"], strict=True)
        for citizenship in str(names).split(";")
    }
    table = record.load_series("border_patrol_by_citizenship")
    table = table[table["start"].dt.to_period("M").isin(months)]
    of = table["category"].map(lambda name: home.get(name, home.get("Other")))
    totals = table.groupby(of)["value"].sum()
    return {str(name): float(totals.get(name, 0.0)) for name in dict.fromkeys(home.values())}


def _beside(published: float, modelled: Floats) -> dict[str, float]:
    low, high = np.quantile(modelled, QUANTILES)
    return {"record": published, "mean": float(modelled.mean()), "low": low, "high": high}


def _falls(a: xr.Dataset, b: xr.Dataset) -> pd.DataFrame:
    """Return the change from December to January in percent, over the replicates."""
    of_a, of_b = _fall(a), _fall(b)
    each = {"baseline": of_a, "counterfactual": of_b, "difference": of_b - of_a}
    rows = {}
    for name, values in each.items():
        low, high = np.quantile(values, QUANTILES)
        rows[name] = {"mean": float(values.mean()), "low": float(low), "high": float(high)}
    return pd.DataFrame(rows).T


def _fall(data: xr.Dataset) -> Floats:
    values = observe(data, BORDER_PATROL)
    before, after = (values.sel(month=m).to_numpy().reshape(-1) for m in (BEFORE, AFTER))
    return np.asarray(100.0 * (after - before) / np.where(before > 0, before, np.nan))


def people_present(data: xr.Dataset, day: str) -> tuple[pd.DataFrame, str]:
    """Return how many people are in each place on the day nearest to ``day``, and that day."""
    evening = data["present"].sel(day=np.datetime64(day, "ns"), method="nearest").sum("status")
    low, high = np.quantile(evening.to_numpy(), QUANTILES, axis=0)
    table = pd.DataFrame(
        {"mean": evening.to_numpy().mean(axis=0), "low": low, "high": high},
        index=pd.Index(evening["place"].to_numpy().astype(str), name="place"),
    )
    return table.sort_values("mean", ascending=False), str(evening["day"].to_numpy())[:10]
