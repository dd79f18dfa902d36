"""Whether a change is slower: another checkout against this one, in turns on one processor.

``python -m benchmarks.paired OTHER [ROUNDS]`` prints processor seconds of the day loop, the least
and the median, for each draw of the baseline and for Mali where ``FLEE_CASES`` says where it is.
Both must give the same numbers of people. Kernels are compiled before the first round.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

HERE = Path(__file__).resolve().parents[1]
ROUNDS = 7
FLEE_CASES = Path(os.environ.get("FLEE_CASES", "flee-cases"))


def _works() -> dict[str, Callable[[], tuple[float, float]]]:
    """Return what is measured: each gives processor seconds and the people at the end."""
    import datetime as dt

    import corredor
    from corredor.corridor.compile import compile_model
    from corredor.engine import run as engine
    from corredor.flee.case.folder import read_case
    from corredor.flee.rules.program import build_program

    def timed(program: Any, replicates: int, **options: Any) -> tuple[float, float]:
        options |= {"replicates": range(replicates)}
        started = time.process_time()
        if hasattr(engine, "Replication"):
            found = engine.simulate([program], engine.Replication(**options), threads=1)
        else:  # an older checkout
            found = engine.simulate([program], threads=1, **options)
        return time.process_time() - started, float(found[0].final.sum())

    scenario = corredor.load_scenario("baseline")
    first = scenario.spin_up
    half, quarter, month = (
        compile_model(scenario.with_horizon(first, first + dt.timedelta(days=days)))
        for days in (182, 91, 30)
    )
    works: dict[str, Callable[[], tuple[float, float]]] = {
        "exact, 25 runs of 6 months": lambda: timed(half, 25, draw="exact"),
        "exact, 10 runs of a month, 10^8 people": lambda: timed(
            month, 10, draw="exact", people_scale=1000.0
        ),
        "exact, 1 run of 6 months": lambda: timed(half, 1, draw="exact"),
        "expected, 1 run of 6 months": lambda: timed(half, 1, draw="expected"),
        "expected, 25 runs of 6 months": lambda: timed(half, 25, draw="expected"),
        "individual, 3 months, a fifth of the people": lambda: timed(
            quarter, 1, draw="individual", people_scale=0.2
        ),
    }
    if FLEE_CASES.exists():
        folder = FLEE_CASES / "mali"
        settings = FLEE_CASES / "simsetting.yml"
        mali = build_program(read_case(folder / "input", folder / "validation", settings))
        works["Mali, exact, 4 runs"] = lambda: timed(mali, 4, draw="exact")
        works["Mali, individual"] = lambda: timed(mali, 1, draw="individual")
    return works


def answer() -> None:
    """Print the names of the works, then do those that are asked for, a line each."""
    works = _works()
    print(json.dumps(list(works)), flush=True)
    for line in sys.stdin:
        print(json.dumps(works[line.strip()]()), flush=True)


class Side:
    """A checkout in a process of its own, on the first processor."""

    def __init__(self, root: Path) -> None:
        command = [sys.executable, str(Path(__file__).resolve()), "answer"]
        self._process = subprocess.Popen(
            command, cwd=root, env={**os.environ, "PYTHONPATH": str(root / "src")},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self._process.pid, {min(os.sched_getaffinity(0))})
        assert self._process.stdin and self._process.stdout
        self._to: IO[str] = self._process.stdin
        self._from: IO[str] = self._process.stdout
        self.works: list[str] = json.loads(self._from.readline())

    def do(self, work: str) -> tuple[float, float]:
        """Return the seconds of a work, and the people at its end."""
        print(work, file=self._to, flush=True)
        seconds, people = json.loads(self._from.readline())
        return seconds, people


def main(other: Path, rounds: int = ROUNDS) -> None:
    """Print the table."""
    sides = [Side(other.resolve()), Side(HERE)]
    print(f"{'processor seconds':45} {'least':>15} {'':>6} {'median':>15}")
    for work in sides[1].works:
        if len({side.do(work)[1] for side in sides}) > 1:
            print(f"{work}: the numbers of people differ")
        taken: tuple[list[float], list[float]] = ([], [])
        for number in range(rounds):
            for i in (0, 1) if number % 2 else (1, 0):
                taken[i].append(sides[i].do(work)[0])
        row = f"{work:45}"
        for of in (min, statistics.median):
            before, after = (of(each) for each in taken)
            row += f" {before:7.3f} {after:7.3f} {after / before:6.3f}"
        print(row, flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "answer":
        answer()
    else:
        main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
