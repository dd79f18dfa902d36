"""What the worker tells of a run under way makes up what the whole run holds."""

from __future__ import annotations

import json
import multiprocessing as mp
import os
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from app_client import ADDRESS, BEARER, ENTRY, SMALL, ended, run_of, slow_work, started
from fastapi.testclient import TestClient
from helpers import Small

from corredor.app.jobs import queue as runs
from corredor.app.jobs import showing, worker
from corredor.app.routes.server import create_app
from corredor.engine.draws.names import DRAW_OF_BANDS
from corredor.runs.result import load_result
from corredor.runs.simulate import run


def told(connection: Connection) -> Iterator[tuple[Any, ...]]:
    while connection.poll():
        yield connection.recv()


def work(small: Small, folder: Path, **changed: Any) -> list[tuple[Any, ...]]:
    """Do a job; give what the worker said."""
    mine, theirs = mp.Pipe()
    job = worker.Job(folder, small.folder, {**SMALL, **changed})
    said: list[tuple[Any, ...]] = []
    reading = threading.Lock()  # two threads that read at once would each get half a message

    class Recorded(worker.Line):
        def send(self, *message: Any) -> None:  # a pipe that nobody reads would fill
            with reading:
                super().send(*message)
                said.extend(told(mine))

    assert worker._outcome(job, Recorded(theirs), mp.Event()) == ("done",)
    return said


def read(folder: Path, replicates: int, name: str) -> Any:
    return json.loads((folder / f"slices-{replicates}" / f"{name}.json").read_text())


@pytest.mark.parametrize("draw", ["exact", "expected"])
def test_the_days_told_while_it_runs_are_those_of_the_whole_run(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, draw: str
) -> None:
    monkeypatch.setattr(showing, "EVERY", 0.001)
    said = work(small, tmp_path, replicates=12, draw=draw)
    days = [(rest[0], json.loads(rest[1])) for kind, *rest in said if kind == "days"]
    people, monthly, links = (read(tmp_path, 12, name) for name in ("people", "monthly", "links"))
    assert days
    before, months = 0, 0
    for upto, document in days:
        part = document["people"]
        assert part["replicates"] == 12
        for band in ("low", "middle", "high", "caravan"):
            assert part[band] == [whole[before:upto] for whole in people[band]]
        before = upto
        if "monthly" in document:
            new = len(document["monthly"]["months"])
            assert document["monthly"]["months"] == monthly["months"][months : months + new]
            for name, bands in document["monthly"]["series"].items():
                whole = monthly["series"][name]
                assert bands["middle"] == whole["middle"][months : months + new]
            for whole, part in zip(links["travelled"], document["links"]["travelled"], strict=True):
                assert part == [by[months : months + new] for by in whole]
            months += new
    assert set(days[0][1]["record"]) == set(monthly["series"])
    steps = [rest for kind, *rest in said if kind == "progress"]
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]


