"""The page while a run goes on: the map fills, follows, holds still when asked, and empties."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from app_client import LET, TOKEN, WAIT, hearing, let, slow_work, used
from helpers import Small
from playwright.sync_api import Page, expect

from corredor.app.access.entry import Entry
from corredor.app.connections import PatientProtocol
from corredor.app.jobs import queue as runs
from corredor.app.jobs.queue import Runner
from corredor.app.routes.server import create_app

# What the page asks for while a run goes on is tested without a browser in jobs/test_worker.py.
pytestmark = [pytest.mark.browser, pytest.mark.slow]
LAST_DAY = 73
AT_A_TIME = 3  # days that are let, over all batches


class Days:
    """Lets the worker simulate some days, and then no more until more are let."""

    def __init__(self, file: Path) -> None:
        self.file, self.count = file, 0

    def begin(self) -> None:
        self.count = 0
        let(self.file, 0)

    def let_until(self, page: Page, reached: Callable[[], bool]) -> None:
        """Let days until something is so; those before the result are not shown."""
        until = time.monotonic() + 60
        while not reached():
            assert time.monotonic() < until
            self.count += AT_A_TIME
            let(self.file, self.count)
            page.wait_for_timeout(100)

    def let_more(self, page: Page) -> None:
        """Let days until the page knows more of them."""
        before = known(page)
        self.let_until(page, lambda: known(page) > before)

    def let_all(self) -> None:
        let(self.file, None)


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Days:
    return Days(tmp_path_factory.mktemp("let") / "days")


@pytest.fixture(scope="module")
def served(
    small: Small, days: Days, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Runner]]:
    """Serve the app with days slow enough to be looked at; give its address and its runner."""
    with pytest.MonkeyPatch.context() as patch, socket.socket() as listening:
        patch.setattr(runs, "work", slow_work)
        patch.setenv(LET, str(days.file))
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        app = create_app(tmp_path_factory.mktemp("browser"), Entry(port, token=TOKEN), small.folder)
        server = uvicorn.Server(
            uvicorn.Config(
                app, log_level="error", timeout_graceful_shutdown=1, ws="none", http=PatientProtocol
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{port}/?token={TOKEN}", app.state.runner
        server.should_exit = True
        thread.join(timeout=20)


@pytest.fixture
def page(tab: Callable[..., Page], served: tuple[str, Runner], days: Days) -> Iterator[Page]:
    """Give the page, opened afresh; any fault that the browser reports fails the test."""
    one = tab(viewport={"width": 1280, "height": 900}, locale="en-GB")
    with used(one, served[0]) as faults:
        yield one
        days.let_all()
    assert not faults


def start(page: Page, name: str) -> Any:
    page.fill("#name", name)
    page.fill("#replicates", "3")
    page.click("#run")
    return page.locator("#runs li", has_text=name).first


def known(page: Page) -> int:
    return int(page.get_attribute("#day", "max") or 0)


def wait_for(page: Page, days: int) -> None:
    until = time.monotonic() + 60
    while known(page) < days:
        assert time.monotonic() < until
        page.wait_for_timeout(20)


def test_the_map_fills_day_by_day_and_charts_month_by_month(page: Page, days: Days) -> None:
    days.begin()
    run = start(page, "Filling")
    shown = page.locator("#shown")
    days.let_until(page, lambda: "so far, 3 runs of the model" in shown.inner_text())
    expect(run).to_have_attribute("data-status", "running")
    circle = page.locator('[data-place="norte"] .ring')
    seen = set()
    while page.locator("#charts figure").count() < 6:
        days.let_more(page)
        seen.add(circle.get_attribute("r"))
        assert known(page) < LAST_DAY - 30
    assert len(seen) > 5
    days.let_all()
    expect(run).to_have_attribute("data-status", "done", timeout=WAIT)
    expect(page.locator("#shown")).to_have_text("Filling: 3 runs of the model")
    expect(page.locator("#day")).to_have_value(str(LAST_DAY))


@pytest.mark.slow
def test_the_slider_stays_where_it_is_put(page: Page) -> None:
    run = start(page, "Held")
    expect(page.locator("#shown")).to_contain_text("Held: days up to", timeout=WAIT)
    wait_for(page, 10)
    page.focus("#day")
    page.keyboard.press("Home")
    before = known(page)
    wait_for(page, before + 5)
    expect(page.locator("#day")).to_have_value("0")
    page.keyboard.press("End")
    wait_for(page, known(page) + 5)
    assert int(page.input_value("#day")) > before
    expect(run).to_have_attribute("data-status", "done", timeout=WAIT)


def test_a_reload_and_another_tab_take_up_the_days_so_far(
    page: Page, served: tuple[str, Runner], days: Days
) -> None:
    days.begin()
    start(page, "Shared")
    days.let_until(page, lambda: "Shared: days up to" in page.locator("#shown").inner_text())
    before = known(page)
    page.reload()
    expect(page.locator("#shown")).to_contain_text("Shared: days up to", timeout=WAIT)
    assert known(page) >= before
    other = page.context.new_page()
    with hearing(other) as faults:
        other.goto(served[0])
        expect(other.locator("#shown")).to_contain_text("Shared: days up to", timeout=WAIT)
        days.let_all()
        for one in (page, other):
            expect(one.locator("#shown")).to_have_text("Shared: 3 runs of the model", timeout=WAIT)
    assert not faults


@pytest.mark.slow
@pytest.mark.parametrize("end", [pytest.param("cancelled", marks=pytest.mark.slow), "failed"])
def test_a_run_that_ends_early_leaves_the_map_to_another(
    page: Page, served: tuple[str, Runner], end: str
) -> None:
    run = start(page, f"{end} early")
    expect(page.locator("#shown")).to_contain_text(f"{end} early: days up to", timeout=WAIT)
    if end == "cancelled":
        run.get_by_role("button", name="Cancel:").click()
    else:
        assert served[1].worker_pid is not None
        os.kill(served[1].worker_pid, signal.SIGKILL)
    expect(run).to_have_attribute("data-status", end, timeout=WAIT)
    expect(page.locator("#shown")).not_to_contain_text(f"{end} early", timeout=WAIT)
