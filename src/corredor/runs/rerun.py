"""Make a result again from what its manifest says, and hold the two side by side, bit by bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from corredor.arrays import Floats
from corredor.corridor.model import Process
from corredor.corridor.posterior import Posterior
from corredor.corridor.scenario_document import scenario_from
from corredor.corridor.world import load_world
from corredor.errors import UsageError
from corredor.inputs.computed_by import computed_by
from corredor.runs.executors import Block, Threads
from corredor.runs.jobs import block_size
from corredor.runs.provenance import inputs_of, made_of
from corredor.runs.result import load_result
from corredor.runs.simulate import OnDay, RunOptions, prepare


@dataclass(frozen=True)
class Rerun:
    """What came of making something again.

    Attributes
    ----------
    differs : mapping
        For each array that is not the same to the bit: how many of its numbers differ, and by how
        much at most. Empty where all is equal.
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
    """Make a result again.

    Parameters
    ----------
    folder : str or Path
        Of the result; it is left as it is.
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
    before = load_result(folder)
    made = made_of(before)
    if "scenario" not in made:
        raise UsageError(f"{folder}: does not say what it was made of.")
    there = load_world(world or made["world"])
    scenario = scenario_from(made["scenario"], there, tuple(processes))
    prepared = prepare([scenario], _options(made["asked"], posterior), at_once=1)
    asked, differs = prepared.asked, dict[str, tuple[int, float]]()
    size = block_size(asked.draw, asked.replicates)
    blocks = [
        Block(0, first, min(size, asked.first_replicate + asked.replicates - first))
        for first in asked.numbers[::size]
    ]
    known = [int(number) for number in before["replicate"].values]
    if known != asked.numbers:
        raise UsageError(
            f"{folder}: holds {len(known)} replicates, and was made of {asked.replicates}: it was "
            "cut after it was made, so it cannot be made again."
        )
    for block, (data,) in Threads().run([prepared], blocks, None, on_day):
        rows = slice(block.first - asked.first_replicate, None)
        _add(differs, data, before.isel(replicate=rows).isel(replicate=slice(0, block.size)))
    now = {"scenario_hash": scenario.hash, **inputs_of(there.folder), **computed_by()}
    return Rerun(differs, tuple(changes(made, now)))


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
