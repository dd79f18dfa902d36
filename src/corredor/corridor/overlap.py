"""Route choice where ways that are alike count as one: a nested recursive logit.

The recursive logit takes all ways for unlike. Two roads that part for a short stretch count twice,
and draw people to the way that they lie on. In the nested one (Mai, Fosgerau and Frejinger 2015)
each place has a scale mu of its own:

    V(place) = mu log( sum over next places of exp((W + V(next)) / mu), + exp(pull / mu) )

where W is the worth of the roads to the next place. What people see differently in two ways has a
variance in proportion to the length that these do not share (Daganzo and Sheffi 1977). The ways
from a place differ as far as the next place through which all of them lead, its post-dominator
(Cooper, Harvey and Kennedy 2001); so mu = (length to there / the greatest such length) ^
(overlap / 2). Roads that join the same two places are a nest with a dissimilarity of 1 - overlap
(Ben-Akiva 1973): with an overlap of 1 two equal ones share the chance of one.

It is solved from the border backwards, over links that form no circle (``onward``), so it has a
solution whatever the costs are, however deep a map is: with an overlap of 0 the recursive logit's.

References
----------
Ben-Akiva, M. (1973). Structure of passenger travel demand models. PhD thesis, Massachusetts
Institute of Technology.

Cooper, K. D., Harvey, T. J. and Kennedy, K. (2001). A simple, fast dominance algorithm. Rice
University, Computer Science Technical Report 06-33870.

Daganzo, C. F. and Sheffi, Y. (1977). On stochastic models of traffic assignment. Transportation
Science 11, 253-274.

Mai, T., Fosgerau, M. and Frejinger, E. (2015). A nested recursive logit model for route choice
analysis. Transportation Research Part B 75, 100-112.
"""

from __future__ import annotations

import itertools
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.corridor.geography import Ways
from corredor.corridor.onward import quickest
from corredor.corridor.values import Pairs, refuse_where_no_way_leads

LEAST_SCALE = 0.01  # with it a hundredth of a utility decides: smaller ones change nothing
NOWHERE = -np.inf


class Overlap:
    """The nested recursive logit over links that form no circle.

    Parameters
    ----------
    origin, destination : numpy.ndarray
        The integers of the places that each link joins.
    days : numpy.ndarray
        Of each link.
    taken : numpy.ndarray
        Which links are taken; these form no circle.
    border : numpy.ndarray
        The integers of the places at the border.
    places : int
        How many places there are.
    """

    def __init__(
        self, origin: Integers, destination: Integers, days: Floats, taken: NDArray[np.bool_],
        border: Integers, places: int,
    ) -> None:  # fmt: skip
        self.links = np.flatnonzero(taken)
        origin, destination, days = origin[taken], destination[taken], days[taken]
        self.border, self.places = border, places
        self.pairs = Pairs.of(origin, destination, places)
        self.start, self.end = np.divmod(self.pairs.pair, places)
        self.pair_of_link = self.pairs.of_link
        self.order = backwards(self.start, self.end, places)
        self.quickest_road = np.minimum.reduceat(days[self.pairs.order], self.pairs.first)

    @cached_property
    def length(self) -> Floats:
        """How long the ways from each place differ, over the greatest such length."""
        ends = self.start, self.end
        return unshared(*ends, self.quickest_road, self.border, self.order, self.places)

    def shares(self, cost: Floats, pull: Floats, overlap: Floats) -> Floats:
        """Return the chance of each link for those who leave its origin.

        Parameters
        ----------
        cost : numpy.ndarray
            Of each link for each kind of traveller, [R or 1, kind, link].
        pull : numpy.ndarray
            Of the border's places for each nationality, [R or 1, border, nationality].
        overlap : numpy.ndarray
            How far ways that are alike count as one, 0 to 1, [R or 1, 1]; 0 is the recursive logit.

        Returns
        -------
        numpy.ndarray
            [R, kind, link, nationality]; 0 for links that are not taken.

        Raises
        ------
        UsageError
            If from some place no link that is taken leads to the border.
        """
        length = self.length if overlap.any() else np.ones(self.places)
        scale = np.maximum(length ** (overlap / 2.0), LEAST_SCALE)
        nest = scale * np.maximum(1.0 - overlap, LEAST_SCALE)
        of_road = nest[:, None, self.start][..., self.pair_of_link]
        worth = -cost[..., self.links]
        best = np.maximum.reduceat(worth[..., self.pairs.order], self.pairs.first, axis=-1)
        above = np.exp((worth - best[..., self.pair_of_link]) / of_road)
        among = self.pairs.add_up(above)
        of_pair = best + nest[:, None, self.start] * np.log(among)
        value, chance = self._backwards(of_pair, pull, scale)
        refuse_where_no_way_leads(value > NOWHERE)
        of_link = (above / among[..., self.pair_of_link])[..., None]
        found = np.zeros((*value.shape[:2], cost.shape[-1], value.shape[3]))
        found[:, :, self.links] = of_link * chance[:, :, self.pair_of_link]
        return found

    def _backwards(self, of_pair: Floats, pull: Floats, scale: Floats) -> tuple[Floats, Floats]:
        """Return the value of each place, and the chance of each pair for those who leave it."""
        count = max(len(of_pair), len(pull), len(scale))
        kinds, nationalities = of_pair.shape[1], pull.shape[2]
        value = np.full((count, kinds, self.places, nationalities), NOWHERE)
        value[:, :, self.border] = pull[:, None]
        chance = np.zeros((count, kinds, len(self.start), nationalities))
        for places, pairs, first in self.order:
            mu = scale[:, None, places, None]
            each = np.diff(first, append=len(pairs))
            ahead = of_pair[:, :, pairs, None] + value[:, :, self.end[pairs]]
            most = np.maximum(np.maximum.reduceat(ahead, first, axis=2), value[:, :, places])
            most = np.maximum(most, np.finfo(float).min)  # where no way leads, none is the best
            weight = np.exp((ahead - np.repeat(most, each, axis=2)) / np.repeat(mu, each, axis=2))
            stay = np.exp((value[:, :, places] - most) / mu)
            total = np.add.reduceat(weight, first, axis=2) + stay
            with np.errstate(divide="ignore"):
                value[:, :, places] = most + mu * np.log(total)
            chance[:, :, pairs] = weight / np.maximum(np.repeat(total, each, axis=2), 1e-300)
        return value, chance


