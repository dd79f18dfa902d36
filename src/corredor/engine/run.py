"""Run programs: replicates in batches, batches on threads, scenarios that share their past."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.engine.diary import Diary
from corredor.engine.draws.counted import counted_draw
from corredor.engine.draws.individual import Individual
from corredor.engine.draws.names import DrawName
from corredor.engine.draws.protocol import Draw
from corredor.engine.levers import Factors
from corredor.engine.loop import Loop
from corredor.engine.program import Program
from corredor.engine.recorder import Recorder

MOST_IN_A_BATCH = 25  # so that the stocks of a batch stay in the processor's cache


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
    here : numpy.ndarray
        People who were counted in the pools on the last evening, [replicate].
    seconds : float
        Of the day loop.
    """

    flows: NDArray[Any]
    present: NDArray[np.float32]
    final: NDArray[Any]
    here: Floats
    months: tuple[dt.date, ...]
    days: tuple[dt.date, ...]
    seconds: float
    person_days: float


@dataclass(frozen=True, eq=False)
class Replication:
    """The runs to make of a program: all that their numbers depend on, beside the program.

    Attributes
    ----------
    draw : {"exact", "expected", "hybrid", "individual"}
        Whole people drawn at random as counts, expected values, expected values with caravans drawn
        whole, or persons one by one.
    replicates : sequence of int
        Their numbers; a replicate gives the same bits in any company.
    seed : int
        Between 0 and 2**63 - 1.
    people_scale : float
        People simulated for each person of the world's tables.
    factors : dict
        Multiplies levers, one row for each of the replicates.
    """

    draw: DrawName = "exact"
    replicates: Sequence[int] = (0,)
    seed: int = 1
    people_scale: float = 1.0
    factors: Mapping[str, Factors] = field(default_factory=dict)

    def loop(self, program: Program, draw: Draw, batch: slice, *, check_every_day: bool) -> Loop:
        """Return the days of a program for some of the replicates."""
        return Loop(
            program, draw, len(self.replicates[batch]), people_scale=self.people_scale,
            factors={name: factor.of(batch) for name, factor in self.factors.items()},
            check_every_day=check_every_day,
        )  # fmt: skip


ONE_RUN = Replication()


def simulate(
    programs: Sequence[Program], ensemble: Replication = ONE_RUN, **options: Any
) -> list[RawRun]:
    """Run the days of one program or several: ``simulate_each``, with all put together."""
    return list(simulate_each(programs, ensemble, **options))


def simulate_each(
    programs: Sequence[Program],
    ensemble: Replication = ONE_RUN,
    *,
    check_every_day: bool = False,
    threads: int | None = None,
    on_day: Callable[[int, int], None] | None = None,
    watch: Callable[[Underway], None] | None = None,
    diaries: Sequence[Diary | None] = (),
) -> Iterator[RawRun]:
    """Run the days of one program or several, for some replicates; give what came of each.

    The days are over when this returns. What came of a program is put together when it is asked
    for: where programs share a past, which is held once, all of them take far more room than one.

    The first program is run whole; another takes over its past, for nothing in it would differ,
    and is run from the day on which their levers part. The bits are those of a run of its own.

    Parameters
    ----------
    programs : sequence of Program
        With the same states and days.
    ensemble : Replication
        The runs to make.
    check_every_day : bool
        Whether to check every day, not only at the end of each month, that nobody was lost.
    threads : int, optional
        How many batches of replicates run side by side; all processors unless given.
    on_day : callable, optional
        Told the number of days done and to do, over all batches and programs.
    watch : callable, optional
        Given, before the first day, what can be looked at while the counts of the first program
        are simulated. Never called in the individual draw.
    diaries : sequence of Diary, optional
        One for each program, in the individual draw, to keep what becomes of persons.
    """
    name = ensemble.draw
    if name == "individual":
        diaries = diaries or [None] * len(programs)
        return iter(
            _simulate_persons(programs, ensemble, check_every_day, threads, on_day, diaries)
        )
    numbers = np.asarray(ensemble.replicates, dtype=np.int64)
    threads = threads or os.cpu_count() or 1
    batches = _batches(len(numbers), threads)
    parting = _parting(programs)
    report = _Progress(sum(programs[0].days - day for day in parting) * len(batches), on_day)
    underway = Underway(programs[0], len(batches))
    if watch:
        watch(underway)
    started = time.perf_counter()

    def run_batch(number: int, batch: slice) -> list[_Ended]:
        draw = counted_draw(name, ensemble.seed, numbers[batch])
        loop = ensemble.loop(programs[0], draw, batch, check_every_day=check_every_day)
        return _run_days(loop, programs[1:], parting[1:], report, underway, number)

    done = _in_threads(run_batch, batches, threads, report)
    seconds = time.perf_counter() - started
    return _joined_in_turn(done, seconds)


def _in_threads(
    run_batch: Callable[[int, slice], list[_Ended]], batches: Sequence[slice], threads: int,
    report: _Progress,
) -> list[list[_Ended]]:  # fmt: skip
    """Run batches side by side; if one fails, the others give up."""
    with ThreadPoolExecutor(max_workers=threads) as pool:
        futures = [pool.submit(run_batch, *one) for one in enumerate(batches)]
        try:
            return [future.result() for future in futures]
        except BaseException:
            report.stop = True
            pool.shutdown(cancel_futures=True)
            raise


