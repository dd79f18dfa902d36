"""Flee's log of agents, ``agents.out.0``: where each person is on each day, and their way."""

from __future__ import annotations

from collections import defaultdict
from typing import TextIO

from corredor.flee.case.folder import Case
from corredor.flee.rules.network import build_network
from corredor.flee.rules.passing import MM
from corredor.flee.rules.persons import Evening

NAME = "agents.out.0"
COLUMNS = ("#time", "rank-agentid", "original_location", "current_location", "gps_x", "gps_y",
           "is_travelling", "distance_travelled", "places_travelled",
           "distance_moved_this_timestep")  # fmt: skip
LINKS_OF_THE_DAY, NUMBERED = 2, 3  # levels: rows of links passed on a day, and with their number


class AgentLog:
    """Writes the log of a run, day by day.

    As in Flee, persons are numbered in the order in which they came, km are those of links that
    were finished, and a link is called ``L:`` and both its ends and lies in the middle of them.
    Whoever has settled for good is told no more.

    Parameters
    ----------
    case : Case
        What is run.
    file : file
        Where to write.
    """

    def __init__(self, case: Case, file: TextIO) -> None:
        self.file, self.level = file, case.settings.agent
        network = build_network(case)
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
        names = "".join(f"{trait.name}," for trait in traits)
        file.write(",".join(COLUMNS) + f",{names}\n")

    def note(self, day: int, evening: Evening) -> None:
        """Write the rows of a day.

        Parameters
        ----------
        day : int
            Its number.
        evening : Evening
            What persons have done on it.
        """
        persons, paths = evening.persons, evening.paths
        on = persons.leg >= 0
        connection = paths.connection[persons.leg]
        place = paths.place[persons.stance]
        passed: dict[int, list[str]] = defaultdict(list)
        if self.level >= LINKS_OF_THE_DAY:
            for person, leg in evening.passed.tolist():
                passed[person].append(self._links[paths.connection[leg]])
        columns = zip(
            evening.gone.tolist(), persons.home.tolist(), on.tolist(), connection.tolist(),
            place.tolist(), (persons.travelled / MM).tolist(), persons.finished.tolist(),
            (evening.moved / MM).tolist(), persons.attributes.tolist(), strict=True,
        )  # fmt: skip
        for number, (gone, home, on_way, link, spot, far, finished, moved, values) in enumerate(
            columns
        ):
            if gone:
                continue
            begin = f"0-{number},{self._names[home]}"
            where = self._links[link] if on_way else self._places[spot]
            told = "".join([self._values[value] for value in values if value >= 0])
            end = f"{on_way},{far},{1 + finished},{moved},{told}\n"
            self.file.write(f"{day},{begin},{where},{end}")
            for hop, passed_link in enumerate(passed.get(number, ()), 1):
                time = f"{day}-{hop}" if self.level >= NUMBERED else str(day)
                self.file.write(f"{time},{begin},{passed_link},{end}")
