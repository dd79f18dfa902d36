"""Which links turn back, and what turning back costs."""

from __future__ import annotations

import numpy as np
import pytest
from corridor.processes.test_movement import AT_ONCE, link_shares
from helpers import LINKS, PLACES, Small
from hypothesis import given
from hypothesis import strategies as st

from corredor.corridor import routes
from corredor.corridor.onward import turning_back

NAMES = list(PLACES)
SECTOR = np.array([PLACES[name][4].get("sector", "") for name in NAMES], dtype=object)


def flags(links: list[tuple[str, str, float]]) -> dict[tuple[str, str], bool]:
    origin = np.array([NAMES.index(a) for a, _, _ in links])
    destination = np.array([NAMES.index(b) for _, b, _ in links])
    days = np.array([d for _, _, d in links])
    back = turning_back(origin, destination, days, SECTOR)
    return {(a, b): bool(x) for (a, b, _), x in zip(links, back, strict=True)}


def test_a_link_turns_back_if_it_does_not_lead_on_or_leaves_the_sector() -> None:
    links = [(a, b, days) for a, b, _, days, _, _ in LINKS]
    found = flags([*links, ("valle", "istmo", 1.5)])
    back = {link for link, turns in found.items() if turns}
    assert back == {("valle", "istmo"), ("norte", "este"), ("este", "norte")}


@given(st.permutations([(a, b, days) for a, b, _, days, _, _ in LINKS]))
def test_the_order_of_links_does_not_matter(links: list[tuple[str, str, float]]) -> None:
    assert flags(links) == flags([(a, b, days) for a, b, _, days, _, _ in LINKS])


def test_whoever_is_in_a_sector_seldom_leaves_it_where_that_costs(small: Small) -> None:
    free = link_shares(small, AT_ONCE)
    dear = link_shares(small, AT_ONCE.replace("[movement]", "[movement]\ncost_of_turning_back = 4"))
    way = ("norte>este bus", "honduras-adults")
    assert dear[way] < 0.05 < free[way]
    on = ("istmo>valle bus", "honduras-adults")
    assert abs(dear[on] - free[on]) < 1e-9


def test_a_pull_of_their_own_moves_one_nationality_alone(small: Small) -> None:
    text = AT_ONCE + '[movement.own_pull]\n"honduras Laredo" = 2\n'
    before, after = link_shares(small, AT_ONCE), link_shares(small, text)
    assert (
        after["valle>este bus", "honduras-adults"]
        > before["valle>este bus", "honduras-adults"] + 0.1
    )
    for link, share in before.items():
        if link[1].startswith("mexico"):
            assert after[link] == share


def test_a_large_world_where_nobody_turns_back_is_solved_as_a_small_one(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = AT_ONCE.replace("[movement]", "[movement]\nonward_only = true")
    whole = link_shares(small, text)
    monkeypatch.setattr(routes, "WHOLE_UP_TO", 0)
    assert link_shares(small, text) == pytest.approx(whole, rel=1e-12)
