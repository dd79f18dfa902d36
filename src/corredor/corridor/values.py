"""The value of each place in route choice: z solves z = M z + b.

M is as wide as there are places, but has only as many numbers as there are links. In a small world
it is quickest to solve it whole, all travellers of all replicates at once. In a large one that
would take all memory (10,000 places are 3 GB for one kind of traveller of one replicate): there M
is kept sparse and factorised for one kind at a time, by SuperLU (Li 2005), and the factors serve
all nationalities.

References
----------
Li, X. S. (2005). An overview of SuperLU: algorithms, implementation, and user interface. ACM
Transactions on Mathematical Software 31, 302-325.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corredor.arrays import Floats, Integers
from corredor.errors import UsageError

WHOLE_UP_TO = 500  # places; beyond them the whole matrix takes longer than the factors


class Pairs(NamedTuple):
    """Places joined by links; several modes may join a pair.

    Attributes
    ----------
    order : numpy.ndarray
        The links in order of their pair.
    first : numpy.ndarray
        Where the links of each pair begin in this order.
    pair : numpy.ndarray
        Each pair: the integer of its origin times the number of places, and of its destination.
    places : int
        How many places there are.
    """

    order: Integers
    first: Integers
    pair: Integers
    places: int

    @classmethod
    def of(cls, origin: Integers, destination: Integers, places: int) -> Pairs:
        """Return the pairs that links join."""
        pair = origin * places + destination
        order = np.argsort(pair, kind="stable")
        found, first = np.unique(pair[order], return_index=True)
        return cls(order, first, found, places)

    def add_up(self, of_links: Floats) -> Floats:
        """Return what the links of each pair add up to, [..., pair]."""
        return np.add.reduceat(of_links[..., self.order], self.first, axis=-1)


def solve(pairs: Pairs, weight: Floats, goal: Floats) -> Floats:
    """Return z of each place, [R, kind, place, goal].

    Parameters
    ----------
    pairs : Pairs
        The places that links join.
    weight : numpy.ndarray
        Of each link for each kind of traveller, [R or 1, kind, link].
    goal : numpy.ndarray
        b of each place, [R or 1, place, goal].

    Raises
    ------
    UsageError
        If weights are so great that the sum over all ways has no end, or so small that it is 0.

    Examples
    --------
    Two places in a row, the second a goal worth 1; the link between them weighs a half:

    >>> from numpy import array
    >>> pairs = Pairs.of(array([0]), array([1]), 2)
    >>> solve(pairs, array([[[0.5]]]), array([[[0.0], [1.0]]]))[0, 0, :, 0].tolist()
    [0.5, 1.0]
    """
    joined = pairs.add_up(weight)
    value = (_whole if pairs.places <= WHOLE_UP_TO else _sparse)(pairs, joined, goal)
    if not (value >= 0).all():
        raise UsageError(
            "The costs of travel are so low that walking in circles never ends. "
            "Raise movement.cost_per_day or movement.cost_per_100_usd."
        )
    if not (value > 0).all():
        raise UsageError(
            "From some place the ways to the border cost so much that none can be weighed "
            "against another. Lower movement.cost_per_day, the other costs of movement, or the "
            "days and fares of links.csv."
        )
    return np.asarray(value, dtype=np.float64)


def _whole(pairs: Pairs, joined: Floats, goal: Floats) -> Floats:
    kinds, places = joined.shape[1], pairs.places
    count = max(len(joined), len(goal))
    matrix = np.zeros((len(joined), kinds, places, places))
    matrix.reshape(len(joined), kinds, -1)[:, :, pairs.pair] = joined
    left = np.broadcast_to(np.eye(places) - matrix, (count, kinds, places, places))
    try:
        return np.asarray(np.linalg.solve(left, goal[:, None]))
    except np.linalg.LinAlgError:
        return np.full((count, kinds, *goal.shape[1:]), -1.0)


def _sparse(pairs: Pairs, joined: Floats, goal: Floats) -> Floats:
    from scipy.sparse import csc_array, eye_array  # loads much that a small world does not need
    from scipy.sparse.linalg import splu

    kinds, places = joined.shape[1], pairs.places
    ends = np.divmod(pairs.pair, places)
    value = np.empty((max(len(joined), len(goal)), kinds, *goal.shape[1:]))
    for r in range(len(value)):
        for kind in range(kinds):
            weights = joined[r if len(joined) > 1 else 0, kind]
            left = eye_array(places, format="csc") - csc_array((weights, ends), (places, places))
            try:
                value[r, kind] = splu(left).solve(goal[r if len(goal) > 1 else 0])
            except RuntimeError:  # exactly singular
                value[r, kind] = -1.0
    return value
