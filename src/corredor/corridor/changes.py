"""What one scenario sets otherwise than another, from which day on, and for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corredor.arrays import Floats
from corredor.corridor.scenario import Scenario, differences


@dataclass(frozen=True)
class LeverChange:
    """A lever that one scenario sets otherwise than another.

    Attributes
    ----------
    lever : str
        Its name.
    keys : tuple of str
        The places, nationalities, … it is about; empty if it has none or all are alike.
    day : datetime.date
        From when on; ``datetime.date.min`` if always.
    before, after : float or None
        The values of the two; None where the lever is held as it was on ``day``.
    """

    lever: str
    keys: tuple[str, ...]
    day: dt.date
    before: float | None
    after: float | None


def changes(reference: Scenario, other: Scenario) -> list[LeverChange]:
    """Say which levers ``other`` sets otherwise, from which day on, from what to what."""
    mine, theirs = (s.levers() for s in (reference, other))
    found: list[LeverChange] = []
    for lever in differences(reference, other):
        for name, day in other.held.items():
            of_lever = name == lever or name.startswith(f"{lever}.")
            if of_lever and reference.held.get(name) != day:
                keys = (name[len(lever) + 1 :],) if name != lever else ()
                found.append(LeverChange(lever, keys, day, None, None))
        days = sorted({*mine.compiled[lever].days, *theirs.compiled[lever].days})
        # A value and a level that calibration multiplies differ, though the number be the same.
        taken = mine.as_set_on(lever, days) != theirs.as_set_on(lever, days)
        values = [
            (day, mine.value(lever, day)[0], theirs.value(lever, day)[0], other_kind)
            for day, other_kind in zip(days, taken, strict=True)
        ]
        found += _grouped(lever, mine.keys[lever], values)
    return found


def _grouped(
    lever: str,
    keys: Sequence[str],
    values: Sequence[tuple[dt.date, Floats, Floats, npt.NDArray[np.bool_]]],
) -> Iterator[LeverChange]:
    """Join the keys that change alike; a change that goes on is told once."""
    before: dict[str, tuple[float, float]] = {}
    for day, old, new, taken in values:
        alike: dict[tuple[float, float], list[str]] = {}
        pairs = zip(old.tolist(), new.tolist(), strict=True)
        for key, pair, other_kind in zip(keys, pairs, taken.tolist(), strict=True):
            differs = pair[0] != pair[1] or (other_kind and key not in before)
            if differs and before.get(key) != pair:
                alike.setdefault(pair, []).append(key)
            if differs or key in before:
                before[key] = pair
        for (was, becomes), named in alike.items():
            yield LeverChange(
                lever, () if len(named) == len(keys) else tuple(named), day, was, becomes
            )