def test_many_replicates_are_run_in_parts_that_make_up_the_whole(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_sizes", lambda replicates: [5, replicates - 5])
    said = work(small, tmp_path, replicates=12, draw="expected")
    assert [rest for kind, *rest in said if kind == "part"] == [[5], [10], [12]]
    assert [read(tmp_path, n, "people")["replicates"] for n in (5, 10, 12)] == [5, 10, 12]
    assert load_result(tmp_path / "result").sizes["replicate"] == 12
    days = [rest for kind, *rest in said if kind == "progress"]
    assert days == sorted(days)


class StoppedError(BaseException):
    pass


def stop_after(part: int, small: Small, folder: Path) -> None:
    """Do a job of 12 until a part is shown; then it is as if the app was killed."""

    class Stopping(worker.Line):
        def send(self, *message: Any) -> None:
            if message[0] == "part" and message[1] == part:
                patch.setattr(worker, "_app_is_gone", lambda: True)
                raise StoppedError

    _, theirs = mp.Pipe()
    job = worker.Job(folder, small.folder, {**SMALL, "replicates": 12})
    with pytest.MonkeyPatch.context() as patch, pytest.raises(StoppedError):
        worker.simulate_job(job, Stopping(theirs), mp.Event())


@pytest.mark.parametrize("part", [pytest.param(5, marks=pytest.mark.slow), 12])
def test_a_run_that_was_stopped_with_the_app_goes_on(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    monkeypatch.setattr(worker, "_sizes", lambda replicates: [5, replicates - 5])
    stop_after(part, small, tmp_path)
    assert (tmp_path / "result.unfinished").exists()
    said = work(small, tmp_path, replicates=12)
    assert [rest for kind, *rest in said if kind == "part"] in ([[10], [12]], [[12]], [])
    whole = run(small.scenario(), replicates=12, draw=DRAW_OF_BANDS, seed=SMALL["seed"])
    assert load_result(tmp_path / "result").load().equals(whole)
    assert not (tmp_path / "result.unfinished").exists()


def test_a_run_that_is_cancelled_leaves_no_work(small: Small, tmp_path: Path) -> None:
    _, theirs = mp.Pipe()
    cancel = mp.Event()
    cancel.set()
    job = worker.Job(tmp_path, small.folder, {**SMALL, "replicates": 12})
    assert worker._outcome(job, worker.Line(theirs), cancel) == ("cancelled",)
    assert list(tmp_path.iterdir()) == []


def test_parts_are_as_large_as_run_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert worker._sizes(50) == [50]
    assert worker._sizes(3) == [3]
    assert worker._sizes(120) == [50, 50, 20]


def test_a_fault_while_looking_reaches_the_planner(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("no look")

    monkeypatch.setattr(showing, "EVERY", 0.001)
    monkeypatch.setattr(showing.Showing, "_tell_new", broken)
    _, theirs = mp.Pipe()
    job = worker.Job(tmp_path, small.folder, {**SMALL, "replicates": 12})
    outcome = worker._outcome(job, worker.Line(theirs), mp.Event())
    assert outcome == ("failed", "error", "RuntimeError: no look")


def test_a_run_that_fails_tells_no_folder(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise FileNotFoundError(2, "No such file", str(tmp_path / "inside" / "part.json"))

    monkeypatch.setattr(worker, "simulate_job", broken)
    _, theirs = mp.Pipe()
    outcome = worker._outcome(worker.Job(tmp_path, tmp_path, {}), worker.Line(theirs), mp.Event())
    assert outcome == ("failed", "disk", "[Errno 2] No such file: 'part.json'")


@pytest.fixture
def slow(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(runs, "work", slow_work)
    app = create_app(tmp_path / "kept", ENTRY, small.folder)
    with TestClient(app, base_url=ADDRESS, headers=BEARER) as one:
        yield one


def days_of(client: TestClient, run_id: str, least: int) -> dict[str, Any]:
    """Wait until a run under way shows more than so many days."""
    while (run := run_of(client, run_id))["days"] <= least:
        assert run["status"] in ("waiting", "running"), run
        time.sleep(0.02)
    return run


def test_the_days_so_far_are_there_while_it_runs_and_gone_when_it_ended(slow: TestClient) -> None:
    long = started(slow, name="Long")
    first = days_of(slow, long, 0)["days"]
    days_of(slow, long, first)
    everything = slow.get(f"/api/runs/{long}/so-far").json()
    assert everything[0]["people"]["start"] == "2023-02-01"
    assert sum(one["people"]["days"] for one in everything) > first
    later = slow.get(f"/api/runs/{long}/so-far", params={"day": first}).json()
    assert later[: len(everything) - 1] == everything[1:]
    slow.post(f"/api/runs/{long}/cancel")
    assert ended(slow, long)["days"] == 0
    assert slow.get(f"/api/runs/{long}/so-far").json() == []
    assert slow.get("/api/runs/0123456789abcdef/so-far").status_code == 404


@pytest.mark.slow
def test_a_worker_killed_while_days_are_shown_leaves_none(slow: TestClient) -> None:
    long = started(slow, name="Long")
    days_of(slow, long, 0)
    os.kill(slow.app.state.runner.worker_pid, signal.SIGKILL)  # type: ignore[attr-defined]
    failed = ended(slow, long)
    assert (failed["reason"], failed["days"], failed["part"]) == ("worker", 0, 0)
    assert slow.get(f"/api/runs/{long}/people.json").status_code == 404
