"""Needs follow from people; capacity from people and beds; periods cover all days once."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from helpers import Small
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.needs import (
    load_standards,
    needs_by_day,
    needs_by_period,
    over_capacity,
    people_in_places,
    periods,
)


@pytest.fixture(scope="module")
def people(small: Small) -> xr.DataArray:
    return people_in_places(small.run(draw="exact", replicates=6))


def made_up(values: list[list[int]], beds: float, first: str = "2024-01-30") -> xr.DataArray:
    """Return people [replicate, day] in one place."""
    days = pd.date_range(first, periods=len(values[0]))
    return xr.DataArray(
        np.array(values, float)[:, :, None],
        dims=("replicate", "day", "place"),
        coords={"day": days, "place": ["here"], "place_name": ("place", ["Here"]),
                "shelter_beds": ("place", [beds])},
    )  # fmt: skip


def test_days_over_capacity_by_hand() -> None:
    runs = [[10, 11, 9, 12], [10, 10, 10, 10], [20, 20, 20, 20]]
    table = over_capacity(made_up(runs, beds=10.0)).set_index("first")
    january, february = (table.loc[dt.date(2024, m, d)] for m, d in ((1, 30), (2, 1)))
    assert (january["days"], january["beds"], january["middle"]) == (2, 10, 1)
    assert january["chance"] == pytest.approx(2 / 3)
    assert february["low"] == pytest.approx(0.1)
    assert february["high"] == pytest.approx(1.9)


def test_a_lower_share_sheltered_means_fewer_days_over() -> None:
    runs = [[10, 11, 9, 12]]
    all_days, half = (over_capacity(made_up(runs, 8.0), "month", s)["middle"] for s in (1.0, 0.5))
    assert (all_days.sum(), half.sum()) == (4, 0)


def test_unknown_beds_are_not_none() -> None:
    table = over_capacity(made_up([[10, 10]], beds=float("nan")))
    assert table[["beds", "low", "middle", "high", "chance"]].isna().all(axis=None)
    none = over_capacity(made_up([[10, 10]], beds=0.0))
    assert none["middle"].tolist() == [2]
    assert (table["published"].tolist(), none["published"].tolist()) == ([False], [True])


@pytest.mark.parametrize("by", ["week", "month"])
@given(first=st.dates(dt.date(2020, 1, 1), dt.date(2026, 1, 1)), count=st.integers(1, 120))
@settings(max_examples=60, deadline=None)
def test_periods_cover_every_day_once(by: str, first: dt.date, count: int) -> None:
    found = periods(made_up([[0] * count], 1.0, str(first)), by)  # type: ignore[arg-type]
    assert [p.part.start for p in found[1:]] == [p.part.stop for p in found[:-1]]
    assert sum(p.days for p in found) == count
    assert (found[0].first, found[-1].last) == (first, first + dt.timedelta(days=count - 1))
    for period in found[1:]:
        assert period.first.day == 1 if by == "month" else period.first.weekday() == 0


def test_needs_of_a_period_are_those_of_its_mean_evening(people: xr.DataArray) -> None:
    table = needs_by_period(people, load_standards()).set_index(["place", "first", "need"])
    month = people.sel(day=slice("2023-03-01", "2023-03-31"), place="istmo").to_numpy()
    low, middle, high = np.rint(np.quantile(month.mean(axis=1), [0.05, 0.5, 0.95]))
    at = ("istmo", dt.date(2023, 3, 1))
    row = table.loc[(*at, "people")]
    assert (row["low"], row["middle"], row["high"]) == (low, middle, high)
    assert table.loc[(*at, "water"), "high"] == 15 * high
    assert table.loc[(*at, "toilets"), "middle"] == np.ceil(middle / 20)
    busiest = table.loc[(*at, "people-busiest-evening"), "middle"]
    assert busiest == round(np.median(month.max(axis=1)))


def test_needs_by_day_have_every_place_day_and_need_once(people: xr.DataArray) -> None:
    standards = load_standards()
    table = needs_by_day(people, standards, 0.5)
    assert len(table) == people.sizes["place"] * people.sizes["day"] * (len(standards) + 1)
    assert not table.duplicated(["place", "day", "need"]).any()
    one = table[(table["place"] == "sur") & (table["day"] == "2023-03-10")].set_index("need")
    runs = people.sel(place="sur", day="2023-03-10").to_numpy()
    assert one.loc["people", "middle"] == round(float(np.median(runs)))
    assert one.loc["water", "middle"] == 15 * round(0.5 * float(np.median(runs)))
    assert (table["low"] <= table["middle"]).all()
    assert (table["middle"] <= table["high"]).all()


def test_people_in_boats_are_told_of_and_need_no_beds_on_land() -> None:
    one = made_up([[40, 40], [50, 50]], beds=10.0)
    both = xr.concat([one, one.assign_coords(place=["boat"], place_name=("place", ["Boat"]))],
                     "place").assign_coords(at_sea=("place", [False, True]))  # fmt: skip
    standards = load_standards()
    for table, people_only in (
        (needs_by_day(both, standards), {"people"}),
        (needs_by_period(both, standards), {"people", "people-busiest-evening"}),
    ):
        ashore, afloat = (table[table["place"] == place] for place in ("here", "boat"))
        assert set(afloat["need"]) == people_only
        assert set(standards.index) < set(ashore["need"])
        assert set(afloat.loc[afloat["need"] == "people", "middle"]) == {45.0}
    over = over_capacity(both)
    assert over.loc[over["place"] == "here", "middle"].sum() == 2
    assert over.loc[over["place"] == "boat", "middle"].isna().all()
