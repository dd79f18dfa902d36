"""The demo answers from what ships, fits a console of 80 columns, and runs nothing."""

from __future__ import annotations

import json
import sys

import pytest
from typer.testing import CliRunner

from corredor.cli import app

CALL = CliRunner()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_demo_answers_within_80_columns(language: str) -> None:
    found = CALL.invoke(app, ["demo", "--lang", language])
    assert found.exit_code == 0, found.output
    assert max(map(len, found.output.splitlines())) <= 80
    assert "2023-12    249,740" in found.output and "124,220" in found.output
    assert "(en inglés)" not in found.output


def test_the_demo_as_json_has_its_numbers_and_answers() -> None:
    document = json.loads(CALL.invoke(app, ["demo", "--json"]).output)
    assert document["published"]["2024-01"] == 124220.0
    assert len(document["answers"]) == len(document["question"]["without"])


def test_the_commands_that_it_names_are_there() -> None:
    from corredor.cli.demo import NEXT

    for command in NEXT.values():
        name = command.split()[1]
        if not name.startswith("-"):
            assert CALL.invoke(app, [name, "--help"]).exit_code == 0


def test_a_world_without_an_answer_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from corredor import cli

    monkeypatch.setattr(sys, "argv", ["corredor", "demo", str(tmp_path)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
