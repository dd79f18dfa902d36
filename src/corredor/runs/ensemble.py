"""Run a design: scenarios × members × seeds, on threads here or on a cluster, memory flat.

The folder that comes of it has a store for each scenario and seed, ``summary.parquet`` with the
mean and the quantiles over the members by month, and one manifest over all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import xarray as xr

from corredor.errors import OutputError, UsageError
from corredor.inputs import manifest
from corredor.inputs.ledger import Ledger, unfinished
from corredor.inputs.manifest import write_manifest
from corredor.inputs.sealed import read_sealed, write_sealed
from corredor.inputs.whole_files import entry_to_disk, refuse_existing, to_disk
from corredor.runs import store
from corredor.runs.design import ALL, Design, Reduction, refuse_unknown
from corredor.runs.executors import Executor
from corredor.runs.jobs import Job, block_with_room, run_jobs
from corredor.runs.observe import COUNTED_SERIES, countings
from corredor.runs.provenance import request_of
from corredor.runs.result import KIND as WHOLE
from corredor.runs.simulate import OnDay, Prepared, RunOptions, prepare

KIND, REDUCED = "ensemble", "reduced result"
FOLDER, SUMMARY = "ensemble", "summary.parquet"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def run_ensemble(
    design: Design, path: Path, out: Path, *, resume: bool = False,
    executor: Executor | None = None, threads: int | None = None, on_day: OnDay | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Run a design and write what it keeps.

    Parameters
    ----------
    design : Design
        What to run.
    path : Path
        The file that it was read from, which errors name.
    out : Path
        A folder that must not exist yet.
    resume : bool
        Go on with what an interruption left.
    executor : Executor, optional
        Who runs the blocks; the threads of this machine unless given.
    threads : int, optional
        How many, where no executor is given; one a processor unless told.
    on_day : callable, optional
        Told the days done and to do, of the blocks that are left.

    Returns
    -------
    pandas.DataFrame
        The summary, as :func:`read_summary` gives it.

    Raises
    ------
    InputError, UsageError
        If the design makes no sense, or interrupted work is there and ``resume`` is not set.
    OutputError
        If it cannot be written, or the cluster is lost.
    """
    refuse_existing(out)
    asked = RunOptions(
        replicates=design.members, seed=design.seeds[0], draw=design.draw, threads=threads,
        people_scale=design.people_scale, parameters=design.parameters,
    )  # fmt: skip
    asked.check()
    first = prepare(design.scenarios, asked, at_once=1)
    reduce = reduction_of(design.keep)
    if reduce is not None:
        refuse_unknown(reduce.keep, [*_series(first), *_variables(first)], path)
    jobs = list(_jobs(design, first))
    size = block_with_room(first)
    request = {
        **request_of(first.made), "seeds": list(design.seeds), "keep": design.keep, "block": size
    }  # fmt: skip
    with unfinished(out, request, resume=resume) as ledger:
        run_jobs(jobs, ledger, executor=executor, block=size, reduce=reduce, on_day=on_day)
        table = _summarise(design, jobs, ledger, size)
        _put_in_place(design, table, request, ledger, out)
        ledger.end()
    return table


def _jobs(design: Design, first: Prepared) -> Iterator[Job]:
    for seed in design.seeds:
        stores = tuple(f"{FOLDER}/{name_of(s.name, seed)}" for s in design.scenarios)
        kind = WHOLE if design.keep == ALL else REDUCED
        yield Job(first if seed == design.seeds[0] else first.with_seed(seed), stores, kind)


def name_of(scenario: str, seed: int) -> str:
    """Return the name of the store of a scenario and a seed."""
    return f"{scenario}-seed-{seed}"


def reduction_of(keep: Sequence[str]) -> Reduction | None:
    """Return what makes of each result what an ensemble keeps of it; None if it keeps them whole.

    Parameters
    ----------
    keep : sequence of str
        As a design, or the manifest of an ensemble, says it.
    """
    return None if keep == ALL else Reduction(tuple(keep))


def _series(first: Prepared) -> tuple[str, ...]:
    about = xr.Dataset(attrs=dict(first.about))
    return tuple(name for name in countings(about) if name in first.about[COUNTED_SERIES])


def _variables(first: Prepared) -> list[str]:
    book = first.models[0].book
    sums = [total.name for total, _ in book.sums]
    return sorted([*(flow.name for flow, _, _ in book.flows.values()), *sums, "present"])


def _summarise(design: Design, jobs: list[Job], ledger: Ledger, size: int) -> pd.DataFrame:
    """Return mean and quantiles by scenario, seed, variable and month, some members at a time."""
    rows: list[dict[str, Any]] = []
    for seed, job in zip(design.seeds, jobs, strict=True):
        for scenario, name in zip(design.scenarios, job.stores, strict=True):
            manifest.check(ledger.folder / name, job.kind)
            kept = _totals(ledger.folder / name, size, whole=job.kind == WHOLE)
            rows += summary_rows(scenario.name, seed, kept)
    return pd.DataFrame(rows)


