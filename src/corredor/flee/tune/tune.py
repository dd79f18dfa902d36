"""Tune a few settings of a Flee case on the first half of its days, and test them on the second.

An ensemble smoother with multiple data assimilation (Emerick and Reynolds 2013) moves the members
towards the record; each runs in the expected draw. What the members cannot explain is a
discrepancy of the model (``corredor.flee.tune.discrepancy``), found anew before each step, so that
the smoother trusts the record no more than the rules deserve. How many people flee is taken from
the record in both halves, as Flee does it: what is tested is where people are, not how many fled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from corredor.arrays import Floats
from corredor.engine.run import Replication, simulate
from corredor.errors import UsageError
from corredor.es_mda import Evidence, assimilate
from corredor.extras import require
from corredor.flee.case.folder import Case
from corredor.flee.rules.program import WAVES, build_program
from corredor.flee.scores import averaged_relative_difference
from corredor.flee.tune.discrepancy import (
    Counted,
    Discrepancy,
    carried_on,
    counted,
    drawn,
    likeliest,
    looked_up,
)
from corredor.flee.tune.tuned import Tuned
from corredor.flee.tune.unknowns import tunables, with_values

FEWEST_MEMBERS, MOST_MEMBERS, MOST_ITERATIONS = 10, 1000, 20
FEWEST_DAYS = 60
FEW_WAVES = 5  # of arrivals in a day, while members are compared; enough, and four times as fast
SILENT = 50  # numbers of which no count tells
LEAST_SPREAD = 1e-9  # of whitened counts; where members do not differ there is nothing to learn
_STREAM = 0x666C6565
OnRun = Callable[[int, int], None]


def tune(
    case: Case, *, members: int = 100, iterations: int = 4, seed: int = 1,
    on_run: OnRun | None = None,
) -> Tuned:  # fmt: skip
    """Tune a case.

    Parameters
    ----------
    case : Case
        What was read.
    members, iterations, seed : int
        Size of the ensemble, steps of the smoother, seed of both.
    on_run : callable, optional
        Told the runs done and to do.

    Raises
    ------
    UsageError
        If scoringrules is not installed, a number makes no sense, or there is too little to tune
        on.
    """
    require("scoringrules")  # for the scores that come last
    half = _checked(case, members, iterations)
    counts, record = counted(case, half), looked_up(case)
    if not counts.people.any():
        raise UsageError("Nobody was counted in the first half of the days after the first.")
    normal = np.random.default_rng([seed, _STREAM]).standard_normal((len(tunables()), members))
    silent = _silent(members, np.random.default_rng([seed, _STREAM, 2]))
    count = _Counter(members * (iterations + 1), on_run)
    early, random = first_days(case, half), np.random.default_rng([seed, _STREAM, 1])
    misfits, tried = [], []
    for _ in range(iterations):
        people = _run_all(early, normal, count)
        tried.append((normal, _apart(counts, people)))
        discrepancy = Discrepancy.of(counts, people, record.sum(axis=1))
        misfits.append(_misfit(discrepancy, people))
        moved = _step(discrepancy, people, np.concatenate([normal, silent]), iterations, random)
        normal, silent = np.split(moved, [len(normal)])
    normal = widened(normal, silent)
    people = _run_all(case, normal, count)
    tried.append((normal, _apart(counts, people[:, :half])))
    discrepancy = Discrepancy.of(counts, people[:, :half], record.sum(axis=1))
    likelihood = discrepancy.likelihood(discrepancy.gap(counts.of(people)))
    nearest = _nearest(tried)
    random = np.random.default_rng([seed, _STREAM, 3])
    width, clock = drawn(likelihood, random)
    return Tuned(
        case=case, half=half, members=normal, nearest=nearest,
        misfits=(*misfits, _misfit(discrepancy, people)), counts=counts, counted=record,
        as_given=run_expected(case), tuned=run_expected(with_values(case, nearest)),
        people=people, width=width, clock=clock,
        predicted=carried_on(discrepancy, people, record.sum(axis=1), width, clock, random),
    )  # fmt: skip


def _step(
    discrepancy: Discrepancy, people: Floats, numbers: Floats, steps: int,
    random: np.random.Generator,
) -> Floats:  # fmt: skip
    """Return the members' numbers, and silent ones, moved towards the record by one of the steps.

    The discrepancy is as wide and lasts as long as explains the record best under the members as
    they are. At first they are far, and it is wide; it narrows as they come nearer.
    """
    gap = discrepancy.gap(discrepancy.counts.of(people))
    width, clock = likeliest(discrepancy.likelihood(gap))
    white = -discrepancy.whitened(gap, width, clock)  # the record is at 0
    told = white.std(axis=1) > LEAST_SPREAD
    if not told.any():
        return numbers
    record = Evidence(np.zeros(told.sum()), np.ones(told.sum()), float(steps))
    return assimilate(numbers, white[told], record, random)


def _apart(counts: Counted, people: Floats) -> Floats:
    """Return how far members are from what is known of the days tuned on, [members]."""
    return averaged_relative_difference(people, counts.by_day[: people.shape[1]])


def _nearest(tried: list[tuple[Floats, Floats]]) -> Floats:
    """Return the numbers of the member that came nearest to the record in any step."""
    numbers = np.concatenate([normal for normal, _ in tried], axis=1)
    return np.asarray(numbers[:, np.concatenate([apart for _, apart in tried]).argmin()])


def _misfit(discrepancy: Discrepancy, people: Floats) -> float:
    """Return the root mean square of the members' distance from the counts, of all people."""
    counts = discrepancy.counts
    total = np.maximum(1.0, counts.by_day.sum(axis=1)[counts.day])
    apart = (counts.of(people) - counts.people[:, None]) / total[:, None]
    return float(np.sqrt((apart**2).mean()))