def _simulate_persons(
    programs: Sequence[Program],
    ensemble: Replication,
    check_every_day: bool,
    threads: int | None,
    on_day: Callable[[int, int], None] | None,
    diaries: Sequence[Diary | None],
) -> list[RawRun]:
    """Run one replicate of one program after the other; the threads share the people of each."""
    replicates, seed = ensemble.replicates, ensemble.seed
    report = _Progress(programs[0].days * len(replicates) * len(programs), on_day)
    runs = []
    for program, diary in zip(programs, diaries, strict=True):
        started, ended = time.perf_counter(), []
        for i, replicate in enumerate(replicates):
            with Individual(program, seed, replicate, threads=threads, diary=diary) as draw:
                one = slice(i, i + 1)
                loop = ensemble.loop(program, draw, one, check_every_day=check_every_day)
                ended += _run_days(loop, [], [], report, Underway(program, 1), 0)
        runs.append(_join(ended, time.perf_counter() - started))
    return runs


class _Progress:
    """Counts days over all batches; a batch that finds ``stop`` set gives up."""

    def __init__(self, total: int, on_day: Callable[[int, int], None] | None) -> None:
        self.total, self.on_day, self.done, self.stop = total, on_day, 0, False
        self._lock = threading.Lock()

    def day(self, programs: int) -> None:
        if self.stop:
            raise _StoppedError
        with self._lock:
            self.done += programs
            if self.on_day:
                self.on_day(self.done, self.total)


class Underway:
    """The days that all batches of a run have done, for another thread to look at.

    What is noted of a day is not touched again, so that nobody has to wait.
    """

    def __init__(self, program: Program, batches: int) -> None:
        self.program = program
        self._loops: list[Loop | None] = [None] * batches
        self._done = [0] * batches

    def day_done(self, batch: int, loop: Loop, days: int) -> None:
        """Note that a batch has done so many days."""
        self._loops[batch], self._done[batch] = loop, days

    @property
    def days(self) -> int:
        """Return how many days of the result are there."""
        return max(0, min(self._done) - (self.program.keep - self.program.begin).days)

    def since(self, day: int, month: int) -> RawRun:
        """Return the days and the whole months that are there from these numbers on.

        Stocks, seconds and person-days are those of a run that has not ended: none.
        """
        days, program = self.days, self.program
        ended = [d.replace(day=1) for d in program.kept_days[:days] if _ends_a_month(d, program)]
        loops = [loop for loop in self._loops if loop is not None]
        flows = [loop.recorder.flows[:, month : len(ended)].copy() for loop in loops]
        present = [loop.recorder.present[:, day:days].copy() for loop in loops]
        replicates = sum(len(part) for part in present)
        return RawRun(
            np.concatenate(flows), np.concatenate(present), np.zeros((replicates, program.states)),
            np.zeros(replicates), tuple(ended[month:]), program.kept_days[day:days], 0.0, 0.0,
        )  # fmt: skip


def _ends_a_month(day: dt.date, program: Program) -> bool:
    return (day + dt.timedelta(days=1)).day == 1 or day == program.end


class _StoppedError(Exception):
    """Another batch failed or the user interrupted."""


def _batches(replicates: int, threads: int) -> list[slice]:
    """Cut replicates into batches of like size, as many as serve the threads and stay small."""
    count = min(replicates, threads * math.ceil(replicates / (threads * MOST_IN_A_BATCH)))
    edges = np.linspace(0, replicates, count + 1).round().astype(int)
    return [slice(int(a), int(b)) for a, b in itertools.pairwise(edges)]


def _parting(programs: Sequence[Program]) -> list[int]:
    """Return the number of the first day that each program runs by itself."""
    first = programs[0]
    found = [0]
    for program in programs[1:]:
        date = program.levers.first_difference(first.levers)
        number = first.days if date is None else (date - first.begin).days
        found.append(min(max(number, 0), first.days))
    return found


def _run_days(
    loop: Loop, others: Sequence[Program], parting: Sequence[int], report: _Progress,
    underway: Underway, batch: int,
) -> list[_Ended]:  # fmt: skip
    """Run all days of a batch; the other programs branch off on the days on which they part."""
    branches: dict[int, Loop] = {}

    def branch_off(number: int) -> None:
        branches.update(
            {i: loop.branch(each, number) for i, each in enumerate(others) if parting[i] == number}
        )

    for number in range(loop.program.days):
        branch_off(number)
        for each in (loop, *branches.values()):
            each.run_day(number)
        underway.day_done(batch, loop, number + 1)
        report.day(1 + len(branches))
    branch_off(loop.program.days)
    return [_Ended.of(each) for each in (loop, *(branches[i] for i in range(len(others))))]


class _Ended(NamedTuple):
    """What is kept of the days of a batch when they are over; the rest of a loop is let go."""

    program: Program
    recorder: Recorder
    stocks: NDArray[Any]
    here: Floats
    person_days: float

    @classmethod
    def of(cls, loop: Loop) -> Self:
        return cls(loop.program, loop.recorder, loop.stocks, loop.here, loop.person_days)


def _joined_in_turn(batches: Sequence[list[_Ended]], seconds: float) -> Iterator[RawRun]:
    """Give what came of each program; what is not needed after it is let go."""
    while batches[0]:
        yield _join([ended.pop(0) for ended in batches], seconds)


def _join(batches: Sequence[_Ended], seconds: float) -> RawRun:
    """Put the batches of one program together again."""
    return RawRun(
        flows=_together([batch.recorder.flows for batch in batches]),
        present=_together([batch.recorder.present for batch in batches]),
        final=_together([batch.stocks for batch in batches]),
        here=_together([batch.here for batch in batches]),
        months=batches[0].program.months,
        days=batches[0].program.kept_days,
        seconds=seconds,
        person_days=sum(batch.person_days for batch in batches),
    )


def _together(batches: list[NDArray[Any]]) -> NDArray[Any]:
    """Put batches together; a single one is given as it is, for a copy would double the memory."""
    return batches[0] if len(batches) == 1 else np.concatenate(batches)
