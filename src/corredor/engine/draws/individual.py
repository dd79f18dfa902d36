"""The individual draw: every person has a number and draws for themselves.

It gives the same distribution as ``exact`` at a cost that grows with the number of people. It is
for looking at lives: traits that add up along a person's way, and the way itself.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.engine.diary import Diary
from corredor.engine.draws.stocks import Price, add_newcomers, draw_together, refuse_infinite
from corredor.engine.kernels import persons, turns
from corredor.engine.kernels.crowding import Pull
from corredor.engine.program import STEPS_A_DAY, Program
from corredor.engine.steps import Arrive, Moves, Ration, Relay, Split, Tally
from corredor.errors import UsageError

FEWEST_FOR_A_THREAD = 20_000
MOST_PERSONS = 2**32
PURGE_EVERY = 30  # days, where nobody keeps a diary
GROWTH = 1.3  # arrays that are full grow by so much, to make room for those who come later
GONE_SHARE = 0.05  # people who have left are taken out of the arrays when they are so many

_Part = TypeVar("_Part")
_Changed = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint32], NDArray[np.int64]]
"""Changes of stocks and cells; the persons whose moves are noted, and the moves."""


class Individual:
    """The people of one replicate, one by one.

    Parameters
    ----------
    program : Program
        What is run.
    seed, replicate : int
        Of the run, for the addresses of the random numbers.
    threads : int, optional
        All processors unless given; the results do not depend on it.
    diary : Diary, optional
        Keeps persons with their traits, and the ways of some.
    """

    dtype: type = np.int64
    tolerance = 0.0

    def __init__(
        self,
        program: Program,
        seed: int,
        replicate: int,
        *,
        threads: int | None = None,
        diary: Diary | None = None,
    ) -> None:
        self.program, self.seed, self.replicate, self.diary = program, seed, replicate, diary
        self.threads = threads or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self.threads)
        self._where: dict[int, NDArray[np.int32]] = {}
        self._sums: dict[int, tuple[Floats, Floats]] = {}
        self._gone = np.zeros(program.states, np.bool_)
        self._gone[program.gone] = True
        self._names: tuple[str, ...] = tuple(program.traits) if diary else ()
        self._weights = np.array(
            [program.traits[name] for name in self._names], dtype=np.int32
        ).reshape(len(self._names), program.cells)
        self._every = diary.every if diary else 0
        self._numbered = 0
        self._watched = 0
        self._count = 0
        self._state = np.empty(0, np.int32)
        self._person = np.empty(0, np.uint32)
        self._traits = np.empty((len(self._names), 0), np.int32)
        self._entered = np.empty(0, np.int32)
        self._left = np.empty(0, np.int32)

    def __enter__(self) -> Individual:
        """Start the threads."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the people and the threads."""
        self._pool.shutdown()
        self._state, self._person = np.empty(0, np.int32), np.empty(0, np.uint32)
        self._count = 0

    def begin(self, stocks: NDArray[Any]) -> None:
        """Make a person of everybody who is there before the first day."""
        self._add(stocks[0], day=0)

    def _add(self, newcomers: NDArray[np.int64], day: int) -> None:
        """Append so many persons in each state."""
        count = int(newcomers.sum())
        first, last = self._count, self._count + count
        if self._numbered + count > MOST_PERSONS:
            raise UsageError(
                f"This run has more than {MOST_PERSONS:,} persons, too many to number. "
                "Ask for fewer people, or use the exact draw."
            )
        if last > len(self._state):
            size = max(last, int(GROWTH * len(self._state)))
            self._state = _enlarged(self._state, size)
            self._person = _enlarged(self._person, size)
            self._traits = _enlarged(self._traits, size)
            if self.diary:
                self._entered = _enlarged(self._entered, size)
                self._left = _enlarged(self._left, size)
        self._state[first:last] = np.repeat(np.arange(len(newcomers), dtype=np.int32), newcomers)
        self._person[first:last] = np.arange(
            self._numbered, self._numbered + count, dtype=np.uint32
        )
        self._traits[:, first:last] = 0
        if self.diary:
            self._entered[first:last], self._left[first:last] = day, -1
        self._count, self._numbered = last, self._numbered + count
        self._watched += self._to_watch(slice(first, last))

    def _to_watch(self, part: slice) -> int:
        """Return how many of some people have every move noted."""
        return int((self._person[part] % self._every == 0).sum()) if self._every else 0

    def together(self, chances: Floats, day_step: int) -> Floats:
        """Return 0 or 1 for each cohort of people, as the exact draw does."""
        return draw_together(chances, self.seed, np.array([self.replicate]), day_step)

    def split(
        self, step: Split, price: Price, hazard_factor: Floats, stocks: NDArray[Any],
        cells: NDArray[Any], day_step: int,
    ) -> None:  # fmt: skip
        """Carry out a split."""
        upto = self._up_to(step, price[0])

        def send(part: slice) -> _Changed:
            return self._send(
                step.moves, self._state[part], self._person[part], self._traits[:, part], upto,
                price[1][0], hazard_factor[0], step.cohort, day_step,
            )  # fmt: skip

        for changed in self._in_parts(send):
            self._apply(changed, stocks, cells, step.moves, day_step)

    def relay(
        self, step: Relay, pull: Pull, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Send people on until they rest."""
        change = np.zeros(self.program.states, np.int64)
        flow = np.zeros(self.program.cells, np.int64)
        present = slice(0, self._count)
        room = self._watched * len(step.moves.sources)  # nobody passes a source twice
        noted, move = np.empty(room, np.uint32), np.empty(room, np.int64)
        found = turns.in_turn(
            self._state[present], self._person[present], step.source_of, step.course, step.options,
            pull, stocks[0], self._traits[:, present], self._weights, change, flow, self._every,
            noted, move, self.seed, self.replicate, day_step,
        )  # fmt: skip
        if found < 0:
            refuse_infinite(step)
        changed = (change, flow, noted[:found], move[:found])
        self._apply(changed, stocks, cells, step.moves, day_step)

    def arrive(
        self, step: Arrive, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Add newcomers: as many as in the exact draw with the same seed.

        Where each goes anywhere by chance, they come in any order, not destination by destination.
        """
        before, first = stocks[0].copy(), self._count
        add_newcomers(step, price, stocks, cells, self.seed, np.array([self.replicate]), day_step)
        self._add(stocks[0] - before, day_step // STEPS_A_DAY)
        if step.law == "shared":
            new = slice(first, self._count)
            lot = persons.numbers_of(self._person[new], 1, self.seed, self.replicate, day_step)
            self._state[new] = self._state[new][np.argsort(lot)]

    def ration(
        self, step: Ration, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Give out limited places: the order is by class and then by each person's number."""
        moves, (chances, asks, places) = step.moves, price
        where = self._source_of(moves)
        at = persons.asking(self._state[: self._count], where, asks[0])
        in_turn, by_lot = (int(n) for n in np.rint(places[0]))

        def numbers(of: NDArray[np.int64], block: int) -> Floats:
            drawn: Floats = persons.numbers_of(
                self._person[of], block, self.seed, self.replicate, day_step
            )
            return drawn

        kind = np.searchsorted(step.class_pointer, where[self._state[at]], side="right")
        order = np.lexsort((numbers(at, 0), kind))
        rest = at[order[in_turn:]]
        lot = np.argsort(numbers(rest, 1))[:by_lot]
        served = np.sort(np.r_[at[order[:in_turn]], rest[lot]])
        state, traits = self._state[served], self._traits[:, served]
        changed = self._send(
            moves, state, self._person[served], traits, self._up_to(step, chances),
            np.full(len(moves.sources), np.inf), np.ones(1), np.zeros_like(moves.sources),
            day_step, block=2,
        )  # fmt: skip
        self._state[served], self._traits[:, served] = state, traits
        self._apply(changed, stocks, cells, moves, day_step)

    def tally(
        self, step: Tally, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Count events, each to its person."""
        where = self._where.get(id(step.pools))
        if where is None:
            where = np.full(self.program.states, -1, np.int32)
            lengths = np.diff(step.pools.pointer)
            where[step.pools.states] = np.repeat(np.arange(len(lengths)), lengths)
            self._where[id(step.pools)] = where
        events = np.searchsorted(step.pool, np.arange(len(step.pools) + 1)).astype(np.int64)

        def count(part: slice) -> NDArray[np.int64]:
            flow = np.zeros(self.program.cells, np.int64)
            persons.tally_persons(
                self._state[part], self._person[part], where, events, step.cell, price[0][0],
                self._traits[:, part], self._weights, flow, self.seed, self.replicate, day_step,
            )  # fmt: skip
            return flow

        for flow in self._in_parts(count):
            cells[0] += flow

    def _source_of(self, moves: Moves) -> NDArray[np.int32]:
        """Return for each state which of the sources it is, or -1."""
        where = self._where.get(id(moves))
        if where is None:
            where = np.full(self.program.states, -1, np.int32)
            where[moves.sources] = np.arange(len(moves.sources))
            self._where[id(moves)] = where
        return where

    def _up_to(self, step: Split | Ration, chances: Floats) -> Floats:
        """Return the sums of a source's chances up to each transition; see the kernels."""
        known = self._sums.get(id(step))
        if known and known[0] is chances:
            return known[1]
        pointer, p = step.moves.pointer, chances[0]
        source = np.repeat(np.arange(len(pointer) - 1), np.diff(pointer))
        sums = np.cumsum(p)
        sums -= (sums - p)[pointer[:-1]][source]
        last = np.maximum.reduceat(np.where(p > 0, np.arange(len(p)), -1), pointer[:-1])
        sums[np.arange(len(p)) >= last[source]] = np.inf
        self._sums[id(step)] = (chances, sums)
        return sums

    def _send(
        self, moves: Moves, state: NDArray[np.int32], person: NDArray[np.uint32],
        traits: NDArray[np.int32], upto: Floats, totals: Floats, hazard_factor: Floats,
        cohort: NDArray[np.int32], day_step: int, block: int = 0,
    ) -> _Changed:  # fmt: skip
        """Send some of the people on; ``state`` and ``traits`` are changed in place."""
        change = np.zeros(self.program.states, np.int64)
        flow = np.zeros(self.program.cells, np.int64)
        room = min(len(person), self._watched)
        noted, move = np.empty(room, np.uint32), np.empty(room, np.int64)
        arguments = (
            state, person, self._source_of(moves), moves.pointer, moves.destination, moves.cell,
            upto, totals, hazard_factor, cohort, traits, self._weights, change, flow, self._every,
            noted, move, self.seed, self.replicate, day_step, block,
        )  # fmt: skip
        count = persons.split_persons(*arguments)
        return change, flow, noted[:count], move[:count]

    def _apply(
        self, changed: _Changed, stocks: NDArray[Any], cells: NDArray[Any], moves: Moves,
        day_step: int,
    ) -> None:  # fmt: skip
        change, flow, person, move = changed
        stocks[0] += change
        cells[0] += flow
        if self.diary and len(person):
            self.diary.note_moves(
                self.replicate, day_step, person, moves["source"][move], moves.destination[move]
            )

    def _in_parts(self, work: Callable[[slice], _Part]) -> list[_Part]:
        """Do some work on parts of the people, side by side."""
        parts = max(1, min(self.threads, self._count // FEWEST_FOR_A_THREAD))
        edges = np.linspace(0, self._count, parts + 1).astype(int)
        slices = [slice(int(a), int(b)) for a, b in itertools.pairwise(edges)]
        return list(self._pool.map(work, slices)) if parts > 1 else [work(slices[0])]

    def end_day(self, day: int, *, last: bool) -> None:
        """Note who has left today; take them out of the arrays when they are many."""
        if not self.diary:
            if len(self.program.gone) and (day % PURGE_EVERY == 0):
                self._keep(~self._gone[self._state[: self._count]])
            return
        left = persons.see_off(
            self._state[: self._count], self._gone, self._left[: self._count], day
        )
        if last:
            self._write(np.ones(self._count, np.bool_))
        elif left > GONE_SHARE * self._count:
            gone = self._gone[self._state[: self._count]]
            self._write(gone)
            self._keep(~gone)

    def _write(self, chosen: NDArray[np.bool_]) -> None:
        at = np.flatnonzero(chosen)
        traits: Mapping[str, NDArray[np.int32]] = {
            name: self._traits[a, at] for a, name in enumerate(self._names)
        }
        assert self.diary is not None
        self.diary.note_persons(
            self.replicate, self._person[at], self._entered[at], self._left[at],
            self._state[at], traits,
        )  # fmt: skip

    def _keep(self, chosen: NDArray[np.bool_]) -> None:
        at = np.flatnonzero(chosen)
        count = len(at)
        for array in (self._state, self._person):
            array[:count] = array[at]
        self._traits[:, :count] = self._traits[:, at]
        if self.diary:
            self._entered[:count], self._left[:count] = self._entered[at], self._left[at]
        self._count = count
        self._watched = self._to_watch(slice(0, count))


def _enlarged(array: NDArray[Any], size: int) -> NDArray[Any]:
    larger = np.empty((*array.shape[:-1], size), array.dtype)
    larger[..., : array.shape[-1]] = array
    return larger
