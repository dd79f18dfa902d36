"""A made-up continent: 10,000 places in a square, 40,000 links, a year.

``python -m benchmarks.continent [SIDE]`` prints processor seconds and memory of each part. It says
what the size of a world costs, and nothing about any place: its towns stand in rows, 34 km apart,
one kind of people enters along one side and makes for four stretches of the other.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from unittest import mock

import numpy as np

from corredor.corridor.compile import compile_model
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.starting import write
from corredor.corridor.starting.places import Stop
from corredor.engine.draws.exact import Exact
from corredor.engine.draws.expected import Expected
from corredor.engine.draws.protocol import Draw
from corredor.engine.loop import Loop
from corredor.engine.program import Program

SIDE, GOALS, DEGREES, UNEVEN, KM = 100, 4, 0.2, 0.05, 31.0
T = TypeVar("T")
Row = tuple[str, str, str]


def write_continent(folder: Path, side: int) -> None:
    """Write a world of ``side`` times ``side`` places to a new folder."""
    rng = np.random.default_rng(1)
    stops = [
        Stop(
            f"p{row}-{column}", f"Place {row} {column}", "made up", "made up",
            5.0 + DEGREES * row + rng.uniform(-UNEVEN, UNEVEN),
            -60.0 + DEGREES * column + rng.uniform(-UNEVEN, UNEVEN), None, entry=row == 0,
            goal=f"Goal {column * GOALS // side}" if row == side - 1 else "", source="made up",
        )
        for row in range(side)
        for column in range(side)
    ]  # fmt: skip
    at = np.arange(side * side).reshape(side, side)
    across, along = (at[:, :-1], at[:, 1:]), (at[:-1], at[1:])
    ends = np.concatenate([np.reshape(pairs, (2, -1)).T for pairs in (across, along)])
    joined = [(a, b, KM) for a, b in ends.tolist()]
    with mock.patch.object(write, "joined", lambda _: joined):  # which tries every three places
        write.write_world(folder, write.Plan(stops, "2024-01", "2024-12", 1.3), "Made-up continent")


def _days(program: Program, draw: Draw) -> float:
    loop = Loop(program, draw, 1)
    for day in range(program.days):
        loop.run_day(day)
    return float(loop.stocks.sum())


def rows(side: int = SIDE) -> list[Row]:
    """Return processor seconds and the memory held at most for each part, in one process."""
    found: list[Row] = []

    def timed(what: str, work: Callable[[], T]) -> T:
        started = time.process_time()
        made = work()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        found.append((what, f"{time.process_time() - started:.2f}", f"{memory:,.0f}"))
        return made

    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept) / "continent"
        write_continent(folder, side)
        path = folder / "scenarios" / "baseline.toml"
        scenario = timed("read and check the tables", lambda: load_scenario(path))
        program = timed("compile the model", lambda: compile_model(scenario))
        short = compile_model(scenario.with_horizon(end=scenario.start + dt.timedelta(days=1)))
        draws: tuple[Callable[[], Draw], ...] = (Expected, lambda: Exact(1, np.arange(1)))
        for make in draws:
            _days(short, make())  # load the kernels
        for name, make in zip(("expected", "exact"), draws, strict=True):
            timed(f"{program.days} days, {name}", lambda make=make: _days(program, make()))
    places, links = len(program.space.places), len(scenario.world.links)
    print(f"{places:,} places, {links:,} links, {program.states:,} states, {program.cells:,} cells")
    return found


if __name__ == "__main__":
    for row in rows(*map(int, sys.argv[1:])):
        print("{:30} {:>8} s {:>8} MB".format(*row))
