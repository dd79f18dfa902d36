"""The share of a fall that a cause explains is known in a made-up world, and found again."""

from __future__ import annotations

import datetime as dt

import pytest
from small_structures import write_structures

from corredor.corridor.world import World
from corredor.fit.calibrate import Ensemble
from corredor.fit.twins import chance_of_ranks
from corredor.fit.twins_of_causes import twins_of_causes
from corredor.runs.structures import load_variants

MONTHS = (dt.date(2023, 3, 1), dt.date(2023, 5, 31))
ERROR_RATE = 0.001


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return write_structures(tmp_path_factory.mktemp("causes"))


def test_a_cause_of_nothing_explains_nothing(world: World) -> None:
    structures = load_variants(world)
    told: list[tuple[int, int]] = []
    table = twins_of_causes(
        world, structures, structures.variants[0], Ensemble(10, 1), MONTHS, 1, least_fall=5.0,
        on_twin=lambda *numbers: told.append(numbers),
    ).set_index("cause")  # fmt: skip
    assert told == [(1, 1)]
    assert list(table.index) == ["entries", "nothing"]
    assert table["fell"].min() >= 5.0
    assert table.loc["nothing", "truth"] == pytest.approx(0.0, abs=1e-9)
    assert abs(table.loc["entries", "truth"]) > 0.5
    assert table.loc["entries", "low"] < table.loc["entries", "high"]


@pytest.mark.slow
def test_ranks_of_a_share_are_even(world: World) -> None:
    """60 twins; the chance of a false alarm is one in a thousand."""
    structures = load_variants(world)
    table = twins_of_causes(
        world, structures, structures.variants[0], Ensemble(100, 4), MONTHS, 60,
        least_fall=10.0,
    )  # fmt: skip
    ranks = table.loc[table["cause"] == "entries", "rank"].to_numpy()
    assert chance_of_ranks(ranks, bins=6) > ERROR_RATE
