"""The day loop: for each day, for each step of each process, split the stocks."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import math
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.engine.draws import Draw, DrawName, Exact, Expected, Price
from corredor.engine.pools import Pools
from corredor.engine.program import Program
from corredor.engine.recorder import Recorder
from corredor.engine.steps import Arrive, Chances, Floats, Ration, Split, Step, Today
from corredor.errors import CorredorError

STEPS_A_DAY = 64
MOST_IN_A_BATCH = 25  # so that the stocks of a batch stay in the processor's cache
EVERYBODY = np.ones((1, 1))


class ConservationError(CorredorError):
    """People were lost or made: a defect of a process, never of the input."""


@dataclass(frozen=True, eq=False)
class RawRun:
    """What the day loop gives back, before labels are put on it.

    Attributes
    ----------
    flows : numpy.ndarray
        [replicate, month, cell].
    present : numpy.ndarray
        [replicate, day, pool].
    final : numpy.ndarray
        Stocks on the last evening, [replicate, state].
    seconds : float
        Of the day loop.
    """

    flows: NDArray[Any]
    present: NDArray[np.float32]
    final: NDArray[Any]
    months: tuple[dt.date, ...]
    days: tuple[dt.date, ...]
    seconds: float
    person_days: float


def simulate(
    programs: Sequence[Program],
    *,
    draw: DrawName = "exact",
    replicates: Sequence[int] = (0,),
    seed: int = 1,
    people_scale: float = 1.0,
    factors: Mapping[str, NDArray[np.float64]] | None = None,
    check_every_day: bool = False,
    threads: int | None = None,
    on_day: Callable[[int, int], None] | None = None,
) -> list[RawRun]:
    """Run the days of one program or several, for some replicates.

    The first program is run whole; another takes over its past, for nothing in it would differ,
    and is run from the day on which their levers part. The bits are those of a run of its own.

    Parameters
    ----------
    programs : sequence of Program
        With the same states and days.
    draw : {"exact", "expected"}
        Whole people drawn at random, or expected values.
    replicates : sequence of int
        Their numbers; a replicate gives the same bits in any company.
    seed : int
        Between 0 and 2**63 - 1.
    people_scale : float
        People simulated for each person of the world's tables.
    factors : dict, optional
        Multiplies levers, one value for each of the replicates.
    check_every_day : bool
        Whether to check every day, not only at the end of each month, that nobody was lost.
    threads : int, optional
        How many batches of replicates run side by side; all processors unless given.
    on_day : callable, optional
        Told the number of days done and to do, over all batches.
    """
    numbers = np.asarray(replicates, dtype=np.int64)
    threads = threads or os.cpu_count() or 1
    batches = _batches(len(numbers), threads)
    report = _Progress(programs[0].days * len(batches), on_day)
    started = time.perf_counter()

    def run_batch(batch: slice) -> list[Loop]:
        loop = Loop(
            programs[0],
            Expected() if draw == "expected" else Exact(seed, numbers[batch]),
            len(numbers[batch]),
            people_scale=people_scale,
            factors={name: values[batch] for name, values in (factors or {}).items()},
            check_every_day=check_every_day,
        )
        return _run_days(loop, programs[1:], report)

    with ThreadPoolExecutor(max_workers=threads) as pool:
        futures = [pool.submit(run_batch, batch) for batch in batches]
        try:
            done = [future.result() for future in futures]
        except BaseException:
            report.stop = True
            pool.shutdown(cancel_futures=True)
            raise
    seconds = time.perf_counter() - started
    return [_join([loops[i] for loops in done], seconds) for i in range(len(programs))]


class _Progress:
    """Counts days over all batches; a batch that finds ``stop`` set gives up."""

    def __init__(self, total: int, on_day: Callable[[int, int], None] | None) -> None:
        self.total, self.on_day, self.done, self.stop = total, on_day, 0, False
        self._lock = threading.Lock()

    def day(self) -> None:
        if self.stop:
            raise _StoppedError
        with self._lock:
            self.done += 1
            if self.on_day:
                self.on_day(self.done, self.total)


class _StoppedError(Exception):
    """Another batch failed or the user interrupted."""


def _batches(replicates: int, threads: int) -> list[slice]:
    """Cut replicates into batches of like size, as many as serve the threads and stay small."""
    count = min(replicates, threads * math.ceil(replicates / (threads * MOST_IN_A_BATCH)))
    edges = np.linspace(0, replicates, count + 1).round().astype(int)
    return [slice(int(a), int(b)) for a, b in itertools.pairwise(edges)]


def _run_days(loop: Loop, others: Sequence[Program], report: _Progress) -> list[Loop]:
    """Run all days of a batch; the other programs branch off where their levers part."""
    branches: dict[int, Loop] = {}
    parting = [program.levers.first_difference(loop.program.levers) for program in others]
    for number in range(loop.program.days):
        for i, program in enumerate(others):
            part = parting[i]
            if i not in branches and part is not None and part <= loop.date(number):
                branches[i] = loop.branch(program, number)
        for each in (loop, *branches.values()):
            each.run_day(number)
        report.day()
    return [loop, *(branches.get(i, loop) for i in range(len(others)))]


def _join(loops: Sequence[Loop], seconds: float) -> RawRun:
    """Put the batches of one scenario together again."""
    return RawRun(
        flows=np.concatenate([loop.recorder.flows for loop in loops]),
        present=np.concatenate([loop.recorder.present for loop in loops]),
        final=np.concatenate([loop.stocks for loop in loops]),
        months=loops[0].program.months,
        days=loops[0].program.kept_days,
        seconds=seconds,
        person_days=sum(loop.person_days for loop in loops),
    )


@dataclass
class _Known:
    """A price and the day on which it must be asked again."""

    price: Price | None
    until: dt.date


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
        Multiplies levers, one value for each replicate.
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
        factors: Mapping[str, Floats] | None = None,
        check_every_day: bool = False,
    ) -> None:
        self.program, self.draw = program, draw
        self.people_scale, self.check_every_day = people_scale, check_every_day
        self.factors = factors or {}
        self.levers = program.levers.scaled(self.factors)
        self.stocks: NDArray[Any] = np.zeros((replicates, program.states), draw.dtype)
        if program.initial is not None:
            self.stocks[:] = np.rint(program.initial * people_scale)
        self.entered = self.stocks.sum(axis=1)
        self.cells: NDArray[Any] = np.zeros((replicates, program.cells), draw.dtype)
        self.recorder = Recorder(program, replicates, draw.dtype)
        self.person_days = 0.0
        self._inside = Pools.of([np.setdiff1d(np.arange(program.states), program.gone)])
        self._known: dict[int, _Known] = {}

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
        today = Today(
            date, self.levers, self.stocks, self.people_scale,
            lambda chances: self.draw.together(chances, day_step),
        )  # fmt: skip
        price = self._price(step, position, today)
        if price is None:
            return
        if isinstance(step, Split):
            pace = EVERYBODY
            if step.pace is not None:
                asked = step.pace(today)
                if asked is None or not asked.any():
                    return
                pace = asked
            self.draw.split(step, price, pace, self.stocks, self.cells, day_step)
        elif isinstance(step, Arrive):
            before = self.stocks.sum(axis=1)
            self.draw.arrive(step, price, self.stocks, self.cells, day_step)
            self.entered += self.stocks.sum(axis=1) - before
        elif isinstance(step, Ration):
            self.draw.ration(step, price, self.stocks, self.cells, day_step)
        else:
            self.draw.tally(step, price, self.stocks, self.cells, day_step)

    def end_day(self, number: int) -> None:
        """Count those present, note the flows of a month that ends, check that nobody was lost."""
        date, program = self.date(number), self.program
        self.person_days += float(self._inside.people(self.stocks).sum())
        month_ends = (date + dt.timedelta(days=1)).day == 1 or date == program.end
        if month_ends or self.check_every_day:
            self._check_nobody_lost(date)
        if date >= program.keep:
            self.recorder.note_present((date - program.keep).days, self.stocks)
            if month_ends:
                month = program.months.index(date.replace(day=1))
                self.recorder.note_flows(month, self.cells)
        elif date + dt.timedelta(days=1) == program.keep:
            self.cells[:] = 0

    def _price(self, step: Step, position: int, today: Today) -> Price | None:
        """Ask a step for its chances, or use those of before if nothing it reads has changed."""
        known = self._known.get(position)
        if known and today.date < known.until:
            return known.price
        asked: tuple[Chances, ...] = (step.chances,)
        if isinstance(step, Ration):
            asked = (step.chances, step.asks, step.places)
        answers = [ask(today) for ask in asked]
        price = None
        if all(answer is not None for answer in answers):
            price = tuple(np.ascontiguousarray(answer, dtype=np.float64) for answer in answers)
            if isinstance(step, Split) and len(step.moves):
                totals = np.add.reduceat(price[0], step.moves.pointer[:-1], axis=1)
                price = (price[0], totals)
        self._known[position] = _Known(price, self._until(step, today.date))
        return price

    def _until(self, step: Step, date: dt.date) -> dt.date:
        """Return the day on which a price asked on ``date`` ceases to hold."""
        until = self.levers.next_change(step.levers, date)
        if step.reprice == "day":
            return date + dt.timedelta(days=1)
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
        yesterday = self.date(number - 1)
        other._known = {
            position: _Known(
                known.price, min(known.until, other._until(program.steps[position][1], yesterday))
            )
            for position, known in self._known.items()
        }
        return other
