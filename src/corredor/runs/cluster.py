"""Blocks of a job on a Dask cluster: processes on this machine, or a scheduler anywhere.

A worker gets the scenarios and factors of a job once, compiles them once, and keeps both; a task is
a block. What a task gives comes back to the one process that writes. Workers need Corredor, of the
same code, and none of the files.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import xarray as xr

from corredor.corridor.compile import compile_model
from corredor.corridor.scenario import Scenario
from corredor.errors import OutputError, UsageError
from corredor.extras import require
from corredor.inputs.computed_by import computed_by
from corredor.inputs.manifest import digest_of
from corredor.runs.executors import Block, Done, Reduce
from corredor.runs.simulate import OnDay, Prepared

if TYPE_CHECKING:
    from distributed import Client

TRIES = 5  # of a block, on other workers, where its worker was lost
AHEAD = 2  # blocks that wait at each worker, so that none is idle
MOST_KEPT = 4  # jobs that a worker keeps compiled
# Dask has workers hand memory back to the system at once; taking it again costs a sixth of a run.
MEMORY_KEPT = {"distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None}
WAIT = 20.0  # seconds for a scheduler to answer
_kept: dict[str, Prepared] = {}
_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Recipe:
    """A job as it travels: without files, compiled code, or anybody to tell its days to.

    Attributes
    ----------
    key : str
        Of what it is made of.
    code : str
        Digest of the code of Corredor that sends it.
    scenarios : tuple of Scenario
        To be compiled where it arrives.
    job : Prepared
        All the rest of it.
    """

    key: str
    code: str
    scenarios: tuple[Scenario, ...]
    job: Prepared

    @classmethod
    def of(cls, job: Prepared) -> Recipe:
        """Return the recipe of a job."""
        asked = replace(job.asked, on_day=None, on_audit=None, watch=None)
        return cls(
            key=digest_of({"made": job.made}), code=computed_by()["code"],
            scenarios=tuple(model.scenario for model in job.models),
            job=replace(job, models=(), asked=asked),
        )  # fmt: skip

    def prepared(self) -> Prepared:
        """Return the job compiled, in this process; it is kept for the next block.

        Raises
        ------
        UsageError
            If this process has another Corredor than the one that sent the job.
        """
        here = computed_by()["code"]
        if here != self.code:
            raise UsageError(
                "a worker of the cluster has other code of Corredor than this process. Install "
                "the same version on both."
            )
        with _lock:
            if self.key not in _kept:
                while len(_kept) >= MOST_KEPT:
                    del _kept[next(iter(_kept))]
                models = tuple(compile_model(scenario) for scenario in self.scenarios)
                _kept[self.key] = replace(self.job, models=models)
            return _kept[self.key]


def do_block(recipe: Recipe, block: Block, reduce: Reduce | None) -> list[xr.Dataset]:
    """Do a block of a job, in one thread; this is what a task runs."""
    numbers = range(block.first, block.first + block.size)
    found = recipe.prepared().run_each(numbers, threads=1)
    return [reduce(data) if reduce else data for data in found]


@dataclass(frozen=True, eq=False)
class Cluster:
    """Blocks on the workers of a Dask cluster.

    Attributes
    ----------
    client : distributed.Client
        Connected to its scheduler.
    """

    client: Client

    def run(
        self, prepared: Sequence[Prepared], blocks: Sequence[Block], reduce: Reduce | None,
        on_day: OnDay | None,
    ) -> Iterator[Done]:  # fmt: skip
        """Give each block when it is done; a block whose worker is lost goes to another.

        Raises
        ------
        OutputError
            If the scheduler is lost, or the workers again and again.
        UsageError
            If a worker has another Corredor.
        """
        from distributed import CancelledError, KilledWorker, as_completed

        if not blocks:
            return
        days, total = [0], sum(prepared[b.job].models[0].days for b in blocks)
        waiting = iter(blocks)
        try:
            jobs = {
                number: self.client.scatter(Recipe.of(prepared[number]), broadcast=True, hash=False)
                for number in sorted({block.job for block in blocks})
            }

            def ask(block: Block) -> Any:
                return self.client.submit(
                    do_block, jobs[block.job], block, reduce, retries=TRIES, pure=False
                )

            of: dict[Any, Block] = {}
            at_once = max(1, AHEAD * sum(self.client.nthreads().values()))
            for block in islice(waiting, at_once):
                of[ask(block)] = block
            done = as_completed(list(of))
            for future in done:
                block = of.pop(future)
                results = future.result()
                future.release()
                following = next(waiting, None)
                if following is not None:
                    asked = ask(following)
                    of[asked] = following
                    done.add(asked)
                days[0] += prepared[block.job].models[0].days
                if on_day:
                    on_day(days[0], total)
                yield block, results
        except KilledWorker as error:
            raise OutputError(
                f"The workers of the cluster were lost again and again ({error}). What was done "
                "is kept; go on by --resume with more memory for each."
            ) from None
        except (CancelledError, TimeoutError, OSError) as error:
            raise OutputError(
                "The scheduler of the cluster is gone "
                f"({type(error).__name__}). What was done is kept; go on by --resume."
            ) from None


@contextmanager
def connected(scheduler: str | None = None, workers: int | None = None) -> Iterator[Cluster]:
    """Connect to a scheduler, or start a cluster of single-threaded processes on this machine.

    Parameters
    ----------
    scheduler : str, optional
        Its address, such as ``tcp://10.0.0.1:8786``.
    workers : int, optional
        How many processes to start here, where no scheduler is named.

    Raises
    ------
    UsageError
        If Dask is not installed, or the scheduler does not answer.
    """
    require("distributed")
    import dask
    from distributed import Client, LocalCluster

    if scheduler is None:
        with (
            dask.config.set(MEMORY_KEPT),
            LocalCluster(
                n_workers=workers or 1, threads_per_worker=1, processes=True,
                dashboard_address=None, host="127.0.0.1",
            ) as cluster,
            Client(cluster) as client,
        ):  # fmt: skip
            yield Cluster(client)
        return
    try:
        client = Client(scheduler, timeout=WAIT)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(
            f"{scheduler}: no scheduler of Dask answers there ({error or type(error).__name__})."
        ) from None
    with client:
        if not client.nthreads():
            _wait_for_workers(client, scheduler)
        yield Cluster(client)


def _wait_for_workers(client: Client, scheduler: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except TimeoutError:
        raise UsageError(f"{scheduler}: no worker has joined this scheduler. Start some.") from None
