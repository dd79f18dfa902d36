"""Arrive: newcomers, a Poisson count each day, or a number given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index
from corredor.engine.compiled import compiled
from corredor.engine.kernels.batch import Batch, Bound, Kernel, expected_people, whole_people
from corredor.engine.kernels.laid import Laid, indices, listed, rows
from corredor.engine.kernels.people import numbers_of
from corredor.engine.kernels.sharing import row, share_out
from corredor.engine.random.philox import Address, new_stream, open_stream
from corredor.engine.random.samplers import poisson
from corredor.engine.register import Register
from corredor.engine.step import BoundStep, Chances, Reprice, Today, contiguous

Law = Literal["poisson", "shared", "given"]


class Begin(NamedTuple):
    """Where newcomers begin: the states and the cells in which they are recorded, [n]."""

    destination: Index
    cell: Index


class Newcomers(NamedTuple):
    """How many are expected, [R or 1, n]."""

    means: Floats


@dataclass(frozen=True, eq=False)
class Arrive(BoundStep):
    """Newcomers: ``chances`` gives today's expected number for each destination.

    The ``law`` is ``poisson`` for independent counts; ``shared`` where the numbers add to a whole
    number of people, each of whom goes to a destination by chance; ``given`` where they are whole
    numbers that come for certain.
    """

    name: str
    destination: Index
    cell: Index
    chances: Chances
    levers: tuple[str, ...] = ()
    reprice: Reprice = "day"
    law: Law = "poisson"

    @cached_property
    def into(self) -> Index:
        """Return the states that newcomers begin in, each once."""
        return np.unique(self.destination)

    def ask(self, today: Today) -> Floats | None:
        """Ask how many come."""
        answer = self.chances(today)
        return None if answer is None else contiguous(answer)

    def answers(self, today: Today, events: Sequence[float]) -> Iterator[Any]:
        """Give how many come."""
        yield self.chances(today)

    @cached_property
    def _laid(self) -> Laid:
        return Laid(Begin(self.destination, self.cell))

    def bind(self, price: Floats, batch: Batch) -> Bound:
        """Return the arrival of as many as are expected, by the law of the step."""
        kernel = KERNELS[self.law] if batch.whole else arrive_means
        return Bound(kernel, batch, self._laid, Laid(self.priced(price)))

    def priced(self, price: Floats) -> Newcomers:
        """Return how many are expected as the kernels take it."""
        return Newcomers(price)

    def persons(
        self, price: Floats, stocks: NDArray[Any], cells: NDArray[Any], address: Address,
        register: Register,
    ) -> None:  # fmt: skip
        """Add newcomers: as many as in the exact draw with the same seed.

        Where each goes anywhere by chance, they come in any order, not destination by destination.
        """
        before = stocks[0].copy()
        self.counts(price, stocks, cells, address)
        new = register.add(stocks[0] - before, address.day)
        if self.law == "shared":
            order = np.argsort(numbers_of(new.person, 1, tuple(address)))
            new.state[:] = new.state[order]


@compiled(inline="always")
def _read(step, price):  # type: ignore[no-untyped-def]
    """Return where newcomers begin, and how many are expected, from where they are laid out."""
    s, p = listed(step), listed(price)
    return Begin(indices(s, 0), indices(s, 1)), rows(p, 0)


@compiled(inline="always")
def _let_in(batch, r, begin, t, people):  # type: ignore[no-untyped-def]
    """Let people begin where the t-th newcomers do."""
    batch.stocks[r, begin.destination[t]] += people
    batch.cells[r, begin.cell[t]] += people
    batch.entered[r] += people


@compiled(nogil=True)
def arrive_means(batch, step, price, day_step):  # type: ignore[no-untyped-def]
    """Add the expected newcomers."""
    people = expected_people(batch)
    begin, means = _read(step, price)
    for r in range(people.stocks.shape[0]):
        mean = row(means, r)
        for t in range(mean.shape[0]):
            _let_in(people, r, begin, t, mean[t])


@compiled(nogil=True)
def arrive_given(batch, step, price, day_step):  # type: ignore[no-untyped-def]
    """Add newcomers whose numbers are whole and certain."""
    people = whole_people(batch)
    begin, means = _read(step, price)
    for r in range(people.stocks.shape[0]):
        mean = row(means, r)
        for t in range(mean.shape[0]):
            _let_in(people, r, begin, t, np.int64(np.rint(mean[t])))


@compiled(nogil=True)
def arrive_counts(batch, step, price, day_step):  # type: ignore[no-untyped-def]
    """Add newcomers, a Poisson count for each destination."""
    people = whole_people(batch)
    begin, means = _read(step, price)
    stream = new_stream(people.seed, 0, day_step)
    for r in range(people.stocks.shape[0]):
        stream[4] = np.uint64(people.replicates[r])
        mean = row(means, r)
        for t in range(mean.shape[0]):
            open_stream(stream, begin.destination[t])
            _let_in(people, r, begin, t, poisson(stream, mean[t]))


@compiled(nogil=True)
def arrive_shared(batch, step, price, day_step):  # type: ignore[no-untyped-def]
    """Add newcomers whose number is the sum of ``means``; each goes anywhere in proportion."""
    people = whole_people(batch)
    begin, means = _read(step, price)
    sent = np.empty(begin.destination.shape[0], np.int64)
    for r in range(people.stocks.shape[0]):
        stream = new_stream(people.seed, people.replicates[r], day_step)
        mean = row(means, r)
        total = 0.0
        for t in range(mean.shape[0]):  # not mean.sum(): see loading.py
            total += mean[t]
        count = np.int64(np.rint(total))
        if count > 0:
            sent[:] = 0
            share_out(stream, count, total, mean, sent)
            for t in range(mean.shape[0]):
                _let_in(people, r, begin, t, sent[t])


KERNELS: dict[Law, Kernel] = {
    "poisson": arrive_counts, "shared": arrive_shared, "given": arrive_given,
}  # fmt: skip
