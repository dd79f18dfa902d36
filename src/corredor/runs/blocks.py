"""Keep the parts of long work, so that it can go on after an interruption; run in blocks.

The blocks stand beside the result in ``NAME.unfinished`` until all are there; then they become
the result and go. A replicate gives the same bits in any block, so a run that was interrupted ends
up the same as one that was not.
"""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import xarray as xr

from corredor import __version__
from corredor.corridor.compile import compile_model
from corredor.corridor.scenario import Scenario
from corredor.engine.memory import bytes_needed, refuse_if_too_large
from corredor.errors import OutputError, UsageError
from corredor.inputs.whole_files import refuse_existing
from corredor.runs.result import load_result, save_result
from corredor.runs.simulate import OnAudit, OnDay, run

BLOCK = {"exact": 50, "expected": 100, "individual": 2}
ADDED_UP = ("person_days", "seconds_simulate", "seconds_compile")
REQUEST = "request.json"


def run_in_blocks(
    scenario: Scenario, out: Path, *, replicates: int, resume: bool = False,
    block: int | None = None, on_day: OnDay | None = None, on_audit: OnAudit | None = None,
    **options: Any,
) -> xr.Dataset:  # fmt: skip
    """Run a scenario and write the result to ``out``, a block of replicates at a time.

    Parameters
    ----------
    scenario : Scenario
        What to run.
    out : Path
        A folder that must not exist yet.
    replicates : int
        How many runs in all.
    resume : bool
        Go on with what an interrupted run left.
    block : int, optional
        Runs in a block.
    on_day : callable, optional
        Told the days done and to do, over all blocks.
    on_audit : callable, optional
        As in ``corredor.run``; told once.
    options
        Of ``corredor.run``.

    Returns
    -------
    xarray.Dataset
        The whole result, as written.

    Raises
    ------
    UsageError
        If an interrupted run is there and ``resume`` is not set, or was asked for something else.
    """
    refuse_existing(out)
    parts = out.with_name(f"{out.name}.unfinished")
    block = block or BLOCK[options.get("draw", "exact")]
    firsts = range(0, replicates, block)
    if replicates <= block and not parts.exists():
        data = run(scenario, replicates=replicates, on_day=on_day, on_audit=on_audit, **options)
        _save_timed(data, out)
        return data
    draw, people_scale = options.get("draw", "exact"), options.get("people_scale", 1.0)
    refuse_if_too_large(  # the blocks are joined in memory at the end
        bytes_needed(
            compile_model(scenario), draw=draw, replicates=replicates, people_scale=people_scale
        )
    )  # fmt: skip
    request = {
        "version": __version__, "scenario": scenario.hash, "world": scenario.world.hash,
        "replicates": replicates, "block": block, **{k: str(v) for k, v in options.items()},
    }  # fmt: skip
    open_unfinished(parts, request, resume=resume)
    try:
        _run_missing(scenario, parts, firsts, replicates, block, on_day, on_audit, options)
    except BaseException:
        if not blocks_kept(out):
            shutil.rmtree(parts)
        raise
    data = _join([load_result(parts / f"{first:06d}").load() for first in firsts])
    _save_timed(data, out)
    shutil.rmtree(parts)
    return data


def _save_timed(data: xr.Dataset, out: Path) -> None:
    """Write a result, and note on the one in memory how many seconds that took."""
    started = time.perf_counter()
    save_result(data, out)
    data.attrs["seconds_write"] = time.perf_counter() - started


def blocks_kept(out: Path) -> int:
    """Return how many blocks of an interrupted run to ``out`` are there."""
    parts = out.with_name(f"{out.name}.unfinished")
    return sum(1 for part in parts.glob("[0-9]*") if part.is_dir()) if parts.exists() else 0


def _run_missing(
    scenario: Scenario, parts: Path, firsts: range, replicates: int, block: int,
    on_day: OnDay | None, on_audit: OnAudit | None, options: dict[str, Any],
) -> None:  # fmt: skip
    for i, first in enumerate(firsts):
        part = parts / f"{first:06d}"
        if not part.exists():
            size = min(block, replicates - first)
            data = run(
                scenario, replicates=size, first_replicate=first,
                on_day=_over_blocks(on_day, i, len(firsts)),
                on_audit=None if i else on_audit, **options,
            )  # fmt: skip
            save_result(data, part)


def open_unfinished(parts: Path, request: dict[str, Any], *, resume: bool) -> None:
    """Make the folder of the parts, or check that the one there answers the same request.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    UsageError
        If an interrupted run is there and ``resume`` is not set, or was asked for something else.
    """
    if not parts.exists():
        try:
            parts.mkdir(parents=True)
            (parts / REQUEST).write_text(json.dumps(request), encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{parts}: cannot be written: {error.strerror}.") from None
        return
    if not resume:
        raise UsageError(
            f"{parts}: holds an interrupted run. Go on with it by --resume, or remove it."
        )
    try:
        before = json.loads((parts / REQUEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UsageError(f"{parts}: holds no interrupted run. Remove it.") from None
    other = sorted(k for k in {*before, *request} if before.get(k) != request.get(k))
    if other:
        raise UsageError(
            f"{parts}: the interrupted run was asked for otherwise ({', '.join(other)}). "
            "Ask for the same, or remove it."
        )


def _over_blocks(on_day: OnDay | None, block: int, blocks: int) -> OnDay | None:
    if on_day is None:
        return None
    return lambda done, total: on_day(block * total + done, blocks * total)


def _join(parts: list[xr.Dataset]) -> xr.Dataset:
    data = xr.concat(parts, "replicate", data_vars="minimal", combine_attrs="override")
    data.attrs = dict(parts[0].attrs)
    for name in ADDED_UP:
        data.attrs[name] = sum(part.attrs[name] for part in parts)
    return data
