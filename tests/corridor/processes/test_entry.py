"""Entry: the world's table comes in, day by day."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import ENTRY, Small, total

MONTHS = 2.5  # February, March and half of April


def test_expected_newcomers_are_those_of_the_table(small: Small) -> None:
    data = small.run()
    by_place = data["entries"].sum(["replicate", "month", "group"])
    for (_, place), people in ENTRY.items():
        assert float(by_place.sel(place=place)) == pytest.approx(people * MONTHS)
    assert total(data, "entries") == pytest.approx(sum(ENTRY.values()) * MONTHS)


def test_households_have_their_shares(small: Small) -> None:
    data = small.run()
    families = total(data, "entries", group=["honduras-families", "mexico-families"])
    assert families / total(data, "entries") == pytest.approx(0.4)


def test_exact_newcomers_are_poisson_around_the_table(small: Small) -> None:
    """Mean within 5 standard errors, variance within 5 of its own (chance below 1e-5)."""
    runs = 300
    entries = small.run(draw="exact", replicates=runs)["entries"].sum(["month", "place", "group"])
    mean = sum(ENTRY.values()) * MONTHS
    assert abs(float(entries.mean()) - mean) < 5 * np.sqrt(mean / runs)
    assert float(entries.var()) / mean == pytest.approx(1.0, abs=5 * np.sqrt(2 / runs))


def test_the_factor_touches_its_nationality_only(small: Small) -> None:
    before, after = small.run(), small.run("[entry.factor]\nhonduras = 2")
    for group in before["group"].values:
        factor = 2 if "honduras" in group else 1
        assert total(after, "entries", group=group) == pytest.approx(
            factor * total(before, "entries", group=group)
        )


def test_a_factor_of_nothing_empties_the_corridor(small: Small) -> None:
    data = small.run("[entry]\nfactor = 0", draw="exact")
    assert float(data["present"].sum()) == 0
    assert total(data, "detentions") == 0


def test_people_scale_multiplies_newcomers(small: Small) -> None:
    assert total(small.run(people_scale=3), "entries") == pytest.approx(
        3 * total(small.run(), "entries")
    )
