"""The land around a corridor anywhere is there, cut to a window, in a projection of its own."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import corredor
from corredor.corridor.geography import great_circle_km
from corredor.corridor.starting import Plan, listed, write_world
from corredor.corridor.world import load_world
from corredor.show.map import basemap
from corredor.show.map.basemap import Points, clip, layer, window_around
from corredor.show.map.projecting import projection_of

WINDOW = (0.0, 0.0, 10.0, 10.0)
ends = st.tuples(st.integers(-20, 20), st.integers(-20, 20)).filter(lambda e: e[0] < e[1])
Line = list[list[float]]
HORN = """name,country,latitude,longitude,entry,goal
Dire Dawa,ETH,9.6,41.85,true,
Bosaso,SOM,11.28,49.18,,
Obock,DJI,11.96,43.29,,
Aden,YEM,12.78,45.04,,Saudi Arabia
"""


def closed(*points: tuple[float, float]) -> Line:
    return [list(point) for point in (*points, points[0])]


def box(west: float, south: float, east: float, north: float) -> Line:
    return closed((west, south), (east, south), (east, north), (west, north))


def area(ring: Points) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))) / 2


@given(ends, ends)
def test_of_a_box_stays_what_it_shares_with_the_window(
    across: tuple[int, int], up: tuple[int, int]
) -> None:
    cut = clip(box(across[0], up[0], across[1], up[1]), WINDOW)
    shared = [max(0, min(high, 10) - max(low, 0)) for low, high in (across, up)]
    assert area(cut) == pytest.approx(shared[0] * shared[1])
    assert all(-1e-9 <= c <= 10 + 1e-9 for point in cut for c in point)


def test_a_slanted_side_is_cut_where_it_leaves_the_window() -> None:
    cut = clip(closed((5, 5), (15, 5), (5, 15)), WINDOW)
    assert area(cut) == pytest.approx(25)  # the triangle's corner at (10, 10) is just reached
    assert [10, 10] in [[round(x, 9) for x in point] for point in cut.tolist()]


def test_what_lies_outside_leaves_nothing() -> None:
    assert clip(box(11, 11, 12, 12), WINDOW).shape == (0, 2)


def test_the_base_maps_are_small_and_whole() -> None:
    coarse = Path(basemap.__file__).parent
    assert (coarse / "countries.geojson").stat().st_size < 500_000
    assert "ISC" in (coarse / "LICENSES.md").read_text()
    mexico, sea = (load_world(name) for name in ("mexico", "mediterranean"))
    assert {name for name, _ in layer("countries", mexico)} >= {"Mexico", "Guatemala", "Panama"}
    assert {name for name, _ in layer("countries", sea)} >= {"Italy", "Libya", "Niger"}
    assert layer("lakes", mexico)
    assert layer("lakes", sea) == []


def test_a_world_without_a_base_map_gets_the_land_around_its_places() -> None:
    world = corredor.example_world()
    west, south, east, north = window_around(world.places)
    for line in (line for _, lines in layer("countries", world) for line in lines):
        assert ((line >= [west, south]) & (line <= [east, north])).all()


def test_a_third_corridor_is_drawn_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "stops.csv").write_text(HORN)
    plan = Plan(listed(tmp_path / "stops.csv"), "2031-01", "2031-01", 1.3)
    write_world(tmp_path / "horn", plan, "horn")
    world = load_world(tmp_path / "horn")
    assert {name for name, _ in layer("countries", world)} >= {"ETH", "SOM", "DJI", "YEM"}
    assert "ITA" not in {name for name, _ in layer("countries", world)}
    project = projection_of(world)
    east, north = project(world.places["longitude"], world.places["latitude"])
    assert abs(east).max() < 600 and abs(north).max() < 400
    assert np.hypot(east[1] - east[0], north[1] - north[0]) == pytest.approx(
        float(great_circle_km(9.6, 41.85, 11.28, 49.18)), rel=0.01
    )


def test_places_on_both_sides_of_the_equator_have_a_projection() -> None:
    world = corredor.example_world()
    latitudes = np.linspace(-2, 2, len(world.places))
    project = projection_of(replace(world, places=world.places.assign(latitude=latitudes)))
    _, north = project(world.places["longitude"].iloc[0], [-1.0, 1.0])
    assert north[1] - north[0] == pytest.approx(float(great_circle_km(-1, 0, 1, 0)), rel=0.01)
