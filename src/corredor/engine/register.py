"""The register of persons of the individual draw: where each is now, and what is known of them.

Kernels work on parts of it side by side; what they note is taken over into stocks, flows and the
diary. Whoever has left is taken out of the arrays now and then.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index, Integers
from corredor.engine.compiled import compiled
from corredor.engine.diary import Diary
from corredor.engine.kernels.people import Noted, People
from corredor.engine.program import Program
from corredor.engine.random.philox import Address
from corredor.engine.transitions import Moves
from corredor.errors import UsageError

FEWEST_FOR_A_THREAD = 20_000
MOST_PERSONS = 2**32
PURGE_EVERY = 30  # days, where nobody keeps a diary
GROWTH = 1.3  # arrays that are full grow by so much, for those who come later
GONE_SHARE = 0.05  # people who have left are taken out of the arrays when they are so many

_Part = TypeVar("_Part")


class Register:
    """The persons of one replicate.

    Parameters
    ----------
    program : Program
        What is run.
    replicate : int
        Its number.
    threads : int, optional
        All processors unless given; the results do not depend on it.
    diary : Diary, optional
        Keeps persons with their traits, and the ways of some.
    """

    def __init__(
        self,
        program: Program,
        replicate: int,
        *,
        threads: int | None = None,
        diary: Diary | None = None,
    ) -> None:
        self.program, self.replicate, self.diary = program, replicate, diary
        self.threads = threads or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self.threads)
        self._where: dict[int, Index] = {}
        self._worked_out: dict[int, tuple[Floats, Floats]] = {}
        self._gone = np.zeros(program.states, np.bool_)
        self._gone[program.gone] = True
        self._names: tuple[str, ...] = tuple(program.traits) if diary else ()
        self._weights = np.array(
            [program.traits[name] for name in self._names], dtype=np.int32
        ).reshape(len(self._names), program.cells)
        self._every = diary.every if diary else 0
        self._numbered = 0
        self.watched = 0  # persons present whose every move is noted
        self._count = 0
        self._state = np.empty(0, np.int32)
        self._person = np.empty(0, np.uint32)
        self._traits = np.empty((0, len(self._names)), np.int32)
        self._entered = np.empty(0, np.int32)
        self._left = np.empty(0, np.int32)

    def close(self) -> None:
        """Let go of the people and the threads."""
        self._pool.shutdown()
        self._state, self._person = np.empty(0, np.int32), np.empty(0, np.uint32)
        self._count = 0

    def people(self, first: int = 0, last: int | None = None) -> People:
        """Return the persons at some positions, all who are present unless told; not copied."""
        part = slice(first, self._count if last is None else last)
        return People(
            self._state[part], self._person[part], self._traits[part], self._weights
        )  # fmt: skip

    def add(self, newcomers: Integers, day: int) -> People:
        """Append so many persons in each state and return them."""
        count = int(newcomers.sum())
        first, last = self._count, self._count + count
        if self._numbered + count > MOST_PERSONS:
            raise UsageError(
                f"This run has more than {MOST_PERSONS:,} persons, too many to number. "
                "Ask for fewer people, or use the exact draw."
            )
        if last > len(self._state):
            self._enlarge(max(last, int(GROWTH * len(self._state))))
        self._state[first:last] = np.repeat(np.arange(len(newcomers), dtype=np.int32), newcomers)
        self._person[first:last] = np.arange(
            self._numbered, self._numbered + count, dtype=np.uint32
        )
        self._traits[first:last] = 0
        if self.diary:
            self._entered[first:last], self._left[first:last] = day, -1
        self._count, self._numbered = last, self._numbered + count
        self.watched += self._to_watch(slice(first, last))
        return self.people(first, last)

    def _enlarge(self, size: int) -> None:
        self._state = _enlarged(self._state, size)
        self._person = _enlarged(self._person, size)
        self._traits = _enlarged(self._traits, size)
        if self.diary:
            self._entered = _enlarged(self._entered, size)
            self._left = _enlarged(self._left, size)

    def _to_watch(self, part: slice) -> int:
        """Return how many of some people have every move noted."""
        return int((self._person[part] % self._every == 0).sum()) if self._every else 0

    def where(self, states: Index, number: NDArray[Any] | None = None) -> Index:
        """Return for each state of the program which of ``states`` it is, or -1, [states].

        With ``number`` the number that belongs to it. What was found once is kept.
        """
        where = self._where.get(id(states))
        if where is None:
            where = np.full(self.program.states, -1, np.int32)
            where[states] = np.arange(len(states)) if number is None else number
            self._where[id(states)] = where
        return where

    def worked_out(self, step: object, of: Floats, work: Callable[[], Floats]) -> Floats:
        """Return what a step works out of an array; only done again when the array is another."""
        known = self._worked_out.get(id(step))
        if known and known[0] is of:
            return known[1]
        self._worked_out[id(step)] = (of, work())
        return self._worked_out[id(step)][1]

    def new_notes(self, persons: int, moves_each: int = 1) -> Noted:
        """Return where a kernel may note what happens to persons, with so many moves at most."""
        change = np.zeros(self.program.states, np.int64)
        flow = np.zeros(self.program.cells, np.int64)
        space = min(persons, self.watched) * moves_each
        person, move = np.empty(space, np.uint32), np.empty(space, np.int64)
        return Noted(change, flow, self._every, person, move)

    def take_over(
        self, noted: Noted, found: int, moves: Moves, into: tuple[NDArray[Any], NDArray[Any]],
        address: Address,
    ) -> None:  # fmt: skip
        """Add what was noted to stocks and cells; write the moves that were found in the diary."""
        stocks, cells = into
        stocks[0] += noted.change
        cells[0] += noted.flow
        if self.diary and found:
            move = noted.move[:found]
            self.diary.note_moves(
                self.replicate, address.day_step, noted.person[:found], moves["source"][move],
                moves.destination[move],
            )  # fmt: skip

    def in_parts(self, work: Callable[[People], _Part]) -> list[_Part]:
        """Do some work on parts of the people, side by side."""
        parts = max(1, min(self.threads, self._count // FEWEST_FOR_A_THREAD))
        if parts == 1:
            return [work(self.people())]
        edges = np.linspace(0, self._count, parts + 1).astype(int)
        people = [self.people(int(a), int(b)) for a, b in itertools.pairwise(edges)]
        return list(self._pool.map(work, people))

    def end_day(self, day: int, *, last: bool) -> None:
        """Note who has left today; take them out of the arrays when they are many."""
        if not self.diary:
            if len(self.program.gone) and (day % PURGE_EVERY == 0):
                self._keep(~self._gone[self._state[: self._count]])
            return
        left = _see_off(self._state[: self._count], self._gone, self._left[: self._count], day)
        if last:
            self._write(np.ones(self._count, np.bool_))
        elif left > GONE_SHARE * self._count:
            gone = self._gone[self._state[: self._count]]
            self._write(gone)
            self._keep(~gone)

    def _write(self, chosen: NDArray[np.bool_]) -> None:
        at = np.flatnonzero(chosen)
        traits: Mapping[str, Index] = {
            name: self._traits[at, a] for a, name in enumerate(self._names)
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
        self._traits[:count] = self._traits[at]
        if self.diary:
            self._entered[:count], self._left[:count] = self._entered[at], self._left[at]
        self._count = count
        self.watched = self._to_watch(slice(0, count))


def _enlarged(array: NDArray[Any], size: int) -> NDArray[Any]:
    larger = np.empty((size, *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger


@compiled(nogil=True)
def _see_off(state, gone, left, day):  # type: ignore[no-untyped-def]
    """Note ``day`` for those who have left since the last call; return how many have left."""
    count = 0
    for k in range(state.shape[0]):
        if gone[np.uint32(state[k])]:
            count += 1
            if left[k] < 0:
                left[k] = day
    return count
