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
from dataclasses import dataclass, field
from typing import Any, Literal

import numba as nb
import numpy as np
from numpy.typing import NDArray

from corredor.engine import split
from corredor.engine.random import new_stream, open_stream, uniform
from corredor.engine.recorder import Recorder
from corredor.engine.steps import (
    Arrive,
    CellBook,
    Chances,
    Floats,
    Model,
    Ration,
    Split,
    Step,
    Today,
)
from corredor.errors import CorredorError
from corredor.levers import Levers, compile_levers
from corredor.processes import PROCESSES
from corredor.scenario import Scenario
from corredor.states import StateSpace, build_states

Draw = Literal["expected", "exact"]
STEPS_A_DAY = 64
MOST_IN_A_BATCH = 25  # so that the stocks of a batch stay in the processor's cache
OF_A_BODY = 0x40000000


class ConservationError(CorredorError):
    """People were lost or made: a defect of a process, never of the input."""


@dataclass(frozen=True, eq=False)
class CompiledModel:
    """A scenario compiled: states, cells and the ordered steps of a day."""

    scenario: Scenario
    space: StateSpace
    levers: Levers
    cells: CellBook
    steps: tuple[tuple[str, Step], ...]


@dataclass(frozen=True, eq=False)
class RawRun:
    """What the day loop gives back, before labels are put on it.

    Attributes
    ----------
    flows : numpy.ndarray
        [replicate, month, cell].
    present : numpy.ndarray
        [replicate, day, status, place].
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


def compile_model(scenario: Scenario) -> CompiledModel:
    """Number the states of a scenario and lay out the steps of its processes."""
    space = build_states(scenario.world)
    cells = CellBook(space)
    model = Model(space, compile_levers(scenario.settings, scenario.world), cells)
    steps = tuple((process.name, step) for process in PROCESSES for step in process.steps(model))
    return CompiledModel(scenario, space, model.levers, cells, steps)


def simulate(
    models: Sequence[CompiledModel],
    *,
    draw: Draw = "exact",
    replicates: Sequence[int] = (0,),
    seed: int = 1,
    people_scale: float = 1.0,
    factors: Mapping[str, NDArray[np.float64]] | None = None,
    check_every_day: bool = False,
    threads: int | None = None,
    on_day: Callable[[int, int], None] | None = None,
) -> list[RawRun]:
    """Run the days of one scenario or several, for some replicates.

    The first scenario is run whole; another takes over its past, for nothing in it would differ,
    and is run from the day on which their levers part. The bits are those of a run of its own.

    Parameters
    ----------
    models : sequence of CompiledModel
        From ``compile_model``, with the same world and days.
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
    batches = _batches(len(replicates), threads or os.cpu_count() or 1)
    days = (models[0].scenario.end - models[0].scenario.spin_up).days + 1
    report = _Progress(days * len(batches), on_day)
    started = time.perf_counter()

    def run_batch(batch: slice) -> list[_Loop]:
        loop = _Loop(
            models[0], draw, list(replicates[batch]), seed, people_scale,
            {name: values[batch] for name, values in (factors or {}).items()}, check_every_day,
        )  # fmt: skip
        return _run_days(loop, models[1:], report)

    with ThreadPoolExecutor(max_workers=threads or os.cpu_count() or 1) as pool:
        futures = [pool.submit(run_batch, batch) for batch in batches]
        try:
            done = [future.result() for future in futures]
        except BaseException:
            report.stop = True
            pool.shutdown(cancel_futures=True)
            raise
    seconds = time.perf_counter() - started
    return [_join([loops[i] for loops in done], seconds) for i in range(len(models))]


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


def _run_days(loop: _Loop, others: Sequence[CompiledModel], report: _Progress) -> list[_Loop]:
    """Run all days of a batch; the other scenarios branch off where their levers part."""
    branches: dict[int, _Loop] = {}
    parting = [model.levers.first_difference(loop.model.levers) for model in others]
    for number in range(loop.days_in_all):
        date = loop.model.scenario.spin_up + dt.timedelta(days=number)
        for i, model in enumerate(others):
            part = parting[i]
            if i not in branches and part is not None and part <= date:
                branches[i] = loop.branch(model)
        for each in (loop, *branches.values()):
            each.run_day(number)
        report.day()
    return [loop, *(branches.get(i, loop) for i in range(len(others)))]


def _join(loops: Sequence[_Loop], seconds: float) -> RawRun:
    """Put the batches of one scenario together again."""
    return RawRun(
        flows=np.concatenate([loop.recorder.flows for loop in loops]),
        present=np.concatenate([loop.recorder.present for loop in loops]),
        final=np.concatenate([loop.stocks for loop in loops]),
        months=loops[0].months,
        days=loops[0].kept,
        seconds=seconds,
        person_days=sum(loop.person_days for loop in loops),
    )


@nb.njit(cache=True, nogil=True)
def _one_draw_each(chances, seed, replicates, day_step):  # type: ignore[no-untyped-def]
    drawn = np.empty_like(chances)
    for r in range(chances.shape[0]):
        stream = new_stream(seed, replicates[r], day_step)
        for i in range(chances.shape[1]):
            open_stream(stream, OF_A_BODY + i)
            drawn[r, i] = 1.0 if uniform(stream) < chances[r, i] else 0.0
    return drawn


