"""The replicates of a batch as kernels take them, and steps bound to their arrays."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.compiled import compiled, prepared
from corredor.engine.kernels.laid import (
    Laid,
    integers,
    listed,
    reals,
    rows,
    rows_of_integers,
)
from corredor.engine.random.philox import Address
from corredor.engine.random.space import Space, new_space

if TYPE_CHECKING:
    from corredor.engine.step import Today

Kernel = Callable[[int, int, int, int], None]
Renew = Callable[["Today", int], bool]


class Batch:
    """People counted in replicates, laid out for kernels, which change them in place.

    Parameters
    ----------
    stocks, cells : numpy.ndarray
        By replicate and state, [R, states], and by replicate and cell, [R, cells]: whole people, or
        expected people as real numbers.
    address : Address, optional
        Whose numbers are drawn; its day and step do not matter. None in the expected draw.
    space : Space, optional
        For kernels to work in.

    Attributes
    ----------
    entered : numpy.ndarray
        The people of each replicate who are in the model or have left it, [R]. Steps that let
        newcomers in add to it.
    whole : bool
        Whether people are whole.
    memory : dict
        What each step that remembers keeps, by its name, [R, numbers].
    told : dict
        How many events each of them was told of since the cells were emptied, [R] or [R, cells].
    """

    def __init__(
        self, stocks: NDArray[Any], cells: NDArray[Any], address: Address | None = None,
        space: Space | None = None,
    ) -> None:  # fmt: skip
        self.replicates = len(stocks)
        self.whole = stocks.dtype == np.int64
        self.entered: NDArray[Any] = stocks.sum(axis=1)
        self.memory: dict[str, Floats] = {}
        self.told: dict[str, NDArray[Any]] = {}
        numbers = np.zeros(self.replicates, np.int64) if address is None else address.replicates
        plain = np.array([address.seed if address else 0, address is not None], np.int64)
        numbers = np.ascontiguousarray(numbers, np.int64)
        written = (stocks, cells, self.entered, numbers, plain, *(space or new_space()))
        self._laid = Laid(written=written)
        self.address = self._laid.address


class InBatch(NamedTuple):
    """A batch inside of a kernel.

    Attributes
    ----------
    stocks, cells, entered : numpy.ndarray
        See ``Batch``.
    replicates, seed : numpy.ndarray, int
        Whose numbers are drawn, see ``Address``.
    drawn : int
        Whether what befalls a cohort is drawn: 0 in the expected draw.
    space : Space
        To work in.
    """

    stocks: NDArray[Any]
    cells: NDArray[Any]
    entered: NDArray[Any]
    replicates: Integers
    seed: int
    drawn: int
    space: Space


@compiled(inline="always")
def _space(laid):  # type: ignore[no-untyped-def]
    """Return the space of a batch, of which nothing is taken."""
    used = integers(laid, 7)
    used[0] = used[1] = 0
    return Space(integers(laid, 5), reals(laid, 6), used)


@compiled()
def whole_people(address):  # type: ignore[no-untyped-def]
    """Return the batch at an address, in which people are whole."""
    laid = listed(address)
    plain = integers(laid, 4)
    return InBatch(
        rows_of_integers(laid, 0), rows_of_integers(laid, 1), integers(laid, 2), integers(laid, 3),
        plain[0], plain[1], _space(laid),
    )  # fmt: skip


@compiled()
def expected_people(address):  # type: ignore[no-untyped-def]
    """Return the batch at an address, in which people are real numbers."""
    laid = listed(address)
    plain = integers(laid, 4)
    return InBatch(
        rows(laid, 0), rows(laid, 1), reals(laid, 2), integers(laid, 3), plain[0], plain[1],
        _space(laid),
    )  # fmt: skip


class Bound:
    """A step at its price, ready to be carried out for a batch day after day.

    Parameters
    ----------
    kernel : callable
        Takes the addresses of the batch, of ``step`` and of ``price``, and the day and step.
    batch : Batch
        The replicates.
    step, price : Laid
        What of the step stays, and what holds until the price is asked again.
    renew : callable, optional
        Asked on each day before the kernel is called: takes today, and the day and step; brings the
        price up to date and says whether anything happens.

    Attributes
    ----------
    carry_out : callable
        Takes the day and step, and carries the step out.
    """

    __slots__ = ("_held", "_price", "carry_out", "renew")

    def __init__(
        self, kernel: Kernel, batch: Batch, step: Laid, price: Laid, renew: Renew | None = None
    ) -> None:
        self._held, self._price = (batch, step), price
        addresses = batch.address, step.address, price.address
        called = prepared(kernel, *addresses, 0)
        self.carry_out: Callable[[int], None] = functools.partial(called, *addresses)
        self.renew = renew

    def reprice(self, price: tuple[Any, ...]) -> None:
        """Go on at another price, a named tuple of arrays of the same kinds."""
        self._price.replace(price)
