"""Find where two runs part: run them side by side, step by step, and stop at the first difference.

Two runs of the same draw are compared bit by bit: that answers "what does my change do?" between
two scenarios, worlds of the same places, or seeds. Runs of different draws are compared in their
means over replicates, against the standard error. A journal kept by another version of Corredor
stands in for a run: that answers "what did the new version change?".

>>> from corredor.runs.lockstep import Side, lockstep
>>> lockstep(Side("baseline"), Side("baseline", seed=2), until=30)  # doctest: +SKIP
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.corridor.compile import compile_model
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.draws.counted import counted_draw
from corredor.engine.draws.individual import Individual
from corredor.engine.draws.names import DrawName
from corredor.engine.loop import Loop
from corredor.engine.program import Program
from corredor.errors import UsageError
from corredor.inputs.whole_files import whole_or_absent


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


class Journal:
    """The stocks of a run after every step, kept in a file for another version to run beside.

    Raises
    ------
    UsageError
        If the file is no journal.
    """

    def __init__(self, path: str | Path) -> None:
        try:
            with np.load(path, allow_pickle=False) as kept:
                self.stocks = kept["stocks"]  # [day, step, replicate, state]
                self.states = [str(name) for name in kept["states"]]
                self.steps = [str(name) for name in kept["steps"]]
                self.draw = str(kept["draw"])
        except (OSError, ValueError, KeyError):
            raise UsageError(f"{path}: holds no journal of a run.") from None


def keep_journal(side: Side, path: str | Path, *, days: int = 30) -> None:
    """Run the first days of a side and write its stocks after every step to ``path`` (.npz)."""
    run = _Run(side)
    stocks = np.empty((days, len(run.steps), side.replicates, len(run.states)))
    for day in range(days):
        for position in range(len(run.steps)):
            stocks[day, position] = run.step(day, position)
        run.end_day(day)
    with whole_or_absent(Path(path)) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file, stocks=stocks, states=np.array(run.states), steps=np.array(run.steps),
            draw=np.array(side.draw),
        )  # fmt: skip


def lockstep(
    first: Side | Journal, second: Side, *, until: int | None = None, errors: float = 6.0
) -> Parting | None:
    """Run two sides step by step and return where they part, or None if they never do.

    Parameters
    ----------
    first : Side or Journal
        A run, or what another version kept of one.
    second : Side
        A run. Both need the same states and steps.
    until : int, optional
        Number of days; all unless given.
    errors : float
        Between different draws: how many standard errors of the difference of means count.

    Raises
    ------
    UsageError
        If the two do not have the same states and steps.
    """
    sides = _Kept(first) if isinstance(first, Journal) else _Run(first), _Run(second)
    if sides[0].states != sides[1].states or sides[0].steps != sides[1].steps:
        raise UsageError("The two runs have different states or steps: they cannot be compared.")
    days = min(sides[0].days, sides[1].days, until or sides[1].days)
    same_draw = first.draw == second.draw
    for day in range(days):
        for position, step in enumerate(sides[1].steps):
            left, right = (side.step(day, position) for side in sides)
            apart = _apart(left, right, None if same_draw else errors)
            if apart.any():
                return _parting(sides[1].date(day), step, sides[1].states, apart, left, right)
        for side in sides:
            side.end_day(day)
    return None


def _parting(
    day: dt.date, step: str, states: list[str], apart: NDArray[np.bool_],
    left: NDArray[np.float64], right: NDArray[np.float64],
) -> Parting:  # fmt: skip
    first, second = left.mean(axis=0), right.mean(axis=0)
    worst = int(np.argmax(np.where(apart, np.abs(first - second), -1.0)))
    process, name = step.split(": ", 1)
    return Parting(
        day, process, name, states[worst], float(first[worst]), float(second[worst]),
        tuple(states[i] for i in np.flatnonzero(apart)),
    )  # fmt: skip


class _Kept:
    """A run of which only a journal is left."""

    def __init__(self, journal: Journal) -> None:
        self._stocks, self.states, self.steps = journal.stocks, journal.states, journal.steps
        self.days = len(journal.stocks)

    def step(self, day: int, position: int) -> NDArray[np.float64]:
        return np.asarray(self._stocks[day, position])

    def end_day(self, day: int) -> None:
        """Do nothing."""


class _Run:
    """One side, on its way: persons run a replicate at a time, counts all at once."""

    def __init__(self, side: Side) -> None:
        program = side.program()
        numbers = np.arange(side.replicates)
        if side.draw == "individual":
            draws: list[Any] = [Individual(program, side.seed, int(r)) for r in numbers]
        else:
            draws = [counted_draw(side.draw, side.seed, numbers)]
        each = side.replicates if len(draws) == 1 else 1
        scale = side.people_scale
        self._loops = [Loop(program, draw, each, people_scale=scale) for draw in draws]
        self.states, self.days = _names(program), program.days
        self.steps = [f"{process}: {step.name}" for process, step in program.steps]

    def date(self, day: int) -> dt.date:
        return self._loops[0].date(day)

    def step(self, day: int, position: int) -> NDArray[np.float64]:
        """Run a step and return the stocks after it, [replicate, state]."""
        for loop in self._loops:
            loop.run_step(day, position)
        return np.concatenate([loop.stocks for loop in self._loops]).astype(np.float64)

    def end_day(self, day: int) -> None:
        for loop in self._loops:
            loop.end_day(day)


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
