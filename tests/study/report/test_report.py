"""The report stands alone, shows every claim and says what the numbers say."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from all_texts import texts
from made_once import once

from corredor.show.needs import needs_words
from corredor.show.needs.words import who_said
from corredor.study.report import build, prose, tables
from corredor.study.report.page import PAGES
from corredor.study.report.prose import difference_sentence, direction
from corredor.study.run import Study
from corredor.text import numbers as writing
from corredor.text.language import LANGUAGES, speaking, words
from corredor.text.language import tables as spanish_of

VOID = {"meta", "link", "br", "img", "hr", "input", "wbr"}
# English that a Spanish page may hold: names, and citations as they were noted.
KEPT = {"This page in English", "Rio Grande Valley"}
LOADS = {"script", "img", "link", "iframe", "object", "embed", "source", "video", "audio"}


class Page(HTMLParser):
    """Collects elements, ids and what is linked, and checks that elements close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.drawn: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "svg"} & set(self.open):
            self.words.append(data)
        if "text" in self.open:
            self.drawn.append(data.strip())

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module")
def pages(small_study: Study, shared: Path) -> dict[str, str]:
    """Return the page in every language."""

    def built(language: str) -> str:
        with speaking(language):
            return build(small_study)

    return once(shared, "pages", lambda: {language: built(language) for language in LANGUAGES})


def parse(html: str) -> Page:
    parsed = Page()
    parsed.feed(html)
    assert not parsed.open
    return parsed


@pytest.fixture(scope="module")
def page(pages: dict[str, str]) -> Page:
    return parse(pages["en"])


@pytest.fixture(scope="module")
def spanish(pages: dict[str, str]) -> Page:
    return parse(pages["es"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_fetched_from_outside(pages: dict[str, str], language: str) -> None:
    html, page = pages[language], parse(pages[language])
    for tag, attributes in page.elements:
        assert tag not in LOADS
        for name, value in attributes.items():
            outside = "//" in (value or "") and not (value or "").startswith("data:")
            assert not outside or (tag, name) == ("a", "href"), (tag, name, value)
    assert not re.search(r"@import|url\((?!#)", html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_ids_are_unique_and_every_inner_link_leads_somewhere(
    pages: dict[str, str], language: str
) -> None:
    html, page = pages[language], parse(pages[language])
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = [a.get("href") or "" for _, a in page.elements]
    wanted += [f"#{name}" for name in re.findall(r"url\(#([^)]+)\)", html)]
    assert {w[1:] for w in wanted if w.startswith("#")} <= set(ids)


def test_the_facts_of_the_record_are_there(page: Page) -> None:
    for fact in (
        "−50.3\u00a0%",
        "−41.7\u00a0%",
        "120,005",
        "113,347",
        "119,943",
        "October\u00a01999",
    ):
        assert fact.replace("\u00a0", " ") in page.text


def test_every_claim_is_shown_with_its_verdict(page: Page, small_study: Study) -> None:
    shown = {str(a.get("id", "")) for _, a in page.elements}
    badges = [a for tag, a in page.elements if tag == "span" and "badge" in (a.get("class") or "")]
    assert len(badges) == len(small_study.verdicts)
    for verdict in small_study.verdicts:
        assert f"claim-{verdict.id}" in shown
        assert verdict.statement in page.text
    told = {v.verdict for v in small_study.verdicts}
    assert all(writing.words()["verdict"][verdict] in page.text for verdict in told)


def test_what_is_assumed_is_said(page: Page) -> None:
    for said in ("tracks nobody", "The two scenarios differ in movement.held_back, interdiction",
                 "Natural Earth", "GeoNames", "with only 2 runs", "proves no cause"):  # fmt: skip
        assert said.lower() in page.text.lower()
    assert "set by hand" not in page.text


def test_counts_of_people_stand_beside_the_model(
    page: Page, spanish: Page, small_study: Study
) -> None:
    counts = small_study.consequences.counts
    assert (counts["counted"] == "everyone").any()
    for said in counts.loc[counts["counted"] == "everyone", "said_by"]:
        assert who_said(said, needs_words("en")) in page.text
        with speaking("es"):
            assert who_said(said, needs_words("es")) in spanish.text
    assert "the model is within a factor of two of" in page.text
    assert "Junto a lo que se contó ahí" in spanish.text


def test_calibration_is_said_for_what_it_is(page: Page, small_study: Study) -> None:
    made = small_study.calibration
    for said in (f"{made['observations']} published totals", f"{made['kept']} sets of numbers",
                 "Agreement with a total that was used is no evidence", "docs/forecasting.md",
                 "Every series in the table was used", str(made["world_hash"])[:8],
                 "a fit, not a test"):  # fmt: skip
        assert said in page.text


def test_series_that_were_not_calibrated_to_are_named(small_study: Study) -> None:
    fit = small_study.fit.assign(calibrated=small_study.fit.index != "darien_crossings")
    told = prose.calibration(replace(small_study, fit=fit))[0]
    assert "these were not used: People coming out of the Darién." in told
    assert "Every series" not in told


@pytest.mark.parametrize(
    ("error", "said"),
    [(3.0, "follows much"), (9.9, "hardly better"), (10.0, "no better"), (12.0, "no better")],
)
def test_the_check_is_told_as_it_came_out(small_study: Study, error: float, said: str) -> None:
    found = replace(small_study.held_back, error=error, error_of_constant=10.0)
    told = prose.held_back(replace(small_study, held_back=found))
    assert said in told
    assert f"{error:.1f} percentage points off" in told


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.4, 2.1, "accounts for"), (-0.4, 2.1, "not clear"), (-2.1, -0.4, "does not make")],
)
def test_the_share_of_the_fall_is_told_both_ways(
    small_study: Study, low: float, high: float, said: str
) -> None:
    falls = small_study.falls.copy()
    falls.loc["difference"] = [(low + high) / 2, low, high]
    assert said in prose.falls_share(replace(small_study, falls=falls))


