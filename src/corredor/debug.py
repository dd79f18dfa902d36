"""Find where two runs part: run them side by side, step by step, and stop at the first difference.

Two runs of the same draw are compared bit by bit: that answers "what does my change do?" between
two scenarios, worlds of the same places, or seeds. Runs of different draws are compared in their
means over replicates, against the standard error.

>>> from corredor.debug import Side, lockstep
>>> lockstep(Side("baseline"), Side("baseline", seed=2), until=30)  # doctest: +SKIP
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.compile import compile_model
from corredor.engine.draws import DrawName, Exact, Expected
from corredor.engine.individual import Individual
from corredor.engine.loop import Loop
from corredor.engine.program import Program
from corredor.errors import UsageError
from corredor.scenario import Scenario, load_scenario


@dataclass(frozen=True)
class Side:
    """One of two runs: a scenario or a program, a draw, a seed and its replicates."""

    of: str | Path | Scenario | Program
    draw: DrawName = "exact"
    seed: int = 1
    replicates: int = 1
    people_scale: float = 1.0

    def program(self) -> Program:
        """Return what to run."""
        if isinstance(self.of, Program):
            return self.of
        scenario = self.of if isinstance(self.of, Scenario) else load_scenario(self.of)
        return compile_model(scenario)


@dataclass(frozen=True)
class Parting:
    """Where two runs first differ.

    Attributes
    ----------
    day : datetime.date
        The day.
    process, step : str
        The step after which they differed.
    state : str
        The state that differs most, in words.
    first, second : float
        The people in it, means over replicates.
    states : tuple of str
        All states that differ.
    """

    day: dt.date
    process: str
    step: str
    state: str
    first: float
    second: float
    states: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in one sentence."""
        return (
            f"{self.day}, {self.process}, {self.step}: {self.state} holds {self.first:g} people "
            f"in the first run, {self.second:g} in the second ({len(self.states)} states differ)."
        )


def lockstep(
    first: Side, second: Side, *, until: int | None = None, errors: float = 6.0
) -> Parting | None:
    """Run two sides step by step and return where they part, or None if they never do.

    Parameters
    ----------
    first, second : Side
        What to run. Both need the same states and steps.
    until : int, optional
        Number of days; all unless given.
    errors : float
        Between different draws: how many standard errors of the difference of means count.

    Raises
    ------
    UsageError
        If the two do not have the same states and steps.
    """
    programs = first.program(), second.program()
    one, two = programs
    names = _names(one)
    if names != _names(two) or [s.name for _, s in one.steps] != [s.name for _, s in two.steps]:
        raise UsageError("The two runs have different states or steps: they cannot be compared.")
    days = min(one.days, two.days, until or one.days)
    sides = _Run(first, one), _Run(second, two)
    same_draw = first.draw == second.draw
    for day in range(days):
        for position, (process, step) in enumerate(one.steps):
            for side in sides:
                side.step(day, position)
            left, right = (side.stocks() for side in sides)
            apart = _apart(left, right, None if same_draw else errors)
            if apart.any():
                means = left.mean(axis=0), right.mean(axis=0)
                worst = int(np.argmax(np.where(apart, np.abs(means[0] - means[1]), -1.0)))
                return Parting(
                    sides[0].loops[0].date(day), process, step.name, names[worst],
                    float(means[0][worst]), float(means[1][worst]),
                    tuple(names[i] for i in np.flatnonzero(apart)),
                )  # fmt: skip
        for side in sides:
            side.end_day(day)
    return None


class _Run:
    """One side, on its way: persons run a replicate at a time, counts all at once."""

    def __init__(self, side: Side, program: Program) -> None:
        numbers = np.arange(side.replicates)
        if side.draw == "individual":
            draws: list[Any] = [Individual(program, side.seed, int(r)) for r in numbers]
        else:
            draws = [Expected() if side.draw == "expected" else Exact(side.seed, numbers)]
        each = side.replicates if len(draws) == 1 else 1
        scale = side.people_scale
        self.loops = [Loop(program, draw, each, people_scale=scale) for draw in draws]

    def step(self, day: int, position: int) -> None:
        for loop in self.loops:
            loop.run_step(day, position)

    def end_day(self, day: int) -> None:
        for loop in self.loops:
            loop.end_day(day)

    def stocks(self) -> NDArray[np.float64]:
        return np.concatenate([loop.stocks for loop in self.loops]).astype(np.float64)


def _apart(
    first: NDArray[np.float64], second: NDArray[np.float64], errors: float | None
) -> NDArray[np.bool_]:
    """Return for each state whether the two differ: in any bit, or by so many standard errors."""
    if errors is None:
        if first.shape != second.shape:
            raise UsageError("Two runs of the same draw need as many replicates.")
        return np.asarray((first != second).any(axis=0))
    variance, floor = np.zeros(first.shape[1]), np.zeros(first.shape[1])
    for side in (first, second):
        if len(side) > 1:
            variance += side.var(axis=0, ddof=1) / len(side)
            floor += np.maximum(side.mean(axis=0), 1.0) / len(side)  # counts vary by their roots
    difference = np.abs(first.mean(axis=0) - second.mean(axis=0))
    return np.asarray(difference > errors * np.sqrt(np.maximum(variance, floor)))


def _names(program: Program) -> list[str]:
    columns = program.labels()
    rows = zip(*columns.values(), strict=True)
    return [" ".join(value for value in row if value) for row in rows]
