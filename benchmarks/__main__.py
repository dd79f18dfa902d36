"""Measure on this machine and write docs/performance.md: ``make bench``.

``python -m benchmarks [PART ...]`` measures the parts named, such as WALKS and CONTINENT, or all,
and keeps what the page has of the others. Every row is a ratio against another row of the same
run, for machines differ. The words of the page are those of ``performance.md`` beside this file.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import platform
import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import app_answer, continent, corridor
from benchmarks.floor import Costs, floor_and_profile, measure_costs

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
    """Return the table of the peers, each with as many people and days as it does in seconds."""
    plan = {"exact": (10**6, 365), "individual": (10**5, 365), "laser": (10**6, 100),
            "starsim": (10**5, 100), "mesa": (10**4, 20), "flee": (10**3, 20)}  # fmt: skip
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


@functools.cache
def costs() -> Costs:
    """Return what a unit of the necessary work costs on this machine."""
    return measure_costs()


def units() -> str:
    """Return the table of unit costs."""
    unit = costs()
    return table(("unit", "nanoseconds"), (
        ("a byte moved", f"{unit.byte:.3f} ({1 / unit.byte:.1f} GB/s)"),
        ("a random number in the vector loop", f"{unit.number:.1f}"),
        ("a random number alone", f"{unit.alone:.1f}"),
        ("a binomial of mean 6", f"{unit.few:.0f}"),
        ("a binomial of mean 400", f"{unit.many:.0f}"),
    ))  # fmt: skip


def profile(people_scale: float) -> str:
    """Return the profile of a day against its floor."""
    rows = floor_and_profile(corridor.SCENARIO, costs(), people_scale=people_scale)
    total = tuple(sum(row[i] for row in rows) for i in range(1, 5))
    shown = [row for row in rows if row[4] > 0.02 * total[3]]
    return table(
        ("step", "inhabited sources", "draws", "floor, µs", "measured, µs", "ratio"),
        [(name, f"{a:,.0f}", f"{b:,.0f}", f"{c:,.0f}", f"{d:,.0f}",
          f"{d / c:.1f}" if c else "") for name, a, b, c, d in shown]
        + [("all steps", *(f"{x:,.0f}" for x in total), f"{total[3] / total[2]:.1f}")],
    )  # fmt: skip


def kept(page: str) -> dict[str, str]:
    """Return the parts of a page that was written before, each with the day that it is of."""
    return dict(re.findall(r"<!-- (\w+) -->\n(.*?)\n<!-- end -->", page, flags=re.DOTALL))


def written(words: str, parts: Mapping[str, str]) -> str:
    """Return the page: its words, with each part in its place."""
    for key, text in parts.items():
        words = words.replace("{" + key + "}", f"<!-- {key} -->\n{text}\n<!-- end -->")
    return words


def main(asked: Sequence[str]) -> None:
    """Measure, print and write the page."""
    spent = ("what", "processor seconds", "ratio", "noise")
    size = ("what", "processor seconds", "memory so far, MB")
    measure: dict[str, Callable[[], str]] = {
        "WALKS": walks,
        "PEOPLE": people,
        "THREE_YEARS": lambda: table(spent, corridor.three_years()),
        "CORRIDOR_PEOPLE": lambda: table(spent, corridor.people()),
        "CONTINENT": lambda: table(size, continent.alone()),
        "CONTINENT_KINDS": lambda: table(size, continent.alone(kinds=continent.KINDS)),
        "CONTINENT_LARGE": lambda: table(size, continent.alone(columns=continent.LARGE)),
        "CONTINENT_100K": lambda: table(size, continent.alone(columns=continent.HUGE)),
        "CONTINENT_DEEP": lambda: table(
            size, continent.alone(columns=continent.DEEP, deep=continent.DEEP)
        ),
        "REPLICATES": lambda: table(("what", "seconds a run", "ratio"), corridor.replicates()),
        "THREADS": lambda: table(("what", "seconds", "ratio"), corridor.threads()),
        "START": lambda: table(spent, corridor.start_up()),
        "APP": lambda: table(("what", "seconds", "ratio"), app_answer.rows()),
        "GAP": lambda: table(
            ("flow", "mean of 50 exact runs", "expected", "gap", "standard errors"),
            corridor.mean_field_gap(),
        ),
        "UNITS": units,
        "PROFILE": lambda: profile(1.0),
        "PROFILE_100": lambda: profile(100.0),
    }
    if unknown := set(asked) - set(measure):
        sys.exit(f"{', '.join(sorted(unknown))}: expected some of {', '.join(measure)}.")
    before = kept(PAGE.read_text(encoding="utf-8")) if asked and PAGE.exists() else {}
    today = f"Measured {dt.date.today()}: {_processor()}, {os.cpu_count()} cores, "
    today += f"Python {platform.python_version()}{_busy()}."
    parts = {
        key: before[key] if key in before and key not in asked else f"{make()}\n\n{today}"
        for key, make in measure.items()
    }
    page = written(TEXT.read_text(encoding="utf-8"), parts)
    PAGE.write_text(page, encoding="utf-8")
    print(page)


def _busy() -> str:
    """Say so where others use the machine."""
    return ", while others used the machine" if os.getloadavg()[1] > (os.cpu_count() or 1) else ""


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = info.read_text().split("model name") if info.exists() else []
    return names[1].split(":")[1].split("\n")[0].strip() if len(names) > 1 else platform.machine()


if __name__ == "__main__":
    main(sys.argv[1:])
