"""When the level of a monthly series shifted, how surely, and how many shifts chance would make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corredor.arrays import BAND, Floats
from corredor.extras import require
from corredor.record.evidence.seasonal import MONTHS, adjust

LEAST_LENGTH = 6  # months that a level must last
NEAR = 3  # months within which two breaks are the same
PENALTIES = 40
RESAMPLES = 200
SEED = 1999


@dataclass(frozen=True)
class Break:
    """A shift of level.

    Attributes
    ----------
    month : Period
        The first month of the new level.
    low, high : Period
        90 % range of that month over resampled series.
    before, after : float
        Geometric mean of the level before and after, seasonally adjusted, in the series' unit.
    percent : float
        From the one to the other.
    kept : float
        Share of all penalties at which a break is found within three months of it.
    """

    month: pd.Period
    low: pd.Period
    high: pd.Period
    before: float
    after: float
    percent: float
    kept: float


@dataclass(frozen=True)
class Breaks:
    """The breaks of a series.

    Attributes
    ----------
    breaks : tuple of Break
        As many as the widest range of penalties agrees on, in order of time.
    counts : dict
        For each number of breaks, the share of penalties that finds it.
    by_chance, by_chance_low, by_chance_high : float
        Mean and 90 % range of the number found, at the same penalty, in series that have the same
        changes from month to month in another order and no shift of level.
    """

    breaks: tuple[Break, ...]
    counts: dict[int, float]
    by_chance: float
    by_chance_low: float
    by_chance_high: float


def find_breaks(series: pd.Series[float]) -> Breaks:
    """Find shifts in the level of a monthly series.

    The levels are means of the seasonally adjusted logarithms; each further break must lower the
    squared error by a penalty (exact search, ``ruptures``). The penalty is swept, evenly in its
    logarithm, from that of the Bayesian information criterion for independent changes to the least
    that leaves no break; the number of breaks that lasts over most of the sweep is taken.

    Parameters
    ----------
    series : Series
        Counts above zero indexed by month, without a gap.

    Raises
    ------
    UsageError
        If ruptures or statsmodels is not installed, a month is missing or zero, or there are fewer
        than three years.
    """
    require("ruptures", "statsmodels")
    logs = np.log(adjust(series).to_numpy())
    penalties = _penalties(logs)
    sweep = [_cuts(logs, penalty) for penalty in penalties]
    sizes = np.array([len(cuts) for cuts in sweep])
    counts = {int(n): float(np.mean(sizes == n)) for n in np.unique(sizes)}
    wanted = max((n for n in counts if n), key=lambda n: (counts[n], -n), default=0)
    chosen = np.flatnonzero(sizes == wanted)
    middle = int(chosen[len(chosen) // 2]) if len(chosen) else 0
    by_chance = _numbers_by_chance(logs, penalties[middle])
    low, high = np.quantile(by_chance, BAND)
    found = _describe(series.index, logs, sweep[middle] if wanted else [], sweep)
    return Breaks(found, counts, float(by_chance.mean()), float(low), float(high))


def _penalties(logs: Floats) -> Floats:
    """Return the penalties of the sweep, up to the one at which a single break is not worth it."""
    least = float(np.var(np.diff(logs))) * np.log(len(logs))
    best = min(_error(logs, [cut]) for cut in range(LEAST_LENGTH, len(logs) - LEAST_LENGTH + 1))
    most = max(_error(logs, []) - best, 2 * least)
    return np.geomspace(least, most, PENALTIES, endpoint=False)


def _error(logs: Floats, cuts: Sequence[int]) -> float:
    return float(((logs - _levels(logs, cuts)) ** 2).sum())


def _levels(logs: Floats, cuts: Sequence[int]) -> Floats:
    parts = np.split(logs, cuts)
    return np.concatenate([np.full(len(part), part.mean()) for part in parts])


def _cuts(logs: Floats, penalty: float | None = None, number: int | None = None) -> list[int]:
    """Return where new levels start, for a penalty or a given number of breaks."""
    from ruptures import KernelCPD

    search = KernelCPD(kernel="linear", min_size=LEAST_LENGTH).fit(logs)
    ends: list[int] = search.predict(pen=penalty) if number is None else search.predict(number)
    return ends[:-1]


def _numbers_by_chance(logs: Floats, penalty: float) -> NDArray[np.int64]:
    """Count breaks in walks made of the series' own changes, a year of them at a time."""
    random = np.random.default_rng(SEED)
    changes = np.diff(logs) - np.diff(logs).mean()
    walks = (np.cumsum(_shuffled(changes, len(logs), random)) for _ in range(RESAMPLES))
    return np.array([len(_cuts(walk, penalty)) for walk in walks])


def _describe(
    months: pd.Index, logs: Floats, cuts: list[int], sweep: list[list[int]]
) -> tuple[Break, ...]:
    lows, highs = _ranges(logs, cuts)
    levels = np.exp([part.mean() for part in np.split(logs, cuts)])
    return tuple(
        Break(
            months[cut], months[lows[i]], months[highs[i]], float(levels[i]), float(levels[i + 1]),
            float(100 * (levels[i + 1] / levels[i] - 1)),
            float(np.mean([any(abs(cut - other) <= NEAR for other in found) for found in sweep])),
        )
        for i, cut in enumerate(cuts)
    )  # fmt: skip


def _ranges(logs: Floats, cuts: list[int]) -> tuple[list[int], list[int]]:
    """Return the 90 % range of each break: levels plus resampled years of what is left over."""
    if not cuts:
        return [], []
    random, level = np.random.default_rng(SEED), _levels(logs, cuts)
    left = logs - level
    found = [
        _cuts(level + _shuffled(left, len(logs), random), number=len(cuts))
        for _ in range(RESAMPLES)
    ]
    low, high = np.quantile(found, BAND, axis=0, method="nearest")
    return low.tolist(), high.tolist()


def _shuffled(values: Floats, length: int, random: np.random.Generator) -> Floats:
    """Return whole years of values, drawn with replacement, so that neighbours stay neighbours."""
    starts = random.integers(0, len(values) - MONTHS + 1, -(-length // MONTHS))
    return np.concatenate([values[s : s + MONTHS] for s in starts])[:length]
