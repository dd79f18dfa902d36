"""The glossary is whole, in order, and linked."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
HEAD = ["term", "meaning", "Spanish", "source"]
TERMS = 40  # at least


def rows() -> list[list[str]]:
    lines = [line for line in (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines()
             if line.startswith("|")]  # fmt: skip
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert found[0] == HEAD
    return found[2:]


def test_every_term_has_a_meaning_its_spanish_and_a_source() -> None:
    assert len(rows()) >= TERMS
    for row in rows():
        assert len(row) == len(HEAD), row
        assert all(row), row


def test_terms_stand_once_in_the_order_of_the_alphabet() -> None:
    terms = [row[0].casefold() for row in rows()]
    assert terms == sorted(set(terms))


def test_the_index_links_it() -> None:
    assert "(glossary.md)" in (DOCS / "index.md").read_text(encoding="utf-8")
