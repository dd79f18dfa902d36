"""How often people are met at a border who were met before, among persons drawn one by one.

Counts know who was returned, and not for how long; persons know every day on which they were met.
So the share of encounters that are of people met in the twelve months before, which a publisher
may print, is held against the individual draw. Nothing is calibrated to it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from corredor.arrays import LOW_MIDDLE_HIGH
from corredor.corridor.scenario import Scenario
from corredor.runs.simulate import run

YEAR = 365  # days that count as twelve months
TRIES, UNSEEN, AT_PORT = "crossing: try", "evaded", "at_port"  # of a step, and kinds of state
COLUMNS = ["replicate", "person", "day", "step", "to_kind"]


def met(moves: pd.DataFrame) -> pd.DataFrame:
    """Return the moves of persons that are encounters at the border, between ports or at one.

    Parameters
    ----------
    moves : pandas.DataFrame
        As ``--ways-of-one-in 1`` writes them: ``replicate``, ``person``, ``day``, ``step``,
        ``to_kind`` and more.

    Returns
    -------
    pandas.DataFrame
        ``replicate``, ``person`` and ``day`` of each, in that order.
    """
    tried = (moves["step"] == TRIES) & (moves["to_kind"] != UNSEEN)
    found = moves.loc[tried | (moves["to_kind"] == AT_PORT), ["replicate", "person", "day"]]
    found = found.assign(day=pd.to_datetime(found["day"]))
    return found.sort_values(["replicate", "person", "day"], kind="stable", ignore_index=True)


def met_before(encounters: pd.DataFrame, days: int = YEAR) -> pd.Series[bool]:
    """Return for each encounter whether the same person was met in so many days before.

    Examples
    --------
    >>> days = pd.to_datetime(["2022-01-01", "2022-12-31", "2024-01-01", "2022-01-01"])
    >>> table = pd.DataFrame({"replicate": 0, "person": [1, 1, 1, 2], "day": days})
    >>> met_before(table).tolist()
    [False, True, False, False]
    """
    ordered = encounters.sort_values(["replicate", "person", "day"], kind="stable")
    since = ordered.groupby(["replicate", "person"])["day"].diff()
    return (since <= pd.Timedelta(days=days)).reindex(encounters.index)


def by_month(encounters: pd.DataFrame) -> pd.DataFrame:
    """Return the encounters of each month and which of them were repeats.

    Parameters
    ----------
    encounters : pandas.DataFrame
        As :func:`met` returns them; they reach back a year before the first month that is read.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``replicate`` and ``month``: ``encounters``, ``met_before`` (a share),
        ``persons`` (people met in the month, each once).
    """
    month = encounters["day"].dt.to_period("M").rename("month")
    before = encounters.assign(before=met_before(encounters))
    grouped = before.groupby(["replicate", month])
    return pd.DataFrame(
        {
            "encounters": grouped.size(),
            "met_before": grouped["before"].mean(),
            "persons": grouped["person"].nunique(),
        }
    )


def repeats(
    scenario: Scenario, *, replicates: int, people_scale: float, seed: int = 1,
    on_replicate: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Draw persons from a calibrated world and return how many of those met had been met before.

    Parameters
    ----------
    scenario : Scenario
        Runs of it start a year or more before the first month that is read.
    replicates : int
        Runs, each with a set of factors of its own.
    people_scale : float
        Persons drawn for each one in the tables; shares do not depend on it but for chance.
    seed : int
        The same seed gives the same table.
    on_replicate : callable, optional
        Told the runs done and to do.

    Returns
    -------
    pandas.DataFrame
        As :func:`by_month`, of all replicates.
    """
    tables = []
    for number in range(replicates):
        with tempfile.TemporaryDirectory() as folder:
            persons = Path(folder) / "persons"
            run(
                scenario, draw="individual", replicates=1, first_replicate=number, seed=seed,
                people_scale=people_scale, persons=persons, ways_of_one_in=1,
            )  # fmt: skip
            moves = pd.read_parquet(persons / "moves.parquet", columns=COLUMNS)
        tables.append(by_month(met(moves)))
        if on_replicate:
            on_replicate(number + 1, replicates)
    return pd.concat(tables)


def beside(model: pd.DataFrame, published: pd.Series[float]) -> pd.DataFrame:
    """Set the share of people met before in the model beside the published one.

    Parameters
    ----------
    model : pandas.DataFrame
        As :func:`repeats` returns it.
    published : pandas.Series
        Percent by month.

    Returns
    -------
    pandas.DataFrame
        Indexed by month: ``published``, ``middle``, ``low`` and ``high`` of the model (90 %), all
        in percent, and ``inside``. Months that only one of both has are left out.
    """
    shares = 100.0 * model.pivot_table(index="replicate", columns="month", values="met_before")
    bands = shares.quantile(list(LOW_MIDDLE_HIGH)).T.set_axis(["low", "middle", "high"], axis=1)
    both = bands.join(published.rename("published"), how="inner")
    # The publisher rounds to whole percent.
    inside = (both["low"] <= both["published"] + 0.5) & (both["published"] - 0.5 <= both["high"])
    columns = ["published", "middle", "low", "high"]
    return both[columns].assign(inside=np.asarray(inside))
