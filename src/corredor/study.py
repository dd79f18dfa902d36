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
from corredor.claims import Claim, Results, Verdict, judge, load_claims, scenarios_of
from corredor.consequences import Consequences, consequences, policies
from corredor.fit.checks import identified
from corredor.fit.observations import by_nationality as encounters_by_nationality
from corredor.language import LANGUAGES, speaking, spoken
from corredor.posterior import Posterior, load_posterior
from corredor.priors import Prior, load_priors
from corredor.reading import of_the_world, only_whole_months
from corredor.record.observe import against_record, observe
from corredor.record.targets import Target, load_targets
from corredor.scenario import Scenario, load_scenario
from corredor.simulation import OnDay
from corredor.world import World

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
# The Border Patrol's families and single adults are not calibrated: their months are a check (their
# mean is not, for the world's shares of families were chosen to meet it).
HELD_BACK = "border_patrol_by_family_status"
HOUSEHOLDS = {"adults": ("single adults",), "families": ("family members", "children alone")}
DETAINED = ("2024-01", "2024-02")
SPAN = ("2024-01", "2024-06")  # months over which the scenarios are compared
DAY = "2024-01-15"  # whom the map shows
QUANTILES = [0.05, 0.95]
NORMAL_95 = 1.6449  # the standard normal lies below this with a chance of 95 %
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
class HeldBack:
    """How the baseline does on what calibration did not use: the share of families.

    Attributes
    ----------
    months : pandas.DataFrame
        One row a month: ``start``, ``end``, ``months``, ``record``, ``mean``, ``low``, ``high``;
        family members and children alone in percent of Border Patrol encounters.
    record, mean : float
        That share over all months together.
    error, error_of_constant : float
        Mean distance from the record's months, in percentage points: of the model's mean, and of
        ``record`` taken for every month.
    """

    months: pd.DataFrame
    record: float
    mean: float
    error: float
    error_of_constant: float


@dataclass(frozen=True, eq=False)
class Study:
    """Everything that the report shows.

    Attributes
    ----------
    scenarios, baseline, counterfactual
        The two scenarios, and their results, run with the same seed.
    facts : Facts
        What the record alone says.
    calibration : mapping
        Provenance of the world's posterior, which both scenarios take their factors from.
    targets : tuple of Target
        What calibration compares with the record.
    factors : pandas.DataFrame
        Before and after calibration, as :func:`before_and_after` gives them.
    windows : mapping
        For each series, the baseline beside the record, window by window.
    fit : pandas.DataFrame
        For each series, how far the baseline lies from the record, and whether it is
        ``calibrated``: whether calibration used the series, or parts that add up to it.
    held_back : HeldBack
        The baseline beside what calibration did not use.
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
    judged : mapping
        The verdicts on the claims, in each language.
    consequences : Consequences
        Other policies, needs, harm, deterrents.
    scenarios_run : int
        How many were run in all, those that claims and policies ask for among them.
    seconds : float
        How long all of it took.
    """

    scenarios: tuple[Scenario, Scenario]
    baseline: xr.Dataset
    counterfactual: xr.Dataset
    facts: Facts
    calibration: Mapping[str, str | int]
    targets: tuple[Target, ...]
    factors: pd.DataFrame
    windows: Mapping[str, pd.DataFrame]
    fit: pd.DataFrame
    held_back: HeldBack
    sectors: pd.DataFrame
    nationalities: pd.DataFrame
    falls: pd.DataFrame
    differences: pd.DataFrame
    span: tuple[str, str]
    present: pd.DataFrame
    day: str
    judged: Mapping[str, tuple[Verdict, ...]]
    consequences: Consequences
    scenarios_run: int
    seconds: float

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Return the verdicts in the language spoken now."""
        return self.judged[spoken()]


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

    Both take their factors from the world's posterior.

    Parameters
    ----------
    replicates, seed : int
        As in ``corredor.run``.
    baseline, counterfactual : str or Scenario
        The two scenarios; their days must hold December 2023 and January 2024.
    claims : str
        A claims file.
    on_day : callable, optional
        Told the days done and the days to do, over all scenarios that the study and claims need.

    Raises
    ------
    UsageError
        If the world has no posterior, or one made for other tables.
    """
    started = time.perf_counter()
    first, second = (
        s if isinstance(s, Scenario) else load_scenario(s) for s in (baseline, counterfactual)
    )
    posterior, targets = load_posterior(first.world), load_targets(first.world)
    asked = load_claims(claims)
    results = Results(replicates, seed, days_of=first, on_day=on_day)
    a, b = results.run([first, second, *scenarios_of(asked), *policies()])[:2]
    whole = only_whole_months(a)
    windows = {series: against_record(a, series) for series in SERIES}
    months = _months(a).astype(str)
    span = (max(SPAN[0], months[0]), min(SPAN[1], months[-1]))
    present, day = people_present(a, DAY)
    return Study(
        scenarios=(first, second),
        baseline=a,
        counterfactual=b,
        facts=record_facts(),
        calibration=posterior.provenance,
        targets=targets,
        factors=before_and_after(first, posterior),
        windows=windows,
        fit=fit_to_record(windows, targets),
        held_back=held_back(whole),
        sectors=by_sector(whole),
        nationalities=by_nationality(whole, first.world),
        falls=_falls(a, b),
        differences=comparison.compare(a, b, *span),
        span=span,
        present=present,
        day=day,
        judged=_judged(asked, first.world, results),
        consequences=consequences(a, results),
        scenarios_run=len(results.done),
        seconds=time.perf_counter() - started,
    )


