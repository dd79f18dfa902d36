"""Calibration: find the unknowns of a world from the record, as an ensemble.

In each step all members run in one batch of the expected draw, and an ensemble smoother with
multiple data assimilation (Emerick and Reynolds 2013) moves them towards the record. What remains
after the last step is a sample of what the record leaves possible, given the priors and the stated
errors.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from corredor.arrays import Floats
from corredor.corridor.levers import known_levers
from corredor.corridor.posterior import OWN, Posterior, within_range
from corredor.corridor.priors import Priors, Unknowns, load_priors, months_between
from corredor.corridor.scenario import Scenario
from corredor.engine.memory import refuse_if_too_large
from corredor.errors import UsageError
from corredor.fit.forward import Forward, Kept
from corredor.fit.observations import Observations, gather
from corredor.fit.smoother import Smoother
from corredor.inputs.computed_by import computed_by, computed_by_request
from corredor.inputs.ledger import unfinished
from corredor.record.digest import record_digest

OnStep = Callable[[int, int, int, int], None]  # step, steps, days done and to do within it
FEWEST_MEMBERS, MOST_MEMBERS, MOST_ITERATIONS = 10, 5000, 20
WHOLE = "whole.parquet"  # the part that becomes the posterior
KEPT = 200  # members that a posterior holds at most
SPIN_UP = 2  # months run before the first month of the record, so that the corridor fills


@dataclass(frozen=True)
class Ensemble:
    """How many sets of unknowns are moved towards the record, and how.

    Attributes
    ----------
    members, iterations, seed : int
        Size of the ensemble, steps of the smoother, seed of both.

    Raises
    ------
    UsageError
        If there is no such size; so it is told before any work is done.
    """

    members: int = 100
    iterations: int = 6
    seed: int = 1

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("members", self.members, FEWEST_MEMBERS, MOST_MEMBERS),
            ("iterations", self.iterations, 1, MOST_ITERATIONS),
        ):
            if not least <= value <= most:
                raise UsageError(f"{name}: found {value}, expected {least} to {most}.")


USUAL = Ensemble()  # of a forecast


@dataclass(frozen=True, eq=False)
class Calibration:
    """What to calibrate, and against what.

    Attributes
    ----------
    forward : Forward
        The scenario over the months of the record, with a spin-up, and its priors.
    observations : Observations
        The record, or one made up from known unknowns.
    ensemble : Ensemble
        Its size, its steps and its seed.
    """

    forward: Forward
    observations: Observations
    ensemble: Ensemble

    def prior(self) -> Unknowns:
        """Return the ensemble before the first step."""
        f = self.forward
        return f.priors.draw(self.ensemble.seed, range(self.ensemble.members), f.months)

    def run(
        self, on_step: OnStep | None = None, kept: Kept | None = None
    ) -> tuple[Unknowns, tuple[float, ...]]:
        """Return the ensemble after the last step.

        Parameters
        ----------
        on_step : callable, optional
            Told the step, the number of steps, the days done and to do within it.
        kept : Kept, optional
            Where each step is kept, and from which an interrupted calibration goes on.

        Returns
        -------
        tuple
            Unknowns; and for each step the misfit before it, see :func:`misfit`.
        """
        f, iterations, seed = self.forward, self.ensemble.iterations, self.ensemble.seed
        refuse_if_too_large(f.bytes_needed(self.ensemble.members))
        smoother = Smoother(
            f.priors, f.months, self.observations, iterations, self.ensemble.members, seed
        )
        unknowns, misfits = self.prior(), []
        for number in range(iterations):
            part = kept.of(f"step-{number:02d}.npz") if kept else ""
            if kept and part in kept.ledger:
                with np.load(kept.ledger.path(part)) as stored:
                    unknowns = {lever: stored[lever] for lever in unknowns}
                    misfits.append(float(stored["_misfit"]))
                    smoother.silent = stored["_silent"]
                continue
            predicted = f.predict(
                unknowns, self.observations, on_day=_of_step(on_step, number, iterations),
                kept=kept.under(f"step-{number:02d}") if kept else None,
            )  # fmt: skip
            misfits.append(misfit(predicted, self.observations))
            random = np.random.default_rng([seed, number])
            unknowns = smoother.step(number, unknowns, predicted, random)
            if kept:
                state = {"_misfit": np.array(misfits[-1]), "_silent": smoother.silent, **unknowns}
                with kept.ledger.writing(part) as path, path.open("wb") as opened:
                    np.savez(opened, **state)  # type: ignore[arg-type]
        return smoother.widened(unknowns), tuple(misfits)

    def posterior(self, unknowns: Unknowns) -> Posterior:
        """Return the unknowns of the first ``KEPT`` members as factors, with their provenance.

        Members are alike, so the first are a sample of all; many are needed to find them, not to
        use them. A factor that would take its lever past the end of its range, whatever its level,
        stands at what takes it there.
        """
        f = self.forward
        kept = {lever: x[:KEPT] for lever, x in unknowns.items()}
        factors = {
            name: within_range(name, factor, f.scenario.known_levers())
            for name, factor in f.priors.factors(kept, f.months).items()
        }
        return Posterior(factors, {**self.provenance(), "kept": min(KEPT, self.ensemble.members)})

    def provenance(self) -> dict[str, Any]:
        """Return everything that decides the result, and what computed it."""
        held = record_digest(self.forward.scenario.world.folder)
        shipped = known_levers()
        own = [prior.lever for prior in self.forward.priors
               if not {prior.lever, prior.lever.rpartition(".")[0]} & set(shipped)]  # fmt: skip
        about = {OWN: own} if own else {}
        return {**self.asked(), "draw": "expected", "record": held, **about, **computed_by()}

    def asked(self) -> dict[str, str | int]:
        """Return everything that decides the result but what computes it."""
        scenario, world = self.forward.scenario, self.forward.scenario.world
        record = np.r_[self.observations.values, self.observations.errors]
        priors = [prior.model_dump_json() for prior in self.forward.priors]
        return {
            "world": world.name,
            "world_hash": world.hash,
            "scenario": scenario.name,
            "scenario_hash": scenario.hash,
            "priors_hash": _digest("\n".join(priors).encode()),
            "observations_hash": _digest(np.round(record, 9).tobytes()),
            "observations": len(self.observations),
            "from": str(scenario.start)[:7],
            "to": str(scenario.end)[:7],
            "members": self.ensemble.members,
            "iterations": self.ensemble.iterations,
            "seed": self.ensemble.seed,
        }


def prepare(
    scenario: Scenario, first: dt.date, last: dt.date, ensemble: Ensemble, *,
    as_of: dt.date | None = None, priors: Priors | None = None, spin_up: int = SPIN_UP,
    given: Observations | None = None,
) -> Calibration:  # fmt: skip
    """Set up the calibration of a scenario's world over a span of months.

    Parameters
    ----------
    scenario : Scenario
        Whose levers the unknowns move.
    first, last : datetime.date
        Days in the first and last month of the record to use.
    ensemble : Ensemble
        Its size, its steps and its seed.
    as_of : datetime.date, optional
        Use only what of the record had been published by this day.
    priors : Priors, optional
        Other than the world's.
    spin_up : int
        Months run before the first.
    given : Observations, optional
        Instead of those of the record.

    Raises
    ------
    UsageError
        If the request makes no sense, or the record has nothing in the span.
    """
    if not first <= last:
        raise UsageError(f"from {first:%Y-%m} to {last:%Y-%m}: the span ends before it starts.")
    begin, end = first.replace(day=1), month_end(last)
    filling = begin
    for _ in range(spin_up):
        filling = (filling - dt.timedelta(days=1)).replace(day=1)
    spanned = scenario.with_horizon(begin, end, filling)
    observations = gather(scenario.world, begin, end, as_of) if given is None else given
    if not len(observations):
        raise UsageError(f"The record has nothing from {first:%Y-%m} to {last:%Y-%m}.")
    newest = max(o.end for o in observations.listed)
    if newest < pd.Period(end, "M"):
        raise UsageError(
            f"to: found {last:%Y-%m}, but the newest month held of any series that this world is "
            f"calibrated to is {newest}. Months after it would be calibrated to nothing."
        )
    forward = Forward(spanned, priors or load_priors(scenario.world), months_between(filling, end))
    return Calibration(forward, observations, ensemble)


def calibrate(
    calibration: Calibration, out: Path, *, resume: bool = False, on_step: OnStep | None = None
) -> tuple[Posterior, tuple[float, ...]]:
    """Calibrate and write the posterior; an interrupted calibration leaves its steps beside it.

    Raises
    ------
    OutputError
        If ``out`` cannot be written.
    UsageError
        If an interrupted calibration is there and ``resume`` is not set, or differs.
    """
    request = {**calibration.asked(), **computed_by_request()}
    with unfinished(out, request, resume=resume) as ledger:
        unknowns, misfits = calibration.run(on_step, Kept(ledger))
        posterior = calibration.posterior(unknowns)
        posterior.save(ledger.path(WHOLE))
        ledger.note(WHOLE, [ledger.path(WHOLE)])
        ledger.deliver(WHOLE, out)
    return posterior, misfits


def misfit(predicted: Floats, observations: Observations) -> float:
    """Return the root mean square of (ensemble mean less record) over the stated error."""
    off = (predicted.mean(axis=1) - observations.values) / observations.errors
    return float(np.sqrt((off**2).mean()))


def month_end(day: dt.date) -> dt.date:
    """Return the last day of the month of a day."""
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def _of_step(on_step: OnStep | None, number: int, steps: int) -> Callable[[int, int], None] | None:
    if on_step is None:
        return None
    return lambda done, total: on_step(number, steps, done, total)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
