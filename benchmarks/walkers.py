"""The random walk in each tool, one at a time in a process of its own.

``python -m benchmarks.walkers NAME PEOPLE DAYS`` prints, as JSON, the processor seconds of each of
some rounds (all threads, without compilation), the most memory held, and how many people end in the
first places.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np

from benchmarks.random_walk import SIDE, STAY, neighbours, random_walk
from corredor.engine.run import Replication, simulate
from corredor.runs.simulate import peak_memory_mb

ROUNDS = 3
Walk = Callable[[int, int], tuple[list[float], "np.ndarray[tuple[int], np.dtype[np.int64]]"]]


def _rounds(walk: Callable[[], object]) -> list[float]:
    """Return the processor seconds of each of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        started = time.process_time()
        walk()
        taken.append(time.process_time() - started)
    return taken


def _ours(draw: str) -> Walk:
    def walk(people: int, days: int) -> tuple[list[float], np.ndarray]:
        for few in (1_000, 100_000):
            simulate([random_walk(few, 2)], Replication(draw=draw))  # compile
        program, ends = random_walk(people, days), []
        taken = _rounds(lambda: ends.append(simulate([program], Replication(draw=draw))[0].final))
        return taken, ends[0][0]

    return walk


def mesa(people: int, days: int) -> tuple[list[float], np.ndarray]:
    """Mesa: one agent for each person, its random generator, its way to call all agents."""
    from mesa import Agent, Model

    ways = [neighbours(place) for place in range(SIDE * SIDE)]

    class Person(Agent):
        place = 0

        def walk(self) -> None:
            if self.random.random() >= STAY:
                self.place = self.random.choice(ways[self.place])

    model = Model(seed=1)
    Person.create_agents(model, people)

    def walk() -> None:
        for _ in range(days):
            model.agents.do("walk")

    return _rounds(walk), np.bincount([a.place for a in model.agents], minlength=SIDE * SIDE)


def laser(people: int, days: int) -> tuple[list[float], np.ndarray]:
    """laser-core: a frame of agents and a compiled, parallel step, as its documentation does."""
    import numba as nb
    from laser.core import LaserFrame

    ways = np.zeros((SIDE * SIDE, 4), np.uint16)
    count = np.zeros(SIDE * SIDE, np.int64)
    for place in range(SIDE * SIDE):
        found = neighbours(place)
        ways[place, : len(found)], count[place] = found, len(found)

    @nb.njit(parallel=True)
    def step(place, ways, count):  # type: ignore[no-untyped-def]
        for i in nb.prange(place.shape[0]):
            if np.random.random() >= STAY:  # noqa: NPY002
                here = place[i]
                place[i] = ways[here, np.random.randint(0, count[here])]  # noqa: NPY002

    frame = LaserFrame(people)
    frame.add_scalar_property("place", dtype=np.uint16)
    step(frame.place[:10].copy(), ways, count)  # compile

    def walk() -> None:
        for _ in range(days):
            step(frame.place, ways, count)
            np.bincount(frame.place, minlength=SIDE * SIDE)  # the daily counts that ours keeps too

    return _rounds(walk), np.bincount(frame.place, minlength=SIDE * SIDE)


WALKERS: dict[str, Walk] = {
    "exact": _ours("exact"),
    "individual": _ours("individual"),
    "mesa": mesa,
    "laser": laser,
}


if __name__ == "__main__":
    name, people, days = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    took, final = WALKERS[name](people, days)
    print(json.dumps({"seconds": took, "peak_mb": peak_memory_mb(), "first": final[:3].tolist()}))