def _judged(
    claims: tuple[Claim, ...], world: World, results: Results
) -> dict[str, tuple[Verdict, ...]]:
    """Judge the claims, telling the reasons in each language."""
    found = {}
    for language in LANGUAGES:
        with speaking(language):
            found[language] = tuple(judge(claims, world, results))
    return found


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


def before_and_after(scenario: Scenario, posterior: Posterior) -> pd.DataFrame:
    """Return how sure each number was before calibration, and is after it.

    Returns
    -------
    pandas.DataFrame
        Indexed by lever, least told first: ``before_low``, ``before_high``, ``after_low``,
        ``after_high`` (90 % of the factors, or of the amounts if ``added``; of one that ``walks``,
        the mean of each end over the months, of logarithms if it is a factor), ``left`` (spread
        after over spread before) and ``reason``.
    """
    told = identified(scenario, posterior).to_dict("index")
    rows = {}
    for prior in load_priors(scenario.world):
        before = _prior_ends(prior, told[prior.lever]["prior"])
        after = _posterior_ends(prior, posterior.factors[prior.lever].values)
        rows[prior.lever] = {
            "added": prior.distribution == "normal", "walks": prior.walk > 0,
            "before_low": before[0], "before_high": before[1],
            "after_low": after[0], "after_high": after[1],
            "left": told[prior.lever]["narrowed"], "reason": prior.reason,
        }  # fmt: skip
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("lever")
    return table.sort_values("left", ascending=False)


def _prior_ends(prior: Prior, spread: float) -> Floats:
    """Return the ends of nine in ten factors, or amounts, of a prior."""
    if prior.distribution == "uniform":
        return prior.low + np.array(QUANTILES) * (prior.high - prior.low)
    return prior.factor(prior.centre + NORMAL_95 * spread * np.array([-1.0, 1.0]))


def _posterior_ends(prior: Prior, values: Floats) -> Floats:
    """Return the same of a posterior ``[member, month]``, over the months that are unsure."""
    by_ratio = prior.distribution == "lognormal"
    unsure = values[:, values.std(axis=0) > 0]
    ends = np.quantile(np.log(unsure) if by_ratio else unsure, QUANTILES, axis=0).mean(axis=1)
    return np.asarray(np.exp(ends) if by_ratio else ends)


