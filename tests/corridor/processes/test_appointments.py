"""Appointments: who may register, how long the queue serves, and that nobody exceeds the cap."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import Small, total

from corredor.corridor.states import MONTHS_WAITED
from corredor.engine.run import Replication, simulate

HUB_LATITUDE = 31.7


@pytest.mark.parametrize(
    "closed",
    ["open = 0", "geofence_latitude = 90", "register = 0"],
)
def test_nobody_registers_when_the_app_is_closed(small: Small, closed: str) -> None:
    data = small.run(f"[appointments]\n{closed}", draw="exact")
    for flow in ("registered", "appointments_given", "admitted_by_appointment"):
        assert total(data, flow) == 0


@pytest.mark.parametrize(
    ("latitude", "allowed"), [(HUB_LATITUDE, True), (HUB_LATITUDE + 0.1, False)]
)
def test_the_geofence_lies_at_its_latitude(small: Small, latitude: float, allowed: bool) -> None:
    data = small.run(f"[appointments]\ngeofence_latitude = {latitude}")
    assert (total(data, "registered") > 0) == allowed


def test_nobody_is_admitted_at_a_cap_of_nothing(small: Small) -> None:
    data = small.run("[appointments]\ndaily_cap = 0", draw="exact")
    assert total(data, "registered") > 0
    assert total(data, "appointments_given") == 0
    assert total(data, "admitted_by_appointment") == 0


@pytest.mark.parametrize("draw", ["exact", "expected"])
@pytest.mark.parametrize("cap", [1, 3])
def test_every_place_is_given_and_none_beyond_the_cap(small: Small, draw: str, cap: int) -> None:
    """March has 31 days, and more people wait than there are places."""
    text = f"[appointments]\ndaily_cap = {cap}\nregister = 0.2"
    given = small.run(text, draw=draw)["appointments_given"].sel(month="2023-03-01").sum()
    assert float(given) == pytest.approx(31 * cap)


@pytest.mark.parametrize(
    ("text", "flow", "sign"),
    [
        ("register = 0.2", "registered", 1),
        ("family_factor = 4", "registered", 1),
        ("daily_cap = 1", "admitted_by_appointment", -1),
        ("give_up = 0.5", "appointments_given", -1),
        ("lead_days = 100", "admitted_by_appointment", -1),
    ],
)
def test_levers_move_the_queue_the_right_way(small: Small, text: str, flow: str, sign: int) -> None:
    change = total(small.run(f"[appointments]\n{text}"), flow) - total(small.run(), flow)
    assert change * sign > 1


def test_families_register_more_often_by_their_factor(small: Small) -> None:
    def share(factor: float) -> float:
        data = small.run(f"[appointments]\nfamily_factor = {factor}")
        return total(data, "registered", group="honduras-families") / total(data, "registered")

    assert share(0) == 0
    assert share(0.5) < share(2)


def months_waited(small: Small, oldest_share: float) -> np.ndarray:
    """Return people who wait at the end by months waited, with a queue far longer than the cap."""
    text = (
        f"[appointments]\noldest_share = {oldest_share}\nregister = 0.3\n"
        "daily_cap = 4\ngive_up = 0\n[crossing]\nattempt = 0.02\n[interdiction]\nwaiting_factor = 0"
    )
    model = small.model(text)
    final = simulate([model], Replication(draw="exact"))[0].final[0]
    waiting = model.space["waiting"]
    return np.where(waiting >= 0, final[waiting], 0).sum(axis=(0, 2))


def test_the_oldest_are_served_first_when_all_places_go_in_turn(small: Small) -> None:
    in_turn, by_lot = months_waited(small, 1.0), months_waited(small, 0.0)
    assert len(in_turn) == MONTHS_WAITED
    assert by_lot[3] > in_turn[3]  # by lot, some who registered in January still wait
    waits = np.arange(MONTHS_WAITED)
    assert waits @ in_turn / in_turn.sum() < waits @ by_lot / by_lot.sum()


def test_months_pass_on_the_first(small: Small) -> None:
    waited = months_waited(small, 0.0)
    assert waited[:4].min() > 0  # registered in January, February, March and April
    assert waited[4:].sum() == 0


@pytest.mark.parametrize("draw", ["exact", "expected", "individual"])
def test_who_asks_is_given_an_appointment_or_is_not(small: Small, draw: str) -> None:
    data = small.run("[appointments]\ndaily_cap = 2\nregister = 0.2", draw=draw)
    asked, not_given = total(data, "appointments_asked"), total(data, "appointments_not_given")
    assert asked == pytest.approx(total(data, "appointments_given") + not_given)
    assert not_given > 0
