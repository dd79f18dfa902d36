"""How a calibrated run does beside the record, and what calibration told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corredor import record
from corredor.arrays import BAND, Floats
from corredor.corridor.posterior import Posterior
from corredor.corridor.priors import Prior, load_priors
from corredor.corridor.scenario import Scenario
from corredor.corridor.world import World
from corredor.fit.checks import identified
from corredor.fit.observations import pooled
from corredor.runs.observe import observe
from corredor.runs.reading import months_in, of_the_world
from corredor.runs.targets import Target, forecast_plan, load_targets

NORMAL_95 = 1.6449  # the standard normal lies below this with a chance of 95 %


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
        return prior.low + np.array(BAND) * (prior.high - prior.low)
    return prior.factor(prior.centre + NORMAL_95 * spread * np.array([-1.0, 1.0]))


def _posterior_ends(prior: Prior, values: Floats) -> Floats:
    """Return the same of a posterior ``[member, month]``, over the months that are unsure."""
    by_ratio = prior.distribution == "lognormal"
    unsure = values[:, values.std(axis=0) > 0]
    ends = np.quantile(np.log(unsure) if by_ratio else unsure, BAND, axis=0).mean(axis=1)
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


def by_sector(data: xr.Dataset, world: World) -> pd.DataFrame:
    """Set the encounters of each sector beside the record; no rows where the world names no series.

    The series is that of the world's first observation that tells sectors apart.
    """
    series = next((t.series for t in load_targets(world) if t.by == "sector"), None)
    if series is None:
        return pd.DataFrame(columns=["record", "mean", "low", "high"])
    modelled = of_the_world(data, "encounters").sum("group")
    rows = {}
    for sector in modelled["sector"].to_numpy():
        values = record.monthly(series, place=str(sector))
        published = values.reindex(months_in(data))
        held = modelled.sel(sector=sector).to_numpy()[:, published.notna().to_numpy()]
        rows[str(sector)] = _beside(float(published.sum()), held.sum(axis=1))
    return pd.DataFrame(rows).T.sort_values("record", ascending=False)


def by_nationality(data: xr.Dataset, world: World) -> pd.DataFrame:
    """Set the encounters of each nationality beside the record by citizenship."""
    months, rows = months_in(data), {}
    series = forecast_plan(world).level
    for name, published in pooled(world, series).items():
        modelled = observe(data, series, "nationality", name)
        rows[name] = _beside(
            float(published.reindex(months).sum()), modelled.sum("month").to_numpy()
        )
    return pd.DataFrame(rows).T.sort_values("record", ascending=False)


def _beside(published: float, modelled: Floats) -> dict[str, float]:
    low, high = np.quantile(modelled, BAND)
    return {"record": published, "mean": float(modelled.mean()), "low": low, "high": high}


def people_present(data: xr.Dataset, day: str) -> tuple[pd.DataFrame, str]:
    """Return how many people are in each place on the day nearest to ``day``, and that day."""
    evening = (
        of_the_world(data, "present")
        .sel(day=np.datetime64(day, "ns"), method="nearest")
        .sum("status")
    )
    low, high = np.quantile(evening.to_numpy(), BAND, axis=0)
    table = pd.DataFrame(
        {"mean": evening.to_numpy().mean(axis=0), "low": low, "high": high},
        index=pd.Index(evening["place"].to_numpy().astype(str), name="place"),
    )
    return table.sort_values("mean", ascending=False), str(evening["day"].to_numpy())[:10]
