"""Movement: people leave at their pace, by the roads that a recursive logit gives."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from helpers import LINKS, Small, total

from corredor.corridor.levers import compile_levers
from corredor.corridor.model import CellBook, Model
from corredor.corridor.processes.movement import Movement
from corredor.corridor.states import build_states
from corredor.engine.steps import Today
from corredor.errors import UsageError

DAY = dt.date(2023, 2, 1)
PULL = {"norte": 0.7, "este": -0.4}
# Everybody leaves at once, so that the chance of a move is the share of its link.
AT_ONCE = """
[movement]
leave = 1
family_pace = 1
cost_per_day = 0.8
cost_per_100_usd = 0.5
cost_per_checkpoint = 0.3
[movement.leave_factor]
sur = 1
[movement.destination_pull]
"El Paso" = 0.7
Laredo = -0.4
"""


def link_shares(small: Small, text: str, people: int = 0) -> dict[tuple[str, str], float]:
    """Return what ``Movement`` says: the chance of each link for each group at its origin."""
    scenario = small.scenario(text)
    space = build_states(scenario.world)
    levers = compile_levers(scenario.settings, scenario.world)
    model = Model(space, levers, CellBook(space, [Movement()]))
    leave = Movement().steps(model)[1]
    stocks = np.full((1, space.size), people)
    chances = leave.chances(Today(DAY, levers, stocks, 1.0, lambda p: p))[0]
    names = model.cells.labels["link"]
    return {
        (names[link], space.groups[group]): float(chance)
        for link, group, chance in zip(
            leave.moves["link"], leave.moves["group"], chances, strict=True
        )
    }  # fmt: skip


def by_enumeration(origin: str, exposed: bool) -> dict[str, float]:
    """Return the share of each first link over all paths to the border of up to 14 links."""

    def cost(days: float, fare: float, checkpoints: int) -> float:
        return 0.8 * days + 0.5 * fare / 100 + (0.3 * checkpoints if exposed else 0.0)

    def weight(place: str, links_left: int) -> float:
        """Return the weight of all paths from a place, that of stopping here among them."""
        here = np.exp(PULL[place]) if place in PULL else 0.0
        if links_left == 0:
            return here
        return here + sum(
            np.exp(-cost(*rest)) * weight(destination, links_left - 1)
            for start, destination, _, *rest in LINKS
            if start == place
        )

    return {
        f"{start}>{destination} {mode}": np.exp(-cost(*rest)) * weight(destination, 14)
        / weight(origin, 15)
        for start, destination, mode, *rest in LINKS
        if start == origin
    }  # fmt: skip


@pytest.mark.parametrize("origin", ["sur", "istmo", "valle", "norte", "este"])
def test_shares_are_those_of_all_paths_to_the_border(small: Small, origin: str) -> None:
    shares = link_shares(small, AT_ONCE)
    for group, exposed in (("honduras-adults", True), ("mexico-families", False)):
        found = {
            link: share
            for (link, of), share in shares.items()
            if of == group and link.startswith(f"{origin}>")
        }
        if found:  # no Mexican is ever in the south of the small world
            assert found == pytest.approx(by_enumeration(origin, exposed), rel=1e-6)


def test_the_wrong_cost_is_caught_by_the_enumeration(small: Small) -> None:
    shares = link_shares(small, AT_ONCE.replace("0.5", "0.52"))
    right = by_enumeration("sur", True)
    assert any(abs(shares[link, "honduras-adults"] / right[link] - 1) > 1e-3 for link in right)


def test_shares_sum_to_one_away_from_the_border(small: Small) -> None:
    shares = link_shares(small, AT_ONCE)
    for origin in ("selva", "hogar", "sur", "istmo", "valle"):
        whole = sum(
            share
            for (link, group), share in shares.items()
            if link.startswith(f"{origin}>") and group == "honduras-adults"
        )
        assert whole == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("change", "link", "sign"),
    [
        ("cost_per_100_usd = 3", "sur>istmo foot", 1),
        ("cost_per_day = 2", "sur>istmo foot", -1),
        ("cost_per_checkpoint = 3", "sur>istmo foot", 1),
        ("[movement.destination_pull]\nLaredo = 3", "valle>este bus", 1),
        ("[movement.destination_pull]\nLaredo = 3", "valle>norte bus", -1),
    ],
)
def test_each_cost_moves_people_to_the_other_road(
    small: Small, change: str, link: str, sign: int
) -> None:
    cheap = "[movement]\n" + ("" if "cost_per_day" in change else "cost_per_day = 0.4\n")
    before = link_shares(small, "[movement]\ncost_per_day = 0.4")[link, "honduras-adults"]
    after = link_shares(small, cheap + change)[link, "honduras-adults"]
    assert (after - before) * sign > 0.005


def test_a_crowded_place_draws_fewer(small: Small) -> None:
    """With equal numbers in every state, the place with the most states is the most crowded."""
    crowding = "[movement]\ncost_per_1000_present = 1"
    before, after = link_shares(small, crowding), link_shares(small, crowding, people=20)
    assert (
        after["valle>norte bus", "honduras-adults"] < before["valle>norte bus", "honduras-adults"]
    )
    assert after["valle>este bus", "honduras-adults"] > before["valle>este bus", "honduras-adults"]


@pytest.mark.parametrize(
    ("lever", "low", "high"),
    [
        ("[movement.leave]\nsouth = {}", 0.1, 0.9),
        ("[movement.leave_factor]\nsur = {}", 0.05, 1.0),
        ("[movement]\nfamily_pace = {}", 0.2, 1.0),
        ("[movement.leave_after_return]\n'1' = {0}\n'2+' = {0}", 0.1, 1.0),
    ],
)
def test_pace_levers_bring_more_people_to_the_border(
    small: Small, lever: str, low: float, high: float
) -> None:
    slow, quick = (total(small.run(lever.format(x)), "encounters") for x in (low, high))
    assert quick > 1.01 * slow


def test_nobody_moves_when_nobody_leaves(small: Small) -> None:
    data = small.run("[movement]\nleave = 0\n[caravans]\nformation = 0", draw="exact")
    assert total(data, "travelled") == 0
    assert total(data, "detentions", place="sur") == 0


def test_a_long_link_takes_its_days_on_average(small: Small) -> None:
    """People on a link in balance are newcomers a day times days: 1200 a month over 3 days.

    The day on which somebody arrives is counted at the destination, so 2 of the 3 are on the road.
    """
    text = "[movement.leave]\ndarien = 1\n[movement]\nfamily_pace = 1"
    data = small.run(text)
    there = data["present"].sel(place="selva", status="on_the_road")
    in_march = there.isel(replicate=0).sel(day=slice("2023-03-10", "2023-03-31"))
    assert float(in_march.mean()) == pytest.approx(1200 / 31 * 2, rel=0.02)


def test_costs_too_low_for_an_end_are_explained(small: Small) -> None:
    free = "[movement]\ncost_per_day = 0\ncost_per_100_usd = 0\ncost_per_checkpoint = 0"
    with pytest.raises(UsageError, match="walking in circles never ends") as refused:
        link_shares(small, free)
    for named in ("norte", "este>norte bus", "cost_of_turning_back (here 0)", "onward_only = true"):
        assert named in str(refused.value)
    onward = link_shares(small, f"{free}\nonward_only = true")
    assert all(0 <= share <= 1 for share in onward.values())
