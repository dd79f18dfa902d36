"""Every block of code and every command on these pages runs, in order, in a folder of its own.

The language of a block says what it is: ``python`` and ``sh`` are run, ``toml file=NAME`` is
written to that file first. A block without a language is set-up, which has a test of its own.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corredor.cli import app
from corredor.corridor.levers import known_levers

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = (
    "start.md", "own-rule.md", "es/inicio.md", "es/planificacion.md", "tutorials/planner.md",
    "tutorials/analyst.md", "tutorials/journalist.md", "tutorials/researcher.md",
    "tutorials/new-corridor.md",
)  # fmt: skip
SHORT = ("tutorials/new-corridor.md",)


def blocks(page: str) -> Iterator[tuple[str, str, str]]:
    text = (DOCS / page).read_text(encoding="utf-8")
    yield from BLOCK.findall(text)


@pytest.mark.parametrize(
    "page", [pytest.param(p, marks=[] if p in SHORT else [pytest.mark.slow]) for p in PAGES]
)
def test_what_a_page_says_to_do_works(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "notebook"}
    done = 0
    for language, file, body in blocks(page):
        if language == "python":
            exec(compile(body, page, "exec"), names)
        elif language == "sh":
            for line in body.splitlines():
                program, *arguments = shlex.split(line, comments=True)
                assert program == "corredor"
                found = CliRunner().invoke(app, arguments)
                assert found.exit_code == 0, f"{line}\n{found.output}"
        else:
            assert file, f"a block of {language} that is no file"
            (tmp_path / file).write_text(body, encoding="utf-8")
        done += 1
    assert done


def test_every_page_for_people_is_run() -> None:
    there = {str(path.relative_to(DOCS)) for folder in ("tutorials", "es")
             for path in (DOCS / folder).glob("*.md")}  # fmt: skip
    assert there <= set(PAGES)


def test_every_tutorial_is_linked_from_where_people_start() -> None:
    start = (DOCS / "start.md").read_text(encoding="utf-8")
    for page in PAGES:
        if page.startswith("tutorials/"):
            assert f"({page})" in start


@pytest.mark.parametrize("lever", [name for name in known_levers() if not name.startswith("harm.")])
def test_the_page_of_the_model_names_every_lever(lever: str) -> None:
    page = (DOCS / "model.md").read_text(encoding="utf-8")
    submodels = page[page.index("## 7. Submodels") :]
    assert re.search(rf"\b{lever.partition('.')[2]}\b", submodels)
