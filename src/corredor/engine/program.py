"""A program: all that the engine needs to know of a model, whatever the model is about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corredor.engine.kernels.pools import Pools
from corredor.engine.levers import Levers
from corredor.engine.step import Step


@dataclass(frozen=True, eq=False, kw_only=True)
class Program:
    """Numbered states and the ordered steps of a day.

    Attributes
    ----------
    states, cells : int
        How many states and recorder cells there are.
    steps : tuple of (str, Step)
        The steps of a day in order, each with the name of its process.
    levers : Levers
        What the steps' chances depend on, over time.
    begin, keep, end : datetime.date
        First day simulated, first day kept in the results, last day.
    counted : Pools
        Whose people are counted each evening.
    gone : numpy.ndarray
        The states of people who have left the model.
    initial : numpy.ndarray, optional
        People in each state before the first day.
    while_priced : int, optional
        Bytes that rules take for each replicate while they find their chances, beside these.
    """

    states: int
    cells: int
    steps: tuple[tuple[str, Step], ...]
    levers: Levers
    begin: dt.date
    keep: dt.date
    end: dt.date
    counted: Pools
    gone: NDArray[np.int32]
    initial: NDArray[np.int64] | None = None
    while_priced: int = 0

    @property
    def days(self) -> int:
        """Return the number of days, from the first simulated to the last."""
        return (self.end - self.begin).days + 1

    @cached_property
    def kept_days(self) -> tuple[dt.date, ...]:
        """Return the days of the results."""
        count = (self.end - self.keep).days + 1
        return tuple(self.keep + dt.timedelta(days=i) for i in range(count))

    @cached_property
    def months(self) -> tuple[dt.date, ...]:
        """Return the first day of each month of the results."""
        return tuple(dict.fromkeys(day.replace(day=1) for day in self.kept_days))

    @property
    def traits(self) -> dict[str, NDArray[np.int32]]:
        """Return what adds up along a person's way: for each name, so much for each cell."""
        return {}

    def memory(self) -> dict[str, NDArray[np.float64]]:
        """Return what each step that remembers keeps before the first day, by name, [1, n]."""
        return {
            step.name: np.atleast_2d(step.remembers.astype(np.float64))
            for _, step in self.steps
            if step.remembers is not None
        }

    def labels(self) -> dict[str, list[str]]:
        """Return columns that say what each state means; a model of places has better ones."""
        return {"state": [str(i) for i in range(self.states)]}
