"""Run scenarios block by block into results on the disk, and go on where work was interrupted.

A job is scenarios of one world with the same chance. Each block of its replicates is written to the
stores of its scenarios as soon as it is done, and noted in a ledger; so no more is in memory than
the blocks under way, and an interruption costs no more than those.
"""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from corredor.engine.draws.names import DrawName
from corredor.engine.run import MOST_IN_A_BATCH
from corredor.errors import OutputError
from corredor.inputs import manifest
from corredor.inputs.ledger import Ledger
from corredor.inputs.manifest import Manifest, digest_of, file_digest, has_manifest
from corredor.inputs.whole_files import entry_to_disk, to_disk
from corredor.runs import store
from corredor.runs.executors import Block, Executor, Reduce, Threads
from corredor.runs.provenance import ATTRIBUTE, made_of
from corredor.runs.result import KIND
from corredor.runs.simulate import OnDay, Prepared

ADDED_UP = ("person_days", "seconds_simulate")


class LostBlocksError(RuntimeError):
    """Blocks were left out; a defect of the program, never of the input."""


@dataclass(frozen=True, eq=False)
class Job:
    """Scenarios to run, and where the result of each is written.

    Attributes
    ----------
    prepared : Prepared
        The scenarios, compiled, and how they are run.
    stores : tuple of str
        A name for the result of each, within the folder of the ledger.
    kind : str
        What its manifests say that each is.
    """

    prepared: Prepared
    stores: tuple[str, ...]
    kind: str = KIND

    @property
    def name(self) -> str:
        """Return what the names of its parts in a ledger begin with."""
        return digest_of({"stores": self.stores})[:12]

    @property
    def layout(self) -> str:
        """Return the part that stands for the layout of its stores."""
        return f"{self.name}-layout"

    def part(self, block: Block) -> str:
        """Return the part that stands for a block."""
        return f"{self.name}-{block.first:06d}"

    def parts(self, ledger: Ledger) -> list[str]:
        """Return the parts of its blocks that a ledger has noted."""
        mine = f"{self.name}-"
        return [part for part in ledger.parts if part.startswith(mine) and part != self.layout]


def whole(store: str) -> str:
    """Return the part that stands for a result whose blocks are all there."""
    return f"whole {store}"


def block_size(draw: DrawName, replicates: int, threads: int | None = None) -> int:
    """Return how many replicates make a block: as many as run best side by side, and no more.

    With persons one by one a block is a single replicate.
    """
    if draw == "individual":
        return 1
    threads = threads or os.cpu_count() or 1
    blocks = threads * math.ceil(replicates / (threads * MOST_IN_A_BATCH))
    return math.ceil(replicates / blocks)


def run_jobs(
    jobs: Sequence[Job], ledger: Ledger, *, executor: Executor | None = None,
    block: int | None = None, reduce: Reduce | None = None, on_day: OnDay | None = None,
) -> None:  # fmt: skip
    """Run what the ledger has not noted yet, and finish the result of every scenario.

    Parameters
    ----------
    jobs : sequence of Job
        What to run.
    ledger : Ledger
        Of this work; the results stand in its folder.
    executor : Executor, optional
        Who does it; all threads of this machine unless given.
    block : int, optional
        Replicates in a block.
    reduce : callable, optional
        Makes of each result what is kept of it.
    on_day : callable, optional
        Told the days done and to do, of the blocks that are left.

    Raises
    ------
    OutputError
        If a result cannot be written.
    LostBlocksError
        If whoever does the blocks left some out.
    """
    open_jobs = [n for n, job in enumerate(jobs) if not _finished(job, ledger)]
    size = block or _common_size(jobs)
    todo = []
    for number in open_jobs:
        job = jobs[number]
        _drop_blocks_without_layout(job, ledger)
        todo += [b for b in _blocks(number, job, size) if job.part(b) not in ledger]
    doing = executor or Threads(_threads(jobs))
    for done, results in doing.run([job.prepared for job in jobs], todo, reduce, on_day):
        with _told(ledger.folder):
            _write(jobs[done.job], done, results, ledger, size)
        del results  # before the next are waited for
    lost = [block for block in todo if jobs[block.job].part(block) not in ledger.parts]
    if lost:
        raise LostBlocksError(f"{len(lost)} blocks of replicates were not done: {lost[:3]}.")
    for number in open_jobs:
        for position, name in enumerate(jobs[number].stores):
            with _told(ledger.folder):
                _finish(jobs[number], position, ledger)
            ledger.note(whole(name), [ledger.folder / name / manifest.NAME])


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Tell of what the disk refuses as everything else that cannot be written is told."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror or error}.") from error


