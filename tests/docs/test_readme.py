"""The README's examples run as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corredor.cli import app

README = Path(__file__).parents[2] / "README.md"


def test_the_example_of_the_readme_runs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S)
    exec(compile(example, str(README), "exec"), {})
    printed = capsys.readouterr().out
    assert "border_patrol_encounters" in printed
    assert "encounters at the border" in printed
    assert (tmp_path / "map.png").stat().st_size > 50_000


def test_the_scenario_of_the_readme_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = README.read_text(encoding="utf-8")
    (file, body) = re.findall(r"```toml file=(\S+)\n(.*?)```", page, re.S)[0]
    (tmp_path / file).write_text(body, encoding="utf-8")
    (command,) = re.findall(r"^corredor explain .*$", page, re.M)
    found = CliRunner().invoke(app, shlex.split(command)[1:])
    assert found.exit_code == 0, found.output
    assert "2024-01" in found.output
