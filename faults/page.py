"""Write ``docs/reliability.md`` from what the parts of the suite found."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from faults.commands import COMMANDS, NOT_TRIED
from faults.damage import CLASSES, FLIP
from faults.found import Tally
from faults.fuzz import BY_ATHERIS, BY_HYPOTHESIS
from faults.kills import AT_A_TIME, AT_AN_EVENT, BROKEN, CUT, FULL
from faults.power import LOST

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
INJECTED = {
    AT_AN_EVENT: "SIGKILL just before the n-th time that the process opens a file to write, makes, "
                 "renames, removes or syncs one; n at random over its life",
    AT_A_TIME: "SIGKILL from outside, at a random moment of its usual life; it may have just ended",
    FULL: "from the n-th such event on, everything that takes room fails with ENOSPC",
    BROKEN: "the n-th such event fails with EIO, once",
    CUT: "no file can grow past a random size (600 bytes to 77 kB), for code in C as well",
    FLIP: "one random bit of one random file; then `verify`, and reading everything",
    **dict.fromkeys(CLASSES, "one random file; then `verify`, and reading everything"),
    LOST: "writes, syncs and renames are recorded, and the disk laid out as after a loss at points "
          "of that record: one that keeps only what was synced, one that keeps names at once",
    BY_HYPOTHESIS: "real files changed in one to four places, given to every reader",
    BY_ATHERIS: "files that follow the branches of the code, given to every reader",
}  # fmt: skip
LIBRARIES = ("numpy", "pandas", "pyarrow", "xarray", "zarr")


def write_page(parts: Mapping[str, Tally], note: str = "", path: Path = PAGE) -> None:
    """Write the page."""
    whole = Tally()
    for part in parts.values():
        whole.join(part)
    path.write_text("\n".join(_lines(whole, note)) + "\n", encoding="utf-8")


def _lines(tally: Tally, note: str) -> list[str]:
    return [
        "# Reliability",
        "",
        "Faults put into Corredor on purpose, how often, and what came of them. This page is "
        "written by the suite that does it: `make check-faults`.",
        "",
        f"Last run on {dt.datetime.now(dt.UTC).date()}: Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
        + f"; {platform.system()} {platform.machine()}, {os.cpu_count()} cores.",
        "",
        "- **lost**: work that was noted as done, or what stood there before, is gone, or the "
        "command cannot be begun anew;",
        "- **wrong**: other content than without the fault, or half of it under the name of the "
        "whole, with no message;",
        "- **litter**: something is left beside it after the next start;",
        "- **unclear**: a traceback, another exit code than 2, or not exactly one message.",
        "",
        "| fault | how it is made | tried | lost | wrong | litter | unclear |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
        *_rows(tally),
        "",
        *_of_commands(tally),
        *_of_readers(tally),
        "## What was found",
        "",
        *([f"- {fault}".replace("\n", " ")[:300] for fault in tally.faults] or
          ["Nothing, in this run. What earlier runs found is mended: see the changelog."]),
        "",
        *([note, ""] if note else []),
        "## What is not covered",
        "",
        "- SIGKILL of a Dask worker, of the scheduler and of the client are tried once each in "
        "`tests/runs/test_cluster.py` (by `make check-slow`), not counted here.",
        "- Made-up files are a matter of time: a full run takes an hour of them, and the tables "
        "say how many this run got to. A reader that shows 0 under atheris was not given to it.",
        "- Power is lost in a model of a disk, not on one. A disk that says it has written what it "
        "has not is beyond any program.",
        "- What a study keeps until its report stands is not waited for: after a loss of power "
        "the parts that are lost are found by their digests and done again by `--resume`. A test "
        "cuts off files of it; it is not among the losses counted here.",
        "- A kill within a write of a library in C comes only at random moments; a write cut off "
        "within a file stands in for it.",
        "- What needs minutes is made short: "
        + "; ".join(f"{c.name}: {c.stands_in}" for c in COMMANDS if c.stands_in) + ".",
        *(f"- `{option}`: {why}." for option, why in NOT_TRIED.items()),
        "- Scripts for Flee's library, carried out by `corredor.flee.api`, write out.csv and logs "
        "line by line, as Flee does: killed, they leave the lines so far.",
        "- Compiled kernels: Corredor's own are held against a digest, those that Numba keeps "
        "beside the modules are not.",
        "- `forecast --replace` takes the record of the old forecast away before the new one "
        "stands; interrupted there, the forecast has no day of keeping until it is begun anew.",
        "- Files of a forecast hub are plain files for other programs: a changed figure is "
        "refused by its record, a changed day within the record is not.",
        "- Files added to the record, and runs of the app, that earlier versions kept have no "
        "digest of their notes.",
        "- A whole result put in the place of another whole one; damage on purpose; memory that "
        "errs; file systems over a network.",
    ]  # fmt: skip


def _rows(tally: Tally) -> list[str]:
    rows = []
    for how, made in INJECTED.items():
        times = sum(n for (each, _), n in tally.tried.items() if each == how)
        found = " | ".join(str(tally.count(how, what)) for what in
                           ("lost", "wrong", "litter", "unclear"))  # fmt: skip
        if times:
            rows.append(f"| {how} | {made} | {times:,} | {found} |")
        else:
            rows.append(f"| {how} | {made} | not tried in this run | | | | |")
    return rows


def _of_commands(tally: Tally) -> list[str]:
    """Return how often each command was interrupted."""
    hows = (AT_AN_EVENT, AT_A_TIME, FULL, BROKEN, CUT)
    rows = [
        f"| {c.name} | " + " | ".join(str(tally.tried[how, c.name]) for how in hows) + " |"
        for c in COMMANDS
    ]
    kills = sum(n for (how, _), n in tally.tried.items() if how in (AT_AN_EVENT, AT_A_TIME))
    return [
        f"## Commands that were interrupted ({kills} kills)", "",
        "After each the command is begun anew, with `--resume` where it has it, and everything is "
        "held against a run that nobody interrupted.", "",
        f"| command | {' | '.join(hows)} |", "| --- |" + " ---: |" * len(hows), *rows, "",
    ]  # fmt: skip


def _of_readers(tally: Tally) -> list[str]:
    """Return how many damaged or made-up files each reader was given."""
    damage = (FLIP, *CLASSES)
    where = sorted({w for (how, w) in tally.tried if how in damage})
    rows = [
        f"| {w} | {tally.tried[FLIP, w]} | {sum(tally.tried[how, w] for how in CLASSES)} |"
        for w in where
    ]
    names = sorted({w for (how, w) in tally.tried if how in (BY_HYPOTHESIS, BY_ATHERIS)})
    fuzzed = [
        f"| {w} | {tally.tried[BY_HYPOTHESIS, w]:,} | {tally.tried[BY_ATHERIS, w]:,} |"
        for w in names
    ]
    return [
        "## What was damaged", "", "| what | bits flipped | other damage |",
        "| --- | ---: | ---: |", *rows, "",
        "## Readers that were given made-up files", "", "| reader | hypothesis | atheris |",
        "| --- | ---: | ---: |", *fuzzed, "",
    ]  # fmt: skip
