"""Notes what happens: flows by month, people present by day."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.engine.program import Program


class Recorder:
    """Collects flows [R, month, cell] and people present [R, day, pool] of a program.

    Parameters
    ----------
    program : Program
        What is run.
    replicates : int
        How many there are.
    noted : type
        Of the flows.
    past : Recorder, optional
        Has noted the months and days before these, which are not held twice.
    """

    def __init__(
        self, program: Program, replicates: int, noted: type, past: Recorder | None = None
    ) -> None:
        self._past, self._months, self._days = past, 0, 0  # how many of each were noted
        if past:
            self._months, self._days = past._months, past._days
        self._first_month, self._first_day = self._months, self._days
        months = len(program.months) - self._months
        days = len(program.kept_days) - self._days
        self._flows: NDArray[Any] = np.zeros((replicates, months, program.cells), noted)
        self._present = np.zeros((replicates, days, len(program.counted)), np.float32)

    @property
    def flows(self) -> NDArray[Any]:
        """Return the flows of all months; joined anew each time where there is a past."""
        if self._past is None:
            return self._flows
        return np.concatenate((self._past.flows[:, : self._first_month], self._flows), axis=1)

    @property
    def present(self) -> NDArray[np.float32]:
        """Return the people present on all days; joined anew each time where there is a past."""
        if self._past is None:
            return self._present
        return np.concatenate((self._past.present[:, : self._first_day], self._present), axis=1)

    def note_present(self, day: int, people: NDArray[Any]) -> None:
        """Keep the people present on a day, [R, pools]."""
        self._present[:, day - self._first_day] = people
        self._days = day + 1

    def note_flows(self, month: int, cells: NDArray[Any]) -> None:
        """Keep the flows of a month, [R, cells]."""
        self._flows[:, month - self._first_month] = cells
        self._months = month + 1

    def branch(self, program: Program) -> Recorder:
        """Return a recorder of another program that goes on from here, by itself."""
        return Recorder(program, len(self._flows), self._flows.dtype.type, self)
