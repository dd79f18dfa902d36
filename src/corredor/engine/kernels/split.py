"""Split: each person in a source goes along one of its transitions, or stays.

Counts are multinomial by conditional binomials; means are people times chance; persons draw a
number each. Shapes: R replicates, T transitions; rows are one for all replicates or one each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index, Integers
from corredor.engine.compiled import compiled
from corredor.engine.kernels.batch import (
    Batch,
    Bound,
    Renew,
    expected_people,
    whole_people,
)
from corredor.engine.kernels.cohorts import CohortFactor, renewal
from corredor.engine.kernels.laid import Laid, indices, integers, listed, rows
from corredor.engine.kernels.people import BLOCK, Noted, People, block_scratch, find_block
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
    way,
)
from corredor.engine.random.philox import Address, bare, first_numbers, new_stream
from corredor.engine.random.side_by_side import binomials
from corredor.engine.random.space import real_numbers, whole_numbers
from corredor.engine.register import Register
from corredor.engine.step import BoundStep, Chances, Reprice, Today, contiguous, plain
from corredor.engine.transitions import Moves, Transitions

AT_A_TIME = 1024  # so many sources stay in the near cache
EVERYBODY = np.ones((1, 1))  # the hazard factor of a step that has none
NOTHING_GIVEN = np.empty((1, 0))


class Hazards(NamedTuple):
    """How likely the transitions of a split are today.

    Attributes
    ----------
    chances, totals : numpy.ndarray
        Of each transition, [R or 1, T]; and what those of each source add up to, [R or 1, sources].
    factor : numpy.ndarray
        Multiplies all chances of a cohort, [R or 1, cohorts].
    cohort : numpy.ndarray
        In which cohort the people of each source are, [sources].
    given : numpy.ndarray
        What the law of the factor is given, see ``CohortFactor``.
    """

    chances: Floats
    totals: Floats
    factor: Floats
    cohort: Index
    given: Floats = NOTHING_GIVEN


class Bounds(NamedTuple):
    """How likely transitions are for one person: ``Hazards`` of one replicate, laid end to end.

    Attributes
    ----------
    up_to : numpy.ndarray
        The chances of a source up to and with each transition; infinity from the last possible on.
    totals, factor, cohort : numpy.ndarray
        As in ``Hazards``.
    """

    up_to: Floats
    totals: Floats
    factor: Floats
    cohort: Index


@dataclass(frozen=True, eq=False)
class Split(BoundStep):
    """Each person in a source takes one of its transitions with today's chances, or stays.

    ``chances`` gives [R or 1, T]. It is asked again when a lever in ``levers`` changes, and every
    ``month`` or ``day`` if it looks at stocks or at the date (``reprice``).

    Where only a common factor changes from day to day, ``hazard_factor`` gives it: [R or 1,
    cohorts] between 0 and 1, asked every day, or None on a day on which nobody moves. A cohort are
    people whose chances share one factor; ``cohort`` says for each source in which its people are.
    A ``CohortFactor`` costs less, for it follows from the people there without being asked.

    Examples
    --------
    >>> import numpy as np
    >>> import corredor
    >>> moves = corredor.Moves.build(
    ...     [{"source": np.array([0]), "destination": np.array([1]), "cell": np.array(-1)}])
    >>> corredor.Split("walk on", moves, lambda today: np.full((1, len(moves)), 0.1)).idle
    False
    """

    name: str
    moves: Moves
    chances: Chances
    levers: tuple[str, ...] = ()
    reprice: Reprice = "levers"
    recalls: Callable[[Today], Floats] | None = None
    hazard_factor: Chances | CohortFactor | None = None
    cohort: Index = field(default_factory=lambda: np.empty(0, np.int32))

    def __post_init__(self) -> None:
        if self.hazard_factor is None:
            object.__setattr__(self, "cohort", np.zeros_like(self.moves.sources))

    @property
    def idle(self) -> bool:
        """Return whether there is no transition."""
        return not len(self.moves)

    def ask(self, today: Today) -> Hazards | None:
        """Ask how likely the transitions are."""
        answer = self.chances(today)
        if answer is None:
            return None
        chances, factor = contiguous(answer), self.hazard_factor
        totals = chances
        if len(self.moves) > len(self.moves.sources):
            totals = np.add.reduceat(chances, self.moves.pointer[:-1], axis=1)
        given = factor.given_of(today) if isinstance(factor, CohortFactor) else NOTHING_GIVEN
        return Hazards(chances, totals, EVERYBODY, self.cohort, given)

    @property
    def renews(self) -> bool:
        """Return whether there is a factor, which is asked every day."""
        return self.hazard_factor is not None

    def renew(self, price: Hazards, today: Today) -> Hazards | None:
        """Ask for today's factors; None if nobody moves."""
        factor = self.hazard_factor(today) if self.hazard_factor else EVERYBODY
        if factor is None or not np.count_nonzero(factor):
            return None
        return price._replace(factor=factor)

    def answers(self, today: Today, events: Sequence[float]) -> Iterator[Any]:
        """Give chances and factors."""
        yield self.chances(today)
        yield self.hazard_factor(today) if self.hazard_factor else None

    @cached_property
    def _laid(self) -> Laid:
        return Laid(self.moves.transitions)

    def bind(self, price: Hazards, batch: Batch) -> Bound:
        """Return the split at its chances; the factors are brought up to date day by day."""
        kernel = split_counts if batch.whole else split_means
        laid, factor = self._laid, self.hazard_factor
        if factor is None:
            return Bound(kernel, batch, laid, Laid(price))
        by_law = isinstance(factor, CohortFactor)
        cohorts = price.given.shape[1] if by_law else int(self.cohort.max(initial=0)) + 1
        today = np.empty((batch.replicates, cohorts))
        today[:] = price.factor[:, :cohorts]
        if isinstance(factor, CohortFactor):
            renew = renewal(factor.pooled(price.given), today, batch)
        else:
            renew = self._asking(price, today)
        return Bound(kernel, batch, laid, Laid(price._replace(factor=today)), renew)

    def priced(self, price: Hazards) -> Hazards | None:
        """Return the price, unless factors are brought up to date day by day."""
        return None if self.hazard_factor else price

    def _asking(self, price: Hazards, factor: Floats) -> Renew:
        """Return what asks for the factors of each day."""

        def renew(today: Today, day_step: int) -> bool:
            renewed = self.renew(price, today)
            if renewed is None:
                return False
            factor[:] = renewed.factor[:, : factor.shape[1]]
            return True

        return renew

    def persons(
        self, price: Hazards, stocks: NDArray[Any], cells: NDArray[Any], address: Address,
        register: Register,
    ) -> None:  # fmt: skip
        """Let each person draw."""
        where = register.where(self.moves.sources)
        up_to = register.worked_out(self, price.chances, lambda: sums_up_to(self.moves, price))
        bounds = up_to, price.totals[0], price.factor[0], price.cohort
        transitions, begin = plain(self.moves.transitions, address)

        def send(people: People) -> tuple[Noted, int]:
            noted = register.new_notes(len(people.person))
            them, notes = plain(people, noted)
            return noted, split_persons(them, where, transitions, bounds, notes, begin, 0)

        for noted, found in register.in_parts(send):
            register.take_over(noted, found, self.moves, (stocks, cells), address)


