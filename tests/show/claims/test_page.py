"""The page of claims says what the verdicts say, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from corredor.claims import Claim, Finding, Results, Verdict, load_claims
from corredor.claims.finding import Bars, Chart, Lines, Published, Ranges
from corredor.errors import OutputError
from corredor.show.claims import build, claims_words, interval, quantity
from corredor.show.html import save_page
from corredor.text.language import LANGUAGES


def keys(section: dict[str, Any], path: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in section.items():
        found |= keys(value, f"{path}{name}.") if isinstance(value, dict) else {path + name: value}
    return found


def test_both_languages_have_the_same_keys_and_holes() -> None:
    english, spanish = (keys(claims_words(language)) for language in LANGUAGES)
    assert list(english) == list(spanish)
    for key, text in english.items():
        assert re.findall(r"\{\w+\}", str(text)) == re.findall(r"\{\w+\}", str(spanish[key])), key


def test_every_claim_of_the_article_has_its_spanish() -> None:
    for claim in load_claims("amlo-crackdown-2024"):
        statement, said_by, note = claim.said("es")
        assert statement != claim.statement and said_by != claim.said_by
        assert bool(note) == bool(claim.note) and (not note or note != claim.note)


def test_without_spanish_the_english_stands() -> None:
    claim = Claim(id="one", statement="Snow <fell>.", said_by="me", kind="none")
    assert claim.said("es") == ("Snow <fell>.", "me", "")


def verdict(found: Finding) -> Verdict:
    claim = Claim(id="one", statement="Snow <fell>.", said_by="me", kind="none",
                  statement_es="Cayó <nieve>.", note="Cold.", note_es="Frío.")  # fmt: skip
    return Verdict(
        claim.id, claim.statement, claim.said_by, found.verdict, found.value, found.unit,
        found.interval, found.source, found.why, claim.note, found.charts, claim,
    )  # fmt: skip


def charts() -> tuple[Chart, ...]:
    months = pd.date_range("2023-11-01", periods=4, freq="MS")
    line = xr.DataArray(
        np.linspace(1e5, 2e5, 12).reshape(3, 4), dims=("replicate", "month"),
        coords={"month": months},
    )  # fmt: skip
    return (
        Lines("Encounters", {"As it was": line, "Otherwise": 2 * line}, "border_patrol_encounters"),
        Ranges("Change", "percent", (("One", -3.0, -4.0, -2.0), ("Two", 5.0, 1.0, 9.0))),
        Published(
            "Detentions",
            "events a month",
            (("2023-01", "2023-03", 5.0), ("2023-04", "2023-04", 7.0)),
            ("2023-04",),
            6.0,
        ),
        Bars("Ways", "miles", (("Reynosa", 1046.0),), 560.0),
    )


FOUND = Finding("partly", -4.25, "percent", "a source", "A reason.", (-6.0, -2.0), charts())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Snow &lt;fell&gt;.", "partly", "90 % interval −6 to −2", "Cold."]),
        ("es", ["Cayó &lt;nieve&gt;.", "en parte", "intervalo del 90 %: de −6 a −2", "Frío."]),
    ],
)
def test_a_card_tells_statement_verdict_and_numbers(language: str, said: list[str]) -> None:
    page = build("Heading", "mine", [verdict(FOUND)], Results(7, 3), language)
    for part in (*said, "−4.25\u00a0%", "A reason.", "a source", "As it was", "Otherwise"):
        assert part in page, part
    assert f'<html lang="{language}">' in page
    assert page.count('<svg role="img" aria-label=') == 4
    assert "http" not in page.replace("http://www.w3.org", "")


def test_an_undecided_number_is_told_in_the_reason_alone() -> None:
    found = Finding("not checkable", 3.5, "percent", "", "About 3.5.", (1.0, 9.0))
    page = build("Heading", "mine", [verdict(found)], None, "en")
    assert 'class="found"' not in page
    assert "About 3.5." in page and "The model was not run" in page


def test_a_page_is_written_whole_and_replaces_nothing(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    save_page("<html></html>", target)
    with pytest.raises(OutputError, match="exists already"):
        save_page("other", target)
    assert target.read_text() == "<html></html>"


def test_numbers_and_units() -> None:
    words = claims_words("es")
    assert quantity(113839.0, "events", words) == "113,839\u00a0eventos"
    assert quantity(2023.0, "year", words) == "2023"
    assert quantity(None, "", words) == "–"
    assert quantity(0.5, "furlongs", words) == "0.5\u00a0furlongs"
    assert interval(None, words) == ""