def test_a_level_hidden_in_a_longer_total_is_a_limit(small_study: Study) -> None:
    def told(start: str, end: str) -> str:
        months = pd.PeriodIndex([start, end], freq="M")
        table = pd.DataFrame(
            {
                "start": months[:1],
                "end": months[1:],
                "months": months[1].ordinal - months[0].ordinal + 1,
            }
        )
        windows = {**small_study.windows, "mexico_detentions": table}
        return " ".join(prose.limits(replace(small_study, windows=windows)))

    assert "one total only" in told("2023-09", "2023-12")
    assert "one total only" not in told("2023-11", "2023-11")
    assert "one total only" not in told("2023-12", "2024-01")


def test_what_the_record_tells_least_about_stands_first(small_study: Study) -> None:
    rows = tables.factors(small_study)
    kinds = [kind for _, kind in tables.TOLD]
    assert [kinds.index(row["kind"]) for row in rows] == sorted(
        kinds.index(row["kind"]) for row in rows
    )
    walking = next(row for row in rows if row["lever"] == "interdiction.tempo")
    assert "by month" in walking["notes"]


def test_each_page_links_to_the_other(page: Page, spanish: Page) -> None:
    for here, other in ((page, "es"), (spanish, "en")):
        links = [a for tag, a in here.elements if tag == "a" and a.get("hreflang") == other]
        assert [link["href"] for link in links] == [PAGES[other]]


def test_the_facts_are_the_same_in_spanish(spanish: Page) -> None:
    for fact in (
        "cayeron 50.3 % de diciembre de 2023 a enero de 2024, de 249,740 a 124,220",
        "la caída mensual más fuerte desde octubre de 1999",
        "120,005 detenciones en enero de 2024 (después corregidas a 113,347)",
        "119,943 detenciones en febrero de 2024",
        "15 de enero de 2024",
    ):
        assert fact in spanish.text.replace("\u00a0", " ")


def pieces(text: str) -> list[str]:
    """Return what stands between the braces of a text, where it is long enough to know it by."""
    return [piece.strip() for piece in re.split(r"\{[^}]*\}", text) if len(piece.strip()) > 14]


def test_no_english_is_left_in_the_spanish_page(spanish: Page) -> None:
    own = {text for _, text in texts(words("es"))}
    english = [p for _, text in texts(words("en")) if text not in own for p in pieces(text)]
    english += [text for text, other in spanish_of().items() if len(text) > 14 and text != other]
    assert len(english) > 300
    everything = spanish.text + " ".join(spanish.drawn)
    left = [text for text in english if re.search(rf"(?<!\w){re.escape(text)}(?!\w)", everything)]
    assert set(left) <= KEPT
    assert words("es")["title"]["untranslated"].format(text="").strip() not in everything


def test_charts_and_map_are_drawn_in_the_language_of_the_page(page: Page, spanish: Page) -> None:
    for said in ("baseline", "record", "Jan", "Southern Mexico"):
        assert said in page.drawn
        assert said not in spanish.drawn
    for said in ("referencia", "registro", "ene", "Sur de México"):
        assert said in spanish.drawn
        assert said not in page.drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_begins_with_five_sentences_that_lead_to_their_sources(
    pages: dict[str, str], language: str, small_study: Study
) -> None:
    with speaking(language):
        short = prose.in_short(small_study)
    assert len(short) == 5
    for _, sentence, links in short:
        assert not re.search(r"[.!?] [A-ZÁÉÍÓÚ¿]", sentence)  # one sentence, not two
        assert bool(re.search(r"\d{2}", sentence)) == bool(links)
    targets = {f'id="{link.href[1:]}"' for _, _, links in short for link in links}
    assert all(target in pages[language] for target in targets)


def test_every_picture_has_a_description(page: Page) -> None:
    pictures = [a for tag, a in page.elements if tag == "svg"]
    assert len(pictures) >= 10
    assert all(a.get("role") == "img" and a.get("aria-label") for a in pictures)


def row(difference: float, low: float, high: float) -> dict[str, object]:
    return {"measure": "encounters", "meaning": "", "difference": difference, "low": low,
            "high": high, "percent": 2.0}  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "said", "kind"),
    [
        ((21914, 14370, 33180), "21,900 more encounters", "more"),
        ((-500, -900, -100), "100 to 900 fewer", "fewer"),
        ((30, -70, 90), "between 70 fewer and 90 more. The interval includes no change", "unclear"),
        ((0, 0, 0), "do not differ", "same"),
    ],
)
def test_a_difference_is_told_as_it_is(
    numbers: tuple[float, float, float], said: str, kind: str
) -> None:
    assert direction(row(*numbers)) == kind
    assert said in difference_sentence(row(*numbers), "2024-01", "2024-06").replace("\u00a0", " ")


def test_numbers_are_written_alike() -> None:
    assert writing.whole(-1234.5) == "−1,234"
    assert writing.about(797267) == "797,000"
    assert writing.about(-20.4) == "−20"
    assert writing.percent(-50.26) == "−50.3\u00a0%"
    assert writing.percent(-0.01) == "0.0\u00a0%"
    assert writing.signed_percent(3) == "+3.0\u00a0%"
    assert writing.quantity(2023.0, "year") == "2023"
    assert writing.quantity(None, "events") == writing.whole(float("nan")) == "–"
    assert writing.window("2023-12", "2024-01") == "December\u00a02023 – January\u00a02024"
    assert writing.date("2024-01-05") == "5\u00a0January\u00a02024"
