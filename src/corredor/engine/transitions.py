"""Transitions: from which state to which people may go, and where that is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Index, Integers

Columns = Mapping[str, NDArray[Any]]


class Transitions(NamedTuple):
    """Transitions sorted by source, as the kernels take them.

    Attributes
    ----------
    sources, pointer : numpy.ndarray
        The source states; those that leave the i-th are ``pointer[i]:pointer[i + 1]``.
    destination, cell : numpy.ndarray
        Destination state and recorder cell (-1: none) of each transition.
    """

    sources: Index
    pointer: Integers
    destination: Index
    cell: Index


@dataclass(frozen=True, eq=False)
class Moves:
    """Transitions with the columns that a process needs to price them.

    Attributes
    ----------
    sources, pointer, destination, cell : numpy.ndarray
        See ``Transitions``.
    columns : dict
        Further integers per transition, such as ``place`` or ``group``; ``source`` is among them.

    Examples
    --------
    >>> import numpy as np
    >>> import corredor
    >>> here, there = np.array([0, 1]), np.array([2, -1])  # nobody can come from 1 to -1
    >>> moves = corredor.Moves.build([{"source": here, "destination": there, "cell": np.array(-1)}])
    >>> len(moves), moves.sources.tolist()
    (1, [0])
    """

    sources: Index
    pointer: Integers
    destination: Index
    cell: Index
    columns: Columns

    @classmethod
    def build(cls, parts: Sequence[Columns], order_by: str = "source") -> Moves:
        """Join parts, drop transitions whose source or destination cannot be reached, and sort.

        Every part has ``source``, ``destination`` and ``cell``; each column is broadcast against
        the others. ``order_by`` puts the sources in another order, for rationing by class.
        """
        flat = [_flatten(part) for part in parts]
        joined = {name: np.concatenate([part[name] for part in flat]) for name in flat[0]}
        kept = (joined["source"] >= 0) & (joined["destination"] >= 0)
        order = np.flatnonzero(kept)
        order = order[np.lexsort((joined["source"][order], joined[order_by][order]))]
        columns = {name: values[order] for name, values in joined.items()}
        source = columns["source"]
        starts = np.flatnonzero(np.r_[True, source[1:] != source[:-1]][: len(source)])
        return cls(
            sources=source[starts].astype(np.int32),
            pointer=np.r_[starts, len(source)].astype(np.int64),
            destination=columns["destination"].astype(np.int32),
            cell=columns["cell"].astype(np.int32),
            columns=columns,
        )

    @cached_property
    def transitions(self) -> Transitions:
        """Return the transitions as the kernels take them."""
        return Transitions(self.sources, self.pointer, self.destination, self.cell)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a column."""
        return self.columns[name]

    def of_source(self, name: str) -> Index:
        """Return a column that is alike for all transitions of a source, once per source."""
        return np.asarray(self.columns[name][self.pointer[:-1]], dtype=np.int32)

    def __len__(self) -> int:
        """Return the number of transitions."""
        return len(self.destination)


def _flatten(part: Columns) -> dict[str, NDArray[Any]]:
    arrays = np.broadcast_arrays(*part.values())
    return {name: array.ravel() for name, array in zip(part, arrays, strict=True)}
