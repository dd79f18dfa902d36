"""Days on which more people are in a place than its shelters have published beds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from corredor.needs.people import BANDS, bands, on_land, planned_for
from corredor.needs.periods import By, periods


def over_capacity(
    people: xr.DataArray, by: By = "month", share_sheltered: float = 1.0
) -> pd.DataFrame:
    """Count the days over capacity in each place and period.

    Parameters
    ----------
    people : xarray.DataArray
        What ``people_in_places`` gives, [replicate, day, place].
    by : {"month", "week"}
        The periods.
    share_sheltered : float
        Share of the people present who look for a bed in a shelter. It is not known; 1 takes
        everybody and so gives the most days that can be.

    Returns
    -------
    pandas.DataFrame
        One row per place and period: first and last day, days, whether beds are ``published``,
        ``beds``, ``low``, ``middle`` and ``high`` days over capacity (5, 50 and 95 % of runs),
        ``chance`` of at least one. Where no beds are published, the last five are missing; so they
        are at sea.
    """
    whole = planned_for(people.to_numpy(), share_sheltered)
    beds = np.where(on_land(people), people["shelter_beds"].to_numpy(), np.nan)
    over = whole > beds  # nothing is over a missing number of beds
    rows = []
    for p, place in enumerate(people["place"].to_numpy()):
        for period in periods(people, by):
            days = over[:, period.part, p].sum(axis=1).astype(float)
            known = bool(np.isfinite(beds[p]))
            counted = bands(days) if known else np.full(3, np.nan)
            rows.append({
                "place": str(place), "name": str(people["place_name"].to_numpy()[p]),
                "first": period.first, "last": period.last, "days": period.days,
                "published": known, "beds": beds[p], **dict(zip(BANDS, counted, strict=True)),
                "chance": float((days > 0).mean()) if known else np.nan,
            })  # fmt: skip
    return pd.DataFrame(rows)
