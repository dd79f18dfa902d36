"""Arrive: newcomers, a Poisson count each day, or a number given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numba as nb
import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index
from corredor.engine.kernels.people import numbers_of
from corredor.engine.kernels.sharing import row, share_out
from corredor.engine.random.philox import Address, new_stream, open_stream
from corredor.engine.random.samplers import poisson
from corredor.engine.register import Register
from corredor.engine.step import Chances, Reprice, Step, Today, contiguous

Law = Literal["poisson", "shared", "given"]


@dataclass(frozen=True, eq=False)
class Arrive(Step):
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

    def means(self, price: Floats, stocks: Floats, cells: Floats) -> None:
        """Add the expected newcomers."""
        arrive_means(stocks, cells, self.destination, self.cell, price)

    def counts(
        self, price: Floats, stocks: NDArray[Any], cells: NDArray[Any], address: Address
    ) -> None:
        """Add whole newcomers by the law of the step."""
        if self.law == "given":
            people = np.rint(price).astype(np.int64)
            arrive_means(stocks, cells, self.destination, self.cell, people)
            return
        arrive = arrive_shared if self.law == "shared" else arrive_counts
        arrive(stocks, cells, self.destination, self.cell, price, tuple(address))

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


@nb.njit(cache=True, nogil=True)
def arrive_means(stocks, cells, destination, cell, means):  # type: ignore[no-untyped-def]
    """Add the expected newcomers."""
    for r in range(stocks.shape[0]):
        mean = row(means, r)
        for t in range(destination.shape[0]):
            stocks[r, destination[t]] += mean[t]
            cells[r, cell[t]] += mean[t]


@nb.njit(cache=True, nogil=True)
def arrive_counts(stocks, cells, destination, cell, means, address):  # type: ignore[no-untyped-def]
    """Add newcomers, a Poisson count for each destination."""
    address = Address(*address)
    for r in range(stocks.shape[0]):
        stream = new_stream(address.seed, address.replicates[r], address.day_step)
        mean = row(means, r)
        for t in range(destination.shape[0]):
            open_stream(stream, destination[t])
            people = poisson(stream, mean[t])
            stocks[r, destination[t]] += people
            cells[r, cell[t]] += people


@nb.njit(cache=True, nogil=True)
def arrive_shared(stocks, cells, destination, cell, means, address):  # type: ignore[no-untyped-def]
    """Add newcomers whose number is the sum of ``means``; each goes anywhere in proportion."""
    sent = np.empty(destination.shape[0], np.int64)
    address = Address(*address)
    for r in range(stocks.shape[0]):
        stream = new_stream(address.seed, address.replicates[r], address.day_step)
        mean = row(means, r)
        total = 0.0
        for t in range(mean.shape[0]):  # not mean.sum(): see loading.py
            total += mean[t]
        people = np.int64(np.rint(total))
        if people > 0:
            sent[:] = 0
            share_out(stream, people, total, mean, sent)
            for t in range(destination.shape[0]):
                stocks[r, destination[t]] += sent[t]
                cells[r, cell[t]] += sent[t]
