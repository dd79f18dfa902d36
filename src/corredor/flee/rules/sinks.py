"""Camps as sinks: in the evening some of those in a camp settle there for good.

They are counted in the camp on all later days, fill it up, and leave no more.
"""

from __future__ import annotations

import numpy as np

from corredor.arrays import Floats, Integers
from corredor.engine.steps import Moves, Split, Today
from corredor.flee.case.folder import Case
from corredor.flee.rules.choosing import Inside
from corredor.flee.rules.timeline import Timeline

CHANCE = "deactivation_probability"


class Sinks:
    """The states of people who have settled, after all others.

    Parameters
    ----------
    case, timeline : Case, Timeline
        Which places are camps, and when.
    inside : Inside
        The states of people in each place who have not settled.
    first : int
        The number of the first of their states.
    """

    def __init__(self, case: Case, timeline: Timeline, inside: Inside, first: int) -> None:
        self.case, self.timeline = case, timeline
        chance = np.array([place.numbers.get(CHANCE, 0.0) for place in case.locations])
        self.chance = np.clip(chance, 0.0, 1.0) if case.settings.camps_are_sicks else 0.0 * chance
        self.begin, self.first = inside, first
        size = len(inside.of_class) * len(chance) if self.chance.any() else 0
        self.settled: Integers = first + np.arange(size).reshape(len(inside.of_class), -1)

    @property
    def states(self) -> int:
        """Return how many states there are."""
        return self.settled.size

    def on(self, day: int) -> Floats:
        """Return the chance to settle in each place in the evening of a day, [places]."""
        return np.asarray(self.chance * self.timeline.camp[self.timeline.row[day]], np.float64)

    def inside(self) -> Inside:
        """Return the states of people in each place, settled or not."""
        if not self.states:
            return self.begin
        return Inside(
            [np.r_[there, self.settled[:, p]] for p, there in enumerate(self.begin.of_place)],
            [[np.r_[there, self.settled[k, p]] for p, there in enumerate(of_class)]
             for k, of_class in enumerate(self.begin.of_class)],
        )  # fmt: skip

    def steps(self) -> list[Split]:
        """Return the step in which people settle, the last of a day; none if nobody does."""
        if not self.states:
            return []
        moves = Moves.build([
            {"source": there, "destination": self.settled[k, p], "place": np.array(p),
             "cell": np.array(-1)}
            for k, of_class in enumerate(self.begin.of_class) for p, there in enumerate(of_class)
        ])  # fmt: skip

        def settle(today: Today) -> Floats:
            chance = self.on((today.date - self.case.period.start).days)
            return np.asarray(chance[moves["place"]][None])

        return [Split("settle", moves, settle, reprice="day")]
