"""Levers: every number of a process that a scenario may set, over time and by key.

The contract is ``schema/levers.csv``. A setting is a list of (first day, value) for each key; a
compiled lever answers "what is its value on this day" with one row for all replicates or one each.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corredor import schema
from corredor.states import RETURNED
from corredor.world import ELSEWHERE, World

Dated = tuple[tuple[dt.date, float], ...]
Settings = Mapping[str, Mapping[str, Dated]]
ALWAYS = dt.date.min
NEVER = dt.date.max
UTILITY = "utility"  # the unit of what has no zero
YES_OR_NO = "yes or no"  # the unit of a switch, which true and false may set too
ZONES = ("darien", "central_america", "south", "centre", "north")


@dataclass(frozen=True)
class Lever:
    """One row of ``schema/levers.csv``: name, key, unit, default, range, meaning, source.

    ``whole`` names what a share is a part of, where other shares are parts of it too: those of all
    keys if it stands alone, else those of the same key.
    """

    name: str
    by: str
    unit: str
    default: float
    minimum: float
    maximum: float
    meaning: str
    source: str
    whole: str = ""

    @property
    def expected(self) -> str:
        """What a right value looks like, in words."""
        words = f"a number from {self.minimum:g} to {self.maximum:g} ({self.unit})"
        return f"true, false or {words}" if self.unit == YES_OR_NO else words

    def read(self, value: object) -> float | None:
        """Return a value of a TOML file as a number, or None if this lever cannot have it."""
        if isinstance(value, bool) and self.unit != YES_OR_NO:
            return None
        if not isinstance(value, int | float) or not self.minimum <= value <= self.maximum:
            return None
        return float(value)


@cache
def known_levers() -> dict[str, Lever]:
    """Return every lever by name, in the order of the table."""
    table = pd.read_csv(Path(schema.__file__).with_name("levers.csv"), keep_default_na=False)
    return {
        row["lever"]: Lever(
            row["lever"], row["by"], row["unit"], float(row["default"]), float(row["minimum"]),
            float(row["maximum"]), row["meaning"], row["source"], row["whole"],
        )
        for row in table.to_dict("records")
    }  # fmt: skip


def keys_of(lever: Lever, world: World) -> tuple[str, ...]:
    """Return the keys under which a lever may be set in a world; ``("",)`` if it has none."""
    outside = bool((world.places["zone"] == ELSEWHERE).all())
    return {
        "": ("",),
        "zone": (ELSEWHERE,) if outside else ZONES,
        "returned": RETURNED,
        "place": tuple(world.places.index),
        "nationality": tuple(dict.fromkeys(world.people["nationality"])),
        "sector": tuple(dict.fromkeys(s for s in world.places["sector"] if s)),
    }[lever.by]


@dataclass(frozen=True, eq=False)
class CompiledLever:
    """A lever over time: values [R or 1, changes, keys] from each of the change days on."""

    days: tuple[dt.date, ...]
    values: NDArray[np.float64]

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
    """

    compiled: dict[str, CompiledLever]
    keys: dict[str, tuple[str, ...]] = field(repr=False)
    held: Mapping[str, dt.date] = field(default_factory=dict)
    as_set: Mapping[str, Mapping[str, dt.date]] = field(default_factory=dict)

    def value(self, name: str, day: dt.date) -> NDArray[np.float64]:
        """Return the values of a lever on a day, [R or 1, keys]."""
        lever = self.compiled[name]
        return lever.values[:, lever.step(day)]

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
            known, mine = known_levers()[lever], compiled[lever]
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
            compiled[lever] = CompiledLever(days, np.clip(values, known.minimum, known.maximum))
        return Levers(compiled, self.keys, self.held, self.as_set)

    def as_set_on(self, lever: str, days: Sequence[dt.date]) -> NDArray[np.bool_]:
        """Return where the lever is taken as set, [days, keys]."""
        first = self.as_set.get(lever, {})
        return np.array(
            [[day >= first.get(key, NEVER) for key in self.keys[lever]] for day in days]
        )


def compile_levers(
    settings: Settings,
    world: World,
    held: Mapping[str, dt.date] | None = None,
    as_set: Mapping[str, Mapping[str, dt.date]] | None = None,
) -> Levers:
    """Turn the settings of a scenario into arrays; what is not set has its default."""
    compiled, keys, taken = {}, {}, {}
    for name, lever in known_levers().items():
        keys[name] = keys_of(lever, world)
        compiled[name] = _compile(lever, settings.get(name, {}), keys[name])
        if as_set and name in as_set:
            taken[name] = _by_own_key(as_set[name], settings.get(name, {}), keys[name])
    return Levers(compiled, keys, held or {}, taken)


def _by_own_key(
    as_set: Mapping[str, dt.date], setting: Mapping[str, Dated], keys: Sequence[str]
) -> dict[str, dt.date]:
    """Return the day from which each key is taken as set; ``default`` is for those not named."""
    found = {key: as_set.get(key if key in setting else "default", NEVER) for key in keys}
    return {key: day for key, day in found.items() if day != NEVER}


def before_and_after(default: Dated, own: Dated, lever: Lever) -> Dated:
    """Return the values of a key: its own from their first day on, before it those of others."""
    others = default if default and default[0][0] == ALWAYS else ((ALWAYS, lever.default), *default)
    if not own:
        return others
    return (*(pair for pair in others if pair[0] < own[0][0]), *own)


def _compile(lever: Lever, setting: Mapping[str, Dated], keys: Sequence[str]) -> CompiledLever:
    default = setting.get("default", ())
    series = [before_and_after(default, setting.get(key, ()), lever) for key in keys]
    days = sorted({ALWAYS} | {day for dated in series for day, _ in dated})
    values = np.full((1, len(days), len(keys)), lever.default)
    for k, dated in enumerate(series):
        for first, value in dated:
            values[0, days.index(first) :, k] = value
    return CompiledLever(tuple(days), values)
