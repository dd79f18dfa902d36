"""The floor of the exact draw: what a day would cost if nothing but the necessary were done.

Necessary are: reading and writing the columns of every source once, at the memory bandwidth
measured here; one random number for each inhabited source, at the cost of the vector loop; and
for each source from which somebody moves the numbers that say how many and where to, at the cost
of the samplers in a loop of their own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numba as nb
import numpy as np

from corredor.corridor.compile import compile_model
from corredor.corridor.scenario import Scenario
from corredor.engine.draws.exact import Exact
from corredor.engine.kernels.sharing import FEW
from corredor.engine.loop import Loop
from corredor.engine.random.philox import first_numbers, new_stream, open_stream, uniform
from corredor.engine.random.samplers import binomial
from corredor.engine.steps import Split

BYTES_A_SOURCE = 4 + 8 + 8 + 8 + 4  # its state, stock, sum of chances, pointer, cohort
BYTES_A_TRANSITION = 8 + 4 + 4  # its chance, destination, cell


@nb.njit
def _uniforms(count):  # type: ignore[no-untyped-def]
    stream, total = new_stream(1, 2, 3), 0.0
    for i in range(count):
        open_stream(stream, i)
        total += uniform(stream) + uniform(stream)
    return total


@nb.njit
def _vector(slots, first):  # type: ignore[no-untyped-def]
    first_numbers(new_stream(1, 2, 3), slots, first)


@nb.njit
def _binomials(n, p, count):  # type: ignore[no-untyped-def]
    stream, total = new_stream(1, 2, 3), 0
    for i in range(count):
        open_stream(stream, i)
        total += binomial(stream, n, p)
    return total


def _nanoseconds(work: Callable[[], object], units: int) -> float:
    work()
    best = np.inf
    for _ in range(5):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best / units * 1e9


@dataclass(frozen=True)
class Costs:
    """Nanoseconds for a byte moved, a number in the vector loop, a number alone, a binomial."""

    byte: float
    number: float
    alone: float
    few: float
    many: float


def measure_costs() -> Costs:
    """Measure the unit costs on this machine."""
    source, target = np.ones(30_000_000), np.empty(30_000_000)
    slots = np.arange(4096, dtype=np.uint64)
    first = np.empty(4096)
    return Costs(
        byte=_nanoseconds(lambda: np.copyto(target, source), 2 * source.nbytes),
        number=_nanoseconds(lambda: _vector(slots, first), len(slots)),
        alone=_nanoseconds(lambda: _uniforms(200_000), 400_000),
        few=_nanoseconds(lambda: _binomials(60, 0.1, 200_000), 200_000),
        many=_nanoseconds(lambda: _binomials(2_000, 0.2, 200_000), 200_000),
    )


def floor_and_profile(
    scenario: Scenario, costs: Costs, *, people_scale: float, replicates: int = 10
) -> list[tuple[str, float, float, float, float]]:
    """Return for each split: name, inhabited sources, draws, floor and time in µs a day and run."""
    program = compile_model(scenario)
    loop = Loop(
        program, Exact(1, np.arange(replicates)), replicates, people_scale=people_scale
    )  # fmt: skip
    for day in range(250):
        loop.run_day(day)
    rows = {}
    for day in range(250, 280):
        for position, (process, step) in enumerate(program.steps):
            before = loop.stocks.copy()
            started = time.perf_counter()
            loop.run_step(day, position)
            took = (time.perf_counter() - started) * 1e6 / replicates
            row = rows.setdefault(f"{process}: {step.name}", np.zeros(4))
            row[3] += took
            if isinstance(step, Split):
                totals = loop._known[position].price.totals[0]
                row[:3] += _necessary(step, before[0], totals, costs)
        loop.end_day(day)
    return [(name, *(row / 30)) for name, row in rows.items()]


def _necessary(step: Split, stock: np.ndarray, totals: np.ndarray, costs: Costs) -> np.ndarray:
    moves = step.moves
    people = stock[moves.sources]
    inhabited = (people > 0) & (totals > 0)
    ways = np.diff(moves.pointer)
    moved = people * np.minimum(totals, 1.0)
    somebody = np.where(inhabited, 1.0 - (1.0 - np.minimum(totals, 1.0)) ** people, 0.0)
    how_many = somebody * ((people > 1) & (totals < 1.0))
    where_few = somebody * ((people > 1) & (moved <= FEW) & (ways > 1)) * np.maximum(moved, 1.0)
    where_many = somebody * ((moved > FEW) & (ways > 1)) * (ways - 1)
    draws = inhabited.sum() + how_many.sum() + where_few.sum() + where_many.sum()
    bytes_ = len(people) * BYTES_A_SOURCE + (somebody * ways).sum() * BYTES_A_TRANSITION
    floor = (
        bytes_ * costs.byte
        + inhabited.sum() * costs.number
        + (how_many * np.where(moved < 30, costs.few, costs.many)).sum()
        + where_few.sum() * costs.alone
        + where_many.sum() * costs.many
    )
    return np.array([inhabited.sum(), draws, floor / 1e3])
