"""A made-up continent: 10,000 places in a square, 50,000 links, a year.

``python -m benchmarks.continent [COLUMNS [KINDS [ROWS]]]`` prints, as JSON, processor seconds and
memory of each part. It says what the size of a world costs, and nothing about any place: its towns
stand in a hundred rows, or as many as are said, some 22 km apart, and people of one kind, or of
several nationalities with and without children, enter along one side and make for four stretches of
the other. Of several kinds a second scenario is run, in which more people are returned and entry
answers to it.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

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

SIDE, GOALS, DEGREES, UNEVEN = 100, 4, 0.2, 0.05
KINDS, HOUSEHOLDS = 8, ("adults", "families")
LARGE, HUGE = 300, 1000  # places in a row of worlds of thirty and of a hundred thousand
DEEP = 316  # rows of a square of a hundred thousand
ANSWERING = """title = "Entry answers"
base = "baseline"
[crossing]
returned_share = 0.5
[entry]
answer = 1
"""
T = TypeVar("T")
Row = tuple[str, str, str]


def write_continent(folder: Path, columns: int, kinds: int, deep: int = SIDE) -> None:
    """Write a world of so many rows of so many places to a new folder."""
    rng = np.random.default_rng(1)
    stops = [
        Stop(
            f"p{row}-{column}", f"Place {row} {column}", "made up", "made up",
            5.0 + DEGREES * row + rng.uniform(-UNEVEN, UNEVEN),
            -60.0 + DEGREES * column + rng.uniform(-UNEVEN, UNEVEN), None, entry=row == 0,
            goal=f"Goal {column * GOALS // columns}" if row == deep - 1 else "", source="made up",
        )
        for row in range(deep)
        for column in range(columns)
    ]  # fmt: skip
    write.write_world(folder, write.Plan(stops, "2024-01", "2024-12", 1.3), "Made-up continent")
    if kinds > 1:
        _tell_apart(folder, kinds)


def _tell_apart(folder: Path, kinds: int) -> None:
    """Write so many kinds of people in the place of one."""
    nations = [f"nation{number}" for number in range(kinds // len(HOUSEHOLDS))]
    groups = [(nation, household) for nation in nations for household in HOUSEHOLDS]
    (folder / "nationalities.csv").write_text(
        "nationality,name_en,name_es\n" + "".join(f"{n},{n},{n}\n" for n in nations)
    )
    (folder / "households.csv").write_text(
        "household,families,name_en,name_es\n"
        + "".join(f"{h},{str(h == 'families').lower()},{h},{h}\n" for h in HOUSEHOLDS)
    )
    share = 1.0 / len(HOUSEHOLDS)
    (folder / "people.csv").write_text(
        "group,nationality,household,share,name_en,name_es,citizenships,source\n"
        + "".join(f"{n}-{h},{n},{h},{share},{n} {h},{n} {h},{n},made up\n" for n, h in groups)
    )
    for table in ("entry", "places"):
        path = folder / f"{table}.csv"
        lines = path.read_text().splitlines()
        told = [line for line in lines if write.NATIONALITY in line]
        kept = [line for line in lines if write.NATIONALITY not in line]
        renamed = nations if table == "entry" else nations[:1]
        kept += [line.replace(write.NATIONALITY, nation) for nation in renamed for line in told]
        path.write_text("\n".join(kept) + "\n")
    (folder / "scenarios" / "answering.toml").write_text(ANSWERING)


def _days(program: Program, draw: Draw) -> float:
    loop = Loop(program, draw, 1)
    for day in range(program.days):
        loop.run_day(day)
    return float(loop.stocks.sum())


def rows(columns: int = SIDE, kinds: int = 1, deep: int = SIDE) -> list[Row]:
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
        timed("write the world", lambda: write_continent(folder, columns, kinds, deep))
        path = folder / "scenarios" / "baseline.toml"
        scenario = timed("read and check the tables", lambda: load_scenario(path))
        program = timed("compile the model", lambda: compile_model(scenario))
        short = compile_model(scenario.with_horizon(end=scenario.start + dt.timedelta(days=1)))
        draws: tuple[Callable[[], Draw], ...] = (Expected, lambda: Exact(1, np.arange(1)))
        for make in draws:
            _days(short, make())  # load the kernels
        for name, make in zip(("expected", "exact"), draws, strict=True):
            timed(f"{program.days} days, {name}", lambda make=make: _days(program, make()))
        if kinds > 1:
            answering = compile_model(load_scenario(path.with_name("answering.toml")))
            timed(f"{program.days} days, expected, entry answers",
                  lambda: _days(answering, Expected()))  # fmt: skip
    found.append((f"{len(program.space.places):,} places, {len(scenario.world.links):,} links, "
                  f"kinds of people: {kinds}, {program.states:,} states, {program.cells:,} cells",
                  "", ""))  # fmt: skip
    return found


def alone(columns: int = SIDE, kinds: int = 1, deep: int = SIDE) -> list[Row]:
    """Return the same from a process of its own, so that its memory is that of this world."""
    size = map(str, (columns, kinds, deep))
    command = [sys.executable, "-m", "benchmarks.continent", *size]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [tuple(row) for row in json.loads(done.stdout.splitlines()[-1])]


if __name__ == "__main__":
    print(json.dumps(rows(*map(int, sys.argv[1:]))))