@dataclass(eq=False)
class _Loop:
    model: CompiledModel
    draw: Draw
    replicates: Sequence[int]
    seed: int
    people_scale: float
    factors: Mapping[str, NDArray[np.float64]]
    check_every_day: bool
    _prices: dict[int, tuple[tuple[object, ...], tuple[Floats, ...] | None]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        scenario = self.model.scenario
        self.exact = self.draw == "exact"
        dtype = np.int64 if self.exact else np.float64
        self.numbers = np.asarray(self.replicates, dtype=np.int64)
        count = len(self.numbers)
        self.levers = self.model.levers.scaled(self.factors)
        self.stocks = np.zeros((count, self.model.space.size), dtype)
        self.cells = np.zeros((count, self.model.cells.size), dtype)
        self.entered = np.zeros(count, dtype)
        self.days_in_all = (scenario.end - scenario.spin_up).days + 1
        self.kept = tuple(
            scenario.start + dt.timedelta(days=i)
            for i in range((scenario.end - scenario.start).days + 1)
        )
        self.months = tuple(dict.fromkeys(day.replace(day=1) for day in self.kept))
        self.recorder = Recorder(
            self.model.space, count, len(self.months), len(self.kept), self.cells.shape[1], dtype
        )
        self.person_days = 0.0
        outcomes = np.concatenate(list(self.model.space.outcome.values()))
        self.inside = np.setdiff1d(np.arange(self.model.space.size), outcomes)

    def run_day(self, number: int) -> None:
        scenario = self.model.scenario
        date = scenario.spin_up + dt.timedelta(days=number)
        if date == scenario.start:
            self.cells[:] = 0
        for position, (_, step) in enumerate(self.model.steps):
            self._run_step(step, position, date, number * STEPS_A_DAY + position)
        self.person_days += float(self.stocks[:, self.inside].sum())
        month_ends = (date + dt.timedelta(days=1)).day == 1 or date == scenario.end
        if month_ends or self.check_every_day:
            self._check_nobody_lost(date)
        if date >= scenario.start:
            self.recorder.note_present((date - scenario.start).days, self.stocks)
            if month_ends:
                self.recorder.note_flows(self.months.index(date.replace(day=1)), self.cells)

    def _run_step(self, step: Step, position: int, date: dt.date, day_step: int) -> None:
        kernel: Any
        today = Today(
            date, self.levers, self.stocks, self.people_scale, lambda p: self._together(p, day_step)
        )
        prices = self._price(step, position, today)
        if prices is None:
            return
        where = (self.seed, self.numbers, day_step) if self.exact else ()
        if isinstance(step, Split):
            moves = step.moves
            kernel = split.split_counts if self.exact else split.split_means
            kernel(
                self.stocks, moves.sources, moves.pointer, moves.destination, moves.cell,
                *prices, self.cells, *where,
            )  # fmt: skip
        elif isinstance(step, Arrive):
            before = self.stocks.sum(axis=1)
            kernel = split.arrive_counts if self.exact else split.arrive_means
            kernel(self.stocks, step.destination, step.cell, prices[0], self.cells, *where)
            self.entered += self.stocks.sum(axis=1) - before
        elif isinstance(step, Ration):
            moves = step.moves
            kernel = split.ration_counts if self.exact else split.ration_means
            kernel(
                self.stocks, moves.sources, moves.pointer, moves.destination, moves.cell,
                step.class_pointer, prices[1], prices[0], prices[2], self.cells, *where,
            )  # fmt: skip
        else:
            kernel = split.tally_counts if self.exact else split.tally_means
            kernel(
                self.stocks, step.pool_states, step.pool_pointer, step.pool, step.cell, prices[0],
                self.cells, *where,
            )  # fmt: skip

    def _price(self, step: Step, position: int, today: Today) -> tuple[Floats, ...] | None:
        """Ask a step for its chances, or use those of yesterday if nothing it reads changed."""
        version: tuple[object, ...] = self.levers.version(step.levers, today.date)
        if step.reprice != "levers":
            version += (today.date if step.reprice == "day" else today.date.replace(day=1),)
        known = self._prices.get(position)
        if known and known[0] == version:
            return known[1]
        asked: tuple[Chances, ...] = (step.chances,)
        if isinstance(step, Ration):
            asked = (step.chances, step.asks, step.places)
        answers = [ask(today) for ask in asked]
        prices = None
        if all(answer is not None for answer in answers):
            prices = tuple(np.ascontiguousarray(answer, dtype=np.float64) for answer in answers)
            if self.exact and isinstance(step, Split):
                totals = np.add.reduceat(prices[0], step.moves.pointer[:-1], axis=1)
                prices = (prices[0], totals)
        self._prices[position] = (version, prices)
        return prices

    def _together(self, chances: Floats, day_step: int) -> Floats:
        full = np.broadcast_to(chances, (len(self.numbers), chances.shape[1]))
        if not self.exact:
            return full
        drawn: Floats = _one_draw_each(
            np.ascontiguousarray(full), self.seed, self.numbers, day_step
        )
        return drawn

    def _check_nobody_lost(self, date: dt.date) -> None:
        total = self.stocks.sum(axis=1)
        lost = np.abs(total - self.entered)
        if (self.stocks < (0 if self.exact else -1e-6)).any() or (
            lost > (0 if self.exact else 1e-6 * np.maximum(1.0, self.entered))
        ).any():
            worst = int(np.argmax(lost))
            raise ConservationError(
                f"{date}: replicate {self.replicates[worst]} holds {total[worst]} people, "
                f"but {self.entered[worst]} entered. This is a defect of a process."
            )

    def branch(self, model: CompiledModel) -> _Loop:
        """Return a copy of the present state that goes on under the levers of another scenario."""
        other = copy.copy(self)
        other.model = model
        other.levers = model.levers.scaled(self.factors)
        other.stocks, other.cells = self.stocks.copy(), self.cells.copy()
        other.entered = self.entered.copy()
        other.recorder = copy.copy(self.recorder)
        other.recorder.flows = self.recorder.flows.copy()
        other.recorder.present = self.recorder.present.copy()
        other._prices = dict(self._prices)
        return other
