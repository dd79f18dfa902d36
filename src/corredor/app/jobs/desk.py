"""A person's desk: what they ask of the runner, and what they see of their runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from corredor.app.jobs.kept import ENDED, Run
from corredor.app.jobs.store import Store
from corredor.errors import UsageError

MOST_WAITING = 8
MOST_KEPT = 60
LONGEST_MESSAGE = 2000


class Desk:
    """Runs of one person, in a store of their own.

    Attributes
    ----------
    changed : int
        Grows with every change of any of the runs; the page's stream watches it.
    """

    def __init__(
        self, store: Store, lock: threading.RLock, queue: Callable[[Desk, Run], None],
        stop: Callable[[Run], None],
    ) -> None:  # fmt: skip
        self.store = store
        self.changed = 0
        self._lock, self._queue, self._stop = lock, queue, stop
        self._so_far: list[tuple[int, str]] = []  # of the run under way: first day, document
        for run in reversed(store.listed()):  # those that an earlier session left, in their order
            if run.status == "waiting":
                queue(self, run)

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
        self._queue(self, run)
        return run

    def cancel(self, run: Run) -> None:
        """Cancel a run that waits or is under way; one that has ended stays as it is."""
        with self._lock:
            if run.status == "waiting":
                self.ends(run, "cancelled")
            else:
                self._stop(run)

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
        OutputError
            If it cannot be deleted.
        """
        with self._lock:
            if run.status not in ENDED:
                raise UsageError("The run has not ended; cancel it first.")
            self.store.remove(run)
            self.changed += 1

    def describe(self, run: Run, name: str | None, note: str | None) -> None:
        """Give a run another name or note; what is None stays.

        Raises
        ------
        UsageError
            If the run is damaged.
        """
        with self._lock:
            if run.status == "damaged":
                raise UsageError("The run is damaged; it can only be deleted.")
            run.name = run.name if name is None else name
            run.note = run.note if note is None else note
            self.note(run)

    def begins(self, run: Run) -> bool:
        """Mark a run as under way; tell whether it is still wanted."""
        if run.status != "waiting" or run.id not in self.store.runs:
            return False
        run.status, self._so_far = "running", []
        self.note(run)
        return True

    def hears(self, run: Run, days: int, document: str) -> None:
        """Keep what the worker told of more days of the run under way."""
        self._so_far.append((run.days, document))
        run.days = days
        self.changed += 1

    def ends(self, run: Run, status: Any, reason: Any = "", message: str = "") -> None:
        """Mark a run as ended, in one of the ways that ``Run`` names."""
        if run.status == "running":
            self._so_far, run.days = [], 0
        run.status, run.reason, run.message = status, reason, message[:LONGEST_MESSAGE]
        self.note(run)

    def note(self, run: Run) -> None:
        """Keep how far a run is."""
        self.store.save(run)
        self.changed += 1
