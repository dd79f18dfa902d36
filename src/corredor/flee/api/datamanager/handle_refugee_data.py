"""The record of people in camps, under Flee's names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from corredor.errors import UsageError, did_you_mean
from corredor.flee.api.SimulationSettings import SimulationSettings
from corredor.flee.case.events import Period
from corredor.flee.case.record import Counts, correct, read_record

TOTAL = "total"


class RefugeeTable:
    """Counts by camp and day.

    Parameters
    ----------
    data_directory, data_layout : str
        Where data_layout.csv lies, and its name.
    start_date : str
        Day 0, such as 2012-02-29.
    csvformat : str
        Only ``generic`` is known, as in Flee.
    population_scaledown_factor : int
        People counted for each one simulated.
    start_empty : bool, optional
        Whether day 0 is taken off the record; as ``empty_camps_on_day0`` says unless given.

    Attributes
    ----------
    header : list of str
        The names, that of the total first.
    """

    def __init__(
        self, csvformat: str = "generic", data_directory: str = "mali2012",
        start_date: str = "2012-02-29", data_layout: str = "data_layout_refugee.csv",
        population_scaledown_factor: int = 1, start_empty: bool | None = None,
    ) -> None:  # fmt: skip
        self.start_empty = start_empty
        if csvformat != "generic":
            raise UsageError(f"csvformat: found {csvformat!r}, expected 'generic'.")
        self.data_directory, self.start_date = data_directory, start_date
        self._period = Period(dt.date.fromisoformat(start_date), 1)
        found = read_record(
            Path(data_directory), None, self._period, population_scaledown_factor, data_layout
        )
        self._total, self._counts = found.total, dict(found.counts)
        self.header = list(self._counts)

    def ReadL1Corrections(self, csvname: str) -> None:
        """Scale what was counted before a correction to the count of its day."""
        if Path(csvname).is_file():
            correct(Path(csvname), self._counts, self._period)

    def get_field(self, name: str, day: int, FullInterpolation: bool = True) -> int:
        """Return the people in a camp on a day; ``total`` is the first of the layout."""
        counts = self._of(name)
        people = int(counts.on(np.array([day]))[0])
        rules = SimulationSettings.spawn_rules
        empty = rules["EmptyCampsOnDay0"] if self.start_empty is None else self.start_empty
        if empty and not rules["conflict_driven_spawning"]:
            people -= int(counts.on(np.array([0]))[0])
        return people

    def get_daily_difference(
        self, day: int, day_column: int = 0, count_column: int = 1, Debug: bool = False,
        FullInterpolation: bool = True, SumFromCamps: bool = True,
    ) -> int:  # fmt: skip
        """Return by how much the record grows on a day; on day 0 all rows, as Flee adds them."""
        if day == 0:
            every = self.header if SumFromCamps else [TOTAL]
            return sum(self.get_field(name, 0) for name in every)
        names = [name for name in self.header if name != self._total] if SumFromCamps else [TOTAL]
        return sum(self.get_field(name, day) - self.get_field(name, day - 1) for name in names)

    def get_new_refugees(
        self, day: int, Debug: bool = False, FullInterpolation: bool = True
    ) -> int:
        """Return by how much the record grows on a day."""
        return self.get_daily_difference(day)

    def get_interpolated_data(self, column: int, day: int) -> int:
        """Return the people of a row of the layout on a day."""
        return self.get_field(self.header[column], day)

    def getMaxFromData(self, name: str, days: int) -> int:
        """Return the largest count of a camp up to a day, that of the first later count too."""
        counts = self._of(name)
        later = np.flatnonzero(counts.days >= days)
        upto = int(later[0]) + 1 if len(later) else len(counts.days)
        return max(0, int(counts.people[:upto].max(initial=0)))

    def dump(self, day: int, length: int) -> list[int]:
        """Return by how much the record grows on so many days."""
        return [self.get_daily_difference(day + i) for i in range(length)]

    def _of(self, name: str) -> Counts:
        known = self._total if name == TOTAL and TOTAL not in self._counts else name
        if known not in self._counts:
            raise UsageError(
                f"{self.data_directory}: no count of {name!r}. {did_you_mean(name, self.header)}"
            )
        return self._counts[known]
