"""The page for those who come from Flee says what holds."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from made_case import fab_case, write_case
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


@pytest.mark.slow
def test_the_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inputs, record = write_case(tmp_path / "case")
    inputs.rename("INPUT")
    record.rename("SOURCE_DATA")
    (tmp_path / "INPUT" / "simsetting.yml").rename("simsetting.yml")
    fab_case(tmp_path / "config_files" / "mali2012")
    fab_case(tmp_path / "config_files" / "validation" / "SWEEP" / "mali2012")
    script = Path(__file__).parents[1] / "flee" / "api" / "scripts" / "in_code.py"
    (tmp_path / "run.py").write_bytes(script.read_bytes())
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            if not (words := shlex.split(line, comments=True)):
                continue  # a remark
            program, *arguments = words
            if program == "corredor":
                found = CliRunner().invoke(app, arguments)
                assert found.exit_code == 0, f"{line}\n{found.output}"
            else:
                subprocess.run(line, shell=True, check=True)
    changed = (tmp_path / "run_corredor.py").read_text(encoding="utf-8")
    assert "from corredor.flee.api import" in changed and "import corredor.flee.api.flee" in changed
