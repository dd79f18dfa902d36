"""The day loop: for each day, for each step of each process, ask the chances and draw."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index
from corredor.engine.draws.protocol import Draw
from corredor.engine.levers import Factors
from corredor.engine.program import Program
from corredor.engine.random.philox import STEPS_A_DAY
from corredor.engine.recorder import Recorder
from corredor.engine.step import Price, Step, Today
from corredor.errors import CorredorError


class ConservationError(CorredorError):
    """People were lost or made: a defect of a process, never of the input."""


@dataclass
class _Known:
    """A price, the day on which it must be asked again, and what it recalled when it was asked."""

    price: Price | None
    until: dt.date
    recalled: Floats | None

    def holds(self, date: dt.date, recalled: Floats | None) -> bool:
        """Return whether the price needs no asking on a day."""
        if date >= self.until:
            return False
        return recalled is self.recalled or (
            recalled is not None
            and self.recalled is not None
            and np.array_equal(recalled, self.recalled)
        )


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
        self.entered = self.stocks.sum(axis=1)
        self.cells: NDArray[Any] = np.zeros((replicates, program.cells), draw.dtype)
        self.recorder = Recorder(program, replicates, draw.dtype)
        self.person_days = 0.0
        self._known: dict[int, _Known] = {}
        self.memory = {
            name: np.tile(kept, (replicates, 1)) for name, kept in program.memory().items()
        }
        self._seen: dict[str, NDArray[Any]] = {}

    def date(self, number: int) -> dt.date:
        """Return the date of the day with this number."""
        return self.program.begin + dt.timedelta(days=number)

    def run_day(self, number: int) -> None:
        """Run all steps of a day and note it."""
        for position in range(len(self.program.steps)):
            self.run_step(number, position)
        self.end_day(number)

    def run_step(self, number: int, position: int) -> None:
        """Run one step of a day."""
        _, step = self.program.steps[position]
        date, day_step = self.date(number), number * STEPS_A_DAY + position
        known = self._known.get(position)
        recalled = step.recalls(self._today(date, day_step)) if step.recalls else None
        if known is None or not known.holds(date, recalled):
            asked = step.ask(self._today(date, day_step))
            known = self._known[position] = _Known(asked, self._until(step, date), recalled)
        price = known.price
        if price is not None and step.renews:
            price = step.renew(price, self._today(date, day_step))
        if price is None:
            return
        kept = step.kept(price)
        if kept is not None:
            self.memory = {**self.memory, step.name: kept}
        into = step.into
        before = 0 if into is None else self.stocks[:, into].sum(axis=1)
        self.draw.carry_out(step, price, self.stocks, self.cells, day_step)
        if into is not None:
            self.entered += self.stocks[:, into].sum(axis=1) - before

    def end_day(self, number: int) -> None:
        """Count those present, note the flows of a month that ends, check that nobody was lost."""
        date, program = self.date(number), self.program
        self.person_days += float(self.entered.sum() - self.stocks[:, program.gone].sum())
        month_ends = (date + dt.timedelta(days=1)).day == 1 or date == program.end
        if month_ends or self.check_every_day:
            self._check_nobody_lost(date)
        if date >= program.keep:
            self.recorder.note_present((date - program.keep).days, self.stocks)
            if month_ends:
                month = program.months.index(date.replace(day=1))
                self.recorder.note_flows(month, self.cells)
                self._seen.clear()
        elif date + dt.timedelta(days=1) == program.keep:
            self.cells[:] = 0
            self._seen.clear()
        self.draw.end_day(number, last=date == program.end)

    def _today(self, date: dt.date, day_step: int) -> Today:
        return Today(
            date, self.levers, self.stocks, self.people_scale,
            lambda chances: self.draw.together(chances, day_step), self.memory, self._events,
        )  # fmt: skip

    def _events(self, name: str, cells: Index) -> Floats:
        """Return how many events cells saw since the step of this name last asked, [R, cells]."""
        counted = self.cells.take(cells, axis=1)
        events = (counted - self._seen.get(name, 0)).astype(np.float64)
        self._seen[name] = counted
        return events

    def _until(self, step: Step, date: dt.date) -> dt.date:
        """Return the day on which a price asked on ``date`` ceases to hold."""
        if step.reprice == "day":
            return date + dt.timedelta(days=1)
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
        other.entered = self.entered.copy()
        other.recorder = self.recorder.copy()
        other._seen = dict(self._seen)
        yesterday = self.date(number - 1)
        other._known = {
            position: _Known(
                known.price,
                min(known.until, other._until(program.steps[position][1], yesterday)),
                known.recalled,
            )
            for position, known in self._known.items()
        }
        return other
