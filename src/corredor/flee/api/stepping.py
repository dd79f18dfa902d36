"""A day at a time with people counted: what a script has made of a map, on Corredor's engine.

States are numbered at the first step, for all links as if they might close. What draws people is
worked out again on days on which something changed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Integers
from corredor.engine.draws.exact import Exact
from corredor.engine.random.philox import STEPS_A_DAY
from corredor.engine.steps import Moves, Relay, Split
from corredor.errors import UsageError
from corredor.flee.api.live import FIXED, Live, LiveCase, choosing_of, today_of
from corredor.flee.case.settings import Settings
from corredor.flee.rules.choosing import Inside
from corredor.flee.rules.cohorts import SMALL_PART
from corredor.flee.rules.network import build_network
from corredor.flee.rules.numbering import build_space
from corredor.flee.rules.program import WAVES

CLOSES, GO, SINK = range(3)  # the steps of a day


class Stepper:
    """People on the map of a script, counted, and moved on day by day.

    Parameters
    ----------
    case : LiveCase
        The map.
    camp : numpy.ndarray
        Which places people leave first on a day, [places].
    seed : int
        Of the random numbers.

    Attributes
    ----------
    taken : numpy.ndarray
        How many people ever took each connection, [connections].

    Raises
    ------
    TooManyStatesError
        If there are more than can be numbered.
    """

    def __init__(self, case: LiveCase, camp: NDArray[np.bool_], seed: int) -> None:
        self.case, self.network = case, build_network(case)
        places, connections = len(case.locations), len(self.network.km)
        space = build_space(case, self.network, np.ones(connections, np.bool_), camp)
        self.space, self.size = space, space.size + places
        self.taken = np.zeros(connections, np.int64)
        fresh = 1 if case.settings.start_on_foot else 0
        self.start = space.at[0, np.arange(places), fresh, 0]
        self.place_of = np.r_[space.place_of, np.arange(places)]  # the last are there for good
        self.turn = Moves.build([space.turn])
        self.connection_of = np.full(self.size, -1)
        for states in (space.turn["source"], space.turn["destination"]):
            self.connection_of[states] = space.turn["connection"]
        self.moves = self._moves()
        self.sinks = self._sinks()
        self.stocks = np.zeros((1, self.size), np.int64)
        self.day = 0
        self.draw = Exact(seed, np.zeros(1, np.int64))
        self._live: Live | None = None
        self._before: Live | None = None
        self._relay: Relay | None = None
        self._closing, self._staying = np.zeros((1, 0)), np.zeros((1, 0))
        self._closes = Split("a connection closes", self.turn, lambda _: self._closing)
        self._stays = Split("stay for good", self.sinks, lambda _: self._staying)

    def _moves(self) -> Moves:
        """Return the moves of a day; the cell of each is the connection that it takes."""
        moves, space = self.space.moves, self.space
        connection = np.r_[space.legs.connection, -1]
        return Moves.build(
            [{"source": moves["source"], "destination": moves.destination,
              "choice": moves["choice"], "part": moves["part"],
              "cell": connection[space.leg_of][moves["choice"]]}],
            order_by="part",
        )  # fmt: skip

    def _sinks(self) -> Moves:
        """Return the moves of people who stay in a place for good."""
        source = np.flatnonzero(self.space.place_of >= 0)
        place = self.space.place_of[source]
        return Moves.build([{"source": source, "destination": self.space.size + place,
                             "place": place, "cell": np.array(-1)}])  # fmt: skip

    def add(self, place: int, people: int) -> None:
        """Let people begin in a place."""
        self.stocks[0, self.start[place]] += people

    def step(self, live: Live) -> None:
        """Move everybody on by a day."""
        fixed = self.case.settings.fixed_routes
        if self._relay is None or not live.holds(self._live, self._before, fixed_routes=fixed):
            self._relay = self._built(live)
        closing = live.closing(self._live)
        self._before, self._live = self._live, live
        cells = np.zeros((1, len(self.taken)), np.int64)
        if closing.any() and len(self.turn):
            self._closing = closing[self.turn["connection"]][None].astype(float)
            self._carry_out(self._closes, CLOSES, cells)
        self._carry_out(self._relay, GO, cells)
        if live.sink.any():
            self._staying = live.sink[self.sinks["place"]][None]
            self._carry_out(self._stays, SINK, cells)
        self.taken += cells[0]
        self.day += 1

    def _carry_out(self, step: Relay | Split, position: int, cells: NDArray[np.int64]) -> None:
        price = step.ask(today_of(self.stocks))
        if price is not None:
            day_step = self.day * STEPS_A_DAY + position
            self.draw.carry_out(step, price, self.stocks, cells, day_step)

    def _built(self, live: Live) -> Relay:
        """Return the step in which people go, as it is now."""
        places = range(len(live.leave))
        inside = [np.r_[self.space.in_place(place), self.space.size + place] for place in places]
        choosing = choosing_of(
            self.case, self.network, self.space, live, self._live, Inside(inside, [inside]),
            self.day,
        )  # fmt: skip
        return Relay("go", self.moves, self.space.rest, self.space.rounds, choosing.options,
                     choosing.pull, WAVES, SMALL_PART)  # fmt: skip

    def use(self, settings: Settings) -> None:
        """Take over settings that a script has changed."""
        if settings == self.case.settings:
            return
        for name in FIXED:
            if getattr(settings, name) != getattr(self.case.settings, name):
                raise UsageError(
                    f"{name}: it can be set until the first day only, where people are counted."
                )
        self.case, self._relay = replace(self.case, settings=settings), None

    def people_in_places(self) -> Integers:
        """Return the people in each place, [places]."""
        return self._summed(self.place_of, len(self.start))

    def people_on_connections(self) -> Integers:
        """Return the people under way on each connection, [connections]."""
        return self._summed(self.connection_of, len(self.taken))

    def _summed(self, of: Integers, size: int) -> Integers:
        known = of >= 0
        found = np.bincount(of[known], weights=self.stocks[0][known], minlength=size)
        return found.astype(np.int64)
