"""Remember: numbers kept for later days, such as the events of a week; moves nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index
from corredor.engine.random.philox import Address
from corredor.engine.register import Register
from corredor.engine.step import Step, Today


class Remembered(NamedTuple):
    """What a step that remembers answers: numbers to keep, [R, n], and to record, [R, cells]."""

    kept: Floats
    recorded: Floats


@dataclass(frozen=True, eq=False)
class Remember(Step):
    """Numbers of each replicate that rules of later days depend on; nobody moves.

    ``update`` takes today, the numbers [R, n] and how many events the cells in ``watched`` saw
    since it was last asked [R, watched]; it gives the new numbers and what to add to the cells in
    ``cell`` [R, cells]. It must not draw: what is remembered follows from what happened.
    """

    name: str
    watched: Index
    cell: Index
    initial: Floats
    update: Callable[[Today, Floats, Floats], tuple[Floats, Floats]]

    @property
    def remembers(self) -> Floats:
        """Return the numbers at the start."""
        return self.initial

    def ask(self, today: Today) -> Remembered:
        """Tell the events since the step was last asked."""
        events = today.events(self.name, self.watched)
        return Remembered(*self.update(today, today.memory[self.name], events))

    def kept(self, price: Remembered) -> Floats:
        """Return the new numbers."""
        return price.kept

    def answers(self, today: Today, events: Sequence[float]) -> Iterator[Any]:
        """Give what is kept and recorded after so many events."""
        kept = today.memory[self.name]
        for number in events:
            yield from self.update(today, kept, np.full((1, len(self.watched)), number))

    def means(self, price: Remembered, stocks: Floats, cells: Floats) -> None:
        """Record what the step says."""
        self._record(price, cells)

    def counts(
        self, price: Remembered, stocks: NDArray[Any], cells: NDArray[Any], address: Address
    ) -> None:
        """Record what the step says."""
        self._record(price, cells)

    def persons(
        self, price: Remembered, stocks: NDArray[Any], cells: NDArray[Any], address: Address,
        register: Register,
    ) -> None:  # fmt: skip
        """Record what the step says."""
        self._record(price, cells)

    def _record(self, price: Remembered, cells: NDArray[Any]) -> None:
        cells[:, self.cell] += price.recorded.astype(cells.dtype)
