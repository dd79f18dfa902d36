"""Ration: limited places, given in turn of class and then by lot; nobody beyond the places.

Counts are hypergeometric, as when people are drawn without putting back; means are given places in
proportion; persons stand in order of class and of a number that each draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index, Integers
from corredor.engine.compiled import compiled
from corredor.engine.kernels.batch import Batch, Bound, expected_people, whole_people
from corredor.engine.kernels.laid import Laid, indices, integers, listed, rows
from corredor.engine.kernels.people import People, numbers_of
from corredor.engine.kernels.sharing import (
    Movers,
    Shares,
    ShareScratch,
    at,
    new_movers,
    put,
    row,
    share,
    share_scratch,
)
from corredor.engine.kernels.split import split_persons, sums_up_to
from corredor.engine.random.hypergeometric import hypergeometric
from corredor.engine.random.philox import Address, bare, new_stream, next_numbers, open_stream
from corredor.engine.random.space import real_numbers, whole_numbers
from corredor.engine.register import Register
from corredor.engine.step import BoundStep, Chances, Reprice, Today, contiguous, plain
from corredor.engine.transitions import Moves, Transitions

EACH_BY_LOT = 2  # up to so many places for each source are cheaper to draw one by one
LOTS = 128  # numbers made at a time
_OF_THE_LOT = np.uint64(0x80000000)  # in the address: numbers by lot are others than those in turn


class Places(NamedTuple):
    """What is given today.

    Attributes
    ----------
    chances : numpy.ndarray
        Shares those served among the transitions of their source, [R or 1, T].
    asks : numpy.ndarray
        1 where people may ask, [R or 1, sources].
    places : numpy.ndarray
        Those given in turn and those given by lot, [R or 1, 2].
    """

    chances: Floats
    asks: Floats
    places: Floats


class Queue(NamedTuple):
    """Who stands where.

    Attributes
    ----------
    class_pointer : numpy.ndarray
        Where the sources of each class begin, the class served first at the start; the last end.
    asked, turned_away : numpy.ndarray
        The cell in which those of each source who ask are recorded, and those of them who are not
        served, -1 for none, [sources]; or both empty.
    """

    class_pointer: Integers
    asked: Index
    turned_away: Index


def _nowhere() -> Index:
    return np.empty(0, np.int32)


@dataclass(frozen=True, eq=False)
class Ration(BoundStep):
    """Limited places: ``places`` gives [R or 1, 2]: those given in turn, those given by lot.

    The sources stand in order of class; ``class_pointer`` says where each class begins and the
    last ends. ``asks`` [R or 1, sources] is 1 where people may ask, ``chances`` shares those served
    among the destinations.

    Those served are recorded by the transitions that they take. ``asked`` and ``turned_away`` say
    for each source in which cell those who ask are recorded, and those of them who are not served;
    -1, and leaving them out, is none.
    """

    name: str
    moves: Moves
    class_pointer: Integers
    chances: Chances
    asks: Chances
    places: Chances
    levers: tuple[str, ...] = ()
    reprice: Reprice = "levers"
    asked: Index = field(default_factory=_nowhere)
    turned_away: Index = field(default_factory=_nowhere)

    @cached_property
    def queue(self) -> Queue:
        """Return who stands where, as the kernels take it."""
        asked, away = self.asked, self.turned_away
        if len(asked) or len(away):
            none = np.full(len(self.moves.sources), -1, np.int32)
            asked, away = (cells if len(cells) else none for cells in (asked, away))
        return Queue(self.class_pointer, asked, away)

    @property
    def idle(self) -> bool:
        """Return whether there is no transition."""
        return not len(self.moves)

    def ask(self, today: Today) -> Places | None:
        """Ask how many places there are, and for whom."""
        answers = [self.chances(today), self.asks(today), self.places(today)]
        if any(answer is None for answer in answers):
            return None
        return Places(*(contiguous(answer) for answer in answers if answer is not None))

    def answers(self, today: Today, events: Sequence[float]) -> Iterator[Any]:
        """Give chances, who asks, and places."""
        yield from (self.chances(today), self.asks(today), self.places(today))

    @cached_property
    def _laid(self) -> Laid:
        return Laid(self.moves.transitions, self.queue)

    def bind(self, price: Places, batch: Batch) -> Bound:
        """Return the rationing of the places."""
        kernel = ration_counts if batch.whole else ration_means
        return Bound(kernel, batch, self._laid, Laid(price))

    def priced(self, price: Places) -> Places:
        """Return the price, which is as the kernels take it."""
        return price

    def persons(
        self, price: Places, stocks: NDArray[Any], cells: NDArray[Any], address: Address,
        register: Register,
    ) -> None:  # fmt: skip
        """Serve persons: the order is by class and then by each person's number."""
        moves, where = self.moves, register.where(self.moves.sources)
        people = register.people()
        asking = who_asks(people.state, where, price.asks[0])
        served = self._served(people, where, asking, price, address)
        if len(self.queue.asked):
            self._record(people, where, asking, served, cells)
        state, traits = people.state[served], people.traits[served]
        chosen = state, people.person[served], traits, people.weights
        up_to = register.worked_out(self, price.chances, lambda: sums_up_to(moves, price))
        sources = len(moves.sources)
        everybody = np.full(sources, np.inf), np.ones(1), np.zeros(sources, np.int32)
        noted = register.new_notes(len(served))
        transitions, notes, begin = plain(moves.transitions, noted, address)
        found = split_persons(chosen, where, transitions, (up_to, *everybody), notes, begin, 2)
        people.state[served], people.traits[served] = state, traits
        register.take_over(noted, found, moves, (stocks, cells), address)

    def _served(
        self, people: People, where: Index, asking: Integers, price: Places, address: Address
    ) -> Integers:
        """Return the positions of the persons who are served, of those who are asking."""
        in_turn, by_lot = (int(n) for n in np.rint(price.places[0]))

        def numbers(of: Integers, block: int) -> Floats:
            drawn: Floats = numbers_of(people.person[of], block, tuple(address))
            return drawn

        kind = np.searchsorted(self.class_pointer, where[people.state[asking]], side="right")
        order = np.lexsort((numbers(asking, 0), kind))
        rest = asking[order[in_turn:]]
        lot = np.argsort(numbers(rest, 1))[:by_lot]
        return np.sort(np.r_[asking[order[:in_turn]], rest[lot]])

    def _record(
        self, people: People, where: Index, asking: Integers, served: Integers, cells: NDArray[Any]
    ) -> None:
        """Record persons who ask, and of them those who are turned away; before they move."""
        for at_source, chosen in (
            (self.queue.asked, asking),
            (self.queue.turned_away, np.setdiff1d(asking, served, assume_unique=True)),
        ):
            cell = at_source[where[people.state[chosen]]]
            chosen, cell = chosen[cell >= 0], cell[cell >= 0]
            cells[0] += np.bincount(cell, minlength=cells.shape[1])
            people.traits[chosen] += people.weights[:, cell].T


