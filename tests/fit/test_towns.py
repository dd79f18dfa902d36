"""People in places in a forecast are those of the futures, month by month."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from corredor.fit.forecast import LEVEL_COLUMNS
from corredor.fit.towns import Town, joined, towns_in, towns_table

MONTHS = tuple(pd.period_range("2024-02", "2024-03", freq="M"))


@pytest.fixture
def data() -> xr.Dataset:
    """Two futures of two months: 100 and 300 people in one place, 10 in one without known beds."""
    days = pd.date_range("2024-02-01", "2024-03-31")
    present = np.zeros((2, len(days), 2, 2))
    present[0, :, 0, 0], present[1, :, 0, 0] = 100.0, 300.0
    present[:, :, 1, 0] = 10.0
    present[:, :, :, 1] = 5000.0  # of a status that needs no shelter
    present[1, days.month == 3, 0, 0] = 500.0
    return xr.Dataset(
        {"present": (("replicate", "day", "place", "status"), present)},
        coords={
            "day": days, "place": ["full", "small"], "place_name": ("place", ["Full", "Small"]),
            "shelter_beds": ("place", [200.0, np.nan]), "status": ["transit", "settled"],
            "needs_shelter": ("status", [True, False]),
        },
        attrs={"people_scale": 1.0},
    )  # fmt: skip


def test_people_are_means_of_the_month_and_days_are_counted(data: xr.Dataset) -> None:
    found = towns_in(data, MONTHS)
    np.testing.assert_allclose(found["full"].people, [[100, 100], [300, 500]])
    np.testing.assert_array_equal(found["full"].over, [[0, 0], [29, 31]])
    assert found["full"].beds == 200
    assert np.isnan(found["small"].over).all()
    np.testing.assert_allclose(found["small"].people, 10)


def test_blocks_are_joined_in_their_order(data: xr.Dataset) -> None:
    blocks = [towns_in(data.isel(replicate=[r]), MONTHS) for r in (0, 1)]
    whole, together = towns_in(data, MONTHS), joined(blocks)
    for place, town in whole.items():
        np.testing.assert_array_equal(together[place].people, town.people)
        np.testing.assert_array_equal(together[place].over, town.over)


def test_the_fullest_place_comes_first(data: xr.Dataset) -> None:
    table = towns_table(towns_in(data, MONTHS), MONTHS, LEVEL_COLUMNS)
    assert list(table["place"]) == ["full", "full", "small", "small"]
    assert list(table["month"]) == ["2024-02", "2024-03"] * 2
    assert table.loc[0, "days_over_high"] == pytest.approx(29 * 0.95)
    assert table.loc[2:, ["beds", "days_over_middle"]].isna().all(axis=None)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_quantiles_rise(people: list[float]) -> None:
    values = np.array(people)[:, None]
    town = Town("Town", 10.0, values, np.zeros_like(values))
    table = towns_table({"town": town}, MONTHS[:1], LEVEL_COLUMNS)
    quantiles = table[LEVEL_COLUMNS].to_numpy()
    assert (np.diff(quantiles, axis=1) >= -1e-9 * max(1.0, values.max())).all()
