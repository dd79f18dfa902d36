"""Settlement: people go home, more so after each return; some stay; some ask for refuge."""

from __future__ import annotations

import pytest
from helpers import Small, total

HARD = "[interdiction.tempo]\nsouth = 0.1\n"


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        ("[settlement.give_up]\n'0' = 0.05", "gave_up"),
        (HARD + "[settlement.give_up]\n'2+' = 0.05", "gave_up"),
        ("[settlement.settle]\ncentre = 0.05", "settled"),
        ("[settlement.jobs_factor]\nvalle = 20", "settled"),
        ("[settlement.refuge_rate]\nsur = 0.05", "refuge_requests"),
    ],
)
def test_levers_raise_their_flow(small: Small, text: str, flow: str) -> None:
    base = HARD if text.startswith(HARD) else ""
    assert total(small.run(text), flow) > total(small.run(base), flow) + 1


def test_nobody_goes_home_or_stays_at_chances_of_nothing(small: Small) -> None:
    data = small.run("[settlement]\ngive_up = 0\nsettle = 0\nrefuge_rate = 0", draw="exact")
    for flow in ("gave_up", "settled", "refuge_requests"):
        assert total(data, flow) == 0


def test_giving_up_grows_with_the_returns_behind_people(small: Small) -> None:
    """Only those sent south give up here, so more interdiction means more who give up."""
    text = (
        "[settlement.give_up]\n'0' = 0\n'1' = 0.01\n'2+' = 0.05\n[interdiction.tempo]\nsouth = {}\n"
    )
    none = (
        text.format(0)
        + "centre = 0\nnorth = 0\n[crossing]\nreturned_share = 0\n[caravans]\ndissolution = 0"
    )
    assert total(small.run(none), "gave_up") == pytest.approx(0)
    some, many = (total(small.run(text.format(x)), "gave_up") for x in (0.02, 0.1))
    assert 0 < some < many


def test_jobs_keep_people_at_their_place_only(small: Small) -> None:
    before, after = small.run(), small.run("[settlement.jobs_factor]\nvalle = 50")
    assert total(after, "settled", place="valle") > 5 * total(before, "settled", place="valle")
    assert total(after, "settled", place="sur") == pytest.approx(
        total(before, "settled", place="sur"), rel=0.05
    )


def test_going_home_comes_before_staying_when_both_are_certain(small: Small) -> None:
    data = small.run("[settlement]\ngive_up = 1\nsettle = 1", draw="exact")
    assert total(data, "gave_up") > 0
    assert total(data, "settled") == 0


def test_asking_for_refuge_moves_nobody(small: Small) -> None:
    before = small.run(draw="exact", replicates=2)
    after = small.run("[settlement]\nrefuge_rate = 1", draw="exact", replicates=2)
    assert (before["present"] == after["present"]).all()
    assert (before["encounters"] == after["encounters"]).all()


def test_mexicans_do_not_ask_mexico_for_refuge(small: Small) -> None:
    data = small.run("[entry.factor]\nhonduras = 0\n[settlement]\nrefuge_rate = 1", draw="exact")
    assert total(data, "entries") > 0
    assert total(data, "refuge_requests") == 0
