"""The individual draw: every person has a number and draws for themselves.

It gives the same distribution as ``exact`` at a cost that grows with the number of people. It is
for looking at lives: traits that add up along a person's way, and the way itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.engine.diary import Diary
from corredor.engine.draws.protocol import draw_together
from corredor.engine.program import Program
from corredor.engine.random.philox import Address
from corredor.engine.register import Register
from corredor.engine.step import Price, Step


class Individual:
    """The people of one replicate, one by one; use it as a context manager.

    Parameters
    ----------
    program : Program
        What is run.
    seed, replicate : int
        Of the run, for the addresses of the random numbers.
    threads : int, optional
        All processors unless given; the results do not depend on it.
    diary : Diary, optional
        Keeps persons with their traits, and the ways of some.
    """

    dtype: type = np.int64
    noted: type = np.int64
    counts_people = False
    tolerance = 0.0

    def __init__(
        self,
        program: Program,
        seed: int,
        replicate: int,
        *,
        threads: int | None = None,
        diary: Diary | None = None,
    ) -> None:
        self.seed, self._replicates = seed, np.array([replicate], np.int64)
        self.register = Register(program, replicate, threads=threads, diary=diary)

    def __enter__(self) -> Individual:
        """Start the threads."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the people and the threads."""
        self.register.close()

    def begin(self, stocks: NDArray[Any]) -> None:
        """Make a person of everybody who is there before the first day."""
        self.register.add(stocks[0], day=0)

    def together(self, chances: Floats, day_step: int) -> Floats:
        """Return 0 or 1 for each cohort, as the exact draw does."""
        return draw_together(chances, self.address(day_step))

    def carry_out(
        self, step: Step, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Carry out a step person by person."""
        step.persons(price, stocks, cells, self.address(day_step), self.register)

    def note(self, amounts: NDArray[Any], day_step: int) -> NDArray[Any]:
        """Return people or events as they are."""
        return amounts

    def end_day(self, day: int, *, last: bool) -> None:
        """Note who has left today."""
        self.register.end_day(day, last=last)

    def address(self, day_step: int) -> Address:
        """Return where the numbers of a step begin."""
        return Address(self.seed, self._replicates, day_step)
