"""Backtest: forecast from every origin, hold each forecast against what came, beside baselines.

Every method gets the same origins and only what had been published when the forecast was made.
Where months of a series were not out one by one then, no statistical baseline can be fitted, and
the model stands alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from corredor import record
from corredor.arrays import Floats
from corredor.corridor.scenario import Scenario
from corredor.errors import UsageError
from corredor.extras import require
from corredor.fit.baselines import BASELINES, all_baselines
from corredor.fit.calibrate import USUAL, Ensemble
from corredor.fit.conformal import of_backtest, of_forecast
from corredor.fit.forecast import (
    LEVEL_COLUMNS,
    WHOLE,
    Forecast,
    Key,
    forecast,
    forecast_targets,
    published,
)
from corredor.fit.forward import Kept
from corredor.fit.origins import check_origin, made_on, months_ahead
from corredor.fit.scores import LEVELS, quantiles_of, score
from corredor.inputs.computed_by import computed_by_request
from corredor.inputs.ledger import clear_ended, unfinished
from corredor.inputs.manifest import known_digest
from corredor.inputs.sealed import read_sealed, write_sealed
from corredor.inputs.whole_files import refuse_existing
from corredor.record.digest import record_digest

OnOrigin = Callable[[int, int, int, int, int, int], None]
MODEL, MIXED, CONFORMAL = "Corredor", "Corredor with AutoETS", "Corredor, conformal"
PARTNER = "AutoETS"
METHODS = (MODEL, MIXED, CONFORMAL, *BASELINES)
HORIZONS = (1, 2, 3, 6)
MADE = "whole.parquet"  # the part that becomes the file
GAPLESS = 36  # months before an origin that a baseline needs; assumption: three seasons
FIRST_ORIGIN, LAST_ORIGIN = "2023-01", "2024-05"
QUANTILE_COLUMNS = [f"q{round(100 * level):02d}" for level in LEVELS]
COLUMNS = ["origin", "month", "horizon", "series", "part", "method", "observed", *QUANTILE_COLUMNS]


def backtest(
    scenario: Scenario, out: Path, *, first: str = FIRST_ORIGIN, last: str = LAST_ORIGIN,
    months: int = max(HORIZONS), ensemble: Ensemble = USUAL, resume: bool = False,
    on_step: OnOrigin | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Forecast from every origin in a span and write all forecasts to a Parquet file.

    Parameters
    ----------
    scenario : Scenario
        As in :func:`~corredor.fit.forecast.forecast`.
    out : Path
        A ``.parquet`` file that must not exist yet; what is done of an interrupted backtest stands
        beside it in ``NAME.unfinished``.
    first, last : str
        First and last origin, such as ``2023-01``.
    months : int
        How many months ahead each forecast looks.
    ensemble : Ensemble
        Of each forecast.
    resume : bool
        Go on with an interrupted backtest.
    on_step : callable, optional
        Told the origin's number and how many there are, and what ``forecast`` tells.

    Returns
    -------
    pandas.DataFrame
        As :func:`read_backtest`.

    Raises
    ------
    OutputError
        If ``out`` exists or cannot be written.
    UsageError
        If a library is missing, the request makes no sense, or an interrupted backtest differs
        from it.
    """
    require("scoringrules", "sklearn", "statsforecast")
    clear_ended(out, MADE)
    refuse_existing(out)
    origins = pd.period_range(check_origin(scenario, first), check_origin(scenario, last), freq="M")
    if not len(origins):
        raise UsageError(f"The span of origins {first} to {last} ends before it starts.")
    request: dict[str, Any] = {
        "scenario": scenario.hash, "world": scenario.world.hash, "first": first, "last": last,
        "months": months, "draw": "exact", **asdict(ensemble), **_inputs(scenario),
        **computed_by_request(),
    }  # fmt: skip
    folder = scenario.world.folder
    with unfinished(out, request, resume=resume) as ledger, record.with_world(folder):
        truth = scored_series(scenario, published(scenario))
        # The baselines are fitted in a process of their own, beside the model's runs.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
            for number, origin in enumerate(origins):
                part = f"{origin}.parquet"
                if part in ledger:
                    continue
                ahead = min(months, months_ahead(scenario, origin))
                known = scored_series(scenario, published(scenario, made_on(scenario, origin)))
                baselines = beside.submit(all_baselines, gapless(known, origin), ahead)
                made = forecast(
                    scenario,
                    origin,
                    ahead,
                    ensemble,
                    on_step=_of_origin(on_step, number, len(origins)),
                    kept=Kept(ledger).under(str(origin)),
                )
                rows = [*_of_model(made, truth), *_of_baselines(made, baselines.result(), truth)]
                with ledger.writing(part) as temporary:
                    pd.DataFrame(rows, columns=COLUMNS).to_parquet(temporary, index=False)
        parts = [pd.read_parquet(ledger.path(f"{o}.parquet")) for o in origins]
        whole = _with_conformal(pd.concat(parts, ignore_index=True), scenario)
        whole_part = ledger.path(MADE)
        whole_part.unlink(missing_ok=True)  # of a kill just before it was put in its place
        save_backtest(whole, whole_part, request)
        ledger.note(MADE, [whole_part])
        ledger.deliver(MADE, out)
    return whole


