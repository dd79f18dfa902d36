"""Rank the baselines on many more origins than the model has: they need nothing but the series.

The totals are forecast; of their parts the boosted trees learn. Every baseline gets what had been
published on the day on which a forecast from the origin would have been made, as in a backtest.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from corredor.corridor.scenario import Scenario
from corredor.errors import UsageError
from corredor.extras import require
from corredor.fit.backtest import (
    COLUMNS,
    GAPLESS,
    HORIZONS,
    MADE,
    gapless,
    save_backtest,
    scored_series,
)
from corredor.fit.baselines import BASELINES, all_baselines
from corredor.fit.forecast import WHOLE, published
from corredor.fit.origins import made_on, newest_origin
from corredor.inputs.computed_by import computed_by_request
from corredor.inputs.ledger import clear_ended, unfinished
from corredor.inputs.whole_files import refuse_existing
from corredor.record.digest import record_digest

FIRST = "2014-01"
"""The first origin: the record's oldest series has twelve years before it and a little more."""

OnOrigin = Callable[[int, int], None]


def rank_baselines(
    scenario: Scenario, out: Path, *, first: str = FIRST, last: str | None = None,
    months: int = max(HORIZONS), resume: bool = False, on_step: OnOrigin | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Forecast the totals of a world by every baseline from every origin in a span.

    Parameters
    ----------
    scenario : Scenario
        Its world says which series are forecast; nothing is simulated.
    out : Path
        A ``.parquet`` file that must not exist yet; what is done of an interrupted ranking stands
        beside it in ``NAME.unfinished``.
    first, last : str
        First and last origin, such as ``2014-01``; the last is the one before the newest month held
        if it is left out.
    months : int
        How many months ahead each forecast looks.
    resume : bool
        Go on with an interrupted ranking.
    on_step : callable, optional
        Told the number of origins done and how many there are.

    Returns
    -------
    pandas.DataFrame
        As :func:`corredor.fit.backtest.read_backtest`, without the model. A series is forecast from
        the origins before which its months were out one by one for three years.

    Raises
    ------
    OutputError
        If ``out`` exists or cannot be written.
    UsageError
        If a library is missing, the span makes no sense, no series can be forecast, or an
        interrupted ranking differs.
    """
    require("scoringrules", "sklearn", "statsforecast")
    clear_ended(out, MADE)
    refuse_existing(out)
    origins = _origins(scenario, first, last)
    request: dict[str, Any] = {
        "world": scenario.world.hash, "first": str(origins[0]), "last": str(origins[-1]),
        "months": months, "methods": ", ".join(BASELINES),
        "record": record_digest(scenario.world.folder), **computed_by_request(),
    }  # fmt: skip
    with unfinished(out, request, resume=resume) as ledger:
        truth = scored_series(scenario, published(scenario))
        for number, origin in enumerate(origins):
            part = f"{origin}.parquet"
            if part not in ledger:
                rows = _from_origin(scenario, origin, months, truth)
                with ledger.writing(part) as temporary:
                    rows.to_parquet(temporary, index=False)
            if on_step:
                on_step(number + 1, len(origins))
        parts = [pd.read_parquet(ledger.path(f"{origin}.parquet")) for origin in origins]
        whole = pd.concat(parts, ignore_index=True)
        if whole.empty:
            raise UsageError(f"No series has {GAPLESS} months in a row before {origins[-1]}.")
        whole_part = ledger.path(MADE)
        whole_part.unlink(missing_ok=True)  # of a kill just before it was put in its place
        save_backtest(whole, whole_part, request)
        ledger.note(MADE, [whole_part])
        ledger.deliver(MADE, out)
    return whole


def _origins(scenario: Scenario, first: str, last: str | None) -> pd.PeriodIndex:
    newest = newest_origin(scenario) - 1  # so that at least one month ahead can be scored
    try:
        start = pd.Period(first, freq="M")
        end = pd.Period(last, freq="M") if last else newest
    except ValueError as error:
        raise UsageError(f"{first} to {last}: write months like 2014-01.") from error
    if not start <= end <= newest:
        raise UsageError(
            f"The origins {start} to {end}: expected a span that ends by {newest}, after which no "
            "month is held against which a forecast could be scored."
        )
    return pd.period_range(start, end, freq="M")


def _from_origin(
    scenario: Scenario, origin: pd.Period, months: int, truth: dict[Any, pd.Series[float]]
) -> pd.DataFrame:
    """Return the rows of one origin."""
    known = scored_series(scenario, published(scenario, made_on(scenario, origin)))
    told = gapless(known, origin)
    found = all_baselines(told, months, [key for key in told if key[1] == WHOLE])
    rows = [
        (str(origin), str(month), h + 1, *key, method, float(truth[key].get(month, float("nan"))),
         *quantiles[h])
        for key, of_methods in found.items()
        for method, quantiles in of_methods.items()
        for h, month in enumerate(pd.period_range(origin + 1, periods=months, freq="M"))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)
