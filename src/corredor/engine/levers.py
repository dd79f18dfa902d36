"""Levers: named numbers by key that change over time, for all replicates or for each.

A compiled lever answers "what is its value on this day". What the levers are called and mean is
the model's affair.
"""

from __future__ import annotations

import bisect
import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

ALWAYS = dt.date.min
NEVER = dt.date.max


@dataclass(frozen=True, eq=False)
class CompiledLever:
    """A lever over time: values [R or 1, changes, keys] from each of the change days on.

    Whatever multiplies them, they stay from ``minimum`` to ``maximum``.
    """

    days: tuple[dt.date, ...]
    values: NDArray[np.float64]
    minimum: float = -math.inf
    maximum: float = math.inf

    def step(self, day: dt.date) -> int:
        """Return which of the changes holds on ``day``."""
        return bisect.bisect_right(self.days, day) - 1

    def last_change(self, day: dt.date) -> dt.date:
        """Return the last day up to ``day`` on which the lever changed."""
        return self.days[self.step(day)]

    def next_change(self, day: dt.date) -> dt.date:
        """Return the first day after ``day`` on which the lever changes, or the end of time."""
        following = self.step(day) + 1
        return self.days[following] if following < len(self.days) else NEVER


@dataclass(frozen=True, eq=False)
class Factors:
    """Factors on a lever: ``values`` [R, days], each from its day on; the first day is ALWAYS.

    With ``added`` they are added to the lever instead, for utilities, whose zero means nothing.
    """

    days: tuple[dt.date, ...]
    values: NDArray[np.float64]
    added: bool = False

    @classmethod
    def constant(cls, values: NDArray[np.float64]) -> Factors:
        """Return factors [R] that hold all the time."""
        return cls((ALWAYS,), np.asarray(values)[:, None])

    def of(self, replicates: slice) -> Factors:
        """Return the factors of some of the replicates."""
        return Factors(self.days, self.values[replicates], self.added)

    def until(self, day: dt.date) -> Factors:
        """Return the factors with the last one up to ``day`` held from then on."""
        known = bisect.bisect_right(self.days, day)
        return Factors(self.days[:known], self.values[:, :known], self.added)

    def on(self, days: Sequence[dt.date]) -> NDArray[np.float64]:
        """Return the factors that hold on the given days, [R, days]."""
        return self.values[:, [bisect.bisect_right(self.days, day) - 1 for day in days]]


@dataclass(frozen=True, eq=False)
class Levers:
    """All levers of a scenario, compiled for a world.

    Attributes
    ----------
    compiled : dict
        By lever name.
    keys : dict
        The keys of each lever, in the order of the last axis of its values.
    held : dict
        Levers (or a lever and a key) that stay as they were on a day, whatever moves them.
    as_set : dict
        By lever and key, the day from which its setting is the value itself: no factor moves it.
    reference : Levers, optional
        The levers that a step may compare these with; the same factors move them.
    """

    compiled: dict[str, CompiledLever]
    keys: dict[str, tuple[str, ...]] = field(repr=False)
    held: Mapping[str, dt.date] = field(default_factory=dict)
    as_set: Mapping[str, Mapping[str, dt.date]] = field(default_factory=dict)
    reference: Levers | None = field(default=None, repr=False)
    _lately: dict[str, tuple[dt.date, dt.date, NDArray[np.float64]]] = field(
        default_factory=dict, init=False, repr=False
    )  # the first day, the day after the last, and the values that hold between them

    def value(self, name: str, day: dt.date) -> NDArray[np.float64]:
        """Return the values of a lever on a day, [R or 1, keys]."""
        lately = self._lately.get(name)
        if lately is None or not lately[0] <= day < lately[1]:
            lever = self.compiled[name]
            values = lever.values[:, lever.step(day)]
            lately = self._lately[name] = lever.last_change(day), lever.next_change(day), values
        return lately[2]

    def next_change(self, names: Sequence[str], day: dt.date) -> dt.date:
        """Return the first day after ``day`` on which one of the named levers changes."""
        return min((self.compiled[name].next_change(day) for name in names), default=NEVER)

    def first_difference(self, other: Levers) -> dt.date | None:
        """Return the first day on which a lever changes or stands otherwise than in ``other``."""
        days = [
            day
            for name, mine in self.compiled.items()
            for day in {*mine.days, *other.compiled[name].days}
            if mine.last_change(day) != other.compiled[name].last_change(day)
            or not np.array_equal(self.value(name, day), other.value(name, day))
        ]
        freed = [
            min(mine.get(name, NEVER), theirs.get(name, NEVER)) + dt.timedelta(days=1)
            for mine, theirs in [(self.held, other.held)]
            for name in {*mine, *theirs}
            if mine.get(name) != theirs.get(name)
        ]
        taken = [
            min(mine.get(key, NEVER), theirs.get(key, NEVER))
            for name in {*self.as_set, *other.as_set}
            for mine, theirs in [(self.as_set.get(name, {}), other.as_set.get(name, {}))]
            for key in {*mine, *theirs}
            if mine.get(key) != theirs.get(key)
        ]
        return min(days + freed + taken, default=None)

    def scaled(self, factors: Mapping[str, Factors]) -> Levers:
        """Return levers where each named one is multiplied by its own factor per replicate.

        A name is a lever, or a lever and a key: ``interdiction.tempo`` or
        ``interdiction.tempo.south``. Results stay within the lever's range, a factor on a lever
        that is held stays as it was on that day, and none moves a value that is taken as set.
        """
        compiled = dict(self.compiled)
        for name, given in factors.items():
            lever = name if name in compiled else name.rpartition(".")[0]
            held = self.held.get(name, self.held.get(lever))
            factor = given.until(held) if held else given
            mine = compiled[lever]
            days = tuple(sorted({*mine.days, *factor.days}))
            on_days = factor.on(days)[:, :, None]
            values = mine.values[:, [mine.step(day) for day in days]] * np.ones_like(on_days)
            key = slice(None)
            if lever != name:
                at = self.keys[lever].index(name[len(lever) + 1 :])
                key = slice(at, at + 1)
            moving = on_days
            if self.as_set.get(lever):
                still = self.as_set_on(lever, days)[:, key]
                moving = np.where(still, 0.0 if factor.added else 1.0, on_days)
            if factor.added:
                values[:, :, key] += moving
            else:
                values[:, :, key] *= moving
            values = np.clip(values, mine.minimum, mine.maximum)
            compiled[lever] = replace(mine, days=days, values=values)
        reference = self.reference.scaled(factors) if self.reference else None
        return Levers(compiled, self.keys, self.held, self.as_set, reference)

    def as_set_on(self, lever: str, days: Sequence[dt.date]) -> NDArray[np.bool_]:
        """Return where the lever is taken as set, [days, keys]."""
        first = self.as_set.get(lever, {})
        return np.array(
            [[day >= first.get(key, NEVER) for key in self.keys[lever]] for day in days]
        )