class RationScratch(NamedTuple):
    """What the rationing of counts works in.

    Attributes
    ----------
    asking, served : numpy.ndarray
        People of each source, [sources].
    up_to, drawn : numpy.ndarray
        People up to and in each source, and those drawn one by one, zeros between uses, [sources].
    lot_slot, lot_taken, lot : numpy.ndarray
        Slots and numbers of those drawn one by one, [``LOTS``].
    ones : numpy.ndarray
        What the chances of those served add up to, [sources].
    movers, share : Movers, ShareScratch
        Those served, and where they go.
    """

    asking: Integers
    served: Integers
    up_to: Integers
    drawn: Integers
    lot_slot: Integers
    lot_taken: Integers
    lot: Floats
    ones: Floats
    movers: Movers
    share: ShareScratch


@compiled()
def _ration_scratch(count, space):  # type: ignore[no-untyped-def]
    return RationScratch(
        whole_numbers(space, count), whole_numbers(space, count), whole_numbers(space, count),
        whole_numbers(space, count), whole_numbers(space, LOTS), whole_numbers(space, LOTS),
        real_numbers(space, LOTS), real_numbers(space, count), new_movers(count, space),
        share_scratch(count, space),
    )  # fmt: skip


@compiled(inline="always")
def _read(step, price):  # type: ignore[no-untyped-def]
    """Return transitions, queue and places from where they are laid out."""
    s, p = listed(step), listed(price)
    return (
        Transitions(indices(s, 0), integers(s, 1), indices(s, 2), indices(s, 3)),
        Queue(integers(s, 4), indices(s, 5), indices(s, 6)),
        Places(rows(p, 0), rows(p, 1), rows(p, 2)),
    )


