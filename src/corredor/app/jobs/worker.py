"""The process that simulates: it takes one job after another and says how far it is."""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corredor.app.jobs.showing import Showing
from corredor.app.routes.faults import without_paths

if TYPE_CHECKING:
    import xarray as xr

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
            parent = mp.parent_process()
            if parent is not None and not parent.is_alive():
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

    Many replicates are run in parts, so that no day is simulated twice beside another.

    Raises
    ------
    Cancelled
        If the planner asked for it.
    CorredorError
        If the request makes no sense, or the result cannot be written.
    """
    from corredor.app.documents.catalogue import Catalogue
    from corredor.app.documents.slices import save_slices
    from corredor.app.jobs.store import RESULT, SLICES
    from corredor.app.routes.requests import RunRequest, scenario_of
    from corredor.runs.result import save_result
    from corredor.runs.simulate import run

    request = RunRequest.model_validate(job.request)
    catalogue = Catalogue(job.scenarios)
    base = catalogue.load(request.scenario)
    scenario = scenario_of(request, base, job.scenarios, job.folder.name)
    steps = Steps(line, cancel, request.replicates)
    parts: list[xr.Dataset] = []
    for size in _sizes(request.replicates):
        showing = Showing(lambda days, document: line.send("days", days, document))
        try:
            part = run(
                scenario, replicates=size, first_replicate=steps.before, draw=request.draw,
                seed=request.seed, on_day=steps.part(size),
                watch=None if parts else showing.watch,
            )  # fmt: skip
        finally:
            showing.end()
        parts = [_joined([*parts, part])]
        steps.before += size
        save_slices(parts[0], job.folder / f"{SLICES}-{steps.before}")
        line.send("part", steps.before)
    save_result(parts[0], job.folder / RESULT)


def _sizes(replicates: int) -> list[int]:
    """Cut replicates into parts whose batches all run side by side."""
    from corredor.engine.run import MOST_IN_A_BATCH

    most = MOST_IN_A_BATCH * (os.cpu_count() or 1)
    return [min(most, replicates - before) for before in range(0, replicates, most)]


def _joined(parts: list[xr.Dataset]) -> xr.Dataset:
    import xarray as xr

    if len(parts) == 1:
        return parts[0]
    data = xr.concat(parts, "replicate", data_vars="minimal", combine_attrs="override")
    for name in ("person_days", "seconds_simulate", "seconds_compile"):
        data.attrs[name] = sum(part.attrs[name] for part in parts)
    return data