def sums_up_to(moves: Moves, price: Any) -> Floats:
    """Return the chances of each source up to each transition, as ``Bounds`` has them."""
    pointer, p = moves.pointer, price.chances[0]
    source = np.repeat(np.arange(len(pointer) - 1), np.diff(pointer))
    sums: Floats = np.cumsum(p)
    sums -= (sums - p)[pointer[:-1]][source]
    last = np.maximum.reduceat(np.where(p > 0, np.arange(len(p)), -1), pointer[:-1])
    sums[np.arange(len(p)) >= last[source]] = np.inf
    return sums


class SplitScratch(NamedTuple):
    """What the split of counts works in, [sources] or [``AT_A_TIME``].

    Attributes
    ----------
    inhabited, here, mean : numpy.ndarray
        The sources in which somebody may move, how many people are there, and how many of them move
        on average, [sources].
    slot, first : numpy.ndarray
        Of the sources at hand: the slot and the first number of each.
    source : numpy.ndarray
        Those of them that people may leave.
    movers : Movers
        Those that many people leave, or few by one of several ways.
    share : ShareScratch
        How many move, and where to.
    """

    inhabited: Integers
    here: Integers
    mean: Floats
    slot: Integers
    first: Floats
    source: Integers
    movers: Movers
    share: ShareScratch


@compiled()
def _split_scratch(count, space):  # type: ignore[no-untyped-def]
    some = min(count, AT_A_TIME)
    return SplitScratch(
        whole_numbers(space, count), whole_numbers(space, count), real_numbers(space, count),
        whole_numbers(space, some), real_numbers(space, some), whole_numbers(space, some),
        new_movers(some, space), share_scratch(some, space),
    )  # fmt: skip


