"""Pictures and tables that leave the page stand by themselves, in both languages and all widths."""

from __future__ import annotations

import csv
import itertools
import socket
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from app_client import TOKEN, WAIT, used
from helpers import Small
from matplotlib.image import imread
from playwright.sync_api import Locator, Page, Route, expect
from small_claims import write_claims

from corredor import __version__
from corredor.app.access.entry import Entry
from corredor.app.connections import PatientProtocol
from corredor.app.routes.server import create_app

pytestmark = pytest.mark.browser
SVG = "{http://www.w3.org/2000/svg}"
LONG = "Un nombre muy largo, que no cabe en una línea de la imagen y por eso se parte en"
TOUCH = 0.5  # pixels by which boxes of letters may lie over one another
PRINT = 1800  # pixels of a picture from left to right
NOT_LOADED = "Failed to load resource"  # what the browser itself reports, as two tests want
SETTINGS = [("en", 1280), pytest.param(("es", 390), marks=pytest.mark.slow)]


@pytest.fixture(scope="module")
def server(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        folder = tmp_path_factory.mktemp("pictures")
        app = create_app(folder, Entry(port, token=TOKEN), small.folder, write_claims(small.folder))
        one = uvicorn.Server(
            uvicorn.Config(
                app, log_level="error", timeout_graceful_shutdown=1, ws="none", http=PatientProtocol
            )
        )
        thread = threading.Thread(target=one.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{port}/?token={TOKEN}", one
        one.should_exit = True
        thread.join(timeout=20)


@pytest.fixture(scope="module", params=SETTINGS, ids=lambda p: f"{p[0]}-{p[1]}")
def opened(
    tab: Callable[..., Page], server: tuple[str, Any], request: pytest.FixtureRequest
) -> Iterator[tuple[Page, list[str]]]:
    """Open the page in a language and width, in a dark browser; give it with its faults."""
    language, width = request.param
    one = tab(
        viewport={"width": width, "height": 844}, color_scheme="dark", accept_downloads=True,
        locale="en-GB" if language == "en" else "es-MX",
    )  # fmt: skip
    with used(one, server[0]) as faults:
        yield one, faults


@pytest.fixture
def page(opened: tuple[Page, list[str]], request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give the page with the first of two runs that have ended on its map, in its width."""
    one, faults = opened
    language, width = request.node.callspec.params["opened"]
    expect(one.locator("html")).to_have_attribute("lang", language)
    with_two_runs(one)
    yield one
    told, faults[:] = [fault for fault in faults if NOT_LOADED not in fault], []
    one.set_viewport_size({"width": width, "height": 844})
    assert not told


@pytest.fixture
def spoilt(page: Page) -> Iterator[Page]:
    """Give a page that is loaded again when the test has done with it."""
    yield page
    page.unroute_all()
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_selector("body[data-ready]", timeout=WAIT)


def with_two_runs(one: Page) -> None:
    """Make sure that two runs have ended, and show the first of them on the map."""
    one.click('nav a[href="#/map"]')
    for name in ("=2+5", LONG):
        run = one.locator("#runs li[data-status=done]", has_text=name)
        if not run.count():
            one.fill("#name", name)
            one.fill("#replicates", "3")
            one.fill("#seed", "7")
            one.click("#run")
        expect(run).to_have_count(1, timeout=WAIT)
    one.locator("#runs li", has_text="=2+5").locator('[data-act^="show-"]').click()
    expect(one.locator("#shown")).to_contain_text("=2+5")


def saved(page: Page, button: Locator) -> Path:
    with page.expect_download() as file:
        button.click()
    path = Path(file.value.path())
    return path.rename(path.with_name(f"{path.name}-{file.value.suggested_filename}"))


def button(part: Locator, kind: str) -> Locator:
    return part.locator(".tools button", has_text=kind)


def texts(path: Path) -> str:
    """Return what a picture says, its title and description too, as one line."""
    return " ".join(" ".join(ET.parse(path).getroot().itertext()).split())


def check_picture(page: Page, path: Path) -> str:
    """Check what every picture must be, wherever it is looked at; returns what it says."""
    root = ET.parse(path).getroot()
    width, height = (float(root.attrib[name]) for name in ("width", "height"))
    ground = next(node for node in root if node.tag == f"{SVG}rect")
    assert (ground.attrib["fill"], float(ground.attrib["width"])) == ("#ffffff", width)
    for node in root.iter():
        assert not {"class", "style", "vector-effect", "paint-order"} & set(node.attrib), node.tag
        assert not any("NaN" in value or "undefined" in value for value in node.attrib.values())
    said = texts(path)
    assert f"Corredor {__version__}" in said
    for wrong in ("NaN", "undefined", "null", "{", "about.", "table."):
        assert wrong not in said, said
    boxes = drawn_texts(page, path)
    assert boxes
    for text, left, top, right, bottom in boxes:
        assert left >= 0 and top >= 0 and right <= width and bottom <= height, text
    for (one, *a), (other, *b) in itertools.combinations(boxes, 2):
        apart = a[2] <= b[0] + TOUCH or b[2] <= a[0] + TOUCH or a[3] <= b[1] + TOUCH
        assert apart or b[3] <= a[1] + TOUCH, (one, other)
    return said


def drawn_texts(page: Page, path: Path) -> list[tuple[str, float, float, float, float]]:
    """Return the texts that a viewer draws, with the boxes of their letters without descenders."""
    found = page.evaluate(
        """(source) => {
          const whole = new DOMParser().parseFromString(source, "image/svg+xml");
          const root = document.importNode(whole.documentElement, true);
          document.body.append(root);
          const from = root.getBoundingClientRect();
          const scale = Number(root.getAttribute("width")) / from.width;
          const boxes = [...root.querySelectorAll("text:not([fill=none])")].map((node) => {
            const box = node.getBoundingClientRect(), high = box.height * 0.2;
            const ends = [box.left - from.left, box.top - from.top + high,
              box.right - from.left, box.bottom - from.top - high];
            return [node.textContent, ...ends.map((end) => end * scale)];
          });
          root.remove();
          return boxes;
        }""",
        path.read_text(encoding="utf-8"),
    )
    return [tuple(box) for box in found]


def check_png(path: Path) -> None:
    """Check that a picture is wide enough for print and white at its corners."""
    pixels = imread(path)
    assert pixels.shape[1] == PRINT
    assert (pixels[[0, 0, -1, -1], [0, -1, 0, -1]] == 1).all()


def language(page: Page) -> str:
    return str(page.evaluate("document.documentElement.lang"))


WORDS = {
    "en": {"seed": "seed 7", "runs": "3 runs of the model", "bands": "nine in ten runs",
           "events": "events a month", "dates": "Feb 2023 to Apr 2023", "km": "km",
           "people": "People in the evening of", "scenario": "A small corridor"},
    "es": {"seed": "semilla 7", "runs": "3 corridas del modelo",
           "bands": "nueve de cada diez corridas", "events": "eventos al mes",
           "dates": "feb 2023 a abr 2023", "km": "km", "people": "Personas en la noche del",
           "scenario": "corridor"},
}  # fmt: skip


def test_a_chart_stands_by_itself(page: Page) -> None:
    words, figure = WORDS[language(page)], page.locator('[data-chart="sent_south"]')
    said = check_picture(page, saved(page, button(figure, "SVG")))
    for key in ("seed", "runs", "bands", "events", "dates", "scenario"):
        assert words[key] in said, key
    assert "=2+5" in said
    check_png(saved(page, button(figure, "PNG")))


def test_the_map_stands_by_itself_with_numbers_in_its_key(page: Page) -> None:
    words, tools = WORDS[language(page)], page.locator("#map-tools button")
    views = page.locator("#view option").evaluate_all("all => all.map((one) => one.value)")
    assert "all" in views
    for view in views:
        page.select_option("#view", view)
        path = saved(page, tools.first)
        said = check_picture(page, path)
        for key in ("seed", "runs", "people", "km", "scenario"):
            assert words[key] in said, key
        assert "Natural Earth" in said
        key = [node.text for node in ET.parse(path).getroot().findall(f"{SVG}text")]
        assert sum((text or "").replace(",", "").isdigit() for text in key) >= 2
    check_png(saved(page, tools.last))


def test_the_map_is_the_same_from_every_width(page: Page) -> None:
    first = saved(page, page.locator("#map-tools button").first).read_bytes()
    page.set_viewport_size({"width": 700, "height": 600})
    assert saved(page, page.locator("#map-tools button").first).read_bytes() == first


def test_comparisons_stand_by_themselves_as_charts_map_and_table(page: Page) -> None:
    words = WORDS[language(page)]
    page.click('nav a[href="#/compare"]')
    for name in ("=2+5 (3)", f"{LONG} (3)"):
        page.get_by_label(name, exact=True).check()
    page.select_option("#compare-first", label="=2+5 (3)")
    page.click("#compare button")
    figures = page.locator("#compared figure")
    expect(figures).to_have_count(12)
    for figure in (figures.first, figures.last):
        said = check_picture(page, saved(page, button(figure, "SVG")))
        assert "=2+5" in said and LONG in said
        assert said.count(words["seed"]) >= 2
    rows = table(saved(page, page.locator("#compared > .tools button")))
    assert {row[11] for row in rows[1:]} == {"'=2+5", LONG}
    assert {row[14] for row in rows[1:]} == {"7"}
    english = {"measure", "unit", "run", "mean", "Outcome", "Unit", "Run", "Seed"}
    assert language(page) == "en" or not english & set(rows[0])
    page.click("#on-map")
    expect(page.locator("#difference")).to_be_visible()
    said = check_picture(page, saved(page, page.locator("#map-tools button").first))
    assert "=2+5" in said and LONG in said


def test_needs_and_published_claims_stand_by_themselves(page: Page) -> None:
    page.click('nav a[href="#/needs"]')
    page.select_option("#needs-run", label="=2+5 (3)")
    figure = page.locator("#needs figure")
    said = check_picture(page, saved(page, button(figure, "SVG")))
    assert WORDS[language(page)]["seed"] in said
    page.click('nav a[href="#/claims"]')
    claim = page.locator('[data-claim="fall"] figure')
    expect(claim).to_be_visible(timeout=WAIT)
    said = check_picture(page, saved(page, button(claim, "SVG")))
    assert "Homeland Security" in said or "Seguridad Nacional" in said


@pytest.mark.slow  # that the model is asked is tried in test_browser
def test_a_claim_of_the_model_stands_by_itself(page: Page) -> None:
    page.click('nav a[href="#/claims"]')
    claim, ask = page.locator('[data-claim="fewer"] figure'), page.locator("#ask-model")
    expect(ask.or_(claim)).to_be_visible(timeout=WAIT)
    if ask.count():
        ask.click()
    expect(claim).to_be_visible(timeout=WAIT)
    said = check_picture(page, saved(page, button(claim, "SVG")))
    model = {"en": "50 runs of each scenario", "es": "50 corridas de cada escenario"}
    assert model[language(page)] in said


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        assert file.read(1) == "\ufeff"  # by which Excel knows UTF-8
        return list(csv.reader(file))


def test_tables_name_their_run_and_hold_no_formula(page: Page) -> None:
    head, *rows = table(saved(page, button(page.locator('[data-chart="sent_south"]'), "CSV")))
    assert [row[-5:] for row in rows] == 3 * [["'=2+5", rows[0][-4], "3", "7", __version__]]
    heads = {"en": "Time,Published,Unit,Run,Seed", "es": "Tiempo,Publicado,Unidad,Corrida,Semilla"}
    assert set(heads[language(page)].split(",")) <= set(head)
    float(rows[0][2])


def test_a_program_that_has_ended_is_told_in_plain_words(spoilt: Page) -> None:
    page = spoilt
    told = {"en": "not running any more", "es": "ya no está en marcha"}[language(page)]
    page.route("**/api/**", lambda route: route.abort("connectionrefused"))
    for act in (
        lambda: page.click("#run"),
        lambda: page.locator("#runs li a").first.click(),
        lambda: page.click("#language"),
    ):
        page.evaluate("document.getElementById('alert').textContent = ''")
        act()
        expect(page.locator("#alert")).to_contain_text(told)
        expect(page.locator("body")).not_to_contain_text("Failed to fetch")
    page.click('nav a[href="#/claims"]')
    expect(page.locator("#claims")).to_contain_text(told)


def test_a_fault_inside_is_told_without_a_path(spoilt: Page) -> None:
    page = spoilt
    for status, body in ((500, "Internal Server Error"), (409, '{"detail": "No."}')):
        answer = partial(answered, status=status, body=body)
        page.route("**/api/runs", answer)
        page.click("#run")
        alert = page.locator("#alert")
        expect(alert).not_to_be_empty()
        shown = alert.inner_text()
        for wrong in ("undefined", "JSON", "NaN", "[object", "–"):
            assert wrong not in shown, shown
        page.unroute("**/api/runs")


def answered(route: Route, status: int, body: str) -> None:
    route.fulfill(status=status, body=body)


def test_what_to_know_of_a_run_stands_below_its_map(page: Page) -> None:
    expect(page.locator("#notes-list li")).not_to_have_count(0)
    told = {"en": "With only 3 runs", "es": "Con solo 3 corridas"}[language(page)]
    expect(page.locator("#notes-list")).to_contain_text(told)
