"""People in places: those in a place and not in custody, of the world's scale."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from helpers import Small

from corredor.errors import UsageError
from corredor.needs import bands, people_in_places


@pytest.fixture(scope="module")
def data(small: Small) -> xr.Dataset:
    return small.run(draw="exact", replicates=3)


def test_counted_are_those_in_a_place_and_not_in_custody(data: xr.Dataset) -> None:
    counted = people_in_places(data)
    present = data["present"]
    apart = present.sel(status=["on_the_road", "in_custody"]).sum("status")
    assert float(apart.sum()) > 0
    left = present.sum("status") - apart
    assert np.array_equal(counted.to_numpy(), left.to_numpy())
    assert counted.dims == ("replicate", "day", "place")


def test_people_are_those_of_the_world_whatever_the_scale(small: Small) -> None:
    one, ten = (
        people_in_places(small.run(people_scale=scale, draw="expected")).sum() for scale in (1, 10)
    )
    assert float(ten) == pytest.approx(float(one), rel=0.02)


def test_places_and_days_can_be_chosen(data: xr.Dataset) -> None:
    chosen = people_in_places(data, ["istmo", "sur", "istmo"], "2023-02-05", "2023-03")
    assert chosen["place"].values.tolist() == ["istmo", "sur"]
    assert str(chosen["day"].values[0])[:10] == "2023-02-05"
    assert str(chosen["day"].values[-1])[:10] == "2023-03-31"


@pytest.mark.parametrize(
    ("places", "start", "end", "told"),
    [
        (["itsmo"], None, None, "Did you mean 'istmo'"),
        ([], "2031-01-01", None, "no day from 2031-01-01"),
        ([], "2023-03-02", "2023-03-01", "no day from 2023-03-02 to 2023-03-01"),
        ([], "soon", None, "expected a day such as"),
    ],
)
def test_what_is_not_there_is_explained(
    data: xr.Dataset, places: list[str], start: str | None, end: str | None, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        people_in_places(data, places, start, end)


def test_a_result_that_does_not_say_who_needs_shelter_is_refused(data: xr.Dataset) -> None:
    older = data.drop_vars("needs_shelter")
    with pytest.raises(UsageError, match="earlier version"):
        people_in_places(older)


def test_bands_are_quantiles_over_the_runs() -> None:
    runs = np.arange(101.0)[:, None]
    assert bands(runs)[:, 0].tolist() == [5, 50, 95]
