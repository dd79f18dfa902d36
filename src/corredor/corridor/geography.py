"""Distances over the globe, and what can be reached over links."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

EARTH_RADIUS_KM = 6371.0088


def great_circle_km(
    latitude_a: npt.ArrayLike,
    longitude_a: npt.ArrayLike,
    latitude_b: npt.ArrayLike,
    longitude_b: npt.ArrayLike,
) -> npt.NDArray[np.float64]:
    """Return the shortest distance over the globe between points given in degrees."""
    lat_a, lon_a, lat_b, lon_b = (
        np.radians(np.asarray(x, dtype=np.float64))
        for x in (latitude_a, longitude_a, latitude_b, longitude_b)
    )
    h = np.sin((lat_b - lat_a) / 2) ** 2
    h = h + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(h)), dtype=np.float64)


def reachable(links: pd.DataFrame, start: str) -> set[str]:
    """Return every place that can be reached over the links from ``start``, itself included."""
    onward = links.groupby("origin")["destination"].agg(set).to_dict()
    found, ahead = {start}, [start]
    while ahead:
        new = onward.get(ahead.pop(), set()) - found
        found |= new
        ahead.extend(new)
    return found
