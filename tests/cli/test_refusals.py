"""What cannot end well is refused before any time or memory is spent, by every command."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import psutil
import pytest
from helpers import Small

from corredor.engine import loop, memory
from corredor.errors import OutputError
from corredor.inputs.whole_files import refuse_existing, refuse_unwritable

Call = Callable[..., tuple[int, str]]
ABSURD = ("1000000000", "1" + "0" * 25)
MOST_MEMORY = 500e6  # bytes that a refusal may take beside what the tests hold already


@pytest.fixture
def call(
    call: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
    small: Small,
    tmp_path: Path,
) -> Call:
    """Call a command in which no day may be simulated; give exit code and standard error."""

    def never(*_: Any) -> NoReturn:
        raise AssertionError("a day was simulated before the request was refused")

    monkeypatch.setattr(loop.Loop, "run_day", never)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()

    def called(*arguments: object) -> tuple[int, str]:
        words = [str(small.path) if word == "SMALL" else str(word) for word in arguments]
        code, output, error = call(*words)
        assert output == ""
        assert "Traceback" not in error
        return code, error

    return called


@pytest.mark.parametrize("count", ABSURD)
@pytest.mark.parametrize(
    "command",
    [
        ("run", "SMALL", "--replicates"),
        ("run", "SMALL", "--out", "new", "--replicates"),
        ("run", "SMALL", "--draw", "expected", "--replicates"),
        ("compare", "SMALL", "SMALL", "--replicates"),
        ("needs", "SMALL", "--replicates"),
        ("harm", "SMALL", "--replicates"),
        ("claims", "check", "amlo-crackdown-2024", "--replicates"),
        ("study", "--out", "new", "--replicates"),
    ],
    ids=" ".join,
)
def test_more_replicates_than_fit_are_refused_at_once(
    call: Call, command: tuple[str, ...], count: str, tmp_path: Path
) -> None:
    before = psutil.Process().memory_info().rss
    code, error = call(*command, count)
    assert (code, error[:7]) == (2, "Error: ")
    assert "GB of memory" in error
    assert psutil.Process().memory_info().rss - before < MOST_MEMORY
    assert not (tmp_path / "new").exists()


def test_the_factors_are_not_drawn_for_a_run_that_does_not_fit(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any) -> NoReturn:
        raise AssertionError("factors were drawn before the memory was asked for")

    class Little:
        available = 1_000_000

    monkeypatch.setattr(memory.psutil, "virtual_memory", Little)
    monkeypatch.setattr("corredor.runs.simulate.factors_of", never)
    code, error = call("run", "SMALL", "--replicates", 50)
    assert code == 2
    assert "0.0 GB are free" in error


@pytest.mark.parametrize(
    "command",
    [
        ("calibrate", "mexico", "--out", "new", "--members"),
        ("calibrate", "mexico", "--out", "new", "--iterations"),
        ("forecast", "--members"),
        ("forecast", "--iterations"),
        ("forecast", "--months"),
        ("backtest", "--out", "new", "--members"),
        ("backtest", "--out", "new", "--iterations"),
    ],
    ids=" ".join,
)
def test_absurd_ensembles_are_refused_at_once(call: Call, command: tuple[str, ...]) -> None:
    code, error = call(*command, 1_000_000)
    assert (code, error[:7]) == (2, "Error: ")
    assert f"{command[-1].lstrip('-')}: found 1000000, expected " in error


def test_a_calibration_that_does_not_fit_is_refused(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Little:
        available = 1_000_000

    monkeypatch.setattr(memory.psutil, "virtual_memory", Little)
    code, error = call("calibrate", "mexico", "--out", "new")
    assert code == 2
    assert "0.0 GB are free" in error


REFUSED = {
    "compare SMALL SMALL --from 2031-01": "hold no month from 2031-01",
    "compare SMALL SMALL --to 2019-01": "they run from 2023-02 to 2023-04",
    "compare SMALL SMALL --from 2023-04 --to 2023-03": "no month from 2023-04 to 2023-03",
    "compare SMALL SMALL --from nonsense": "expected a month such as",
    "compare SMALL SMALL --chart c.gif": "a chart is written as",
    "compare SMALL SMALL --chart file/c.svg": "is no folder",
    "compare SMALL SMALL --page folder": "a page is written as .html",
    "needs SMALL --place Valle-Sur": "no such place",
    "needs SMALL --place NORTE": "Did you mean 'norte'?",
    "needs SMALL --from 2031-01": "holds no day from 2031-01",
    "needs SMALL --to 2019-01-01": "it runs from 2023-02-01 to 2023-04-15",
    "needs SMALL --from soon": "expected a day such as",
    "needs SMALL --from 2023-03-02 --to 2023-03-01": "no day from 2023-03-02 to 2023-03-01",
    "needs SMALL --out t.txt": "tables are written as",
    "needs SMALL --out file/t.csv": "is no folder",
    "needs SMALL --html file/t.html": "is no folder",
    "needs SMALL --standards none.csv": "a file that can be read",
    "harm SMALL --from 2031-01": "hold no month from 2031-01",
    "harm SMALL --to nonsense": "expected a month such as",
    "run SMALL --out file/new": "is no folder",
    "run SMALL --out folder": "exists already",
    "run SMALL --draw individual --persons folder": "exists already",
    "run SMALL --draw individual --persons file/new": "is no folder",
    "run SMALL --people-scale nan": "people scale: found nan",
    "claims check amlo-crackdown-2024 --html file/p.html": "is no folder",
    "study --out file/new": "is no folder",
    "study --out file": "is a file",
    "calibrate mexico --out file/new": "is no folder",
    "calibrate mexico --out folder --replace": "it is a folder",
    "calibrate mexico --out new --from 2031-01": "the span ends before it starts",
    "forecast --chart file/c.svg": "is no folder",
    "forecast --chart c.gif": "a chart is written as",
    "forecast --origin 2031-01": "origin: found 2031-01",
    "backtest --out file/new": "is no folder",
    "backtest --out new --from 2031-01": "origin: found 2031-01",
}


@pytest.mark.parametrize(("command", "expected"), REFUSED.items(), ids=REFUSED)
def test_an_option_that_cannot_be_met_is_refused_before_the_runs(
    call: Call, command: str, expected: str, tmp_path: Path
) -> None:
    code, error = call(*command.split())
    assert (code, error[:7]) == (2, "Error: ")
    assert expected in error.replace("\n", " ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_place_is_found_by_its_name_in_spanish(call: Call) -> None:
    code, error = call("needs", "baseline", "--place", "Ciudad de México")
    assert code == 2
    assert error.endswith("no such place. Did you mean 'mexico-city'?\n")


def test_two_things_cannot_go_to_one_place(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="named for two things"):
        refuse_existing(tmp_path / "a", None, tmp_path / "a")
    refuse_existing(tmp_path / "a", tmp_path / "b", None)


def test_a_folder_without_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def denied(path: Path, mode: int) -> bool:
        asked.append((path, mode))
        return False

    monkeypatch.setattr(os, "access", denied)
    with pytest.raises(OutputError, match="no permission to write in"):
        refuse_unwritable(tmp_path / "not" / "yet" / "there")
    assert asked == [(tmp_path, os.W_OK | os.X_OK)]
