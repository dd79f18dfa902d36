"""Custody: the books balance, stations do not overflow, and the ways out follow their shares."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import Small, total

CAPACITY = 60
HARD = "[interdiction.tempo]\nsouth = 0.1\n"


def test_all_who_were_detained_left_or_are_still_held(small: Small) -> None:
    """Counted from the spin-up on, so that the books start empty."""
    text = "spin_up = 2023-02-01\n" + HARD
    data = small.run(text, draw="exact", replicates=5)
    flows = ("sent_south", "returned_home_from_custody", "let_go")
    out = sum(data[flow].sum([d for d in data[flow].dims if d != "replicate"]) for flow in flows)
    detained = data["detentions"].sum(["month", "place", "group"])
    held = data["present"].sel(status="in_custody").isel(day=-1).sum("place")
    dissolved = 0  # those whom a dissolved caravan lets go were never held
    assert (detained == out + held + dissolved).all()


def test_beyond_its_places_a_station_moves_people_on_the_same_day(small: Small) -> None:
    def most(text: str) -> float:
        return float(small.run(text)["present"].sel(status="in_custody").max())

    assert most(HARD) <= CAPACITY * (1 + 1e-6)
    assert most(HARD + "[custody]\ncapacity_factor = 100") > CAPACITY
    assert most(HARD + "[custody]\ncapacity_factor = 0.5") <= CAPACITY / 2 * (1 + 1e-6)


def test_people_stay_for_the_days_held(small: Small) -> None:
    """In balance people held are detentions a day times days; the day itself is not an evening."""
    for days in (2.0, 5.0):
        text = f"[custody]\ncapacity_factor = 100\ndays_held = {days}\n[caravans]\nformation = 0"
        data = small.run(text)
        held = data["present"].sel(status="in_custody").sum("place")
        in_march = float(held.sel(day=slice("2023-03-01", "2023-03-31")).mean())
        a_day = total(data, "detentions", month="2023-03-01") / 31
        assert in_march == pytest.approx(a_day * (days - 1), rel=0.05)


@pytest.mark.parametrize(
    ("text", "flow", "sign"),
    [
        ("[custody]\nsent_south_share = 1", "sent_south", 1),
        ("[custody]\nsent_south_share = 0", "sent_south", -1),
        ("[custody]\nsent_south_share = 0", "let_go", 1),
        ("[custody.deported_share]\nhonduras = 0.6", "returned_home_from_custody", 1),
        ("[custody]\ndays_held = 20\ncapacity_factor = 100", "sent_south", -1),
    ],
)
def test_levers_move_the_ways_out_the_right_way(
    small: Small, text: str, flow: str, sign: int
) -> None:
    assert (total(small.run(text), flow) - total(small.run(), flow)) * sign > 1


def test_shares_of_the_ways_out_are_those_of_the_levers(small: Small) -> None:
    text = "[custody]\nsent_south_share = 0.7\n[custody.deported_share]\nhonduras = 0.3"
    data = small.run(text)
    south, home, free = (
        total(data, flow) for flow in ("sent_south", "returned_home_from_custody", "let_go")
    )
    assert np.array([south, home, free]) / (south + home + free) == pytest.approx(
        [0.7 * 0.7, 0.3, 0.7 * 0.3]
    )


def test_buses_go_where_the_shares_say(small: Small) -> None:
    data = small.run("[custody.destination_share]\nsur = 0.25\ncosta = 0.75")
    assert total(data, "sent_south", place="costa") == pytest.approx(
        3 * total(data, "sent_south", place="sur")
    )


def test_being_sent_south_adds_a_return(small: Small) -> None:
    model = small.model()
    step = next(step for _, step in model.steps if step.name == "leave custody")
    table = model.space.table
    source = table.iloc[np.repeat(step.moves.sources, np.diff(step.moves.pointer))]
    destination = table.iloc[step.moves.destination]
    south = step.moves["way"] == 0
    before, after = source["returned"].to_numpy()[south], destination["returned"].to_numpy()[south]
    assert (after == np.minimum(before + 1, 2)).all()
    assert (source["group"].to_numpy() == destination["group"].to_numpy()).all()


def test_those_sent_south_are_worn_down_and_fewer_arrive(small: Small) -> None:
    back = small.run(HARD + "[settlement.give_up]\n'1' = 0.05\n'2+' = 0.1")
    fresh = small.run(HARD + "[settlement.give_up]\n'1' = 0\n'2+' = 0")
    assert total(back, "gave_up") > total(fresh, "gave_up")
    assert total(back, "encounters") < total(fresh, "encounters")


def test_the_deported_try_again_by_their_share(small: Small) -> None:
    deport = "[custody.deported_share]\nhonduras = 1\n[custody.try_again_share]\nhonduras = {}"
    none, all_of_them = small.run(deport.format(0)), small.run(deport.format(1))
    left = {"outcome": "deported"}
    assert float(none["left"].sel(left).sum()) > 0
    assert float(all_of_them["left"].sel(left).sum()) == 0
    link = "hogar>sur bus"
    assert total(all_of_them, "travelled", link=link) > total(none, "travelled", link=link)
