"""Give runs to the worker process, one at a time, and keep track of them."""

from __future__ import annotations

import multiprocessing as mp
import queue
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from corredor.app.jobs.store import ENDED, Run, Store
from corredor.app.jobs.worker import Job, work
from corredor.errors import UsageError

MOST_WAITING = 8
MOST_KEPT = 60
GRACE = 3.0  # seconds that the worker has to stop by itself before it is ended
POLL = 0.1


class Runner:
    """A worker process and the queue before it.

    Attributes
    ----------
    changed : int
        Grows with every change of any run; the page's stream watches it.
    """

    def __init__(self, store: Store, scenarios: Path) -> None:
        self.store, self.scenarios = store, scenarios
        self.changed = 0
        self._waiting: queue.Queue[str | None] = queue.Queue()
        self._context = mp.get_context("spawn")
        self._cancel = self._context.Event()
        self._process: Any = None
        self._connection: Connection | None = None
        self._wanted = threading.Event()  # set while the run under way is wanted no longer
        self._current = ""
        self._so_far: list[tuple[int, str]] = []  # of the run under way: first day, document
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._loop, daemon=True, name="runs")

    def start(self) -> None:
        """Start the worker, so that it is warm, and the thread that feeds it."""
        self._thread.start()

    def stop(self) -> None:
        """End the worker; a run under way is marked as stopped at the next start."""
        self._waiting.put(None)
        self._wanted.set()
        self._kill()
        self._thread.join(timeout=GRACE)

    @property
    def worker_pid(self) -> int | None:
        """Return the worker's process number."""
        return self._process.pid if self._process is not None else None

    def submit(self, name: str, request: dict[str, Any], command: str, scenario: str) -> Run:
        """Queue a run.

        Raises
        ------
        UsageError
            If too many wait or are kept.
        OutputError
            If it cannot be kept.
        """
        with self._lock:
            runs = self.store.listed()
            if sum(run.status not in ENDED for run in runs) >= MOST_WAITING:
                raise UsageError(f"{MOST_WAITING} runs are under way or wait; let one end first.")
            if len(runs) >= MOST_KEPT:
                raise UsageError(f"{MOST_KEPT} runs are kept; delete one first.")
            run = self.store.add(name, request, command, scenario)
        self.changed += 1
        self._waiting.put(run.id)
        return run

    def cancel(self, run: Run) -> None:
        """Cancel a run that waits or is under way; one that has ended stays as it is."""
        with self._lock:
            if run.status == "waiting":
                self._end(run, "cancelled")
            elif run.id == self._current:
                self._wanted.set()
                self._cancel.set()

    def so_far(self, run: Run, day: int) -> list[str]:
        """Return what the days from ``day`` on hold of the run under way, as documents in JSON.

        A day at which no document begins gives those that begin later.
        """
        return [text for first, text in list(self._so_far) if first >= day and run.days]

    def remove(self, run: Run) -> None:
        """Delete a run that has ended.

        Raises
        ------
        UsageError
            If it has not.
        """
        with self._lock:
            if run.status not in ENDED:
                raise UsageError("The run has not ended; cancel it first.")
            self.store.remove(run)
            self.changed += 1

    def describe(self, run: Run, name: str | None, note: str | None) -> None:
        """Give a run another name or note; what is None stays."""
        with self._lock:
            run.name = run.name if name is None else name
            run.note = run.note if note is None else note
            self._note(run)

    def _loop(self) -> None:
        self._ensure()
        while (run_id := self._waiting.get()) is not None:
            with self._lock:
                run = self.store.runs.get(run_id)
                if run is None or run.status != "waiting":
                    continue
                self._current, run.status, self._so_far = run_id, "running", []
                self._wanted.clear()
                self._cancel.clear()
                self._note(run)
            started = time.monotonic()
            status, reason, message = self._watch(run)
            with self._lock:
                self._current, run.seconds = "", time.monotonic() - started
                self._so_far, run.days = [], 0
                self._end(run, status, reason, message)
        self._kill()  # it may have started while the app was being stopped

    def _watch(self, run: Run) -> tuple[str, str, str]:
        """Hand a run to the worker and follow it to its end: status, reason, message."""
        connection = self._ensure()
        asked = 0.0
        try:
            connection.send(Job(self.store.path(run), self.scenarios, run.request))
            while True:
                if connection.poll(POLL):
                    kind, *rest = connection.recv()
                    if kind == "progress":
                        run.done, run.total = rest
                        self.changed += 1
                    elif kind == "days":
                        self._so_far.append((run.days, rest[1]))
                        run.days = rest[0]
                        self.changed += 1
                    elif kind == "part":
                        run.part = rest[0]
                        self._note(run)
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

    def _end(self, run: Run, status: str, reason: str = "", message: str = "") -> None:
        run.status, run.reason, run.message = status, reason, message[:2000]
        self._note(run)

    def _note(self, run: Run) -> None:
        self.store.save(run)
        self.changed += 1
