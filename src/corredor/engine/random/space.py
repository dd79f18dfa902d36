"""Space for kernels to work in, kept from step to step: to ask for new memory costs more than work.

A kernel takes its arrays from the space one after the other; the next kernel begins anew. What does
not fit is made new, so that the size of the space decides about time alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corredor.arrays import Floats, Integers
from corredor.engine.compiled import compiled


class Space(NamedTuple):
    """Where arrays are taken from.

    Attributes
    ----------
    whole, real : numpy.ndarray
        Integers and real numbers, whatever they were.
    used : numpy.ndarray
        How many of either are taken, [2].
    """

    whole: Integers
    real: Floats
    used: Integers


def new_space(size: int = 0) -> Space:
    """Return space for so many integers, and half as many real numbers."""
    return Space(np.empty(size, np.int64), np.empty(size // 2), np.zeros(2, np.int64))


@compiled()
def whole_numbers(space, count):  # type: ignore[no-untyped-def]
    """Return an array for so many integers, whatever they are."""
    first = space.used[0]
    last = first + count
    if last > space.whole.shape[0]:
        return np.empty(count, np.int64)
    space.used[0] = last
    return space.whole[first:last]


@compiled()
def real_numbers(space, count):  # type: ignore[no-untyped-def]
    """Return an array for so many real numbers, whatever they are."""
    first = space.used[1]
    last = first + count
    if last > space.real.shape[0]:
        return np.empty(count)
    space.used[1] = last
    return space.real[first:last]
