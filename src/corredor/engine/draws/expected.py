"""The expected draw: people times chance, the mean field."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.engine.random.philox import Address
from corredor.engine.step import Price, Step


class Expected:
    """Real numbers, people times chance."""

    dtype: type = np.float64
    noted: type = np.float64
    counts_people = True
    tolerance = 1e-6

    def begin(self, stocks: NDArray[Any]) -> None:
        """Do nothing: no person is told from another."""

    def address(self, day_step: int) -> Address | None:
        """Return None: nothing is drawn."""
        return None

    def together(self, chances: Floats, day_step: int) -> Floats:
        """Return the chances themselves."""
        return chances

    def carry_out(
        self, step: Step, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Carry out a step by means."""
        step.means(price, stocks, cells)

    def note(self, amounts: NDArray[Any], day_step: int) -> NDArray[Any]:
        """Return people or events as they are."""
        return amounts

    def end_day(self, day: int, *, last: bool) -> None:
        """Do nothing: stocks are all there is."""
