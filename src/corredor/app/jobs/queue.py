"""Give runs to the worker process, one at a time, and keep track of them."""

from __future__ import annotations

import multiprocessing as mp
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from corredor.app.jobs.desk import Desk
from corredor.app.jobs.fair import FairQueue
from corredor.app.jobs.kept import Run
from corredor.app.jobs.store import Store
from corredor.app.jobs.worker import Job, work

GRACE = 3.0  # seconds that the worker has to stop by itself before it is ended
POLL = 0.1
Outcome = tuple[str, str, str]


class Runner:
    """A worker process and the queue before it, in which each desk has its turn."""

    def __init__(self, scenarios: Path) -> None:
        self.scenarios = scenarios
        self._lock = threading.RLock()
        self._waiting: FairQueue[tuple[Desk, Run]] = FairQueue()
        self._context = mp.get_context("spawn")
        self._cancel = self._context.Event()
        self._process: Any = None
        self._connection: Connection | None = None
        self._wanted = threading.Event()  # set while the run under way is wanted no longer
        self._current: Run | None = None
        self._thread = threading.Thread(target=self._loop, daemon=True, name="runs")

    def desk(self, whose: str, store: Store) -> Desk:
        """Return a desk at which one person asks for runs, which are kept in a store."""
        return Desk(
            store, self._lock, lambda desk, run: self._waiting.put(whose, (desk, run)), self._stop
        )

    def start(self) -> None:
        """Start the worker, so that it is warm, and the thread that feeds it."""
        self._thread.start()

    def stop(self) -> None:
        """End the worker; a run under way goes on at the next start."""
        self._waiting.close()
        self._wanted.set()
        self._kill()
        self._thread.join(timeout=GRACE)

    @property
    def worker_pid(self) -> int | None:
        """Return the worker's process number."""
        return self._process.pid if self._process is not None else None

    def _stop(self, run: Run) -> None:
        """Have the worker stop a run, if it is the one under way."""
        if run is self._current:
            self._wanted.set()
            self._cancel.set()

    def _loop(self) -> None:
        self._ensure()
        while (next_one := self._waiting.get()) is not None:
            desk, run = next_one
            with self._lock:
                if not desk.begins(run):
                    continue
                self._current = run
                self._wanted.clear()
                self._cancel.clear()
            started = time.monotonic()
            outcome = self._watch(desk, run)
            with self._lock:
                self._current, run.seconds = None, time.monotonic() - started
                desk.ends(run, *outcome)
        self._kill()  # it may have started while the app was being stopped

    def _watch(self, desk: Desk, run: Run) -> Outcome:
        """Hand a run to the worker and follow it to its end: status, reason, message."""
        connection = self._ensure()
        asked = 0.0
        try:
            connection.send(Job(desk.store.path(run), self.scenarios, run.request))
            while True:
                if connection.poll(POLL):
                    kind, *rest = connection.recv()
                    if kind == "progress":
                        run.done, run.total = rest
                        desk.changed += 1
                    elif kind == "days":
                        desk.hears(run, *rest)
                    elif kind == "part":
                        run.part = rest[0]
                        desk.note(run)
                    else:
                        return (kind, *rest, "", "")[:3]
                elif not self._process.is_alive():
                    break
                if self._wanted.is_set():
                    asked = asked or time.monotonic()
                    if time.monotonic() - asked > GRACE:
                        self._kill()
        except (EOFError, OSError):
            pass
        self._kill()
        return ("cancelled", "", "") if self._wanted.is_set() else ("failed", "worker", "")

    def _ensure(self) -> Connection:
        """Return the connection to a worker that lives."""
        if self._connection is None or not self._process.is_alive():
            self._connection, other = self._context.Pipe()
            self._cancel = self._context.Event()
            process = self._context.Process(
                target=work, args=(other, self._cancel), daemon=True, name="corredor worker"
            )
            process.start()
            self._process = process  # not before: another thread may kill what is here
            other.close()
        return self._connection

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join(timeout=GRACE)