def _with_conformal(forecasts: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Add the conformal forecasts, each from what had been published at its origin."""

    def known(origin: str) -> Mapping[Key, pd.Series[float]]:
        start = pd.Period(origin, "M")
        there = scored_series(scenario, published(scenario, made_on(scenario, start)))
        return {key: there[key] for key in gapless(there, start)}

    own = forecasts[forecasts["method"] == MODEL]
    moved = of_backtest(own, QUANTILE_COLUMNS, known).assign(method=CONFORMAL)
    return pd.concat([forecasts, moved], ignore_index=True)


def conformal_forecast(made: Forecast, scenario: Scenario, forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return the table of a forecast, its bands moved by how those of a backtest missed.

    Parameters
    ----------
    made : Forecast
        What may come.
    scenario : Scenario
        Of which it was made.
    forecasts : pandas.DataFrame
        A backtest, as :func:`read_backtest` gives it.

    Returns
    -------
    pandas.DataFrame
        As :meth:`~corredor.fit.forecast.Forecast.table`, without the mean, which does not move;
        only series and parts of which the backtest has enough outcomes, and none if none has.
    """
    own = forecasts[forecasts["method"] == MODEL]
    known = published(scenario, made.made_on)
    moved = of_forecast(made, own, QUANTILE_COLUMNS, known)
    rows = [
        (*key, str(month), h + 1, *quantiles[h])
        for key, quantiles in moved.items()
        for h, month in enumerate(made.months)
    ]
    return pd.DataFrame(rows, columns=["series", "part", "month", "horizon", *LEVEL_COLUMNS])


def _inputs(scenario: Scenario) -> dict[str, str]:
    """Return the digests of what else decides the forecasts: priors, what is observed, the record.

    The record counts whole: what was published later is what forecasts are scored against.
    """
    folder = scenario.world.folder
    held = record_digest(folder)
    names = [name for name in ("priors.toml", "observations.toml") if (folder / name).exists()]
    return {"record": held, **{name: known_digest(folder / name) for name in names}}


def save_backtest(forecasts: pd.DataFrame, out: Path, about: Mapping[str, Any]) -> None:
    """Write the forecasts of a backtest, whole or not at all, with what they were made of.

    Raises
    ------
    OutputError
        If ``out`` exists or cannot be written.
    """
    table = pa.Table.from_pandas(forecasts, preserve_index=False)
    write_sealed(table, out, {"kind": "backtest", **about})


def _of_origin(
    on_step: OnOrigin | None, number: int, origins: int
) -> Callable[[int, int, int, int], None] | None:
    if on_step is None:
        return None
    return lambda step, steps, done, total: on_step(number, origins, step, steps, done, total)


def scored_series(
    scenario: Scenario, known: Mapping[Key, pd.Series[float]]
) -> dict[Key, pd.Series[float]]:
    """Return the series that are scored: not those of which only shares are calibrated."""
    shares = {target.series for target in forecast_targets(scenario.world) if target.of_total}
    return {key: series for key, series in known.items() if key[0] not in shares}


def gapless(
    known: Mapping[Key, pd.Series[float]], origin: pd.Period
) -> dict[Key, pd.Series[float]]:
    """Return the series of which the months before an origin were out one by one, since a gap.

    Each ends at the origin and has at least :data:`GAPLESS` months, of which none is missing.
    """
    found = {}
    for key, series in known.items():
        until = series[:origin]
        if len(until) and until.index[-1] == origin:
            whole = until.reindex(pd.period_range(until.index[0], origin, freq="M"))
            missing = np.flatnonzero(whole.isna())
            run = whole.iloc[missing[-1] + 1 :] if missing.size else whole
            if len(run) >= GAPLESS:
                found[key] = run
    return found


def _of_model(
    made: Forecast, truth: Mapping[Key, pd.Series[float]]
) -> Iterator[tuple[object, ...]]:
    for key, samples in made.samples.items():
        if key in truth and truth[key].reindex(list(made.months)).notna().any():
            yield from _rows(made, key, MODEL, quantiles_of(samples), truth[key])
        elif key[1] == WHOLE:
            yield from _windows(made, key, samples)


def _rows(
    made: Forecast, key: Key, method: str, quantiles: Floats, truth: pd.Series[float]
) -> Iterator[tuple[object, ...]]:
    for h, month in enumerate(made.months):
        observed = float(truth.get(month, np.nan))
        yield (str(made.origin), str(month), h + 1, *key, method, observed, *quantiles[h])


def _windows(made: Forecast, key: Key, samples: Floats) -> Iterator[tuple[object, ...]]:
    """Give the published windows of a series that the forecast covers; horizon of their end."""
    first, last = str(made.months[0]), str(made.months[-1])
    for window in record.disjoint_windows(key[0], first, last).to_dict("records"):
        inside = [h for h, m in enumerate(made.months) if window["start"] <= m <= window["end"]]
        quantiles = quantiles_of(samples[:, inside].sum(axis=1))
        yield (
            str(made.origin), f"{window['start']}/{window['end']}", inside[-1] + 1,
            *key, MODEL, float(window["value"]), *quantiles,
        )  # fmt: skip


def _of_baselines(
    made: Forecast,
    baselines: Mapping[Key, Mapping[str, Floats]],
    truth: Mapping[Key, pd.Series[float]],
) -> Iterator[tuple[object, ...]]:
    """Give each baseline's forecasts, and the mean of the model's quantiles and its partner's."""
    for key, found in baselines.items():
        mixed = (quantiles_of(made.samples[key]) + found[PARTNER]) / 2.0
        for method, quantiles in {**found, MIXED: mixed}.items():
            yield from _rows(made, key, method, quantiles, truth[key])


def read_backtest(path: Path) -> pd.DataFrame:
    """Return all forecasts of a backtest, one row for each origin, month, series and method.

    Columns: ``origin``, ``month`` (or a window ``first/last``), ``horizon`` (of the window's end),
    ``series``, ``part``, ``method``, ``observed`` (NaN where nothing was published yet) and the
    quantiles ``q01`` to ``q99``.

    Raises
    ------
    DamagedError
        If the file is not what :func:`save_backtest` wrote.
    UsageError
        If there is none.
    """
    try:
        table, _ = read_sealed(path)
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file.") from None
    read: pd.DataFrame = table.to_pandas()
    return read


def summary(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return mean scores for each series, part, horizon and method.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``series``, ``part``, ``horizon``, ``method``: ``forecasts`` (their number),
        ``crps``, ``wis``, ``upper_tail``, ``mae`` in the unit of the series,
        ``inside_50`` and ``inside_90`` as shares.
    """
    known = forecasts[forecasts["observed"].notna()]
    scores = score(known[QUANTILE_COLUMNS].to_numpy(), known["observed"].to_numpy())
    scored = known[["series", "part", "horizon", "method"]].assign(
        crps=scores.crps, wis=scores.wis, upper_tail=scores.upper_tail, mae=scores.absolute_error,
        inside_50=scores.inside_50, inside_90=scores.inside_90,
    )  # fmt: skip
    grouped = scored.groupby(["series", "part", "horizon", "method"], sort=False)
    return grouped.mean().assign(forecasts=grouped.size())
