"""Fear lengthens the time before people set out; authorities may hold them back."""

from __future__ import annotations

import pytest
from corridor.processes.test_movement import link_shares
from helpers import Small, total

LEAVE = "[movement]\nleave = 0.4\nfamily_pace = 1\n[movement.leave_factor]\nsur = 1\n"


def leaving(small: Small, text: str, place: str, group: str) -> float:
    shares = link_shares(small, LEAVE + text)
    return sum(s for (link, of), s in shares.items() if link.startswith(place) and of == group)


@pytest.mark.parametrize("fear", [0.1, 0.5])
def test_each_percent_of_chance_lengthens_the_wait(small: Small, fear: float) -> None:
    quiet = "[interdiction]\ncheckpoint_weight = 0\n"
    before = leaving(small, quiet, "sur>", "honduras-adults")
    after = leaving(small, f"{quiet}fear = {fear}\n", "sur>", "honduras-adults")
    assert after == pytest.approx(before / (1 + fear * 100 * 0.02))  # the tempo of the south


def test_nobody_fears_where_nobody_is_stopped(small: Small) -> None:
    fear = "[interdiction]\nfear = 1\n"
    for place, group in (("hogar>", "honduras-adults"), ("valle>", "mexico-adults")):
        assert leaving(small, fear, place, group) == leaving(small, "", place, group)


def test_a_share_is_held_back_in_its_zone_alone(small: Small) -> None:
    held = "[movement.held_back]\nsouth = 0.25\n"
    assert leaving(small, held, "istmo>", "honduras-adults") == pytest.approx(
        0.75 * leaving(small, "", "istmo>", "honduras-adults")
    )
    assert leaving(small, held, "valle>", "honduras-adults") == leaving(
        small, "", "valle>", "honduras-adults"
    )


def test_fear_at_the_border_lowers_tries(small: Small) -> None:
    calm = small.run()
    afraid = small.run("[interdiction]\nfear = 5\n")
    assert total(afraid, "encounters") < total(calm, "encounters")
