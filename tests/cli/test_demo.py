"""The demo answers from what ships, fits a console of 80 columns, and runs nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers import write_small
from typer.testing import CliRunner

from corredor.cli import app
from corredor.cli.demo import NO_BREAK, next_commands
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.world import load_world

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
    for _, name, *_ in next_commands(load_world("mexico"), "baseline").values():
        if not name.startswith("-"):
            assert CALL.invoke(app, [name, "--help"]).exit_code == 0


@pytest.mark.parametrize(
    ("world", "scenario"), [("mexico", "baseline"), ("mediterranean", "mediterranean/baseline")]
)
def test_the_next_commands_are_of_the_world(world: str, scenario: str) -> None:
    wanted = load_world(world)
    commands = next_commands(wanted, scenario)
    compared = commands["next_compare"][2:]
    assert compared[0] == scenario
    for name in (commands["next_run"][2], *compared):
        assert load_scenario(name).world.hash == wanted.hash
    place = commands["next_needs"][4:]
    assert set(place) <= set(wanted.places.index[wanted.roles.jurisdiction != ""])
    assert len(place) == (world == "mexico")  # no beds are known of on the way to the sea
    assert ("--world" in commands["next_app"]) == (world != "mexico")


def test_where_nothing_differs_from_a_scenario_none_is_compared(tmp_path: Path) -> None:
    small = write_small(tmp_path)
    commands = next_commands(load_world(small.folder / "small"), str(small.path))
    assert commands["next_run"][-1] == str(small.path)
    assert "next_compare" not in commands
    other = small.path.with_name("other.toml")
    other.write_text(f'title = "Other"\nbase = "{small.path.stem}"\n')
    commands = next_commands(load_world(small.folder / "small"), str(small.path))
    assert commands["next_compare"][2:] == [str(small.path), str(other)]


@pytest.mark.parametrize(("language", "found"), [("en", "Supported: "), ("es", "Respaldada: ")])
def test_a_world_without_compared_structures_says_what_its_record_tells(
    language: str, found: str
) -> None:
    told = CALL.invoke(app, ["demo", "mediterranean", "--lang", language])
    assert told.exit_code == 0, told.output
    assert max(map(len, told.output.splitlines())) <= 80
    assert f"{found}−58.1" in told.output.replace(NO_BREAK, " ")
    months = [line for line in told.output.splitlines() if line.startswith("  202")]
    assert [line[2:9] for line in months if line.endswith("<")] == [
        "2023-01", "2023-05", "2024-01", "2024-05",
    ]  # fmt: skip
    assert "corredor run mediterranean/baseline" in told.output


def test_what_the_record_tells_is_there_as_json() -> None:
    (one,) = json.loads(CALL.invoke(app, ["demo", "mediterranean", "--json"]).output)["statements"]
    assert one["verdict"] == "supported"
    windows = [[f"{year}-0{i}" for i in range(1, 6)] for year in (2023, 2024)]
    before, after = (sum(one["published"][month] for month in months) for months in windows)
    assert one["value"] == pytest.approx(100 * (after / before - 1))


@pytest.mark.parametrize("written", [False, True])
def test_a_world_without_an_answer_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any, written: bool
) -> None:
    from corredor import cli

    if written:
        small = write_small(tmp_path)
        (small.folder / "small" / "scenarios").mkdir()
        small.path.rename(small.folder / "small" / "scenarios" / "baseline.toml")
        tmp_path = small.folder / "small"
    monkeypatch.setattr(sys, "argv", ["corredor", "demo", str(tmp_path)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    assert not written or "nothing here answers without a run" in capsys.readouterr().err
