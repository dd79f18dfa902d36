"""The step of a day in which persons who are followed one by one move on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.kernels.crowding import Options, Pull
from corredor.engine.kernels.relay_course import Course
from corredor.engine.random.philox import Address
from corredor.engine.register import Register
from corredor.engine.step import Step, Today, plain
from corredor.errors import UsageError
from corredor.flee.case.attributes import Attributes
from corredor.flee.rules.persons import INFINITE, Evening, Paths, Persons, beginners, walk
from corredor.flee.rules.sinks import Sinks

AT_ONCE = 100_000  # persons who are counted in one go, so that it takes little memory
NOT_THERE = -1  # of an attribute that somebody does not have


@dataclass(frozen=True, eq=False)
class Walk(Step):
    """A day of persons whose states are not numbered.

    The engine's states are fewer: people in each place by class (class by class), on each
    connection, those of no class yet in each place, and those who have settled. Whoever begins in
    a place is made a person when the step comes.

    Attributes
    ----------
    paths, course, options, pull
        Where people can be and go, and what draws them.
    closing : callable
        Takes the day; which connections close on it, or None.
    sinks : Sinks
        Where people settle for good.
    classes, places, connections, states : int
        How many there are.
    last_day : int
        The number of the last day.
    harvest : callable
        Takes the day; whether it is the time of harvest.
    attributes : Attributes, optional
        All traits of persons, where they are told.
    evening : callable, optional
        Told every evening the day and what persons have done, if it wants to know.
    """

    name: str
    paths: Paths
    course: Course
    options: Options
    pull: Callable[[Today], Pull]
    closing: Callable[[int], NDArray[np.bool_] | None]
    sinks: Sinks
    classes: int
    places: int
    connections: int
    states: int
    last_day: int
    harvest: Callable[[int], bool] = lambda _: False
    attributes: Attributes | None = None
    evening: Callable[[int, Evening], None] | None = None
    _crowds: dict[int, Persons] = field(default_factory=dict)

    def ask(self, today: Today) -> Pull:
        """Ask what draws people."""
        return self.pull(today)

    def answers(self, today: Today, events: Sequence[float]) -> Iterator[Any]:
        """Give what draws people."""
        yield self.pull(today)

    def means(self, price: Pull, stocks: Floats, cells: Floats) -> None:
        """Refuse: persons are whole."""
        raise UsageError(
            "The expected draw needs states, and under these settings persons are followed one by "
            "one: use the exact draw."
        )

    def persons(
        self, price: Pull, stocks: NDArray[Any], cells: NDArray[Any], address: Address,
        register: Register,
    ) -> None:  # fmt: skip
        """Do the same as the exact draw."""
        self.counts(price, stocks, cells, address)

    def counts(
        self, price: Pull, stocks: NDArray[Any], cells: NDArray[Any], address: Address
    ) -> None:
        """Move the persons of each replicate on, and count where they are."""
        for row, replicate in enumerate(address.replicates.tolist()):
            own = address._replace(replicates=address.replicates[row : row + 1])
            crowd = self._enter(stocks[row], own)
            closes = self.closing(address.day)
            if closes is not None:
                on = crowd.leg >= 0
                crowd.turned[on] |= closes[self.paths.connection[crowd.leg[on]]]
            pull = price._replace(
                weight=price.weight[row : row + 1] if len(price.weight) > 1 else price.weight,
                factor=price.factor[row : row + 1] if len(price.factor) > 1 else price.factor,
            )
            gone = crowd.settled.copy()
            moved, takers = np.empty(len(gone), np.int64), self._nobody()
            them, drawn, begin = plain(crowd, pull, own)
            settle, season = self.sinks.on(address.day), self.harvest(address.day)
            passed = walk(them, plain(self.paths, self.course, self.options), drawn, settle,
                          stocks[row], season, (moved, takers), begin)  # fmt: skip
            if len(passed) and passed[0, 0] == INFINITE:
                raise UsageError(
                    "go: an option has an infinite weight. Check powers and weights of the "
                    "settings."
                )
            stocks[row] = self._counted(crowd)
            if self.evening:
                self.evening(address.day, Evening(self.paths, crowd, gone, moved, passed, takers))
            if address.day == self.last_day:
                self._crowds.pop(replicate, None)
            else:
                self._crowds[replicate] = crowd

    def _nobody(self) -> Integers:
        """Return a count of nobody on any connection, by attribute; empty if it is not told."""
        rows = 1 + int(self._begins[-1]) if self.evening else 0
        return np.zeros((rows, self.connections), np.int64)

    @cached_property
    def _begins(self) -> Integers:
        """Return how many values the attributes before each have, and all of them."""
        traits = self.attributes.traits if self.attributes else ()
        return np.cumsum([0, *(len(trait.values) for trait in traits)], dtype=np.int64)

    def _enter(self, stock: NDArray[Any], address: Address) -> Persons:
        """Return all persons; whoever is in places and is none yet is the last of them."""
        nobody = np.zeros(0, np.int64)
        known = self._beginners(nobody, address)
        if address.day > 0:
            known = self._crowds.pop(int(address.replicates[0]))
        there = self.classes * self.places
        new = (stock - self._counted(known))[:there]
        others = self._beginners(np.repeat(np.arange(there), new), address)
        columns: list[NDArray[Any]] = list(known)
        del known
        for i, more in enumerate(others):  # so that only one column is there twice at a time
            columns[i] = np.concatenate([columns[i], more])
        return Persons._make(columns)

    def _beginners(self, state: Integers, address: Address) -> Persons:
        """Return persons who begin in states."""
        place, kind = state % self.places, state // self.places
        rows = np.zeros((len(state), len(self._begins) - 1), np.int32)
        if self.attributes:
            seed = [address.seed, int(address.replicates[0]), address.day]
            chance = np.random.default_rng(seed)
            values = self.attributes.drawn(place, kind, chance, first=address.day == 0)
            rows[:] = np.where(values >= 0, 1 + self._begins[:-1] + values, NOT_THERE)
        return beginners(place, kind, rows, tells=self.evening is not None)

    def _counted(self, crowd: Persons) -> Integers:
        """Return how many are in each state."""
        every = range(0, len(crowd.stance), AT_ONCE)
        parts = (self._counted_at_once(crowd, slice(begin, begin + AT_ONCE)) for begin in every)
        return sum(parts, np.zeros(self.states, np.int64))

    def _counted_at_once(self, everybody: Persons, some: slice) -> Integers:
        """Return how many of some persons are in each state."""
        crowd = Persons._make(column[some] for column in everybody)
        place = np.where(crowd.harvesting, crowd.home, self.paths.place[crowd.stance])
        state = crowd.kind.astype(np.int64) * self.places + place
        on = crowd.leg >= 0
        state[on] = self.classes * self.places + self.paths.connection[crowd.leg[on]]
        if self.sinks.states:
            for_good = crowd.settled
            state[for_good] = self.sinks.settled.ravel()[state[for_good]]
        return np.bincount(state, minlength=self.states)
