"""Fixed routes: of all ways from a place to an end people know the best of the day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.flee.rules.network import FROM_HERE, NO_MAJOR, Ways


class BestWays:
    """Finds the best way from each place to each end.

    A way by a major route counts only where no other way leads to its end, and where it begins
    here, or at the end of a way that is the best one. Of ways alike the first counts.

    Parameters
    ----------
    ways : Ways
        Of all places.

    Examples
    --------
    With two ways from A to C that weigh 0.1 and 0.3, and one to B of 0.2, the first is left out.
    """

    def __init__(self, ways: Ways) -> None:
        places = 1 + int(max(ways.place.max(initial=0), ways.end.max(initial=0)))
        pair = np.unique(ways.place * places + ways.end, return_inverse=True)[1]
        self.pairs = int(pair.max(initial=-1)) + 1
        self.plain = _Grouped(np.flatnonzero(ways.hub == NO_MAJOR), pair)
        self.major = _Grouped(np.flatnonzero(ways.hub != NO_MAJOR), pair)
        self.hub = ways.hub[self.major.ways]

    def weights(self, weight: Floats) -> Floats:
        """Return the weight of the best way to each end, and 0 for other ways, [rows, ways].

        Parameters
        ----------
        weight : numpy.ndarray
            Of each way, 0 where it is closed, [rows, ways].
        """
        best = np.zeros_like(weight)
        self.plain.keep_best(best, weight)
        if len(self.hub):
            begins = (self.hub == FROM_HERE) | (best[:, self.hub] > 0)
            known = np.zeros((len(weight), self.pairs), np.bool_)
            row, way = np.nonzero(best[:, self.plain.ways])
            known[row, self.plain.pair[way]] = True
            usable = np.zeros_like(weight)
            chosen = begins & ~known[:, self.major.pair]
            usable[:, self.major.ways] = np.where(chosen, weight[:, self.major.ways], 0.0)
            self.major.keep_best(best, usable)
        return best


class _Grouped:
    """Some ways, in order of the pair of places that they join."""

    def __init__(self, ways: Integers, pair: Integers) -> None:
        order = np.argsort(pair[ways], kind="stable")
        self.ways, self.pair = ways[order], pair[ways][order]
        self.begin = np.flatnonzero(np.diff(self.pair, prepend=-1))
        self.group = np.repeat(
            np.arange(len(self.begin)), np.diff(np.r_[self.begin, len(self.pair)])
        )

    def keep_best(self, best: Floats, weight: Floats) -> None:
        """Set the weight of the first of the heaviest of each group, in each row."""
        if not len(self.ways):
            return
        own: NDArray[np.float64] = weight[:, self.ways]
        heaviest = np.maximum.reduceat(own, self.begin, axis=1)[:, self.group]
        each = np.where(own == heaviest, np.arange(len(self.ways)), len(self.ways))
        first = np.minimum.reduceat(each, self.begin, axis=1)
        rows = np.arange(len(own))[:, None]
        best[rows, self.ways[first]] = own[rows, first]
