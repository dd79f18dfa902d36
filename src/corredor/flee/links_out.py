"""Flee's log of links, ``links.out.0``: how many people took each open link up to each day."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corredor.engine.draws.counted import counted_draw
from corredor.engine.loop import Loop
from corredor.errors import UsageError
from corredor.flee.case.folder import Case
from corredor.flee.rules.network import build_network
from corredor.flee.rules.program import build_program
from corredor.flee.rules.timeline import build_timeline
from corredor.flee.run import Runs

NAME = "links.out.0"
HEADER = ("#time", "start_location", "end_location", "cum_num_agents", "attribute")


def write_links(case: Case, runs: Runs, path: Path) -> None:
    """Write the log of the first of some runs, which is made once more for it.

    Of several links between the same two places the first has the people. As in Flee, a link that
    is closed has no row, and counts on when it opens again.

    Parameters
    ----------
    case : Case
        What was run.
    runs : Runs
        How it was run; not in the individual draw.
    path : Path
        The file, usually called ``links.out.0``.

    Raises
    ------
    UsageError
        If persons are, or have to be, followed one by one.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        network = build_network(case)
        timeline = build_timeline(case, network)
        links = [(place, end) for place in range(len(case.locations)) for end in _ends(case, place)]
        names = [location.name for location in case.locations]
        for day, taken in enumerate(_taken(case, runs)):
            known: set[int] = set()
            is_open = timeline.open[timeline.row[day]]
            for place, end in links:
                connection = network.between[place, end]
                if is_open[connection]:
                    people = 0 if connection in known else taken[connection].item()
                    writer.writerow((day, names[place], names[end], people, "total"))
                known.add(connection)


def _ends(case: Case, place: int) -> Iterator[int]:
    """Yield the ends of the links from a place, in Flee's order."""
    for route in case.routes:
        ends = case.index[route.first], case.index[route.second]
        for a, b in (ends, ends[::-1]) * route.times:
            if a == place:
                yield b


def _taken(case: Case, runs: Runs) -> Iterator[NDArray[np.float64] | NDArray[np.int64]]:
    """Yield how many people took each connection up to each day."""
    program = build_program(case, scale=runs.people_scale, links=True)
    if program.space is None or runs.draw == "individual":
        raise UsageError(
            f"{NAME} is not written: takers of links are counted in the exact and the expected "
            "draw, where persons are not followed one by one."
        )
    loop = Loop(program, counted_draw(runs.draw, runs.seed, np.zeros(1, np.int64)), 1)
    taken = np.zeros(program.cells - len(case.locations), loop.cells.dtype)
    for day in range(program.days):
        before = loop.cells.copy()
        for position in range(len(program.steps)):
            loop.run_step(day, position)
        taken += (loop.cells - before)[0, len(case.locations) :]
        loop.end_day(day)
        yield taken
