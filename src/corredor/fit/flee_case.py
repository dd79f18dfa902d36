"""Tune a few settings of a Flee case on the first half of its days, and test them on the second.

An ensemble smoother with multiple data assimilation (Emerick and Reynolds 2013) moves the members
towards the record; each runs in the expected draw. How many people flee is taken from the record
in both halves, as Flee does it: what is tested is where people are, not how many fled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from iterative_ensemble_smoother import ESMDA

from corredor.engine.run import simulate
from corredor.errors import UsageError
from corredor.fit.flee_unknowns import Floats, tunables, values, with_values
from corredor.flee.folder import Case
from corredor.flee.program import WAVES, build_program
from corredor.flee.scores import averaged_relative_difference, rescaled_difference
from corredor.flee.spawning import look_up

WINDOW = 30  # days over which people in a camp are averaged before they are compared
OF_CAMP, OF_ALL = 0.1, 0.05  # a count's stated error: shares of its camp and of all camps
FEWEST_MEMBERS, MOST_MEMBERS, MOST_ITERATIONS = 10, 1000, 20
FEWEST_DAYS = 2 * WINDOW
FEW_WAVES = 5  # of arrivals in a day, while members are compared; enough, and four times as fast
TRUNCATION = 0.9999  # of the singular values kept
_STREAM = 0x666C6565
OnRun = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Tuned:
    """What tuning gave.

    Attributes
    ----------
    case : Case
        Under the settings as given.
    half : int
        Days on which it was tuned; those after are the test.
    members : numpy.ndarray
        Standard normal numbers behind the settings, [tunables, members].
    misfits : tuple of float
        Root mean square of the distance from the record over the stated error, before each step.
    counted : numpy.ndarray
        The record by day and camp, [days, camps].
    as_given, central : numpy.ndarray
        People under the settings as given, and under the members' mean, [days, camps].
    people : numpy.ndarray
        People of each member, [members, days, camps].
    """

    case: Case
    half: int
    members: Floats
    misfits: tuple[float, ...]
    counted: Floats
    as_given: Floats
    central: Floats
    people: Floats

    def settings(self) -> dict[str, float]:
        """Return the tuned settings: what the members' mean stands for."""
        return {key: float(value) for key, value in values(self.members.mean(axis=1)).items()}

    def scores(self) -> dict[str, dict[str, float]]:
        """Return averaged relative differences by row of the table and half; lower is better.

        ``unmoved`` uses no model: after the first half each camp keeps its share of all people.
        """
        middle = np.median(self.people, axis=0)
        kept = self.counted[self.half - 1] / max(1.0, self.counted[self.half - 1].sum())
        unmoved = self.counted.sum(axis=1, keepdims=True) * kept
        ways = {"as given": self.as_given, "tuned": self.central, "middle of members": middle}
        found = {name: self._score(people[None]) for name, people in ways.items()}
        found["mean of members"] = self._score(self.people)
        found["unmoved"] = {"second half": self._score(unmoved[None])["second half"]}
        return found

    def document(self) -> dict[str, Any]:
        """Return settings, scores and the verdict as JSON takes them."""
        low, high = (values(np.quantile(self.members, q, axis=1)) for q in (0.05, 0.95))
        settings = [
            {"key": key, "as_given": float(getattr(self.case.settings, key)), "tuned": value,
             "q05": float(low[key]), "q95": float(high[key])}
            for key, value in self.settings().items()
        ]  # fmt: skip
        return {
            "days": self.case.period.days, "tuned_on_days": self.half, "window": WINDOW,
            "settings": settings, "scores": self.scores(), "misfit": list(self.misfits),
            "inside_90": list(self.inside()), "verdict": self.verdict(),
        }  # fmt: skip

    def verdict(self) -> str:
        """Say whether tuning helped on the days that it did not see, and against no model."""
        of = {name: score["second half"] for name, score in self.scores().items()}
        change = 100 * (of["tuned"] / of["as given"] - 1) if of["as given"] else 0.0
        helped = "helped" if change < 0 else "did not help"
        verdict = (
            f"On the second half, tuning {helped}: {of['tuned']:.3f} against "
            f"{of['as given']:.3f} ({change:+.0f} %)."
        )
        if of["unmoved"] < min(of["tuned"], of["as given"]):
            verdict += " Both lose to no model at all, which leaves each camp its share."
        return verdict

    def _score(self, people: Floats) -> dict[str, float]:
        halves = {"first half": slice(0, self.half), "second half": slice(self.half, None)}
        found = {}
        for name, days in halves.items():
            some = people[:, days], self.counted[days]
            found[name] = float(averaged_relative_difference(*some).mean())
            found[f"{name}, rescaled"] = float(rescaled_difference(*some).mean())
        return found

    def inside(self) -> tuple[int, int]:
        """Return how many means of the second half lie inside the members' 90 % band, of all."""
        after = windows(self.people[:, self.half :])
        low, high = np.quantile(after, [0.05, 0.95], axis=0)
        record = windows(self.counted[None, self.half :])[0]
        return int(((low <= record) & (record <= high)).sum()), record.size


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
        If a number makes no sense, or there is too little to tune on.
    """
    half = _checked(case, members, iterations)
    counted = _counted(case)
    compared = windows(counted[None, :half])[0]
    errors = OF_CAMP * compared + OF_ALL * compared.sum(axis=1, keepdims=True)
    told = (errors > 0).ravel()
    if not told.any():
        raise UsageError("The record counts nobody in the first half of the days.")
    observations, errors = compared.ravel()[told], errors.ravel()[told]
    smoother = ESMDA(errors**2, observations, alpha=iterations,
                     seed=np.random.default_rng([seed, _STREAM, 1]))  # fmt: skip
    random = np.random.default_rng([seed, _STREAM])
    normal: Floats = random.standard_normal((len(tunables()), members))
    count = _Counter(members * (iterations + 1) + 2, on_run)
    short, misfits = _first_days(case, half), []
    for _ in range(iterations):
        people = _run_all(short, normal, count)
        predicted = windows(people).reshape(members, -1).T[told]
        misfits.append(float(np.sqrt((((predicted.T - observations) / errors) ** 2).mean())))
        smoother.prepare_assimilation(Y=predicted, truncation=TRUNCATION)
        normal = smoother.assimilate_batch(X=normal)
    people = _run_all(case, normal, count)
    central = run_expected(with_values(case, normal.mean(axis=1)))
    return Tuned(case, half, normal, tuple(misfits), counted, run_expected(case), central, people)


def windows(people: Floats) -> Floats:
    """Return means over windows of days, [members, windows, camps]; the last may be shorter."""
    starts = np.arange(0, people.shape[1], WINDOW)
    lengths = np.diff(np.r_[starts, people.shape[1]])
    return np.asarray(np.add.reduceat(people, starts, axis=1) / lengths[:, None])


def run_expected(case: Case, waves: int = WAVES) -> Floats:
    """Return the people expected in each camp after each day, [days, camps]."""
    raw = simulate([build_program(case, waves=waves)], draw="expected", threads=1)[0]
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


def _counted(case: Case) -> Floats:
    parts = look_up(case, 1.0).parts
    return np.array([parts[name] for name in case.camps], np.float64).T


def _first_days(case: Case, days: int) -> Case:
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