Level = tuple[Integers, Integers, Integers]


def backwards(start: Integers, end: Integers, places: int) -> list[Level]:
    """Return places that links lead out of, in an order in which the ends of links come first.

    Parameters
    ----------
    start, end : numpy.ndarray
        The places that each pair joins, in order of ``start``; they form no circle.
    places : int
        How many places there are.

    Returns
    -------
    list of tuple
        For each step of the way back: places whose next places were all before, the pairs that
        lead out of them, and where those of each begin.

    Examples
    --------
    >>> from numpy import array
    >>> for places, pairs, _ in backwards(array([0, 0, 1]), array([1, 2, 2]), 3):
    ...     print(places.tolist(), pairs.tolist())
    [1] [2]
    [0] [0, 1]
    """
    back = Ways.of(end, start, places)
    level, now = np.zeros(places, dtype=np.int64), 0
    left = np.bincount(start, minlength=places)  # next places that were not passed yet
    passed = np.flatnonzero(left == 0)
    while len(passed):
        level[passed] = now
        leading = start[back.out_of(passed)]
        np.subtract.at(left, leading, 1)
        leading = np.unique(leading)
        passed, now = leading[left[leading] == 0], now + 1
    order = np.argsort(level[start], kind="stable")
    ends = np.searchsorted(level[start][order], np.arange(1, level.max(initial=0) + 2))
    found = []
    for a, b in itertools.pairwise(ends):
        pairs = order[a:b]
        of, first = np.unique(start[pairs], return_index=True)
        found.append((of, pairs, first))
    return found


def unshared(
    start: Integers, end: Integers, days: Floats, border: Integers, order: list[Level], places: int
) -> Floats:
    """Return how long the ways from each place differ, over the greatest such length.

    Parameters
    ----------
    start, end : numpy.ndarray
        The places that each pair joins; they form no circle.
    days : numpy.ndarray
        Of the quickest link of each pair.
    border : numpy.ndarray
        The places at the border.
    order : list of tuple
        As ``backwards`` gives it.
    places : int
        How many places there are.

    Returns
    -------
    numpy.ndarray
        Days of the quickest way to the place where all ways from here meet again, or to the border
        where they do not; at the border, of the quickest link; over the most of any place. 1 for
        places that nothing leads out of.

    Examples
    --------
    From 0 one road leads to 1, two (by 2 and 3) from there to 4, and one from there to the border:

    >>> from numpy import array
    >>> ends = array([0, 1, 1, 2, 3, 4]), array([1, 2, 3, 4, 4, 5])
    >>> days = array([8.0, 1.0, 1.0, 1.0, 1.0, 4.0])
    >>> unshared(*ends, days, array([5]), backwards(*ends, 6), 6).tolist()
    [1.0, 0.25, 0.125, 0.125, 0.5, 1.0]
    """
    ahead = quickest(end, start, days, border, places)
    shortest = np.full(places, np.inf)
    np.minimum.at(shortest, start, days)
    beyond = np.append(ahead, 0.0)[_meetings(end, border, order, places)]
    differ = np.isfinite(shortest) & np.isfinite(ahead)
    length = np.maximum(ahead[differ] - beyond[differ], shortest[differ])
    found = np.ones(places)
    found[differ] = length / length.max(initial=0.0)
    return found


def _meetings(end: Integers, border: Integers, order: list[Level], places: int) -> Integers:
    """Return where all ways from each place meet again; ``places`` where they do not."""
    meeting = [places] * (places + 1)
    depth = [1] * places + [0]
    at_border = np.zeros(places, dtype=bool)
    at_border[border] = True
    for of, pairs, first in order:
        for place, own in zip(of.tolist(), np.split(end[pairs], first[1:]), strict=True):
            ends = [*own.tolist(), *([places] if at_border[place] else [])]
            common = ends[0]
            for other in ends[1:]:
                while common != other:
                    if depth[common] >= depth[other]:
                        common = meeting[common]
                    else:
                        other = meeting[other]
            meeting[place], depth[place] = common, depth[common] + 1
    return np.array(meeting[:places])