def fit_to_record(windows: Mapping[str, pd.DataFrame], targets: tuple[Target, ...]) -> pd.DataFrame:
    """Say for each series how far the model lies from the record over its windows."""
    used = {target.series for target in targets} | {target.of_total for target in targets}
    rows = {
        series: {"calibrated": series in used, **_fit(table)}
        for series, table in windows.items()
        if len(table)
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("series")


def _fit(table: pd.DataFrame) -> dict[str, Any]:
    """Say how far the model lies from the record over the windows of one series."""
    off = (table["mean"] - table["record"]) / table["record"]
    inside = (table["low"] <= table["record"]) & (table["record"] <= table["high"])
    worst = table.iloc[int(off.abs().argmax())]
    return {
        "windows": len(table),
        "error": 100 * float(off.abs().mean()),
        "bias": 100 * float(table["mean"].sum() / table["record"].sum() - 1),
        "inside": int(inside.sum()),
        "worst_start": str(worst["start"]),
        "worst_end": str(worst["end"]),
        "worst_record": float(worst["record"]),
        "worst_mean": float(worst["mean"]),
    }


def family_share(data: xr.Dataset) -> xr.DataArray:
    """Return family members and children alone in percent of encounters, [replicate, month]."""
    return 100.0 * observe(data, HELD_BACK, "household", "families") / observe(data, BORDER_PATROL)


def held_back(data: xr.Dataset) -> HeldBack:
    """Set the share of families beside the record, which calibration did not use."""
    months = _months(data)
    families, everybody = _published_families(months)
    share, whole = 100.0 * families / everybody, 100.0 * families.sum() / everybody.sum()
    modelled = family_share(data).transpose("replicate", "month").to_numpy()
    weights = observe(data, BORDER_PATROL).transpose("replicate", "month").to_numpy()
    low, high = np.quantile(modelled, QUANTILES, axis=0)
    table = pd.DataFrame(
        {"start": months, "end": months, "months": 1, "record": share,
         "mean": modelled.mean(axis=0), "low": low, "high": high}
    )  # fmt: skip
    return HeldBack(
        months=table,
        record=float(whole),
        mean=float(np.average(modelled, axis=1, weights=weights).mean()),
        error=float(np.abs(table["mean"] - share).mean()),
        error_of_constant=float(np.abs(whole - share).mean()),
    )


def _published_families(months: pd.PeriodIndex) -> tuple[Floats, Floats]:
    """Return family members with children alone, and everybody, by month."""
    counts = {
        household: np.sum([record.monthly(HELD_BACK, c).reindex(months) for c in named], axis=0)
        for household, named in HOUSEHOLDS.items()
    }
    return counts["families"], np.sum(list(counts.values()), axis=0)


def _months(data: xr.Dataset) -> pd.PeriodIndex:
    return pd.PeriodIndex(pd.DatetimeIndex(data["month"].to_numpy()), freq="M")


def by_sector(data: xr.Dataset) -> pd.DataFrame:
    """Set the encounters of each Border Patrol sector beside the record."""
    modelled = of_the_world(data, "encounters").sum("group")
    rows = {}
    for sector in modelled["sector"].to_numpy():
        values = record.monthly("border_patrol_by_sector", place=str(sector))
        published = values.reindex(_months(data))
        held = modelled.sel(sector=sector).to_numpy()[:, published.notna().to_numpy()]
        rows[str(sector)] = _beside(float(published.sum()), held.sum(axis=1))
    return pd.DataFrame(rows).T.sort_values("record", ascending=False)


def by_nationality(data: xr.Dataset, world: World) -> pd.DataFrame:
    """Set the encounters of each nationality beside the record by citizenship."""
    months, rows = _months(data), {}
    for name, published in encounters_by_nationality(world).items():
        modelled = observe(data, "border_patrol_by_citizenship", "nationality", name)
        rows[name] = _beside(
            float(published.reindex(months).sum()), modelled.sum("month").to_numpy()
        )
    return pd.DataFrame(rows).T.sort_values("record", ascending=False)


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
    evening = (
        of_the_world(data, "present")
        .sel(day=np.datetime64(day, "ns"), method="nearest")
        .sum("status")
    )
    low, high = np.quantile(evening.to_numpy(), QUANTILES, axis=0)
    table = pd.DataFrame(
        {"mean": evening.to_numpy().mean(axis=0), "low": low, "high": high},
        index=pd.Index(evening["place"].to_numpy().astype(str), name="place"),
    )
    return table.sort_values("mean", ascending=False), str(evening["day"].to_numpy())[:10]
