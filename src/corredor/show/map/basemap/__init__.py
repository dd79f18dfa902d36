"""The base map: coasts, borders and lakes of the corridor, and the projection to draw them in."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corredor.corridor.geography import EARTH_RADIUS_KM

Points = npt.NDArray[np.float64]
_FOLDER = Path(__file__).parent
_CENTRE = (20.0, -98.0)
_PARALLELS = (12.0, 28.0)


@cache
def layer(name: str) -> list[tuple[str, list[Points]]]:
    """Return the features of a layer: a name and its lines in degrees (longitude, latitude).

    Parameters
    ----------
    name : str
        ``countries``, ``lakes`` or ``states``.
    """
    document = json.loads((_FOLDER / f"{name}.geojson").read_text(encoding="utf-8"))
    features = []
    for feature in document["features"]:
        parts = feature["geometry"]["coordinates"]
        if feature["geometry"]["type"] == "MultiPolygon":
            parts = [ring for polygon in parts for ring in polygon]
        lines = [np.asarray(line, dtype=np.float64) for line in parts]
        features.append((str(feature["properties"]["name"]), lines))
    return features


def project(longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> tuple[Points, Points]:
    """Return kilometres east and north of the middle of the map, with areas kept true.

    Albers' conic projection on a sphere (Snyder 1987, *Map Projections*, page 100).
    """
    lon, lat = (np.radians(np.asarray(x, dtype=np.float64)) for x in (longitude, latitude))
    lat_0, lon_0 = np.radians(_CENTRE)
    lat_1, lat_2 = np.radians(_PARALLELS)
    n = (np.sin(lat_1) + np.sin(lat_2)) / 2
    c = np.cos(lat_1) ** 2 + 2 * n * np.sin(lat_1)
    rho = EARTH_RADIUS_KM * np.sqrt(c - 2 * n * np.sin(lat)) / n
    rho_0 = EARTH_RADIUS_KM * np.sqrt(c - 2 * n * np.sin(lat_0)) / n
    angle = n * (lon - lon_0)
    return rho * np.sin(angle), rho_0 - rho * np.cos(angle)
