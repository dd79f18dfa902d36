"""Places with what is still to pass of a chosen way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corredor.errors import UsageError
from corredor.flee.case.folder import Case
from corredor.flee.rules.network import Leg, Network, Route

MOST_STANCES = 4_000_000


class TooManyStatesError(UsageError):
    """People could be in more states than can be numbered."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"move_rules.awareness_level: on this map people could be in more than {most:,} "
            "states. Choose a lower level."
        )


class Stances:
    """Places with what is still to pass of a chosen way, and the legs that follow each."""

    def __init__(self, case: Case, network: Network, closes: NDArray[np.bool_]) -> None:
        ways = network.ways
        self.legs = list(ways.legs)
        self.number: dict[tuple[int, Route], int] = {
            (place, ()): place for place in range(len(case.locations))
        }
        self.place = list(range(len(case.locations)))
        self.first, self.last = ways.legs_of[:-1].tolist(), ways.legs_of[1:].tolist()
        done = 0
        while done < len(self.legs):
            leg = self.legs[done]
            self._note(network, leg.to, leg.rest)
            if closes[leg.connection]:
                self._note(network, int(network.origin[leg.connection]), leg.rest)
            done += 1

    def _note(self, network: Network, place: int, route: Route) -> None:
        if (place, route) in self.number:
            return
        self.number[place, route] = len(self.place)
        self.place.append(place)
        self.first.append(len(self.legs))
        connection = network.between.get((place, route[0]))
        if connection is not None:
            leg = Leg(connection, route[0], route[1:], route[-1])
            self.legs += leg.both(float(network.walk[connection]))
        self.last.append(len(self.legs))
        if len(self.place) > MOST_STANCES:
            raise TooManyStatesError(MOST_STANCES)
