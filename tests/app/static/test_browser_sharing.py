"""The page of a shared app in a real browser: the door, damaged runs, waiting, a new token."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from app_client import TOKEN, WHOLE
from helpers import Small
from idle_worker import idle_work
from playwright.sync_api import Browser, Page, Route, expect

from corredor.app.access.entry import Entry
from corredor.app.connections import PatientProtocol
from corredor.app.jobs import queue as runs
from corredor.app.jobs.kept import STATE
from corredor.app.jobs.store import Store
from corredor.app.routes.server import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]  # the door itself is tested without one
WAIT = 60_000  # milliseconds; a busy machine compiles slowly
TURNED_AWAY = 2  # times, before the page is answered
LANGUAGES = {"en": "en-GB", "es": "es-MX"}


@contextmanager
def serving(folder: Path, small: Small, token: str, port: int = 0) -> Iterator[int]:
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen()
        port = listening.getsockname()[1]
        app = create_app(folder, Entry(port, token=token), small.folder)  # its worker is idle
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1, ws="none",
                           http=PatientProtocol)
        )  # fmt: skip
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture(autouse=True)
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a worker that loads nothing: no run is asked for here."""
    monkeypatch.setattr(runs, "work", idle_work)


@pytest.fixture(params=["en", pytest.param("es", marks=pytest.mark.slow)])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale=LANGUAGES[request.param]
    )
    yield context.new_page()
    context.close()


def ready(page: Page) -> None:
    page.wait_for_selector("body[data-ready]", timeout=WAIT)


def spanish(page: Page) -> bool:
    return bool(page.evaluate("navigator.language").startswith("es"))


@pytest.mark.parametrize("page", ["en"], indirect=True)
def test_the_door_opens_to_a_token_and_to_nothing_else(
    page: Page, small: Small, tmp_path: Path
) -> None:
    with serving(tmp_path, small, TOKEN) as port:
        address = f"http://127.0.0.1:{port}/"
        page.goto(address)
        expect(page.locator("body")).to_contain_text("Corredor asks for a token")
        expect(page.locator("body")).to_contain_text("Corredor pide una clave")
        page.fill("#token-es", "x" * 20)
        page.press("#token-es", "Enter")
        expect(page.locator("body")).to_contain_text("Aquí no se conoce esa clave")
        page.fill("#token-en", TOKEN)
        page.press("#token-en", "Enter")
        ready(page)
        assert page.url == address
        assert page.evaluate("document.cookie") == ""  # no script can read it
        page.goto("about:blank")
        page.goto(address)
        ready(page)


@pytest.mark.parametrize("page", ["en"], indirect=True)
def test_a_link_in_a_page_of_another_site_lets_in(page: Page, small: Small, tmp_path: Path) -> None:
    with serving(tmp_path, small, TOKEN) as port:
        link = f"http://127.0.0.1:{port}/?token={TOKEN}"
        page.route("http://mail.example/", lambda route: route.fulfill(
            content_type="text/html", body=f'<a href="{link}">Corredor</a>'))  # fmt: skip
        page.goto("http://mail.example/")
        page.click("a")
        ready(page)
        assert page.url == f"http://127.0.0.1:{port}/"


def test_a_damaged_run_is_told_and_deleted(page: Page, small: Small, tmp_path: Path) -> None:
    store = Store(tmp_path)
    runs = [store.add(name, WHOLE, "", "x") for name in ("Cut short", "Whole")]
    (store.path(runs[0]) / STATE).write_text('{"id":')
    with serving(tmp_path, small, TOKEN) as port:
        page.goto(f"http://127.0.0.1:{port}/?token={TOKEN}")
        ready(page)
        damaged = page.locator("#runs li[data-status=damaged]")
        told = "está cortado" if spanish(page) else "is cut short"
        expect(damaged).to_contain_text(told)
        expect(damaged.locator("button")).to_have_count(1)
        damaged.locator("button").click()
        damaged.locator("button").click()
        expect(damaged).to_have_count(0)
        expect(page.locator("#runs li")).to_have_count(1)
    assert not store.path(runs[0]).exists()


@pytest.mark.parametrize("page", ["en"], indirect=True)
def test_the_page_waits_when_it_is_told_to(page: Page, small: Small, tmp_path: Path) -> None:
    refused = list[str]()

    def busy(route: Route) -> None:
        if len(refused) < TURNED_AWAY:
            refused.append(route.request.url)
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="{}")
        else:
            route.continue_()

    with serving(tmp_path, small, TOKEN) as port:
        page.route("**/api/base?*", busy)
        page.goto(f"http://127.0.0.1:{port}/?token={TOKEN}")
        ready(page)
        assert len(refused) == TURNED_AWAY
        expect(page.locator("#alert")).to_be_hidden()


def hasty(route: Route) -> None:
    """Answer with a page that asks for news again after 0.3 seconds and not after 3."""
    answer = route.fetch()
    text = answer.text()
    assert text.count("PATIENCE = 3000;") == 1
    route.fulfill(response=answer, body=text.replace("PATIENCE = 3000;", "PATIENCE = 300;"))


@pytest.mark.slow
def test_a_new_token_is_asked_for_and_the_page_goes_on(
    page: Page, small: Small, tmp_path: Path
) -> None:
    page.route("**/main.js", hasty)
    with serving(tmp_path, small, TOKEN) as port:
        page.goto(f"http://127.0.0.1:{port}/?token={TOKEN}")
        ready(page)
    new = f"{TOKEN}-2"
    with serving(tmp_path, small, new, port):
        told = "pide otra vez su clave" if spanish(page) else "asks for its token again"
        expect(page.locator("#alert")).to_contain_text(told, timeout=WAIT)
        other = page.context.new_page()
        other.goto(f"http://127.0.0.1:{port}/?token={new}")
        expect(page.locator("#alert")).to_be_hidden(timeout=WAIT)
