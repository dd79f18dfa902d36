"""The random walk in each tool, one at a time in a process of its own.

``python -m benchmarks.walkers NAME PEOPLE DAYS`` prints, as JSON, the processor seconds of each of
some rounds (all threads, without compilation), the most memory held, and how many people end in the
first places; it stops if people do not end where the walk takes them.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import stats

from benchmarks.random_walk import SIDE, STAY, neighbours, random_walk
from corredor.engine.run import Replication, simulate
from corredor.runs.simulate import peak_memory_mb

ROUNDS = 3
GOES_ON = ("mesa", "laser", "flee")  # each round goes on where the one before ended
UNLIKELY = 1e-6
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


def starsim(people: int, days: int) -> tuple[list[float], np.ndarray]:
    """Starsim: a state of its agents and a module whose step draws for all at once."""
    import starsim as ss

    ways = np.zeros((SIDE * SIDE, 4), np.int64)
    count = np.zeros(SIDE * SIDE, np.int64)
    for place in range(SIDE * SIDE):
        found = neighbours(place)
        ways[place, : len(found)], count[place] = found, len(found)

    class Walk(ss.Module):
        def __init__(self) -> None:
            super().__init__()
            self.define_states(ss.IntArr("place", default=0))
            self.goes, self.which = ss.bernoulli(p=1.0 - STAY), ss.random()
            self.present: list[np.ndarray] = []

        def step(self) -> None:
            who = self.goes.filter(self.sim.people.auids)
            here = np.asarray(self.place[who], np.int64)
            self.place[who] = ways[here, (self.which.rvs(who) * count[here]).astype(np.int64)]
            now = np.asarray(self.place.values, np.int64)
            self.present.append(np.bincount(now, minlength=SIDE * SIDE))

    ends: list[np.ndarray] = []

    def made(steps: int, agents: int = people) -> ss.Sim:
        sim = ss.Sim(n_agents=agents, modules=Walk(), dt=ss.days(1), start="2023-01-01",
                     dur=ss.days(steps - 1), verbose=0)  # fmt: skip
        sim.init()
        return sim

    made(2, 1_000).run()  # load what is loaded once
    ready = [made(days) for _ in range(ROUNDS)]

    def walk() -> None:
        sim = ready.pop()
        sim.run()
        present = next(each for each in sim.modules if isinstance(each, Walk)).present
        assert len(present) == days
        ends.append(present[-1])

    return _rounds(walk), ends[0]


def flee(people: int, days: int) -> tuple[list[float], np.ndarray]:
    """Flee: towns a day's way apart, all alike, of which people know the next ones.

    Whoever has gone a day's way comes in at the start of the next day and decides once whether to
    go on, so each day takes one decision; who is on a link counts as at its end.
    """
    from flee import flee as flee_model
    from flee.SimulationSettings import SimulationSettings

    settings = "move_rules:\n  awareness_level: 1\n  default_movechance: {}\n"
    with tempfile.TemporaryDirectory() as kept, contextlib.redirect_stderr(io.StringIO()):
        path = Path(kept) / "settings.yml"
        path.write_text(settings.format(1.0 - STAY))
        SimulationSettings.ReadFromYML(str(path))
    system = flee_model.Ecosystem()
    for place in range(SIDE * SIDE):
        system.addLocation(str(place), float(place % SIDE), float(place // SIDE),
                           location_type="town")  # fmt: skip
    day = SimulationSettings.move_rules["MaxMoveSpeed"]
    for place in range(SIDE * SIDE):
        for other in neighbours(place):
            if place < other:
                system.linkUp(str(place), str(other), day)
    for _ in range(people):
        system.addAgent(system.locations[0], {})

    def walk() -> None:
        for _ in range(days):
            system.evolve()

    taken = _rounds(walk)
    ends = [getattr(each.location, "endpoint", each.location).name for each in system.agents]
    return taken, np.bincount(np.array(ends, np.int64), minlength=SIDE * SIDE)


WALKERS: dict[str, Walk] = {
    "exact": _ours("exact"),
    "individual": _ours("individual"),
    "mesa": mesa,
    "laser": laser,
    "starsim": starsim,
    "flee": flee,
}


def unlike(final: np.ndarray, days: int) -> float:
    """Return how likely it is by chance that people end as far from the law of the walk as here."""
    law = np.zeros((SIDE * SIDE, SIDE * SIDE))
    for place in range(SIDE * SIDE):
        law[place, place] = STAY
        law[place, neighbours(place)] = (1.0 - STAY) / len(neighbours(place))
    wanted = np.linalg.matrix_power(law, days)[0] * final.sum()
    many = wanted > 5.0
    rest = [(final[~many].sum(), wanted[~many].sum())] if wanted[~many].sum() > 5.0 else []
    seen, meant = np.array([*zip(final[many], wanted[many], strict=True), *rest]).T
    return float(stats.chi2.sf(((seen - meant) ** 2 / meant).sum(), len(meant) - 1))


if __name__ == "__main__":
    name, people, days = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    took, final = WALKERS[name](people, days)
    walked = days * ROUNDS if name in GOES_ON else days
    if unlike(final, walked) < UNLIKELY:
        sys.exit(f"{name}: people do not end where a random walk of {walked} days takes them.")
    told = {"seconds": took, "peak_mb": peak_memory_mb(), "first": final[:3].tolist()}
    print(json.dumps(told))
