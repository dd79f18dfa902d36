"""An interrupted run goes on where it stopped, and ends with the same bits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers import Small

from corredor.errors import UsageError
from corredor.runs import blocks as unfinished
from corredor.runs.blocks import run_in_blocks
from corredor.runs.result import load_result
from corredor.runs.simulate import run

NOT_THE_SAME = ("seconds_write", "seconds_simulate", "seconds_compile", "peak_memory_mb")


def interrupted(small: Small, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop a run of 7 in blocks of 3 while the second block is on its way."""
    done = []

    def stop_later(*arguments: object, **options: object) -> object:
        if done:
            raise KeyboardInterrupt
        done.append(1)
        return run(*arguments, **options)

    monkeypatch.setattr(unfinished, "run", stop_later)
    with pytest.raises(KeyboardInterrupt):
        run_in_blocks(small.scenario(), out, replicates=7, block=3, seed=5)
    monkeypatch.undo()


def test_a_resumed_run_has_the_bits_of_one_in_one_go(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "a"
    interrupted(small, out, monkeypatch)
    assert not out.exists()  # nothing that looks whole
    assert sorted(p.name for p in (tmp_path / "a.unfinished").iterdir()) == [
        "000000",
        "request.json",
    ]
    resumed = run_in_blocks(small.scenario(), out, replicates=7, block=3, seed=5, resume=True)
    whole = run(small.scenario(), replicates=7, seed=5)
    assert resumed.equals(whole)
    assert load_result(out).load().equals(whole)
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    same = {k: v for k, v in whole.attrs.items() if k not in NOT_THE_SAME}
    assert {k: v for k, v in resumed.attrs.items() if k not in NOT_THE_SAME} == same


def test_a_run_interrupted_before_its_first_block_leaves_nothing(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(unfinished, "run", stop)
    with pytest.raises(KeyboardInterrupt):
        run_in_blocks(small.scenario(), tmp_path / "a", replicates=7, block=3)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_is_not_overwritten_unasked(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(small, tmp_path / "a", monkeypatch)
    with pytest.raises(UsageError, match="--resume"):
        run_in_blocks(small.scenario(), tmp_path / "a", replicates=7, block=3, seed=5)


def test_another_request_is_not_mixed_in(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(small, tmp_path / "a", monkeypatch)
    with pytest.raises(UsageError, match=r"asked for otherwise .*seed"):
        run_in_blocks(small.scenario(), tmp_path / "a", replicates=7, block=3, seed=6, resume=True)


def test_a_killed_run_leaves_nothing_that_looks_whole_and_can_go_on(
    small: Small, tmp_path: Path
) -> None:
    out = tmp_path / "a"
    command = [sys.executable, "-m", "corredor", "run", str(small.path), "--replicates", "120",
               "--out", str(out), "--json"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    first = tmp_path / "a.unfinished" / "000000"
    deadline = time.monotonic() + 120
    while not first.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert first.exists() and not out.exists()
    ended = subprocess.run([*command, "--resume"], stdout=subprocess.DEVNULL, check=False)
    assert ended.returncode == 0
    assert load_result(out).load().equals(run(small.scenario(), replicates=120))
