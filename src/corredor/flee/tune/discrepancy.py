"""Model discrepancy: how far Flee's rules are off the record, beyond what settings can mend.

People of a camp in the record, less those that the rules give, are a *gap* that lasts: where too
few went one month, too few are there the next. A model of it stands beside the rules (Kennedy and
O'Hagan 2001): the gap is 0 on day 0, on which people are where the record has them, then goes away
from 0 and slowly back (Ornstein and Uhlenbeck). It may go as days pass, as people arrive, or both.
A count itself is a little off too, which is observation error. How wide the gap becomes and what
drives it is found from the days on which a case is tuned, and from no others.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import logsumexp

from corredor.arrays import Floats, Integers
from corredor.flee.case.folder import Case
from corredor.flee.case.record import Counts
from corredor.flee.rules.spawning import look_up

OF_CAMP, OF_ALL = 0.02, 0.002  # assumption: a count is off by these shares of its camp and of all
APART = 7  # days between two counts that are compared, at least
LEAST_SHARE = 0.001  # of all people, for a camp that nobody is in or sent to
WIDTHS = np.geomspace(0.005, 2.0, 16)
CLOCKS = np.array(list(itertools.product(np.geomspace(30.0, 10_000.0, 6), (0.0, 0.3, 1.0))))
"""What a gap goes by: days in which it forgets, and the weight of growth of all people."""
FIRST_PEOPLE = 0.1  # of the mean number of people tuned on: growth counts from there


@dataclass(frozen=True, eq=False)
class Counted:
    """The counts on which a case is tuned.

    Attributes
    ----------
    camp, day : numpy.ndarray
        Of each count, camps one after another, days in their order.
    people : numpy.ndarray
        How many.
    by_day : numpy.ndarray
        The record up to the last of these days as Flee looks it up, held from then on,
        [days, camps].
    """

    camp: Integers
    day: Integers
    people: Floats
    by_day: Floats

    def of(self, people: Floats) -> Floats:
        """Return the people of runs at the counts, [counts, runs]; ``people`` is by run and day."""
        return np.asarray(people[:, self.day, self.camp].T)


def counted(case: Case, half: int) -> Counted:
    """Return the counts before a day, no two of a camp within a week.

    Day 0 is never among them, for there people are put where they were counted.
    """
    by_day = looked_up(_until(case, half))
    found = []
    for camp, name in enumerate(case.camps):
        last = half + APART
        for day in sorted(set(case.record.counts[name].days.tolist()), reverse=True):
            if 0 < day < half and last - day >= APART:
                found.append((camp, day))
                last = day
    camps, days = np.array(sorted(found), np.int64).reshape(-1, 2).T
    return Counted(camps, days, by_day[days, camps], by_day)


def looked_up(case: Case) -> Floats:
    """Return the record by day and camp, [days, camps]."""
    parts = look_up(case, 1.0).parts
    return np.array([parts[name] for name in case.camps], np.float64).T


def _until(case: Case, half: int) -> Case:
    """Return the case without what was counted from a day on."""
    known = {}
    for name, counts in case.record.counts.items():
        early = counts.days < half
        known[name] = (
            Counts(counts.days[early], counts.people[early])
            if early.any()
            else Counts(np.zeros(1, np.int64), np.zeros(1))
        )
    return replace(case, record=replace(case.record, counts=known))


@dataclass(frozen=True, eq=False)
class Discrepancy:
    """The gap between record and rules of a case, in units that are alike for all camps.

    Attributes
    ----------
    counts : Counted
        On which a case is tuned.
    unit : numpy.ndarray
        People that a gap of 1 stands for, [days, camps]: all people in camps, times the root
        of the share of them that the camp has in the record and in the members.
    growth : numpy.ndarray
        Of the number of all people since day 0, as a logarithm; it never falls, [days].
    """

    counts: Counted
    unit: Floats
    growth: Floats

    @classmethod
    def of(cls, counts: Counted, people: Floats, total: Floats) -> Discrepancy:
        """Return it for members over the days tuned on, [members, days, camps].

        ``total`` is how many people there are in camps by day, over all days.
        """
        half = people.shape[1]
        record, sent = counts.by_day[:half], people.mean(axis=0)
        share = sum(_shares(each).mean(axis=0) for each in (record, sent)) / 2
        everybody = np.maximum(1.0, np.r_[record.sum(axis=1), total[half:]])
        first = FIRST_PEOPLE * max(1.0, everybody[:half].mean())
        growth = np.log1p(np.maximum.accumulate(everybody) / first)
        unit = everybody[:, None] * np.sqrt(np.maximum(LEAST_SHARE, share))
        return cls(counts, unit, growth - growth[0])

    def clock(self, which: int | Integers) -> Floats:
        """Return the time by which a gap goes, [days or days, members]."""
        forgets, weight = CLOCKS[which].T
        return np.asarray(
            np.multiply.outer(np.arange(len(self.growth)), 1.0 / forgets)
            + np.multiply.outer(self.growth, weight)
        )

    def gap(self, predicted: Floats) -> Floats:
        """Return record less members at the counts, in units, [counts, members]."""
        return np.asarray((self.counts.people[:, None] - predicted) / self._unit()[:, None])

    def noise(self) -> Floats:
        """Return by how much each count is off, in units."""
        total = self.counts.by_day.sum(axis=1)[self.counts.day]
        return np.asarray((OF_CAMP * self.counts.people + OF_ALL * total) / self._unit())

    def _unit(self) -> Floats:
        return np.asarray(self.unit[self.counts.day, self.counts.camp])

    def likelihood(self, gap: Floats) -> Floats:
        """Return the log likelihood of gaps, [widths, clocks, members]."""
        shape = len(WIDTHS), len(CLOCKS), gap.shape[1]
        found = np.zeros(shape)
        every = self.clock(np.arange(len(CLOCKS)))[:, None, :, None]
        for at in self._followed(gap, WIDTHS[:, None, None], every):
            found -= 0.5 * (at.surprise**2 / at.variance + np.log(at.variance))
        return found

    def whitened(self, values: Floats, width: float, clock: int) -> Floats:
        """Return gaps in as many numbers that are independent with spread 1."""
        followed = self._followed(values, np.array([width]), self.clock(clock)[:, None])
        return np.array([at.surprise / np.sqrt(at.variance) for at in followed])

    def found(self, gap: Floats, width: Floats, clock: Integers) -> dict[int, _Followed]:
        """Return by camp what is known of each member's gap after the last count."""
        followed = self._followed(gap, width, self.clock(clock))
        return {int(self.counts.camp[i]): at for i, at in enumerate(followed)}

    def _followed(self, gap: Floats, width: Floats, time: Floats) -> Iterator[_Followed]:
        """Follow the gaps from count to count (Kalman filter), each camp from day 0."""
        noise, camp, day = self.noise() ** 2, self.counts.camp, self.counts.day
        before = 0
        for i in range(len(day)):
            if i == 0 or camp[i] != camp[i - 1]:
                before, mean, spread = 0, np.zeros(1), np.zeros(1)
            kept = np.exp(time[before] - time[day[i]])
            mean, spread = mean * kept, width**2 + (spread - width**2) * kept**2
            variance, surprise = spread + noise[i], gap[i] - mean
            gain = spread / variance
            mean, spread, before = mean + gain * surprise, spread * (1.0 - gain), int(day[i])
            yield _Followed(before, surprise, variance, mean, spread)