@compiled(inline="always")
def _read(step, price):  # type: ignore[no-untyped-def]
    """Return transitions and hazards from where they are laid out."""
    s, p = listed(step), listed(price)
    return (
        Transitions(indices(s, 0), integers(s, 1), indices(s, 2), indices(s, 3)),
        Hazards(rows(p, 0), rows(p, 1), rows(p, 2), indices(p, 3), rows(p, 4)),
    )


@compiled(nogil=True)
def split_counts(batch, step, price, day_step):  # type: ignore[no-untyped-def]
    """Split whole people.

    First how many move at all, for often nobody does; then where they go.
    """
    people = whole_people(batch)
    transitions, hazards = _read(step, price)
    stream = new_stream(people.seed, 0, day_step)
    scratch = _split_scratch(transitions.sources.shape[0], people.space)
    _split_all(
        people.stocks, people.cells, transitions, hazards, stream, people.replicates, scratch
    )


@bare
def _split_all(stocks, cells, transitions, hazards, stream, replicates, scratch):  # type: ignore[no-untyped-def]
    for r in range(stocks.shape[0]):
        stream[4] = np.uint64(replicates[r])
        shares = Shares(row(hazards.chances, r), row(hazards.totals, r))
        factor = row(hazards.factor, r)
        found = _inhabited(stocks[r], transitions.sources, shares, factor, hazards.cohort, scratch)
        for begin in range(0, found, AT_A_TIME):
            end = min(begin + AT_A_TIME, found)
            movers = _who_may_move(stream, begin, end, transitions, scratch)
            if movers > 0:
                _how_likely(movers, shares.totals, factor, hazards.cohort, scratch)
                binomials(stream, movers, scratch.share.draws, scratch.share.binomials)
                sharing = _send(
                    movers, transitions, shares, factor, hazards.cohort, stocks[r], cells[r],
                    scratch,
                )  # fmt: skip
                if sharing > 0:
                    share(
                        stream, sharing, scratch.movers, transitions, shares, stocks[r],
                        cells[r], scratch.share,
                    )  # fmt: skip


@compiled(inline="always")
def _inhabited(stock, sources, shares, factor, cohort, scratch):  # type: ignore[no-untyped-def]
    """Find the sources in which somebody may move; return how many there are."""
    inhabited, people, mean, total = scratch.inhabited, scratch.here, scratch.mean, shares.totals
    found = np.uint32(0)
    for i in range(sources.shape[0]):
        here = stock[at(sources[i])]
        moving = here * (total[i] * factor[at(cohort[i])])
        inhabited[found], people[found], mean[found] = i, here, moving
        found += at(moving > 0.0)
    return np.int64(found)


@compiled(inline="always")
def _who_may_move(stream, begin, end, transitions, scratch):  # type: ignore[no-untyped-def]
    """Draw a number for each of the sources; return from how many somebody may move.

    Of the others nobody moves, for the chance of that is at least one less the mean.
    """
    inhabited, here, mean = scratch.inhabited, scratch.here, scratch.mean
    slot, first, source = scratch.slot, scratch.first, scratch.source
    its_slot, _, people, _, number, _ = scratch.share.draws
    for x in range(end - begin):
        slot[x] = transitions.sources[at(inhabited[begin + x])]
    first_numbers(stream, slot[: end - begin].view(np.uint64), first)
    movers = np.uint32(0)
    for x in range(end - begin):
        source[movers], its_slot[movers] = inhabited[begin + x], slot[x]
        people[movers], number[movers] = here[begin + x], first[x]
        movers += at(first[x] > 1.0 - mean[begin + x])
    return np.int64(movers)


@compiled(inline="always")
def _how_likely(movers, total, factor, cohort, scratch):  # type: ignore[no-untyped-def]
    """Set the chance of each to move."""
    source, taken, chance = scratch.source, scratch.share.draws.taken, scratch.share.draws.chance
    for x in range(movers):
        i = at(source[x])
        chance[x], taken[x] = total[i] * factor[at(cohort[i])], 0


