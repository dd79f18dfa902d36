"""Flee and Corredor on the same conflicts, one after the other in one run: ``make bench-flee``.

``python -m benchmarks.flee_peer [--cases FOLDER] [--settings FILE] [--flee-python PYTHON]
[CONFLICT ...]``; a conflict is a folder with ``input`` and ``validation``. ``syria/10`` lets one
person stand for ten, in both, where Flee would need hours.

Seconds are those that the processor worked for one process, in reading and in the days, without
the start of Python, so that other work on the machine counts less. Flee runs once. Corredor's
*first* run in a process also loads its compiled code from disk; *again* is the median of the others
in that process and in one that runs after Flee; *one of 100* is the hundredth part of 100 runs made
together. All of Corredor's are on one thread.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
import yaml

from benchmarks.__main__ import table
from corredor.flee.scores import averaged_relative_difference

CASES = Path(os.environ.get("FLEE_CASES", "flee-cases"))  # Flee's conflicts, in its own layout
RUNNER = Path(__file__).with_name("flee_runner.py")
QUICK = ("mali", "ethiopia", "burundi")
MANY = 100  # runs made together
HEAD = ("conflict", "people", "Flee, s", "difference", "Corredor, first, s", "again, s",
        "difference ", "Flee / first", "Flee / again", f"one of {MANY}, s",
        f"Flee / one of {MANY}", "again, 100 times the people")  # fmt: skip
OURS = """
import json, sys, time
from pathlib import Path
from corredor.flee.run import Runs, run_folder
folders = [Path(p) for p in sys.argv[1:4]]
found = []
for seed, scale in [(i, 1.0) for i in range(1, 7)] + [(i, 100.0) for i in range(1, 6)]:
    started = time.process_time()
    run = run_folder(*folders, Runs(seed=seed, people_scale=scale), threads=1)
    found.append((time.process_time() - started, float(run.difference[0])))
started = time.process_time()
run_folder(*folders, Runs(MANY), threads=1)
print(json.dumps([found, (time.process_time() - started) / MANY]))
"""
RUNS = 6  # of OURS with the people as they are


def call(*command: object) -> Any:
    """Run a command that prints JSON."""
    done = subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def difference(flee: dict[str, Any]) -> float:
    """Return the averaged relative difference of a run of Flee, as ours is computed."""
    people, record = (np.array(list(flee[key].values()), float).T for key in ("camps", "record"))
    return float(averaged_relative_difference(people[None], record)[0])


def compare(cases: Path, name: str, settings: Path, flee_python: str) -> tuple[str, ...]:
    """Run one conflict with both and return its row."""
    conflict, _, hasten = name.partition("/")
    with tempfile.TemporaryDirectory() as folder:
        if hasten:
            text = yaml.safe_load(settings.read_text())
            text.setdefault("optimisations", {})["hasten"] = int(hasten)
            settings = Path(folder) / "simsetting.yml"
            settings.write_text(yaml.safe_dump(text))
        files = (cases / conflict / "input", cases / conflict / "validation", settings)
        command = (sys.executable, "-c", OURS.replace("MANY", str(MANY)), *files)
        before = call(*command)
        flee = call(flee_python, RUNNER, *files, 1)
        ours = [before, call(*command)]
    took = sum(flee["seconds"].values())
    first = median(of[0][0] for of, _ in ours)
    again = median(seconds for of, _ in ours for seconds, _ in of[1:RUNS])
    crowded = median(seconds for of, _ in ours for seconds, _ in of[RUNS:])
    error = mean(apart for of, _ in ours for _, apart in of[:RUNS])
    many = median(seconds for _, seconds in ours)
    return (name, f"{flee['everybody']:,}", f"{took:.1f}", f"{difference(flee):.4f}",
            f"{first:.2f}", f"{again:.3f}", f"{error:.4f}", f"{took / first:,.0f}",
            f"{took / again:,.0f}", f"{many:.4f}", f"{took / many:,.0f}",
            f"{crowded / again:.2f} times")  # fmt: skip


def main() -> None:
    """Print the table, with how busy the machine was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("conflicts", nargs="*", default=QUICK)
    parser.add_argument("--cases", type=Path, default=CASES)
    parser.add_argument("--settings", type=Path)
    parser.add_argument("--flee-python", default=sys.executable)
    given = parser.parse_args()
    settings = given.settings or given.cases / "simsetting.yml"
    if not settings.exists():
        sys.exit(f"{settings}: no conflicts are here; name their folder in --cases or FLEE_CASES.")
    before = os.getloadavg()[0]
    rows = []
    for name in given.conflicts:
        rows.append(compare(given.cases, name, settings, given.flee_python))
        print(rows[-1], file=sys.stderr, flush=True)
    print(table(HEAD, rows))
    print(f"\n{dt.date.today()}, {os.cpu_count()} cores; processes that wanted one: {before:.1f} "
          f"before, {os.getloadavg()[0]:.1f} after.")  # fmt: skip


if __name__ == "__main__":
    main()
