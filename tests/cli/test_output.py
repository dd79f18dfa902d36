"""Output fits the console: its letters, its width, and a reader that goes away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import Small

from corredor import cli
from corredor.cli.output import print_table
from corredor.corridor.levers import known_levers

Capsys = pytest.CaptureFixture[str]
RUN = ("--replicates", "2", "--draw", "expected")
# In a process of their own, which takes a second or two each.
COMMANDS = {
    "record show darien_crossings": (),
    "explain": (),
    "world show mexico": (),
    "needs SMALL --lang es": RUN,
    "compare SMALL SMALL --lang es": RUN,
    "run --help": (),
    "run no-such-scenario": (),
}
SLOW = ("explain", "world show mexico", "compare SMALL SMALL --lang es")  # like the others
PROCESSES = [pytest.param(c, marks=[pytest.mark.slow] if c in SLOW else []) for c in COMMANDS]
READ = [  # a table and a text; all other commands print by the same two ways
    pytest.param(
        c, marks=[] if c in ("record show darien_crossings", "run --help") else [pytest.mark.slow]
    )
    for c in COMMANDS
]
TABLES = {
    "record show darien_crossings": (),
    "record show border_patrol_by_sector --from 2024": (),
    "record breaks border_patrol_encounters": (),
    "explain": (),
    "world show mexico": (),
    "needs SMALL --lang es": RUN,
    "needs SMALL --place norte": RUN,
    "harm SMALL --by mode": RUN,
    "compare SMALL SMALL --lang es": RUN,
}


def started(
    command: str, small: Small, more: tuple[str, ...] = (), **environment: str
) -> subprocess.Popen[bytes]:
    """Start a command in a process of its own."""
    words = [str(small.path) if word == "SMALL" else word for word in command.split()]
    return subprocess.Popen(
        [sys.executable, "-m", "corredor", *words, *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    )


def printed(command: str, small: Small, **environment: str) -> tuple[int, str, str]:
    """Run a command; give exit code, standard output and standard error."""
    process = started(command, small, COMMANDS[command], **environment)
    output, error = process.communicate(timeout=120)
    return process.returncode, output.decode(), error.decode()


@pytest.mark.parametrize("command", PROCESSES)
def test_an_ascii_console_shows_what_it_can(small: Small, command: str) -> None:
    code, output, error = printed(command, small, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert code == (2 if command == "run no-such-scenario" else 0), error
    assert output.isascii()
    assert error.isascii()
    assert "Traceback" not in error


@pytest.mark.slow
def test_letters_that_lack_are_replaced_by_the_nearest(small: Small) -> None:
    path = small.write("")
    path.write_text(path.read_text().replace('"Other"', '"Éxodo – señal… 日 [/b]"'))
    run = ("run", str(path), *RUN)
    process = started(" ".join(run), small, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    output, error = process.communicate(timeout=120)
    assert process.returncode == 0, error
    assert output.decode("ascii").startswith("Exodo - senal... ? [/b]: ")


def test_json_loses_nothing_on_an_ascii_console(small: Small) -> None:
    plain, whole = (
        started("record show darien_crossings --json", small, PYTHONIOENCODING=code).communicate()[
            0
        ]
        for code in ("ascii", "utf-8")
    )
    assert plain.isascii()
    assert not whole.isascii()
    assert json.loads(plain) == json.loads(whole)


@pytest.mark.parametrize("command", [c for c in READ if c.values != ("run no-such-scenario",)])
def test_a_reader_that_goes_away_is_no_error(small: Small, command: str) -> None:
    """The reader is gone before the first line, as ``head`` is after its last."""
    reader, writer = os.pipe()
    os.close(reader)
    words = [str(small.path) if word == "SMALL" else word for word in command.split()]
    process = subprocess.run(
        [sys.executable, "-m", "corredor", *words, *COMMANDS[command]],
        stdout=writer, stderr=subprocess.PIPE, timeout=120, check=False,
    )  # fmt: skip
    os.close(writer)
    assert process.stderr.decode() == ""
    assert process.returncode == 141  # as a shell reports cat or grep


def test_head_of_a_long_table_is_quiet(small: Small) -> None:
    process = started("explain --json", small)
    assert process.stdout is not None
    assert process.stdout.readline() == b"{\n"
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) in (0, 141)  # 0 where all fitted into the pipe before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_behind_the_output_is_one_message() -> None:
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [sys.executable, "-m", "corredor", "explain"],
            stdout=full, stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip
    assert process.returncode == 2
    assert process.stderr.decode() == "Error: No space left on device\n"


def shown(
    command: str, small: Small, width: int, monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> str:
    """Return what a command prints on a console of so many columns."""
    words = [str(small.path) if word == "SMALL" else word for word in command.split()]
    monkeypatch.setattr(sys, "argv", ["corredor", *words, *TABLES[command]])
    monkeypatch.setenv("COLUMNS", str(width))
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert not end.value.code
    return capsys.readouterr().out


@pytest.mark.parametrize("command", TABLES)
def test_no_word_and_no_number_of_a_table_is_cut(
    small: Small, command: str, monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> None:
    whole = set(shown(command, small, 400, monkeypatch, capsys).split())
    for width in (40, 80):
        narrow = set(shown(command, small, width, monkeypatch, capsys).split())
        # Frames differ with the width, of course.
        assert {word for word in whole - narrow if any(c.isalnum() for c in word)} == set()


def test_explain_shows_every_lever_whole(
    small: Small, monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> None:
    for width in (40, 80):
        output = shown("explain", small, width, monkeypatch, capsys)
        assert [name for name in known_levers() if name not in output] == []


def test_a_narrow_console_gets_a_block_for_each_row(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [("movement.leave_after_return", 1_234_567), ("a", None)]
    monkeypatch.setenv("COLUMNS", "30")
    print_table("Levers", ("lever", "people on the way"), rows)
    assert capsys.readouterr().out.splitlines() == [
        "Levers",
        "",
        "lever       movement.leave_after_return",
        "people on the way",
        "            1,234,567",
        "",
        "lever       a",
        "people on the way",
        "            –",
        "",
    ]


def test_a_table_without_columns_is_its_title(capsys: Capsys) -> None:
    print_table("Nothing published", (), [])
    assert capsys.readouterr().out.strip() == "Nothing published"


def test_brackets_in_a_table_are_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_table("A [/b] title", ("a [red] name", "n"), [("[bold]x[/bold] :smile:", 1)])
    output = capsys.readouterr().out
    for part in ("A [/b] title", "a [red] name", "[bold]x[/bold] :smile:"):
        assert part in output
