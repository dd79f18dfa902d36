"""Harm: events are rate times person-days, and change nobody's path."""

from __future__ import annotations

import pytest
from helpers import Small, total

KINDS = ("robbery", "extortion", "kidnapping", "threats")
FREE = ["in_place", "on_the_road", "in_caravan", "waiting"]
# Nobody moves after harm is counted, so the evening's people are those among whom it was counted.


@pytest.mark.parametrize("kind", KINDS)
def test_mean_events_are_the_rate_times_person_days(small: Small, kind: str) -> None:
    data = small.run(f"[harm.{kind}]\nsouth = 0.013")
    evening = data["present"].sel(place="istmo", status=FREE)
    assert total(data, f"harm_{kind}", place="istmo") == pytest.approx(
        0.013 * float(evening.sum()), rel=1e-5
    )


@pytest.mark.parametrize(
    ("mode", "statuses"),
    [
        ("in_place", ["in_place", "waiting"]),
        ("in_caravan", ["in_caravan"]),
        (["foot", "bus"], ["on_the_road"]),
    ],
)
def test_events_are_told_apart_by_mode(
    small: Small, mode: str | list[str], statuses: list[str]
) -> None:
    text = "[harm.robbery]\ndefault = 0.013\n[caravans]\nminimum = 50"
    data = small.run(text)
    evenings = float(data["present"].sel(status=statuses).sum())
    assert evenings > 0
    assert total(data, "harm_robbery", mode=mode) == pytest.approx(0.013 * evenings, rel=1e-5)


def test_harm_on_a_link_is_of_its_mode_at_its_beginning(small: Small) -> None:
    """From the jungle only one link leads on, a bus of three days."""
    data = small.run("[movement.leave]\ndarien = 1")
    selva = data["harm_robbery"].sel(place="selva").sum(["replicate", "month"])
    assert float(selva.sel(mode="bus")) > 0
    assert float(selva.sel(mode="foot")) == 0


def test_mean_abuse_is_the_rate_times_days_held(small: Small) -> None:
    data = small.run("[harm]\ncustody_abuse = 0.3")
    held = float(data["present"].sel(status="in_custody").sum())
    assert held > 0
    assert total(data, "harm_custody_abuse") == pytest.approx(0.3 * held, rel=1e-5)


def test_exact_events_scatter_around_that_mean(small: Small) -> None:
    """Events minus rate times person-days, over 100 runs: within 5 standard errors of nothing."""
    data = small.run("[harm]\nrobbery = 0.02", draw="exact", replicates=100)
    free = data["present"].sel(status=FREE)
    people = free.sum(["day", "status", "place"]).to_numpy()
    events = data["harm_robbery"].sum(["month", "place", "mode"]).to_numpy()
    error = (0.02 * 0.98 * people.sum()) ** 0.5
    assert abs(events.sum() - 0.02 * people.sum()) < 5 * error
    assert abs(events.sum() - 0.021 * people.sum()) > 5 * error  # the wrong twin


@pytest.mark.parametrize("kind", KINDS)
def test_no_harm_at_a_rate_of_nothing_and_everybody_at_one(small: Small, kind: str) -> None:
    none = small.run(f"[harm]\n{kind} = 0", draw="exact")
    assert total(none, f"harm_{kind}") == 0
    sure = small.run(f"[harm]\n{kind} = 1", draw="exact")
    free = sure["present"].sel(status=FREE)
    assert total(sure, f"harm_{kind}") == float(free.sum())


def test_harm_changes_nobodys_path(small: Small) -> None:
    a = small.run(draw="exact", replicates=2)
    b = small.run("[harm]\nrobbery = 0.9\ncustody_abuse = 0.9", draw="exact", replicates=2)
    assert (a["present"] == b["present"]).all()
    assert (a["harm_extortion"] == b["harm_extortion"]).all()
