"""Needs by place and day, or by place and week or month, each with its band."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corredor.arrays import Floats
from corredor.needs.people import BANDS, bands, on_land, planned_for
from corredor.needs.periods import By, periods
from corredor.needs.standards import BUSIEST, PEOPLE, amount


def needs_by_day(
    people: xr.DataArray, standards: pd.DataFrame, share_sheltered: float = 1.0
) -> pd.DataFrame:
    """Return people present and their needs for each place and day.

    Parameters
    ----------
    people : xarray.DataArray
        What ``people_in_places`` gives, [replicate, day, place].
    standards : pandas.DataFrame
        What ``load_standards`` gives.
    share_sheltered : float
        Share of the people present for whom is planned.

    Returns
    -------
    pandas.DataFrame
        One row per place, day and need: ``unit`` and ``low``, ``middle`` and ``high``, the needs
        of the 5, 50 and 95 % quantiles of people over the runs. The first need of each day is
        ``people``, all those present; a place at sea has no other, for beds and latrines on land
        are no help there.
    """
    quantiles = bands(people.to_numpy())  # [3, day, place]
    needed = dict(_needed(quantiles, standards, share_sheltered))
    names = [PEOPLE, *needed]
    units = ["people", *standards["unit"]]
    values = np.stack([np.rint(quantiles), *needed.values()], axis=-1)  # [3, day, place, need]
    values = values.transpose(0, 2, 1, 3)
    _, places, days, kinds = values.shape
    table = pd.DataFrame({
        "place": np.repeat(people["place"].to_numpy().astype(str), days * kinds),
        "name": np.repeat(people["place_name"].to_numpy().astype(str), days * kinds),
        "day": np.tile(np.repeat(people["day"].to_numpy(), kinds), places),
        "need": np.tile(names, places * days),
        "unit": np.tile(units, places * days),
        **{band: values[i].ravel() for i, band in enumerate(BANDS)},
    })  # fmt: skip
    reckoned = np.repeat(on_land(people), days * kinds) | (table["need"] == PEOPLE)
    return table[reckoned].reset_index(drop=True)


def needs_by_period(
    people: xr.DataArray,
    standards: pd.DataFrame,
    by: By = "month",
    share_sheltered: float = 1.0,
) -> pd.DataFrame:
    """Return people present and their needs for each place and week or month.

    Needs are those of the mean evening of the period; ``people-busiest-evening`` is the evening
    with most people, run by run; a place at sea has these two alone. See ``needs_by_day`` for the
    parameters.

    Returns
    -------
    pandas.DataFrame
        One row per place, period and need, with ``first``, ``last``, ``days``.
    """
    rows: list[dict[str, Any]] = []
    values, reckoned = people.to_numpy(), on_land(people)
    for period in periods(people, by):
        part = values[:, period.part]
        mean, busiest = bands(part.mean(axis=1)), bands(part.max(axis=1))  # [3, place]
        needed = dict(_needed(mean, standards, share_sheltered))
        told = {PEOPLE: np.rint(mean), BUSIEST: np.rint(busiest), **needed}
        units = dict(zip(told, ["people", "people", *standards["unit"]], strict=True))
        rows += [
            {
                "place": str(place), "name": str(people["place_name"].to_numpy()[p]),
                "first": period.first, "last": period.last, "days": period.days,
                "need": need, "unit": units[need],
                **{band: float(amounts[i, p]) for i, band in enumerate(BANDS)},
            }
            for p, place in enumerate(people["place"].to_numpy())
            for need, amounts in told.items()
            if reckoned[p] or need in (PEOPLE, BUSIEST)
        ]  # fmt: skip
    table = pd.DataFrame(rows)
    order = {str(place): p for p, place in enumerate(people["place"].to_numpy())}
    return table.sort_values(
        "place", key=lambda column: column.map(order), kind="stable"
    ).reset_index(drop=True)


def _needed(
    people: Floats, standards: pd.DataFrame, share_sheltered: float
) -> Iterator[tuple[str, Floats]]:
    whole = planned_for(people, share_sheltered)
    for need, standard in standards.iterrows():
        yield str(need), amount(standard.to_dict(), whole)
