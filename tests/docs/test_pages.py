"""Every block of code on every page runs, in order, in a folder of its own, or says why not.

The language of a block says what it is: ``python`` and ``sh`` are run, ``toml file=NAME`` and
``csv file=NAME`` are written to that file, ``text`` and ``mermaid`` are no code. A comment
``not run: WHY`` above a block keeps it from being run. Pages with a test of their own, which
prepares what they need, are in ``ELSEWHERE``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from corredor.cli import app
from corredor.corridor.levers import known_levers

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BLOCK = re.compile(
    r"^(?:<!-- not run: (?P<why>[^>]+) -->\n)?```(?P<language>\w*)(?P<options>[^\n]*)\n"
    r"(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
INLINE = re.compile(r"`(corredor [^`]+)`")
NO_CODE = ("text", "mermaid")
ELSEWHERE = {
    "README.md": "test_readme.py",
    "docs/claims.md": "test_claims.py",
    "docs/coming-from-flee.md": "test_coming_from_flee.py",
    "docs/extending.md": "test_extending.py",
    "docs/how-to/new-corridor.md": "test_new_corridor.py",
}
SHORT = ("docs/tutorials/new-corridor.md",)
GENERATED = ("docs/scenarios/", "docs/notebooks/")  # tests/notebooks runs these


@dataclass(frozen=True)
class Block:
    """A block of a page: its language, the file that it is, and why it is not run."""

    language: str
    file: str
    why: str
    body: str


def pages() -> list[str]:
    found = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    return [str(path.relative_to(ROOT)) for path in found]


def blocks(page: str) -> Iterator[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        file = re.search(r"\bfile=(\S+)", match["options"])
        yield Block(match["language"], file[1] if file else "", match["why"] or "", match["body"])


def to_run(page: str) -> list[Block]:
    return [block for block in blocks(page) if not block.why and block.language not in NO_CODE]


RUN_HERE = [
    page
    for page in pages()
    if page not in ELSEWHERE and not page.startswith(GENERATED) and to_run(page)
]


@pytest.mark.parametrize(
    "page", [pytest.param(p, marks=[] if p in SHORT else [pytest.mark.slow]) for p in RUN_HERE]
)
def test_what_a_page_says_to_do_works(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "worlds").symlink_to(ROOT / "worlds")  # some name a file of a world that ships
    names: dict[str, object] = {"__name__": "notebook"}
    for block in to_run(page):
        if block.language == "python":
            exec(compile(block.body, page, "exec"), names)
        elif block.language == "sh":
            for line in block.body.splitlines():
                program, *arguments = shlex.split(line, comments=True)
                assert program == "corredor"
                found = CliRunner().invoke(app, arguments)
                assert found.exit_code == 0, f"{line}\n{found.output}"
        else:
            (tmp_path / block.file).write_text(block.body, encoding="utf-8")


@pytest.mark.parametrize("page", pages())
def test_every_block_is_run_or_says_why_not(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    fences = len(re.findall(r"^```", text, re.MULTILINE))
    assert fences == 2 * len(list(blocks(page))), "a block that is not understood"
    for block in blocks(page):
        assert block.language, f"a block without a language: {block.body[:60]!r}"
        if block.language in (*NO_CODE, "python", "sh") or block.why or page in ELSEWHERE:
            continue
        assert block.language in ("toml", "csv") and block.file, f"a block of {block.language}"


def test_pages_that_are_run_elsewhere_are() -> None:
    for page, test in ELSEWHERE.items():
        source = (Path(__file__).parent / test).read_text(encoding="utf-8")
        assert f'"{Path(page).name}"' in source and to_run(page)


@pytest.mark.parametrize("page", pages())
def test_every_command_on_a_page_is_there_with_its_options(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = [
        line for block in blocks(page) if block.language == "sh" for line in block.body.splitlines()
    ]
    lines += [found.replace(r"\|", "|") for found in INLINE.findall(text)]
    for line in lines:
        words = re.findall(r"[^\s\[\]|,]+", line.partition("  #")[0])
        if words[:1] == ["corredor"]:
            command, given = _command(words[1:])
            parts = (command, *getattr(command, "commands", {}).values())  # forecast is both
            params = [each for part in parts for each in part.params]
            known = {name for each in params for name in (*each.opts, *each.secondary_opts)}
            known |= {"--help", "--config", "--install-completion", "--show-completion"}
            for option in given:
                assert option in known, f"{line}: {command.name} has no {option}"


def _command(words: list[str]) -> tuple[Any, list[str]]:
    """Return the command that the words name, and the options among the others."""
    found: Any = typer.main.get_command(app)
    for word in words:
        if word not in getattr(found, "commands", {}):
            break
        found = found.commands[word]
    return found, [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]


def test_every_tutorial_is_linked_from_where_people_start() -> None:
    start = (DOCS / "start.md").read_text(encoding="utf-8")
    for path in (DOCS / "tutorials").glob("*.md"):
        assert f"(tutorials/{path.name})" in start


@pytest.mark.parametrize("lever", list(known_levers()))
def test_the_page_of_the_model_names_every_lever(lever: str) -> None:
    page = (DOCS / "model.md").read_text(encoding="utf-8")
    submodels = page[page.index("## 7. Submodels") :]
    assert re.search(rf"\b{lever.partition('.')[2]}\b", submodels)
