"""Flee and ``corredor flee run`` as whole commands, on the conflicts of a set, in one run.

``python -m benchmarks.flee_command [--set FOLDER] [--settings FILE] [--flee-python PYTHON]
[--cache FOLDER] [CONFLICT ...]``; a set is a folder of conflicts as FabFlee has them, with or
without settings for all. ``syria2013/10`` lets one person stand for ten, in both, where Flee would
need hours. What Flee took is kept in the cache, so that Corredor alone can be measured again.

Seconds are those that the processor worked for a whole process and its children, user and system,
from the start of Python to its end, so that other work on the machine counts less. Corredor's is
the median of several commands after one that is not counted (it may compile). Flee runs once, by
``benchmarks/flee_runner.py``. Memory is the most that the process held.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

import yaml

from benchmarks.__main__ import table
from benchmarks.flee_peer import difference
from corredor.flee.case.layout import CasePaths, cases_of_set

SET = Path(os.environ.get("FLEE_SET", "flee-cases/official"))
RUNNER = Path(__file__).with_name("flee_runner.py")
AGAIN = 5
HEAD = ("conflict", "days", "people", "Flee, s", "Flee, MB", "difference", "Corredor, s",
        "Corredor, MB", "difference ", "Flee / Corredor")  # fmt: skip
MEASURED = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.returncode, done.stdout, done.stderr[-2000:],
                  used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


class Spent(NamedTuple):
    """What a command printed, the seconds that it took, and the most memory that it held in MB."""

    printed: str
    seconds: float
    memory: float


def spent(*command: object) -> Spent:
    """Run a command in a process of its own, and measure it."""
    around = [sys.executable, "-c", MEASURED, *(str(part) for part in command)]
    done = subprocess.run(around, check=True, capture_output=True, text=True)
    code, printed, told, seconds, memory = json.loads(done.stdout)
    if code:
        raise RuntimeError(f"{command}: {told}")
    return Spent(printed, seconds, memory)


def of_flee(name: str, cache: Path | None, *command: object) -> Spent:
    """Run Flee, or take what it took from the cache."""
    kept = None if cache is None else cache / f"{name.replace('/', '-')}.json"
    if kept is not None and kept.exists():
        return Spent(*json.loads(kept.read_text()))
    found = spent(*command)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found))
    return found


def compare(
    name: str, case: CasePaths, settings: Path, flee_python: str | None, cache: Path | None
) -> tuple[str, ...]:
    """Run one conflict with both and return its row."""
    command = (sys.executable, "-m", "corredor", "flee", "run", case.folder, "--validation",
               case.validation, "--settings", settings, "--json")  # fmt: skip
    ours = [spent(*command) for _ in range(1 + AGAIN)][1:]
    found = json.loads(ours[0].printed)
    took = median(one.seconds for one in ours)
    flee = ("–", "–", "–", "–")
    if flee_python:
        theirs = of_flee(
            name, cache, flee_python, RUNNER, case.folder, case.validation, settings, 1
        )
        apart = difference(json.loads(theirs.printed.splitlines()[-1]))
        flee = (f"{theirs.seconds:.1f}", f"{theirs.memory:.0f}", f"{apart:.4f}",
                f"{theirs.seconds / took:,.0f}")  # fmt: skip
    return (name, f"{len(found['days'])}", f"{found['people']:,.0f}", *flee[:3],
            f"{took:.2f}", f"{max(one.memory for one in ours):.0f}",
            f"{found['average_relative_difference']:.4f}", flee[3])  # fmt: skip


def main() -> None:
    """Print the table, with how busy the machine was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("conflicts", nargs="*")
    parser.add_argument("--set", type=Path, default=SET)
    parser.add_argument("--settings", type=Path)
    parser.add_argument("--flee-python", help="Python with Flee; without it only Corredor runs")
    parser.add_argument("--cache", type=Path, help="where what Flee took is kept")
    given = parser.parse_args()
    before, rows = os.getloadavg()[0], []
    cases = {c.folder.parent.name: c for c in cases_of_set(given.set, given.settings)}
    for name in given.conflicts or cases:
        conflict, _, hasten = name.partition("/")
        case = cases[conflict]
        with tempfile.TemporaryDirectory() as folder:
            text = yaml.safe_load(case.settings.read_text()) if case.settings else {}
            text.setdefault("optimisations", {})["hasten"] = int(hasten or 1)
            settings = Path(folder) / "simsetting.yml"
            settings.write_text(yaml.safe_dump(text))
            rows.append(compare(name, case, settings, given.flee_python, given.cache))
        print(rows[-1], file=sys.stderr, flush=True)
    print(table(HEAD, rows))
    print(f"\n{dt.date.today()}, {platform.processor() or platform.machine()}, {os.cpu_count()} "
          f"cores; processes that wanted one: {before:.1f} before, {os.getloadavg()[0]:.1f} after; "
          f"this process held {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB."
          )  # fmt: skip


if __name__ == "__main__":
    main()
