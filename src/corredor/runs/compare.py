"""Paired differences between scenarios.

All scenarios use the same numbers for the same replicate, place, state and day, so what chance has
in common cancels, and so does what a replicate's parameters have in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corredor.arrays import BAND, Floats
from corredor.errors import UsageError
from corredor.runs.measures import Measure, measures
from corredor.runs.provenance import made_of

if TYPE_CHECKING:
    import xarray as xr


def compare(
    a: xr.Dataset, b: xr.Dataset, start: str | None = None, end: str | None = None
) -> pd.DataFrame:
    """Compare scenario ``b`` with scenario ``a``, replicate by replicate.

    Parameters
    ----------
    a, b : xarray.Dataset
        Results with the same replicates, seed, world and people scale.
    start, end : str, optional
        First and last month, such as ``2024-01``.

    Returns
    -------
    pandas.DataFrame
        One row per measure (``corredor.runs.measures``): its name, meaning and unit, means of a
        and b, the mean paired difference b - a, its 5 and 95 % quantiles over the replicates, and
        the difference in percent of a.

    Raises
    ------
    UsageError
        If the two results cannot be paired, or hold no such months.

    Examples
    --------
    >>> import corredor
    >>> fewer = corredor.Scenario(corredor.example_world(), {"movement.leave": 0.1}, name="fewer")
    >>> a, b = corredor.run_all([corredor.example_world(), fewer], draw="expected", replicates=2)
    >>> corredor.compare(a, b).columns.to_list()
    ['measure', 'meaning', 'unit', 'a', 'b', 'difference', 'low', 'high', 'percent']
    """
    return compare_all([a, b], start, end).drop(columns=["number", "scenario"])


def compare_all(
    results: Sequence[xr.Dataset], start: str | None = None, end: str | None = None
) -> pd.DataFrame:
    """Compare several scenarios with the first of them, replicate by replicate.

    Parameters
    ----------
    results : sequence of xarray.Dataset
        The reference first; all with the same replicates, seed, world and people scale.
    start, end : str, optional
        First and last month, such as ``2024-01``.

    Returns
    -------
    pandas.DataFrame
        One row per scenario and measure: ``number`` (place in ``results``), ``scenario``,
        ``measure``, ``meaning``, ``unit``, and as :func:`compare` gives them ``a`` (the
        reference), ``b``, ``difference``, ``low``, ``high``, ``percent``.

    Raises
    ------
    UsageError
        If there are fewer than two, they cannot be paired, or they hold no such months.

    Examples
    --------
    >>> import corredor
    >>> fewer = corredor.Scenario(corredor.example_world(), {"movement.leave": 0.1}, name="fewer")
    >>> a, b = corredor.run_all([corredor.example_world(), fewer], draw="expected", replicates=2)
    >>> corredor.compare_all([a, b])["scenario"].unique().tolist()
    ['fewer']
    """
    if len(results) < 2:
        raise UsageError("To compare takes two scenarios or results, or more.")
    for other in results[1:]:
        _check_pair(results[0], other)
    first = _at_hand(results[0])
    of_first = {measure.name: measure.of(first, start, end) for measure in measures(first)}
    rows = [
        {
            "number": number, "scenario": other.attrs["scenario"], "measure": measure.name,
            "meaning": measure.meaning, "unit": measure.unit,
            **_paired(of_first[measure.name], measure.of(other, start, end)),
        }
        for number, other in enumerate(map(_at_hand, results[1:]), start=1)
        for measure in _of_both(first, other)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def absent(table: pd.DataFrame) -> tuple[str, ...]:
    """Return the measures of which no run of any scenario has anything.

    What cannot happen in a world, or is not counted there, is 0 in every run: no finding.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`compare_all` gives it.
    """
    most = table.groupby("measure", sort=False)[["a", "b"]].max().max(axis=1)
    return tuple(str(measure) for measure in most.index[most == 0])


def _at_hand(data: xr.Dataset) -> xr.Dataset:
    """Return a result whose people present, whom several measures ask for, are read once."""
    return data.assign(present=data["present"].compute())


def _of_both(a: xr.Dataset, b: xr.Dataset) -> list[Measure]:
    """Return the measures that both results have."""
    of_b = {measure.name for measure in measures(b)}
    return [measure for measure in measures(a) if measure.name in of_b]


def _paired(of_a: Floats, of_b: Floats) -> dict[str, float]:
    difference = of_b - of_a
    low, high = np.quantile(difference, BAND)
    percent = 100.0 * difference.mean() / of_a.mean() if of_a.mean() else float("nan")
    return {
        "a": float(of_a.mean()), "b": float(of_b.mean()), "difference": float(difference.mean()),
        "low": float(low), "high": float(high), "percent": float(percent),
    }  # fmt: skip


def _check_pair(a: xr.Dataset, b: xr.Dataset) -> None:
    for name in ("world_hash", "seed", "draw", "people_scale", "parameters"):
        if a.attrs[name] != b.attrs[name]:
            raise UsageError(
                f"The two results cannot be paired: {name} is {a.attrs[name]!r} in one and "
                f"{b.attrs[name]!r} in the other."
            )
    if a.attrs["parameters"] != "fixed":
        calibrations = [made_of(data).get("world_files", {}) for data in (a, b)]
        for name in ("posterior.parquet", "priors.toml"):
            if calibrations[0].get(name) != calibrations[1].get(name):
                raise UsageError(
                    f"The two results cannot be paired: {name} of their world was another when "
                    "one of them was made, so their factors differ. Make the older one again."
                )
    for dim in ("replicate", "month"):
        if a.sizes[dim] != b.sizes[dim] or (a[dim].values != b[dim].values).any():
            raise UsageError(f"The two results cannot be paired: they differ in their {dim}s.")