def _common_size(jobs: Sequence[Job]) -> int:
    asked = jobs[0].prepared.asked
    return block_size(asked.draw, asked.replicates, asked.threads)


def _threads(jobs: Sequence[Job]) -> int | None:
    return jobs[0].prepared.asked.threads


def _blocks(number: int, job: Job, size: int) -> list[Block]:
    first, count = job.prepared.asked.first_replicate, job.prepared.asked.replicates
    return [Block(number, first + at, min(size, count - at)) for at in range(0, count, size)]


def _finished(job: Job, ledger: Ledger) -> bool:
    return all(whole(name) in ledger and has_manifest(ledger.folder / name) for name in job.stores)


def _drop_blocks_without_layout(job: Job, ledger: Ledger) -> None:
    """Begin a job anew whose stores are not laid out, or not as they were."""
    if job.layout in ledger:
        return
    for part in job.parts(ledger):
        del ledger.parts[part]
    for name in job.stores:
        shutil.rmtree(ledger.folder / name, ignore_errors=True)


def _write(
    job: Job, done: Block, results: Sequence[xr.Dataset], ledger: Ledger, size: int
) -> None:  # fmt: skip
    """Write a block to the store of each scenario, and note it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    try:
        _write_and_note(job, done, results, ledger, size)
    except OSError as error:
        raise OutputError(
            f"{ledger.folder}: cannot be written: {error.strerror or error}."
        ) from None


def _write_and_note(
    job: Job, done: Block, results: Sequence[xr.Dataset], ledger: Ledger, size: int
) -> None:
    asked = job.prepared.asked
    if job.layout not in ledger.parts:
        folders = [ledger.folder / name for name in job.stores]
        laid = store.lay_out_all(results, folders, asked.numbers, size)
        attributes = [_kept(data.attrs) for data in results]
        ledger.note(job.layout, laid, {"attributes": attributes})
    files: list[Path] = []
    for name, data in zip(job.stores, results, strict=True):
        files += store.write_block(data, ledger.folder / name, done.first - asked.first_replicate)
    sums = [{name: float(data.attrs[name]) for name in ADDED_UP} for data in results]
    ledger.note(job.part(done), files, {"sums": sums, "peak": results[0].attrs["peak_memory_mb"]})


def _kept(attributes: Mapping[Any, Any]) -> dict[str, Any]:
    """Return attributes as the ledger takes them."""
    return {str(k): v.item() if hasattr(v, "item") else v for k, v in attributes.items()}


def _finish(job: Job, position: int, ledger: Ledger) -> None:
    """Write the root and the manifest of a result whose blocks are all there."""
    name = job.stores[position]
    folder = ledger.folder / name
    blocks = [ledger.parts[part] for part in job.parts(ledger)]
    attributes = dict(ledger.told(job.layout)["attributes"][position])
    for total in ADDED_UP:
        attributes[total] = sum(part["told"]["sums"][position][total] for part in blocks)
    attributes["peak_memory_mb"] = max(part["told"]["peak"] for part in blocks)
    files = {
        path.removeprefix(f"{name}/"): digest
        for part in (ledger.parts[job.layout], *blocks)
        for path, digest in part["files"].items()
        if path.startswith(f"{name}/")
    }
    _remove_strangers(folder, files)
    root = store.finish(folder, attributes)
    files[root.name] = file_digest(root)
    made = made_of(xr.Dataset(attrs={ATTRIBUTE: attributes[ATTRIBUTE]}))
    Manifest(job.kind, made, files).write(folder)
    for path in (root, folder / manifest.NAME):
        to_disk(path)
    entry_to_disk(folder)


def _remove_strangers(folder: Path, files: Mapping[str, str]) -> None:
    """Remove what a killed writer left half-written, or a finish that was not noted."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        name = path.relative_to(folder).as_posix()
        if name not in files and name != store.ROOT:
            path.unlink()
