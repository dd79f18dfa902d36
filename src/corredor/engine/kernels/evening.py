"""The evening: who is where, and who has left, counted in one go."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index, Integers
from corredor.engine.compiled import compiled
from corredor.engine.kernels.batch import Batch, expected_people, whole_people
from corredor.engine.kernels.laid import Laid, indices, integers, listed, reals, rows
from corredor.engine.kernels.pools import Pools, add_up


class Counted(NamedTuple):
    """States whose people are counted: pools, see ``Pools``, and those who have left."""

    states: Index
    pointer: Integers
    gone: Index


class Evening:
    """Counts the people of a batch in the evening.

    Parameters
    ----------
    pools : Pools
        Where people are counted.
    gone : numpy.ndarray
        The states of those who have left.
    batch : Batch
        The replicates.

    Attributes
    ----------
    people : numpy.ndarray
        In each pool when they were counted last, [R, pools].
    left : numpy.ndarray
        People who have left, [R].
    """

    def __init__(self, pools: Pools, gone: NDArray[Any], batch: Batch) -> None:
        self.people: Floats = np.zeros((batch.replicates, len(pools)))
        self.left: Floats = np.zeros(batch.replicates)
        self._batch = batch
        counted = Counted(pools.states, pools.pointer, gone)
        self._laid = Laid(counted, written=(self.people, self.left))
        self._count = count_whole_people if batch.whole else count_expected_people

    def count(self, *, in_pools: bool) -> None:
        """Count those who have left and, if it is asked for, those in each pool."""
        self._count(self._batch.address, self._laid.address, in_pools)


@compiled(nogil=True)
def count_whole_people(batch, laid, in_pools):  # type: ignore[no-untyped-def]
    """Count people who are whole."""
    _count(whole_people(batch).stocks, listed(laid), in_pools)


@compiled(nogil=True)
def count_expected_people(batch, laid, in_pools):  # type: ignore[no-untyped-def]
    """Count people who are real numbers."""
    _count(expected_people(batch).stocks, listed(laid), in_pools)


@compiled(inline="always")
def _count(stocks, laid, in_pools):  # type: ignore[no-untyped-def]
    gone, left = indices(laid, 2), reals(laid, 4)
    for r in range(stocks.shape[0]):
        stock = stocks[r]
        total = stock[0] - stock[0]  # nobody, in the type of the stocks
        for i in range(gone.shape[0]):
            total += stock[np.uint32(gone[i])]
        left[r] = total
    if in_pools:
        add_up(stocks, indices(laid, 0), integers(laid, 1), rows(laid, 3))
