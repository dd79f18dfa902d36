"""Kernels read the arrays that were laid out, as they are by then."""

from __future__ import annotations

import numba as nb
import numpy as np
import pytest

from corredor.engine.kernels.laid import Laid, indices, integers, listed, reals, rows
from corredor.engine.transitions import Transitions


@nb.njit
def add_all(step: int) -> float:
    laid = listed(step)
    parts = indices(laid, 0).sum() + integers(laid, 1).sum() + indices(laid, 2).sum()
    written = rows(laid, 4)
    for r in range(written.shape[0]):
        written[r, 0] += r + 1
    return parts + indices(laid, 3)[0] + reals(laid, 5)[1]


def test_a_kernel_reads_and_writes_arrays_of_every_type() -> None:
    lists = Transitions([1, 2], [10], [100, 200], [1000])  # type: ignore[arg-type]
    written, other = np.zeros((3, 2)), np.array([0.0, 0.5])
    laid = Laid(lists, written=(written, other))
    assert add_all(laid.address) == 1 + 2 + 10 + 100 + 200 + 1000 + 0.5
    assert written.tolist() == [[1, 0], [2, 0], [3, 0]]


def test_what_is_read_may_be_in_pieces_but_not_what_is_written() -> None:
    every_other = np.arange(8)[::2]
    laid = Laid(Transitions(every_other, every_other, every_other, every_other + 1))  # type: ignore[arg-type]
    pieces = np.zeros((2, 6))[:, ::2]
    with pytest.raises(TypeError, match="one piece"):
        Laid(written=(pieces,))
    assert laid.address


def test_what_takes_the_place_of_a_part_is_read_at_the_same_address() -> None:
    lists, written = [np.array([n]) for n in (1, 10, 100, 1000)], np.zeros((3, 2))
    laid = Laid(Transitions(*lists), written=(written, np.array([0.0, 0.5])))  # type: ignore[arg-type]
    address = laid.address
    laid.replace(Transitions(lists[0], np.arange(5), lists[2], np.arange(14)[7::2]))  # type: ignore[arg-type]
    assert laid.address == address
    assert add_all(laid.address) == 1 + 10 + 100 + 7 + 0.5
