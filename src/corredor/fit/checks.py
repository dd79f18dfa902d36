"""Checks of a posterior: whether it makes the record again, and what the record has not told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from corredor import record
from corredor.engine.draws import DrawName
from corredor.fit.observations import Observation, gather
from corredor.levers import Factors
from corredor.posterior import Posterior
from corredor.priors import Prior, load_priors
from corredor.record.observe import observe
from corredor.scenario import Scenario
from corredor.simulation import run

Floats = NDArray[np.float64]
BLOCK = 25  # replicates whose flows are held in memory together
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
# The Border Patrol's families and single adults are not calibrated: their months are a check (their
# mean is not, for the world's shares of families were chosen to meet it).
HOUSEHOLDS = {"adults": ("single adults",), "families": ("family members", "children alone")}
HELD_BACK = "border_patrol_by_family_status"


def predictive(
    scenario: Scenario, *, replicates: int = 100, draw: DrawName = "exact", seed: int = 1,
    on_block: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Set runs from the posterior beside every observation, and beside those held back.

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
        parts.append((known.predict(data), dict(_held_back(data))))
        if on_block:
            on_block(number + 1, len(firsts))
    modelled = np.concatenate([p for p, _ in parts], axis=1)
    random = np.random.default_rng([seed, replicates])
    modelled = modelled + known.errors[:, None] * random.standard_normal(modelled.shape)
    rows = [_row(o, y, m) for o, y, m in zip(known.listed, known.values, modelled, strict=True)]
    for household, categories in HOUSEHOLDS.items():
        whole = np.concatenate([held[household] for _, held in parts])
        rows += list(_check_rows(household, categories, whole, parts[0][1]["months"]))
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


def _held_back(data: xr.Dataset) -> Iterator[tuple[str, NDArray[np.generic]]]:
    yield "months", data["month"].to_numpy()
    for household in HOUSEHOLDS:
        yield household, observe(data, HELD_BACK, "household", household).to_numpy()


def _check_rows(
    household: str, categories: tuple[str, ...], modelled: Floats, months: NDArray[np.generic]
) -> Iterator[tuple[object, ...]]:
    known = pd.concat([record.monthly(HELD_BACK, c) for c in categories], axis=1)
    published = known.sum(axis=1).to_dict()
    for i, month in enumerate(pd.PeriodIndex(pd.DatetimeIndex(months), freq="M")):
        bands = np.quantile(modelled[:, i], QUANTILES)
        yield (HELD_BACK, household, month, month, float(published[month]), *bands)


def fit_by_series(table: pd.DataFrame) -> pd.DataFrame:
    """Return for each series and part how far the middle lies from the record, and coverage.

    Indexed by ``series`` and ``part``: ``published`` (how many totals), ``error`` and ``bias``
    (mean of the absolute and of the signed difference over the record, in percent; over totals
    above zero), ``inside_50``, ``inside_90``.
    """
    off = 100.0 * (table["q50"] - table["record"]) / table["record"].where(table["record"] > 0)
    grouped = table.assign(error=off.abs(), bias=off).groupby(["series", "part"], sort=False)
    means = grouped[["error", "bias", "inside_50", "inside_90"]].mean()
    return means.assign(published=grouped.size())


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
        before = _prior_width(prior, factor)
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


def _prior_width(prior: Prior, factor: Factors) -> Floats:
    """Return the standard deviation of the prior in each month of the factors."""
    if prior.distribution == "uniform":
        return np.array([(prior.high - prior.low) / np.sqrt(12.0)])
    if not prior.walk:
        return np.array([prior.spread])
    steps = prior.steps(np.ones(len(factor.days) - 1), factor.days)
    return np.asarray(np.sqrt(prior.spread**2 + np.r_[0.0, np.cumsum(steps**2)]))
