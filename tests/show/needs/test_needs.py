"""The table of needs: the same texts in both languages, and the right numbers on the page."""

from __future__ import annotations

import html
import re
import string
from html.parser import HTMLParser
from typing import Any

import pytest
import xarray as xr
from helpers import Small

from corredor.needs import load_standards, needs_by_period, people_in_places
from corredor.show.needs import about_sheet, at_sea, build_page, grids, needs_words, notes
from corredor.text.language import LANGUAGES


@pytest.fixture(scope="module")
def data(small: Small) -> xr.Dataset:
    return small.run(draw="exact", replicates=4)


def flat(words: dict[str, Any], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in words.items():
        found |= (
            flat(value, f"{before}{key}.") if isinstance(value, dict) else {before + key: value}
        )
    return found


def fields(text: object) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(str(text)) if name}


def test_both_languages_have_the_same_keys_and_blanks() -> None:
    english, spanish = (flat(needs_words(language)) for language in LANGUAGES)
    assert set(english) == set(spanish)
    for key, text in english.items():
        assert fields(text) == fields(spanish[key]), key
        assert len(text) == len(spanish[key]) or isinstance(text, str), key
    assert sum(english[k] != spanish[k] for k in english) > 0.7 * len(english)


@pytest.mark.parametrize("parameters", ["posterior", "prior", "fixed"])
def test_the_bands_are_told_for_what_they_are(data: xr.Dataset, parameters: str) -> None:
    told = " ".join(notes(data.assign_attrs(parameters=parameters), needs_words("en"), 1.0))
    assert ("known to be somewhat too narrow" in told) == (parameters == "posterior")
    assert ("far too narrow" in told) == (parameters == "fixed")
    assert "With only 4 runs" in told


def test_the_assumed_share_is_told(data: xr.Dataset) -> None:
    words = needs_words("en")
    assert "is not known" in notes(data, words, 1.0)[-1]
    assert notes(data, words, 0.4)[-1].startswith("Assumed: 40 %")


class Cells(HTMLParser):
    """Collects the bold numbers of each row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.bold = False

    def handle_starttag(self, tag: str, _: Any) -> None:
        self.bold = tag == "b"
        if tag == "tr":
            self.rows.append([])

    def handle_data(self, data: str) -> None:
        if self.bold:
            self.rows[-1].append(data)
            self.bold = False


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("by", ["month", "week"])
def test_the_page_holds_the_numbers_of_the_table(data: xr.Dataset, language: str, by: Any) -> None:
    people, standards, words = (
        people_in_places(data, ["sur"]),
        load_standards(),
        needs_words(language),
    )
    page = build_page(data, people, grids(people, standards, words, by), standards, words, 1.0)
    cells = Cells()
    cells.feed(page)
    taps = needs_by_period(people, standards, by).query("need == 'water-taps'")["middle"]
    shown = [int(x) for x in cells.rows[1 + 2 + 1]]  # a heading, two rows of people, water, taps
    assert shown == [int(x) for x in taps]
    assert f'lang="{language}"' in page
    assert words["beds"]["not_published"].split(".")[0] in page
    assert "nan" not in re.sub(r"<style>.*</style>", "", page, flags=re.DOTALL).lower().split()


def test_published_beds_bring_days_over_capacity(data: xr.Dataset) -> None:
    beds = [5.0] * data.sizes["place"]
    people = people_in_places(data.assign_coords(shelter_beds=("place", beds)), ["sur"])
    (grid,) = grids(people, load_standards(), needs_words("en"))
    assert grid.beds.startswith("Published shelter beds: 5.")
    assert [row.name for row in grid.rows[-2:]] == [
        "Days over published beds",
        "Chance of such a day",
    ]
    assert grid.rows[-1].cells[0].middle == "100 %"


def test_many_weeks_go_on_several_pages(small: Small, data: xr.Dataset) -> None:
    people, standards, words = people_in_places(data, ["sur"]), load_standards(), needs_words("en")
    (grid,) = grids(people, standards, words, "week")
    long = type(grid)(
        grid.place, grid.name, grid.span, grid.beds, grid.counts, grid.columns * 3,
        tuple(type(r)(r.name, r.unit, r.standard, r.cells * 3) for r in grid.rows),
    )  # fmt: skip
    page = build_page(data, people, [long], standards, words, 1.0)
    assert page.count('<section class="sheet') == -(-3 * len(grid.columns) // 13)
    assert "Page 1 of" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_place_at_sea_says_so_and_how_many_are_there(data: xr.Dataset, language: str) -> None:
    people, words = people_in_places(data), needs_words(language)
    places = people.sizes["place"]
    assert at_sea(people, words) == []
    afloat = people.assign_coords(at_sea=("place", [True] + [False] * (places - 1)))
    (told,) = at_sea(afloat, words)
    assert str(people["place_name"].values[0]) in told
    first, *others = grids(afloat, load_standards(), words)
    assert first.beds == words["beds"]["at_sea"]
    assert len(first.rows) == 2 < min(len(other.rows) for other in others)
    standards = load_standards()
    page = html.unescape(build_page(data, afloat, [first], standards, words, 1.0))
    assert told in page
    assert words["title"]["at_sea"].format(name=first.name) in page
    assert words["read"]["standards"] not in page
    assert told not in html.unescape(build_page(data, afloat, others, standards, words, 1.0))
    told_in_book = about_sheet(data, afloat, standards, words, 1.0, ())
    assert told in told_in_book[words["column"]["value"]].tolist()
