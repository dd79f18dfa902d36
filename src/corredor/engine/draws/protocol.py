"""What a draw is: the only thing that differs between the ways to run a program."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.engine.compiled import compiled
from corredor.engine.kernels.cohorts import OF_A_COHORT
from corredor.engine.random.philox import Address, new_stream, open_stream, uniform
from corredor.engine.step import Price, Step


class Draw(Protocol):
    """How the people of a step are spread over what may happen to them.

    ``stocks`` [R, states] and ``cells`` [R, cells] are changed in place; ``day_step`` numbers the
    day and the step, for the addresses of the random numbers.

    Attributes
    ----------
    dtype : type
        Of stocks and cells.
    noted : type
        Of the flows that are noted.
    counts_people : bool
        Whether people are counted, so that kernels of steps may change the counts.
    tolerance : float
        By how much people may seem lost.
    """

    dtype: type
    noted: type
    counts_people: bool
    tolerance: float

    def begin(self, stocks: NDArray[Any]) -> None:
        """Look at the people who are there before the first day."""

    def address(self, day_step: int) -> Address | None:
        """Return where the numbers of a step begin; None if nothing is drawn."""

    def together(self, chances: Floats, day_step: int) -> Floats:
        """Draw once for each cohort; see ``corredor.engine.step.Today``."""

    def carry_out(
        self, step: Step, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Carry out a step at the price that it answered."""

    def note(self, amounts: NDArray[Any], day_step: int) -> NDArray[Any]:
        """Return people or events, [R, n], as a result has them."""

    def end_day(self, day: int, *, last: bool) -> None:
        """Note that a day is over, and whether it was the last."""


def draw_together(chances: Floats, address: Address) -> Floats:
    """Draw 0 or 1 with ``chances`` [R or 1, cohorts] for each replicate and cohort."""
    full = np.broadcast_to(chances, (len(address.replicates), chances.shape[1]))
    drawn: Floats = _one_draw_each(np.ascontiguousarray(full), tuple(address))
    return drawn


@compiled(nogil=True)
def _one_draw_each(chances, address):  # type: ignore[no-untyped-def]
    address, drawn = Address(*address), np.empty_like(chances)
    for r in range(chances.shape[0]):
        stream = new_stream(address.seed, address.replicates[r], address.day_step)
        for i in range(chances.shape[1]):
            open_stream(stream, OF_A_COHORT + i)
            drawn[r, i] = 1.0 if uniform(stream) < chances[r, i] else 0.0
    return drawn
