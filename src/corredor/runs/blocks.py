"""Run one scenario to a folder, in blocks, so that it can go on after an interruption.

What is done stands beside the result in ``NAME.unfinished`` until all is there. A replicate gives
the same bits in any block, so a run that was interrupted ends up the same as one that was not.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import xarray as xr

from corredor.corridor.scenario import Scenario
from corredor.inputs.ledger import clear_ended, unfinished
from corredor.inputs.whole_files import refuse_existing
from corredor.runs.executors import Executor
from corredor.runs.jobs import Job, block_size, run_jobs, whole
from corredor.runs.provenance import request_of
from corredor.runs.result import load_result
from corredor.runs.simulate import OnAudit, OnDay, RunOptions, prepare

STORE = "result"
WHOLE = whole(STORE)


def run_in_blocks(
    scenario: Scenario, out: Path, *, resume: bool = False, block: int | None = None,
    on_day: OnDay | None = None, on_audit: OnAudit | None = None,
    executor: Executor | None = None, **options: Any,
) -> xr.Dataset:  # fmt: skip
    """Run a scenario and write the result to ``out``, a block of replicates at a time.

    Parameters
    ----------
    scenario : Scenario
        What to run.
    out : Path
        A folder that must not exist yet.
    resume : bool
        Go on with what an interrupted run left.
    block : int, optional
        Runs in a block.
    on_day : callable, optional
        Told the days done and to do, over the blocks that are left.
    on_audit : callable, optional
        As in ``corredor.run``; told once.
    executor : Executor, optional
        Who runs the blocks; the threads of this machine unless given.
    options
        Of ``corredor.run``.

    Returns
    -------
    xarray.Dataset
        The whole result, as written.

    Raises
    ------
    OutputError
        If ``out`` cannot be written, or another process works towards it.
    UsageError
        If an interrupted run is there and ``resume`` is not set, or was asked for something else.
    """
    clear_ended(out, WHOLE)
    refuse_existing(out)
    asked = RunOptions(**options)
    asked.check()
    size = block or block_size(asked.draw, asked.replicates, asked.threads)
    at_once = min(asked.replicates, size * (asked.threads or os.cpu_count() or 1))
    prepared = prepare([scenario], asked, at_once=at_once)
    if on_audit:
        on_audit(prepared.audits)
    request, started = {**request_of(prepared.made), "block": size}, time.perf_counter()
    with unfinished(out, request, resume=resume) as ledger:
        run_jobs([Job(prepared, (STORE,))], ledger, executor=executor, block=size, on_day=on_day)
        ledger.deliver(STORE, out)
    data = load_result(out)
    data.attrs["seconds_run"] = time.perf_counter() - started
    return data
