"""The Mexico world: people, replicates, threads, draws, start-up, and the mean field's gap."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time

import numpy as np
import xarray as xr

from corredor.corridor.scenario import load_scenario
from corredor.runs.simulate import run

SCENARIO = load_scenario("baseline")
SHORT = SCENARIO.with_horizon(end=dt.date(2022, 10, 31))
DAYS = (SCENARIO.end - SCENARIO.spin_up).days + 1
SHORT_DAYS = (SHORT.end - SHORT.spin_up).days + 1
THREE_YEARS = 1096
Row = tuple[str, str, str]


def _run(scenario: object = SCENARIO, **options: object) -> xr.Dataset:
    return run(scenario, parameters="fixed", **options)


def _seconds(**options: object) -> float:
    return min(float(_run(**options).attrs["seconds_simulate"]) for _ in range(2))


def people() -> list[Row]:
    """Return the exact draw's time for more people, against the world as it is."""
    base = _seconds(replicates=25, threads=1)
    rows = [("the people as they are", f"{base:.1f}", "1.00")]
    for scale in (0.01, 0.1, 10.0, 100.0):
        took = _seconds(replicates=25, threads=1, people_scale=scale)
        rows.append((f"{scale:g} times the people", f"{took:.1f}", f"{took / base:.2f}"))
    return rows


def three_years() -> list[Row]:
    """Return seconds for three years, from the days that the world has figures for."""
    scale = THREE_YEARS / DAYS
    exact = _seconds(replicates=25, threads=1) / 25 * scale
    expected = _seconds(replicates=1, draw="expected") * scale
    batch = _seconds(replicates=25, draw="expected", threads=1) / 25 * scale
    return [
        ("exact, a run of 25 on one core", f"{exact:.2f}", "1.00"),
        ("expected, one run alone", f"{expected:.2f}", f"{expected / exact:.2f}"),
        ("expected, a run of 25 on one core", f"{batch:.2f}", f"{batch / exact:.2f}"),
    ]


def replicates() -> list[Row]:
    """Return the time of one exact run among more and more, and the memory."""
    rows, base = [], 0.0
    for count in (1, 10, 100, 1000):
        data = _run(SHORT, replicates=count)
        each = float(data.attrs["seconds_simulate"]) / count
        base = base or each
        memory = f"{data.attrs['peak_memory_mb']:,.0f}"
        rows.append((f"{count} runs of {SHORT_DAYS} days, {memory} MB so far", f"{each:.3f}",
                     f"{each / base:.2f}"))  # fmt: skip
    return rows


def threads() -> list[Row]:
    """Return the time on one thread and on two."""
    one, two = (_seconds(replicates=24, threads=n) for n in (1, 2))
    return [("24 exact runs, one thread", f"{one:.1f}", "1.00"),
            ("the same, two threads", f"{two:.1f}", f"{two / one:.2f}")]  # fmt: skip


def start_up() -> list[Row]:
    """Return the seconds of whole commands in a process of their own, compiled before."""
    commands = {
        "import corredor": [sys.executable, "-c", "import corredor"],
        "corredor --help": [sys.executable, "-m", "corredor", "--help"],
        "corredor run, two months, first result": [
            sys.executable, "-c",
            "from benchmarks.corridor import SHORT, run; run(SHORT, replicates=1)",
        ],
    }  # fmt: skip
    rows, base = [], 0.0
    for name, command in commands.items():
        took = []
        for _ in range(3):
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            took.append(time.perf_counter() - started)
        base = base or min(took)
        rows.append((name, f"{min(took):.2f}", f"{min(took) / base:.1f}"))
    return rows


def mean_field_gap() -> list[tuple[str, str, str, str, str]]:
    """Return for each flow the expected draw against the mean of exact runs, and its error."""
    expected = _run(draw="expected", replicates=1)
    exact = _run(replicates=50)
    rows = []
    for name, flow in exact.data_vars.items():
        if flow.attrs.get("kind") != "flow":
            continue
        dims = [d for d in flow.dims if d != "replicate"]
        total, mean = flow.sum(dims).values, float(expected[name].sum())
        error = total.std(ddof=1) / np.sqrt(len(total))
        gap = mean / total.mean() - 1.0
        errors = (mean - total.mean()) / error if error else 0.0
        rows.append((str(name), f"{total.mean():,.0f}", f"{mean:,.0f}", f"{gap:+.2%}",
                     f"{errors:+.1f}"))  # fmt: skip
    return rows
