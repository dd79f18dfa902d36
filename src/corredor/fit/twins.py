"""Twin experiments: calibrate made-up worlds, to see whether the truth is found.

A twin is a made-up world: unknowns drawn from the priors, whole people drawn at random, and a
record read off them with the stated errors. Calibrated like the real one, its intervals should
hold the true unknowns as often as they say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.stats import chisquare

from corredor.arrays import Floats
from corredor.corridor.priors import Unknowns
from corredor.corridor.scenario import Scenario
from corredor.fit.calibrate import Calibration, Ensemble, prepare
from corredor.fit.observations import Observations

OnTwin = Callable[[int, int], None]
TRUTH = 1_000_000  # number of the replicate that is the truth; far from those of the ensemble
INTERVALS = (50, 90)


def twins(
    scenario: Scenario, first: dt.date, last: dt.date, *, count: int = 20, members: int = 100,
    iterations: int = 4, seed: int = 1, on_twin: OnTwin | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Calibrate made-up worlds and say which intervals hold the truth.

    Parameters
    ----------
    scenario : Scenario
        Whose levers the unknowns move.
    first, last : datetime.date
        Days in the first and last month; the made-up record has what the real one has in them.
    count : int
        How many twins.
    members, iterations, seed : int
        Of each calibration; each twin has a seed of its own.
    on_twin : callable, optional
        Told the twins done and to do.

    Returns
    -------
    pandas.DataFrame
        One row for each twin and unknown: ``twin``, ``lever``, ``month`` (NaT if it does not
        walk), ``truth``, ``middle``, ``prior_width`` and ``width`` (standard deviations),
        ``inside_50``, ``inside_90``; ``rank``, the share of the members below the truth.
    """
    tables = []
    for twin in range(count):
        ensemble = Ensemble(members, iterations, seed + twin)
        calibration = prepare(scenario, first, last, ensemble)
        truth = draw_truth(calibration)
        made_up = made_up_record(calibration, truth)
        found, _ = Calibration(calibration.forward, made_up, ensemble).run()
        tables.append(_compare(calibration, truth, found).assign(twin=twin))
        if on_twin:
            on_twin(twin + 1, count)
    return pd.concat(tables, ignore_index=True)


def draw_truth(calibration: Calibration, number: int = 0) -> Unknowns:
    """Return a set of unknowns from the priors, none of the ensemble's; each number another."""
    f = calibration.forward
    return f.priors.draw(calibration.ensemble.seed, [TRUTH + number], f.months)


def made_up_record(calibration: Calibration, truth: Unknowns) -> Observations:
    """Return the observations of a run of whole people, with the stated errors."""
    asked, seed = calibration.observations, calibration.ensemble.seed
    exact = calibration.forward.predict(truth, asked, draw="exact", seed=seed)[:, 0]
    random = np.random.default_rng([seed, TRUTH])
    return asked.with_values(exact + asked.errors * random.standard_normal(len(asked)))


def _compare(calibration: Calibration, truth: Unknowns, found: Unknowns) -> pd.DataFrame:
    before, months = calibration.prior(), calibration.forward.months
    tables = []
    for lever, members in found.items():
        low, high = {}, {}
        for percent in INTERVALS:
            outside = (1.0 - percent / 100.0) / 2.0
            low[percent], high[percent] = np.quantile(members, [outside, 1.0 - outside], axis=0)
        true = truth[lever][0]
        table = pd.DataFrame(
            {
                "lever": lever,
                "month": pd.DatetimeIndex(months if members.shape[1] > 1 else [None]),
                "truth": true,
                "middle": np.median(members, axis=0),
                "prior_width": before[lever].std(axis=0),
                "width": members.std(axis=0),
                "rank": (members < true).mean(axis=0),
            }
        )
        for percent in INTERVALS:
            table[f"inside_{percent}"] = (low[percent] <= true) & (true <= high[percent])
        tables.append(table[table["prior_width"] > 0])
    return pd.concat(tables, ignore_index=True)


def coverage(table: pd.DataFrame) -> pd.DataFrame:
    """Return for each lever how often its intervals hold the truth, over twins and months.

    Indexed by ``lever``: ``intervals`` (their number), ``inside_50``, ``inside_90`` as shares, and
    ``narrowed``, the mean of posterior over prior width.
    """
    grouped = table.assign(narrowed=table["width"] / table["prior_width"]).groupby(
        "lever", sort=False
    )
    return grouped[["inside_50", "inside_90", "narrowed"]].mean().assign(intervals=grouped.size())


def chance_of_ranks(ranks: Floats, bins: int = 10) -> float:
    """Return how likely ranks as uneven as these are, where every rank is as likely.

    Simulation-based calibration (Talts et al. 2018, arXiv 1804.06788): over twins whose truth is
    drawn from the priors, the rank of the truth in a right posterior is uniform. A U is a posterior
    too narrow, a hill one too wide.

    Parameters
    ----------
    ranks : numpy.ndarray
        Shares of the members below the truth, of twins that have nothing else in common.
    bins : int
        Of the histogram; five twins a bin and more.

    Returns
    -------
    float
        The p-value of Pearson's chi-square test.

    Examples
    --------
    >>> chance_of_ranks(np.linspace(0.005, 0.995, 100))
    1.0
    """
    counts, _ = np.histogram(ranks, bins=bins, range=(0.0, 1.0))
    return float(chisquare(counts).pvalue)
