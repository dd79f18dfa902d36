"""The app over the small world, a client that speaks like the app's own page, and a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from app_client import ADDRESS, BEARER, ENTRY
from fastapi.testclient import TestClient
from helpers import Small, write_small
from playwright.sync_api import Browser, Error, Page, sync_playwright

from corredor.app.routes.server import create_app


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give Debian's Chromium, or the one that Playwright installed."""
    with sync_playwright() as play:
        try:
            path = shutil.which("chromium")
            one = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as error:
            pytest.skip(f"No browser to test the page in; install Debian's chromium: {error}")
        yield one
        one.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Give a tab of a context with such options, the same one each time: ``used`` leaves it empty.

    A page that is loaded anew in it costs half of what it costs in a context of its own.
    """
    tabs: dict[str, Page] = {}

    def give(**options: Any) -> Page:
        name = repr(sorted(options.items()))
        if name not in tabs:
            tabs[name] = browser.new_context(**options).new_page()
        return tabs[name]

    yield give
    for one in tabs.values():
        one.context.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """Give the small world in a folder of its own: the app shows every scenario of its folder."""
    return write_small(tmp_path_factory.mktemp("scenarios"))


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give an app over a small world of its own, which is started once: its worker loads much."""
    folder = write_small(tmp_path_factory.mktemp("scenarios")).folder
    app = create_app(tmp_path_factory.mktemp("runs") / "kept", ENTRY, folder)
    with TestClient(app, base_url=ADDRESS, headers=BEARER) as one:
        yield one
