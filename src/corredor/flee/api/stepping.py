"""A day at a time: what a script has made of places and links, on Corredor's engine.

States are numbered at the first step, for all links as if they might close. What draws people is
worked out again on days on which something changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.draws.exact import Exact
from corredor.engine.draws.individual import Individual
from corredor.engine.kernels.pools import Pools
from corredor.engine.levers import Levers
from corredor.engine.program import Program
from corredor.engine.random.philox import STEPS_A_DAY
from corredor.engine.steps import Moves, Relay, Split, Today
from corredor.errors import UsageError
from corredor.flee.case.classes import PLAIN, Classes
from corredor.flee.case.events import Period
from corredor.flee.case.folder import Case
from corredor.flee.case.places import Location, Route
from corredor.flee.case.record import Record
from corredor.flee.case.settings import Settings
from corredor.flee.rules.choosing import Choosing, Inside
from corredor.flee.rules.cohorts import SMALL_PART
from corredor.flee.rules.network import build_network
from corredor.flee.rules.program import WAVES
from corredor.flee.rules.space import build_space
from corredor.flee.rules.timeline import Timeline

StepDraw = Literal["exact", "individual"]
ANY_DAY = dt.date(2000, 1, 1)
FIXED = ("max_move_speed", "max_walk_speed", "awareness_level", "avoid_short_stints",
         "start_on_foot")  # what states are numbered by  # fmt: skip
CLOSES, GO, SINK = range(3)  # the steps of a day


class Live(NamedTuple):
    """Places and connections as they are on a day, [places] and [connections].

    Attributes
    ----------
    leave, conflict, intensity, capacity, people, sink : numpy.ndarray
        Chance to leave, intensity of a conflict (and as it repels, with its decay), capacity,
        population, and chance to stay for good.
    camp, town : numpy.ndarray
        What a place is.
    open, shut : numpy.ndarray
        Whether a connection can be taken; whether people on it have to turn back.
    """

    leave: Floats
    conflict: Floats
    intensity: Floats
    capacity: Floats
    people: Floats
    sink: Floats
    camp: NDArray[np.bool_]
    town: NDArray[np.bool_]
    open: NDArray[np.bool_]
    shut: NDArray[np.bool_]

    def same(self, other: Live | None) -> bool:
        """Return whether nothing has changed."""
        return other is not None and all(map(np.array_equal, self, other))


@dataclass(frozen=True, eq=False)
class LiveCase(Case):
    """A case that a script made; it says itself who is abroad."""

    foreign: tuple[bool, ...] = ()

    @property
    def abroad(self) -> NDArray[np.bool_]:
        """Return whether each place is abroad, [places]."""
        return np.array(self.foreign)


@dataclass(frozen=True)
class _Left:
    """The populations of a day."""

    people: Floats

    def left(self, today: Today) -> Floats:
        return self.people[None]


def case_of(
    locations: Sequence[Location], foreign: Sequence[bool], routes: Sequence[Route],
    settings: Settings,
) -> LiveCase:  # fmt: skip
    """Return places and links as the rules take a case, with one day and without a record."""
    places = len(locations)
    return LiveCase(
        name="script", period=Period(ANY_DAY, 1), locations=tuple(locations), routes=tuple(routes),
        major_routes=(), closures=(), changes=(), conflict=np.zeros((1, places)), hunger=None,
        flood=None,
        ahead=None, record=Record("total", {}), settings=settings, agents=(),
        classes=Classes((PLAIN,), {}, np.ones((1, places)), np.zeros((1, places), np.int64)),
        notes=(), foreign=tuple(foreign),
    )  # fmt: skip


class Stepper:
    """People on the map of a case, moved on day by day.

    Parameters
    ----------
    case : LiveCase
        The map.
    camp : numpy.ndarray
        Which places people leave first on a day, [places].
    draw : {"exact", "individual"}
        Counts, or persons one by one.
    seed : int
        Of the random numbers.

    Attributes
    ----------
    taken : numpy.ndarray
        How many people ever took each connection, [connections].
    """

    def __init__(self, case: LiveCase, camp: NDArray[np.bool_], draw: StepDraw, seed: int) -> None:
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
        program = Program(
            states=self.size, cells=connections, steps=(), levers=Levers({}, {}), begin=ANY_DAY,
            keep=ANY_DAY, end=ANY_DAY, counted=Pools.of([]), gone=np.empty(0, np.int32),
        )  # fmt: skip
        self.draw: Exact | Individual = (
            Individual(program, seed, 0)
            if draw == "individual"
            else Exact(seed, np.zeros(1, np.int64))
        )
        self._live: Live | None = None
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

    def add(self, newcomers: Integers) -> None:
        """Let people begin in places, [places]."""
        states = np.zeros(self.size, np.int64)
        np.add.at(states, self.start, newcomers)
        self.stocks[0] += states
        if isinstance(self.draw, Individual):
            self.draw.register.add(states, self.day)

    def step(self, live: Live) -> None:
        """Move everybody on by a day."""
        if self._relay is None or not live.same(self._live):
            self._relay = self._built(live)
        before = self._live.shut if self._live else np.zeros_like(live.shut)
        closing, self._live = live.shut & ~before, live
        cells = np.zeros((1, len(self.taken)), np.int64)
        if closing.any() and len(self.turn):
            self._closing = closing[self.turn["connection"]][None].astype(float)
            self._carry_out(self._closes, CLOSES, cells)
        self._carry_out(self._relay, GO, cells)
        if live.sink.any():
            self._staying = live.sink[self.sinks["place"]][None]
            self._carry_out(self._stays, SINK, cells)
        self.taken += cells[0]
        self.draw.end_day(self.day, last=False)
        self.day += 1

    def _carry_out(self, step: Relay | Split, position: int, cells: NDArray[np.int64]) -> None:
        day_step = self.day * STEPS_A_DAY + position
        today = Today(ANY_DAY, Levers({}, {}), self.stocks, 1.0, lambda chances: chances)
        price = step.ask(today)
        if price is not None:
            self.draw.carry_out(step, price, self.stocks, cells, day_step)

    def _built(self, live: Live) -> Relay:
        """Return the step in which people go, as it is now."""
        places = range(len(live.leave))
        inside = [np.r_[self.space.in_place(place), self.space.size + place] for place in places]
        timeline = Timeline(
            row=np.zeros(1, np.int64), day=np.zeros(1, np.int64), leave=live.leave[None],
            camp=live.camp[None], town=live.town[None], conflict=live.conflict[None],
            intensity=live.intensity[None], fleeing=live.conflict[None],
            hunger=np.zeros((1, len(live.leave))), flood=np.zeros((1, len(live.leave))),
            open=live.open[None], starving=False, flooded=np.empty(0),
        )  # fmt: skip
        choosing = Choosing(
            self.case, self.network, self.space, timeline, _Left(live.people),
            live.capacity[None], Inside(inside, [inside]),
        )  # fmt: skip
        return Relay("go", self.moves, self.space.rest, self.space.rounds, choosing.options,
                     choosing.pull, WAVES, SMALL_PART)  # fmt: skip

    def use(self, settings: Settings) -> None:
        """Take over settings that a script has changed."""
        if settings == self.case.settings:
            return
        for name in FIXED:
            if getattr(settings, name) != getattr(self.case.settings, name):
                raise UsageError(f"{name}: it can be set until the first day only.")
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

    def persons(self) -> Iterator[tuple[int, int, int]]:
        """Yield number, place and connection of each person in order; one of the two is -1."""
        assert isinstance(self.draw, Individual)
        people: Any = self.draw.register.people()
        places, connections = self.place_of[people.state], self.connection_of[people.state]
        yield from zip(people.person.tolist(), places.tolist(), connections.tolist(), strict=True)
