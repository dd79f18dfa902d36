"""The page for those who come from Flee says what holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corredor.cli import app
from corredor.flee.case.folder import ONLY_WITH
from corredor.flee.case.settings import known_keys
from scripts.write_reference import with_flee_settings

PAGE = Path(__file__).parents[2] / "docs" / "coming-from-flee.md"


def test_the_page_lists_every_key_with_its_support() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for key in known_keys().values():
        assert f"| `{key.name}` | {key.support} |" in page, "run `make docs`"
    assert with_flee_settings(page) == page, "run `make docs`"


@pytest.mark.parametrize("name", [*ONLY_WITH, "location_changes.csv", "demographics_*.csv"])
def test_the_page_names_the_files_that_are_not_used(name: str) -> None:
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8")


def test_the_commands_and_options_of_the_page_are_there() -> None:
    page = PAGE.read_text(encoding="utf-8")
    used = set(re.findall(r"`corredor flee (\w+)", page)) | {"run"}
    told = ""
    for command in used:
        shown = CliRunner().invoke(app, ["flee", command, "--help"], env={"COLUMNS": "200"})
        assert shown.exit_code == 0, command
        told += shown.stdout
    for option in set(re.findall(r"(--[a-z][a-z-]+)", page)):
        assert option in told
