"""What the record alone says, and the months that calibration did not use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corredor import record
from corredor.arrays import BAND, Floats
from corredor.runs.observe import observe
from corredor.runs.reading import months_in
from corredor.study.subject import (
    AFTER,
    BEFORE,
    BORDER_PATROL,
    DETAINED,
    DETENTIONS,
    HELD_BACK,
    HOUSEHOLDS,
    WITH_PORTS,
)


@dataclass(frozen=True, eq=False)
class Facts:
    """What the record alone says.

    Attributes
    ----------
    fall, fall_with_ports : Change
        Border Patrol encounters from December 2023 to January 2024, alone and with the ports.
    rank, rank_by_number : int
        Place of that fall among all since ``first_month``, by percent and by number.
    runner_up, runner_up_percent : str, float
        The steepest other month.
    detentions : tuple of dict
        Every edition of Mexico's detentions in the two months, first published first.
    """

    fall: record.Change
    fall_with_ports: record.Change
    rank: int
    rank_by_number: int
    first_month: str
    runner_up: str
    runner_up_percent: float
    detentions: tuple[dict[str, Any], ...]


@dataclass(frozen=True, eq=False)
class HeldBack:
    """How the baseline does on what calibration did not use: the share of families.

    Attributes
    ----------
    months : pandas.DataFrame
        One row a month: ``start``, ``end``, ``months``, ``record``, ``mean``, ``low``, ``high``;
        family members and children alone in percent of Border Patrol encounters.
    record, mean : float
        That share over all months together.
    error, error_of_constant : float
        Mean distance from the record's months, in percentage points: of the model's mean, and of
        ``record`` taken for every month.
    """

    months: pd.DataFrame
    record: float
    mean: float
    error: float
    error_of_constant: float


def record_facts() -> Facts:
    """Compute the headline figures from the record."""
    falls = record.monthly_falls(BORDER_PATROL)
    of_this_month = falls.index == pd.Period(AFTER, freq="M")
    row, others = falls[of_this_month].iloc[0], falls[~of_this_month]
    published = record.windows(DETENTIONS, edition="all")
    single = published[
        (published["start"] == published["end"]) & published["start"].astype(str).isin(DETAINED)
    ]
    cited = record.sources()["citation"]
    ordered = single.sort_values(["start", "rank"], ascending=[True, False])
    return Facts(
        fall=record.change(BORDER_PATROL, BEFORE, AFTER),
        fall_with_ports=record.change(WITH_PORTS, BEFORE, AFTER),
        rank=int(row["rank_by_percent"]),
        rank_by_number=int(row["rank_by_number"]),
        first_month=str(falls.index.min() - 1),
        runner_up=str(others.index[0]),
        runner_up_percent=float(others["percent"].iloc[0]),
        detentions=tuple(
            {
                "month": str(r["start"]),
                "value": r["value"],
                "edition": r["edition"],
                "citation": cited[r["source"]],
            }
            for r in ordered.to_dict("records")
        ),
    )


def family_share(data: xr.Dataset) -> xr.DataArray:
    """Return family members and children alone in percent of encounters, [replicate, month]."""
    return 100.0 * observe(data, HELD_BACK, "household", "families") / observe(data, BORDER_PATROL)


def held_back(data: xr.Dataset) -> HeldBack:
    """Set the share of families beside the record, which calibration did not use."""
    months = months_in(data)
    families, everybody = _published_families(months)
    share, whole = 100.0 * families / everybody, 100.0 * families.sum() / everybody.sum()
    modelled = family_share(data).transpose("replicate", "month").to_numpy()
    weights = observe(data, BORDER_PATROL).transpose("replicate", "month").to_numpy()
    low, high = np.quantile(modelled, BAND, axis=0)
    table = pd.DataFrame(
        {"start": months, "end": months, "months": 1, "record": share,
         "mean": modelled.mean(axis=0), "low": low, "high": high}
    )  # fmt: skip
    return HeldBack(
        months=table,
        record=float(whole),
        mean=float(np.average(modelled, axis=1, weights=weights).mean()),
        error=float(np.abs(table["mean"] - share).mean()),
        error_of_constant=float(np.abs(whole - share).mean()),
    )


def _published_families(months: pd.PeriodIndex) -> tuple[Floats, Floats]:
    """Return family members with children alone, and everybody, by month."""
    counts = {
        household: np.sum([record.monthly(HELD_BACK, c).reindex(months) for c in named], axis=0)
        for household, named in HOUSEHOLDS.items()
    }
    return counts["families"], np.sum(list(counts.values()), axis=0)
