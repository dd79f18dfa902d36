"""Distances over the globe, and what can be reached over links."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from corredor.arrays import Floats, Integers

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


@dataclass(frozen=True, eq=False)
class Ways:
    """Links in order of where they begin, so that they can be followed from place to place.

    Attributes
    ----------
    origin, destination : numpy.ndarray
        The integers of the places that each link joins.
    order : numpy.ndarray
        The links in order of their origin.
    first : numpy.ndarray
        Where the links of each place begin in this order, and at last where all end.

    Examples
    --------
    >>> from numpy import array
    >>> ways = Ways.of(array([0, 1, 3]), array([1, 2, 1]), 4)
    >>> ways.reached(array([True, False, False, False])).tolist()
    [True, True, True, False]
    """

    origin: Integers
    destination: Integers
    order: Integers
    first: Integers

    @classmethod
    def of(cls, origin: Integers, destination: Integers, places: int) -> Ways:
        """Return the ways that links make between so many places."""
        order = np.argsort(origin, kind="stable")
        first = np.searchsorted(origin[order], np.arange(places + 1))
        return cls(origin, destination, order, first)

    def out_of(self, places: Integers) -> Integers:
        """Return the links that lead out of places."""
        start, stop = self.first[places], self.first[places + 1]
        ends = np.cumsum(stop - start)
        before = np.repeat(start - ends + (stop - start), stop - start)
        return np.asarray(self.order[before + np.arange(len(before))])

    def reached(self, starts: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return the places to which some way leads from one of the starts, themselves included."""
        found = starts.copy()
        ahead = np.flatnonzero(found)
        while len(ahead):
            new = np.unique(self.destination[self.out_of(ahead)])
            ahead = new[~found[new]]
            found[ahead] = True
        return found

    def nearest(self, length: Floats, at: Floats) -> Floats:
        """Return the least that a way to each place adds up to; infinite where none leads.

        Links are tried until none leads anywhere sooner (Bellman 1958): in each round those out of
        the places that the last round came to sooner. SciPy's searches take longer to load than
        this takes.

        Parameters
        ----------
        length : numpy.ndarray
            Of each link, 0 or more.
        at : numpy.ndarray
            What a way that begins in each place has already; infinite where none begins.
        """
        found = at.copy()
        ahead = np.flatnonzero(np.isfinite(found))
        while len(ahead):
            links = self.out_of(ahead)
            there, sum_ = self.destination[links], found[self.origin[links]] + length[links]
            sooner = sum_ < found[there]
            there = there[sooner]
            np.minimum.at(found, there, sum_[sooner])
            ahead = np.unique(there)
        return found


def ends_of(links: pd.DataFrame, places: pd.Index[str]) -> tuple[Integers, Integers]:
    """Return the integers of the places that each link joins."""
    origin, destination = (
        places.get_indexer(pd.Index(links[end])) for end in ("origin", "destination")
    )
    return origin.astype(np.int64), destination.astype(np.int64)
