"""Run scenarios block by block into results on the disk, and go on where work was interrupted.

A job is scenarios of one world with the same chance. Each block of its replicates is written to the
stores of its scenarios as soon as it is done, and noted in a ledger; so no more is in memory than
the blocks under way, and an interruption costs no more than those.
"""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from corredor.engine.draws.names import DrawName
from corredor.engine.memory import bytes_needed, refuse_if_too_large
from corredor.engine.run import MOST_IN_A_BATCH
from corredor.errors import OutputError
from corredor.inputs import manifest
from corredor.inputs.ledger import Ledger
from corredor.inputs.manifest import Manifest, digest_of, file_digest
from corredor.runs import store
from corredor.runs.executors import Block, Executor, Reduce, Threads
from corredor.runs.provenance import ATTRIBUTE, made_of
from corredor.runs.result import KIND
from corredor.runs.simulate import OnDay, Prepared

ADDED_UP = ("person_days", "seconds_simulate")
ROOM = 6e8  # bytes that a block may take; an assumption: two at a time fit on small machines


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


def block_size(
    draw: DrawName, replicates: int, threads: int | None = None, most: int = MOST_IN_A_BATCH
) -> int:
    """Return how many replicates make a block: ``most``, or as many as give each thread as much.

    With persons one by one a block is a single replicate.
    """
    if draw == "individual":
        return 1
    threads = threads or os.cpu_count() or 1
    blocks = threads * math.ceil(replicates / (threads * most))
    return math.ceil(replicates / blocks)


def block_with_room(prepared: Prepared) -> int:
    """Return how many replicates make a block: as many as run best, and no more than have room."""
    asked = prepared.asked
    most = max(1, min(MOST_IN_A_BATCH, int(ROOM // max(_bytes_of(prepared, 1), 1.0))))
    return block_size(asked.draw, asked.replicates, asked.threads, most)


def refuse_without_memory(prepared: Prepared, block: int) -> None:
    """Refuse blocks for which this machine has no memory, one a thread.

    Raises
    ------
    UsageError
        Saying how much they need and how much is free.
    """
    asked = prepared.asked
    at_once = min(asked.replicates, block * (asked.threads or os.cpu_count() or 1))
    refuse_if_too_large(_bytes_of(prepared, at_once))


def _bytes_of(prepared: Prepared, replicates: int) -> float:
    asked, (first, *others) = prepared.asked, prepared.models
    return bytes_needed(
        first, draw=asked.draw, replicates=replicates, others=others, together=False,
        people_scale=asked.people_scale,
    )  # fmt: skip


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
        Replicates in a block; a job that was begun goes on in blocks of the size that it had.
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
    usual = block or _common_size(jobs)
    sizes: list[int] = []
    open_jobs: list[int] = []
    todo: list[Block] = []
    for number, job in enumerate(jobs):
        _drop_blocks_without_layout(job, ledger)
        begun = job.layout in ledger.parts
        sizes.append(ledger.told(job.layout)["block"] if begun else usual)
        undone = [b for b in _blocks(number, job, sizes[-1]) if job.part(b) not in ledger]
        if undone or not all(whole(name) in ledger for name in job.stores):
            open_jobs.append(number)
        todo += undone
    doing = executor or Threads(_threads(jobs))
    for done, results in doing.run([job.prepared for job in jobs], todo, reduce, on_day):
        with _told(ledger.folder):
            _write(jobs[done.job], done, results, ledger, sizes[done.job])
        del results  # before the next are waited for
    lost = [block for block in todo if jobs[block.job].part(block) not in ledger.parts]
    if lost:
        raise LostBlocksError(f"{len(lost)} blocks of replicates were not done: {lost[:3]}.")
    for number in open_jobs:
        for position, name in enumerate(jobs[number].stores):
            with _told(ledger.folder):
                written = _finish(jobs[number], position, ledger)
            ledger.note(whole(name), written)


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


def _drop_blocks_without_layout(job: Job, ledger: Ledger) -> None:
    """Begin a job anew whose stores are not laid out, or not as they were."""
    if job.layout in ledger:
        return
    for part in job.parts(ledger):
        del ledger.parts[part]
    for name in job.stores:
        shutil.rmtree(ledger.folder / name, ignore_errors=True)


def _write(
    job: Job, done: Block, results: Iterable[xr.Dataset], ledger: Ledger, size: int
) -> None:  # fmt: skip
    """Write a block to the store of each scenario, and note it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    asked = job.prepared.asked
    layouts = store.Layouts(asked.numbers, size)
    laid_out = job.layout in ledger.parts
    laid: list[Path] = []
    files: list[Path] = []
    attributes: list[dict[str, Any]] = []
    for name, data in zip(job.stores, results, strict=True):
        folder = ledger.folder / name
        if not laid_out:
            laid += layouts.lay_out(data, folder)
        files += store.write_block(data, folder, done.first - asked.first_replicate)
        attributes.append(_kept(data.attrs))
    if not laid_out:
        ledger.note(job.layout, laid, {"attributes": attributes, "block": size})
    sums = [{name: float(each[name]) for name in ADDED_UP} for each in attributes]
    peak = max(each["peak_memory_mb"] for each in attributes)
    ledger.note(job.part(done), files, {"sums": sums, "peak": peak})


def _kept(attributes: Mapping[Any, Any]) -> dict[str, Any]:
    """Return attributes as the ledger takes them."""
    return {str(k): v.item() if hasattr(v, "item") else v for k, v in attributes.items()}


def _finish(job: Job, position: int, ledger: Ledger) -> list[Path]:
    """Write the root and the manifest of a result whose blocks are all there; return both."""
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
    return [root, folder / manifest.NAME]


def _remove_strangers(folder: Path, files: Mapping[str, str]) -> None:
    """Remove what a killed writer left half-written, or a finish that was not noted."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        name = path.relative_to(folder).as_posix()
        if name not in files and name != store.ROOT:
            path.unlink()