@compiled(nogil=True)
def ration_counts(batch, step, price, day_step):  # type: ignore[no-untyped-def]
    """Give out limited places to whole people: nobody twice, and never more than the places."""
    people = whole_people(batch)
    transitions, queue, places = _read(step, price)
    stream = new_stream(people.seed, 0, day_step)
    scratch = _ration_scratch(transitions.sources.shape[0], people.space)
    scratch.drawn[:], scratch.ones[:] = 0, 1.0
    _ration_all(
        people.stocks, people.cells, transitions, queue, places, stream, people.replicates, scratch
    )


@bare
def _ration_all(stocks, cells, transitions, queue, price, stream, replicates, scratch):  # type: ignore[no-untyped-def]
    sources, pointer, destination, cell = transitions
    class_pointer, asking, served = queue.class_pointer, scratch.asking, scratch.served
    source, slot, taken, people = scratch.movers
    count, step = sources.shape[0], stream[3]
    for r in range(stocks.shape[0]):
        stream[3], stream[4] = step, np.uint64(replicates[r])
        stock, flow = stocks[r], cells[r]
        p, may_ask, available = row(price.chances, r), row(price.asks, r), row(price.places, r)
        for i in range(count):
            asking[i] = stock[at(sources[i])] if may_ask[i] > 0.0 else 0
            served[i] = 0
        in_turn = np.int64(np.rint(available[0]))
        for k in range(class_pointer.shape[0] - 1):
            first, last = class_pointer[k], class_pointer[k + 1]
            _serve_counts(stream, first, last, in_turn, scratch)
            for i in range(first, last):
                in_turn -= served[i]
        stream[3] |= _OF_THE_LOT
        _serve_counts(stream, np.int64(0), count, np.int64(np.rint(available[1])), scratch)
        _record_asking(queue.asked, queue.turned_away, asking, served, flow)
        sharing = 0
        for i in range(count):
            n = served[i]
            stock[at(sources[i])] -= n
            if n > 0 and pointer[i + 1] - pointer[i] == 1:
                put(n, pointer[i], destination, cell, stock, flow)
            elif n > 0:
                source[sharing], slot[sharing], people[sharing] = i, count + i, n
                taken[sharing] = 0
                sharing += 1
        if sharing > 0:
            share(
                stream, sharing, scratch.movers, transitions, Shares(p, scratch.ones), stock,
                flow, scratch.share,
            )  # fmt: skip


@compiled(inline="always")
def _record_asking(asked, turned_away, asking, served, flow):  # type: ignore[no-untyped-def]
    """Record those who ask and those who are turned away, if anybody wants to know."""
    for i in range(asked.shape[0]):
        if asked[i] >= 0:
            flow[at(asked[i])] += asking[i]
        if turned_away[i] >= 0:
            flow[at(turned_away[i])] += asking[i] - served[i]


@bare
def _serve_counts(stream, first, last, places, scratch):  # type: ignore[no-untyped-def]
    """Give places to the people still asking in ``first:last``, all equally likely."""
    asking, served, up_to, drawn = scratch.asking, scratch.served, scratch.up_to, scratch.drawn
    if places <= 0:
        return
    total = 0
    for i in range(first, last):
        total += asking[i] - served[i]
        up_to[i - first] = total
    if places >= total:
        for i in range(first, last):
            served[i] = asking[i]
        return
    if places <= EACH_BY_LOT * (last - first) and 2 * places <= total:
        _draw_lots(stream, first, last - first, places, scratch)
        for i in range(first, last):
            served[i] += drawn[i - first]
            drawn[i - first] = 0
        return
    left = places
    for i in range(first, last):
        here = asking[i] - served[i]
        if here > 0 and left > 0:
            open_stream(stream, i)
            given = hypergeometric(stream, here, total - here, left)
            served[i] += given
            left -= given
            total -= here


