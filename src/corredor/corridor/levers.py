"""Levers: every number of a process that a scenario may set, over time and by key.

The contract is ``inputs/schema/levers.csv``. A setting is a list of (first day, value) for each
key; ``compile_levers`` turns the settings of a scenario into the engine's levers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from corredor.corridor.kinds import RETURNED
from corredor.corridor.world import World
from corredor.engine.levers import ALWAYS, NEVER, CompiledLever, Levers
from corredor.inputs import schema

Dated = tuple[tuple[dt.date, float], ...]
Settings = Mapping[str, Mapping[str, Dated]]
UTILITY = "utility"  # the unit of what has no zero
YES_OR_NO = "yes or no"  # the unit of a switch, which true and false may set too
PAIRED = "nationality and sector"  # what a lever is told apart by whose key is ``pair_key``
ENTERED = "nationality and place"  # likewise, of the places where the nationality enters


@dataclass(frozen=True, kw_only=True)
class Lever:
    """A number that a scenario may set: a row of ``inputs/schema/levers.csv``, or a rule's own.

    Attributes
    ----------
    name : str
        Process and lever, such as ``interdiction.tempo``.
    by : str
        What it is told apart by: ``zone``, ``place``, ``nationality``, ``sector``, ``returned``;
        empty for one number.
    unit : str
        Such as ``chance a day``, ``days``, ``people a day``.
    default : float
        Its value where no scenario sets it.
    minimum, maximum : float
        The range that a scenario, or calibration, can take it to.
    meaning, source : str
        In plain words; and where the default is from, or that it is an assumption with its range.
    whole : str
        What a share is a part of, where other shares are parts of it too: those of all keys if it
        stands alone, else those of the same key.

    Examples
    --------
    >>> import corredor
    >>> taken = corredor.Lever(
    ...     name="ransom.taken", unit="chance a day", default=0.0, minimum=0.0, maximum=1.0,
    ...     meaning="chance that somebody on the way is taken for ransom",
    ...     source="no figure was found: 0, nobody",
    ... )
    >>> taken.expected
    'a number from 0 to 1 (chance a day)'
    """

    name: str
    unit: str
    default: float
    minimum: float
    maximum: float
    meaning: str
    source: str
    by: str = ""
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
            name=row["lever"], by=row["by"], unit=row["unit"], default=float(row["default"]),
            minimum=float(row["minimum"]), maximum=float(row["maximum"]), meaning=row["meaning"],
            source=row["source"], whole=row["whole"],
        )
        for row in table.to_dict("records")
    }  # fmt: skip


def keys_of(lever: Lever, world: World) -> tuple[str, ...]:
    """Return the keys under which a lever may be set in a world; ``("",)`` if it has none."""
    return _keys_of(world)[lever.by]


def told_apart_by() -> tuple[str, ...]:
    """Return what a lever may be told apart by; the first, empty, is by nothing."""
    return ("", "zone", "returned", "place", "nationality", "sector", PAIRED, ENTERED)


@lru_cache(4)  # asked for every lever and prior of a world
def _keys_of(world: World) -> dict[str, tuple[str, ...]]:
    nationalities = tuple(dict.fromkeys(world.people["nationality"]))
    sectors = tuple(dict.fromkeys(s for s in world.places["sector"] if s))
    entry = world.entry
    return {
        "": ("",),
        "zone": tuple(world.zones.index),
        "jurisdiction": tuple(world.jurisdictions.index),
        "returned": RETURNED,
        "place": tuple(world.places.index),
        "nationality": nationalities,
        "sector": sectors,
        PAIRED: tuple(pair_key(n, s) for n in nationalities for s in sectors),
        ENTERED: tuple(dict.fromkeys(map(pair_key, entry["nationality"], entry["place"]))),
    }


def pair_key(nationality: str, where: str) -> str:
    """Return the key of a nationality in a sector or place, such as ``venezuela Del Rio``."""
    return f"{nationality} {where}"


def compile_levers(
    settings: Settings,
    world: World,
    held: Mapping[str, dt.date] | None = None,
    as_set: Mapping[str, Mapping[str, dt.date]] | None = None,
    known: Mapping[str, Lever] | None = None,
) -> Levers:
    """Turn the settings of a scenario into arrays; what is not set has its default.

    ``known`` are all levers there are, where a scenario has rules of its own.
    """
    compiled, keys, taken = {}, {}, {}
    for name, lever in (known or known_levers()).items():
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
    position = {key: k for k, key in enumerate(keys)} if set(setting) - {"default"} else {}
    series: list[tuple[int | slice, Dated]] = [(k, before_and_after(default, setting[key], lever))
              for key, k in position.items() if key in setting]  # fmt: skip
    if len(series) < len(keys):  # the keys not named are all alike
        series.insert(0, (slice(None), before_and_after(default, (), lever)))
    days = sorted({ALWAYS} | {day for _, dated in series for day, _ in dated})
    values = np.full((1, len(days), len(keys)), lever.default)
    for at, dated in series:
        for first, value in dated:
            values[0, days.index(first) :, at] = value
    return CompiledLever(tuple(days), values, lever.minimum, lever.maximum)
