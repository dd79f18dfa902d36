"""How many people flee on each day, and from where.

By default the camps' record says how many: its increase since the day before, less what an earlier
decrease left too many, so that nobody ever goes back. They flee places of conflict in proportion
to population and intensity. Where conflicts drive it, each place of conflict sets off so many.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.engine.steps import Arrive, Remember, Step, Today
from corredor.errors import UsageError
from corredor.flee.case.folder import Case
from corredor.flee.rules.timeline import Timeline

FLED = "fled"


@dataclass(frozen=True, eq=False)
class CampRecord:
    """The record as Flee looks it up: whole people by day, at the scale of the run.

    Attributes
    ----------
    parts : dict
        By name, without the total.
    total : numpy.ndarray
        Of the total's own file.
    at_start : dict
        People in each camp before the first day.
    off_capacity : dict
        By how much Flee lowers the capacity of a camp on day 0: by its record of that day, where
        the record drives who flees and its people are to be inserted, though camps start empty.
    """

    parts: dict[str, NDArray[np.int64]]
    total: NDArray[np.int64]
    at_start: dict[str, int]
    off_capacity: dict[str, int]

    def of(self, name: str) -> NDArray[np.int64]:
        """Return the record of a name; whatever name the total has is the total's."""
        return self.parts.get(name, self.total)


def look_up(case: Case, scale: float) -> CampRecord:
    """Return the record of a case at a scale: people simulated for each one counted."""
    days = np.arange(case.period.days)
    settings, record = case.settings, case.record
    by_record = settings.by_record
    empty = settings.empty_camps_on_day0
    found = {name: counts.divided(1.0 / scale).on(days) for name, counts in record.counts.items()}
    times = {place.name: place.times for place in case.locations}
    inserted = {name: int(found[name][0]) * times[name] if settings.insert_day0 else 0
                for name in case.camps}  # fmt: skip
    if empty and by_record:  # where conflicts drive it, Flee never learns what day 0 was
        found = {name: people - people[0] for name, people in found.items()}
    total = found.pop(record.total)
    return CampRecord(
        found, total,
        at_start={name: 0 if empty else max(0, people) for name, people in inserted.items()},
        off_capacity=inserted if by_record else dict.fromkeys(inserted, 0),
    )  # fmt: skip


def newcomers(case: Case, record: CampRecord) -> NDArray[np.int64]:
    """Return how many people flee on each day where the record says so."""
    parts = np.array([*record.parts.values(), np.zeros_like(record.total)])
    series = parts.sum(axis=0) if case.settings.sum_from_camps else record.total
    increase = np.diff(series, prepend=0)
    if case.settings.insert_day0:
        increase[0] = 0
    elif case.settings.sum_from_camps:  # on day 0 Flee adds the total to its parts
        increase[0] += record.total[0]
    fled, debt = np.zeros_like(increase), 0
    for day, more in enumerate(increase.tolist()):
        fled[day] = max(0, more - debt)
        debt = max(0, debt - more)
    if case.settings.insert_day0:
        fled[0] = 0
    return fled


class Spawning:
    """Lays out the steps in which people flee.

    Parameters
    ----------
    case, timeline : Case, Timeline
        What happens.
    people : numpy.ndarray
        Population of each place, at the scale of the run.
    record : CampRecord
        At the same scale.
    destination, cell : numpy.ndarray
        The state in which those who flee a place begin, and where they are counted.
    """

    def __init__(
        self, case: Case, timeline: Timeline, people: Floats, record: CampRecord,
        destination: NDArray[np.int32], cell: NDArray[np.int32], scale: float,
    ) -> None:  # fmt: skip
        self.case, self.timeline, self.people, self.scale = case, timeline, people, scale
        self.destination, self.cell = destination, cell
        self.fled = newcomers(case, record)

    def steps(self) -> list[Step]:
        """Return the steps of a day: people flee; who has fled is remembered where it matters."""
        floods = self.case.settings.floods
        mode = self.case.settings.spawn_mode if floods is None else f"{floods.spawn_mode} by flood"
        chances, law = {
            "record": (self._by_record, "shared"), "constant": (self._by_conflict, "given"),
            "pop_ratio": (self._by_conflict, "given"), "poisson": (self._by_conflict, "poisson"),
            "constant by flood": (self._by_flood, "given"),
            "pop_ratio by flood": (self._by_flood, "given"),
            "poisson by flood": (self._by_flood, "poisson"),
        }[mode]  # fmt: skip
        flee = Arrive("flee", self.destination, self.cell, chances, law=law)  # type: ignore[arg-type]
        remember = Remember(
            FLED, self.cell, self.cell[:0], np.zeros((1, len(self.cell))),
            lambda _, fled, more: (fled + more, np.zeros((len(fled), 0))),
        )  # fmt: skip
        return [flee, remember] if self.case.settings.take_from_population else [flee]

    def left(self, today: Today) -> Floats:
        """Return the population that is left in each place, [R or 1, places]."""
        if FLED in today.memory:
            return np.asarray(np.maximum(0.0, self.people - today.memory[FLED]))
        return self.people[None]

    def _by_record(self, today: Today) -> Floats | None:
        day = (today.date - self.case.period.start).days
        if not self.fled[day]:
            return None
        weight = self.left(today) * self.timeline.fleeing[self.timeline.row[day]]
        if (weight < 0).any():
            place = self.case.locations[int(np.argmin(weight.min(axis=0)))]
            raise UsageError(
                f"{today.date}: {place.name}: people flee from here, but its population is "
                f"{place.people:,}. Flee stops here too. Check locations.csv."
            )
        total = weight.sum(axis=1, keepdims=True)
        if not (total > 0).all():
            raise UsageError(
                f"{today.date}: the record says that {self.fled[day]:,} people flee, but there is "
                "nobody in a place of conflict. Check conflicts.csv and the populations."
            )
        shared: Floats = self.fled[day] * weight / total
        return shared

    def _by_conflict(self, today: Today) -> Floats:
        settings = self.case.settings
        day = (today.date - self.case.period.start).days
        intensity = self.timeline.conflict[self.timeline.row[day]]
        if settings.spawn_mode == "pop_ratio":
            people = settings.displaced_per_conflict_day * self.left(today) * intensity
        else:
            people = settings.displaced_per_conflict_day * intensity[None] * self.scale
        if settings.spawn_mode == "poisson":
            return np.asarray(people)
        return np.asarray(np.maximum(0.0, np.floor(people)))

    def _by_flood(self, today: Today) -> Floats:
        floods = self.case.settings.floods
        assert floods is not None
        day = (today.date - self.case.period.start).days
        level = self.timeline.flood[self.timeline.row[day]].astype(int)
        people = np.where(level > 0, np.array(floods.displaced)[level], 0.0)[None]
        if floods.spawn_mode == "pop_ratio":
            return np.asarray(np.maximum(0.0, np.floor(people * self.left(today))))
        return np.asarray(np.floor(people) * self.scale)
