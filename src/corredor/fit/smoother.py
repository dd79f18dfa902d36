"""One step of the ensemble smoother, with each unknown moved by the observations near it.

The smoother is that of Emerick and Reynolds (2013), see :mod:`corredor.es_mda`. With a few hundred
members, chance correlations between an unknown and far observations would shrink the ensemble for
no reason. So an unknown looks only at months around its own; there always at the observations of
its own nationality or sector, and at others that it can have to do with where their correlation
stands out of the noise (Vossepoel, Evensen and van Leeuwen 2025, equation 6).

What chance correlations still take away is measured and given back (after Evensen 2009): beside
each unknown a silent number, of which no observation tells, goes through all steps. It should come
out with mean 0 and spread 1, as it went in; by as much as it does not, the spread of the unknowns
of the same lever is widened after the last step, but by no more than on the mean of all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.corridor.levers import pair_key
from corredor.corridor.priors import Prior, Priors, Unknowns
from corredor.es_mda import Evidence, Mask, assimilate, correlations
from corredor.fit.observations import Observation, Observations

Whole = NDArray[np.int64]
BEFORE, AFTER = 3, 5  # months around its own in which an unknown looks for evidence
SLOW = 0.1  # walks slower than this a month look twice as far
FALLING = 1.5  # each step uses so much more of the evidence than the one before
OUT_OF_NOISE = 3.0  # times one over the square root of the members
OF_ONE_NATIONALITY = (
    "entry.factor", "entry.own_place_factor", "crossing.attempt", "appointments.register",
    "interdiction.exposure",
)  # fmt: skip
_STREAM = 0x73696C65  # keeps the silent numbers apart from the perturbations of the observations
LEAST_SPREAD = 1e-6  # an observation that every member meets alike tells nothing


@dataclass(frozen=True)
class Unknown:
    """One number to be found: a prior, and the month if it walks."""

    prior: Prior
    month: dt.date | None

    def may_see(self, observation: Observation) -> bool:
        """Return whether an observation may bear on this, whatever its months."""
        lever, _, key = self.prior.lever.rpartition(".")
        kept = dict(observation.where).get("sector", ())
        if lever == "movement.own_pull":
            if observation.by == "sector":
                return key == pair_key(key.partition(" ")[0], observation.part)
            return key in {pair_key(observation.part, sector) for sector in kept}
        if lever == "movement.destination_pull":
            return observation.by == "sector" or key in kept
        if observation.by == "nationality" and lever in OF_ONE_NATIONALITY:
            return key.partition(" ")[0] in observation.part.split("+")
        return True

    def is_told_by(self, observation: Observation) -> bool:
        """Return whether an observation counts the very people that this is about."""
        if self.prior.told_by:
            return observation.series in self.prior.told_by
        lever, _, key = self.prior.lever.rpartition(".")
        if lever == "movement.own_pull":
            return self.may_see(observation)
        return bool(key) and key == observation.part

    def in_time(self, starts: Whole, ends: Whole) -> Mask:
        """Return which observations, from month to month as ordinals, lie around its own month."""
        if self.month is None:
            return np.ones(len(starts), dtype=bool)
        far = 2 if self.prior.walk < SLOW else 1
        month = pd.Period(self.month, "M").ordinal
        return np.asarray((ends >= month - far * BEFORE) & (starts <= month + far * AFTER))


def inflation(iterations: int) -> Floats:
    """Return how much each step inflates the variances of the errors; the inverses add up to one.

    Early steps use less of the evidence, for an ensemble far from the record is moved along a line
    that bends (Emerick and Reynolds 2013 recommend a falling series).

    Examples
    --------
    >>> inflation(3).round(2).tolist()
    [4.75, 3.17, 2.11]
    """
    weights = FALLING ** np.arange(iterations)
    return np.asarray(weights.sum() / weights)


class Smoother:
    """Finds unknowns from observations in a number of steps.

    Parameters
    ----------
    priors : Priors
        What the unknowns stand for.
    months : tuple of datetime.date
        Of the unknowns that walk.
    observations : Observations
        What is compared.
    iterations, members : int
        How many steps there will be, of how many members.
    seed : int
        Of the silent numbers.

    Attributes
    ----------
    silent : numpy.ndarray
        One number for each unknown and member that nothing tells of, as the steps have left it.
    """

    def __init__(
        self, priors: Priors, months: tuple[dt.date, ...], observations: Observations,
        iterations: int, members: int, seed: int,
    ) -> None:  # fmt: skip
        self.observations = observations
        self.inflation = inflation(iterations)
        self.unknowns = list(_listed(priors, months))
        starts = np.array([o.start.ordinal for o in observations.listed])
        ends = np.array([o.end.ordinal for o in observations.listed])
        near = np.array([u.in_time(starts, ends) for u in self.unknowns])
        self.near: Mask = near & self._table(Unknown.may_see)
        self.own: Mask = self._table(Unknown.is_told_by)
        self.silent = _silent(len(self.unknowns), members, seed)

    def _table(self, ask: Callable[[Unknown, Observation], bool]) -> Mask:
        """Ask of every unknown and observation; months do not matter, so ask once for all."""
        kinds = [(o.series, o.by, o.part, o.where) for o in self.observations.listed]
        one_of = dict(zip(kinds, self.observations.listed, strict=True))
        position = {kind: i for i, kind in enumerate(one_of)}
        kind = np.array([position[name] for name in kinds])
        by_lever = {
            lever: np.array([ask(unknown, o) for o in one_of.values()])[kind]
            for lever, unknown in {u.prior.lever: u for u in self.unknowns}.items()
        }
        return np.array([by_lever[u.prior.lever] for u in self.unknowns])

    def step(
        self, number: int, unknowns: Unknowns, predicted: Floats, random: np.random.Generator
    ) -> Unknowns:
        """Return the unknowns moved towards the observations; move the silent numbers along.

        Parameters
        ----------
        number : int
            Of this step, from 0.
        unknowns : dict
            Before.
        predicted : numpy.ndarray
            What they make of the observations, [n, members].
        random : numpy.random.Generator
            Of the perturbations of the observations.
        """
        flat = np.concatenate([x.T for x in unknowns.values()])
        members = flat.shape[1]
        moved = flat.std(axis=1) > 0
        told = predicted.std(axis=1) > LEAST_SPREAD
        if not told.any():
            return unknowns
        near, own = (mask[np.ix_(moved, told)] for mask in (self.near, self.own))
        clear = OUT_OF_NOISE / np.sqrt(members)
        seen = near & (own | (np.abs(correlations(flat[moved], predicted[told])) > clear))
        evidence = Evidence(
            self.observations.values[told], self.observations.errors[told],
            float(self.inflation[number]),
        )  # fmt: skip
        found = assimilate(
            np.concatenate([flat[moved], self.silent[moved]]), predicted[told], evidence, random,
            np.tile(seen, (2, 1)),
        )  # fmt: skip
        flat[moved], self.silent[moved] = np.split(found, 2)
        return _unflatten(flat, unknowns)

    def widened(self, unknowns: Unknowns) -> Unknowns:
        """Return unknowns with the spread back that the steps took from the silent numbers.

        No lever is widened by more than all are on the whole: unknowns whose product the record
        tells, such as how many come and how many of them are stopped, keep what they trade off.
        """
        table = pd.DataFrame(
            {
                "lever": [u.prior.lever for u in self.unknowns],
                "needed": 1.0 + self.silent.mean(axis=1) ** 2,
                "left": self.silent.var(axis=1),
            }
        )
        of_lever = table.groupby("lever")[["needed", "left"]].mean()
        whole = float(np.sqrt(table["needed"].mean() / table["left"].mean()))
        lost = (of_lever["needed"] / of_lever["left"]) ** 0.5
        factor = lost.clip(upper=whole).clip(lower=1.0)
        return {
            lever: x + (factor[lever] - 1.0) * (x - x.mean(axis=0)) for lever, x in unknowns.items()
        }


def _silent(count: int, members: int, seed: int) -> Floats:
    drawn = np.random.default_rng([seed, _STREAM]).standard_normal((count, members))
    drawn -= drawn.mean(axis=1, keepdims=True)
    return np.asarray(drawn / drawn.std(axis=1, keepdims=True), dtype=np.float64)


def _listed(priors: Priors, months: tuple[dt.date, ...]) -> Iterator[Unknown]:
    for prior in priors:
        yield from (Unknown(prior, month) for month in (months if prior.walk else (None,)))


def _unflatten(flat: Floats, like: Unknowns) -> Unknowns:
    ends = np.cumsum([x.shape[1] for x in like.values()])
    parts = np.split(flat, ends[:-1])
    return {lever: part.T.copy() for lever, part in zip(like, parts, strict=True)}
