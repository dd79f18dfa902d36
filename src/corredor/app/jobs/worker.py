"""The process that simulates: it takes one job after another and says how far it is."""

from __future__ import annotations

import multiprocessing as mp
import os
import shutil
import signal
import threading
import time
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corredor.app.jobs.showing import Showing
from corredor.app.routes.faults import without_paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import xarray as xr

    from corredor.corridor.scenario import Scenario
    from corredor.runs.executors import Block, Done, Reduce
    from corredor.runs.simulate import OnDay, Prepared

EVERY = 0.1  # seconds between two words on progress


class Cancelled(Exception):  # noqa: N818  # it is no error
    """The planner wants the run no longer."""


@dataclass(frozen=True)
class Job:
    """What the worker needs to know of a run.

    Attributes
    ----------
    folder : Path
        The run's folder, which is there already.
    scenarios : Path
        Where the scenarios lie.
    request : dict
        As ``RunRequest`` gives it.
    """

    folder: Path
    scenarios: Path
    request: dict[str, Any]


class Line:
    """A connection that several threads may send on."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._lock = connection, threading.Lock()

    def send(self, *message: Any) -> None:
        """Send a message."""
        with self._lock:
            self._connection.send(message)


@dataclass
class Steps:
    """Tells how many days are done, over all parts of a run, and stops it when asked to."""

    line: Line
    cancel: Event
    replicates: int
    before: int = 0
    told: float = field(default=0.0)

    def part(self, size: int) -> Any:
        """Return what the simulation of the next ``size`` replicates calls each day."""

        def on_day(done: int, total: int) -> None:
            if self.cancel.is_set():
                raise Cancelled
            if _app_is_gone():
                raise Cancelled
            now = time.monotonic()
            if now - self.told > EVERY or done == total:
                self.told = now
                days = self.before * total + size * done
                self.line.send("progress", days, self.replicates * total)

        return on_day


def work(connection: Connection, cancel: Event) -> None:
    """Do jobs until the connection closes; messages are ``(kind, …)``.

    ``progress`` days, all days; ``days`` of the result that can be looked at, what is new of them
    (see ``showing``); ``part`` replicates that can be looked at whole; ``done``; ``cancelled``;
    ``failed`` reason, message.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer
    line = Line(connection)
    warm_up()
    while True:
        try:
            line.send(*_outcome(connection.recv(), line, cancel))
        except (EOFError, OSError):  # the app is gone
            return


def warm_up() -> None:
    """Load what the first job would wait for: libraries, compiled steps, the record."""
    from corredor.app.documents.catalogue import Catalogue
    from corredor.app.documents.slices import monthly
    from corredor.runs.simulate import run

    scenario = Catalogue().load("baseline")
    monthly(run(scenario.with_horizon(end=scenario.start), replicates=1))


def _outcome(job: Job, line: Line, cancel: Event) -> tuple[str, ...]:
    from corredor.errors import InputError, OutputError

    try:
        simulate_job(job, line, cancel)
    except Cancelled:
        return ("cancelled",)
    except InputError as error:
        return ("failed", "input", without_paths(str(error)))
    except (OutputError, OSError) as error:
        return ("failed", "disk", without_paths(str(error)))
    except Exception as error:  # a fault must reach the planner, not end the worker
        return ("failed", "error", without_paths(f"{type(error).__name__}: {error}"))
    return ("done",)


def simulate_job(job: Job, line: Line, cancel: Event) -> None:
    """Run a job, showing the first days while it goes on, and write the result.

    Many replicates are run in parts, so that no day is simulated twice beside another. Parts that
    were done before the app was stopped are taken over.

    Raises
    ------
    Cancelled
        If the planner asked for it, or the app is gone.
    CorredorError
        If the request makes no sense, or the result cannot be written.
    """
    from corredor.app.documents.catalogue import Catalogue
    from corredor.app.documents.slices import save_slices
    from corredor.app.jobs.store import RESULT, SLICES
    from corredor.app.routes.requests import RunRequest, scenario_of
    from corredor.errors import UsageError
    from corredor.inputs.ledger import unfinished_folder
    from corredor.runs.result import load_result

    request = RunRequest.model_validate(job.request)
    base = Catalogue(job.scenarios).load(request.scenario)
    scenario = scenario_of(request, base, job.scenarios, job.folder.name)
    showing = Showing(lambda days, document: line.send("days", days, document))
    steps = Steps(line, cancel, request.replicates)
    parts = Parts(job.folder, steps, showing)
    asked = {
        "replicates": request.replicates, "draw": request.draw, "seed": request.seed,
        "block": _sizes(request.replicates)[0], "executor": parts, "watch": showing.watch,
    }  # fmt: skip
    try:
        _go_on(scenario, job.folder / RESULT, asked)
    except UsageError:  # what was done before is of another version: begin anew
        shutil.rmtree(unfinished_folder(job.folder / RESULT), ignore_errors=True)
        _go_on(scenario, job.folder / RESULT, asked)
    except BaseException:
        if not _app_is_gone():
            shutil.rmtree(unfinished_folder(job.folder / RESULT), ignore_errors=True)
        raise
    if not (job.folder / f"{SLICES}-{request.replicates}").exists():  # stopped just before
        save_slices(load_result(job.folder / RESULT), job.folder / f"{SLICES}-{request.replicates}")
        line.send("part", request.replicates)


def _go_on(scenario: Scenario, out: Path, asked: dict[str, Any]) -> None:
    from corredor.runs.blocks import run_in_blocks

    run_in_blocks(scenario, out, resume=True, **asked)


def _app_is_gone() -> bool:
    parent = mp.parent_process()
    return parent is not None and not parent.is_alive()


@dataclass
class Parts:
    """Runs the parts of a job one after the other, and shows each as soon as it is written."""

    folder: Path
    steps: Steps
    showing: Showing

    def run(
        self, prepared: Sequence[Prepared], blocks: Sequence[Block], reduce: Reduce | None,
        on_day: OnDay | None,
    ) -> Iterator[Done]:  # fmt: skip
        """Give each part when it is done."""
        (job,) = prepared
        later = replace(job, asked=replace(job.asked, watch=None))
        for block in blocks:
            self.steps.before = block.first
            numbers = range(block.first, block.first + block.size)
            try:
                doing = later if block.first else job
                (data,) = doing.run(numbers, on_day=self.steps.part(block.size))
            finally:
                self.showing.end()
            yield block, [data]  # and it is written before this goes on
            self._show(block, data)

    def _show(self, block: Block, data: xr.Dataset) -> None:
        """Write what the page shows of all parts so far."""
        from corredor.app.documents.slices import save_slices
        from corredor.app.jobs.store import RESULT, SLICES
        from corredor.inputs.ledger import unfinished_folder
        from corredor.runs import store
        from corredor.runs.blocks import STORE

        upto = block.first + block.size
        if block.first:
            kept = unfinished_folder(self.folder / RESULT) / STORE
            store.finish(kept, data.attrs)
            data = store.open_store(kept).isel(replicate=slice(0, upto)).load()
        folder = self.folder / f"{SLICES}-{upto}"
        shutil.rmtree(folder, ignore_errors=True)  # of a start that was stopped
        save_slices(data, folder)
        self.steps.line.send("part", upto)


def _sizes(replicates: int) -> list[int]:
    """Cut replicates into parts whose batches all run side by side."""
    from corredor.engine.run import MOST_IN_A_BATCH

    most = MOST_IN_A_BATCH * (os.cpu_count() or 1)
    return [min(most, replicates - before) for before in range(0, replicates, most)]
