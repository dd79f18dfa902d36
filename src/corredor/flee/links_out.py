"""Flee's log of links, ``links.out.0``: how many people took each open link up to each day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

import numpy as np

from corredor.arrays import Floats, Integers
from corredor.flee.case.folder import Case
from corredor.flee.day_log import DayLog
from corredor.flee.rules.timeline import build_timeline

NAME = "links.out.0"
HEADER = ("#time", "start_location", "end_location", "cum_num_agents", "attribute")
BY_ATTRIBUTE = 1  # above it log_levels.link asks for rows by attribute


class LinkLog(DayLog["Floats | Integers"]):
    """Writes how many people took each link up to each day.

    Of several links between the same two places the first has the people. As in Flee, a link that
    is closed has no row, and counts on when it opens again. Below the row of a link come those of
    each value of an attribute that somebody on it had, where the settings ask for them and persons
    are followed.
    """

    def __init__(self, case: Case, file: TextIO) -> None:
        super().__init__(case, file)
        self._timeline = build_timeline(case, self.network)
        self._links = [(place, end) for place in range(len(case.locations))
                       for end in _ends(case, place)]  # fmt: skip
        self._names = [location.name for location in case.locations]
        by_attribute = case.attributes if case.settings.link > BY_ATTRIBUTE else None
        self._labels = ["total", *(f"{trait.name}:{value}" for trait in
                                   (by_attribute.traits if by_attribute else ())
                                   for value in trait.values)]  # fmt: skip
        self._taken: Floats | Integers = np.zeros((0, 0))

    def header(self) -> str:
        """Return the names of the columns."""
        return ",".join(HEADER)

    def note(self, day: int, told: Floats | Integers) -> None:
        """Write the rows of a day.

        Parameters
        ----------
        day : int
            Its number.
        told : numpy.ndarray
            How many took each connection on it, [1 + values of attributes, connections]: all of
            them first.
        """
        self._taken = told if not self._taken.size else self._taken + told
        known: set[int] = set()
        is_open = self._timeline.open[self._timeline.row[day]]
        upto = min(len(self._labels), len(self._taken))
        for place, end in self._links:
            connection = self.network.between[place, end]
            if is_open[connection]:
                start, goal = self._names[place], self._names[end]
                people = self._taken[:upto, connection].tolist()
                for number, label in zip(people, self._labels, strict=False):
                    first = connection not in known
                    if label == "total" or (first and number > 0):
                        took = number if first else 0
                        self.file.write(f"{day},{start},{goal},{took},{label}\n")
            known.add(connection)


def _ends(case: Case, place: int) -> Iterator[int]:
    """Yield the ends of the links from a place, in Flee's order."""
    for route in case.routes:
        ends = case.index[route.first], case.index[route.second]
        for a, b in (ends, ends[::-1]) * route.times:
            if a == place:
                yield b
