"""The exact draw: whole people, counted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.draws.protocol import draw_together
from corredor.engine.random.philox import Address
from corredor.engine.step import Price, Step


class Exact:
    """Whole people: the counts have the distribution that independent persons would give.

    Parameters
    ----------
    seed : int
        Of the run.
    replicates : numpy.ndarray
        The number of each replicate, which its random numbers depend on.
    """

    dtype: type = np.int64
    noted: type = np.int64
    counts_people = True
    tolerance = 0.0

    def __init__(self, seed: int, replicates: Integers) -> None:
        self.seed, self.replicates = seed, replicates

    def begin(self, stocks: NDArray[Any]) -> None:
        """Do nothing: no person is told from another."""

    def address(self, day_step: int) -> Address:
        """Return where the numbers of a step begin."""
        return Address(self.seed, self.replicates, day_step)

    def together(self, chances: Floats, day_step: int) -> Floats:
        """Return 0 or 1 for each cohort of each replicate."""
        return draw_together(chances, self.address(day_step))

    def carry_out(
        self, step: Step, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Carry out a step by counts."""
        step.counts(price, stocks, cells, self.address(day_step))

    def note(self, amounts: NDArray[Any], day_step: int) -> NDArray[Any]:
        """Return people or events as they are."""
        return amounts

    def end_day(self, day: int, *, last: bool) -> None:
        """Do nothing: stocks are all there is."""
