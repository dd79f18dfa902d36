"""Random numbers as a pure function of an address.

The generator is Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, 2011, "Parallel random numbers: as
easy as 1, 2, 3"). An address is (seed, replicate, day and step, slot); the slot is a state, a pool
or a place. The same address gives the same numbers whatever else is simulated, in whatever order
and on however many threads, which also makes scenarios comparable number by number.

A *stream* is an array of eight unsigned 64-bit words: the key (2), the address (3), the index of
the next block, whether half a block is left, and that half.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.compiled import compiled

Stream = NDArray[np.uint64]
P = ParamSpec("P")
R = TypeVar("R")

STEPS_A_DAY = 64  # so many can be told apart by their address
SUPPLY = 128  # numbers of a supply made at a time
_LOW = np.uint64(0xFFFFFFFF)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_0, _1 = np.uint64(0), np.uint64(1)
_32, _12 = np.uint64(32), np.uint64(12)
_STEP = 2.0**-52
_EXPONENT_OF_ONE = np.uint64(0x3FF0000000000000)


class Address(NamedTuple):
    """Where the random numbers of a step of a day begin.

    Attributes
    ----------
    seed : int
        Between 0 and 2**63 - 1.
    replicates : numpy.ndarray
        The number of each replicate, [R].
    day_step : int
        The number of the day times ``STEPS_A_DAY``, and the position of the step in the day.
    """

    seed: int
    replicates: Integers
    day_step: int

    @property
    def day(self) -> int:
        """Return the number of the day."""
        return self.day_step // STEPS_A_DAY


def bare(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that makes no arrays, without counting who holds those it is given.

    The counts are kept up to date by atomic instructions, which took a third of the time.
    """
    kernel: Callable[P, R] = compiled(nogil=True, error_model="numpy", _nrt=False)(function)
    return kernel


@compiled(inline="always")
def philox(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return the Philox 4x32-10 block of a counter (4 words) and a key (2 words), 32 bits each."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@compiled()
def new_stream(seed: np.uint64, replicate: int, day_step: int) -> Stream:
    """Return a stream for a seed, a replicate and a day-and-step, pointing at slot 0."""
    stream = np.zeros(8, np.uint64)
    stream[0] = np.uint64(seed) & _LOW
    stream[1] = np.uint64(seed) >> _32
    stream[3] = np.uint64(day_step) & _LOW
    stream[4] = np.uint64(replicate) & _LOW
    return stream


@compiled(inline="always")
def open_stream(stream: Stream, slot: int) -> None:
    """Point ``stream`` at another slot of its replicate, day and step, and start anew."""
    stream[2] = np.uint64(slot) & _LOW
    stream[5] = _0
    stream[6] = _0


@bare
def uniform(stream: Stream) -> float:
    """Return the next number of the stream, strictly between 0 and 1 (52 bits)."""
    if stream[6]:
        stream[6] = np.uint64(0)
        return float(((stream[7] >> _12) + 0.5) * _STEP)
    a, b, c, d = philox(stream[5], stream[2], stream[3], stream[4], stream[0], stream[1])
    stream[5] += np.uint64(1)
    stream[6] = np.uint64(1)
    stream[7] = (c << _32) | d
    return float(((((a << _32) | b) >> _12) + 0.5) * _STEP)


@compiled(inline="always")
def _from_1_to_2(high: np.uint64, low: np.uint64) -> np.uint64:
    """Return the bits of a real number from 1 up to 2, made of two words of a block."""
    return (((high << _32) | low) >> _12) | _EXPONENT_OF_ONE


@compiled(inline="always")
def _inside_0_and_1(number: Floats, count: int | np.int64) -> None:
    """Bring numbers from 1 up to 2 to where those of ``uniform`` are, strictly inside 0 and 1."""
    for i in range(count):
        number[i] = number[i] - 1.0 + 0.5 * _STEP


@bare
def first_numbers(stream: Stream, slots: NDArray[np.uint64], number: Floats) -> None:
    """Fill ``number`` with the first number at each slot, of the block that is the stream's next.

    One plain loop over arrays, which the compiler turns into vector instructions.
    """
    k0, k1, c2, c3, block = stream[0], stream[1], stream[3], stream[4], stream[5]
    bits = number.view(np.uint64)
    for i in range(slots.shape[0]):
        a, b, _, _ = philox(block, slots[i], c2, c3, k0, k1)
        bits[i] = _from_1_to_2(a, b)
    _inside_0_and_1(number, slots.shape[0])


@bare
def next_numbers(
    stream: Stream, count: int | np.int64, slot: Integers, taken: Integers, number: Floats
) -> None:
    """Fill ``number`` with the next number of each slot, of which so many are ``taken``."""
    k0, k1, c2, c3 = stream[0], stream[1], stream[3], stream[4]
    bits = number.view(np.uint64)
    for i in range(count):
        before = np.uint64(taken[i])
        a, b, c, d = philox(before >> _1, np.uint64(slot[i]), c2, c3, k0, k1)
        high, low = (c, d) if before & _1 else (a, b)
        bits[i] = _from_1_to_2(high, low)
    _inside_0_and_1(number, count)


@bare
def next_number(stream: Stream, slot: int, taken: int) -> float:
    """Return the next number of a slot, of which so many are ``taken``."""
    before = np.uint64(taken)
    a, b, c, d = philox(before >> _1, np.uint64(slot), stream[3], stream[4], stream[0], stream[1])
    high, low = (c, d) if before & _1 else (a, b)
    return float(((((high << _32) | low) >> _12) + 0.5) * _STEP)


@bare
def fill_supply(stream: Stream, slot: int, supply: Floats) -> None:
    """Fill a supply with ``SUPPLY`` numbers, two from each slot from ``slot`` on."""
    k0, k1, c2, c3 = stream[0], stream[1], stream[3], stream[4]
    bits = supply.view(np.uint64)
    half = SUPPLY // 2
    for i in range(half):
        a, b, c, d = philox(_0, np.uint64(slot + i), c2, c3, k0, k1)
        bits[i] = _from_1_to_2(a, b)
        bits[half + i] = _from_1_to_2(c, d)
    _inside_0_and_1(supply, SUPPLY)
