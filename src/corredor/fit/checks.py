"""Checks of priors and posterior: whether they make the record again, and what it has not told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import xarray as xr

from corredor.arrays import QUANTILES, Floats
from corredor.corridor.posterior import Posterior
from corredor.corridor.priors import Priors, load_priors
from corredor.corridor.scenario import Scenario
from corredor.engine.draws.names import DrawName
from corredor.fit.calibrate import Ensemble, prepare
from corredor.fit.forecast import centred
from corredor.fit.observations import Observation, gather, pooled
from corredor.fit.origins import made_on
from corredor.runs.observe import observe
from corredor.runs.simulate import run
from corredor.runs.targets import forecast_plan

BLOCK = 25  # replicates whose flows are held in memory together
SPANS = (1, 3, 6)  # months over which changes are compared
RECORD = ("2013-01", "2022-12")  # before the first origin of a forecast
FILLING = 4  # months at the start of a run that are left out
SMALL = 50.0  # events added to a month's count, so that its logarithm is defined


def predictive(
    scenario: Scenario, *, replicates: int = 100, draw: DrawName = "exact", seed: int = 1,
    on_block: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Set runs from the posterior beside every observation.

    Parameters
    ----------
    scenario : Scenario
        With the days to compare.
    replicates, draw, seed
        As in ``corredor.run``.
    on_block : callable, optional
        Told the blocks of replicates done and to do.

    Returns
    -------
    pandas.DataFrame
        One row for each observation: ``series``, ``part``, ``start``, ``end``, ``record``,
        quantiles ``q05`` to ``q95`` of what would have been published (the stated error of
        observation included), ``inside_50`` and ``inside_90``.
    """
    known = gather(scenario.world, scenario.start, scenario.end)
    firsts = range(0, replicates, BLOCK)
    parts = []
    for number, first in enumerate(firsts):
        data = run(
            scenario, replicates=min(BLOCK, replicates - first), first_replicate=first, draw=draw,
            seed=seed, parameters="posterior",
        )  # fmt: skip
        parts.append(known.predict(data))
        if on_block:
            on_block(number + 1, len(firsts))
    modelled = np.concatenate(parts, axis=1)
    random = np.random.default_rng([seed, replicates])
    modelled = modelled + known.errors[:, None] * random.standard_normal(modelled.shape)
    rows = [_row(o, y, m) for o, y, m in zip(known.listed, known.values, modelled, strict=True)]
    names = [f"q{round(100 * q):02d}" for q in QUANTILES]
    columns = ["series", "part", "start", "end", "record", *names]
    table = pd.DataFrame(rows, columns=columns)
    for low, high, percent in ((1, 3, 50), (0, 4, 90)):
        table[f"inside_{percent}"] = (table[names[low]] <= table["record"]) & (
            table["record"] <= table[names[high]]
        )
    return table


def _row(o: Observation, log_record: float, modelled: Floats) -> tuple[object, ...]:
    less = 0.0 if o.of_total else o.small
    bands = np.exp(np.quantile(modelled, QUANTILES)) - less
    return (o.series, o.part, o.start, o.end, float(np.exp(log_record)) - less, *bands)


def fit_by_series(table: pd.DataFrame) -> pd.DataFrame:
    """Return for each series and part how far the middle lies from the record, and coverage.

    Indexed by ``series`` and ``part``: ``published`` (how many totals), ``error`` and ``bias``
    (sum of the absolute and of the signed differences over the sum of the record, in percent, so
    that totals near zero do not decide), ``inside_50``, ``inside_90``.
    """
    off = table["q50"] - table["record"]
    grouped = table.assign(error=off.abs(), bias=off).groupby(["series", "part"], sort=False)
    sums = grouped[["error", "bias", "record"]].sum()
    shares = 100.0 * sums[["error", "bias"]].div(sums["record"].where(sums["record"] > 0), axis=0)
    inside = grouped[["inside_50", "inside_90"]].mean()
    return shares.join(inside).assign(published=grouped.size())


def identified(scenario: Scenario, posterior: Posterior) -> pd.DataFrame:
    """Return how much narrower the posterior of each prior is than the prior itself.

    Returns
    -------
    pandas.DataFrame
        Indexed by lever: ``prior`` and ``posterior`` (standard deviations of the logarithm of the
        factor, or of the amount or factor itself where it is added or uniform; mean over months),
        ``narrowed`` (their ratio: 1 means that the record has told nothing), ``middle`` (median
        of the factor, or of the amount; over months) and ``reason``.
    """
    rows = {}
    for prior in load_priors(scenario.world):
        factor = posterior.factors[prior.lever]
        before = prior.width(factor.days)
        values = np.log(factor.values) if prior.distribution == "lognormal" else factor.values
        after, told = values.std(axis=0), before > 0
        rows[prior.lever] = {
            "walks": bool(prior.walk),
            "prior": float(before[told].mean()),
            "posterior": float(after[told].mean()),
            "narrowed": float((after[told] / before[told]).mean()),
            "middle": float(np.median(factor.values)),
            "reason": prior.reason,
        }
    return pd.DataFrame(rows).T.infer_objects()


def prior_variability(
    scenario: Scenario, *, first: str = "2021-10", last: str = "2022-12", members: int = 50,
    seed: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """Set how much encounters change from month to month under the priors beside the record.

    Dated jumps are left out, and the first months, in which the corridor fills.

    Parameters
    ----------
    scenario : Scenario
        Whose levers the priors move.
    first, last : str
        The months drawn.
    members, seed : int
        Of the ensemble.

    Returns
    -------
    pandas.DataFrame
        Indexed by nationality and ``all``: standard deviations of the change of the logarithm over
        ``SPANS`` months, ``model_1`` and so on, and ``record_1`` and so on for ``RECORD``.
    """
    start, end = pd.Period(first, "M"), pd.Period(last, "M")
    without = [p.model_copy(update={"jumps": {}}) for p in load_priors(scenario.world)]
    priors = centred(Priors(tuple(without)), scenario, start, made_on(scenario, start - 1))
    calibration = prepare(
        scenario, start.start_time.date(), end.start_time.date(), Ensemble(members, 1, seed),
        priors=priors,
    )  # fmt: skip
    blocks = list(calibration.forward.blocks(calibration.prior()))
    plan = forecast_plan(scenario.world)
    published = pooled(scenario.world, plan.level)
    everybody = pd.concat(published, axis=1).sum(axis=1)
    rows = {"all": _changes(blocks, plan.origin, "", "", everybody)}
    for name, series in published.items():
        rows[name] = _changes(blocks, plan.level, "nationality", name, series)
    return pd.DataFrame(rows).T


def _changes(
    blocks: list[xr.Dataset], series: str, by: str, part: str, record_of: pd.Series[float]
) -> dict[str, float]:
    counted = [observe(d, series, by, part).transpose("replicate", "month") for d in blocks]
    modelled = np.log(np.concatenate([c.to_numpy() for c in counted])[:, FILLING:] + SMALL)
    real = (record_of[RECORD[0] : RECORD[1]] + SMALL).map(np.log)
    of_model = {f"model_{n}": float((modelled[:, n:] - modelled[:, :-n]).std()) for n in SPANS}
    return {**of_model, **{f"record_{n}": float(real.diff(n).std()) for n in SPANS}}
