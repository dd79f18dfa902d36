"""Score the forecasts kept in a forecast hub as the figures they spoke of arrive.

The truth is the figure held now, in the edition that the record prefers; a figure that is revised
changes the scores. Everybody's forecasts in the hub are scored alike, from their quantiles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.fit import hub as hubs
from corredor.fit.hub_records import kept_days
from corredor.fit.scores import score

Key = tuple[str, str]  # series, part
TASK = ["model_id", "reference_date", "target", "location", "horizon", "target_end_date"]
GROUP = ["model_id", "target", "location", "horizon"]
SCORES = ("crps", "wis", "upper_tail", "absolute_error", "inside_50", "inside_80", "inside_90")
COLUMNS = (*TASK, "kept_on", "observed", "median", *SCORES)


def score_kept(hub: Path, truth: Mapping[Key, pd.Series[float]]) -> pd.DataFrame:
    """Score every forecast kept in a hub whose figure is held.

    Parameters
    ----------
    hub : Path
        The hub's folder.
    truth : mapping
        By (series, part), the monthly figures held now, indexed by month; a month that is missing
        or NaN has no figure yet.

    Returns
    -------
    pandas.DataFrame
        One row for each model, reference date, target, location and horizon, in that order:
        ``target_end_date``; ``kept_on``, the day on which Corredor kept the forecast, empty for
        those of others; ``observed``, the figure; ``median``; ``crps``, ``wis``,
        ``upper_tail`` and ``absolute_error`` in the unit of the series, ``inside_50``,
        ``inside_80``, ``inside_90`` as in :class:`~corredor.fit.scores.Scores`. What waits for its
        figure has NaN in ``observed`` and in the scores.

    Raises
    ------
    UsageError
        If the folder is no hub, or a series of the truth is not indexed by month.
    InputError
        If something in the hub is at fault.
    """
    return score_rows(hubs.read(hub), truth, kept_days(hub))


def score_rows(
    rows: pd.DataFrame, truth: Mapping[Key, pd.Series[float]],
    kept_on: Mapping[tuple[str, str], dt.date],
) -> pd.DataFrame:  # fmt: skip
    """Score forecasts that have been read already, as :func:`score_kept` does.

    Parameters
    ----------
    rows : pandas.DataFrame
        As :func:`corredor.fit.hub.read` gives them.
    truth : mapping
        By (series, part), the monthly figures held now.
    kept_on : mapping
        By model and reference date, as :func:`corredor.fit.hub_records.kept_days` gives it.

    Raises
    ------
    UsageError
        If a series of the truth is not indexed by month.
    """
    _refuse_other_indices(truth)
    quantiles = rows[rows["output_type"] == "quantile"]
    if quantiles.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    ordered = quantiles.sort_values([*TASK, "output_type_id"])
    tasks = ordered.groupby(TASK)[["output_type_id", "value"]].agg(list).reset_index()
    tasks["observed"] = _observed(tasks, truth)
    levels = tasks["output_type_id"].map(tuple)
    scored = [_scored(group, levels_of_group) for levels_of_group, group in tasks.groupby(levels)]
    whole = pd.concat(scored).sort_index()
    whole["kept_on"] = [
        kept_on.get(key) for key in zip(whole["model_id"], whole["reference_date"], strict=True)
    ]
    return whole[list(COLUMNS)]


def summary(scored: pd.DataFrame) -> pd.DataFrame:
    """Return mean scores by model, target, location and horizon.

    Parameters
    ----------
    scored : pandas.DataFrame
        As :func:`score_kept` gives it.

    Returns
    -------
    pandas.DataFrame
        ``model_id``, ``target``, ``location``, ``horizon``; ``forecasts``, how many are scored;
        the means of ``crps``, ``wis``, ``upper_tail``, ``mae`` in the unit of the series, and of
        ``inside_50``, ``inside_80``, ``inside_90`` as shares, NaN where nothing is scored;
        ``waiting``, how many have no figure yet; ``next_expected``, the first month of those, such
        as ``2024-07``, empty if none waits.

    Notes
    -----
    Models that did not forecast the same months are not compared by these means: one may have had
    the easier months.
    """
    waits = scored["observed"].isna()
    marked = scored.assign(
        mae=scored["absolute_error"], forecasts=~waits, waiting=waits,
        next_expected=scored["target_end_date"].str[:7].where(waits),
    )  # fmt: skip
    grouped = marked.groupby(GROUP, sort=True)
    means = grouped[
        ["crps", "wis", "upper_tail", "mae", "inside_50", "inside_80", "inside_90"]
    ].mean()
    counts = grouped[["forecasts", "waiting"]].sum().astype("int64")
    nearest = marked[waits].groupby(GROUP)["next_expected"].min().reindex(means.index)
    found = counts[["forecasts"]].join(means).join(counts[["waiting"]])
    return found.assign(
        next_expected=nearest.astype(object).where(nearest.notna(), "")
    ).reset_index()


def _refuse_other_indices(truth: Mapping[Key, pd.Series[float]]) -> None:
    for (series, part), values in truth.items():
        index = values.index
        if not isinstance(index, pd.PeriodIndex) or index.freqstr != "M" or not index.is_unique:
            raise UsageError(f"{series}, {part}: expected one figure a month, indexed by month.")


def _observed(tasks: pd.DataFrame, truth: Mapping[Key, pd.Series[float]]) -> Floats:
    """Return the figure held now for each task, or NaN."""
    months = pd.PeriodIndex(tasks["target_end_date"], freq="M")
    keys = zip(tasks["target"], tasks["location"], months, strict=True)
    return np.array(
        [
            float(truth[series, part].get(month, np.nan)) if (series, part) in truth else np.nan
            for series, part, month in keys
        ]
    )


def _scored(tasks: pd.DataFrame, levels: tuple[float, ...]) -> pd.DataFrame:
    """Return tasks that have the same levels with their scores and medians."""
    quantiles = np.array(tasks["value"].tolist(), dtype=np.float64)
    scores = score(quantiles, tasks["observed"].to_numpy(), levels)
    return tasks.assign(median=quantiles[:, levels.index(0.5)], **asdict(scores))
