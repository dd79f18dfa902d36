"""Make a result or an ensemble again from what it says of itself, and hold both side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corredor.arrays import Floats
from corredor.corridor.model import Process
from corredor.corridor.posterior import Posterior
from corredor.corridor.scenario_document import scenario_from
from corredor.corridor.world import World, load_world
from corredor.errors import UsageError
from corredor.inputs.computed_by import computed_by
from corredor.inputs.manifest import has_manifest, read_manifest
from corredor.runs.design import Reduction
from corredor.runs.ensemble import KIND as ENSEMBLE
from corredor.runs.ensemble import (
    check_ensemble,
    name_of,
    read_summary,
    reduction_of,
    summary_rows,
)
from corredor.runs.executors import Block, Threads
from corredor.runs.jobs import block_size
from corredor.runs.provenance import inputs_of, made_of
from corredor.runs.result import load_result
from corredor.runs.simulate import OnDay, Prepared, RunOptions, prepare
from corredor.runs.store import open_store


@dataclass(frozen=True)
class Rerun:
    """What came of making something again.

    Attributes
    ----------
    differs : mapping
        For each array that is not the same to the bit: how many of its numbers differ, and by how
        much at most. Those of an ensemble have the result before their name, or ``summary``. Empty
        where all is equal.
    changed : tuple of str
        What is not as it was when it was made first: inputs, code, libraries, machine.
    """

    differs: Mapping[str, tuple[int, float]]
    changed: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Return whether every bit is the same."""
        return not self.differs


def rerun(
    folder: str | Path, *, world: str | Path | None = None, on_day: OnDay | None = None,
    processes: Sequence[Process] = (), posterior: Posterior | None = None,
) -> Rerun:  # fmt: skip
    """Make a result again, or an ensemble.

    Parameters
    ----------
    folder : str or Path
        Of the result, or of an ensemble, whose every result and summary are made again; it is left
        as it is.
    world : str or Path, optional
        Where its world lies now, if elsewhere than when it was made.
    on_day : callable, optional
        Told the days done and to do.
    processes : sequence of Process
        The rules of a day, where the result was made with rules of one's own.
    posterior : Posterior, optional
        The one that the result was made with, where it was given in Python.

    Returns
    -------
    Rerun
        Whether it is equal to the bit, what differs, and what is not as it was.

    Raises
    ------
    UsageError
        If the result does not say how it was made, or its rules or its posterior are not given.
    DamagedError
        If it is not as it was written.

    Examples
    --------
    >>> import corredor
    >>> result = corredor.run(corredor.example_world(), draw="expected", replicates=1)
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     corredor.rerun(result.corredor.save(f"{folder}/result")).equal
    True
    """
    path = Path(folder)
    if has_manifest(path) and read_manifest(path).kind == ENSEMBLE:
        return _ensemble_again(path, world, tuple(processes), on_day)
    kept = _Kept.of(path, load_result(path), world, tuple(processes), posterior)
    asked, differs = kept.prepared.asked, dict[str, tuple[int, float]]()
    for now, before in kept.again(block_size(asked.draw, asked.replicates), None, on_day):
        _add(differs, now, before)
    return Rerun(differs, kept.changed())


@dataclass(frozen=True, eq=False)
class _Kept:
    """A result on the disk, and what makes it again."""

    folder: Path
    data: xr.Dataset
    prepared: Prepared
    world: World

    @classmethod
    def of(
        cls, folder: Path, data: xr.Dataset, world: str | Path | None,
        processes: tuple[Process, ...], posterior: Posterior | None = None,
    ) -> _Kept:  # fmt: skip
        made = made_of(data)
        if "scenario" not in made:
            raise UsageError(f"{folder}: does not say what it was made of.")
        there = load_world(world or made["world"])
        scenario = scenario_from(made["scenario"], there, processes)
        prepared = prepare([scenario], _options(made["asked"], posterior), at_once=1)
        known, asked = [int(number) for number in data["replicate"].values], prepared.asked
        if known != asked.numbers:
            raise UsageError(
                f"{folder}: holds {len(known)} replicates, and was made of {asked.replicates}: it "
                "was cut after it was made, so it cannot be made again."
            )
        return cls(folder, data, prepared, there)

    def again(
        self, size: int, reduce: Reduction | None, on_day: OnDay | None
    ) -> Iterator[tuple[xr.Dataset, xr.Dataset]]:
        """Give each block of replicates as it is made again, and as it was."""
        asked = self.prepared.asked
        blocks = [
            Block(0, first, min(size, asked.first_replicate + asked.replicates - first))
            for first in asked.numbers[::size]
        ]
        for block, (now,) in Threads().run([self.prepared], blocks, reduce, on_day):
            first = block.first - asked.first_replicate
            yield now, self.data.isel(replicate=slice(first, first + block.size))

    def changed(self) -> tuple[str, ...]:
        """Say what is not as it was when it was made first."""
        scenario = self.prepared.models[0].scenario
        now = {"scenario_hash": scenario.hash, **inputs_of(self.world.folder), **computed_by()}
        return tuple(changes(made_of(self.data), now))


