"""The small model that is written for each peer too: a random walk on a 10 by 10 grid.

Each day a person stays with chance 0.2 or moves to one of the two to four neighbouring places,
all equally likely. A move is counted by its direction of travel, so that something is recorded.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from corredor.engine.kernels.pools import Pools
from corredor.engine.levers import Levers
from corredor.engine.program import Program
from corredor.engine.steps import Moves, Split

SIDE = 10
STAY = 0.2


def neighbours(place: int) -> list[int]:
    """Return the places next to a place of the grid."""
    row, column = divmod(place, SIDE)
    around = ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1))
    return [r * SIDE + c for r, c in around if 0 <= r < SIDE and 0 <= c < SIDE]


def random_walk(people: int, days: int) -> Program:
    """Return the walk as a program; everybody starts in the first place."""
    places = np.arange(SIDE * SIDE)
    ends = [(place, end) for place in places for end in neighbours(int(place))]
    source, destination = np.array(ends).T
    moves = Moves.build(
        [{"source": source, "destination": destination, "cell": np.full(len(ends), -1)}]
    )
    ways = np.diff(moves.pointer)
    chances = np.repeat((1.0 - STAY) / ways, ways)[None]
    begin = dt.date(2023, 1, 1)
    initial = np.zeros(len(places), np.int64)
    initial[0] = people
    return Program(
        states=len(places),
        cells=1,
        steps=(("walk", Split("step", moves, lambda _: chances)),),
        levers=Levers({}, {}),
        begin=begin,
        keep=begin,
        end=begin + dt.timedelta(days=days - 1),
        counted=Pools.of([np.array([place]) for place in places]),
        gone=np.empty(0, np.int32),
        initial=initial,
    )
