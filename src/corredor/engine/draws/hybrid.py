"""The hybrid draw: what befalls all of a body at once is drawn, all else is people times chance.

Between such events the run is a mean field, at each event it jumps: what Davis (1984) calls a
piecewise-deterministic process, and chemists a hybrid of deterministic and stochastic simulation
(Haseltine and Rawlings 2002). It costs what the expected draw costs, without its fault of letting
the fraction of a caravan set off each day that is the chance of it.

What is noted of it is whole people: a Poisson count about each expected number. Where newcomers are
Poisson and everybody goes their own way, that is the law of the exact draw: who is where, and who
did something for the first time, are independent Poisson counts (Kingman 1993, *Poisson
Processes*, chapter 5). Where limited places are given out, the exact counts spread less, where one
person does a thing again and again, more; and evenings are drawn each by itself, where in the exact
draw whoever is there today is likely there tomorrow.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.compiled import compiled
from corredor.engine.draws.expected import Expected
from corredor.engine.draws.protocol import draw_together
from corredor.engine.random.philox import Address, new_stream, open_stream
from corredor.engine.random.samplers import poisson


class Hybrid(Expected):
    """Real numbers, people times chance, but 0 or 1 for what all people of a cohort share.

    Events have the addresses that they have in the exact draw, so that the same seed and replicate
    give both draws the same caravans, as far as the chances of these are the same. What is noted
    is drawn from numbers of its own, the same for the same cell, month and replicate.

    Parameters
    ----------
    seed : int
        Of the run.
    replicates : numpy.ndarray
        The number of each replicate, which its random numbers depend on.
    """

    noted: type = np.int64

    def __init__(self, seed: int, replicates: Integers) -> None:
        self.seed, self.replicates = seed, replicates

    def address(self, day_step: int) -> Address:
        """Return where the numbers of a step begin."""
        return Address(self.seed, self.replicates, day_step)

    def together(self, chances: Floats, day_step: int) -> Floats:
        """Return 0 or 1 for each cohort of each replicate."""
        return draw_together(chances, self.address(day_step))

    def note(self, amounts: NDArray[Any], day_step: int) -> NDArray[Any]:
        """Return a Poisson count about each expected number."""
        counts: Integers = _poisson_about(amounts, tuple(self.address(day_step)))
        return counts


@compiled(nogil=True)
def _poisson_about(means, address):  # type: ignore[no-untyped-def]
    address, counts = Address(*address), np.zeros(means.shape, np.int64)
    for r in range(means.shape[0]):
        stream = new_stream(address.seed, address.replicates[r], address.day_step)
        for i in range(means.shape[1]):
            if means[r, i] > 0.0:
                open_stream(stream, i)
                counts[r, i] = poisson(stream, means[r, i])
    return counts
