"""The hybrid draw: what befalls all of a body at once is drawn, all else is people times chance.

Between such events the run is a mean field, at each event it jumps: what Davis (1984) calls a
piecewise-deterministic process, and chemists a hybrid of deterministic and stochastic simulation
(Haseltine and Rawlings 2002). It costs what the expected draw costs, without its fault of letting
the fraction of a caravan set off each day that is the chance of it.
"""

from __future__ import annotations

from corredor.arrays import Floats, Integers
from corredor.engine.draws.expected import Expected
from corredor.engine.draws.protocol import draw_together
from corredor.engine.random.philox import Address


class Hybrid(Expected):
    """Real numbers, people times chance, but 0 or 1 for what all people of a cohort share.

    Events have the addresses that they have in the exact draw, so that the same seed and replicate
    give both draws the same caravans, as far as the chances of these are the same.

    Parameters
    ----------
    seed : int
        Of the run.
    replicates : numpy.ndarray
        The number of each replicate, which its random numbers depend on.
    """

    def __init__(self, seed: int, replicates: Integers) -> None:
        self.seed, self.replicates = seed, replicates

    def address(self, day_step: int) -> Address:
        """Return where the numbers of a step begin."""
        return Address(self.seed, self.replicates, day_step)

    def together(self, chances: Floats, day_step: int) -> Floats:
        """Return 0 or 1 for each cohort of each replicate."""
        return draw_together(chances, self.address(day_step))
