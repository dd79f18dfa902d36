"""Distances over the globe, and what can be reached over links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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


def ways(links: pd.DataFrame, *, back: bool = False) -> dict[str, set[str]]:
    """Return where the links lead from each place, or with ``back`` from where they lead to it."""
    ends = ("destination", "origin") if back else ("origin", "destination")
    onward: dict[str, set[str]] = {}
    for origin, destination in zip(*(links[end].tolist() for end in ends), strict=True):
        onward.setdefault(origin, set()).add(destination)
    return onward


def reached(onward: Mapping[str, Iterable[str]], starts: Iterable[str]) -> set[str]:
    """Return every place to which some way leads from one of the starts, themselves included."""
    found = set(starts)
    ahead = list(found)
    while ahead:
        new = set(onward.get(ahead.pop(), ())) - found
        found |= new
        ahead.extend(new)
    return found
