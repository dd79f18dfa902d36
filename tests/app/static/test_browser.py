"""The page in a real browser: load, run, play, levers, cancel, compare, language, export, keys."""

from __future__ import annotations

import codecs
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from app_client import TOKEN, WAIT, used
from helpers import PLACES, Small
from playwright.sync_api import Browser, Page, expect
from small_claims import write_claims

from corredor import __version__
from corredor.app.access.entry import Entry
from corredor.app.connections import PatientProtocol
from corredor.app.routes.server import create_app

pytestmark = pytest.mark.browser
# The browser reports what the server refuses, as one test wants, and that a page is told to wait,
# as it does on a busy machine: the page asks again.
REFUSED = ("status of 422", "status of 503")
CONTEXT: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 900}, "locale": "en-GB", "accept_downloads": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def address(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        folder = tmp_path_factory.mktemp("browser")
        entry = Entry(port, token=TOKEN)
        app = create_app(folder, entry, small.folder, write_claims(small.folder))
        server = uvicorn.Server(
            uvicorn.Config(
                app, log_level="error", timeout_graceful_shutdown=1, ws="none", http=PatientProtocol
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{port}/"
        server.should_exit = True
        thread.join(timeout=20)


@pytest.fixture
def page(tab: Callable[..., Page], address: str) -> Iterator[Page]:
    """Give the page, opened afresh; any fault that the browser reports fails the test."""
    one = tab(**CONTEXT)
    with used(one, f"{address}?token={TOKEN}", (address, "blob:", "data:")) as faults:
        assert one.url == address
        yield one
    assert not [fault for fault in faults if not any(told in fault for told in REFUSED)]


def start(page: Page, name: str, replicates: int = 3) -> Any:
    page.fill("#name", name)
    page.fill("#replicates", str(replicates))
    page.click("#run")
    return page.locator("#runs li", has_text=name).first


def have(page: Page, *names: str) -> None:
    """Make sure that ended runs of these names are there."""
    for name in names:
        if not page.locator("#runs li[data-status=done]", has_text=name).count():
            expect(start(page, name)).to_have_attribute("data-status", "done", timeout=WAIT)


def test_a_run_fills_map_charts_and_place_and_is_there_after_a_reload(page: Page) -> None:
    expect(start(page, "First")).to_have_attribute("data-status", "done", timeout=WAIT)
    expect(page.locator("#shown")).to_have_text("First: 3 runs of the model")
    expect(page.locator("#charts figure")).to_have_count(6)
    page.click('[data-place="sur"]')
    expect(page.locator("#place-body table").last).to_contain_text("litres a day")
    expect(page.locator("#today")).to_contain_text("nine in ten runs")
    page.reload()
    page.wait_for_selector("body[data-ready]", timeout=WAIT)
    expect(page.locator("#shown")).to_have_text("First: 3 runs of the model")


def test_it_plays_and_the_slider_moves_the_circles(page: Page) -> None:
    have(page, "First")
    circle = page.locator('[data-place="norte"] .ring')
    first = circle.get_attribute("r")
    page.click("#play")
    expect(page.locator("#play")).to_have_text("Pause")
    until = time.monotonic() + 20
    while int(page.input_value("#day")) < 30:
        assert time.monotonic() < until
    if page.locator("#play").inner_text() == "Pause":  # it stops by itself at the last day
        page.click("#play")
    assert circle.get_attribute("r") != first
    day = int(page.input_value("#day"))
    page.focus("#day")
    page.keyboard.press("ArrowRight")
    assert int(page.input_value("#day")) == day + 1


def test_a_moved_lever_is_in_the_run_and_its_command(page: Page) -> None:
    page.click("#levers-box summary")
    page.fill("#lever-sent-south", "0")
    expect(page.locator("#lever-sent-south-value")).to_contain_text("changed to 0 %")
    run = start(page, "No buses")
    expect(run).to_have_attribute("data-status", "done", timeout=WAIT)
    expect(run.locator("code")).to_have_text(
        "corredor run no-buses.toml --replicates 3 --seed 1 --draw hybrid"
    )
    with page.expect_download() as file:
        run.locator("a").click()
    assert "sent_south_share" in Path(file.value.path()).read_text()


def test_a_run_file_is_shared_and_opened(page: Page, tmp_path: Path) -> None:
    have(page, "First")
    with page.expect_download() as file:
        page.locator("#runs li", has_text="First").get_by_role("button", name="Run file").click()
    shared = json.loads(Path(file.value.path()).read_text())
    shared["request"]["name"] = "From a friend"
    path = tmp_path / "run.json"
    path.write_text(json.dumps(shared))
    page.set_input_files("#open", path)
    run = page.locator("#runs li", has_text="From a friend")
    expect(run).to_have_attribute("data-status", "done", timeout=WAIT)
    path.write_text("no json")
    page.set_input_files("#open", path)
    expect(page.locator("#alert")).to_contain_text("no run file")


def test_claims_are_shown_with_verdicts_and_charts_and_the_model_is_asked(page: Page) -> None:
    page.click("nav a >> text=Claims")
    fall = page.locator('[data-claim="fall"]')
    expect(fall.locator(".verdict")).to_have_text("✓ supported", timeout=WAIT)
    expect(fall.locator("figure")).to_have_count(1)
    fewer = page.locator('[data-claim="fewer"]')
    expect(fewer.locator(".verdict")).to_have_text("… needs the model", timeout=WAIT)
    page.click("#ask-model")
    expect(fewer.locator(".verdict")).to_have_text("✓ supported", timeout=WAIT)
    expect(page.locator("#claims")).to_contain_text("50 runs of each scenario")
    page.click('[data-kind="not-checkable"]')
    expect(page.locator(".claim:visible")).to_have_count(1)


def test_needs_are_sorted_filtered_and_taken_along(page: Page) -> None:
    have(page, "First")
    page.click("nav a >> text=Needs")
    rows = page.locator("#needs-table tbody tr")
    expect(rows.first).to_be_visible(timeout=WAIT)
    page.select_option("#needs-run", label="First (3)")
    page.uncheck("#needs-empty")
    expect(rows).to_have_count(8)
    page.select_option("#needs-zone", "south")
    expect(rows).to_have_count(3)
    page.click('[data-sort="place"]')
    expect(rows.locator("th")).to_have_text(["Costa", "Istmo", "Sur"])
    expect(page.locator("#needs-table thead th").first).to_have_attribute("aria-sort", "ascending")
    page.keyboard.press("Enter")
    expect(rows.locator("th")).to_have_text(["Sur", "Istmo", "Costa"])
    page.fill("#needs-find", "íst")
    expect(rows).to_have_count(1)
    with page.expect_download() as file:
        page.get_by_role("button", name="Save these places as CSV").click()
    lines = Path(file.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Place,Zone,Month,Need,Unit,Low (5 %),Middle,High (95 %)")
    assert lines[0].endswith("Run,Scenario,Runs of the model,Seed,Corredor")
    assert all(line.startswith("Istmo,South,2023-") for line in lines[1:])
    assert all(line.endswith(f",First,A small corridor,3,1,{__version__}") for line in lines[1:])
    expect(page.locator("#needs figure text", has_text="Istmo")).to_have_count(1)
    with page.expect_download() as file:
        page.get_by_role("link", name="Excel: this month").click()
    assert Path(file.value.path()).read_bytes().startswith(b"PK")


def test_a_run_can_be_cancelled_and_deleted(page: Page) -> None:
    run = start(page, "Too long", 200)
    run.get_by_role("button", name="Cancel").click()
    expect(run).to_have_attribute("data-status", "cancelled", timeout=WAIT)
    run.get_by_role("button", name="Delete").click()
    run.get_by_role("button", name="Delete for good").click()
    expect(run).to_have_count(0)


def test_a_run_is_renamed_and_gets_a_note_that_stays(page: Page) -> None:
    run = start(page, "Old name", 1)
    expect(run).to_have_attribute("data-status", "done", timeout=WAIT)
    run.get_by_role("button", name="Name and note: Old name").click()
    expect(page.locator("#edit-name")).to_be_focused()
    page.fill("#edit-note", "For the meeting\non Monday.")
    start(page, "Another run", 1)  # draws the list again
    expect(page.locator("#runs li", has_text="Another run").first).to_have_attribute(
        "data-status", "done", timeout=WAIT
    )
    page.fill("#edit-name", "New name")
    page.keyboard.press("Enter")
    run = page.locator("#runs li", has_text="New name")
    expect(run.locator(".remark")).to_have_text("For the meeting on Monday.")
    page.reload()
    expect(run.locator(".remark")).to_have_text("For the meeting on Monday.", timeout=WAIT)
    run.get_by_role("button", name="Name and note").click()
    page.fill("#edit-name", "Never")
    page.keyboard.press("Escape")
    expect(run.get_by_role("button", name="Name and note")).to_be_focused()
    expect(page.locator("#runs li", has_text="Never")).to_have_count(0)


@pytest.mark.slow
def test_two_tabs_show_the_same_runs(page: Page, address: str) -> None:
    other = page.context.new_page()
    other.goto(address)
    other.wait_for_selector("body[data-ready]", timeout=WAIT)
    start(page, "Seen in both")
    expect(other.locator("#runs li", has_text="Seen in both")).to_have_attribute(
        "data-status", "done", timeout=WAIT
    )


def pick(page: Page, *names: str) -> None:
    """Choose the runs of these names, and no others, to be compared with the first."""
    page.click('nav a[href="#/compare"]')
    for box in page.locator("#compare input:checked").evaluate_all(
        "all => all.map((one) => one.id)"
    ):
        page.uncheck(f"#{box}")
    for name in names:
        page.get_by_label(name, exact=True).check()
    page.select_option("#compare-first", label=names[0])


def test_runs_are_compared_in_a_table_in_charts_and_on_the_map(page: Page) -> None:
    have(page, "First", "Second")
    if not page.locator("#runs li[data-status=done]", has_text="Fewer").count():
        expect(start(page, "Fewer", 2)).to_have_attribute("data-status", "done", timeout=WAIT)
    pick(page, "First (3)", "Second (3)")
    page.get_by_label("Fewer (2)").check()
    expect(page.locator("#compare .check", has_text="Fewer")).to_contain_text("no differences")
    page.click("#compare button")
    cells = page.locator('[data-measure="detentions"] td')
    expect(cells).to_have_count(3)
    changes = page.locator('[data-measure="detentions"] .change')
    expect(changes).to_have_text(["0 (0 to 0), 0.0 %"])  # the same request with the same chance
    expect(page.locator("#compared figure")).to_have_count(12)
    expect(page.locator("#compared figure").first.locator(".keys li")).to_have_count(3)
    page.click("#on-map")
    expect(page.locator("#difference")).to_contain_text("“Second” than in “First”")
    expect(page.locator("#map-h")).to_be_visible()
    page.click("#plain")
    expect(page.locator("#difference")).to_be_hidden()


def test_charts_answer_to_keys_and_are_saved(page: Page) -> None:
    have(page, "First")
    figure = page.locator('[data-chart="sent_south"]')
    figure.locator("svg").focus()
    page.keyboard.press("Home")
    expect(figure.locator(".readout")).to_contain_text(re.compile(r"Feb 2023: [\d,]+ \("))
    for kind, begins in (("CSV", codecs.BOM_UTF8 + b"Time,Low (5 %)"), ("SVG", b"<?xml"),
                         ("PNG", b"\x89PNG")):  # fmt: skip
        with page.expect_download() as file:
            figure.get_by_role("button", name=f"as {kind}").click()
        assert Path(file.value.path()).read_bytes().startswith(begins)


def test_a_click_chooses_the_nearest_of_places_that_lie_close(page: Page) -> None:
    have(page, "First")
    for place in ("istmo", "costa"):
        box = page.locator(f'[data-place="{place}"] .ring').bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.locator("#place")).to_have_value(str(list(PLACES).index(place)))


def test_places_are_reached_by_keys(page: Page) -> None:
    have(page, "First")
    page.locator('[data-place="sur"]').focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.place") not in (None, "sur")
    expect(page.locator("#today")).to_be_visible()


def test_the_page_speaks_spanish_and_remembers_it(page: Page) -> None:
    page.click("#language")
    expect(page.locator("#map-h")).to_have_text("Personas en cada lugar")
    assert page.evaluate("document.documentElement.lang") == "es"
    page.reload()
    expect(page.locator("#run")).to_have_text("Correr")
    page.click("#language")
    expect(page.locator("#run")).to_have_text("Run")


def test_a_name_is_text_whatever_it_holds(page: Page) -> None:
    run = start(page, "<img src=x onerror=alert(1)>", 1)
    expect(run.locator("strong")).to_have_text("<img src=x onerror=alert(1)>")
    assert page.locator("#runs img").count() == 0


def test_an_error_of_the_server_is_told(page: Page) -> None:
    page.fill("#name", "x")
    page.evaluate("document.getElementById('name').removeAttribute('maxlength')")
    page.fill("#name", "x" * 81)
    with page.expect_response("**/api/runs") as answer:
        page.click("#run")
    assert answer.value.status == 422
    expect(page.locator("#alert")).to_contain_text("80 characters")


@pytest.mark.parametrize(
    ("language", "width"),
    [
        ("en", 1280),
        pytest.param("es", 390, marks=pytest.mark.slow),
        pytest.param("en", 390, marks=pytest.mark.slow),
        pytest.param("es", 1280, marks=pytest.mark.slow),
    ],
)
def test_no_serious_accessibility_fault_and_no_sideways_scrolling(
    page: Page, language: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    have(page, "First", "Second")
    page.set_viewport_size({"width": width, "height": 844})
    if language == "es":
        page.click("#language")
        page.wait_for_selector("html[lang=es] body[data-ready]")
    page.click("#levers-box summary")
    page.locator('[data-act^="rename-"]').first.click()
    page.click('[data-place="sur"]')
    expect(page.locator("#place-body table").last).to_be_visible()
    for view, filled in (
        ("map", "#place-body table"), ("needs", "#needs-table"),
        ("compare", "#compare"), ("claims", ".claim figure"),
    ):  # fmt: skip
        page.click(f'nav a[href="#/{view}"]')
        expect(page.locator(filled).first).to_be_visible(timeout=WAIT)
        if view == "compare":
            pick(page, "First (3)", "Second (3)")
            page.click("#compare button")
            expect(page.locator("#compared figure")).to_have_count(12)
        found = Axe().run(page).response["violations"]
        serious = [
            (v["id"], [node["html"][:120] for node in v["nodes"][:3]])
            for v in found
            if v["impact"] in ("serious", "critical")
        ]
        assert not serious, json.dumps(serious, indent=1)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, view


@pytest.mark.slow  # a time, which tests that run beside it would lengthen
def test_the_first_paint_comes_soon(browser: Browser, address: str) -> None:
    with browser.new_context(**CONTEXT) as context:  # which has nothing of the page yet
        page = context.new_page()
        page.goto(f"{address}?token={TOKEN}")
        page.wait_for_selector("body[data-ready]", timeout=WAIT)
        paints = page.evaluate("performance.getEntriesByType('paint').map((e) => e.startTime)")
    assert min(paints) < 1000
