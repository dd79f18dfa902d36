"""What a lever really is in a run: the scenario's setting times what calibration found, by month.

A scenario without a base sets levels; each run multiplies them by factors of its own. What people
are subject to is the product: this is what is shown, and what a scenario with a base sets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corredor.corridor.posterior import load_posterior
from corredor.corridor.scenario import Scenario
from corredor.engine.levers import CompiledLever, Factors, Levers
from corredor.errors import UsageError, did_you_mean
from corredor.runs.simulate import Parameters, default_parameters, factors_of

BAND = (0.05, 0.5, 0.95)
PRIOR_DRAWS = 300  # sets of factors behind a band where there is no posterior


def effective(
    scenario: Scenario, lever: str, keys: Sequence[str] = (), parameters: Parameters | None = None
) -> pd.DataFrame:
    """Return what a lever is in each month of a scenario's results.

    Parameters
    ----------
    scenario : Scenario
        Whose settings are taken.
    lever : str
        Such as ``interdiction.tempo``.
    keys : sequence of str
        Only these keys; all of them if none is given.
    parameters : {"posterior", "prior", "fixed"}, optional
        As in ``corredor.run``.

    Returns
    -------
    pandas.DataFrame
        One row per key and month: ``key``, ``month`` (such as ``2024-01``), ``low``, ``middle``
        and ``high`` (5, 50 and 95 % of the sets of factors), ``set`` (what the scenario alone
        says), all as means over the days of the month and in the lever's unit, and ``moved``:
        whether calibration, or a prior, moves it.

    Raises
    ------
    UsageError
        If there is no such lever or key.
    """
    known = scenario.known_levers()
    if lever not in known:
        raise UsageError(f"{lever}: no such lever. {did_you_mean(lever, known)}".rstrip())
    own = scenario.levers()
    for key in keys:
        if key not in own.keys[lever]:
            hint = did_you_mean(key, own.keys[lever])
            raise UsageError(f"{lever}: has no {key!r}. {hint}".rstrip())
    factors = _factors(scenario, parameters or default_parameters(scenario))
    mine = {
        name: factor
        for name, factor in factors.items()
        if name == lever or (name.startswith(f"{lever}.") and name not in own.compiled)
    }
    days = _days(scenario)
    moved = own.scaled(mine).compiled[lever]
    alone = own.compiled[lever]
    rows = []
    for month, inside in days.items():
        every, stated = _mean(moved, inside), _mean(alone, inside)[0]
        low, middle, high = np.quantile(every, BAND, axis=0)
        for k, key in enumerate(own.keys[lever]):
            if keys and key not in keys:
                continue
            rows.append(
                (key, month, low[k], middle[k], high[k], stated[k],
                 _moves(own, mine, lever, key, inside))
            )  # fmt: skip
    columns = ["key", "month", "low", "middle", "high", "set", "moved"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["key", "month"], kind="stable", ignore_index=True)


def _factors(scenario: Scenario, parameters: Parameters) -> dict[str, Factors]:
    if parameters == "posterior":
        members = range(load_posterior(scenario.world).members)
        return factors_of(scenario, parameters, 1, members)
    return factors_of(scenario, parameters, 1, range(PRIOR_DRAWS))


def _days(scenario: Scenario) -> dict[str, list[dt.date]]:
    days: dict[str, list[dt.date]] = {}
    for i in range((scenario.end - scenario.start).days + 1):
        day = scenario.start + dt.timedelta(days=i)
        days.setdefault(f"{day:%Y-%m}", []).append(day)
    return days


def _mean(lever: CompiledLever, days: Sequence[dt.date]) -> NDArray[np.float64]:
    """Return the mean over days, [R or 1, keys]."""
    steps, counts = np.unique([lever.step(day) for day in days], return_counts=True)
    return np.asarray(np.average(lever.values[:, steps], axis=1, weights=counts))


def _moves(
    own: Levers, factors: dict[str, Factors], lever: str, key: str, days: Sequence[dt.date]
) -> bool:
    """Return whether a factor stands on a key on some day of a month."""
    taken = own.as_set.get(lever, {}).get(key)
    return bool({lever, f"{lever}.{key}"} & set(factors)) and (taken is None or days[0] < taken)


@lru_cache(maxsize=64)
def moved_levers(scenario: Scenario) -> frozenset[str]:
    """Return the levers that calibration, or a prior, moves in a scenario, whatever their key."""
    names = _factors(scenario, default_parameters(scenario))
    known = scenario.known_levers()
    return frozenset(name if name in known else name.rpartition(".")[0] for name in names)
