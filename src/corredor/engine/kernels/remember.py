"""Remember: numbers kept for later days, such as the events of a week; moves nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index, Integers
from corredor.engine.compiled import compiled
from corredor.engine.kernels.batch import Batch, Bound, expected_people, whole_people
from corredor.engine.kernels.laid import REAL, Laid, indices, integers, listed, reals
from corredor.engine.kernels.law import MemoryLaw, remembered_by
from corredor.engine.random.philox import Address
from corredor.engine.register import Register
from corredor.engine.step import Reprice, Step, Today


class Remembered(NamedTuple):
    """What a step that remembers answers: numbers to keep, [R, n], and to record, [R, cells]."""

    kept: Floats
    recorded: Floats


class Watched(NamedTuple):
    """What a law is told of, and where what it returns is recorded.

    Attributes
    ----------
    cells : numpy.ndarray
        Whose events are added up.
    cell : numpy.ndarray
        One cell.
    """

    cells: Index
    cell: Index


class Given(NamedTuple):
    """A law at its numbers.

    Attributes
    ----------
    numbers : numpy.ndarray
        What the law is given, [R or 1, numbers].
    address : numpy.ndarray
        Where the law is, one integer.
    """

    numbers: Floats
    address: Integers


@dataclass(frozen=True, eq=False)
class ByLaw:
    """How numbers that are kept follow from the events of all watched cells together, by a law.

    Attributes
    ----------
    law : MemoryLaw
        Changes what is kept of a replicate, and says what to record.
    given : callable
        Takes today and gives what the law is given, each [R or 1, 1]. It is asked when a lever of
        the step changes.
    """

    law: MemoryLaw
    given: Callable[[Today], Sequence[Floats]]

    def given_on(self, today: Today) -> Given:
        """Return the law with what it is given."""
        numbers = np.concatenate(np.broadcast_arrays(*self.given(today)), axis=1)
        return Given(numbers, np.array([self.law.address]))

    def __call__(self, today: Today, kept: Floats, events: Floats) -> tuple[Floats, Floats]:
        """Return the numbers to keep and those to record, as the kernel works them out."""
        following, numbers = kept.copy(), self.given_on(today).numbers
        each = np.broadcast_to(numbers, (len(kept), numbers.shape[1]))
        recorded = [
            self.law.function(*row) for row in zip(following, events.sum(axis=1), each, strict=True)
        ]
        return following, np.array(recorded, np.float64)[:, None]


@dataclass(frozen=True, eq=False)
class Remember(Step):
    """Numbers of each replicate that rules of later days depend on; nobody moves.

    ``update`` takes today, the numbers [R, n] and how many events the cells in ``watched`` saw
    since it was last asked [R, watched]; it gives the new numbers and what to add to the cells in
    ``cell`` [R, cells]. It must not draw: what is remembered follows from what happened. ``ByLaw``
    costs less, for it is only asked when a lever in ``levers`` changes.
    """

    name: str
    watched: Index
    cell: Index
    initial: Floats
    update: Callable[[Today, Floats, Floats], tuple[Floats, Floats]] | ByLaw
    levers: tuple[str, ...] = ()

    @property
    def reprice(self) -> Reprice:  # type: ignore[override]
        """Return when the step is asked again."""
        return "levers" if self.renews else "day"

    @property
    def remembers(self) -> Floats:
        """Return the numbers at the start."""
        return self.initial

    @property
    def renews(self) -> bool:
        """Return whether a law stands, whatever happens from day to day."""
        return isinstance(self.update, ByLaw)

    def ask(self, today: Today) -> Remembered | Given:
        """Tell the events since the step was last asked; or ask what the law is given."""
        if isinstance(self.update, ByLaw):
            return self.update.given_on(today)
        return self.renew(None, today)

    def renew(self, price: Given | None, today: Today) -> Remembered:
        """Tell the events since the step was last asked."""
        events = today.events(self.name, self.watched)
        return Remembered(*self.update(today, today.memory[self.name], events))

    def bind(self, price: Remembered | Given, batch: Batch) -> Bound | None:
        """Return the law at its numbers, if there is one."""
        if not isinstance(price, Given):
            return None
        kernel = remember_whole_people if batch.whole else remember_expected_people
        told = batch.told.setdefault(self.name, np.zeros(batch.replicates))
        written = (batch.memory[self.name], told)
        return Bound(
            kernel, batch, Laid(Watched(self.watched, self.cell)), Laid(price, written=written)
        )

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


@compiled(nogil=True)
def remember_whole_people(batch, step, price, day_step):  # type: ignore[no-untyped-def]
    """Follow a law from the events since the last day."""
    _remember(whole_people(batch), listed(step), listed(price))


@compiled(nogil=True)
def remember_expected_people(batch, step, price, day_step):  # type: ignore[no-untyped-def]
    """Follow a law from the events since the last day."""
    _remember(expected_people(batch), listed(step), listed(price))


@compiled(inline="always")
def _remember(people, step, price):  # type: ignore[no-untyped-def]
    watched, cell, law = indices(step, 0), indices(step, 1)[0], integers(price, 1)[0]
    of_numbers, of_kept, told = price[0], price[2], reals(price, 3)
    for r in range(told.shape[0]):
        flow = people.cells[r]
        so_far = flow[0] - flow[0]  # nothing, in the type of the cells
        for i in range(watched.shape[0]):
            so_far += flow[np.uint32(watched[i])]
        events = float(so_far) - told[r]
        told[r] = float(so_far)
        row = r if of_numbers[2] > 1 else 0
        kept, given = of_kept[0] + r * of_kept[1] * REAL, of_numbers[0] + row * of_numbers[1] * REAL
        recorded = remembered_by(law, kept, events, given)
        if recorded != 0.0:
            flow[cell] += recorded
