"""A few kills and full disks in what is quick; ``make check-faults`` does them all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from corredor.cli import app
from faults.commands import COMMANDS, NOT_TRIED, Command
from faults.kills import AT_AN_EVENT, CUT, FULL, Place, try_all, undisturbed
from faults.samples import make_samples

QUICK = ("forecast --keep, --hub", "flee convert")


@pytest.mark.parametrize("name", QUICK)
def test_what_is_interrupted_is_whole_or_absent_and_can_begin_anew(
    tmp_path: Path, name: str
) -> None:
    commands = [command for command in COMMANDS if command.name == name]
    found = try_all(Place(tmp_path), times=4, commands=commands, ways=(AT_AN_EVENT, FULL, CUT))
    assert found.faults == []
    assert sum(found.tried.values()) >= 3


def test_what_a_command_does_without_faults_is_counted(tmp_path: Path) -> None:
    (command,) = (command for command in COMMANDS if command.name == "flee convert")
    usual = undisturbed(command, Place(tmp_path))
    assert usual.events > 5
    assert "converted/places.csv" in usual.new


def writing(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Give every command with an option by which it writes, as its help says."""
    for name, command in getattr(group, "commands", {}).items():
        if hasattr(command, "commands"):
            yield from writing(command, (*path, name))
            continue
        for option in command.params:
            if re.match(
                r"(Write|Draw|Keep it|The new folder)\b", getattr(option, "help", "") or ""
            ):
                yield " ".join((*path, name)), option.opts[-1]


def test_every_option_that_writes_is_tried_or_said_not_to_be() -> None:
    found = list(writing(get_command(app)))
    assert len(found) > 20
    for command, option in found:
        short = command.removesuffix(" make")
        tried = any(
            each.name.startswith(short) and (option in each.name or "--" not in each.name)
            for each in COMMANDS
        )
        assert tried != (f"{command} {option}" in NOT_TRIED), (command, option)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_works_when_it_is_left_alone(tmp_path: Path, command: Command) -> None:
    """The suite follows the code: what it tries ends well, with no litter, by itself."""
    assert undisturbed(command, Place(tmp_path)).events > 0


@pytest.mark.slow
def test_every_sample_is_read_before_it_is_damaged(tmp_path: Path) -> None:
    for one in make_samples(tmp_path / "samples"):
        assert one.read(one.path), one.name
