"""How a series counts is data of the world, and the same whatever names it."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import Small

from corredor.corridor.world import load_world
from corredor.errors import UsageError
from corredor.runs.counting import Counting, lacking
from corredor.runs.observe import COUNTINGS, observe


def told(data: object, **more: object) -> object:
    """Return a result whose world counts a series ``mine`` in a given way."""
    counting = Counting(**more)  # type: ignore[arg-type]
    text = counting.model_dump_json(exclude_defaults=True)
    return data.assign_attrs({COUNTINGS: f'{{"mine": {text}}}'})  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def data(small: Small) -> object:
    return small.run(replicates=2, draw="exact")


def test_all_of_a_variable_is_its_sum(data: object) -> None:
    counted = observe(told(data, counts=["detentions"]), "mine")
    assert counted.dims == ("replicate", "month")
    np.testing.assert_array_equal(counted, data["detentions"].sum(["place", "group"]))


@pytest.mark.parametrize(
    ("key", "by"),
    [("zone", "zone"), ("country", "country"), ("nationality", "nationality_of_group"),
     ("household", "household"), ("place", "place")],
)  # fmt: skip
def test_parts_add_up_to_the_whole_and_leaving_out_is_the_rest(
    data: object, key: str, by: str
) -> None:
    whole = observe(told(data, counts=["detentions"]), "mine")
    parts = sorted(set(data[by].to_numpy().astype(str)))
    each = [observe(told(data, counts=["detentions"]), "mine", key, part) for part in parts]
    np.testing.assert_array_equal(sum(each), whole)
    joined = observe(told(data, counts=["detentions"]), "mine", key, "+".join(parts[:2]))
    np.testing.assert_array_equal(joined, sum(each[:2]))
    without = observe(told(data, counts=["detentions"], unless={key: [parts[0]]}), "mine")
    np.testing.assert_array_equal(without, whole - each[0])


def test_a_link_is_known_by_what_is_told_of_its_ends(data: object) -> None:
    into = {"link_destination.country": ["MEX"]}
    entered = observe(
        told(data, counts=["travelled"], where=into, unless={"link_origin.country": ["MEX"]}),
        "mine",
    )
    over = np.flatnonzero(
        (data["link_origin"].values == "hogar") & (data["link_destination"].values == "sur")
    )
    np.testing.assert_array_equal(
        entered, data["travelled"].isel(link=over).sum(["link", "nationality"])
    )


def test_several_variables_are_added(data: object) -> None:
    both = ["admitted_by_appointment", "admitted_without_appointment"]
    each = [observe(told(data, counts=[name]), "mine") for name in both]
    np.testing.assert_array_equal(observe(told(data, counts=both), "mine"), sum(each))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"counts": ["nothing"]}, "the result holds no nothing"),
        ({"counts": ["encounters"], "where": {"zone": ["south"]}}, "is not told apart by zone"),
    ],
)
def test_what_a_result_does_not_tell_apart_is_refused(
    data: object, more: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        observe(told(data, **more), "mine")


@pytest.mark.parametrize(
    ("more", "lacks"),
    [
        ({"needs": {"sector": ["El Paso", "Yuma"]}}, "no place with sector Yuma"),
        ({"needs": {"port": []}}, ""),
        ({"needs": {"shelter_beds": []}}, "no place with shelter_beds"),
        ({"where": {"link_destination": ["sur"]}}, ""),
        ({"where": {"link_destination": ["moon"]}}, "no link with link_destination moon"),
        ({"where": {"link_destination.country": ["HND"]},
          "unless": {"link_origin.country": ["PAN"]}},
         "no link with link_destination.country HND and without link_origin.country PAN"),
    ],
)  # fmt: skip
def test_what_a_world_lacks_is_said(small: Small, more: dict[str, object], lacks: str) -> None:
    world = load_world(small.scenario().world.folder)
    assert lacking(world, Counting(counts=["travelled"], **more)) == lacks  # type: ignore[arg-type]
