"""The reference pages are those that the code writes."""

from __future__ import annotations

import pytest

from scripts.write_reference import FOLDER, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_the_code_writes_it(name: str) -> None:
    page = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert page == PAGES[name](), "run `make docs`"


def test_every_page_is_linked_from_the_index() -> None:
    index = (FOLDER.parent / "index.md").read_text(encoding="utf-8")
    assert all(f"(reference/{name}.md)" in index for name in PAGES)
