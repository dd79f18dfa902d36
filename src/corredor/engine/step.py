"""What the engine asks of a step of the day, whatever kind of step it is.

A kind of step is a class of its own in ``corredor.engine.kernels``, with what it asks of the model
and how people move as means, as counts and one by one. The loop and the draws know only this one,
so that another kind is another file.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index
from corredor.engine.kernels.batch import Batch, Bound
from corredor.engine.kernels.pools import Pools
from corredor.engine.levers import Levers
from corredor.engine.random.philox import Address

if TYPE_CHECKING:
    from corredor.engine.register import Register

Reprice = Literal["levers", "month", "day"]
Price = Any  # what a step answered, such as its chances; only steps of its kind look inside


def _no_events(name: str, cells: Index) -> Floats:
    raise LookupError(f"nobody has counted events for {name}")


@dataclass(frozen=True, eq=False)
class Today:
    """What a step may look at when it says how likely its transitions are.

    Attributes
    ----------
    date : datetime.date
        The day.
    levers : Levers
        Their values are [R or 1, keys].
    stocks : numpy.ndarray
        People by replicate and state, [R, S], at this point of the day.
    scale : float
        People simulated for each person of the world's tables.
    together : callable
        One draw for all people of a cohort, whose luck is one: takes chances [R, cohorts]; gives
        the chances themselves in the expected draw, 0 or 1 in all others.
    memory : dict
        What each step that remembers keeps, by its name: [R, numbers].
    events : callable
        Takes the name of a step and cells, and gives how many events these saw since that step last
        asked, [R, cells].
    """

    date: dt.date
    levers: Levers
    stocks: NDArray[Any]
    scale: float
    together: Callable[[Floats], Floats]
    memory: Mapping[str, Floats] = field(default_factory=dict)
    events: Callable[[str, Index], Floats] = _no_events

    def lever(self, name: str) -> Floats:
        """Return today's values of a lever, [R or 1, keys]."""
        return self.levers.value(name, self.date)

    def people_in(self, pools: Pools) -> Floats:
        """Return the people in each pool at this point of the day, [R, pools]."""
        return pools.people(self.stocks)


Chances = Callable[[Today], Floats | None]


class Step(ABC):
    """A step of the day.

    Shapes: ``stocks`` [R, states] and ``cells`` [R, cells] are changed in place. An ``address``
    names the replicates and says where the random numbers of this step of this day begin.

    Attributes
    ----------
    name : str
        What the step is called.
    levers : tuple of str
        The price is asked again when one of them changes,
    reprice : {"levers", "month", "day"}
        and, if it looks at stocks or at the date, every month or every day.
    recalls : callable, optional
        What the price looks at of what is remembered: it is asked again when that has changed.
    """

    name: str
    levers: tuple[str, ...] = ()
    reprice: Reprice = "day"
    recalls: Callable[[Today], Floats] | None = None

    @property
    def idle(self) -> bool:
        """Return whether the step could never move anybody, so that it may be left out."""
        return False

    @property
    def into(self) -> Index | None:
        """Return the states in which the step lets newcomers begin, each once; None if it has none.

        Whoever is more in them after the step has entered the model.
        """
        return None

    @property
    def remembers(self) -> Floats | None:
        """Return the numbers that are kept for later days, at the start, [1, n]; None for none."""
        return None

    @abstractmethod
    def ask(self, today: Today) -> Price | None:
        """Ask the model for a price, which holds until it is asked again; None: nothing happens."""

    @property
    def renews(self) -> bool:
        """Return whether a part of the price is asked every day, though the rest holds."""
        return False

    def renew(self, price: Price, today: Today) -> Price | None:
        """Return the price as it is today; None: nothing happens."""
        return price

    def kept(self, price: Price) -> Floats | None:
        """Return the numbers that the price says to keep for later days, [R, n]."""
        return None

    @abstractmethod
    def answers(self, today: Today, events: Sequence[float]) -> Iterator[Any]:
        """Give all that the model answers on a day, if so many events had happened where it asks.

        What a lever can change is found by comparing these.
        """

    def bind(self, price: Price, batch: Batch) -> Bound | None:
        """Return the step ready to be carried out for a batch; None if it has no such kernel."""
        return None

    def rebind(self, bound: Bound, price: Price) -> bool:
        """Bring a step that was bound to another price; return False if it must be bound anew."""
        return False

    @abstractmethod
    def means(self, price: Price, stocks: Floats, cells: Floats) -> None:
        """Carry the step out in the expected and hybrid draws: people times chance."""

    @abstractmethod
    def counts(
        self, price: Price, stocks: NDArray[Any], cells: NDArray[Any], address: Address
    ) -> None:
        """Carry the step out in the exact draw: whole people, counted."""

    @abstractmethod
    def persons(
        self, price: Price, stocks: NDArray[Any], cells: NDArray[Any], address: Address,
        register: Register,
    ) -> None:  # fmt: skip
        """Carry the step out in the individual draw: the persons of one replicate, one by one."""


class BoundStep(Step):
    """A step whose kernels take arrays that are laid out, see ``corredor.engine.kernels.laid``."""

    @abstractmethod
    def bind(self, price: Price, batch: Batch) -> Bound:
        """Return the step ready to be carried out for a batch."""

    def priced(self, price: Price) -> tuple[Any, ...] | None:
        """Return a price as it is laid out for kernels; None if more than that follows from it."""
        return None

    def rebind(self, bound: Bound, price: Price) -> bool:
        """Lay another price out in place of that of before: a third of the time of binding."""
        laid = self.priced(price)
        if laid is not None:
            bound.reprice(laid)
        return laid is not None

    def means(self, price: Price, stocks: Floats, cells: Floats) -> None:
        """Carry the step out for expected people."""
        self._carry_out(price, Batch(stocks, cells), 0)

    def counts(
        self, price: Price, stocks: NDArray[Any], cells: NDArray[Any], address: Address
    ) -> None:
        """Carry the step out for whole people."""
        self._carry_out(price, Batch(stocks, cells, address), address.day_step)

    def _carry_out(self, price: Price, batch: Batch, day_step: int) -> None:
        bound = self.bind(price, batch)  # by name, for it holds the arrays that are read
        bound.carry_out(day_step)


def plain(*values: tuple[Any, ...]) -> tuple[tuple[Any, ...], ...]:
    """Return named tuples without their names, to be handed to a kernel, which names them again.

    To recognise a named tuple takes numba as long as a step with few people: some microseconds.
    """
    return tuple(map(tuple, values))


def contiguous(answer: NDArray[Any]) -> Floats:
    """Return an answer of the model as the kernels take it."""
    return np.ascontiguousarray(answer, dtype=np.float64)
