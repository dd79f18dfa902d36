"""``verify``, ``rerun`` and ``ensemble`` say what is whole and what is not, with the right code."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers import Small

from corredor.runs.result import load_result, save_result


@pytest.fixture
def result(small: Small, tmp_path: Path) -> Path:
    save_result(small.run(draw="exact", replicates=2), tmp_path / "result")
    return tmp_path / "result"


def test_a_whole_result_is_verified_and_made_again(call: Any, result: Path) -> None:
    code, out, _ = call("verify", result.parent, "--json")
    assert code == 0
    assert json.loads(out) == [{"path": str(result), "kind": "result", "fault": None}]
    code, out, _ = call("rerun", result)
    assert (code, out.strip()) == (0, f"{result}: equal to the bit.")


def test_damage_is_one_message_everywhere(call: Any, result: Path) -> None:
    chunk = result / "detentions" / "c.0.0.0.0"
    chunk.write_bytes(chunk.read_bytes()[:-1])
    for command in (("verify",), ("rerun",), ("needs",), ("harm",), ("compare", result)):
        code, _, error = call(*command, result)
        assert code == 2
        (line,) = error.strip().splitlines()
        assert line.startswith(f"Error: {chunk}: is damaged")


def test_other_numbers_are_told_with_code_1(call: Any, result: Path) -> None:
    data = load_result(result).load()
    data["detentions"][0, 0] += 1
    save_result(data, result.with_name("other"))
    code, out, _ = call("rerun", result.with_name("other"))
    assert code == 1
    assert "detentions" in out and "this is a fault of Corredor" in out
    code, out, _ = call("rerun", result.with_name("other"), "--json")
    document = json.loads(out)
    assert (code, document["equal"], list(document["differs"])) == (1, False, ["detentions"])


def test_an_ensemble_is_written_and_whole(call: Any, small: Small, tmp_path: Path) -> None:
    design = small.folder / "design.toml"
    design.write_text('title = "T"\nscenarios = ["small.toml"]\nmembers = 3\n')
    code, out, error = call("ensemble", design, "--out", tmp_path / "e", "--threads", 1)
    assert code == 0, error
    assert "3 runs. Ensemble" in out and "mexico detentions" in out
    assert call("verify", tmp_path / "e")[0] == 0
    code, out, _ = call("ensemble", design, "--out", tmp_path / "f", "--json")
    rows = json.loads(out)["summary"]
    assert {row["scenario"] for row in rows} == {"small"}


@pytest.mark.parametrize(
    ("options", "message"),
    [((), "--out FOLDER"), (("--out", "e", "--threads", 1, "--workers", 1), "not for two of them")],
)
def test_what_makes_no_sense_is_refused(
    call: Any, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    options: tuple[object, ...], message: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    design = small.folder / "design.toml"
    design.write_text('scenarios = ["small.toml"]\n')
    code, _, error = call("ensemble", design, *options)
    assert code == 2 and message in error
    assert not list(tmp_path.iterdir())


def test_a_script_for_slurm_can_be_read(call: Any, small: Small, tmp_path: Path) -> None:
    design = small.folder / "design.toml"
    design.write_text('scenarios = ["small.toml"]\n')
    out = tmp_path / "it's"
    options = ("--out", out, "--slurm", tmp_path / "run.py", "--jobs", 7)
    assert call("ensemble", design, *options)[0] == 0
    text = (tmp_path / "run.py").read_text()
    made = type(sys)("dask_jobqueue")
    made.SLURMCluster = None  # type: ignore[attr-defined]
    sys.modules["dask_jobqueue"] = made
    try:
        found = runpy.run_path(str(tmp_path / "run.py"), run_name="read")
    finally:
        del sys.modules["dask_jobqueue"]
    assert (found["JOBS"], found["OUT"]) == (7, str(out.resolve()))
    assert found["DESIGN"] == str(design.resolve())
    assert "--resume" in text
