"""One of everything that Corredor writes and reads again, and how each is read.

Reading gives a digest of all that it told; damage must end in a message or give the same digest.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from made_up_forecasts import made_up_backtest

from corredor.app.documents.slices import save_slices
from corredor.app.jobs.store import RESULT, SLICES, Store
from corredor.corridor.posterior import Posterior, read_posterior
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.levers import ALWAYS, Factors
from corredor.errors import DamagedError
from corredor.fit.backtest import read_backtest, save_backtest
from corredor.inputs.manifest import check
from corredor.inputs.whole_files import UNDER_WAY
from corredor.record import additions
from corredor.record.adding import plan
from corredor.runs.blocks import run_in_blocks
from corredor.runs.design import load_design
from corredor.runs.ensemble import load_ensemble, read_summary, run_ensemble
from corredor.runs.result import load_result, save_result
from corredor.runs.simulate import run
from faults.stage import ASKED, OFFICIAL, READ_ON, write_stage
from faults.tree import numbers

TWO = {"replicates": 2, "parameters": "fixed"}
BLOCKS = {"replicates": 4, "block": 1, "threads": 1, "parameters": "fixed"}


@dataclass(frozen=True)
class Sample:
    """Something that was written.

    Attributes
    ----------
    name : str
        As a table shows it.
    path : Path
        The file or folder.
    read : callable
        Reads it whole; returns a digest of what it says.
    weight : int
        How many flips it gets, beside the others.
    """

    name: str
    path: Path
    read: Callable[[Path], str]
    weight: int


def make_samples(folder: Path) -> list[Sample]:
    """Write one of everything into a new folder."""
    stage = folder / "stage"
    write_stage(stage)
    data = run(str(stage / "short.toml"), **TWO)
    save_result(data, folder / "result")
    read_blocks = _interrupted(stage, folder / "blocks")
    made_posterior(folder / "posterior.parquet")
    design = stage / "design.toml"
    run_ensemble(load_design(design), design, folder / "many")
    save_backtest(made_up_backtest({}), folder / "backtest.parquet", {"seed": 1})
    plan(stage / OFFICIAL, folder / "record", read_on=READ_ON).write()
    store = Store(folder / "runs")
    kept = store.add("one", ASKED, "corredor run", "title = 'One'\n")
    save_result(data, store.path(kept, RESULT))
    save_slices(data, store.path(kept, f"{SLICES}-2"))
    kept.status, kept.part = "done", 2
    store.save(kept)
    return [
        Sample("result", folder / "result", read_all_result, 6),
        Sample("ensemble", folder / "many", _read_ensemble, 3),
        Sample("interrupted run", folder / "blocks", read_blocks, 1),
        Sample("posterior", folder / "posterior.parquet", read_all_posterior, 6),
        Sample("backtest", folder / "backtest.parquet", _read_backtest, 3),
        Sample("addition to the record", folder / "record", read_all_additions, 3),
        Sample("a run of the app", folder / "runs", _read_runs, 3),
    ]


def read_all_result(path: Path) -> str:
    """Read every number of a result."""
    attributes = sorted((str(k), repr(v)) for k, v in load_result(path).attrs.items())
    return _digest(numbers(path), attributes)


def _read_ensemble(path: Path) -> str:
    """Read every number that an ensemble kept, and its summary."""
    kept = load_ensemble(path).load()
    told = [(str(name), one.dims, one.values.tobytes()) for name, one in kept.items()]
    return _digest(sorted(told), _of_frame(read_summary(path)))


def _interrupted(stage: Path, folder: Path) -> Callable[[Path], str]:
    """Interrupt a run after its first blocks; reading it is going on with it."""
    folder.mkdir()
    scenario = load_scenario(stage / "short.toml")

    def stop(done: int, total: int) -> None:
        if 2 * done > total:
            raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        run_in_blocks(scenario, folder / "out", on_day=stop, **BLOCKS)  # type: ignore[arg-type]

    def read(path: Path) -> str:
        run_in_blocks(scenario, path / "out", resume=True, **BLOCKS)  # type: ignore[arg-type]
        found = numbers(path / "out")
        shutil.rmtree(path / "out")
        return found

    return read


def made_posterior(path: Path) -> None:
    """Write a small posterior."""
    values = np.random.default_rng(1).uniform(0.5, 1.5, (30, 1))
    factors = {
        name: Factors((ALWAYS,), values) for name in ("interdiction.tempo", "entry.factor")
    }  # fmt: skip
    Posterior(factors, {"world_hash": "made up", "seed": 1}).save(path)


def read_all_posterior(path: Path) -> str:
    """Read every factor of a posterior."""
    read = read_posterior(path)
    factors = [(k, f.days, f.added, f.values.tobytes()) for k, f in read.factors.items()]
    return _digest(factors, sorted(read.provenance.items()))


def _read_backtest(path: Path) -> str:
    return _of_frame(read_backtest(path))


def read_all_additions(path: Path) -> str:
    """Read every figure that was added."""
    found = additions.additions_in(path)
    if not found:
        raise DamagedError(f"{path}: empty, and nobody says that it should not be.")
    return _digest([(asdict(a), [_of_frame(a.table(s)) for s in a.tables]) for a in found])


def _read_runs(path: Path) -> str:
    store = Store(path)
    if damaged := [run.id for run in store.runs.values() if run.status == "damaged"]:
        raise DamagedError(f"{path / damaged[0]}: is damaged; it can only be deleted.")
    if not store.runs:
        raise DamagedError(f"{path}: no run is shown.")
    told: list[object] = []
    for one in store.listed():
        slices = store.path(one, f"{SLICES}-{one.part}")
        check(slices, SLICES)
        documents = [json.loads(p.read_bytes()) for p in sorted(slices.glob("[!m]*.json"))]
        told += [asdict(one), store.scenario(one).read_text(encoding="utf-8"), documents]
        told.append(read_all_result(store.path(one, RESULT)))
    return _digest(told)


def _of_frame(frame: pd.DataFrame) -> str:
    return _digest([(n, str(c.dtype), c.tolist()) for n, c in frame.items()])


def _digest(*told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()


def files_of(path: Path) -> list[Path]:
    """Return the files of a sample that count, each once."""
    if path.is_file():
        return [path]
    return sorted(
        p for p in path.rglob("*")
        if p.is_file() and p.name != ".lock" and UNDER_WAY not in p.as_posix()
    )  # fmt: skip
