"""The main study: the baseline and one counterfactual, both beside the record, and the claims.

``run_study`` computes; ``corredor.study.report`` turns what it returns into a page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corredor.arrays import BAND, Floats
from corredor.claims import Claim, Results, Verdict, judge, load_claims, scenarios_of
from corredor.corridor.posterior import load_posterior
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.world import World
from corredor.engine.draws.names import DRAW_OF_BANDS, CountedDrawName
from corredor.fit.beside_record import (
    before_and_after,
    by_nationality,
    by_sector,
    fit_to_record,
    people_present,
)
from corredor.inputs.computed_by import computed_by_request
from corredor.inputs.ledger import Ledger
from corredor.runs import compare as comparison
from corredor.runs.observe import against_record, observe
from corredor.runs.provenance import inputs_of
from corredor.runs.reading import months_in, only_whole_months
from corredor.runs.simulate import OnDay
from corredor.runs.targets import Target, load_targets
from corredor.study.consequences import Consequences, consequences, policies
from corredor.study.facts import Facts, HeldBack, held_back, record_facts
from corredor.study.subject import (
    AFTER,
    BASELINE,
    BEFORE,
    BORDER_PATROL,
    CLAIMS,
    COUNTERFACTUAL,
    DAY,
    LAST_DAY,
    SERIES,
    SPAN,
)
from corredor.text.language import LANGUAGES, speaking, spoken

OnPart = Callable[[str], None]


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

    @cached_property
    def observed(self) -> dict[str, tuple[xr.DataArray, xr.DataArray]]:
        """Return each series in the baseline and the counterfactual, over their whole months."""
        both = [only_whole_months(data) for data in (self.baseline, self.counterfactual)]
        return {series: (observe(both[0], series), observe(both[1], series)) for series in SERIES}


def run_study(
    replicates: int = 50,
    seed: int = 1,
    *,
    draw: CountedDrawName = DRAW_OF_BANDS,
    baseline: str | Scenario = BASELINE,
    counterfactual: str | Scenario = COUNTERFACTUAL,
    claims: str = CLAIMS,
    on_day: OnDay | None = None,
    on_part: OnPart = lambda _: None,
    ledger: Ledger | None = None,
) -> Study:
    """Run both scenarios with the same chance, set them beside the record, check the claims.

    Both take their factors from the world's posterior.

    Parameters
    ----------
    replicates, seed : int
        As in ``corredor.run``.
    draw : {"exact", "expected", "hybrid"}
        As in ``corredor.run``.
    baseline, counterfactual : str or Scenario
        The two scenarios; their days must hold December 2023 and January 2024.
    claims : str
        A claims file.
    on_day : callable, optional
        Told the days done and the days to do, over all scenarios that the study and claims need.
    on_part : callable, optional
        Told what begins after the days: ``record``, ``claims``, ``consequences``.
    ledger : Ledger, optional
        Where what is done is kept, so that the study can go on after an interruption.

    Raises
    ------
    UsageError
        If the world has no posterior, or one made for other tables.
    """
    started = time.perf_counter()
    first, second = (
        s if isinstance(s, Scenario) else load_scenario(s).with_horizon(end=LAST_DAY)
        for s in (baseline, counterfactual)
    )
    posterior, targets = load_posterior(first.world), load_targets(first.world)
    asked = load_claims(claims)
    results = Results(replicates, seed, draw, days_of=first, on_day=on_day, ledger=ledger)
    a, b = results.run([first, second, *scenarios_of(asked), *policies()])[:2]
    on_part("record")
    a.load()  # nearly all that follows asks for it, again and again
    whole = only_whole_months(a)
    windows = {series: against_record(a, series) for series in SERIES}
    months = months_in(a).astype(str)
    span = (max(SPAN[0], months[0]), min(SPAN[1], months[-1]))
    present, day = people_present(a, DAY)
    on_part("claims")
    judged = _judged(asked, first.world, results)
    on_part("consequences")
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
        sectors=by_sector(whole, first.world),
        nationalities=by_nationality(whole, first.world),
        falls=_falls(a, b),
        differences=comparison.compare(a, b, *span),
        span=span,
        present=present,
        day=day,
        judged=judged,
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


def _falls(a: xr.Dataset, b: xr.Dataset) -> pd.DataFrame:
    """Return the change from December to January in percent, over the replicates."""
    of_a, of_b = _fall(a), _fall(b)
    each = {"baseline": of_a, "counterfactual": of_b, "difference": of_b - of_a}
    rows = {}
    for name, values in each.items():
        low, high = np.quantile(values, BAND)
        rows[name] = {"mean": float(values.mean()), "low": float(low), "high": float(high)}
    return pd.DataFrame(rows).T


def _fall(data: xr.Dataset) -> Floats:
    values = observe(data, BORDER_PATROL)
    before, after = (values.sel(month=m).to_numpy().reshape(-1) for m in (BEFORE, AFTER))
    return np.asarray(100.0 * (after - before) / np.where(before > 0, before, np.nan))


def request_of_study(replicates: int, seed: int, draw: CountedDrawName) -> dict[str, Any]:
    """Return what decides a study, for the ledger of its work.

    The scenarios of claims and policies name themselves: each result has its hash in its name.
    """
    scenario = load_scenario(BASELINE)
    held = inputs_of(scenario.world.folder)
    files = {f"file {name} of the world": one for name, one in held["world_files"].items()}
    return {
        "replicates": replicates, "seed": seed, "draw": draw, "last day": str(LAST_DAY),
        "record": held["record"], **files, **computed_by_request(),
    }  # fmt: skip
