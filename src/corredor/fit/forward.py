"""Run a scenario for many sets of unknowns and say what the record's series would have counted."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import xarray as xr

from corredor.arrays import Floats
from corredor.corridor.compile import CompiledModel, compile_model
from corredor.corridor.priors import Priors, Unknowns
from corredor.corridor.scenario import Scenario
from corredor.engine.draws.names import DrawName
from corredor.engine.memory import bytes_needed
from corredor.engine.run import Replication, simulate
from corredor.fit.observations import Observations
from corredor.inputs.ledger import Ledger
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
        listed = _blocks(unknowns)
        for block, numbers in enumerate(listed):
            told = _of_blocks(on_day, block, len(listed))
            yield self._result(unknowns, numbers, draw, seed, told)

    def _result(
        self, unknowns: Unknowns, numbers: list[int], draw: DrawName, seed: int,
        on_day: OnDay | None,
    ) -> xr.Dataset:  # fmt: skip
        chosen = {lever: x[numbers] for lever, x in unknowns.items()}
        raw = simulate(
            [self.model],
            Replication(
                draw=draw,
                replicates=numbers,
                seed=seed,
                factors=self.priors.factors(chosen, self.months),
            ),
            on_day=on_day,
        )[0]
        return results.label(self.model, raw, numbers)

    def bytes_needed(self, members: int) -> float:
        """Return the bytes that a calibration of so many members takes at its peak, roughly."""
        at_once = bytes_needed(self.model, draw="expected", replicates=min(members, MOST_AT_ONCE))
        unknowns = sum(len(self.months) if prior.walk else 1 for prior in self.priors)
        return at_once + float(members) * unknowns * COPIES * np.dtype(np.float64).itemsize

    def predict(
        self, unknowns: Unknowns, observations: Observations, *, draw: DrawName = "expected",
        seed: int = 1, on_day: OnDay | None = None, kept: Kept | None = None,
    ) -> Floats:  # fmt: skip
        """Return what each member has in place of the observations, [n, members].

        Parameters
        ----------
        unknowns : dict
            Of the members.
        observations : Observations
            What is compared.
        draw, seed
            As in ``corredor.run``.
        on_day : callable, optional
            Told the days done and to do.
        kept : Kept, optional
            Where the members that are done are kept, so that an interruption costs no more than
            those under way.
        """
        listed, parts = _blocks(unknowns), []
        for block, numbers in enumerate(listed):
            part = kept.of(f"{numbers[0]:04d}.npy") if kept else ""
            if kept and part in kept.ledger:
                parts.append(np.load(kept.ledger.path(part)))
                continue
            told = _of_blocks(on_day, block, len(listed))
            parts.append(observations.predict(self._result(unknowns, numbers, draw, seed, told)))
            if kept:
                content = io.BytesIO()  # numpy itself does not tell of a write that is cut off
                np.save(content, parts[-1])
                with kept.ledger.writing(part) as path:
                    path.write_bytes(content.getvalue())
        return np.concatenate(parts, axis=1)


@dataclass(frozen=True)
class Kept:
    """Where what is done of long work is kept, under names that begin alike.

    Attributes
    ----------
    ledger : Ledger
        Of the work.
    prefix : str
        How the names of its parts begin.
    """

    ledger: Ledger
    prefix: str = ""

    def of(self, name: str) -> str:
        """Return the name of a part."""
        return f"{self.prefix}{name}"

    def under(self, name: str) -> Kept:
        """Return where the parts of a part are kept."""
        return Kept(self.ledger, f"{self.prefix}{name}-")


def _blocks(unknowns: Unknowns) -> list[list[int]]:
    """Cut the members into blocks."""
    members = range(len(next(iter(unknowns.values()))))
    return [list(members[first : first + MOST_AT_ONCE]) for first in members[::MOST_AT_ONCE]]


def _of_blocks(on_day: OnDay | None, block: int, blocks: int) -> OnDay | None:
    if on_day is None:
        return None
    return lambda done, total: on_day(block * total + done, blocks * total)
