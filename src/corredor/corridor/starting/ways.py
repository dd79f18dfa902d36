"""Which places of a new world are joined by a link, and how long it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corredor.arrays import Floats
from corredor.corridor.geography import great_circle_km
from corredor.corridor.starting.places import Stop

LEAST_KM = 0.1  # the shortest link that links.csv takes


def joined(stops: Sequence[Stop]) -> list[tuple[int, int, float]]:
    """Return pairs of places that are joined, with the great circle between them in km.

    Two are joined unless a third lies between them: inside the circle of which the line between
    them is the diameter (the graph of Gabriel & Sokal 1969, which holds all places together). A
    first guess by distance alone, for the user to correct.
    """
    latitude = np.array([stop.latitude for stop in stops])
    longitude = np.array([stop.longitude for stop in stops])
    apart: Floats = np.maximum(
        great_circle_km(latitude[:, None], longitude[:, None], latitude, longitude), LEAST_KM
    )
    np.fill_diagonal(apart, 0.0)
    squared = apart**2
    pairs = []
    for a in range(len(stops)):
        for b in range(a + 1, len(stops)):
            between = squared[a] + squared[b] < squared[a, b]
            between[[a, b]] = False
            if not between.any():
                pairs.append((a, b, float(apart[a, b])))
    return pairs
