"""An interrupted run goes on where it stopped, and ends with the same bits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import xarray as xr
from helpers import Small

from corredor import cli
from corredor.errors import OutputError, UsageError
from corredor.inputs.ledger import Ledger, parts_kept, unfinished
from corredor.inputs.lock import locked
from corredor.runs.blocks import run_in_blocks
from corredor.runs.executors import Block, Done, Threads
from corredor.runs.jobs import Job, LostBlocksError, run_jobs
from corredor.runs.result import load_result
from corredor.runs.simulate import Prepared, RunOptions, prepare, run

NOT_THE_SAME = (
    "seconds_run", "seconds_simulate", "seconds_compile", "peak_memory_mb", "person_days",
)  # fmt: skip


class Stopping(Threads):
    """Is interrupted after the first block."""

    def run(self, prepared: Sequence[Prepared], blocks: Sequence[Block], *a: Any) -> Iterator[Done]:
        yield next(super().run(prepared, blocks[:1], *a))
        raise KeyboardInterrupt


class Counting(Threads):
    """Notes which blocks it is asked for."""

    asked: list[int]

    def __init__(self) -> None:
        super().__init__()
        object.__setattr__(self, "asked", [])

    def run(self, prepared: Sequence[Prepared], blocks: Sequence[Block], *a: Any) -> Iterator[Done]:
        self.asked.extend(block.first for block in blocks)
        return super().run(prepared, blocks, *a)


@pytest.fixture(scope="module")
def whole(small: Small) -> xr.Dataset:
    """Give the run of 7 in one go."""
    return run(small.scenario(), replicates=7, seed=5)


def interrupted(small: Small, out: Path) -> None:
    """Stop a run of 7 in blocks of 3 after the first block."""
    with pytest.raises(KeyboardInterrupt):
        run_in_blocks(small.scenario(), out, replicates=7, block=3, seed=5, executor=Stopping(1))


def resumed(small: Small, out: Path, **options: Any) -> Counting:
    counting = Counting()
    run_in_blocks(small.scenario(), out, executor=counting, resume=True,
                  **{"replicates": 7, "block": 3, "seed": 5, **options})  # fmt: skip
    return counting


def test_a_resumed_run_has_the_bits_of_one_in_one_go(
    small: Small, whole: xr.Dataset, tmp_path: Path
) -> None:
    out = tmp_path / "a"
    interrupted(small, out)
    assert not out.exists()  # nothing that looks whole
    assert parts_kept(out) == 2  # the layout and a block
    assert resumed(small, out).asked == [3, 6]
    again = load_result(out).load()
    assert again.equals(whole)
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    same = {k: v for k, v in whole.attrs.items() if k not in NOT_THE_SAME}
    assert {k: v for k, v in again.attrs.items() if k not in NOT_THE_SAME} == same
    assert again.attrs["person_days"] == pytest.approx(whole.attrs["person_days"])


@pytest.mark.parametrize(
    "damage", ["flip", *(pytest.param(how, marks=pytest.mark.slow) for how in ("cut", "remove"))]
)
def test_a_damaged_block_is_done_again(
    small: Small, whole: xr.Dataset, tmp_path: Path, damage: str
) -> None:
    out = tmp_path / "a"
    interrupted(small, out)
    chunk = tmp_path / "a.unfinished/result/present/c.0.0.0.0"
    content = bytearray(chunk.read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 4
        chunk.write_bytes(content)
    elif damage == "cut":
        chunk.write_bytes(content[:-9])
    else:
        chunk.unlink()
    assert resumed(small, out).asked == [0, 3, 6]
    assert load_result(out).load().equals(whole)


def test_a_damaged_layout_is_begun_anew(small: Small, whole: xr.Dataset, tmp_path: Path) -> None:
    out = tmp_path / "a"
    interrupted(small, out)
    about = tmp_path / "a.unfinished" / "result" / "present" / "zarr.json"
    about.write_text(about.read_text().replace("3", "4", 1))
    assert resumed(small, out).asked == [0, 3, 6]
    assert load_result(out).load().equals(whole)


def test_a_cut_ledger_loses_its_last_line_only(
    small: Small, whole: xr.Dataset, tmp_path: Path
) -> None:
    out = tmp_path / "a"
    interrupted(small, out)
    ledger = tmp_path / "a.unfinished" / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes()[:-40])
    assert resumed(small, out).asked == [0, 3, 6]
    assert load_result(out).load().equals(whole)


def test_a_block_that_is_left_out_becomes_no_zeros(small: Small, tmp_path: Path) -> None:
    class Careless(Threads):
        def run(
            self, prepared: Sequence[Prepared], blocks: Sequence[Block], *a: Any
        ) -> Iterator[Done]:
            return super().run(prepared, [blocks[0], *blocks[2:]], *a)

    with pytest.raises(LostBlocksError, match="1 blocks of replicates were not done"):
        run_in_blocks(small.scenario(), tmp_path / "a", replicates=7, block=3, executor=Careless())
    assert not (tmp_path / "a").exists()
    assert resumed(small, tmp_path / "a", seed=1).asked == [3]


def test_a_run_interrupted_before_its_first_block_leaves_nothing(
    small: Small, tmp_path: Path
) -> None:
    class Stopped(Threads):
        def run(self, *_: Any) -> Iterator[Done]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_in_blocks(small.scenario(), tmp_path / "a", replicates=7, block=3, executor=Stopped())
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_is_not_overwritten_unasked(small: Small, tmp_path: Path) -> None:
    interrupted(small, tmp_path / "a")
    with pytest.raises(UsageError, match="--resume"):
        run_in_blocks(small.scenario(), tmp_path / "a", replicates=7, block=3, seed=5)


def test_another_request_is_not_mixed_in(small: Small, tmp_path: Path) -> None:
    interrupted(small, tmp_path / "a")
    with pytest.raises(UsageError, match=r"asked for otherwise: seed was 5, is now 6\."):
        resumed(small, tmp_path / "a", seed=6)


def test_what_went_in_must_be_as_it_was(small: Small, tmp_path: Path) -> None:
    interrupted(small, tmp_path / "a")
    beside = small.scenario().world.folder / "notes.toml"
    beside.write_text("changed = 1")
    try:
        with pytest.raises(UsageError, match=r"file notes\.toml of the world is not what it was"):
            resumed(small, tmp_path / "a")
    finally:
        beside.unlink()


def test_two_processes_do_not_work_on_one_run(small: Small, tmp_path: Path) -> None:
    interrupted(small, tmp_path / "a")
    with (
        locked(tmp_path / "a.unfinished"),
        pytest.raises(OutputError, match=r"is in use by process \d+"),
    ):
        resumed(small, tmp_path / "a")


@pytest.mark.slow  # and tried by the suite of faults
def test_a_killed_run_leaves_nothing_that_looks_whole_and_can_go_on(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "a"
    words = ["run", str(small.path), "--replicates", "120", "--out", str(out), "--json"]
    command = [sys.executable, "-m", "corredor", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while parts_kept(out) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert parts_kept(out) >= 2 and not out.exists()
    monkeypatch.setattr(sys, "argv", ["corredor", *words, "--resume"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    assert load_result(out).load().equals(run(small.scenario(), replicates=120))
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_disk_that_fills_while_a_block_is_written_is_told(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("corredor.runs.store.write_block", full)
    with pytest.raises(OutputError, match="No space left on device"):
        run_in_blocks(small.scenario(), tmp_path / "a", replicates=2, block=1)


def test_work_goes_on_in_blocks_of_the_size_that_it_was_begun_with(
    small: Small, whole: xr.Dataset, tmp_path: Path
) -> None:
    prepared = prepare([small.scenario()], RunOptions(replicates=7, seed=5))
    ledger, job, asked = Ledger(tmp_path), Job(prepared, ("a",)), Counting()
    with pytest.raises(KeyboardInterrupt):
        run_jobs([job], ledger, executor=Stopping(), block=2)
    run_jobs([job], ledger, executor=asked, block=5)
    assert asked.asked == [2, 4, 6]
    assert load_result(tmp_path / "a").load().equals(whole)


def test_what_a_loss_of_power_took_of_a_whole_result_is_done_again(
    small: Small, whole: xr.Dataset, tmp_path: Path
) -> None:
    prepared = prepare([small.scenario()], RunOptions(replicates=7, seed=5))
    job, asked = Job(prepared, ("a",)), Counting()
    result = tmp_path / "out.unfinished" / "a"
    for lost in ("", "present/c.1.0.0.0", "zarr.json", "manifest.json"):
        if lost:
            (result / lost).write_bytes(b"")
        with (
            suppress(InterruptedError),
            unfinished(tmp_path / "out", {"seed": 5}, resume=True, passing=True) as ledger,
        ):
            run_jobs([job], ledger, executor=asked, block=3)
            raise InterruptedError
        assert load_result(result).load().equals(whole)
    assert asked.asked == [0, 3, 6, 3]
