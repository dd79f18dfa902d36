"""Caravans: they set off when enough people wait, walk as one body, and lose members."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from helpers import Small, total

# One caravan sets off on the 5th of February, and nothing takes people out of it.
ONE = """
[caravans]
minimum = 50
formation = { 2022-01-01 = 0, 2023-02-05 = 1, 2023-02-06 = 0 }
join_share = 0.5
join_on_the_way = 0
drop_out = 0
dissolution = 0
pace_km = 40
[interdiction.tempo]
south = 0
centre = 0
"""


def walkers(data: xr.Dataset) -> np.ndarray:
    """Return people in caravans, [replicate, day, place]."""
    return data["present"].sel(status="in_caravan").to_numpy()


def test_a_caravan_moves_as_one_body(small: Small) -> None:
    """On no day of any run are walkers of the one caravan at two stops."""
    there = walkers(small.run(ONE, draw="exact", replicates=30)) > 0
    assert there.any(axis=(1, 2)).all()
    assert (there.sum(axis=2) <= 1).all()


def test_the_expected_draw_spreads_it_over_the_stops(small: Small) -> None:
    """The wrong twin: the test above would see a caravan that does not walk together."""
    assert ((walkers(small.run(ONE)) > 0).sum(axis=2) > 1).any()


def test_nobody_leaves_a_caravan_that_nothing_takes_apart(small: Small) -> None:
    data = small.run(ONE, draw="exact", replicates=30)
    joined = data["caravan_joined"].sum(["month", "place"])
    arrived = data["caravan_left"].sel(place="valle").sum("month")
    assert (joined > 0).all()
    assert (data["caravan_left"].sum(["month", "place"]) == arrived).all()
    assert ((arrived == joined) | (arrived == 0)).all()  # all of it, or none before the end


def test_a_caravan_walks_at_its_pace(small: Small) -> None:
    """Days at the second stop are geometric with mean km / pace; within 5 standard errors."""
    runs = 300
    data = small.run(ONE, draw="exact", replicates=runs)
    world = small.scenario().world
    foot = world.links[(world.links["mode"] == "foot") & (world.links["origin"] == "sur")]
    shortest = world.links.groupby(["origin", "destination"])["km"].min()["sur", "istmo"]
    assert float(foot["km"].iloc[0]) >= shortest
    sur = data["place"].to_numpy().tolist().index("sur")
    days = (walkers(data)[:, :, sur] > 0).sum(axis=1)
    chance = 40 / shortest
    assert abs(days.mean() - 1 / chance) < 5 * np.sqrt((1 - chance) / chance**2 / runs)


def test_none_forms_while_too_few_wait(small: Small) -> None:
    data = small.run("[caravans]\nminimum = 1000000\nformation = 1", draw="exact")
    assert total(data, "caravan_joined") == 0


def test_none_forms_when_formation_is_impossible(small: Small) -> None:
    assert total(small.run("[caravans]\nformation = 0", draw="exact"), "caravan_joined") == 0


def test_its_size_is_the_share_that_joins(small: Small) -> None:
    few, many = (
        total(small.run(ONE.replace("join_share = 0.5", f"join_share = {x}")), "caravan_joined")
        for x in (0.2, 0.6)
    )
    assert many == pytest.approx(3 * few, rel=1e-6)


@pytest.mark.parametrize(
    ("before", "after", "flow", "sign"),
    [
        ("drop_out = 0\n", "drop_out = 0.2\n", "caravan_left", 1),
        ("join_on_the_way = 0", "join_on_the_way = 0.2", "caravan_joined", 1),
        ("dissolution = 0", "dissolution = 0.5", "caravan_arrived", -1),
        ("pace_km = 40", "pace_km = 5", "caravan_arrived", -1),
    ],
)
def test_levers_move_members_the_right_way(
    small: Small, before: str, after: str, flow: str, sign: int
) -> None:
    assert before in ONE
    change = total(small.run(ONE.replace(before, after)), flow) - total(small.run(ONE), flow)
    assert change * sign > 1


def test_mexicans_do_not_walk_with_them(small: Small) -> None:
    space = small.model().space
    mexican = [g.startswith("mexico") for g in space.groups]
    assert (space["caravan"][:, mexican] == -1).all()
    assert (space["caravan"][:, [not m for m in mexican]] >= 0).all()


def test_a_caravan_is_dissolved_as_a_whole(small: Small) -> None:
    """On the day after dissolution nobody of it walks on, in every run."""
    text = ONE.replace("dissolution = 0", "dissolution = { 2022-01-01 = 0, 2023-02-08 = 1 }")
    data = small.run(text, draw="exact", replicates=20)
    there = data["present"].sel(status="in_caravan").sum("place")
    assert (there.sel(day=slice("2023-02-05", "2023-02-07")) > 0).all()
    assert (there.sel(day=slice("2023-02-08", None)) == 0).all()
