"""Where people can go, what the relay of counts works in, and how it sends people on.

Random numbers follow each other in the order in which sources are called: those of single persons
from a supply made many at a time, those of larger numbers from slot 0.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index, Integers
from corredor.engine.compiled import compiled, late
from corredor.engine.kernels.crowding import (
    PricingScratch,
    part_left,
    price_choices,
    pricing_scratch,
)
from corredor.engine.kernels.pools import add_up
from corredor.engine.kernels.sharing import at, share_out, way
from corredor.engine.random.philox import SUPPLY, bare, fill_supply
from corredor.engine.random.samplers import binomial

DEVIATIONS = 4.0  # more people than that many above the mean do not come in a day
SINGLY = 2  # so many people are cheaper to send one by one
_0, _1 = np.uint64(0), np.uint64(1)


def _lowest_bit() -> Any:
    """Return what finds the lowest bit that is set."""
    from numba.cpython.unsafe import numbers

    return numbers.trailing_zeros


lowest_bit: Any = late(_lowest_bit)


class Course(NamedTuple):
    """Where people can go.

    Attributes
    ----------
    sources, pointer : numpy.ndarray
        Source states, and where the transitions of each begin.
    destination, cell, choice : numpy.ndarray
        Of each transition: where it leads, where it is recorded or -1, whose chance it has.
    onward : numpy.ndarray
        Which source of the last round a transition of the last round leads to, or -1.
    rest : numpy.ndarray
        Where those go who take no transition of a source.
    rounds : numpy.ndarray
        Where the sources of each round begin, and the last end.
    limited : numpy.ndarray
        For each state which limited place it is in, or -1.
    waves, part : int, float
        In how many waves the last round is called at most; and the part of the room between
        nearly full and full that no wave should take.
    """

    sources: Index
    pointer: Integers
    destination: Index
    cell: Index
    choice: Integers
    onward: Index
    rest: Index
    rounds: Integers
    limited: Index
    waves: int
    part: float


class RelayScratch(NamedTuple):
    """What the relay works in.

    Attributes
    ----------
    waiting, there : numpy.ndarray
        People who wait to be called, [sources], and a bit for each source in which some do.
    called, calls : numpy.ndarray
        People who are called, [sources], and a bit for each source in which some are.
    mean : numpy.ndarray
        People expected to come through each source, [sources].
    chance, sent : numpy.ndarray
        Of the ways of one source: how likely each is, and how many take it.
    inside, moving, room : numpy.ndarray
        Of limited places: people inside, [1, places], people expected to come or to leave, and the
        room left.
    pricing : PricingScratch
        How likely each choice is.
    supply, used : numpy.ndarray
        Numbers for single persons; how many of them are used, and the slot of the next.
    """

    waiting: Integers
    there: NDArray[np.uint64]
    called: Integers
    calls: NDArray[np.uint64]
    mean: Floats
    chance: Floats
    sent: Integers
    inside: Floats
    moving: Floats
    room: Floats
    pricing: PricingScratch
    supply: Floats
    used: Integers


@compiled(inline="always")
def _most_between(pointer):  # type: ignore[no-untyped-def]
    """Return the longest stretch between one pointer and the next; 0 without any.

    Not by np.diff and max: see loading.py.
    """
    most = 0
    for i in range(pointer.shape[0] - 1):
        most = max(most, pointer[i + 1] - pointer[i])
    return most


@compiled(nogil=True)
def relay_scratch(course, options):  # type: ignore[no-untyped-def]
    """Return what the relay works in."""
    count, places = course.sources.shape[0], options.inside_pointer.shape[0] - 1
    words = (count >> 6) + 1
    most = max(1, _most_between(course.pointer)) if count else 1
    return RelayScratch(
        np.zeros(count, np.int64), np.zeros(words, np.uint64), np.zeros(count, np.int64),
        np.zeros(words, np.uint64), np.empty(count), np.empty(most), np.empty(most, np.int64),
        np.zeros((1, places)), np.empty(places), np.empty(places), pricing_scratch(options),
        np.empty(SUPPLY), np.empty(2, np.int64),
    )  # fmt: skip


@bare
def begin_replicate(stocks, r, options, scratch):  # type: ignore[no-untyped-def]
    """Count the people in limited places; what is known of another replicate is not of this one."""
    scratch.used[0], scratch.used[1] = SUPPLY, 1
    add_up(stocks[r : r + 1], options.inside, options.inside_pointer, scratch.inside)
    scratch.room[:] = -1.0


@bare
def look_and_price(options, pull, r, known, scratch):  # type: ignore[no-untyped-def]
    """Set chances by how full places are now; return whether all weights were finite.

    Without change in the room left they are ``known`` already.
    """
    nearly, full, inside, room = pull.nearly, pull.full, scratch.inside, scratch.room
    changed = not known
    for k in range(room.shape[0]):
        left = part_left(inside[0, k], nearly[k], full[k])
        changed |= left != room[k]
        room[k] = left
    return not changed or price_choices(options, pull, r, room, scratch.pricing)


@compiled(inline="always")
def move_in(state, people, stock, limited, inside):  # type: ignore[no-untyped-def]
    """Let people come to a state, or leave it if they are less than 0."""
    stock[at(state)] += people
    if limited[at(state)] >= 0:
        inside[0, limited[at(state)]] += people


@compiled(inline="always")
def set_bit(bits, i):  # type: ignore[no-untyped-def]
    """Set the bit of a source."""
    bits[at(i >> 6)] |= _1 << np.uint64(i & 63)


@bare
def send_called(stock, flow, course, scratch, stream, first):  # type: ignore[no-untyped-def]
    """Send everybody who is called in sources from ``first`` on until they rest, or wait no more.

    Whoever comes to a source that goes on is called there in turn.
    """
    pointer, limited, onward = course.pointer, course.limited, course.onward
    destination, choice, rest, cell = course.destination, course.choice, course.rest, course.cell
    called, calls, sent, inside = scratch.called, scratch.calls, scratch.sent, scratch.inside
    for word in range(first >> 6, calls.shape[0]):
        while calls[word] != _0:
            i = at((word << 6) + np.int64(lowest_bit(calls[word])))
            calls[word] &= calls[word] - _1
            people, called[i] = called[i], 0
            start, ways = pointer[i], pointer[i + 1] - pointer[i]
            moved = send(stream, people, start, ways, choice, scratch)
            move_in(rest[i], people - moved, stock, limited, inside)
            for w in range(ways):
                n, t = sent[w], start + w
                if n > 0:
                    if cell[t] >= 0:
                        flow[at(cell[t])] += n
                    after = onward[t]
                    if after >= 0:
                        called[at(after)] += n
                        set_bit(calls, after)
                    else:
                        move_in(destination[t], n, stock, limited, inside)


@compiled(inline="always")
def send(stream, people, start, ways, choice, scratch):  # type: ignore[no-untyped-def]
    """Share people among ways and staying: set ``scratch.sent``; return how many do not stay."""
    chances, chance, sent = scratch.pricing.chances, scratch.chance, scratch.sent
    supply, used = scratch.supply, scratch.used
    total = 0.0
    for w in range(ways):
        chance[w] = chances[at(choice[start + w])]
        sent[w] = 0
        total += chance[w]
    moved = people
    if total >= 1.0 and ways == 1:
        sent[0] = people
    elif people <= SINGLY:
        moved = 0
        for _ in range(people):
            u, w = _next(stream, supply, used), 0
            while w < ways and u >= chance[w]:
                u -= chance[w]
                w += 1
            if w < ways:
                sent[w] += 1
                moved += 1
    else:
        if total < 1.0:
            moved = binomial(stream, people, total)
        if ways == 1:
            sent[0] = moved
        elif moved <= SINGLY:
            for _ in range(moved):
                sent[way(_next(stream, supply, used) * total, 0, ways, chance)] += 1
        else:
            share_out(stream, moved, total, chance[:ways], sent)
    return moved


@compiled(inline="always")
def _next(stream, supply, used):  # type: ignore[no-untyped-def]
    """Return the next number of the supply, which is filled up where it is used up."""
    if used[0] == SUPPLY:
        fill_supply(stream, used[1], supply)
        used[0] = 0
        used[1] += SUPPLY // 2
    u = supply[at(used[0])]
    used[0] += 1
    return u
