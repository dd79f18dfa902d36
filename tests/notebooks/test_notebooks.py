"""The notebooks run, and their pages hold what they give."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest

from scripts.write_notebooks import NOTEBOOKS, PAGES, cells, names, run

ROOT = Path(__file__).parents[2]
SHORT = ("a_rule_of_my_own",)
BESIDE_FLEE = "flee_beside_corredor"


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[] if n in SHORT else [pytest.mark.slow]) for n in names()]
)
def test_the_page_of_a_notebook_is_what_it_gives(name: str) -> None:
    if name == BESIDE_FLEE and importlib.util.find_spec("flee") is None:
        pytest.fail(
            "Flee is not installed: `make check-slow` installs it with requirements/docs.lock"
        )
    page, _ = run(name)
    written = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert page.text() == written, f"run `python -m scripts.write_notebooks {name}`"
    assert page.pictures


def test_there_are_five_and_each_has_a_page_that_is_reached() -> None:
    pages = sorted(path.stem for path in PAGES.glob("*.md"))
    assert names() == pages and len(pages) == 5
    listed = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    start = (ROOT / "docs" / "start.md").read_text(encoding="utf-8")
    for name in pages:
        assert f"notebooks/{name}.md" in listed
        assert f"(notebooks/{name}.md)" in start


@pytest.mark.parametrize("name", names())
def test_a_notebook_says_what_is_known_and_what_is_assumed(name: str) -> None:
    source = (NOTEBOOKS / f"{name}.py").read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source))
    for said in ("**Known**", "**Assumed**", "## What this says, and what it does not"):
        assert said in source, said
    for shown in cells(source):
        assert shown.hidden == shown.code.startswith(("mo.md", "_")), shown.code
