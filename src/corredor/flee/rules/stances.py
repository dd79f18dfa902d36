"""Places with what is still to pass of a chosen way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Integers
from corredor.errors import UsageError
from corredor.flee.case.folder import Case
from corredor.flee.rules.network import Legs, Network


class TooManyStatesError(UsageError):
    """People could be in more states than there is memory for, or than it pays to number."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"move_rules.awareness_level: on this map there are more than {most:,} transitions "
            "between the states of people, for which there is no memory. Choose a lower level, or "
            "follow persons one by one."
        )


class NoRoomForStatesError(UsageError):
    """As many states as would pay do not fit in the memory that is free."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"move_rules.awareness_level: on this map there are more than {most:,} transitions "
            "between the states of people, for which too little memory is free now. Free some, or "
            "follow persons one by one (--follow persons), whose numbers are others."
        )


class Stances:
    """Places with what is still to pass of a chosen way, and the legs that follow each.

    Attributes
    ----------
    legs : Legs
        Those of the network's ways first.
    place, first, last : numpy.ndarray
        Of each stance its place, and its legs ``first:last``. That of a place without a chosen way
        has the place's own number.
    to, back : numpy.ndarray
        Of each leg the stance to which it leads, and, where its connection ever closes, that of
        people who turn back.
    """

    def __init__(self, case: Case, network: Network, closes: NDArray[np.bool_]) -> None:
        ways, places = network.ways, len(case.locations)
        self.legs, self._routes = ways.legs, len(ways.routes.head)
        self._keys = self._key(np.arange(places), np.zeros(places, np.int64))  # sorted
        self._numbers = np.arange(places)
        place, first, last = [np.arange(places)], [ways.legs_of[:-1]], [ways.legs_of[1:]]
        new, known = ways.legs, places
        while len(new):
            keys, route = self._noted(network, new, closes)
            there = keys // self._routes
            self._keys = np.concatenate([self._keys, keys])
            order = np.argsort(self._keys)
            self._keys = self._keys[order]
            self._numbers = np.r_[self._numbers, known + np.arange(len(keys))][order]
            known += len(keys)
            new, many = _onward(network, there, route)
            end = len(self.legs) + np.cumsum(many)
            place.append(there)
            first.append(end - many)
            last.append(end)
            self.legs = self.legs.followed_by(new)
        self.place, self.first = np.concatenate(place), np.concatenate(first)
        self.last = np.concatenate(last)
        legs, origin = self.legs, network.origin[self.legs.connection]
        self.to = self._number(legs.to, legs.rest)
        self.back = np.where(closes[legs.connection], self._number(origin, legs.rest), origin)

    def _key(self, place: Integers, route: Integers) -> Integers:
        return place * self._routes + route

    def _number(self, place: Integers, route: Integers) -> Integers:
        """Return the stances, of which not all need be known."""
        at = np.searchsorted(self._keys, self._key(place, route))
        return self._numbers[np.minimum(at, len(self._numbers) - 1)]

    def _noted(
        self, network: Network, new: Legs, closes: NDArray[np.bool_]
    ) -> tuple[Integers, Integers]:
        """Return keys and routes of the stances that legs lead to and that are not known yet."""
        turns = np.flatnonzero(closes[new.connection])
        origin = network.origin[new.connection[turns]]
        keys = np.r_[self._key(new.to, new.rest), self._key(origin, new.rest[turns])]
        order = np.argsort(np.r_[2 * np.arange(len(new)), 2 * turns + 1])
        keys = keys[order]
        keys = keys[~np.isin(keys, self._keys)]
        keys = keys[np.sort(np.unique(keys, return_index=True)[1])]
        return keys, keys % self._routes


def _onward(network: Network, place: Integers, route: Integers) -> tuple[Legs, Integers]:
    """Return the legs that follow stances on a chosen way, and how many follow each."""
    routes, places = network.ways.routes, 1 + int(network.origin.max(initial=0))
    head = routes.head[route]
    keys = network.origin * places + network.destination
    order = np.argsort(keys)
    at = np.searchsorted(keys[order], place * places + head)
    connection = order[np.minimum(at, len(order) - 1)]
    there = (network.origin[connection] == place) & (network.destination[connection] == head)
    connection, rest = connection[there], routes.tail[route[there]]
    walk = network.walk[connection]
    many = np.zeros(len(place), np.int64)
    many[there] = 1 + (walk > 0)
    final = routes.last[route[there]]
    return Legs.of(connection, head[there], rest, final, walk), many
