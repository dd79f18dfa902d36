"""Whoever wants to know, evening by evening, what people have done: the logs of Flee."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index, Integers
from corredor.engine.random.philox import Address
from corredor.engine.register import Register
from corredor.engine.step import Price, Step, Today
from corredor.flee.rules.persons import Evening


@dataclass(frozen=True)
class Listener:
    """Who is told of the first run of a case.

    Attributes
    ----------
    links : callable, optional
        Takes the day, and how many people took each connection on it, [1 + values of attributes,
        connections]: all of them, then those with each value, where persons are followed.
    persons : callable, optional
        Takes the day and what persons have done, who are then followed one by one.
    """

    links: Callable[[int, Floats | Integers], None] | None = None
    persons: Callable[[int, Evening], None] | None = None

    def evening(self, day: int, evening: Evening) -> None:
        """Tell of the persons of a day."""
        if self.links:
            self.links(day, evening.taken)
        if self.persons:
            self.persons(day, evening)


@dataclass(frozen=True, eq=False)
class TellLinks(Step):
    """The last step of a day where people are counted: tells how many took each connection.

    Attributes
    ----------
    cells : numpy.ndarray
        Where those who take each connection are counted.
    tell : callable
        See ``Listener``.
    """

    name: str
    cells: Index
    tell: Callable[[int, Floats | Integers], None]
    begin: dt.date

    def ask(self, today: Today) -> None:
        """Tell of the day; nobody moves."""
        self.tell((today.date - self.begin).days, today.events(self.name, self.cells)[:1])

    def answers(self, today: Today, events: Sequence[float]) -> Iterator[Any]:
        """Give nothing: no lever changes anything here."""
        yield from ()

    def means(self, price: Price, stocks: Floats, cells: Floats) -> None:
        """Do nothing."""

    def counts(
        self, price: Price, stocks: NDArray[Any], cells: NDArray[Any], address: Address
    ) -> None:
        """Do nothing."""

    def persons(
        self, price: Price, stocks: NDArray[Any], cells: NDArray[Any], address: Address,
        register: Register,
    ) -> None:  # fmt: skip
        """Do nothing."""


def cells_of(places: int, connections: int) -> Index:
    """Return the cells in which those who take each connection are counted, after the places'."""
    return np.asarray(places + np.arange(connections), np.int32)