def _silent(members: int, random: np.random.Generator) -> Floats:
    numbers = random.standard_normal((SILENT, members))
    numbers -= numbers.mean(axis=1, keepdims=True)
    return np.asarray(numbers / numbers.std(axis=1, keepdims=True))


def widened(normal: Floats, silent: Floats) -> Floats:
    """Return members with the spread back that chance correlations took (after Evensen 2009).

    Nothing tells of the silent numbers, so they should come out with mean 0 and spread 1, as they
    went in; by as much as they do not, the members are spread out.
    """
    needed, left = 1.0 + (silent.mean(axis=1) ** 2).mean(), silent.var(axis=1).mean()
    factor = np.sqrt(max(1.0, needed / left))
    middle = normal.mean(axis=1, keepdims=True)
    return np.asarray(middle + factor * (normal - middle))


def run_expected(case: Case, waves: int = WAVES) -> Floats:
    """Return the people expected in each camp after each day, [days, camps]."""
    raw = simulate(
        [build_program(case, waves=waves, follow="counts")], Replication(draw="expected"), threads=1
    )[0]
    people: Floats = raw.present[0].astype(np.float64)
    return people[:, [case.index[name] for name in case.camps]]


def _checked(case: Case, members: int, iterations: int) -> int:
    for name, value, least, most in (
        ("members", members, FEWEST_MEMBERS, MOST_MEMBERS),
        ("iterations", iterations, 1, MOST_ITERATIONS),
    ):
        if not least <= value <= most:
            raise UsageError(f"{name}: found {value}, expected {least} to {most}.")
    if not case.camps:
        raise UsageError("The case has no camps, so there is nothing to compare with.")
    if case.period.days < FEWEST_DAYS:
        raise UsageError(
            f"The case has {case.period.days} days; to tune on one half and test on the other, "
            f"{FEWEST_DAYS} or more are needed."
        )
    return case.period.days // 2


def first_days(case: Case, days: int) -> Case:
    """Return the case cut to its first days."""
    return replace(
        case, period=replace(case.period, days=days), conflict=case.conflict[:days]
    )  # fmt: skip


class _Counter:
    """Counts runs."""

    def __init__(self, total: int, on_run: OnRun | None) -> None:
        self.total, self.on_run, self.done = total, on_run, 0

    def one(self) -> None:
        self.done += 1
        if self.on_run:
            self.on_run(self.done, self.total)


def _run_all(case: Case, normal: Floats, count: _Counter) -> Floats:
    """Run every member; return [members, days, camps].

    The speed decides how many days a link takes, so members differ in their states and cannot be
    replicates of one run.
    """
    found = []
    for member in normal.T:
        found.append(run_expected(with_values(case, member), FEW_WAVES))
        count.one()
    return np.array(found)
