"""People in places in the months of a forecast, and days on which they are more than the beds.

They come from the same futures as the series that are forecast, and have their quantiles. But no
series of people in towns is observed month by month: at most some counts on single days are
calibrated to (``[stocks]`` of ``observations.toml``), and :mod:`corredor.needs.counted` sets the
others beside the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from corredor.arrays import Floats
from corredor.fit.scores import HUB_LEVELS
from corredor.needs.people import people_in_places

CHECKED = (
    "No series of people in towns is calibrated to month by month. `corredor counts SCENARIO` "
    "sets the counts that are known beside the model; where none bears these numbers out, read "
    "which places fill and empty, not how many people are there."
)


@dataclass(frozen=True, eq=False)
class Town:
    """People in one place, in so many equally likely futures.

    Attributes
    ----------
    name : str
        Of the place, in English.
    beds : float
        Published beds of its shelters, NaN where none are published.
    people : array [futures, months]
        Mean over a month of the people in the evening who need shelter, if all present do.
    over : array [futures, months]
        Evenings of a month on which they are more than the beds; NaN where none are published.
    """

    name: str
    beds: float
    people: Floats
    over: Floats


def towns_in(data: xr.Dataset, months: Sequence[pd.Period]) -> dict[str, Town]:
    """Return the people in each place of a result, by its short name, in whole months.

    Parameters
    ----------
    data : xarray.Dataset
        A result that holds all days of the months.
    months : sequence of Period
        The months wanted, in order.
    """
    whole = data.assign_attrs(people_scale=1.0)  # in forecasts one is simulated for each person
    people = people_in_places(whole, start=str(months[0]), end=str(months[-1]))
    values = people.to_numpy()
    beds = people["shelter_beds"].to_numpy().astype(np.float64)
    # Nobody is over a number of beds that is not known, and NaN says so.
    over = np.where(np.isnan(beds), np.nan, np.rint(values) > beds)
    of_day = pd.DatetimeIndex(people["day"].to_numpy()).to_period("M")
    parts = [np.asarray(of_day == month) for month in months]
    mean = np.stack([values[:, part].mean(axis=1) for part in parts], axis=1)
    days = np.stack([over[:, part].sum(axis=1) for part in parts], axis=1)
    names = people["place_name"].to_numpy().astype(str)
    return {
        str(place): Town(str(names[p]), float(beds[p]), mean[:, :, p], days[:, :, p])
        for p, place in enumerate(people["place"].to_numpy())
    }


def joined(blocks: Sequence[Mapping[str, Town]]) -> dict[str, Town]:
    """Return towns of several blocks of futures as those of all of them, in their order."""
    return {
        place: Town(
            first.name, first.beds,
            np.concatenate([block[place].people for block in blocks]),
            np.concatenate([block[place].over for block in blocks]),
        )
        for place, first in blocks[0].items()
    }  # fmt: skip


def towns_table(
    towns: Mapping[str, Town], months: Sequence[pd.Period], columns: Sequence[str]
) -> pd.DataFrame:
    """Return one row for each place and month, the fullest places of the first month first.

    Parameters
    ----------
    towns : mapping
        By place.
    months : sequence of Period
        Of the forecast.
    columns : sequence of str
        Names of the quantiles at :data:`~corredor.fit.scores.HUB_LEVELS`.

    Returns
    -------
    pandas.DataFrame
        ``place``, ``name``, ``month``, ``horizon``, ``mean`` and the quantiles of the people there;
        ``beds`` that are published; of the days over them ``days_over_low``, ``days_over_middle``
        and ``days_over_high`` (5, 50 and 95 % of the futures), NaN where no beds are published.
    """
    rows: list[tuple[object, ...]] = []
    ordered = sorted(towns.items(), key=lambda item: -float(np.median(item[1].people[:, 0])))
    for place, town in ordered:
        bands = np.quantile(town.people, HUB_LEVELS, axis=0)
        over = np.quantile(town.over, (0.05, 0.5, 0.95), axis=0)
        for h, month in enumerate(months):
            rows.append(
                (place, town.name, str(month), h + 1, float(town.people[:, h].mean()),
                 *bands[:, h], town.beds, *over[:, h])
            )  # fmt: skip
    names = ("place", "name", "month", "horizon", "mean", *columns, "beds",
             "days_over_low", "days_over_middle", "days_over_high")  # fmt: skip
    return pd.DataFrame(rows, columns=list(names))
