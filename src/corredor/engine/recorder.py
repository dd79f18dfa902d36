"""Notes what happens: flows by month, people present by day."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.states import StateSpace

STATUSES = {
    "travelling": ("at", "on"),
    "in_caravan": ("caravan",),
    "waiting": ("waiting", "appointed"),
    "in_custody": ("held",),
}


class Recorder:
    """Collects flows [R, month, cell] and people present [R, day, status, place].

    Parameters
    ----------
    space : StateSpace
        The states.
    months, days, replicates, cells : int
        Sizes.
    dtype : type
        ``numpy.int64`` for counts, ``numpy.float64`` for expected values.
    """

    def __init__(
        self, space: StateSpace, replicates: int, months: int, days: int, cells: int, dtype: type
    ) -> None:
        self.flows: NDArray[Any] = np.zeros((replicates, months, cells), dtype)
        self.present = np.zeros((replicates, days, len(STATUSES), len(space.places)), np.float32)
        status = {kind: i for i, kinds in enumerate(STATUSES.values()) for kind in kinds}
        kinds = space.table["kind"].astype(str)
        bins = kinds.map(status).fillna(-1).astype(int).to_numpy() * len(space.places)
        bins = bins + space.table["place"].to_numpy()
        self._states = np.flatnonzero(kinds.isin(status).to_numpy())
        self._states = self._states[np.argsort(bins[self._states], kind="stable")]
        bins = bins[self._states]
        self._starts = np.flatnonzero(np.r_[True, bins[1:] != bins[:-1]])
        self._bins = bins[self._starts]

    def note_present(self, day: int, stocks: NDArray[Any]) -> None:
        """Add up the people present on a day by status and place."""
        sums = np.add.reduceat(stocks[:, self._states], self._starts, axis=1)
        flat = self.present[:, day].reshape(len(stocks), -1)
        flat[:, self._bins] = sums
        self.present[:, day] = flat.reshape(self.present[:, day].shape)

    def note_flows(self, month: int, cells: NDArray[Any]) -> None:
        """Keep the flows of a month and start the next from zero."""
        self.flows[:, month] = cells
        cells[:] = 0