@compiled(inline="always")
def _send(movers, transitions, shares, factor, cohort, stock, flow, scratch):  # type: ignore[no-untyped-def]
    """Send people who are alone or have one way; return from how many sources others leave."""
    sources, pointer, destination, cell = transitions
    slot, taken, people, _, number, k = scratch.share.draws
    sharing_source, sharing_slot, sharing_taken, sharing_people = scratch.movers
    sharing = np.uint32(0)
    for x in range(movers):
        i = at(scratch.source[x])
        n = k[x] if people[x] > 1 else 1  # whoever is alone has drawn the number that moves them
        if n == 0:
            continue
        stock[at(sources[i])] -= n
        begin = pointer[i]
        if pointer[i + 1] - begin == 1:
            put(n, at(begin), destination, cell, stock, flow)
        elif people[x] == 1:  # the number that says whether somebody moves also says where
            u = min((1.0 - number[x]) / factor[at(cohort[i])], shares.totals[i])
            t = way(u, begin, pointer[i + 1], shares.chances)
            put(1, t, destination, cell, stock, flow)
        else:
            sharing_source[sharing], sharing_slot[sharing] = i, slot[x]
            sharing_taken[sharing], sharing_people[sharing] = taken[x], n
            sharing += at(1)
    return np.int64(sharing)


@compiled(nogil=True)
def split_means(batch, step, price, day_step):  # type: ignore[no-untyped-def]
    """Split expected people: as ``split_counts`` with people times chance."""
    people = expected_people(batch)
    transitions, hazards = _read(step, price)
    before = real_numbers(people.space, transitions.sources.shape[0])
    _split_all_means(people.stocks, people.cells, transitions, hazards, before)


@bare
def _split_all_means(stocks, cells, transitions, hazards, before):  # type: ignore[no-untyped-def]
    sources, pointer, destination, cell = transitions
    cohort, count = hazards.cohort, sources.shape[0]
    for r in range(stocks.shape[0]):
        stock, flow = stocks[r], cells[r]
        p, factor = row(hazards.chances, r), row(hazards.factor, r)
        for i in range(count):
            before[i] = stock[at(sources[i])] * factor[at(cohort[i])]
        if destination.shape[0] == count:  # every source has one transition: no inner loop
            for i in range(count):
                moved = before[i] * p[i]
                stock[at(sources[i])] -= moved
                put(moved, i, destination, cell, stock, flow)
            continue
        last = pointer[0]
        for i in range(count):
            first, last = last, pointer[i + 1]
            people = before[i]
            if people > 0.0:
                gone = 0.0
                for t in range(first, last):
                    moved = people * p[t]
                    gone += moved
                    put(moved, t, destination, cell, stock, flow)
                stock[at(sources[i])] -= gone


@compiled(nogil=True)
def split_persons(people, where, transitions, bounds, noted, address, block):  # type: ignore[no-untyped-def]
    """Let each person in a source take one of its transitions, or stay; return how many are noted.

    ``where`` says for each state which source it is, or -1. The numbers are the first of the block
    with index ``block``.
    """
    people, noted, address = People(*people), Noted(*noted), Address(*address)
    transitions, bounds = Transitions(*transitions), Bounds(*bounds)
    stream = new_stream(address.seed, address.replicates[0], address.day_step)
    stream[5] = np.uint64(block)
    return _split_each(people, where, transitions, bounds, noted, stream, block_scratch())


@bare
def _split_each(people, where, transitions, bounds, noted, stream, scratch):  # type: ignore[no-untyped-def]
    """Do it; the loop calls no function, for passing arrays on would take as long as the work."""
    state, person, traits, weights = people
    _, pointer, destination, cell = transitions
    up_to, totals, factor, cohort = bounds
    change, flow, every, noted_person, noted_move = noted
    position, source, _, number = scratch
    count = 0
    for start in range(0, state.shape[0], BLOCK):
        found = find_block(start, state, person, where, stream, scratch)
        for j in range(found):
            i = source[j]
            today = factor[at(cohort[i])]
            if number[j] >= totals[i] * today:
                continue
            u = number[j] / today
            first, last = at(pointer[i]), at(pointer[i + 1] - 1)
            t = first
            for other in range(first, last):  # counting is quicker than stopping at the right one
                t += at(u >= up_to[other])
            k = position[j]
            new = destination[t]
            change[at(state[k])] -= 1
            state[k] = new
            change[at(new)] += 1
            if cell[t] >= 0:
                flow[at(cell[t])] += 1
                for a in range(weights.shape[0]):
                    traits[k, a] += weights[a, at(cell[t])]
            if every > 0 and person[k] % every == 0:
                noted_person[count], noted_move[count] = person[k], t
                count += 1
    return count
