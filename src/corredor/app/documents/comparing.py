"""Kept results beside one another: sums, months, and differences to the first, pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from corredor.app.documents.needs import plain
from corredor.app.documents.slices import banded, charted, counted, months_of, record_of
from corredor.errors import UsageError
from corredor.needs import bands, people_in_places
from corredor.runs import compare as pairs
from corredor.runs.measures import Measure, measure_named, measures
from corredor.runs.provenance import in_words_of_worlds
from corredor.runs.reading import days_by_month, whole_months
from corredor.runs.result import load_result
from corredor.text.language import LANGUAGES, speaking

Gaps = dict[str, dict[str, Any]]
PAIRED = ("difference", "low", "high", "percent")


def compare_runs(folders: Sequence[Path]) -> dict[str, Any]:
    """Return results over the months that all of them hold, and what each has more than the first.

    Parameters
    ----------
    folders : sequence of Path
        Of the results, the one to compare with first.

    Returns
    -------
    dict
        ``months``, and which of them are ``whole``; ``paired``, for each result whether it has
        the same chance as the first;
        ``measures``, each with its ``words`` in each language, ``sums`` (mean and band of each
        result) and ``differences`` (None for the first, and where results are not paired);
        ``series`` by month, with the
        ``lines`` of the results, their ``differences``, and the ``record``.

    Raises
    ------
    UsageError
        If they have no month in common of which they hold the same days.
    """
    whole = _common_months(folders)
    months = list(whole)
    first = load_result(folders[0]).load()
    shared = set.intersection(*(set(charted(load_result(folder))) for folder in folders))
    with in_words_of_worlds(first):
        shown = _named(measures(first))
    found: dict[str, Any] = {
        "months": months, "whole": list(whole.values()),
        "paired": [], "measures": shown,
        "series": {
            name: {"lines": [], "differences": [], "record": record_of(first, name)}
            for name in charted(first)
            if name in shared
        },
    }  # fmt: skip
    for position, folder in enumerate(folders):
        data = first if position == 0 else load_result(folder).load()
        gaps = _paired(first, data, (months[0], months[-1])) if position else None
        _add(found, first, data, gaps)
    return found


def difference_of_people(first: Path, second: Path) -> dict[str, Any]:
    """Return people by place and day of the second result less the first: the mean of the pairs.

    Raises
    ------
    UsageError
        If the two cannot be paired.
    """
    a, b = (load_result(folder).load() for folder in (first, second))
    pairs.compare_all([a, b])  # refuses what has not the same chance
    gap = people_in_places(b).to_numpy() - people_in_places(a).to_numpy()
    return {
        "start": str(a["day"].values[0])[:10],
        "people": np.rint(gap.mean(axis=0)).astype(int).T.tolist(),
    }


def _common_months(folders: Sequence[Path]) -> dict[str, bool]:
    """Return the months of which all runs hold the same number of days, and whether it is all."""
    held = [
        dict(zip(months_of(data), zip(days_by_month(data), whole_months(data), strict=True),
                 strict=True))
        for data in map(load_result, folders)
    ]  # fmt: skip
    months = {
        month: bool(whole)
        for month, (days, whole) in sorted(held[0].items())
        if all(month in other and other[month][0] == days for other in held[1:])
    }
    if not months:
        raise UsageError("The runs have no month in common of which they hold the same days.")
    return months


def _named(shown: Sequence[Measure]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"measure": m.name, "decimals": m.decimals, "headline": m.headline > 0, "words": {},
         "sums": [], "differences": []}
        for m in shown
    ]  # fmt: skip
    for language in LANGUAGES:
        with speaking(language):
            for row, measure in zip(rows, shown, strict=True):
                row["words"][language] = measure.words
    return rows


def _add(found: dict[str, Any], first: xr.Dataset, data: xr.Dataset, gaps: Gaps | None) -> None:
    """Add the numbers of one result to those of the others."""
    span = found["months"][0], found["months"][-1]
    found["paired"].append(gaps is not None)
    for row in found["measures"]:
        values = measure_named(row["measure"]).of(data, *span)
        low, _, high = bands(values)
        told = {"mean": values.mean(), "low": low, "high": high}
        row["sums"].append({key: plain(float(value)) for key, value in told.items()})
        row["differences"].append(gaps[row["measure"]] if gaps else None)
    for name, series in found["series"].items():
        mine = counted(data, name).sel(month=slice(*span)).to_numpy()
        series["lines"].append(banded(mine))
        base = counted(first, name).sel(month=slice(*span)).to_numpy() if gaps else mine
        series["differences"].append(banded(mine - base) if gaps else None)


def _paired(first: xr.Dataset, data: xr.Dataset, span: tuple[str, str]) -> Gaps | None:
    """Return the paired difference of each measure; None where results have not the same chance."""
    try:
        table = pairs.compare_all([first, data], *span)
    except UsageError:
        return None
    return {
        row["measure"]: {key: plain(row[key]) for key in PAIRED} for row in table.to_dict("records")
    }
