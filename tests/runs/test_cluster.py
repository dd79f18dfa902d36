"""A cluster gives the same bits as threads do, and what it loses is done again or told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import Small

pytest.importorskip("distributed")
from corredor.errors import OutputError, UsageError
from corredor.inputs.ledger import parts_kept
from corredor.runs.cluster import Cluster, Recipe, connected
from corredor.runs.design import load_design
from corredor.runs.ensemble import load_ensemble, run_ensemble
from corredor.runs.simulate import RunOptions, prepare

# As ``dask scheduler`` and ``dask worker``, which need not be on the path.
DASK = [sys.executable, "-m", "dask"]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with connected(workers=2) as found:
        yield found


@pytest.fixture
def design(small: Small) -> Path:
    path = small.folder / "design.toml"
    path.write_text('scenarios = ["small.toml"]\nmembers = 6\nseeds = [1, 2]\n')
    return path


@pytest.mark.slow
def test_the_bits_are_those_of_threads(
    cluster: Cluster, design: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With more blocks than are asked of the workers at a time."""
    monkeypatch.setattr("corredor.runs.jobs.ROOM", 1.0)  # a block for each member
    run_ensemble(load_design(design), design, tmp_path / "a", executor=cluster)
    run_ensemble(load_design(design), design, tmp_path / "b")
    assert load_ensemble(tmp_path / "a").equals(load_ensemble(tmp_path / "b"))


def test_a_worker_with_other_code_is_refused(small: Small) -> None:
    job = Recipe.of(prepare([small.scenario()], RunOptions(replicates=2)))
    with pytest.raises(UsageError, match="other code of Corredor"):
        replace(job, code="another").prepared()


def test_a_job_is_compiled_once_in_a_process(small: Small) -> None:
    job = Recipe.of(prepare([small.scenario()], RunOptions(replicates=2)))
    assert job.prepared() is job.prepared()


def test_workers_keep_their_memory(cluster: Cluster) -> None:
    """Handing it back to the system after each step costs a sixth of their time."""
    told = cluster.client.run(os.environ.get, "MALLOC_TRIM_THRESHOLD_").values()
    assert set(told) == {os.environ.get("MALLOC_TRIM_THRESHOLD_")}


@pytest.mark.slow
def test_a_killed_worker_costs_no_bits(cluster: Cluster, design: Path, tmp_path: Path) -> None:
    class Killing(Cluster):
        def run(self, *asked: object) -> Iterator[object]:  # type: ignore[override]
            for number, done in enumerate(super().run(*asked)):  # type: ignore[arg-type]
                if number == 0:
                    pids = self.client.run(os.getpid)
                    os.kill(next(iter(pids.values())), signal.SIGKILL)
                yield done

    run_ensemble(load_design(design), design, tmp_path / "a", executor=Killing(cluster.client))
    run_ensemble(load_design(design), design, tmp_path / "b")
    assert load_ensemble(tmp_path / "a").equals(load_ensemble(tmp_path / "b"))


def test_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corredor.runs.cluster.WAIT", 0.5)
    with (
        pytest.raises(UsageError, match="no scheduler of Dask answers"),
        connected("tcp://127.0.0.1:1"),
    ):
        pass


@pytest.mark.slow
def test_a_killed_scheduler_is_told_and_the_work_goes_on(
    small: Small, design: Path, tmp_path: Path
) -> None:
    address = "tcp://127.0.0.1:8799"
    scheduler = subprocess.Popen(
        [*DASK, "scheduler", "--host", "127.0.0.1", "--port", "8799", "--no-dashboard"]
    )
    worker = subprocess.Popen([*DASK, "worker", address, "--nthreads", "1", "--no-dashboard"])

    class Killing(Cluster):
        def run(self, *asked: object) -> Iterator[object]:  # type: ignore[override]
            for done in super().run(*asked):  # type: ignore[arg-type]
                yield done
                scheduler.kill()

    try:
        with (
            pytest.raises(OutputError, match="scheduler of the cluster is gone"),
            connected(address) as cluster,
        ):
            run_ensemble(
                load_design(design), design, tmp_path / "a", executor=Killing(cluster.client)
            )
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()
    run_ensemble(load_design(design), design, tmp_path / "a", resume=True)
    run_ensemble(load_design(design), design, tmp_path / "b")
    assert load_ensemble(tmp_path / "a").equals(load_ensemble(tmp_path / "b"))


@pytest.mark.slow
def test_a_killed_client_leaves_its_work_to_be_gone_on_with(design: Path, tmp_path: Path) -> None:
    design.write_text('scenarios = ["small.toml"]\nmembers = 200\nseeds = [1, 2]\n')
    command = [sys.executable, "-m", "corredor", "ensemble", str(design), "--out",
               str(tmp_path / "a"), "--workers", "2", "--json"]  # fmt: skip
    client = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while parts_kept(tmp_path / "a") < 3 and client.poll() is None:
        time.sleep(0.02)
    client.kill()
    client.wait()
    assert not (tmp_path / "a").exists()
    subprocess.run([*command, "--resume"], stdout=subprocess.DEVNULL, check=True)
    run_ensemble(load_design(design), design, tmp_path / "b")
    assert load_ensemble(tmp_path / "a").equals(load_ensemble(tmp_path / "b"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
