"""The individual draw: every person has a number and draws for themselves.

It gives the same distribution as ``exact`` at a cost that grows with the number of people. It is
for looking at lives: traits that add up along a person's way, and the way itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.engine import persons, split
from corredor.engine.diary import Diary
from corredor.engine.draws import Price, draw_together
from corredor.engine.program import STEPS_A_DAY, Program
from corredor.engine.steps import Arrive, Floats, Ration, Split, Tally

FEWEST_FOR_A_THREAD = 20_000
MOST_PERSONS = 2**32
GONE_SHARE = 0.05  # people who have left are taken out of the arrays when they are so many


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
        self._gone = np.zeros(program.states, np.bool_)
        self._gone[program.gone] = True
        self._names: tuple[str, ...] = tuple(program.traits) if diary else ()
        self._weights = np.array(
            [program.traits[name] for name in self._names], dtype=np.int32
        ).reshape(len(self._names), program.cells)
        self._every = diary.every if diary else 0
        self._numbered = 0
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
        self._state = self._person = np.empty(0, np.int32)

    def begin(self, stocks: NDArray[Any]) -> None:
        """Make a person of everybody who is there before the first day."""
        self._add(stocks[0], day=0)

    def _add(self, newcomers: NDArray[np.int64], day: int) -> None:
        """Append so many persons in each state."""
        count = int(newcomers.sum())
        first, last = self._count, self._count + count
        if self._numbered + count > MOST_PERSONS:
            raise OverflowError("more persons than can be numbered")
        if last > len(self._state):
            size = last if not first else max(last, int(1.3 * len(self._state)))
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

    def together(self, chances: Floats, day_step: int) -> Floats:
        """Return 0 or 1 for each body of people, as the exact draw does."""
        return draw_together(chances, self.seed, np.array([self.replicate]), day_step)

    def split(
        self, step: Split, price: Price, pace: Floats, stocks: NDArray[Any], cells: NDArray[Any],
        day_step: int,
    ) -> None:  # fmt: skip
        """Carry out a split."""
        moves, where = step.moves, self._source_of(step, step.moves.sources)
        chances, totals = price

        def run(part: slice, change: Any, flow: Any, noted: Any) -> int:
            arguments = (
                self._state[part], self._person[part], where, moves.pointer, moves.destination,
                moves.cell, chances[0], totals[0], pace[0], step.body, self._traits[:, part],
                self._weights, change, flow, self._every, *noted, self.seed, self.replicate,
                day_step,
            )  # fmt: skip
            return int(persons.split_persons(*arguments))

        self._in_parts(run, stocks, cells, moves.columns["source"], moves.destination, day_step)

    def arrive(
        self, step: Arrive, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Add newcomers: as many as in the exact draw with the same seed."""
        before = stocks[0].copy()
        split.arrive_counts(
            stocks, step.destination, step.cell, price[0], cells, self.seed,
            np.array([self.replicate]), day_step,
        )  # fmt: skip
        self._add(stocks[0] - before, day_step // STEPS_A_DAY)

    def ration(
        self, step: Ration, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Give out limited places: the order is by class and then by each person's number."""
        moves, (chances, asks, places) = step.moves, price
        where = self._source_of(step, moves.sources)
        state, person = self._state[: self._count], self._person[: self._count]
        at = persons.asking(state, where, asks[0])
        in_turn, by_lot = (int(n) for n in np.rint(places[0]))

        def numbers(of: NDArray[np.int64], block: int) -> Floats:
            drawn: Floats = persons.numbers_of(
                person[of], block, self.seed, self.replicate, day_step
            )
            return drawn

        kind = np.searchsorted(step.class_pointer, where[state[at]], side="right")
        order = np.lexsort((numbers(at, 0), kind))
        rest = at[order[in_turn:]]
        lot = np.argsort(numbers(rest, 1))[:by_lot]
        served = np.sort(np.r_[at[order[:in_turn]], rest[lot]])

        def run(part: slice, change: Any, flow: Any, noted: Any) -> int:
            return int(persons.move_served(
                served, state, person, where, moves.pointer, moves.destination, moves.cell,
                chances[0], numbers(served, 2), self._traits, self._weights, change, flow,
                self._every, *noted,
            ))  # fmt: skip

        self._in_parts(
            run, stocks, cells, moves.columns["source"], moves.destination, day_step, parts=1
        )

    def tally(
        self, step: Tally, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Count events, each to its person."""
        where = self._where.get(id(step))
        if where is None:
            where = np.full(self.program.states, -1, np.int32)
            lengths = np.diff(step.pools.pointer)
            where[step.pools.states] = np.repeat(np.arange(len(lengths)), lengths)
            self._where[id(step)] = where
        events = np.searchsorted(step.pool, np.arange(len(step.pools) + 1)).astype(np.int64)

        def run(part: slice, change: Any, flow: Any, noted: Any) -> int:
            persons.tally_persons(
                self._state[part], self._person[part], where, events, step.cell, price[0][0],
                self._traits[:, part], self._weights, flow, self.seed, self.replicate, day_step,
            )  # fmt: skip
            return 0

        self._in_parts(run, stocks, cells, step.cell, step.cell, day_step)

    def _source_of(self, step: Split | Ration, sources: NDArray[np.int32]) -> NDArray[np.int32]:
        where = self._where.get(id(step))
        if where is None:
            where = np.full(self.program.states, -1, np.int32)
            where[sources] = np.arange(len(sources))
            self._where[id(step)] = where
        return where

    def _in_parts(
        self,
        run: Callable[[slice, Any, Any, Any], int],
        stocks: NDArray[Any],
        cells: NDArray[Any],
        source: NDArray[Any],
        destination: NDArray[Any],
        day_step: int,
        parts: int | None = None,
    ) -> None:
        """Run a kernel over parts of the people side by side, and add up what they changed."""
        parts = parts or max(1, min(self.threads, self._count // FEWEST_FOR_A_THREAD))
        edges = np.linspace(0, self._count, parts + 1).astype(int)

        def one(i: int) -> tuple[Any, ...]:
            part = slice(edges[i], edges[i + 1])
            change = np.zeros(self.program.states, np.int64)
            flow = np.zeros(self.program.cells, np.int64)
            room = self._watched(part) if self._every else 0
            noted = (np.empty(room, np.uint32), np.empty(room, np.int64))
            count = run(part, change, flow, noted)
            return change, flow, noted[0][:count], noted[1][:count]

        done = list(self._pool.map(one, range(parts))) if parts > 1 else [one(0)]
        for change, flow, person, move in done:
            stocks[0] += change
            cells[0] += flow
            if self.diary and len(person):
                self.diary.note_moves(
                    self.replicate, day_step, person, source[move], destination[move]
                )

    def _watched(self, part: slice) -> int:
        """Return an upper bound of the people in a part whose way is noted."""
        person = self._person[part]
        return int((person % self._every == 0).sum()) if self._every > 1 else len(person)

    def end_day(self, day: int, *, last: bool) -> None:
        """Note who has left today; take them out of the arrays when they are many."""
        if not self.diary:
            if len(self.program.gone) and (day % 30 == 0):
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


def _enlarged(array: NDArray[Any], size: int) -> NDArray[Any]:
    larger = np.empty((*array.shape[:-1], size), array.dtype)
    larger[..., : array.shape[-1]] = array
    return larger
