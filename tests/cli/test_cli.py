"""The command line says what went wrong in one message, with the right exit code, and stops."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

import pytest
import xarray as xr
from helpers import Small

import corredor
from corredor.inputs.ledger import unfinished
from corredor.runs.result import load_result

RUN = ("--replicates", "2", "--draw", "expected")


def one_message(error: str) -> bool:
    return error.startswith("Error: ") and "Traceback" not in error


def test_a_run_writes_a_result_and_prints_one_json_document(
    call: Any, small: Small, tmp_path: Path
) -> None:
    code, out, _ = call("run", small.path, *RUN, "--out", tmp_path / "a", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["out"] == str(tmp_path / "a")
    assert document["replicates"] == 2
    assert document["person_days"] > 0
    assert set(document["seconds"]) == {"compile", "simulate", "all"}
    assert load_result(tmp_path / "a").attrs["scenario"] == "small"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a"]


def test_an_existing_folder_is_refused_and_left_as_it_was(
    call: Any, small: Small, tmp_path: Path
) -> None:
    target = tmp_path / "taken"
    target.mkdir()
    (target / "mine.txt").write_text("mine")
    code, out, error = call("run", small.path, *RUN, "--out", target)
    assert (code, out) == (2, "")
    assert one_message(error)
    assert "exists already" in error
    assert [p.name for p in target.iterdir()] == ["mine.txt"]


def test_a_misspelt_lever_is_one_message_and_exit_2(call: Any, small: Small) -> None:
    path = small.write("[interdiction.temppo]\nsouth = 0.1", "misspelt")
    code, out, error = call("run", path, *RUN)
    assert (code, out) == (2, "")
    assert one_message(error)
    assert "misspelt.toml" in error
    assert "Did you mean 'interdiction.tempo'?" in error


def test_an_unknown_scenario_is_one_message_and_exit_2(call: Any) -> None:
    code, _, error = call("run", "baselin", *RUN)
    assert code == 2
    assert one_message(error)
    assert "Did you mean 'baseline'?" in error


@pytest.mark.parametrize(
    "arguments",
    [("run",), ("run", "baseline", "--replicates", "none"), ("run", "baseline", "--draw", "x"),
     ("nonsense",), ("run", "baseline", "--replicates", "0")],
)  # fmt: skip
def test_wrong_usage_ends_with_exit_2_and_no_traceback(
    call: Any, arguments: tuple[str, ...]
) -> None:
    code, _, error = call(*arguments)
    assert code == 2
    assert "Traceback" not in error
    assert error.strip()


def test_version_and_explain_answer(call: Any) -> None:
    assert call("--version")[1].strip() == f"corredor {corredor.__version__}"
    day = json.loads(call("explain", "--json")[1])["day"]
    assert day[0] == "entry"
    assert "interdiction" in day
    assert "recursive" not in call("explain")[2]


def test_a_full_disk_is_one_message_and_leaves_nothing(
    call: Any, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: xr.Dataset, folder: Path, **__: Any) -> NoReturn:
        folder.mkdir()
        (folder / "half").write_text("half a result")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(xr.Dataset, "to_zarr", full)
    code, _, error = call("run", small.path, *RUN, "--out", tmp_path / "a", "--json")
    assert code == 2
    assert one_message(error)
    assert "No space left on device" in error
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_writing_ends_with_130_and_leaves_nothing(
    call: Any, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: xr.Dataset, folder: Path, **__: Any) -> NoReturn:
        folder.mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(xr.Dataset, "to_zarr", interrupted)
    code, _, error = call("run", small.path, *RUN, "--out", tmp_path / "a", "--json")
    assert code == 130
    assert error.strip() == "Interrupted; nothing half-written is left."
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_tells_of_work_that_can_go_on(
    call: Any, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> NoReturn:
        with unfinished(tmp_path / "a", {}, resume=False) as ledger:
            with ledger.writing("part") as path:
                path.write_text("done")
            raise KeyboardInterrupt

    monkeypatch.setattr("corredor.runs.blocks.run_in_blocks", interrupted)
    code, _, error = call("run", small.path, *RUN, "--out", tmp_path / "a", "--json")
    assert code == 130
    assert error.splitlines() == [
        f"What was done is kept in {tmp_path / 'a'}.unfinished: --resume goes on.",
        "Interrupted; nothing half-written is left.",
    ]


@pytest.mark.slow
def test_ctrl_c_in_a_real_process_ends_with_130_and_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from corredor.cli import main; main()",
               "run", "baseline", "--replicates", "60", "--out", str(tmp_path / "a")]  # fmt: skip
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(4)  # by now it has read the scenario; the days take longer than this
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in error
    assert error.rstrip().endswith("Interrupted; nothing half-written is left.")
    assert out.strip() == ""
    assert list(tmp_path.iterdir()) == []


def test_compare_takes_results_or_scenarios(call: Any, small: Small, tmp_path: Path) -> None:
    more = small.write("[interdiction.tempo]\nsouth = 0.1", "more")
    assert call("run", small.path, *RUN, "--out", tmp_path / "a", "--json")[0] == 0
    code, out, error = call("compare", tmp_path / "a", more, *RUN, "--json")
    assert code == 0, error
    (other,) = json.loads(out)["scenarios"]
    rows = {row["measure"]: row for row in other["measures"]}
    assert rows["detentions"]["difference"] > 0
    assert other["summary"] in call("compare", small.path, more, *RUN)[1].replace("\n", " ")


def test_compare_writes_chart_and_page_for_several(call: Any, small: Small, tmp_path: Path) -> None:
    more = small.write("[interdiction.tempo]\nsouth = 0.1", "more")
    less = small.write("[interdiction.tempo]\nsouth = 0", "less")
    files = ("--chart", tmp_path / "c.svg", "--page", tmp_path / "p.html", "--lang", "es")
    code, out, error = call("compare", small.path, more, less, *RUN, *files, "--json")
    assert code == 0, error
    document = json.loads(out)
    assert [one["scenario"] for one in document["scenarios"]] == ["more", "less"]
    assert {path.name for path in tmp_path.iterdir()} == {"c.svg", "p.html"}
    again, _, error = call("compare", small.path, more, *RUN, *files)
    assert again == 2
    assert one_message(error)


@pytest.mark.parametrize(
    "wrong", [("--chart", "c.pdf"), ("--page", "p.txt"), ("--lang", "fr")], ids=lambda w: w[0]
)
def test_compare_refuses_what_it_cannot_write(
    call: Any, small: Small, tmp_path: Path, wrong: tuple[str, str]
) -> None:
    value = tmp_path / wrong[1] if "." in wrong[1] else wrong[1]
    code, _, _ = call("compare", small.path, small.path, *RUN, wrong[0], value)
    assert code == 2
    assert list(tmp_path.iterdir()) == []


def test_compare_of_one_is_one_message(call: Any, small: Small) -> None:
    code, _, error = call("compare", small.path, *RUN)
    assert code == 2
    assert one_message(error)


@pytest.mark.parametrize("month", ["2031-01", "nonsense"])
def test_compare_of_months_outside_the_results_is_one_message(
    call: Any, small: Small, month: str
) -> None:
    code, _, error = call("compare", small.path, small.path, *RUN, "--from", month)
    assert code == 2
    assert one_message(error)
