"""The day loop: for each day, for each step of each process, ask the chances and draw."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index
from corredor.engine.draws.protocol import Draw
from corredor.engine.kernels.batch import Batch, Bound
from corredor.engine.kernels.evening import Evening
from corredor.engine.levers import Factors
from corredor.engine.program import Program
from corredor.engine.random.philox import STEPS_A_DAY
from corredor.engine.random.space import new_space
from corredor.engine.recorder import Recorder
from corredor.engine.step import Price, Step, Today
from corredor.errors import CorredorError

A_DAY = dt.timedelta(days=1)
FLOWS_NOTED, STOCKS_NOTED = STEPS_A_DAY - 2, STEPS_A_DAY - 1  # positions after the day's steps
SPACE_A_STATE, SPACE_AT_LEAST = 36, 10_000  # integers, so that few steps need more


class ConservationError(CorredorError):
    """People were lost or made: a defect of a process, never of the input."""


@dataclass(slots=True)
class _Known:
    """A price, the day on which it must be asked again, and what it recalled when it was asked."""

    price: Price | None
    bound: Bound | None
    until: dt.date
    recalled: bytes | None


class _Post(NamedTuple):
    """A step, and what it says of itself, which stays the same from day to day."""

    step: Step
    recalls: Callable[[Today], Floats] | None
    renews: bool
    remembers: bool
    into: Index | None


class Loop:
    """The days of one program for a batch of replicates.

    Parameters
    ----------
    program : Program
        What to run.
    draw : Draw
        How people are spread over what may happen.
    replicates : int
        How many there are.
    people_scale : float
        People simulated for each person of the tables.
    factors : dict
        Multiplies levers, one row for each replicate.
    check_every_day : bool
        Whether to check every day that nobody was lost.
    """

    def __init__(
        self,
        program: Program,
        draw: Draw,
        replicates: int,
        *,
        people_scale: float = 1.0,
        factors: Mapping[str, Factors] | None = None,
        check_every_day: bool = False,
    ) -> None:
        self.program, self.draw = program, draw
        self.people_scale, self.check_every_day = people_scale, check_every_day
        self.factors = factors or {}
        self.levers = program.levers.scaled(self.factors)
        self.stocks: NDArray[Any] = np.zeros((replicates, program.states), draw.dtype)
        if program.initial is not None:
            self.stocks[:] = np.rint(program.initial * people_scale)
        self.draw.begin(self.stocks)
        self.cells: NDArray[Any] = np.zeros((replicates, program.cells), draw.dtype)
        self._space = new_space(SPACE_A_STATE * program.states + SPACE_AT_LEAST)
        self._batch = Batch(self.stocks, self.cells, draw.address(0), self._space)
        self._evening = Evening(program.counted, program.gone, self._batch)
        self.recorder = Recorder(program, replicates, draw.noted)
        self.person_days = 0.0
        self._posts = _posts(program)
        self._known: list[_Known | None] = [None] * len(self._posts)
        self._batch.memory = {
            name: np.tile(kept, (replicates, 1)) for name, kept in program.memory().items()
        }
        self._day_step = 0

    def date(self, number: int) -> dt.date:
        """Return the date of the day with this number."""
        return self.program.begin + dt.timedelta(days=number)

    def run_day(self, number: int) -> None:
        """Run all steps of a day and note it."""
        today, first = self._today(self.date(number)), number * STEPS_A_DAY
        for position in range(len(self._posts)):
            self._run_step(first, position, today)
        self.end_day(number)

    def run_step(self, number: int, position: int) -> None:
        """Run one step of a day."""
        self._run_step(number * STEPS_A_DAY, position, self._today(self.date(number)))

    def _run_step(self, first: int, position: int, today: Today) -> None:
        """Run the step at a position; ``first`` is the address of the first step of the day."""
        post, known = self._posts[position], self._known[position]
        self._day_step = day_step = first + position
        recalled = post.recalls(today).tobytes() if post.recalls else None
        if known is None or today.date >= known.until or recalled != known.recalled:
            known = self._known[position] = self._ask(post.step, today, recalled, known)
        bound = known.bound
        if bound is None:
            self._carry_out(post, known.price, today)
        elif bound.renew is None or bound.renew(today, day_step):
            bound.carry_out(day_step)

    def _ask(
        self, step: Step, today: Today, recalled: bytes | None, before: _Known | None
    ) -> _Known:
        price = step.ask(today)
        bound = None
        if price is not None and self.draw.counts_people:
            bound = before.bound if before else None
            if bound is None or not step.rebind(bound, price):
                bound = step.bind(price, self._batch)
        return _Known(price, bound, self._until(step, today.date), recalled)

    def _carry_out(self, post: _Post, price: Price | None, today: Today) -> None:
        """Carry out a step that has no kernel of its own for these people."""
        step = post.step
        if price is not None and post.renews:
            price = step.renew(price, today)
        if price is None:
            return
        if post.remembers and (kept := step.kept(price)) is not None:
            self._batch.memory[step.name] = kept
        if post.into is None:
            self.draw.carry_out(step, price, self.stocks, self.cells, self._day_step)
            return
        before = self.stocks.take(post.into, axis=1).sum(axis=1)
        self.draw.carry_out(step, price, self.stocks, self.cells, self._day_step)
        self._batch.entered += self.stocks.take(post.into, axis=1).sum(axis=1) - before

    @property
    def here(self) -> Floats:
        """Return the people of each replicate who were in the model last evening, [R]."""
        return np.asarray(self._evening.people.sum(axis=1))

    @property
    def entered(self) -> NDArray[Any]:
        """Return the people of each replicate who have entered the model, [R]."""
        return self._batch.entered

    def end_day(self, number: int) -> None:
        """Count those present, note the flows of a month that ends, check that nobody was lost."""
        date, program = self.date(number), self.program
        self._evening.count(in_pools=date >= program.keep)
        self.person_days += float((self.entered - self._evening.left).sum())
        month_ends = (date + A_DAY).day == 1 or date == program.end
        if month_ends or self.check_every_day:
            self._check_nobody_lost(date)
        if date >= program.keep:
            first = number * STEPS_A_DAY
            people = self.draw.note(self._evening.people, first + STOCKS_NOTED)
            self.recorder.note_present((date - program.keep).days, people)
            if month_ends:
                month = program.months.index(date.replace(day=1))
                self.recorder.note_flows(month, self.draw.note(self.cells, first + FLOWS_NOTED))
                self._empty_cells()
        elif date + A_DAY == program.keep:
            self._empty_cells()
        self.draw.end_day(number, last=date == program.end)

    def _today(self, date: dt.date) -> Today:
        return Today(
            date, self.levers, self.stocks, self.people_scale, self._together, self._batch.memory,
            self._events,
        )  # fmt: skip

    def _together(self, chances: Floats) -> Floats:
        return self.draw.together(chances, self._day_step)

    def _events(self, name: str, cells: Index) -> Floats:
        """Return how many events cells saw since the step of this name last asked, [R, cells]."""
        counted = self.cells.take(cells, axis=1)
        events = (counted - self._batch.told.get(name, 0)).astype(np.float64)
        self._batch.told[name] = counted
        return events

    def _empty_cells(self) -> None:
        """Begin a month: nothing has happened in it yet, and nobody was told of anything."""
        self.cells[:] = 0
        for told in self._batch.told.values():
            told[:] = 0

    def _until(self, step: Step, date: dt.date) -> dt.date:
        """Return the day on which a price asked on ``date`` ceases to hold."""
        if step.reprice == "day":
            return date + A_DAY
        until = self.levers.next_change(step.levers, date)
        if step.reprice == "month":
            until = min(until, (date.replace(day=1) + dt.timedelta(days=32)).replace(day=1))
        return until

    def _check_nobody_lost(self, date: dt.date) -> None:
        total = self.stocks.sum(axis=1)
        lost = np.abs(total - self.entered)
        tolerance = self.draw.tolerance
        if (self.stocks < -tolerance).any() or (
            lost > tolerance * np.maximum(1.0, self.entered)
        ).any():
            worst = int(np.argmax(lost))
            raise ConservationError(
                f"{date}: the run at position {worst} of its batch holds {total[worst]} people, "
                f"but {self.entered[worst]} entered. This is a defect of a process."
            )

    def branch(self, program: Program, number: int) -> Loop:
        """Return a copy that goes on under the levers of another program from day ``number``."""
        other = copy.copy(self)
        other.program, other.levers = program, program.levers.scaled(self.factors)
        other.stocks, other.cells = self.stocks.copy(), self.cells.copy()
        other._batch = Batch(other.stocks, other.cells, self.draw.address(0), self._space)
        other._batch.entered[:] = self.entered
        other._batch.memory = {name: kept.copy() for name, kept in self._batch.memory.items()}
        other._batch.told = {name: told.copy() for name, told in self._batch.told.items()}
        other._evening = Evening(program.counted, program.gone, other._batch)
        other._evening.people[:], other._evening.left[:] = self._evening.people, self._evening.left
        other.recorder = self.recorder.branch(program)
        yesterday = self.date(number - 1)
        other._posts = _posts(program)
        other._known = [
            known and other._taken_over(known, post.step, yesterday)
            for known, post in zip(self._known, other._posts, strict=True)
        ]
        return other

    def _taken_over(self, known: _Known, step: Step, yesterday: dt.date) -> _Known:
        """Return a price that holds here too, until levers of this program change."""
        until = min(known.until, self._until(step, yesterday))
        bound = known.bound and step.bind(known.price, self._batch)
        return replace(known, bound=bound, until=until)


def _posts(program: Program) -> list[_Post]:
    steps = [step for _, step in program.steps]
    return [
        _Post(step, step.recalls, step.renews, step.remembers is not None, step.into)
        for step in steps
    ]
