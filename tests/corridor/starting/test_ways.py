"""The same pairs are joined whether all pairs are tried or neighbours alone."""

from __future__ import annotations

import numpy as np
import pytest

from corredor.corridor.starting import ways
from corredor.corridor.starting.places import Stop


def scattered(seed: int, count: int, wide: float) -> list[Stop]:
    """Return places over so many degrees; some stand in rows, some on the same spot."""
    rng = np.random.default_rng(seed)
    latitude = rng.uniform(-0.4, 0.4, count) * wide
    longitude = rng.uniform(-1.0, 1.0, count) * wide
    latitude[:20], longitude[:20] = 0.0, np.arange(20) * wide / 20
    latitude[20:24], longitude[20:24] = latitude[24:28], longitude[24:28]
    latitude[28:30], longitude[28:30] = latitude[30:32] + 2e-4, longitude[30:32]
    return [
        Stop(f"p{i}", f"P {i}", "x", "x", north, east, None, entry=False, goal="", source="x")
        for i, (north, east) in enumerate(zip(latitude.tolist(), longitude.tolist(), strict=True))
    ]


@pytest.mark.parametrize("wide", [1.0, 20.0, 170.0])
def test_neighbours_alone_give_what_all_pairs_give(
    monkeypatch: pytest.MonkeyPatch, wide: float
) -> None:
    stops = scattered(int(wide), 120, wide)
    all_pairs = ways.joined(stops)
    monkeypatch.setattr(ways, "FEW", 0)
    assert ways.joined(stops) == all_pairs
    ends = np.array([pair[:2] for pair in all_pairs])
    of = np.arange(120)
    for _ in range(120):  # all places hold together
        np.minimum.at(of, ends[:, 0], of[ends[:, 1]])
        np.minimum.at(of, ends[:, 1], of[ends[:, 0]])
    assert not of.any()


def test_a_third_place_between_parts_two() -> None:
    def at(north: float, east: float) -> Stop:
        return Stop("p", "P", "x", "x", north, east, None, entry=False, goal="", source="x")

    beside = [at(0, 0), at(0, 2), at(0.9, 1)]
    assert [pair[:2] for pair in ways.joined(beside)] == [(0, 2), (1, 2)]
    apart = [at(0, 0), at(0, 2), at(1.1, 1)]
    assert [pair[:2] for pair in ways.joined(apart)] == [(0, 1), (0, 2), (1, 2)]
