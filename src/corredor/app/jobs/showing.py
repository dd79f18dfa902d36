"""Tell the server what the days so far hold, every so often while a run goes on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corredor.runs.simulate import SoFar

EVERY = 0.5  # seconds between two looks


class Showing:
    """Looks at a run under way from a thread of its own and tells what is new.

    Parameters
    ----------
    tell : callable
        Given the number of days and a document in JSON that holds those not told yet: ``people``
        and, if a month has ended, ``monthly`` and ``links``, as in
        ``corredor.app.documents.slices``; the first also the ``record`` by series, over all months.
    """

    def __init__(self, tell: Callable[[int, str], None]) -> None:
        self._tell = tell
        self._days, self._months = 0, 0
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._fault: Exception | None = None

    def watch(self, so_far: SoFar) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self._look, args=(so_far,), name="showing")
        self._thread.start()

    def end(self) -> None:
        """Look no longer; raise what went wrong with looking, if anything did."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        if self._fault is not None:
            raise self._fault

    def _look(self, so_far: SoFar) -> None:
        try:
            while not self._ended.wait(EVERY):
                if so_far.days > self._days:
                    self._tell_new(so_far)
        except Exception as fault:
            self._fault = fault

    def _tell_new(self, so_far: SoFar) -> None:
        from corredor.app.documents.slices import charted, links, monthly_bands, people, record_of

        data = so_far.since(self._days, self._months)
        document: dict[str, Any] = {"people": people(data)}
        if self._days == 0:
            document["record"] = {name: record_of(data, name) for name in charted(data)}
        if data.sizes["month"]:
            document |= {"monthly": monthly_bands(data), "links": links(data)}
        self._days += data.sizes["day"]
        self._months += data.sizes["month"]
        self._tell(self._days, json.dumps(document, separators=(",", ":"), allow_nan=False))
