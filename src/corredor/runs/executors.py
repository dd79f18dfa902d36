"""Who does the blocks of a job, and how: threads on this machine.

A block is some replicates of all scenarios of a job. Its numbers do not depend on who does it, nor
on what else is done beside it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import xarray as xr

from corredor.runs.simulate import OnDay, Prepared

Reduce = Callable[[xr.Dataset], xr.Dataset]


@dataclass(frozen=True)
class Block:
    """Replicates of a job: its number in a list of jobs, the first replicate, how many."""

    job: int
    first: int
    size: int


Done = tuple[Block, Iterable[xr.Dataset]]  # each result is made when it is asked for


class Executor(Protocol):
    """Does blocks, in any order."""

    def run(
        self, prepared: Sequence[Prepared], blocks: Sequence[Block], reduce: Reduce | None,
        on_day: OnDay | None,
    ) -> Iterator[Done]:  # fmt: skip
        """Give each block when it is done: a result for each scenario of its job."""
        ...


@dataclass(frozen=True)
class Threads:
    """Blocks side by side on this machine, one a thread; persons one by one, on all threads.

    Attributes
    ----------
    count : int, optional
        How many threads; one a processor unless given.
    """

    count: int | None = None

    def run(
        self, prepared: Sequence[Prepared], blocks: Sequence[Block], reduce: Reduce | None,
        on_day: OnDay | None,
    ) -> Iterator[Done]:  # fmt: skip
        """Give each block when it is done; at most twice as many are held as there are threads."""
        threads = self.count or os.cpu_count() or 1
        alone = any(job.asked.draw == "individual" for job in prepared)
        side_by_side = 1 if alone else min(threads, max(1, len(blocks)))
        inside = max(1, threads // side_by_side)
        days = _Days(len(blocks), on_day)

        def work(block: Block) -> Done:
            job = prepared[block.job]
            numbers = range(block.first, block.first + block.size)
            found = job.run_each(numbers, threads=inside, on_day=days.of_one())
            return block, [reduce(data) for data in found] if reduce else found

        waiting = iter(blocks)
        others = 2 * side_by_side - 1  # than the one that is being written
        under_way: set[Future[Done]] = set()
        with ThreadPoolExecutor(side_by_side) as pool:

            def begin() -> None:
                """Ask for some ahead, so that no processor waits for what is being written."""
                following = islice(waiting, others - len(under_way))
                under_way.update(pool.submit(work, block) for block in following)

            begin()
            try:
                while under_way:
                    ended = wait(under_way, return_when=FIRST_COMPLETED).done.pop()
                    under_way.remove(ended)
                    begin()
                    yield ended.result()
                    del ended  # which holds what was written
            except BaseException:
                days.stop = True
                raise


class _StoppedError(Exception):
    """Another block failed, or the user interrupted."""


class _Days:
    """Adds up the days of blocks that go on side by side."""

    def __init__(self, blocks: int, on_day: OnDay | None) -> None:
        self.blocks, self.on_day, self.stop = blocks, on_day, False
        self._done = 0
        self._lock = threading.Lock()

    def of_one(self) -> OnDay:
        """Return what a block tells its days to."""
        before = 0

        def on_day(done: int, total: int) -> None:
            nonlocal before
            if self.stop:
                raise _StoppedError
            with self._lock:
                self._done += done - before
                before = done
                if self.on_day:
                    self.on_day(self._done, total * self.blocks)

        return on_day
