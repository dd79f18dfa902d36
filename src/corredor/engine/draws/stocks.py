"""The draws that work on stocks: ``expected`` and ``exact``.

A draw carries out the steps of a day. It is the only thing that differs between the ways to run a
program; ``individual`` stands in ``corredor.engine.draws.individual``.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

import numba as nb
import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.engine.kernels import cohorts, relay, split
from corredor.engine.kernels import ration as rationing
from corredor.engine.kernels.crowding import Pull
from corredor.engine.program import STEPS_A_DAY
from corredor.engine.random.samplers import new_stream, open_stream, uniform
from corredor.engine.steps import Arrive, Ration, Relay, Split, Tally
from corredor.errors import UsageError

DrawName = Literal["expected", "exact", "individual"]
OF_A_COHORT = 0x40000000
Price = tuple[Floats, ...]
"""What a step answered: its chances; for a split also their sums by source; for rationing who asks
and the places."""


class Draw(Protocol):
    """How the people of a step are spread over what may happen to them.

    ``stocks`` [R, states] and ``cells`` [R, cells] are changed in place; ``day_step`` numbers the
    day and the step, for the addresses of the random numbers.
    """

    dtype: type
    tolerance: float

    def begin(self, stocks: NDArray[Any]) -> None:
        """Look at the people who are there before the first day."""

    def end_day(self, day: int, *, last: bool) -> None:
        """Note that a day is over, and whether it was the last."""

    def together(self, chances: Floats, day_step: int) -> Floats:
        """Draw once for each cohort of people; see ``corredor.engine.steps.Today``."""

    def split(
        self, step: Split, price: Price, hazard_factor: Floats, stocks: NDArray[Any],
        cells: NDArray[Any], day_step: int,
    ) -> None:  # fmt: skip
        """Carry out a split."""

    def relay(
        self, step: Relay, pull: Pull, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Send people on until they rest."""

    def arrive(
        self, step: Arrive, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Add newcomers."""

    def ration(
        self, step: Ration, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Give out limited places."""

    def tally(
        self, step: Tally, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Count events."""


class _OfStocks:
    """A draw that has nothing of its own to keep from day to day."""

    def begin(self, stocks: NDArray[Any]) -> None:
        """Do nothing."""

    def end_day(self, day: int, *, last: bool) -> None:
        """Do nothing."""


class Expected(_OfStocks):
    """Real numbers, people times chance: the mean field."""

    dtype: type = np.float64
    tolerance = 1e-6

    def together(self, chances: Floats, day_step: int) -> Floats:
        """Return the chances themselves."""
        return chances

    def split(
        self, step: Split, price: Price, hazard_factor: Floats, stocks: NDArray[Any],
        cells: NDArray[Any], day_step: int,
    ) -> None:  # fmt: skip
        """Carry out a split."""
        moves = step.moves
        split.split_means(
            stocks, moves.sources, moves.pointer, moves.destination, moves.cell, price[0],
            hazard_factor, step.cohort, cells,
        )  # fmt: skip

    def relay(
        self, step: Relay, pull: Pull, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Send people on until they rest."""
        if not relay.relay_means(stocks, cells, step.course, step.options, pull):
            refuse_infinite(step)

    def arrive(
        self, step: Arrive, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Add newcomers."""
        split.arrive_means(stocks, step.destination, step.cell, price[0], cells)

    def ration(
        self, step: Ration, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Give out limited places."""
        moves, (chances, asks, places) = step.moves, price
        rationing.ration_means(
            stocks, moves.sources, moves.pointer, moves.destination, moves.cell,
            step.class_pointer, asks, chances, places, cells,
        )  # fmt: skip

    def tally(
        self, step: Tally, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Count events."""
        split.tally_means(
            stocks, step.pools.states, step.pools.pointer, step.pool, step.cell, price[0], cells
        )


class Exact(_OfStocks):
    """Whole people: the counts have the distribution that independent persons would give.

    Parameters
    ----------
    seed : int
        Of the run.
    replicates : numpy.ndarray
        The number of each replicate, which its random numbers depend on.
    """

    dtype: type = np.int64
    tolerance = 0.0

    def __init__(self, seed: int, replicates: NDArray[np.int64]) -> None:
        self.seed, self.replicates = seed, replicates

    def together(self, chances: Floats, day_step: int) -> Floats:
        """Return 0 or 1 for each cohort of each replicate."""
        return draw_together(chances, self.seed, self.replicates, day_step)

    def split(
        self, step: Split, price: Price, hazard_factor: Floats, stocks: NDArray[Any],
        cells: NDArray[Any], day_step: int,
    ) -> None:  # fmt: skip
        """Carry out a split."""
        moves, (chances, totals) = step.moves, price
        split.split_counts(
            stocks, moves.sources, moves.pointer, moves.destination, moves.cell, chances, totals,
            hazard_factor, step.cohort, cells, self.seed, self.replicates, day_step,
        )  # fmt: skip

    def relay(
        self, step: Relay, pull: Pull, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Send people on until they rest."""
        if step.arrival_cohorts is not None:
            known = cohorts.relay_cohorts(
                stocks, cells, step.course, step.source_of, step.options, pull,
                step.arrival_cohorts[:3], step.arrival_cohorts.joins(day_step // STEPS_A_DAY),
                self.seed, self.replicates, day_step,
            )  # fmt: skip
            if not known:
                refuse_infinite(step)
        elif not relay.relay_counts(
            stocks, cells, step.course, step.options, pull, self.seed, self.replicates, day_step
        ):
            refuse_infinite(step)

    def arrive(
        self, step: Arrive, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Add newcomers."""
        add_newcomers(step, price, stocks, cells, self.seed, self.replicates, day_step)

    def ration(
        self, step: Ration, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Give out limited places."""
        moves, (chances, asks, places) = step.moves, price
        rationing.ration_counts(
            stocks, moves.sources, moves.pointer, moves.destination, moves.cell,
            step.class_pointer, asks, chances, places, cells, self.seed, self.replicates, day_step,
        )  # fmt: skip

    def tally(
        self, step: Tally, price: Price, stocks: NDArray[Any], cells: NDArray[Any], day_step: int
    ) -> None:
        """Count events."""
        split.tally_counts(
            stocks, step.pools.states, step.pools.pointer, step.pool, step.cell, price[0], cells,
            self.seed, self.replicates, day_step,
        )  # fmt: skip


def refuse_infinite(step: Relay) -> None:
    """Raise the error for a choice that no chances can be given for."""
    raise UsageError(
        f"{step.name}: an option has an infinite weight. Check powers and weights of the settings."
    )


def add_newcomers(
    step: Arrive, price: Price, stocks: NDArray[Any], cells: NDArray[Any], seed: int,
    replicates: NDArray[np.int64], day_step: int,
) -> None:  # fmt: skip
    """Add whole newcomers by the law of the step."""
    if step.law == "given":
        split.arrive_means(
            stocks, step.destination, step.cell, np.rint(price[0]).astype(np.int64), cells
        )
        return
    arrive = split.arrive_shared if step.law == "shared" else split.arrive_counts
    arrive(stocks, step.destination, step.cell, price[0], cells, seed, replicates, day_step)


def draw_together(
    chances: Floats, seed: int, replicates: NDArray[np.int64], day_step: int
) -> Floats:
    """Draw 0 or 1 with ``chances`` [R or 1, cohorts] for each replicate and cohort."""
    full = np.broadcast_to(chances, (len(replicates), chances.shape[1]))
    drawn: Floats = _one_draw_each(np.ascontiguousarray(full), seed, replicates, day_step)
    return drawn


@nb.njit(cache=True, nogil=True)
def _one_draw_each(chances, seed, replicates, day_step):  # type: ignore[no-untyped-def]
    drawn = np.empty_like(chances)
    for r in range(chances.shape[0]):
        stream = new_stream(seed, replicates[r], day_step)
        for i in range(chances.shape[1]):
            open_stream(stream, OF_A_COHORT + i)
            drawn[r, i] = 1.0 if uniform(stream) < chances[r, i] else 0.0
    return drawn
