"""The Mexico world: people, replicates, threads, draws, start-up, and the mean field's gap."""

from __future__ import annotations

import datetime as dt
import functools
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from corredor.corridor.compile import CompiledModel, compile_model
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.run import Replication, simulate
from corredor.runs.simulate import run

SCENARIO = load_scenario("baseline")
SHORT = SCENARIO.with_horizon(end=dt.date(2022, 10, 31))
DAYS = (SCENARIO.end - SCENARIO.spin_up).days + 1
SHORT_DAYS = (SHORT.end - SHORT.spin_up).days + 1
THREE_YEARS = 1096
YEAR_DAYS = 365
SCALES = (0.5, 5.0, 50.0, 500.0)  # people simulated for each of the world's tables
ROUNDS = 3
Row = tuple[str, str, str]
Noted = tuple[str, str, str, str]  # a row with its noise


def _run(scenario: object = SCENARIO, **options: object) -> xr.Dataset:
    return run(scenario, parameters="fixed", **options)


def _seconds(**options: object) -> float:
    return min(float(_run(**options).attrs["seconds_simulate"]) for _ in range(2))


@functools.cache
def _year() -> CompiledModel:
    return compile_model(SCENARIO.with_horizon(end=SCENARIO.spin_up + dt.timedelta(YEAR_DAYS - 1)))


def _processor_seconds(**options: Any) -> tuple[float, float, float]:
    """Return the processor seconds of a year's days on one thread, and the people on a day.

    They are the least of ``ROUNDS`` rounds, then how far the median lies above it, as a share.
    """
    replication = Replication(replicates=range(options.pop("runs", 1)), **options)
    taken, person_days, year = [], 0.0, _year()
    for _ in range(ROUNDS):
        started = time.process_time()
        person_days = simulate([year], replication, threads=1)[0].person_days
        taken.append(time.process_time() - started)
    noise = statistics.median(taken) / min(taken) - 1.0
    return min(taken), noise, person_days / YEAR_DAYS / len(replication.replicates)


def people() -> list[Noted]:
    """Return the exact draw's time for more people, against a hundred thousand on a day."""
    rows, base = [], 0.0
    for scale in SCALES:
        took, noise, present = _processor_seconds(runs=5, people_scale=scale)
        base = base or took
        name = f"{present:,.0f} people on a day"
        rows.append((name, f"{took / 5:.3f}", f"{took / base:.2f}", f"{noise:.0%}"))
    return rows


def three_years() -> list[Noted]:
    """Return processor seconds for three years, from those for one; alone against a batch."""
    rows, years = [], THREE_YEARS / YEAR_DAYS
    for draw in ("exact", "expected"):
        base = 0.0
        for runs, name in ((25, "one of a batch of 25"), (1, "one alone")):
            took, noise, _ = _processor_seconds(runs=runs, draw=draw)
            each = took / runs * years
            base = base or each
            rows.append((f"{draw}, {name}", f"{each:.2f}", f"{each / base:.2f}", f"{noise:.0%}"))
    return rows


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


def start_up() -> list[Noted]:
    """Return the processor seconds of whole commands in a process of their own, compiled before."""
    with tempfile.TemporaryDirectory() as folder:
        two_months = Path(folder) / "two-months.toml"
        two_months.write_text(
            'title = "Two months"\nbase = "baseline"\nstart = 2022-10-01\nend = 2022-11-30\n'
        )
        commands = {
            "import corredor": ["-c", "import corredor"],
            "corredor --help": ["-m", "corredor", "--help"],
            "corredor run, two months, one run": [
                "-m", "corredor", "run", str(two_months), "--replicates", "1",
            ],
        }  # fmt: skip
        rows, base = [], 0.0
        for name, command in commands.items():
            taken = [_of_a_process([sys.executable, *command]) for _ in range(ROUNDS)]
            base = base or min(taken)
            noise = statistics.median(taken) / min(taken) - 1.0
            rows.append((name, f"{min(taken):.2f}", f"{min(taken) / base:.1f}", f"{noise:.0%}"))
    return rows


def _of_a_process(command: list[str]) -> float:
    """Return the processor seconds of a process, user and system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


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
