"""Whether Corredor and Flee give the same people in the same camps: ``--help`` says how to ask.

``z`` measures, on each day, how far the means of the two are apart in standard errors, with the
spread of our runs; its root mean square over days is about 1 where both have the same mean.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.__main__ import table
from benchmarks.flee_peer import CASES, RUNNER, call
from corredor.flee.run import FleeRun, Runs, run_folder
from corredor.flee.scores import averaged_relative_difference

HEAD = ("camp", "Flee, last day", "Corredor", "apart, mean over days", "z", "spread, ours / Flee")


def runs_of_flee(
    files: tuple[Path, ...], seeds: int, python: str, cache: Path, *, later: bool
) -> list[dict[str, Any]]:
    """Return so many runs of Flee; they are kept in ``cache``."""
    found = []
    text = files[2].read_text() + ("later" if later else "released")
    key = f"{files[0].parent.name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    cache.mkdir(parents=True, exist_ok=True)
    for seed in range(1, seeds + 1):
        kept = cache / f"{key}-{seed}.json"
        if not kept.exists():
            run = call(python, RUNNER, *files, seed, *(["later"] if later else []))
            kept.write_text(json.dumps(run))
        found.append(json.loads(kept.read_text()))
    return found


def camps(flee: np.ndarray, ours: FleeRun) -> str:
    """Return the table of the camps; ``flee`` is [runs, days, camps]."""
    rows = []
    simulated = ours.simulated
    for i, name in enumerate(ours.case.camps):
        theirs, mine = flee[:, :, i], simulated[:, :, i]
        spread = mine.std(axis=0, ddof=1)
        moves = spread > 1
        error = spread * np.sqrt(1 / len(mine) + 1 / len(theirs))
        apart = np.abs(theirs.mean(axis=0) - mine.mean(axis=0))
        z = np.sqrt(((apart[moves] / error[moves]) ** 2).mean()) if moves.any() else np.nan
        ratio = np.nan
        if len(theirs) > 1 and moves.any():
            variance = theirs.var(axis=0, ddof=1)[moves].mean()
            ratio = np.sqrt((spread[moves] ** 2).mean() / max(variance, 1e-9))
        share = apart.mean() / max(1.0, mine.mean())
        rows.append((name, f"{theirs[:, -1].mean():,.0f}", f"{mine[:, -1].mean():,.0f}",
                     f"{100 * share:.1f} %", f"{z:.1f}", f"{ratio:.2f}"))  # fmt: skip
    return table(HEAD, rows)


def main() -> None:
    """Print the differences of the runs, then the camps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("conflict", help="a folder with input and validation, below --cases")
    parser.add_argument("--cases", type=Path, default=CASES)
    parser.add_argument("--settings", type=Path)
    parser.add_argument("--seeds", type=int, default=3, help="runs of Flee")
    parser.add_argument("--replicates", type=int, default=50, help="runs of Corredor")
    parser.add_argument("--flee-python", default=sys.executable)
    parser.add_argument("--cache", type=Path, required=True, help="keeps runs of Flee")
    parser.add_argument("--released", action="store_true",
                        help="without the two rules later than the release on PyPI")  # fmt: skip
    given = parser.parse_args()
    folder = given.cases / given.conflict
    settings = given.settings or given.cases / "simsetting.yml"
    files = (folder / "input", folder / "validation", settings)
    flee = runs_of_flee(
        files, given.seeds, given.flee_python, given.cache, later=not given.released
    )
    ours = run_folder(*files[:2], settings, Runs(given.replicates))
    people = np.array([[run["camps"][camp] for camp in ours.case.camps] for run in flee], float)
    people = people.transpose(0, 2, 1)
    record = np.array([flee[0]["record"][camp] for camp in ours.case.camps], float).T
    same = (record == ours.counted).all() and flee[0]["everybody"] == ours.people[0]
    theirs = averaged_relative_difference(people, record)
    print(f"{given.conflict}: the same record and number of people: {'yes' if same else 'NO'}")
    print(f"Averaged relative difference of Flee {theirs.mean():.4f} (runs: "
          + ", ".join(f"{value:.4f}" for value in theirs)
          + f"), of Corredor {ours.difference.mean():.4f}, standard deviation of a run "
          f"{ours.difference.std(ddof=1):.4f}\n")  # fmt: skip
    print(camps(people, ours))


if __name__ == "__main__":
    main()
