"""Relay: people choose among places that fill up, and go on until they rest.

Where its kernels lie: waves of counts, and means, in ``relay_waves``; counts by when people came
in ``relay_cohorts``; persons in turn in ``relay_persons``; where people can go, what the first two
work in, and how they send people on, in ``relay_course``; how likely each choice is in
``crowding``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index, Integers
from corredor.engine.kernels.crowding import Options, Pull
from corredor.engine.kernels.relay_cohorts import ArrivalCohorts, relay_cohorts
from corredor.engine.kernels.relay_course import Course
from corredor.engine.kernels.relay_persons import in_turn
from corredor.engine.kernels.relay_waves import relay_counts, relay_means
from corredor.engine.random.philox import Address
from corredor.engine.register import Register
from corredor.engine.step import Step, Today, plain
from corredor.engine.transitions import Moves
from corredor.errors import UsageError


@dataclass(frozen=True, eq=False)
class Relay(Step):
    """People choose among places that fill up, and go on until they rest.

    The sources stand in rounds, of which ``rounds`` says where each begins and the last ends. In a
    round everybody in its sources is called: they take a transition, with the chance of the
    ``choice`` that it stands for, or go to ``rest`` of the source. In all rounds but the last they
    go along one transition. In the last they go on until they reach a state that is no source of
    it; its sources stand in an order in which each comes before those that it leads to, and people
    are called in up to so many ``waves``, each of them in any with the same chance.

    What is chosen from are the ``options``; ``pull`` says every day what draws people, or None on a
    day on which nobody moves. Before each round and each wave the chances are those at the filling
    of places that the one before has left. There are so many waves that none takes more, by the
    mean, than ``part`` of the room between nearly full and full of a place.

    With ``arrival_cohorts`` the exact draw counts people by when they came, and calls those who
    came first before the others. The individual draw always does so.
    """

    name: str
    moves: Moves
    rest: Index
    rounds: Integers
    options: Options
    pull: Callable[[Today], Pull | None]
    waves: int = 1
    part: float = 0.02
    arrival_cohorts: ArrivalCohorts | None = None

    def ask(self, today: Today) -> Pull | None:
        """Ask what draws people."""
        return self.pull(today)

    def answers(self, today: Today, events: Sequence[float]) -> Iterator[Any]:
        """Give what draws people."""
        yield self.pull(today)

    def means(self, price: Pull, stocks: Floats, cells: Floats) -> None:
        """Send expected people on, in waves."""
        self._refuse_unless(relay_means(stocks, cells, *plain(self.course, self.options, price)))

    def counts(
        self, price: Pull, stocks: NDArray[Any], cells: NDArray[Any], address: Address
    ) -> None:
        """Send whole people on, in waves or one arrival cohort after another."""
        course, options, pull, begin = plain(self.course, self.options, price, address)
        if self.arrival_cohorts is None:
            finite = relay_counts(stocks, cells, course, options, pull, begin)
        else:
            newcomers = tuple(self.arrival_cohorts.on(address.day, self.source_of))
            finite = relay_cohorts(stocks, cells, course, options, pull, begin, newcomers)
        self._refuse_unless(finite)

    def persons(
        self, price: Pull, stocks: NDArray[Any], cells: NDArray[Any], address: Address,
        register: Register,
    ) -> None:  # fmt: skip
        """Send persons on, in turn."""
        people = register.people()
        # nobody passes a source twice
        noted = register.new_notes(len(people.person), len(self.moves.sources))
        them, notes, begin = plain(people, noted, address)
        course, options, pull = plain(self.course, self.options, price)
        found = in_turn(them, self.source_of, course, options, pull, stocks[0], notes, begin)
        self._refuse_unless(found >= 0)
        register.take_over(noted, found, self.moves, (stocks, cells), address)

    def _refuse_unless(self, finite: bool) -> None:
        if not finite:
            raise UsageError(
                f"{self.name}: an option has an infinite weight. Check powers and weights of the "
                "settings."
            )

    @cached_property
    def course(self) -> Course:
        """Return where people can go, as the kernels take it."""
        moves, last_round = self.moves, int(self.rounds[-2])
        onward = self.source_of[moves.destination]
        onward[onward < last_round] = -1
        onward[: moves.pointer[last_round]] = -1
        pointer = self.options.inside_pointer
        limited = np.full(len(self.source_of), -1, np.int32)
        limited[self.options.inside] = np.repeat(np.arange(len(pointer) - 1), np.diff(pointer))
        return Course(
            moves.sources, moves.pointer, moves.destination, moves.cell,
            moves["choice"].astype(np.int64), onward, self.rest, self.rounds, limited, self.waves,
            self.part,
        )  # fmt: skip

    @cached_property
    def source_of(self) -> Index:
        """Return for each state up to the last that is touched which source it is, or -1."""
        states = (self.moves.sources, self.moves.destination, self.rest, self.options.inside)
        source_of = np.full(max(int(s.max(initial=0)) for s in states) + 1, -1, np.int32)
        source_of[self.moves.sources] = np.arange(len(self.moves.sources))
        return source_of