def _ensemble_again(
    folder: Path, world: str | Path | None, processes: tuple[Process, ...], on_day: OnDay | None
) -> Rerun:
    """Make each result of an ensemble again, and its summary of them."""
    made, summary = check_ensemble(folder).made, read_summary(folder)
    names = [name for name, _ in made["scenarios"]]
    cells = [(scenario, seed) for seed in made["seeds"] for scenario in names]
    reduce, size = reduction_of(made["keep"]), int(made["block"])
    differs, changed = dict[str, tuple[int, float]](), dict[str, None]()
    rows: list[dict[str, Any]] = []
    for number, (scenario, seed) in enumerate(cells):
        name = name_of(scenario, seed)
        kept = _Kept.of(folder / name, open_store(folder / name), world, processes)
        found, parts = dict[str, tuple[int, float]](), []
        for now, before in kept.again(size, reduce, _of_cells(on_day, number, len(cells))):
            _add(found, now, before)
            parts.append(now if reduce else Reduction(())(now))
        differs |= {f"{name}/{array}": off for array, off in found.items()}
        changed |= dict.fromkeys(kept.changed())
        totals = xr.concat(sorted(parts, key=lambda part: int(part["replicate"][0])), "replicate")
        rows += summary_rows(scenario, seed, {str(each): totals[each] for each in totals})
    return Rerun({**differs, **_summary_differs(pd.DataFrame(rows), summary)}, tuple(changed))


def _of_cells(on_day: OnDay | None, number: int, count: int) -> OnDay | None:
    if on_day is None:
        return None
    return lambda done, total: on_day(number * total + done, count * total)


def _summary_differs(now: pd.DataFrame, before: pd.DataFrame) -> dict[str, tuple[int, float]]:
    """Return how the columns of a summary differ from those that are made again."""
    told = [str(column) for column in before if before[column].dtype.kind != "f"]
    different = {"summary": (max(now.size, before.size), float("inf"))}
    if list(now) != list(before):
        return different
    now, before = (table.sort_values(told, ignore_index=True) for table in (now, before))
    if not now[told].equals(before[told]):
        return different
    off = {name: difference(now[name].to_numpy(), before[name].to_numpy())
           for name in before if name not in told}  # fmt: skip
    return {f"summary/{name}": found for name, found in off.items() if found[0]}


def _options(asked: Mapping[str, Any], posterior: Posterior | None) -> RunOptions:
    options = dict(asked)
    digest = options.pop("posterior", None)
    if digest is None:
        return RunOptions(**options)
    if posterior is None or posterior.digest != digest:
        raise UsageError("This was run with a posterior given in Python: give the same again.")
    return RunOptions(**{**options, "parameters": posterior})


def _add(differs: dict[str, tuple[int, float]], now: xr.Dataset, before: xr.Dataset) -> None:
    """Add what differs between the same replicates."""
    for name in sorted({*map(str, now.data_vars), *map(str, before.data_vars)}):
        if name not in now or name not in before or now[name].shape != before[name].shape:
            differs[name] = (max(x[name].size for x in (now, before) if name in x), float("inf"))
            continue
        number, most = difference(now[name].to_numpy(), before[name].to_numpy())
        if number:
            so_far = differs.get(name, (0, 0.0))
            differs[name] = (so_far[0] + number, max(so_far[1], most))


def difference(now: Floats, before: Floats) -> tuple[int, float]:
    """Return how many numbers of two arrays differ in a bit, and by how much at most."""
    if now.dtype == before.dtype and now.tobytes() == before.tobytes():
        return 0, 0.0
    off = (now != before) & ~(np.isnan(now.astype(float)) & np.isnan(before.astype(float)))
    gaps = np.abs(now.astype(float) - before.astype(float))[off]
    return max(1, int(off.sum())), float(np.nanmax(gaps, initial=0.0))


def changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say what is not as it was: files of the world, record, code, versions, machine."""
    found = []
    if then.get("scenario_hash") != now.get("scenario_hash"):
        found.append("the scenario, in the tables of its world as they are now")
    before, after = then.get("world_files", {}), now.get("world_files", {})
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            fate = "is new" if name not in before else "is gone" if name not in after else "changed"
            found.append(f"{name} of the world {fate}")
    if then.get("record") != now.get("record"):
        found.append("the record (it is set beside the numbers and is no part of them)")
    if then.get("code") != now.get("code"):
        found.append(f"Corredor's code (then version {then.get('corredor', 'unknown')})")
    libraries = {**then.get("libraries", {}), "Python": then.get("python")}
    here = {**now.get("libraries", {}), "Python": now.get("python")}
    found += [
        f"{name}: then {libraries.get(name)}, now {here.get(name)}"
        for name in sorted({*libraries, *here})
        if libraries.get(name) != here.get(name)
    ]
    if then.get("machine") != now.get("machine"):
        found.append(f"the machine: then {then.get('machine')}, now {now.get('machine')}")
    return found
