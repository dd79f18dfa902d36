"""Tally: events that leave people where they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index, Integers
from corredor.engine.compiled import compiled
from corredor.engine.kernels.batch import Batch, Bound, expected_people, whole_people
from corredor.engine.kernels.laid import Laid, indices, integers, listed, rows
from corredor.engine.kernels.people import BLOCK, Noted, People, block_scratch, find_block
from corredor.engine.kernels.pools import Pools, add_up
from corredor.engine.kernels.sharing import Shares, at, row
from corredor.engine.random.philox import Address, bare, first_numbers, new_stream
from corredor.engine.random.side_by_side import (
    BinomialScratch,
    Draws,
    binomial_scratch,
    binomials,
    new_draws,
)
from corredor.engine.random.space import real_numbers, whole_numbers
from corredor.engine.register import Register
from corredor.engine.step import BoundStep, Chances, Reprice, Today, contiguous, plain


class Events(NamedTuple):
    """Kinds of events, in order of the pool in which they happen.

    Attributes
    ----------
    states, pointer : numpy.ndarray
        The states of each pool, see ``Pools``.
    pool, cell : numpy.ndarray
        Of each kind of event: its pool, and where it is recorded.
    begin : numpy.ndarray
        Where the events of each pool begin, and the last end.
    """

    states: Index
    pointer: Integers
    pool: Index
    cell: Index
    begin: Integers


class EventChances(NamedTuple):
    """How likely each kind of event is for a person, [R or 1, events]."""

    chances: Floats


@dataclass(frozen=True, eq=False)
class Tally(BoundStep):
    """Events among the people of a pool of states, who stay where they are.

    ``pool`` and ``cell`` say for each kind of event in which pool it happens and where it is
    recorded; events stand in order of pool.
    """

    name: str
    pools: Pools
    pool: Index
    cell: Index
    chances: Chances
    levers: tuple[str, ...] = ()
    reprice: Reprice = "levers"

    @cached_property
    def events(self) -> Events:
        """Return the events as the kernels take them."""
        begin = np.searchsorted(self.pool, np.arange(len(self.pools) + 1)).astype(np.int64)
        return Events(self.pools.states, self.pools.pointer, self.pool, self.cell, begin)

    def ask(self, today: Today) -> Floats | None:
        """Ask how likely each kind of event is for a person."""
        answer = self.chances(today)
        return None if answer is None else contiguous(answer)

    def answers(self, today: Today, events: Sequence[float]) -> Iterator[Any]:
        """Give the chances."""
        yield self.chances(today)

    @cached_property
    def _laid(self) -> Laid:
        return Laid(self.events)

    def bind(self, price: Floats, batch: Batch) -> Bound:
        """Return the events at their chances."""
        kernel = tally_counts if batch.whole else tally_means
        return Bound(kernel, batch, self._laid, Laid(self.priced(price)))

    def priced(self, price: Floats) -> EventChances:
        """Return the chances as the kernels take them."""
        return EventChances(price)

    def persons(
        self, price: Floats, stocks: NDArray[Any], cells: NDArray[Any], address: Address,
        register: Register,
    ) -> None:  # fmt: skip
        """Let each person meet events."""
        lengths = np.diff(self.pools.pointer)
        pool = register.where(self.pools.states, np.repeat(np.arange(len(lengths)), lengths))

        def count(people: People) -> Noted:
            noted = register.new_notes(0)
            them, events, begin = plain(people, self.events, address)
            tally_persons(them, pool, events, price[0], noted.flow, begin)
            return noted

        for noted in register.in_parts(count):
            cells[0] += noted.flow


class TallyScratch(NamedTuple):
    """What the tally of counts works in, [events].

    Attributes
    ----------
    slot, number : numpy.ndarray
        The slot of each kind of event, and its first number.
    into : numpy.ndarray
        The cell of each draw.
    draws, binomials : Draws, BinomialScratch
        How many events there are.
    """

    slot: Integers
    number: Floats
    into: Integers
    draws: Draws
    binomials: BinomialScratch


@compiled(inline="always")
def _read(step, price):  # type: ignore[no-untyped-def]
    """Return events and their chances from where they are laid out."""
    s, p = listed(step), listed(price)
    events = Events(
        indices(s, 0), integers(s, 1), indices(s, 2), indices(s, 3), integers(s, 4)
    )  # fmt: skip
    return events, rows(p, 0)


@compiled(nogil=True)
def tally_counts(batch, step, price, day_step):  # type: ignore[no-untyped-def]
    """Count events that leave people where they are, one binomial for each pool and event."""
    people = whole_people(batch)
    events, chances = _read(step, price)
    stocks, cells = people.stocks, people.cells
    count, space = events.pool.shape[0], people.space
    in_pool = np.empty((stocks.shape[0], events.pointer.shape[0] - 1), np.int64)
    add_up(stocks, events.states, events.pointer, in_pool)
    scratch = TallyScratch(
        whole_numbers(space, count), real_numbers(space, count), whole_numbers(space, count),
        new_draws(count, space), binomial_scratch(count, space),
    )  # fmt: skip
    for t in range(count):
        scratch.slot[t] = t
    stream = new_stream(people.seed, 0, day_step)
    _tally_all(in_pool, cells, events, chances, stream, people.replicates, scratch)


@bare
def _tally_all(in_pool, cells, events, chances, stream, replicates, scratch):  # type: ignore[no-untyped-def]
    pool, cell, into, number = events.pool, events.cell, scratch.into, scratch.number
    slot, taken, people, chance, u, k = scratch.draws
    count = pool.shape[0]
    for r in range(in_pool.shape[0]):
        stream[4] = np.uint64(replicates[r])
        p, flow, here = row(chances, r), cells[r], in_pool[r]
        first_numbers(stream, scratch.slot.view(np.uint64), number)
        drawn = np.int64(0)  # callees would be compiled for a literal 0 as well
        for t in range(count):
            n = here[at(pool[t])]
            if p[t] >= 1.0:
                flow[at(cell[t])] += n
            slot[drawn], people[drawn], chance[drawn] = t, n, p[t]
            into[drawn], u[drawn], taken[drawn] = cell[t], number[t], 0
            drawn += (number[t] > 1.0 - n * p[t]) & (p[t] < 1.0)
        if drawn == 0:
            continue
        binomials(stream, drawn, scratch.draws, scratch.binomials)
        for x in range(drawn):
            flow[at(into[x])] += k[x]


@compiled(nogil=True)
def tally_means(batch, step, price, day_step):  # type: ignore[no-untyped-def]
    """Count expected events that leave people where they are."""
    people = expected_people(batch)
    events, chances = _read(step, price)
    stocks, cells = people.stocks, people.cells
    pool, cell = events.pool, events.cell
    in_pool = np.empty((stocks.shape[0], events.pointer.shape[0] - 1))
    add_up(stocks, events.states, events.pointer, in_pool)
    for r in range(stocks.shape[0]):
        p = row(chances, r)
        for t in range(pool.shape[0]):
            cells[r, cell[t]] += in_pool[r, pool[t]] * p[t]


@compiled(nogil=True)
def tally_persons(people, where, events, chances, flow, address):  # type: ignore[no-untyped-def]
    """Let each person in a pool meet each of its events, or not; ``where`` is the pool of a state.

    One number serves all events: what is left of it after one event is even for the next.
    """
    people, events, address = People(*people), Events(*events), Address(*address)
    begin = events.begin
    stream = new_stream(address.seed, address.replicates[0], address.day_step)
    total = np.zeros(begin.shape[0] - 1)
    for i in range(total.shape[0]):
        total[i] = chances[begin[i] : begin[i + 1]].sum()
    _tally_each(people, where, events, Shares(chances, total), flow, stream, block_scratch())


@bare
def _tally_each(people, where, events, shares, flow, stream, scratch):  # type: ignore[no-untyped-def]
    state, person, traits, weights = people
    begin, cell = events.begin, events.cell
    chances, total = shares
    position, pool, _, number = scratch
    for start in range(0, state.shape[0], BLOCK):
        found = find_block(start, state, person, where, stream, scratch)
        for j in range(found):
            i, u = pool[j], number[j]
            if u >= total[i]:
                continue
            for e in range(begin[i], begin[i + 1]):
                if u < chances[e]:
                    flow[at(cell[e])] += 1
                    for a in range(weights.shape[0]):
                        traits[position[j], a] += weights[a, at(cell[e])]
                    u /= chances[e]
                else:
                    u = (u - chances[e]) / (1.0 - chances[e])
