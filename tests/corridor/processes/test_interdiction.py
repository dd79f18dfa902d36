"""Interdiction: people are stopped by zone and exposure; waiting and numbers protect."""

from __future__ import annotations

import pytest
from helpers import Small, total


def detained(small: Small, text: str = "", **where: object) -> float:
    return total(small.run(text), "detentions", **where)


def test_nobody_is_detained_when_the_tempo_is_nothing(small: Small) -> None:
    none = "[interdiction.tempo]\nsouth = 0\ncentre = 0\nnorth = 0\n[caravans]\ndissolution = 0"
    assert total(small.run(none, draw="exact", replicates=3), "detentions") == 0


def test_everybody_is_stopped_when_the_tempo_is_one(small: Small) -> None:
    data = small.run("[interdiction.tempo]\nsouth = 1\n[caravans]\nformation = 0")
    evening = data["present"].sel(
        place=["sur", "istmo", "costa"], status=["in_place", "on_the_road"]
    )
    # only those whom custody let go or brought this same day are there in the evening
    custody = data["sent_south"].sum() + data["let_go"].sum()
    assert float(evening.sum()) <= float(custody) * 1.05
    assert total(data, "travelled", link="istmo>valle bus") < 0.2 * total(
        small.run(), "travelled", link="istmo>valle bus"
    )


@pytest.mark.parametrize("zone", ["south", "centre", "north"])
def test_tempo_raises_detentions_in_its_zone(small: Small, zone: str) -> None:
    places = {"south": ["sur", "istmo", "costa"], "centre": ["valle"], "north": ["norte", "este"]}
    text = f"[interdiction.tempo]\n{zone} = 0.06"
    assert detained(small, text, place=places[zone]) > 1.5 * detained(small, place=places[zone])


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("[interdiction.exposure]\nhonduras = 0.5", -1),
        ("[interdiction]\ncheckpoint_weight = 2", 1),
        ("[interdiction]\nwaiting_factor = 1", 1),
    ],
)  # fmt: skip
def test_levers_move_detentions_the_right_way(small: Small, text: str, sign: int) -> None:
    assert (detained(small, text) - detained(small)) * sign > 1


def test_those_without_exposure_and_mexicans_are_never_stopped(small: Small) -> None:
    free = small.run("[interdiction.exposure]\nhonduras = 0\n[caravans]\nformation = 0")
    assert total(free, "detentions") == 0
    mexicans = ["mexico-adults", "mexico-families"]
    exposed = small.run("[interdiction.exposure]\nmexico = 10")
    assert total(exposed, "detentions", group=mexicans) == 0


def test_numbers_protect_a_caravan(small: Small) -> None:
    """A size of one halves the chance: a caravan of hundreds is all but safe."""
    caravans = (
        "[caravans]\nminimum = 50\nformation = 0.3\njoin_share = 0.9\ndissolution = 0\n"
        "[interdiction.tempo]\nsouth = 0.2\n[interdiction]\nprotection_size = {}"
    )
    safe, bare = (detained(small, caravans.format(size)) for size in (1, 1_000_000))
    assert bare > 1.1 * safe


def test_waiting_people_are_left_alone_at_a_factor_of_nothing(small: Small) -> None:
    """With nobody moving on in the north, only people who wait can be stopped at the hub."""
    text = (
        "[appointments]\nregister = 1\nfamily_factor = 1\ndaily_cap = 0\ngive_up = 0\n"
        "[crossing]\nattempt = 0\nwalk_up_daily = 0\n[interdiction.tempo]\nnorth = 0.1\n"
        "[interdiction]\nwaiting_factor = {}"
    )
    none, all_of_them = (detained(small, text.format(x), place="norte") for x in (0, 1))
    assert none < 0.2 * all_of_them


def test_the_factor_of_a_place_touches_that_place_only(small: Small) -> None:
    alone = "[caravans]\nformation = 0\n"  # a caravan that is dissolved is stopped anywhere
    before = small.run(alone)
    after = small.run(alone + "[interdiction.place_factor]\nistmo = 0")
    assert total(after, "detentions", place="istmo") == 0
    assert total(before, "detentions", place="istmo") > 0
    assert total(after, "detentions", place="sur") == pytest.approx(
        total(before, "detentions", place="sur"), rel=0.1
    )
