"""Floods that people know of beforehand, as far as each class makes something of it.

As in Flee, a flood that is known to come is a factor on the chance to leave a place and, up to the
last day of the forecast, on the attraction of places. Where none is known both are 0: nobody leaves
such a place, and all ways are alike to those who choose among such places. A flood zone attracts
nobody in that time, for Flee looks for its forecast under another name and finds none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.errors import InputError, Problem
from corredor.flee.case.classes import FLOODAWARENESS
from corredor.flee.case.folder import Case

AT_LEAST = 2  # days ahead: with fewer Flee leaves attraction alone


class Alarm:
    """Says how a forecast changes chances and attraction; without one nothing does.

    Parameters
    ----------
    case : Case
        What was read.
    """

    def __init__(self, case: Case) -> None:
        floods, self.ahead = case.settings.floods, case.ahead
        self.forecast = floods.forecast if floods else None
        self.classes = len(case.classes.kinds)
        if self.forecast:
            self.awareness = [self._aware(value) for value in case.classes.groups[FLOODAWARENESS]]

    def _aware(self, value: str) -> float:
        """Return how much people of such a floodawareness make of a forecast."""
        assert self.forecast
        weights = self.forecast.awareness
        try:
            number = int(float(value))
        except ValueError:
            number = -1
        if not 0 <= number < len(weights):
            expected = f"a floodawareness from 0 to {len(weights) - 1}, by flood_awareness_weights"
            raise InputError(Problem(f"demographics_{FLOODAWARENESS}.csv", expected, value))
        return weights[number]

    def leave(self, day: Integers, leave: Floats) -> list[Floats]:
        """Return the chance of each class to leave each place, [rows, places]."""
        if self.forecast is None or self.ahead is None:
            return [leave] * self.classes
        known = self.ahead[day] / self.forecast.days
        return [leave * known * aware for aware in self.awareness]

    def attraction(self, day: Integers, score: Sequence[Floats]) -> list[Floats]:
        """Return the attraction of places to each class, [rows or R, places]."""
        if self.forecast is None or self.ahead is None or self.forecast.days < AT_LEAST:
            return list(score)
        known = self.ahead[day] ** 2 / self.forecast.days
        during = (day <= self.forecast.end)[:, None]
        return [
            of_class * np.where(during, known * aware, 1.0)
            for of_class, aware in zip(score, self.awareness, strict=True)
        ]

    def zones(self, day: Integers, zone: Sequence[bool]) -> NDArray[np.float64]:
        """Return a factor on the attraction of places that are flood zones, [rows, places]."""
        if self.forecast is None or self.forecast.days < AT_LEAST:
            return np.ones((1, len(zone)))
        during = (day <= self.forecast.end)[:, None]
        return np.where(during & np.array(zone), 0.0, 1.0)
