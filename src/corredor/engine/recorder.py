"""Notes what happens: flows by month, people present by day."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.engine.program import Program


class Recorder:
    """Collects flows [R, month, cell] and people present [R, day, pool] of a program."""

    def __init__(self, program: Program, replicates: int, noted: type) -> None:
        self.flows: NDArray[Any] = np.zeros((replicates, len(program.months), program.cells), noted)
        self.present = np.zeros(
            (replicates, len(program.kept_days), len(program.counted)), np.float32
        )
        self._months = self._days = 0  # that were noted

    def note_present(self, day: int, people: NDArray[Any]) -> None:
        """Keep the people present on a day, [R, pools]."""
        self.present[:, day] = people
        self._days = day + 1

    def note_flows(self, month: int, cells: NDArray[Any]) -> None:
        """Keep the flows of a month, [R, cells]."""
        self.flows[:, month] = cells
        self._months = month + 1

    def copy(self) -> Recorder:
        """Return a recorder that has noted the same and goes on by itself."""
        other = copy.copy(self)
        other.flows = _with_the_first(self.flows, self._months)
        other.present = _with_the_first(self.present, self._days)
        return other


def _with_the_first(noted: NDArray[Any], count: int) -> NDArray[Any]:
    """Return a copy of what was noted; the rest is zero, which takes no time until it is noted."""
    begun = np.zeros(noted.shape, noted.dtype)
    begun[:, :count] = noted[:, :count]
    return begun
