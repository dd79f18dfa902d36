"""The process that simulates: it takes one job after another and says how far it is."""

from __future__ import annotations

import multiprocessing as mp
import signal
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xarray as xr

FIRST_PART = 4  # replicates that are shown while the others still run
LEAST_FOR_PARTS = 10
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


@dataclass
class Steps:
    """Tells how many days are done, over all parts of a run, and stops it when asked to."""

    connection: Connection
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
                self.connection.send(("progress", days, self.replicates * total))

        return on_day


def work(connection: Connection, cancel: Event) -> None:
    """Do jobs until the connection closes; messages are ``(kind, …)``.

    ``progress`` days, all days; ``part`` replicates that can be looked at; ``done``;
    ``cancelled``; ``failed`` reason, message.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer
    import corredor.simulation  # noqa: F401  # slow; so it is there at the first job

    while True:
        try:
            connection.send(_outcome(connection.recv(), connection, cancel))
        except (EOFError, OSError):  # the app is gone
            return


def _outcome(job: Job, connection: Connection, cancel: Event) -> tuple[str, ...]:
    from corredor.errors import InputError, OutputError

    try:
        simulate_job(job, connection, cancel)
    except Cancelled:
        return ("cancelled",)
    except InputError as error:
        return ("failed", "input", str(error))
    except (OutputError, OSError) as error:
        return ("failed", "disk", str(error))
    except Exception as error:  # a fault must reach the planner, not end the worker
        return ("failed", "error", f"{type(error).__name__}: {error}")
    return ("done",)


def simulate_job(job: Job, connection: Connection, cancel: Event) -> None:
    """Run a job, a few replicates first, and write the result and what the page draws.

    Raises
    ------
    Cancelled
        If the planner asked for it.
    CorredorError
        If the request makes no sense, or the result cannot be written.
    """
    from corredor.app.catalogue import Catalogue
    from corredor.app.requests import RunRequest, scenario_of
    from corredor.app.slices import save_slices
    from corredor.app.store import RESULT, SLICES
    from corredor.results import save_result
    from corredor.simulation import run

    request = RunRequest.model_validate(job.request)
    catalogue = Catalogue(job.scenarios)
    base = catalogue.load(request.scenario)
    scenario = scenario_of(request, base, job.scenarios, job.folder.name)
    steps = Steps(connection, cancel, request.replicates)
    parts: list[xr.Dataset] = []
    for size in _sizes(request.replicates):
        parts.append(
            run(
                scenario, replicates=size, first_replicate=steps.before, draw=request.draw,
                seed=request.seed, on_day=steps.part(size),
            )
        )  # fmt: skip
        steps.before += size
        if steps.before < request.replicates:
            save_slices(parts[0], job.folder / f"{SLICES}-{size}")
            connection.send(("part", size))
    data = _joined(parts)
    save_result(data, job.folder / RESULT)
    save_slices(data, job.folder / f"{SLICES}-{request.replicates}")
    connection.send(("part", request.replicates))


def _sizes(replicates: int) -> list[int]:
    if replicates < LEAST_FOR_PARTS:
        return [replicates]
    return [FIRST_PART, replicates - FIRST_PART]


def _joined(parts: list[xr.Dataset]) -> xr.Dataset:
    import xarray as xr

    if len(parts) == 1:
        return parts[0]
    data = xr.concat(parts, "replicate", data_vars="minimal", combine_attrs="override")
    for name in ("person_days", "seconds_simulate", "seconds_compile"):
        data.attrs[name] = sum(part.attrs[name] for part in parts)
    return data
