"""The base map: coasts, borders and lakes of a corridor, and the projection to draw them in.

A world may have a base map of its own in its folder ``basemap/``; of the others the countries are
drawn from the one here, of the whole earth, which is coarser and names them by ISO 3166 (``ITA``).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from corredor.corridor.geography import EARTH_RADIUS_KM
from corredor.corridor.world import World

Points = npt.NDArray[np.float64]
Window = tuple[float, float, float, float]  # west, south, east, north in degrees
_FOLDER = Path(__file__).parent
OWN = "basemap"  # in the folder of a world
AROUND, LEAST = 1.0, 5.0  # land drawn on each side: so many times the length of a corridor, degrees
ENDS = (-180.0, -85.0, 180.0, 85.0)


def layer(name: str, world: World) -> list[tuple[str, list[Points]]]:
    """Return the features of a layer: a name and its lines in degrees (longitude, latitude).

    Parameters
    ----------
    name : str
        ``countries``, ``islands``, ``lakes`` or ``states``.
    world : World
        If it has a base map of its own, that is taken, and a layer that it lacks is empty. Else
        the countries around its places are taken from that of the whole earth.
    """
    own = world.folder / OWN
    if own.is_dir():
        return _read(own / f"{name}.geojson")
    window = window_around(world.places)
    cut = [
        (country, [clip(line, window) for line in lines])
        for country, lines in _read(_FOLDER / f"{name}.geojson")
    ]
    return [(c, kept) for c, lines in cut if (kept := [line for line in lines if len(line)])]


def window_around(places: pd.DataFrame) -> Window:
    """Return the window in degrees within which the land around some places is drawn."""
    west, east = places["longitude"].min(), places["longitude"].max()
    south, north = places["latitude"].min(), places["latitude"].max()
    margin = max(LEAST, AROUND * (east - west), AROUND * (north - south))
    bounds = (west - margin, south - margin, east + margin, north + margin)
    low, high = np.maximum(bounds[:2], ENDS[:2]), np.minimum(bounds[2:], ENDS[2:])
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def clip(ring: npt.ArrayLike, window: Window) -> Points:
    """Cut a ring to a window (Sutherland and Hodgman 1974).

    Parameters
    ----------
    ring : array_like
        Longitude and latitude, [points, 2].
    window : tuple of float
        West, south, east and north.

    Returns
    -------
    numpy.ndarray
        The part inside, [points, 2], closed; empty where nothing is.
    """
    points: list[Sequence[float]] = np.asarray(ring, dtype=np.float64).tolist()
    west, south, east, north = window
    for axis, bound, sign in ((0, west, 1), (1, south, 1), (0, east, -1), (1, north, -1)):
        cut: list[Sequence[float]] = []
        for one, other in itertools.pairwise([*points, *points[:1]]):
            inside, follows = ((p[axis] - bound) * sign >= 0 for p in (one, other))
            if inside:
                cut.append(one)
            if inside != follows:
                t = (bound - one[axis]) / (other[axis] - one[axis])
                cut.append([a + t * (b - a) for a, b in zip(one, other, strict=True)])
        points = cut
    return np.asarray([*points, *points[:1]], dtype=np.float64).reshape(-1, 2)


@cache
def _read(path: Path) -> list[tuple[str, list[Points]]]:
    if not path.exists():
        return []
    document = json.loads(path.read_text(encoding="utf-8"))
    features = []
    for feature in document["features"]:
        parts = feature["geometry"]["coordinates"]
        if feature["geometry"]["type"] == "MultiPolygon":
            parts = [ring for polygon in parts for ring in polygon]
        lines = [np.asarray(line, dtype=np.float64) for line in parts]
        features.append((str(feature["properties"]["name"]), lines))
    return features


@dataclass(frozen=True)
class Projection:
    """Albers' conic projection on a sphere (Snyder 1987, *Map Projections*, page 100).

    Attributes
    ----------
    centre : tuple of float
        Latitude and longitude of the middle of the map.
    parallels : tuple of float
        The two latitudes along which lengths are true.
    """

    centre: tuple[float, float]
    parallels: tuple[float, float]

    def __call__(self, longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> tuple[Points, Points]:
        """Return kilometres east and north of the middle of the map, with areas kept true."""
        lon, lat = (np.radians(np.asarray(x, dtype=np.float64)) for x in (longitude, latitude))
        lat_0, lon_0 = np.radians(self.centre)
        lat_1, lat_2 = np.radians(self.parallels)
        n = (np.sin(lat_1) + np.sin(lat_2)) / 2
        c = np.cos(lat_1) ** 2 + 2 * n * np.sin(lat_1)
        rho = EARTH_RADIUS_KM * np.sqrt(c - 2 * n * np.sin(lat)) / n
        rho_0 = EARTH_RADIUS_KM * np.sqrt(c - 2 * n * np.sin(lat_0)) / n
        angle = n * (lon - lon_0)
        return rho * np.sin(angle), rho_0 - rho * np.cos(angle)