@bare
def _draw_lots(stream, slot, count, places, scratch):  # type: ignore[no-untyped-def]
    """Draw people one by one without putting back; a number that was drawn before is void.

    Those drawn in a source count as its first numbers: only how many they are matters.
    """
    up_to, drawn = scratch.up_to, scratch.drawn
    slots, taken, number = scratch.lot_slot, scratch.lot_taken, scratch.lot
    used, size = 0, number.shape[0]
    while places > 0:
        if used % size == 0:
            for x in range(size):
                slots[x], taken[x] = slot, used + x
            next_numbers(stream, size, slots, taken, number)
        one = np.int64(number[used % size] * up_to[count - 1])
        used += 1
        i = _first_above(up_to, count, one)
        if one - (up_to[i - 1] if i > 0 else 0) >= drawn[i]:
            drawn[i] += 1
            places -= 1


@compiled(inline="always")
def _first_above(ascending, count, number):  # type: ignore[no-untyped-def]
    """Return the first position whose value is above ``number``, by steps without a guess."""
    begin, length = 0, count
    while length > 1:
        half = length // 2
        begin += half if ascending[at(begin + half - 1)] <= number else 0
        length -= half
    return begin


@compiled(nogil=True)
def ration_means(batch, step, price, day_step):  # type: ignore[no-untyped-def]
    """Give out limited places to expected people, in proportion within a class."""
    people = expected_people(batch)
    transitions, queue, places = _read(step, price)
    stocks, cells = people.stocks, people.cells
    count = transitions.sources.shape[0]
    asking, served = real_numbers(people.space, count), real_numbers(people.space, count)
    for r in range(stocks.shape[0]):
        _ask_means(stocks[r], transitions.sources, row(places.asks, r), asking, served)
        _serve_all_means(asking, served, queue.class_pointer, row(places.places, r))
        _move_means(stocks[r], cells[r], transitions, queue, row(places.chances, r), asking, served)


@bare
def _ask_means(stock, sources, may_ask, asking, served):  # type: ignore[no-untyped-def]
    for i in range(sources.shape[0]):
        asking[i] = stock[sources[i]] * may_ask[i]
        served[i] = 0.0


@bare
def _serve_all_means(asking, served, class_pointer, available):  # type: ignore[no-untyped-def]
    """Give places in turn of class, and then by lot."""
    in_turn = available[0]
    for k in range(class_pointer.shape[0] - 1):
        first, last = class_pointer[k], class_pointer[k + 1]
        _serve_means(asking, first, last, in_turn, served)
        in_turn = max(0.0, in_turn - served[first:last].sum())
    _serve_means(asking, 0, asking.shape[0], available[1], served)


@compiled(inline="always")
def _serve_means(asking, first, last, places, served):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(first, last):
        total += asking[i] - served[i]
    if total > 0.0:
        part = min(1.0, places / total)
        for i in range(first, last):
            served[i] += part * (asking[i] - served[i])


@bare
def _move_means(stock, flow, transitions, queue, p, asking, served):  # type: ignore[no-untyped-def]
    """Let those served go, and record who asked."""
    sources, pointer, destination, cell = transitions
    _record_asking(queue.asked, queue.turned_away, asking, served, flow)
    for i in range(sources.shape[0]):
        if served[i] > 0.0:
            for t in range(pointer[i], pointer[i + 1]):
                moved = served[i] * p[t]
                stock[at(sources[i])] -= moved
                put(moved, t, destination, cell, stock, flow)


@compiled(nogil=True)
def who_asks(state, where, asks):  # type: ignore[no-untyped-def]
    """Return the positions of the persons in sources that may ask."""
    found = np.empty(state.shape[0], np.int64)
    count = 0
    for k in range(state.shape[0]):
        i = where[at(state[k])]
        found[count] = k
        count += i >= 0 and asks[i] > 0.0
    return found[:count].copy()
