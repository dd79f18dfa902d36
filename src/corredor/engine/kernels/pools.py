"""Pools: states whose people are added up, such as those in a town or in a caravan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Index
from corredor.engine.random.philox import bare


@dataclass(frozen=True, eq=False)
class Pools:
    """States in a row; those of the i-th pool are ``states[pointer[i]:pointer[i + 1]]``."""

    states: Index
    pointer: NDArray[np.int64]

    @classmethod
    def of(cls, pools: Sequence[NDArray[Any]]) -> Pools:
        """Join lists of states, one for each pool."""
        lengths = [np.size(pool) for pool in pools]
        flat = [np.ravel(pool) for pool in pools]
        states = np.concatenate(flat) if flat else np.empty(0)
        return cls(states.astype(np.int32), np.r_[0, np.cumsum(lengths)].astype(np.int64))

    @classmethod
    def by(cls, pool: NDArray[Any], states: NDArray[Any], count: int) -> Pools:
        """Put states into so many pools, each into that whose number stands beside it.

        Examples
        --------
        >>> import numpy as np
        >>> pools = Pools.by(np.array([2, 0, 2]), np.array([7, 8, 9]), 3)
        >>> pools.states.tolist(), pools.pointer.tolist()
        ([8, 7, 9], [0, 1, 1, 3])
        """
        order = np.argsort(pool, kind="stable")  # in a pool they keep their order
        pointer = np.searchsorted(pool[order], np.arange(count + 1))
        return cls(states[order].astype(np.int32), pointer.astype(np.int64))

    def __len__(self) -> int:
        """Return the number of pools."""
        return len(self.pointer) - 1

    def people(self, stocks: NDArray[Any]) -> NDArray[np.float64]:
        """Return the people in each pool, [R, pools]."""
        total = np.empty((len(stocks), len(self)))
        add_up(stocks, self.states, self.pointer, total)
        return total


@bare
def add_up(stocks, states, pointer, total):  # type: ignore[no-untyped-def]
    """Set ``total`` [R, pools] to the people in each pool."""
    for r in range(stocks.shape[0]):
        stock = stocks[r]
        for k in range(pointer.shape[0] - 1):
            people = stock[0] - stock[0]  # nobody, in the type of the stocks
            for i in range(pointer[k], pointer[k + 1]):
                people += stock[np.uint32(states[i])]
            total[r, k] = people
