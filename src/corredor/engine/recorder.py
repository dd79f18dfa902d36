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

    def note_present(self, day: int, people: NDArray[Any]) -> None:
        """Keep the people present on a day, [R, pools]."""
        self.present[:, day] = people

    def note_flows(self, month: int, cells: NDArray[Any]) -> None:
        """Keep the flows of a month, [R, cells]."""
        self.flows[:, month] = cells

    def copy(self) -> Recorder:
        """Return a recorder that has noted the same and goes on by itself."""
        other = copy.copy(self)
        other.flows, other.present = self.flows.copy(), self.present.copy()
        return other
