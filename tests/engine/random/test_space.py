"""Kernels take arrays from a space one after the other, and new ones when it is full."""

from __future__ import annotations

import numpy as np

from corredor.engine.random.space import new_space, real_numbers, whole_numbers


def test_arrays_of_a_space_do_not_overlap() -> None:
    space = new_space(10)
    one, other, beyond = (whole_numbers(space, count) for count in (4, 6, 1))
    one[:], other[:], beyond[:] = 1, 2, 3
    assert space.whole.tolist() == [1] * 4 + [2] * 6
    assert beyond.tolist() == [3]
    real, too_many = real_numbers(space, 5), real_numbers(space, 7)
    assert np.shares_memory(real, space.real) and not np.shares_memory(too_many, space.real)


def test_a_space_of_no_size_gives_new_arrays() -> None:
    space = new_space()
    assert [len(whole_numbers(space, 3)), len(real_numbers(space, 2))] == [3, 2]
