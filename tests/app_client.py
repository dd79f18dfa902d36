"""What the tests of the app share: an address, a small request, and how to wait for a run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from playwright.sync_api import ConsoleMessage, Page, Request

from corredor.app.access.entry import Entry
from corredor.app.access.house import OWNER
from corredor.app.jobs import showing, worker
from corredor.app.routes.requests import RunRequest

PORT = 8765
TOKEN = "a-token-for-the-tests"
ENTRY = Entry(PORT, token=TOKEN)
BEARER = {"Authorization": f"Bearer {TOKEN}"}
ADDRESS = f"http://127.0.0.1:{PORT}"
DAY = 0.02  # seconds that a batch takes for a day, at least, in the worker that is slow
LET = "CORREDOR_TEST_DAYS"  # names a file with the days that the slow worker may simulate
ENDED = ("done", "failed", "cancelled")
WAIT = 60_000  # milliseconds; a busy machine compiles slowly
SMALL = {"name": "As it is", "scenario": "small", "replicates": 3, "seed": 5}
WHOLE = RunRequest.model_validate(SMALL).model_dump(mode="json")  # as it is kept


def run_of(client: TestClient, run_id: str) -> dict[str, Any]:
    return next(run for run in client.get("/api/runs").json() if run["id"] == run_id)


def ended(client: TestClient, run_id: str, seconds: float = 120.0) -> dict[str, Any]:
    """Wait for a run to end."""
    until = time.monotonic() + seconds
    while (run := run_of(client, run_id))["status"] not in ENDED:
        assert time.monotonic() < until, run
        time.sleep(0.05)
    return run


def started(client: TestClient, **changed: Any) -> str:
    answer = client.post("/api/runs", json={**SMALL, **changed})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def result_folder(client: TestClient, run_id: str) -> Path:
    folder: Path = client.app.state.house.desk(OWNER).store.folder  # type: ignore[attr-defined]
    return folder / run_id


@contextmanager
def hearing(tab: Page, within: Sequence[str] = ("",)) -> Iterator[list[str]]:
    """Give the faults that a tab reports; to ask for an address that begins otherwise is one."""
    faults = list[str]()

    def fault(error: object) -> None:
        faults.append(str(error))

    def logged(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith(tuple(within)):
            faults.append(request.url)

    tab.on("pageerror", fault)
    tab.on("console", logged)
    tab.on("request", asked)
    try:
        yield faults
    finally:
        for event, heard in (("pageerror", fault), ("console", logged), ("request", asked)):
            tab.remove_listener(event, heard)


@contextmanager
def used(tab: Page, address: str, within: Sequence[str] = ("",)) -> Iterator[list[str]]:
    """Open the page afresh in a tab and give its faults; leave the tab as empty as it was."""
    size = tab.viewport_size
    try:
        with hearing(tab, within) as faults:
            tab.goto(address)
            tab.wait_for_selector("body[data-ready]", timeout=WAIT)
            yield faults
    finally:
        tab.unroute_all()
        for other in tab.context.pages:
            if other is not tab:
                other.close()
        tab.evaluate("localStorage.clear()")
        tab.goto("about:blank")
        if size is not None:
            tab.set_viewport_size(size)


def slow_work(connection: Connection, cancel: Event) -> None:
    """Stand in for the worker, with days slow enough to be looked at, and no more than are let."""
    showing.EVERY = 0.05
    part = worker.Steps.part

    def slow(steps: worker.Steps, size: int) -> Callable[[int, int], None]:
        on_day = part(steps, size)

        def on_slow_day(done: int, total: int) -> None:
            time.sleep(DAY)
            while done > _let():
                time.sleep(DAY)
            on_day(done, total)

        return on_slow_day

    worker.Steps.part = slow  # type: ignore[method-assign]
    worker.work(connection, cancel)


def _let() -> float:
    """Return how many days are let; all where no file says so."""
    try:
        return int(Path(os.environ[LET]).read_text(encoding="utf-8"))
    except (KeyError, OSError):
        return float("inf")


def let(file: Path, days: int | None) -> None:
    """Let the slow worker simulate so many days, or all."""
    if days is None:
        file.unlink(missing_ok=True)
    else:
        (half := file.with_suffix(".half")).write_text(str(days), encoding="utf-8")
        half.replace(file)


def instant_work(connection: Connection, _: Event) -> None:
    """Stand in for the worker, with runs that are done at once."""
    while True:
        try:
            connection.recv()
            connection.send(("done",))
        except (EOFError, OSError):
            return
