"""Programs made by hand, without a world: a delay line, a town with limited places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from corredor.engine.kernels.pools import Pools
from corredor.engine.levers import Levers
from corredor.engine.program import Program
from corredor.engine.steps import Moves, Ration, Split, Step, Tally

BEGIN = dt.date(2023, 1, 1)


def program(steps: Sequence[Step], initial: Sequence[int], cells: int, days: int) -> Program:
    """Return a program over these states, each of them counted."""
    return Program(
        states=len(initial),
        cells=cells,
        steps=tuple(("process", step) for step in steps),
        levers=Levers({}, {}),
        begin=BEGIN,
        keep=BEGIN,
        end=BEGIN + dt.timedelta(days=days - 1),
        counted=Pools.of([np.array([state]) for state in range(len(initial))]),
        gone=np.empty(0, np.int32),
        initial=np.array(initial, np.int64),
    )


def moves(ways: Sequence[tuple[int, int, int]]) -> Moves:
    """Return transitions given as (source, destination, cell)."""
    source, destination, cell = np.array(ways).T
    return Moves.build([{"source": source, "destination": destination, "cell": cell}])


def split(ways: Sequence[tuple[int, int, int]], chances: Sequence[float]) -> Split:
    """Return a split with these chances, in order of source."""
    return Split("split", moves(ways), lambda _: np.array([chances]))


def delay_line(people: int, chances: Sequence[float], days: int) -> Program:
    """Return a row of stages; the last steps are taken first, so that one takes one a day."""
    stages = len(chances)
    steps = [split([(i, i + 1, i)], [chances[i]]) for i in reversed(range(stages))]
    return program(steps, [people, *[0] * stages], stages, days)


def town(people: Sequence[int], places: tuple[float, float], days: int = 1) -> Program:
    """Return sources in order of class that ask for places, an outcome each, and a tally."""
    count = len(people)
    ways = [(i, count + j, i * 2 + j) for i in range(count) for j in range(2)]
    ration = Ration(
        "places",
        moves(ways),
        class_pointer=np.array([0, count // 2, count], np.int64),
        chances=lambda _: np.tile([0.7, 0.3], count)[None],
        asks=lambda _: np.ones((1, count)),
        places=lambda _: np.array([places]),
    )
    tally = Tally(
        "events",
        Pools.of([np.array([count]), np.array([count + 1])]),
        pool=np.array([0, 0, 1], np.int32),
        cell=np.arange(2 * count, 2 * count + 3, dtype=np.int32),
        chances=lambda _: np.array([[0.2, 0.5, 0.1]]),
    )
    return program([ration, tally], [*people, 0, 0], 2 * count + 3, days)
