"""Colours that carry a meaning stay apart for colour-blind readers, and stand out from the ground.

Colour blindness is simulated with the matrices of Machado, Oliveira and Fernandes (2009) for
complete protanopia, deuteranopia and tritanopia, on linear RGB. Colours are apart if their
distance in CIE L*a*b* (1976) is at least ``APART``; about 2 is the least that can be seen at all.
Contrast is that of WCAG 2: 4.5 for text, 3 for what a reader must make out in a drawing.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from corredor.app.routes.server import STATIC
from corredor.show.charts.style import BLUE, GREY, INK, RUST, VIOLET
from corredor.show.compare.charts import COLOURS, styles
from corredor.show.html import template

APART, OF_TEXT, OF_DRAWING = 20.0, 4.5, 3.0
SEEN_BY = {
    "everybody": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
WHITE_POINT = np.array([0.95047, 1.0, 1.08883])
HEX = r"#[0-9a-f]{6}\b"
Floats = npt.NDArray[np.float64]

SCRIPT = (STATIC / "palette.js").read_text(encoding="utf-8")
LINES = re.findall(HEX, re.search(r"LINES = \[(.*?)\]", SCRIPT).group(1))  # type: ignore[union-attr]
ONE = dict(re.findall(rf"\b([A-Z]+) = \"({HEX})\"", SCRIPT))
MAP = dict(re.findall(rf"(\w+): \"({HEX})\"", SCRIPT))


def variables(style: str) -> dict[str, str]:
    """Return the colours that a style sheet names."""
    return dict(re.findall(rf"--(\w+): ({HEX})", style))


APP = variables((STATIC / "app.css").read_text(encoding="utf-8"))
CLAIMS = variables(
    Path(str(template("show/claims/page.html").filename)).with_name("page.css").read_text("utf-8")
)
VERDICTS = ("supported", "partly", "contradicted", "open")


def linear(colour: str) -> Floats:
    share = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(rgb: Floats) -> Floats:
    x, y, z = (
        np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116
        for v in TO_XYZ @ np.clip(rgb, 0, 1) / WHITE_POINT
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one: str, other: str, reader: str) -> float:
    matrix = np.array(SEEN_BY[reader])
    return float(np.linalg.norm(lab(matrix @ linear(one)) - lab(matrix @ linear(other))))


def contrast(one: str, other: str) -> float:
    dark, light = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def test_the_measures_are_those_of_the_definitions() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert distance("#000000", "#ffffff", "everybody") == pytest.approx(100, abs=0.1)
    red_and_green = ("#c00000", "#6b6b00")  # as good as alike without cones for red
    assert distance(*red_and_green, "everybody") > 3 * distance(*red_and_green, "protanopia")


PALETTES = {
    "lines of the app": [ONE["INK"], *LINES],
    "lines of a comparison": [INK, *COLOURS],
    "other charts": [INK, BLUE, RUST],
    "verdicts of the app": [APP[name] for name in VERDICTS],
    "verdicts of the page of claims": [CLAIMS[name] for name in VERDICTS],
    "places": [MAP["people"], MAP["beds"], MAP["caravan"]],
    "differences on the map": [MAP["more"], MAP["fewer"], MAP["land"]],
    "land and sea": [MAP["land"], MAP["people"], MAP["link"]],
}


@pytest.mark.parametrize("reader", SEEN_BY)
@pytest.mark.parametrize("palette", PALETTES)
def test_colours_are_told_apart(palette: str, reader: str) -> None:
    near = {
        pair: round(distance(*pair, reader), 1)
        for pair in itertools.combinations(PALETTES[palette], 2)
        if distance(*pair, reader) < APART
    }
    assert not near


def test_many_lines_differ_in_dash_where_colours_come_again() -> None:
    assert len({styles(i) for i in range(1, 13)}) == 12


GROUNDS = {"white": "#ffffff", "ground": APP["ground"], "pale": APP["pale"]}


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", ["ink", "grey", "deep", "rust", *VERDICTS])
def test_text_of_the_app_can_be_read(text: str, ground: str) -> None:
    assert contrast(APP[text], GROUNDS[ground]) >= OF_TEXT


@pytest.mark.parametrize("text", [*VERDICTS, "ink", "grey", "accent"])
def test_text_of_the_page_of_claims_can_be_read(text: str) -> None:
    assert (
        min(contrast(CLAIMS[text], "#ffffff"), contrast(CLAIMS[text], CLAIMS["paper"])) >= OF_TEXT
    )


def test_white_text_on_buttons_can_be_read() -> None:
    assert min(contrast("#ffffff", APP[name]) for name in ("blue", "deep", "ink")) >= OF_TEXT


@pytest.mark.parametrize(
    "colour", [*LINES, *COLOURS, ONE["MARKED"], ONE["GREY"], BLUE, RUST, VIOLET, GREY]
)
def test_lines_stand_out_from_paper(colour: str) -> None:
    assert contrast(colour, "#ffffff") >= OF_DRAWING


@pytest.mark.parametrize("mark", ["people", "edge", "beds", "link", "parallel", "more", "fewer"])
@pytest.mark.parametrize("ground", ["land", "sea"])
def test_marks_stand_out_from_land_and_sea(mark: str, ground: str) -> None:
    assert contrast(MAP[mark], MAP[ground]) >= OF_DRAWING


def test_scripts_take_every_colour_from_the_palette() -> None:
    for script in STATIC.glob("*.js"):
        if script.name != "palette.js":
            used = set(re.findall(HEX, script.read_text(encoding="utf-8")))
            assert not used, script.name


def test_borders_of_fields_and_the_focus_stand_out() -> None:
    assert contrast(APP["edge"], "#ffffff") >= OF_DRAWING
    focus = re.search(
        rf":focus-visible {{ outline: 3px solid ({HEX})", (STATIC / "app.css").read_text()
    )
    assert focus
    assert contrast(focus.group(1), "#ffffff") >= OF_DRAWING