@dataclass(frozen=True, eq=False)
class _Followed:
    """A gap at a count: the surprise and its variance; afterwards its mean and variance."""

    day: int
    surprise: Floats
    variance: Floats
    mean: Floats
    spread: Floats


def _shares(people: Floats) -> Floats:
    return np.asarray(people / np.maximum(1.0, people.sum(axis=1, keepdims=True)))


def likeliest(likelihood: Floats) -> tuple[float, int]:
    """Return width and clock under which members as a whole explain the record best."""
    of_all = logsumexp(likelihood, axis=2)
    i, clock = np.unravel_index(int(of_all.argmax()), of_all.shape)
    return float(WIDTHS[i]), int(clock)


def drawn(likelihood: Floats, random: np.random.Generator) -> tuple[Floats, Integers]:
    """Return a width and a clock for each member, by how well they explain its gaps."""
    members = likelihood.shape[2]
    flat = likelihood.reshape(-1, members)
    upto = np.exp(flat - logsumexp(flat, axis=0)).cumsum(axis=0)
    chosen = np.minimum((random.random(members) * upto[-1] > upto).sum(axis=0), len(flat) - 1)
    i, clock = np.unravel_index(chosen, likelihood.shape[:2])
    return WIDTHS[i], np.asarray(clock, np.int64)


def carried_on(
    discrepancy: Discrepancy, people: Floats, total: Floats, width: Floats, clock: Integers,
    random: np.random.Generator,
) -> Floats:  # fmt: skip
    """Return what would be counted of the members: their people, gap, and the counts' own error.

    From a camp's last count on, its gap goes on from where it was found; before, it goes freely,
    so only days after the last count are a prediction. Nobody is fewer than 0, and all
    together are as many as the record has, as they are for the rules.

    Parameters
    ----------
    discrepancy : Discrepancy
        The model of the gap.
    people : numpy.ndarray
        Of the members, [members, days, camps].
    total : numpy.ndarray
        People in camps by day, [days].
    width, clock : numpy.ndarray
        Of each member's gap, [members].
    random : numpy.random.Generator
        Of the gap's way.
    """
    counts, (members, days, camps) = discrepancy.counts, people.shape
    last = discrepancy.found(discrepancy.gap(counts.of(people)), width, clock)
    gap = np.zeros((members, camps))
    found = np.empty_like(people)
    time = discrepancy.clock(clock)
    kept = np.exp(-np.diff(time, axis=0, prepend=0.0))
    pushed = width * np.sqrt(1.0 - kept**2)
    for day in range(days):
        fresh = random.standard_normal((members, camps))
        gap = kept[day][:, None] * gap + pushed[day][:, None] * fresh
        for camp, at in last.items():
            if at.day == day:
                gap[:, camp] = at.mean + np.sqrt(at.spread) * fresh[:, camp]
        there = np.maximum(0.0, people[:, day] + discrepancy.unit[day] * gap)
        there *= total[day] / np.maximum(1.0, there.sum(axis=1, keepdims=True))
        off = random.standard_normal((members, camps))
        found[:, day] = np.maximum(0.0, there + (OF_CAMP * there + OF_ALL * total[day]) * off)
    return found
