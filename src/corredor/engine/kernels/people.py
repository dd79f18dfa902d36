"""Persons as the kernels of the individual draw take them, and what is noted of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index, Integers
from corredor.engine.compiled import compiled
from corredor.engine.random.philox import Address, first_numbers, new_stream

BLOCK = 512  # persons whose numbers are drawn together, in vector instructions


class People(NamedTuple):
    """The persons present.

    Attributes
    ----------
    state : numpy.ndarray
        The state of each, [persons].
    person : numpy.ndarray
        The number of each, which is the slot of their random numbers, [persons].
    traits : numpy.ndarray
        What adds up along their way, [persons, traits].
    weights : numpy.ndarray
        How much an event of each cell adds, [traits, cells].
    """

    state: Index
    person: NDArray[np.uint32]
    traits: Index
    weights: Index


class Noted(NamedTuple):
    """What a kernel notes.

    Attributes
    ----------
    change, flow : numpy.ndarray
        By how much stocks change, [states], and events by cell, [cells].
    every : int
        A person whose number is a multiple of it (0: nobody) has each move noted.
    person, move : numpy.ndarray
        Space for such persons and the number of the transition; kernels return how many there are.
    """

    change: Integers
    flow: Integers
    every: int
    person: NDArray[np.uint32]
    move: Integers


class BlockScratch(NamedTuple):
    """The persons of a block who take part in a step, [``BLOCK``].

    Attributes
    ----------
    position : numpy.ndarray
        Where among the people.
    which : numpy.ndarray
        Of which source or pool.
    slot, number : numpy.ndarray
        The slot of their random numbers, and the first of these.
    """

    position: NDArray[np.uint32]
    which: NDArray[np.uint32]
    slot: NDArray[np.uint64]
    number: Floats


@compiled()
def block_scratch():  # type: ignore[no-untyped-def]
    """Return arrays for the persons of a block."""
    return BlockScratch(
        np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint64),
        np.empty(BLOCK),
    )  # fmt: skip


@compiled(inline="always")
def find_block(start, state, person, where, stream, scratch):  # type: ignore[no-untyped-def]
    """Find who takes part of the persons from ``start`` on, and their numbers; return how many."""
    position, which, slot, number = scratch
    found = 0
    for k in range(start, min(start + BLOCK, state.shape[0])):
        i = where[np.uint32(state[k])]
        position[np.uint32(found)], which[np.uint32(found)] = k, i
        slot[np.uint32(found)] = person[k]
        found += i >= 0
    first_numbers(stream, slot[:found], number)
    return found


@compiled(nogil=True)
def numbers_of(person, block, address):  # type: ignore[no-untyped-def]
    """Return for each person the first number of their block with this index."""
    address = Address(*address)
    stream = new_stream(address.seed, address.replicates[0], address.day_step)
    stream[5] = np.uint64(block)
    number = np.empty(person.shape[0])
    first_numbers(stream, person.astype(np.uint64), number)
    return number
