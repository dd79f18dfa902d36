"""Run a scenario for many sets of unknowns and say what the record's series would have counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import xarray as xr

from corredor.arrays import Floats
from corredor.corridor.compile import CompiledModel, compile_model
from corredor.corridor.priors import Priors, Unknowns
from corredor.corridor.scenario import Scenario
from corredor.engine.draws.protocol import DrawName
from corredor.engine.memory import bytes_needed
from corredor.engine.run import Replication, simulate
from corredor.fit.observations import Observations
from corredor.runs import result as results

MOST_AT_ONCE = 50  # members whose flows are held in memory together
COPIES = 6  # of all unknowns that a step of the smoother holds; an estimate on the safe side
OnDay = Callable[[int, int], None]


@dataclass(frozen=True)
class Forward:
    """A scenario whose unknowns are to be found.

    Attributes
    ----------
    scenario : Scenario
        With the days to run.
    priors : Priors
        What the unknowns stand for.
    months : tuple of datetime.date
        The months of the unknowns that walk.
    """

    scenario: Scenario
    priors: Priors
    months: tuple[dt.date, ...]

    @cached_property
    def model(self) -> CompiledModel:
        """Return the scenario compiled, less the count of harm, which changes nobody's path."""
        model = compile_model(self.scenario)
        return replace(model, steps=tuple(s for s in model.steps if s[0] != "harm"))

    def blocks(
        self, unknowns: Unknowns, *, draw: DrawName = "expected", seed: int = 1,
        on_day: OnDay | None = None,
    ) -> Iterator[xr.Dataset]:  # fmt: skip
        """Give the labelled results of the members, some at a time, in order."""
        members = len(next(iter(unknowns.values())))
        firsts = range(0, members, MOST_AT_ONCE)
        for block, first in enumerate(firsts):
            numbers = list(range(first, min(first + MOST_AT_ONCE, members)))
            chosen = {lever: x[numbers] for lever, x in unknowns.items()}
            raw = simulate(
                [self.model],
                Replication(
                    draw=draw,
                    replicates=numbers,
                    seed=seed,
                    factors=self.priors.factors(chosen, self.months),
                ),
                on_day=_of_blocks(on_day, block, len(firsts)),
            )[0]
            yield results.label(self.model, raw, numbers)

    def bytes_needed(self, members: int) -> float:
        """Return the bytes that a calibration of so many members takes at its peak, roughly."""
        at_once = bytes_needed(self.model, draw="expected", replicates=min(members, MOST_AT_ONCE))
        unknowns = sum(len(self.months) if prior.walk else 1 for prior in self.priors)
        return at_once + float(members) * unknowns * COPIES * np.dtype(np.float64).itemsize

    def predict(
        self, unknowns: Unknowns, observations: Observations, *, draw: DrawName = "expected",
        seed: int = 1, on_day: OnDay | None = None,
    ) -> Floats:  # fmt: skip
        """Return what each member has in place of the observations, [n, members]."""
        blocks = self.blocks(unknowns, draw=draw, seed=seed, on_day=on_day)
        return np.concatenate([observations.predict(data) for data in blocks], axis=1)


def _of_blocks(on_day: OnDay | None, block: int, blocks: int) -> OnDay | None:
    if on_day is None:
        return None
    return lambda done, total: on_day(block * total + done, blocks * total)
