"""The base map of a world is cut to its window, and nothing outside is left."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.make_basemap import clip, write_countries

WINDOW = (0.0, 0.0, 10.0, 10.0)
ends = st.tuples(st.integers(-20, 20), st.integers(-20, 20)).filter(lambda e: e[0] < e[1])


def closed(*points: tuple[float, float]) -> list[list[float]]:
    return [list(point) for point in (*points, points[0])]


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return closed((west, south), (east, south), (east, north), (west, north))


def area(ring: list[list[float]]) -> float:
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
    assert [10, 10] in [[round(x, 9) for x in point] for point in cut]


def test_a_world_gets_the_countries_of_its_window_and_no_others(tmp_path: Path) -> None:
    # Steps of a TopoJSON arc are differences, in units of the scale.
    arcs = [[[2, 2], [4, 0], [0, 4], [-4, 0], [0, -4]], [[8, 4], [4, 0], [0, 4], [-4, 0], [0, -4]],
            [[30, 30], [4, 0], [0, 4], [-4, 0], [0, -4]]]  # fmt: skip
    geometries = [
        {"type": "Polygon", "arcs": [[0]], "properties": {"name": "Inside"}},
        {"type": "MultiPolygon", "arcs": [[[1]], [[2]]], "properties": {"name": "Across"}},
        {"type": "Polygon", "arcs": [[~2]], "properties": {"name": "Outside"}},
        {"properties": {"name": "Without a shape"}},
    ]
    source = tmp_path / "countries.json"
    source.write_text(json.dumps({
        "transform": {"scale": [1, 1], "translate": [0, 0]}, "arcs": arcs,
        "objects": {"countries": {"geometries": geometries}},
    }))  # fmt: skip
    (tmp_path / "world").mkdir()
    path = write_countries(source, tmp_path / "world", WINDOW)
    found = {
        feature["properties"]["name"]: feature["geometry"]["coordinates"]
        for feature in json.loads(path.read_text())["features"]
    }
    assert list(found) == ["Inside", "Across"]
    assert area(found["Inside"][0][0]) == pytest.approx(16)
    (across,) = found["Across"]  # its second part lies outside
    assert area(across[0]) == pytest.approx(8)
