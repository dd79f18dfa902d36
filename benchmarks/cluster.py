"""Two Dask workers of one thread each against two threads of one process.

``python -m benchmarks.cluster [ROUNDS]`` runs the same whole-length blocks of the baseline in turns
and tells members a second of the one over the other, pair by pair, and whether the numbers are
the same to the bit.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from corredor.runs.cluster import connected
from corredor.runs.design import Design, load_design
from corredor.runs.ensemble import load_ensemble, run_ensemble
from corredor.runs.executors import Executor, Threads

ROUNDS, MEMBERS = 3, 100


def seconds(design: Design, path: Path, out: Path, executor: Executor) -> float:
    """Return how long an ensemble takes, from compiling to the whole on the disk."""
    started = time.perf_counter()
    run_ensemble(design, path, out, executor=executor, threads=2)
    return time.perf_counter() - started


def main(rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as held, connected(workers=2) as cluster:
        folder = Path(held)
        path = folder / "design.toml"
        path.write_text(f'scenarios = ["baseline"]\nmembers = {MEMBERS}\n')
        design = load_design(path)
        small = folder / "small.toml"
        small.write_text('scenarios = ["baseline"]\nmembers = 2\n')
        for name, executor in (("a", Threads(2)), ("b", cluster)):  # compiled once, not counted
            run_ensemble(load_design(small), small, folder / name, executor=executor)
        ratios = []
        for number in range(rounds):
            threads = seconds(design, path, folder / f"threads-{number}", Threads(2))
            workers = seconds(design, path, folder / f"workers-{number}", cluster)
            ratios.append(threads / workers)
            print(f"two threads {threads:.1f} s, two workers {workers:.1f} s: {ratios[-1]:.2f}")
        one, other = (load_ensemble(folder / f"{name}-0") for name in ("threads", "workers"))
        same = "the same to the bit" if one.equals(other) else "NOT the same"
        print(f"workers over threads, median of {rounds}: {statistics.median(ratios):.2f}; {same}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
