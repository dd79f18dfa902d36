"""Measure on this machine and write docs/performance.md: ``make bench``.

Every row is a ratio against another row of the same run, for machines differ.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import app_answer, continent, corridor
from benchmarks.floor import floor_and_profile, measure_costs

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
TEXT = Path(__file__).with_name("performance.md")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown; all columns but the first are numbers."""
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def walk(name: str, people: int, days: int) -> dict[str, Any]:
    """Run the random walk of one tool in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.walkers", name, str(people), str(days)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = dict(json.loads(done.stdout.splitlines()[-1]))
    least = min(found["seconds"])
    return {**found, "seconds": least, "noise": statistics.median(found["seconds"]) / least - 1.0}


def walks() -> str:
    """Return the table of the peers: a million people for a year, or part of it, stated."""
    plan = {"exact": (10**6, 365), "individual": (10**6, 365), "laser": (10**6, 365),
            "mesa": (10**5, 20)}  # fmt: skip
    rows, base = [], 0.0
    for name, (people, days) in plan.items():
        found = walk(name, people, days)
        rate = people * days / found["seconds"]
        base = base or rate
        row = (f"{people:,}", f"{days}", f"{found['seconds']:.3f}", f"{rate / 1e6:,.2f}",
               f"{base / rate:,.0f}", f"{found['noise']:.0%}",
               f"{found['peak_mb']:,.0f}")  # fmt: skip
        rows.append((name, *row))
    head = ("tool", "people", "days", "processor seconds", "million person-days a second",
            "times the time of exact", "noise", "memory, MB")  # fmt: skip
    return table(head, rows)


def people() -> str:
    """Return the table of exact against individual for more and more people."""
    rows, first = [], 0.0
    for exponent in range(4, 9):
        days = 365 if exponent < 7 else 20
        exact, individual = (walk(name, 10**exponent, days) for name in ("exact", "individual"))
        each = exact["seconds"] / days
        first = first or each
        took = individual["seconds"]
        row = (f"{days}", f"{exact['seconds']:.4f}", f"{each / first:.2f}", f"{took:.3f}",
               f"{took / exact['seconds']:,.0f}", f"{10**exponent * days / took / 1e6:,.0f}",
               f"{individual['peak_mb']:,.0f}")  # fmt: skip
        rows.append((f"10^{exponent}", *row))
    head = ("people", "days", "exact, s", "a day against 10^4", "individual, s",
            "individual / exact", "million person-days a second", "individual, MB")  # fmt: skip
    return table(head, rows)


def cost_model() -> dict[str, str]:
    """Return the unit costs and the profile of a day against its floor."""
    costs = measure_costs()
    units = table(("unit", "nanoseconds"), (
        ("a byte moved", f"{costs.byte:.3f} ({1 / costs.byte:.1f} GB/s)"),
        ("a random number in the vector loop", f"{costs.number:.1f}"),
        ("a random number alone", f"{costs.alone:.1f}"),
        ("a binomial of mean 6", f"{costs.few:.0f}"),
        ("a binomial of mean 400", f"{costs.many:.0f}"),
    ))  # fmt: skip
    texts = {"UNITS": units}
    for key, scale in (("PROFILE", 1.0), ("PROFILE_100", 100.0)):
        rows = floor_and_profile(corridor.SCENARIO, costs, people_scale=scale)
        total = tuple(sum(row[i] for row in rows) for i in range(1, 5))
        shown = [row for row in rows if row[4] > 0.02 * total[3]]
        texts[key] = table(
            ("step", "inhabited sources", "draws", "floor, µs", "measured, µs", "ratio"),
            [(name, f"{a:,.0f}", f"{b:,.0f}", f"{c:,.0f}", f"{d:,.0f}",
              f"{d / c:.1f}" if c else "") for name, a, b, c, d in shown]
            + [("all steps", *(f"{x:,.0f}" for x in total), f"{total[3] / total[2]:.1f}")],
        )  # fmt: skip
    return texts


def main() -> None:
    """Measure, print and write the page."""
    took, spent = ("what", "seconds", "ratio"), ("what", "processor seconds", "ratio", "noise")
    texts = {
        "MACHINE": f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "DATE": str(dt.date.today()),
        "WALKS": walks(),
        "PEOPLE": people(),
        "THREE_YEARS": table(spent, corridor.three_years()),
        "CORRIDOR_PEOPLE": table(spent, corridor.people()),
        "CONTINENT": table(("what", "processor seconds", "memory so far, MB"), continent.rows()),
        "REPLICATES": table(("what", "seconds a run", "ratio"), corridor.replicates()),
        "THREADS": table(took, corridor.threads()),
        "START": table(spent, corridor.start_up()),
        "APP": table(took, app_answer.rows()),
        "GAP": table(("flow", "mean of 50 exact runs", "expected", "gap", "standard errors"),
                     corridor.mean_field_gap()),
        **cost_model(),
    }  # fmt: skip
    page = TEXT.read_text(encoding="utf-8")
    for key, text in texts.items():
        page = page.replace("{" + key + "}", text)
    PAGE.write_text(page, encoding="utf-8")
    print(page)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = info.read_text().split("model name") if info.exists() else []
    return names[1].split(":")[1].split("\n")[0].strip() if len(names) > 1 else platform.machine()


if __name__ == "__main__":
    main()
