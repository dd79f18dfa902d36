"""Measure the baseline on this machine and write docs/performance.md.

Every row is a ratio against another row of the same run, for machines differ.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
from pathlib import Path

from corredor.scenario import load_scenario
from corredor.simulation import run

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
REPLICATES = 8


def seconds(**options: object) -> float:
    """Return the seconds of the day loop of one run of the baseline."""
    data = run(SCENARIO, parameters="fixed", **options)
    return float(data.attrs["seconds_simulate"])


SCENARIO = load_scenario("baseline")


def measure() -> list[tuple[str, float, str, float]]:
    """Return rows of (what, seconds, against what, ratio)."""
    for draw in ("exact", "expected"):
        run(SCENARIO.with_horizon(end=dt.date(2022, 10, 31)), replicates=1, draw=draw)
    base = seconds(replicates=REPLICATES)
    rows = [(f"exact, {REPLICATES} runs, all threads", base, "itself", 1.0)]
    for scale in (10.0, 100.0):
        took = seconds(replicates=REPLICATES, people_scale=scale)
        rows.append((f"the same with {scale:g} times the people", took, "the people as they are",
                     took / base))  # fmt: skip
    one = seconds(replicates=REPLICATES, threads=1)
    rows.append((f"exact, {REPLICATES} runs, one thread", one, "all threads", one / base))
    single = seconds(replicates=1)
    rows.append(("exact, one run", single, f"a run of the {REPLICATES}",
                 single / (base / REPLICATES)))  # fmt: skip
    mean = seconds(replicates=1, draw="expected")
    rows.append(("expected, one run", mean, "exact, one run", mean / single))
    return rows


def main() -> None:
    """Measure, print and write the page."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [
        "# Performance",
        "",
        f"Measured {dt.date.today()} on {machine}, by `make bench`: the baseline of the Mexico",
        "world, August 2022 to June 2024, fixed parameters. Compilation is not counted.",
        "",
        "| what | seconds | against | ratio |",
        "| --- | ---: | --- | ---: |",
        *(f"| {w} | {s:.2f} | {against} | {r:.2f} |" for w, s, against, r in measure()),
    ]  # fmt: skip
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
