"""Which places of a new world are joined by a link, and how long it is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, cKDTree

from corredor.arrays import Floats, Integers
from corredor.corridor.geography import EARTH_RADIUS_KM, great_circle_km
from corredor.corridor.starting.places import Stop

LEAST_KM = 0.1  # the shortest link that links.csv takes
FEW = 200  # places up to which all pairs are tried
NEAREST = 6  # places by the middle of a pair that are tried first: they part most pairs
# What lies between two places is no farther from their middle than this times half their distance,
# if that is less than a radian; on a plane it is 1.
WIDEST, WIDEST_UP_TO = 1.3, 1.0


def joined(stops: Sequence[Stop]) -> list[tuple[int, int, float]]:
    """Return pairs of places that are joined, with the great circle between them in km.

    Two are joined unless a third lies between them: inside the circle of which the line between
    them is the diameter (the graph of Gabriel & Sokal 1969, which holds all places together). A
    first guess by distance alone, for the user to correct.

    Of many places only neighbours in the Delaunay triangulation of the sphere are tried, the convex
    hull of the places in space (Brown 1979; Barber, Dobkin and Huhdanpaa 1996): a third that lies
    in the circle round the middle of two also lies between them by great circles, for on a sphere
    these part more slowly than on a plane. So the time grows little faster than the places.

    References
    ----------
    Barber, C. B., Dobkin, D. P. and Huhdanpaa, H. (1996). The Quickhull algorithm for convex hulls.
    ACM Transactions on Mathematical Software 22, 469-483.

    Brown, K. Q. (1979). Voronoi diagrams from convex hulls. Information Processing Letters 9,
    223-228.

    Gabriel, K. R. and Sokal, R. R. (1969). A new statistical approach to geographic variation
    analysis. Systematic Zoology 18, 259-278.

    Examples
    --------
    >>> from corredor.corridor.starting.places import examples
    >>> [(a, b, round(km)) for a, b, km in joined(examples())]
    [(0, 1, 111), (1, 2, 111)]
    """
    latitude = np.array([stop.latitude for stop in stops])
    longitude = np.array([stop.longitude for stop in stops])

    def apart(a: Integers, b: Integers) -> Floats:
        km = great_circle_km(latitude[a], longitude[a], latitude[b], longitude[b])
        return np.maximum(km, LEAST_KM)

    def between(a: Integers, b: Integers, third: Integers) -> NDArray[np.bool_]:
        nearer = apart(a, third) ** 2 + apart(b, third) ** 2 < apart(a, b) ** 2
        return np.asarray(nearer & (third != a) & (third != b))

    if len(stops) <= FEW:
        a, b = np.triu_indices(len(stops), 1)
        pair, third = np.divmod(np.arange(len(a) * len(stops)), len(stops))
    else:
        at = on_sphere(latitude, longitude)
        a, b = neighbours(at).T
        tree, middle, reach = circles(at, a, b)
        _, nearest = tree.query(middle, NEAREST)
        clear = ~between(a[:, None], b[:, None], nearest).any(axis=1)
        a, b = a[clear], b[clear]
        inside = tree.query_ball_point(middle[clear], reach[clear])
        pair = np.repeat(np.arange(len(a)), [len(each) for each in inside])
        third = np.array(list(itertools.chain.from_iterable(inside)), dtype=np.int64)
    parted = np.bincount(pair[between(a[pair], b[pair], third)], minlength=len(a)) > 0
    a, b = a[~parted], b[~parted]
    return list(zip(a.tolist(), b.tolist(), apart(a, b).tolist(), strict=True))


def on_sphere(latitude: Floats, longitude: Floats) -> Floats:
    """Return points in degrees as points in space, [point, 3], on a sphere of radius 1."""
    north, east = np.radians(latitude), np.radians(longitude)
    flat = np.cos(north)
    return np.column_stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)])


def neighbours(at: Floats) -> Integers:
    """Return neighbours in the Delaunay triangulation of a sphere, [pair, 2], in order.

    Points closer to each other than ``LEAST_KM`` have each other's neighbours too.
    """
    sides = ConvexHull(at).simplices
    pairs = np.concatenate([sides[:, [0, 1]], sides[:, [1, 2]], sides[:, [2, 0]]])
    close = cKDTree(at).query_pairs(LEAST_KM / EARTH_RADIUS_KM, output_type="ndarray")
    if len(close):
        alike: dict[int, set[int]] = {}
        for one, other in close.tolist():
            alike.setdefault(one, {one}).add(other)
            alike.setdefault(other, {other}).add(one)
        more = [
            both
            for one, other in pairs[np.isin(pairs, close).any(axis=1)].tolist()
            for both in itertools.product(alike.get(one, {one}), alike.get(other, {other}))
            if both[0] != both[1]
        ]
        pairs = np.concatenate([pairs, close, np.array(more).reshape(-1, 2)])
    return np.unique(np.sort(pairs, axis=1), axis=0)


def circles(at: Floats, a: Integers, b: Integers) -> tuple[cKDTree, Floats, Floats]:
    """Return a tree of points, the middle of each pair, and how far what parts it may be from it.

    The distance is one through space; all points are as near where a pair is far apart.
    """
    total = at[a] + at[b]
    length = np.linalg.norm(total, axis=1, keepdims=True)
    half = np.arccos(np.clip(length[:, 0] / 2.0, 0.0, 1.0))
    near = half < WIDEST_UP_TO
    reach = np.where(near, 2.0 * np.sin(WIDEST * half / 2.0), 2.0)
    return cKDTree(at), total / np.maximum(length, np.finfo(float).tiny), reach
