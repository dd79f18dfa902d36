"""The base map: coasts, borders and lakes of a corridor, and the projection to draw them in.

A world may have a base map of its own in its folder ``basemap/``; the others share the one here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corredor.corridor.geography import EARTH_RADIUS_KM

Points = npt.NDArray[np.float64]
_FOLDER = Path(__file__).parent
OWN = "basemap"  # in the folder of a world


@cache
def layer(name: str, world: Path | None = None) -> list[tuple[str, list[Points]]]:
    """Return the features of a layer: a name and its lines in degrees (longitude, latitude).

    Parameters
    ----------
    name : str
        ``countries``, ``islands``, ``lakes`` or ``states``.
    world : Path, optional
        The folder of a world. If it has a base map of its own, that is taken, and a layer that it
        lacks is empty.
    """
    own = world / OWN if world else _FOLDER
    path = (own if own.is_dir() else _FOLDER) / f"{name}.geojson"
    if own.is_dir() and not path.exists():
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

    centre: tuple[float, float] = (20.0, -98.0)
    parallels: tuple[float, float] = (12.0, 28.0)

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


project = Projection()
