"""What docs/forecasting.md says of a backtest, as numbers: gaps, intervals, coverage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from corredor.arrays import Floats
from corredor.fit.backtest import CONFORMAL, HORIZONS, MIXED, MODEL, QUANTILE_COLUMNS
from corredor.fit.baselines import BASELINES
from corredor.fit.scores import score
from corredor.study.subject import BORDER_PATROL

OURS = (MODEL, MIXED, CONFORMAL)
PORTS = "ports_of_entry_encounters"
TOTALS = {BORDER_PATROL: "Border Patrol, all", PORTS: "Ports of entry, all"}
BLOCK, DRAWS, SEED = 3, 10_000, 1  # of the bootstrap; neighbouring origins share months ahead


@dataclass(frozen=True)
class Comparison:
    """A method's CRPS over that of the best baseline, for the same origins.

    Attributes
    ----------
    series, horizon, method : str, int, str
        What is compared.
    origins : int
        How many.
    best : str
        The baseline of lowest CRPS.
    ratio : float
        Below 1 the method is better.
    low, high : float
        Ends of its 90 % interval over origins.
    """

    series: str
    horizon: int
    method: str
    origins: int
    best: str
    ratio: float
    low: float
    high: float

    @property
    def told_apart(self) -> str:
        """Return ``better`` or ``worse`` if the interval leaves out 1, else ``no``."""
        return "better" if self.high < 1 else "worse" if self.low > 1 else "no"


def gaps(scores: pd.DataFrame) -> pd.DataFrame:
    """Return ``best``, the best baseline, and the CRPS of our methods over its, less one.

    Parameters
    ----------
    scores : pandas.DataFrame
        As :func:`corredor.fit.backtest.summary` gives.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``series``, ``part`` and ``horizon``, without series that have no baselines.
    """
    crps = scores.pivot_table(
        index=["series", "part", "horizon"], columns="method", values="crps"
    ).dropna()
    theirs = crps[list(BASELINES)]
    ours = crps[list(OURS)].div(theirs.min(axis=1), axis=0) - 1.0
    return ours.assign(best=theirs.idxmin(axis=1))


def comparisons(forecasts: pd.DataFrame) -> Iterator[Comparison]:
    """Compare our methods with the best baseline, for the totals at every horizon."""
    known = forecasts[forecasts["observed"].notna()]
    crps = score(known[QUANTILE_COLUMNS].to_numpy(), known["observed"].to_numpy()).crps
    scored = known[["origin", "horizon", "series", "method"]].assign(crps=crps)
    for series in TOTALS:
        for horizon in HORIZONS:
            chosen = scored[(scored["series"] == series) & (scored["horizon"] == horizon)]
            table = chosen.pivot_table(index="origin", columns="method", values="crps")
            best = str(table[list(BASELINES)].mean().idxmin())
            theirs = table[best].to_numpy()
            for method in OURS:
                ours = table[method].to_numpy()
                ratio = float(ours.mean() / theirs.mean())
                low, high = ratio_interval(ours, theirs)
                yield Comparison(series, horizon, method, len(table), best, ratio, low, high)


def ratio_interval(ours: Floats, theirs: Floats) -> tuple[float, float]:
    """Return the 90 % interval of a ratio of mean scores over the same origins, in their order.

    Blocks of neighbours are drawn, and go on at the first origin after the last, so that each
    origin is as likely as any other.
    """
    origins = len(ours)
    random = np.random.default_rng(SEED)
    starts = random.integers(0, origins, (DRAWS, -(-origins // BLOCK)))
    drawn = (starts[..., None] + np.arange(BLOCK)).reshape(DRAWS, -1)[:, :origins] % origins
    ratios = ours[drawn].mean(axis=1) / theirs[drawn].mean(axis=1)
    low, high = np.quantile(ratios, (0.05, 0.95))
    return float(low), float(high)


def coverage(
    scores: pd.DataFrame, series: str, method: str, horizons: tuple[int, ...]
) -> tuple[int, dict[int, float]]:
    """Return the number of forecasts of a total, and the share inside 50 % and 90 % intervals."""
    rows = scores.xs((series, "all", method), level=("series", "part", "method"))
    rows = rows[rows.index.isin(horizons)]
    number = rows["forecasts"].to_numpy()
    shares = {
        percent: float(np.average(rows[f"inside_{percent}"], weights=number))
        for percent in (50, 90)
    }
    return int(number.sum()), shares