def _totals(folder: Path, size: int, *, whole: bool) -> dict[str, xr.DataArray]:
    data = store.open_store(folder)
    if not whole:
        return {str(name): data[name].load() for name in data.data_vars}
    parts = []
    for first in range(0, data.sizes["replicate"], size):
        block = store.open_store(folder).isel(replicate=slice(first, first + size))
        parts.append(Reduction(())(block).load())
    joined = xr.concat(parts, "replicate")
    return {str(name): joined[name] for name in joined.data_vars}


def summary_rows(
    scenario: str, seed: int, kept: Mapping[str, xr.DataArray]
) -> list[dict[str, Any]]:
    """Return the rows of the summary that tell of a scenario and a seed.

    Parameters
    ----------
    scenario, seed
        Which.
    kept : mapping
        By variable, its totals, ``[replicate, month]``; of a stock ``[replicate, day]``.
    """
    return [row for name, values in kept.items() for row in _bands(scenario, seed, name, values)]


def _bands(
    scenario: str, seed: int, variable: str, values: xr.DataArray
) -> list[dict[str, Any]]:  # fmt: skip
    time = str(values.dims[1])
    if time == "day":  # a stock: its mean over the days of each month
        values = values.resample(day="MS").mean().rename(day="month")
    numbers = values.transpose("replicate", "month").to_numpy().astype(np.float64)
    levels = np.quantile(numbers, QUANTILES, axis=0)
    return [
        {"scenario": scenario, "seed": seed, "variable": variable, "month": str(month)[:7],
         "members": len(numbers), "mean": float(numbers[:, m].mean()),
         **{f"q{round(100 * q):02d}": float(levels[i, m]) for i, q in enumerate(QUANTILES)}}
        for m, month in enumerate(values["month"].values)
    ]  # fmt: skip


def _put_in_place(
    design: Design, table: pd.DataFrame, request: Mapping[str, Any], ledger: Ledger, out: Path
) -> None:
    """Add the summary and the manifest over all, and move the whole to its place."""
    folder = ledger.folder / FOLDER
    summary = folder / SUMMARY
    about = {"kind": "summary of an ensemble", "title": design.title, **request}
    write_sealed(pa.Table.from_pandas(table, preserve_index=False), summary, about, replace=True)
    try:
        (folder / manifest.NAME).unlink(missing_ok=True)
        write_manifest(folder, KIND, {"title": design.title, **request})
        to_disk(folder / manifest.NAME)
        entry_to_disk(folder)
        folder.replace(out)
        entry_to_disk(out.parent)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror}.") from None


def read_summary(folder: Path) -> pd.DataFrame:
    """Return the summary of an ensemble: a row for each scenario, seed, variable and month.

    Columns: ``scenario``, ``seed``, ``variable``, ``month``, ``members``, ``mean`` and the
    quantiles ``q05`` to ``q95`` over the members, in events or people of the world; of a stock the
    mean over the days of the month.

    Raises
    ------
    UsageError
        If there is no ensemble.
    DamagedError
        If it is not as it was written.
    """
    check_ensemble(folder)
    table: pd.DataFrame = read_sealed(folder / SUMMARY)[0].to_pandas()
    return table


def load_ensemble(folder: Path) -> xr.Dataset:
    """Open what an ensemble kept, ``[scenario, seed, replicate, month]`` by variable.

    Of an ensemble that kept whole results each is opened by ``corredor.load_result``.

    Raises
    ------
    UsageError
        If there is no ensemble, or it kept whole results.
    DamagedError
        If it is not as it was written.
    """
    made = check_ensemble(folder).made
    if made["keep"] == ALL:
        raise UsageError(f"{folder}: kept whole results; open each with corredor.load_result.")
    names = [name for name, _ in made["scenarios"]]
    return xr.concat(
        [
            xr.concat(
                [store.open_store(folder / name_of(name, seed)) for seed in made["seeds"]],
                xr.DataArray(made["seeds"], dims="seed", name="seed"), combine_attrs="drop",
            )
            for name in names
        ],
        xr.DataArray(names, dims="scenario", name="scenario"), combine_attrs="drop",
    )  # fmt: skip


def check_ensemble(folder: Path) -> manifest.Manifest:
    """Hold an ensemble against its manifest, and return that.

    Raises
    ------
    UsageError
        If there is none.
    DamagedError
        If it is not as it was written.
    """
    if not manifest.has_manifest(folder):
        raise UsageError(f"{folder}: holds no ensemble.")
    return manifest.check(folder, KIND)
