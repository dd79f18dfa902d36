"""Flee and Corredor on the same conflicts, one after the other in one run: ``make bench-flee``.

``python -m benchmarks.flee_peer [--cases FOLDER] [--settings FILE] [--flee-python PYTHON]
[CONFLICT ...]``; a conflict is a folder with ``input`` and ``validation``. Seconds are those of
reading and of the days, without the start of Python. The first run of Corredor in a process also
loads its compiled code from disk; the second does not.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.__main__ import table
from corredor.flee.scores import averaged_relative_difference

CASES = Path(os.environ.get("FLEE_CASES", "flee-cases"))  # Flee's conflicts, in its own layout
RUNNER = Path(__file__).with_name("flee_runner.py")
QUICK = ("mali", "ethiopia", "burundi")
HEAD = ("conflict", "people", "Flee, s", "difference", "Corredor, first, s", "again, s",
        "difference ", "Flee / first", "Flee / again")  # fmt: skip
OURS = """
import json, sys
from pathlib import Path
from corredor.flee.run import run_folder
folders = [Path(p) for p in sys.argv[1:4]]
found = []
for seed in (1, 2):
    run = run_folder(folders[0], folders[1], settings=folders[2], seed=seed, threads=1)
    found.append((sum(run.seconds.values()), float(run.difference[0])))
print(json.dumps(found))
"""


def call(*command: object) -> Any:
    """Run a command that prints JSON."""
    done = subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def difference(flee: dict[str, Any]) -> float:
    """Return the averaged relative difference of a run of Flee, as ours is computed."""
    people, record = (np.array(list(flee[key].values()), float).T for key in ("camps", "record"))
    return float(averaged_relative_difference(people[None], record)[0])


def compare(folder: Path, settings: Path, flee_python: str) -> tuple[str, ...]:
    """Run one conflict with both and return its row."""
    files = (folder / "input", folder / "validation", settings)
    flee = call(flee_python, RUNNER, *files, 1)
    (first, one), (again, two) = call(sys.executable, "-c", OURS, *files)
    took = sum(flee["seconds"].values())
    return (folder.name, f"{flee['everybody']:,}", f"{took:.1f}", f"{difference(flee):.4f}",
            f"{first:.2f}", f"{again:.2f}", f"{(one + two) / 2:.4f}", f"{took / first:,.0f}",
            f"{took / again:,.0f}")  # fmt: skip


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
    rows = [compare(given.cases / name, settings, given.flee_python) for name in given.conflicts]
    print(table(HEAD, rows))
    print(f"\n{dt.date.today()}, {os.cpu_count()} cores; processes that wanted one: {before:.1f} "
          f"before, {os.getloadavg()[0]:.1f} after.")  # fmt: skip


if __name__ == "__main__":
    main()
