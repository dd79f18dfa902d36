"""Factors of cohorts: how chances change from day to day with the people who are there.

A cohort are people whose chances share one factor, such as those who walk in one caravan. How the
factor follows from the people in a pool is a law: a small function that is compiled, so that
nothing has to be asked of Python from day to day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corredor.arrays import Floats, Index, Integers
from corredor.engine.compiled import compiled, prepared
from corredor.engine.kernels.batch import Batch, Renew, expected_people, whole_people
from corredor.engine.kernels.laid import REAL, Laid, indices, integers, listed, rows
from corredor.engine.kernels.law import FactorLaw, factor_by
from corredor.engine.kernels.pools import Pools
from corredor.engine.random.philox import new_stream, open_stream, uniform

if TYPE_CHECKING:
    from corredor.engine.step import Today

OF_A_COHORT = 0x40000000  # the slots of numbers that are drawn once for a cohort begin here


class Pooled(NamedTuple):
    """What the factors of cohorts follow from, as the kernels take it.

    Attributes
    ----------
    states, pointer : numpy.ndarray
        The pool of each cohort, see ``Pools``; or none.
    given : numpy.ndarray
        What is given of each cohort, one after the other, [R or 1, cohorts times numbers].
    rule : numpy.ndarray
        The address of the law, how many numbers are given of each cohort, and whether a cohort
        shares one luck.
    """

    states: Index
    pointer: Integers
    given: Floats
    rule: Integers


@dataclass(frozen=True, eq=False)
class CohortFactor:
    """A factor of each cohort that follows from the people in a pool, and from numbers given.

    Attributes
    ----------
    law : FactorLaw
        Gives the factor.
    given : callable
        Takes today and gives what the law is given, each [R or 1, cohorts or 1]. It is asked when
        the step's price is, so it must not look at stocks.
    pools : Pools, optional
        One for each cohort; without them the law is told of nobody.
    as_one : bool
        Whether the factor is the chance of something that befalls a whole cohort or nobody in it,
        such as to set out together.

    Examples
    --------
    >>> law = FactorLaw(lambda people, given: given[0])
    >>> CohortFactor(law, lambda today: [np.full((1, 3), 0.2)]).given_of(None).tolist()
    [[[0.2], [0.2], [0.2]]]
    """

    law: FactorLaw
    given: Callable[[Today], Sequence[Floats]]
    pools: Pools | None = None
    as_one: bool = False

    def given_of(self, today: Today) -> Floats:
        """Return what the law is given, [R or 1, cohorts, numbers]."""
        given = np.stack(np.broadcast_arrays(*self.given(today)), axis=-1)
        cohorts = len(self.pools) if self.pools else given.shape[1]
        return np.broadcast_to(given, (len(given), cohorts, given.shape[2]))

    def __call__(self, today: Today) -> Floats:
        """Return today's factors, [R or 1, cohorts], as kernels work them out."""
        given = self.given_of(today)
        people = today.people_in(self.pools) if self.pools else np.zeros((1, given.shape[1]))
        rows = max(len(people), len(given))  # one stock may be asked of under many values of levers
        people = np.broadcast_to(people, (rows, people.shape[1]))
        each = np.broadcast_to(given, (rows, *given.shape[1:]))
        factor = np.array(
            [[self.law.function(*one) for one in zip(*row, strict=True)]
             for row in zip(people, each, strict=True)]
        ).reshape(people.shape)  # fmt: skip
        return today.together(factor) if self.as_one else factor

    def pooled(self, given: Floats) -> Pooled:
        """Return what kernels need to know, from what the law is given."""
        pools = self.pools or Pools.of([np.empty(0)] * given.shape[1])
        rule = np.array([self.law.address, given.shape[2], self.as_one], np.int64)
        return Pooled(pools.states, pools.pointer, given.reshape(len(given), -1), rule)


def renewal(pooled: Pooled, factor: Floats, batch: Batch) -> Renew:
    """Return what brings factors [R, cohorts] up to date from day to day; see ``Bound``."""
    laid = Laid(pooled, written=(factor,))
    kernel = factors_of_whole_people if batch.whole else factors_of_expected_people
    called = prepared(kernel, batch.address, laid.address, 0)

    def renew(_: Today, day_step: int) -> bool:
        moving: bool = called(batch.address, laid.address, day_step)
        return moving

    return renew


@compiled(nogil=True)
def factors_of_whole_people(batch, laid, day_step):  # type: ignore[no-untyped-def]
    """Set the factors of cohorts; return whether any of them lets people move."""
    return _set_all(whole_people(batch), laid, day_step)


@compiled(nogil=True)
def factors_of_expected_people(batch, laid, day_step):  # type: ignore[no-untyped-def]
    """Set the factors of cohorts; return whether any of them lets people move."""
    return _set_all(expected_people(batch), laid, day_step)


@compiled(inline="always")
def _set_all(batch, laid, day_step):  # type: ignore[no-untyped-def]
    arrays = listed(laid)
    states, pointer, given = indices(arrays, 0), integers(arrays, 1), rows(arrays, 2)
    rule, factor = integers(arrays, 3), rows(arrays, 4)
    law, numbers, as_one = rule[0], rule[1], rule[2]
    stream = new_stream(batch.seed, 0, day_step)
    moving = False
    for r in range(factor.shape[0]):
        stock = batch.stocks[r]
        stream[4] = np.uint64(batch.replicates[r])
        first = arrays[2, 0] + (r * given.shape[1] * REAL if given.shape[0] > 1 else 0)
        for c in range(factor.shape[1]):
            people = stock[0] - stock[0]  # nobody, in the type of the stocks
            for i in range(pointer[c], pointer[c + 1]):
                people += stock[np.uint32(states[i])]
            today = factor_by(law, float(people), first + c * numbers * REAL)
            if as_one and batch.drawn:
                open_stream(stream, OF_A_COHORT + c)
                today = 1.0 if uniform(stream) < today else 0.0
            factor[r, c] = today
            moving |= today != 0.0
    return moving
