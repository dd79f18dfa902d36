"""What is unsure about the rules of a Flee case, before the record is looked at.

``flee_unknowns.csv`` has the settings that are tuned, each with a range and its reason. Within the
range every value is as likely as another, on a linear or a logarithmic scale. What a member draws
is kept as a standard normal number, which the smoother can move without leaving the range.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from scipy.special import ndtr

from corredor.arrays import Floats
from corredor.flee.case.folder import Case


@dataclass(frozen=True)
class Tunable:
    """A setting with its range; ``scale`` is linear or log."""

    key: str
    scale: str
    low: float
    high: float
    reason: str

    def value(self, normal: Floats) -> Floats:
        """Return the values that standard normal numbers stand for."""
        share = ndtr(normal)
        if self.scale == "log":
            return np.asarray(self.low * (self.high / self.low) ** share)
        return np.asarray(self.low + (self.high - self.low) * share)


@cache
def tunables() -> tuple[Tunable, ...]:
    """Return what is tuned, in the order of the file."""
    with Path(__file__).with_name("unknowns.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Tunable(row["key"], row["scale"], float(row["low"]), float(row["high"]), row["reason"])
            for row in csv.DictReader(file)
        )


def values(normal: Floats) -> dict[str, Floats]:
    """Return settings by name from standard normal numbers, [tunables, …]."""
    return {t.key: t.value(z) for t, z in zip(tunables(), normal, strict=True)}


def with_values(case: Case, normal: Sequence[float] | Floats) -> Case:
    """Return the case under the settings that these numbers stand for."""
    settings = {key: float(value) for key, value in values(np.asarray(normal)).items()}
    return replace(case, settings=replace(case.settings, **settings))  # type: ignore[arg-type]
