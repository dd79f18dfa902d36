"""Flee's log of agents, ``agents.out.0``: where each person is on each day, and their way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TextIO

from corredor.flee.case.folder import Case
from corredor.flee.day_log import DayLog
from corredor.flee.rules.passing import MM
from corredor.flee.rules.persons import Evening

NAME = "agents.out.0"
COLUMNS = ("#time", "rank-agentid", "original_location", "current_location", "gps_x", "gps_y",
           "is_travelling", "distance_travelled", "places_travelled",
           "distance_moved_this_timestep")  # fmt: skip
AT_ONCE = 50_000  # persons whose rows are in memory together
LINKS_OF_THE_DAY, NUMBERED = 2, 3  # levels: rows of links passed on a day, and with their number


class AgentLog(DayLog[Evening]):
    """Writes where each person is on each day.

    As in Flee, persons are numbered in the order in which they came, km are those of links that
    were finished, and a link is called ``L:`` and both its ends and lies in the middle of them.
    Whoever has settled for good is told no more.
    """

    def __init__(self, case: Case, file: TextIO) -> None:
        super().__init__(case, file)
        self.level, network = case.settings.agent, self.network
        spots = [(place.name, place.x, place.y) for place in case.locations]
        self._names = [name for name, *_ in spots]
        self._places = [f"{name},{x},{y}" for name, x, y in spots]
        self._links = [
            f"L:{spots[a][0]}:{spots[b][0]},{(spots[a][1] + spots[b][1]) / 2},"
            f"{(spots[a][2] + spots[b][2]) / 2}"
            for a, b in zip(network.origin.tolist(), network.destination.tolist(), strict=True)
        ]
        traits = case.attributes.traits if case.attributes else ()
        self._values = ["", *(f"{value}," for trait in traits for value in trait.values)]

    def header(self) -> str:
        """Return the names of the columns; those of attributes end with a comma."""
        traits = self.case.attributes.traits if self.case.attributes else ()
        return ",".join(COLUMNS) + "," + "".join(f"{trait.name}," for trait in traits)

    def note(self, day: int, told: Evening) -> None:
        """Write the rows of a day.

        Parameters
        ----------
        day : int
            Its number.
        told : Evening
            What persons have done on it.
        """
        paths = told.paths
        passed: dict[int, list[str]] = defaultdict(list)
        if self.level >= LINKS_OF_THE_DAY:
            for person, leg in told.passed.tolist():
                passed[person].append(self._links[paths.connection[leg]])
        for first in range(0, len(told.gone), AT_ONCE):
            for number, where, end in self._rows(told, slice(first, first + AT_ONCE)):
                begin = f"0-{number},{self._names[told.persons.home[number]]}"
                self.file.write(f"{day},{begin},{where},{end}")
                for hop, passed_link in enumerate(passed.get(number, ()), 1):
                    time = f"{day}-{hop}" if self.level >= NUMBERED else str(day)
                    self.file.write(f"{time},{begin},{passed_link},{end}")

    def _rows(self, evening: Evening, some: slice) -> Iterator[tuple[int, str, str]]:
        """Yield number, where they are, and what is told of their way, of some of the persons."""
        persons, paths = evening.persons, evening.paths
        on = persons.leg[some] >= 0
        columns = zip(
            evening.gone[some].tolist(), on.tolist(),
            paths.connection[persons.leg[some]].tolist(),
            paths.place[persons.stance[some]].tolist(), (persons.travelled[some] / MM).tolist(),
            (1 + persons.finished[some]).tolist(), (evening.moved[some] / MM).tolist(),
            persons.attributes[some].tolist(), strict=True,
        )  # fmt: skip
        for number, (gone, on_way, link, spot, far, places, moved, values) in enumerate(
            columns, some.start
        ):
            if not gone:
                told = "".join([self._values[value] for value in values if value >= 0])
                where = self._links[link] if on_way else self._places[spot]
                yield number, where, f"{on_way},{far},{places},{moved},{told}\n"
