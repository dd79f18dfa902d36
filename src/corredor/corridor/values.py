"""The value of each place in route choice: z solves z = M z + b.

M is as wide as there are places, but has only as many numbers as there are links. In a small world
it is quickest to solve it whole, all travellers of all replicates at once. In a large one that
would take all memory (10,000 places are 3 GB for one kind of traveller of one replicate): there M
is kept sparse and factorised for one kind at a time, by SuperLU (Li 2005), and the factors serve
all nationalities. Most links lead both ways, so places are put in the order that leaves most of a
matrix of that pattern empty (multiple minimum degree), and keep it: 1 - M is an M-matrix, for which
pivots on the diagonal are good enough (Funderlic, Neumann and Plemmons 1982).

z falls with e to the power of the costs to the border, and is no number any more some 700 utilities
away. There it is solved over that of the best way: with the cost d of the best way to the border,
y = z e^d solves y = M' y + e^d b, where M' holds exp(-cost - d(destination) + d(origin)), of which
none is larger than 1. y is of order one however deep a map is, and chances follow from y and d.

References
----------
Funderlic, R. E., Neumann, M. and Plemmons, R. J. (1982). LU decompositions of generalized
diagonally dominant matrices. Numerische Mathematik 40, 57-69.

Li, X. S. (2005). An overview of SuperLU: algorithms, implementation, and user interface. ACM
Transactions on Mathematical Software 31, 302-325.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.corridor.geography import Ways
from corredor.errors import UsageError

if TYPE_CHECKING:
    from scipy.sparse import csc_array
    from scipy.sparse.linalg import SuperLU

WHOLE_UP_TO = 200  # places; beyond them the whole matrix takes longer than the factors
ROUNDS = 300  # of the search for the circles that weigh most
LEAST = float(np.finfo(float).tiny / np.finfo(float).eps)  # smaller values lose their last digits


class EndlessError(UsageError):
    """The sum over all ways has no end: whoever walks in a circle walks on in it.

    Attributes
    ----------
    replicate, kind : int
        The first replicate and kind of traveller of which this is so.
    grows : float
        How many times the weight of the ways grows with each link, 1 or more.
    matters : numpy.ndarray
        How much each link adds to that, [link]; together 1.
    """

    def __init__(self, replicate: int, kind: int, grows: float, matters: Floats) -> None:
        self.replicate, self.kind, self.grows, self.matters = replicate, kind, grows, matters
        super().__init__("The costs of travel are so low that walking in circles never ends.")


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

    @property
    def of_link(self) -> Integers:
        """Return the position of the pair of each link, [link]."""
        found = np.empty(len(self.order), dtype=np.int64)
        each = np.diff(self.first, append=len(self.order))
        found[self.order] = np.repeat(np.arange(len(each)), each)
        return found


class Values(NamedTuple):
    """The value of each place: z = y exp(-d).

    Attributes
    ----------
    relative : numpy.ndarray
        y, [R, kind, place, goal].
    depth : numpy.ndarray, optional
        d, the cost of the best way to a goal, [R or 1, kind, place]; None for 0 everywhere.
    """

    relative: Floats
    depth: Floats | None = None

    @property
    def log(self) -> Floats:
        """Return the log of z, [R, kind, place, goal]."""
        depth = 0.0 if self.depth is None else self.depth[..., None]
        return np.asarray(np.log(self.relative) - depth)

    def chances(self, cost: Floats, origin: Integers, destination: Integers) -> Floats:
        """Return the chance of each link for those who leave its origin, [R, kind, link, goal]."""
        if self.depth is not None:
            cost = cost + self.depth[..., destination] - self.depth[..., origin]
        value = self.relative
        return np.asarray(np.exp(-cost)[..., None] * value[:, :, destination] / value[:, :, origin])


def solve(pairs: Pairs, cost: Floats, pull: Floats) -> Values:
    """Return the value of each place.

    Parameters
    ----------
    pairs : Pairs
        The places that links join.
    cost : numpy.ndarray
        Of each link for each kind of traveller, [R or 1, kind, link]; infinite for those that
        nobody takes.
    pull : numpy.ndarray
        The log of b of each place, [R or 1, place, goal]; minus infinity where there is no goal.

    Raises
    ------
    EndlessError
        If costs are so low that the sum over all ways has no end.
    UsageError
        If no way leads to a goal from some place.

    Examples
    --------
    Two places in a row, the second a goal worth 1; the link between them weighs a half, or next to
    nothing:

    >>> from numpy import array, inf, log
    >>> pairs = Pairs.of(array([0]), array([1]), 2)
    >>> solve(pairs, array([[[log(2.0)]]]), array([[[-inf], [0.0]]])).relative[0, 0, :, 0].tolist()
    [0.5, 1.0]
    >>> solve(pairs, array([[[2000.0]]]), array([[[-inf], [0.0]]])).log[0, 0, :, 0].tolist()
    [-2000.0, 0.0]
    """
    found = Values(_of_ways(pairs, cost, np.exp(pull)[:, None]))
    if found.relative.min(initial=1.0) < LEAST:
        return deep(pairs, cost, pull)
    return found


def deep(pairs: Pairs, cost: Floats, pull: Floats) -> Values:
    """Return the same over the value of the best way, in maps so deep that z is no number."""
    start, end = np.divmod(pairs.pair, pairs.places)
    back = Ways.of(end, start, pairs.places)
    least = np.minimum.reduceat(cost[..., pairs.order], pairs.first, axis=-1)
    at_goal = -pull.max(axis=2)
    depth = np.empty((max(len(cost), len(pull)), cost.shape[1], pairs.places))
    for r, kind in np.ndindex(*depth.shape[:2]):
        of_pairs, goals = (
            least[r if len(least) > 1 else 0, kind],
            at_goal[r if len(pull) > 1 else 0],
        )
        depth[r, kind] = back.nearest(of_pairs, goals)
    refuse_where_no_way_leads(np.isfinite(depth))
    of_link = pairs.of_link
    beyond = cost + depth[..., end[of_link]] - depth[..., start[of_link]]
    return Values(_of_ways(pairs, beyond, np.exp(pull[:, None] + depth[..., None])), depth)


def _of_ways(pairs: Pairs, cost: Floats, goal: Floats) -> Floats:
    """Return z of each place, [R, kind, place, goal]; ``goal`` is b, [R or 1, kind or 1, …]."""
    weight = np.exp(-cost)
    solved = _whole if pairs.places <= WHOLE_UP_TO else _sparse
    value = solved(pairs, pairs.add_up(weight), goal)
    if not (value >= 0).all():
        replicate, kind = map(int, np.argwhere(~(value >= 0).all(axis=(2, 3)))[0])
        replicate = replicate if len(weight) > 1 else 0
        raise EndlessError(replicate, kind, *circling(pairs, weight[replicate, kind]))
    return np.asarray(value, dtype=np.float64)


def refuse_where_no_way_leads(leads: NDArray[np.bool_]) -> None:
    """Refuse places from which no way leads to the border."""
    if not leads.all():
        raise UsageError("From some place no way leads to the border: add links to links.csv.")


def circling(pairs: Pairs, weight: Floats) -> tuple[float, Floats]:
    """Return how the weight of all ways grows with each link, and how much each link adds to it.

    The growth is the greatest eigenvalue of M, found by powers of M + 1, which has no other as
    large; what a link adds is its weight times both eigenvectors, the change of the log of the
    growth with the log of its weight.

    Examples
    --------
    Two places joined both ways, and a third to which one leads:

    >>> from numpy import array
    >>> pairs = Pairs.of(array([0, 1, 1]), array([1, 0, 2]), 3)
    >>> grows, matters = circling(pairs, array([2.0, 0.5, 0.5]))
    >>> round(grows, 6), matters.round(3).tolist()
    (1.0, [0.5, 0.5, 0.0])
    """
    places = pairs.places
    start, end = np.divmod(pairs.pair, places)
    joined = pairs.add_up(weight)
    ahead, behind, grows = np.ones(places), np.ones(places), 1.0
    for _ in range(ROUNDS):
        ahead = ahead + np.bincount(start, joined * ahead[end], places)
        behind = behind + np.bincount(end, joined * behind[start], places)
        grows = float(ahead.max()) - 1.0
        ahead, behind = ahead / ahead.max(), behind / behind.max()
    of_link = pairs.of_link
    matters = behind[start[of_link]] * weight * ahead[end[of_link]]
    return grows, matters / matters.sum()


def _whole(pairs: Pairs, joined: Floats, goal: Floats) -> Floats:
    kinds, places = joined.shape[1], pairs.places
    count = max(len(joined), len(goal))
    matrix = np.zeros((len(joined), kinds, places, places))
    matrix.reshape(len(joined), kinds, -1)[:, :, pairs.pair] = joined
    left = np.broadcast_to(np.eye(places) - matrix, (count, kinds, places, places))
    try:
        return np.asarray(np.linalg.solve(left, goal))
    except np.linalg.LinAlgError:
        return np.full((count, kinds, *goal.shape[2:]), -1.0)


def _sparse(pairs: Pairs, joined: Floats, goal: Floats) -> Floats:
    from scipy.sparse import csc_array, eye_array  # loads much that a small world does not need

    kinds, places = joined.shape[1], pairs.places
    ends = np.divmod(pairs.pair, places)
    value = np.empty((max(len(joined), len(goal)), kinds, *goal.shape[2:]))
    for r in range(len(value)):
        for kind in range(kinds):
            weights = joined[r if len(joined) > 1 else 0, kind]
            left = eye_array(places, format="csc") - csc_array((weights, ends), (places, places))
            of_kind = goal[r if len(goal) > 1 else 0, kind if goal.shape[1] > 1 else 0]
            try:
                value[r, kind] = factorised(left).solve(of_kind)
            except RuntimeError:  # exactly singular
                value[r, kind] = -1.0
    return value


class Factors(NamedTuple):
    """The factors of a sparse matrix whose rows and columns were put in an order.

    Attributes
    ----------
    factors : SuperLU
        Of the matrix in this order.
    order : numpy.ndarray, optional
        The order; None for that of the matrix.
    """

    factors: SuperLU
    order: Integers | None

    def solve(self, right: Floats) -> Floats:
        """Return x of matrix @ x = right, [place] or [place, n]."""
        if self.order is None:
            return np.asarray(self.factors.solve(right))
        found = np.empty_like(right)
        found[self.order] = self.factors.solve(right[self.order])
        return found


def factorised(matrix: csc_array, order: Integers | None = None) -> Factors:
    """Return the factors of an M-matrix most of whose entries lie on both sides of the diagonal.

    Parameters
    ----------
    matrix : scipy.sparse.csc_array
        The matrix.
    order : numpy.ndarray, optional
        An order of the rows in which few of its entries, or none, lie above the diagonal: then it
        has few more numbers when it is factorised in it.
    """
    from scipy.sparse.linalg import splu

    if order is not None:
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        entries = matrix.tocoo()
        ends = rank[entries.row], rank[entries.col]
        matrix = type(matrix)((entries.data, ends), matrix.shape)
    how = "MMD_AT_PLUS_A" if order is None else "NATURAL"
    options = {"SymmetricMode": True}
    return Factors(splu(matrix, permc_spec=how, diag_pivot_thresh=0.0, options=options), order)
