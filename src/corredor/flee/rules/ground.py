"""What a case is laid out on, however its people are followed, and the program that comes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.kernels.pools import Pools
from corredor.engine.levers import Levers
from corredor.engine.program import Program
from corredor.engine.steps import Moves, Split, Step
from corredor.flee.case.folder import Case
from corredor.flee.rules.cohorts import foreseen_people, most_people
from corredor.flee.rules.cost import Followed, Load
from corredor.flee.rules.network import Network, build_network
from corredor.flee.rules.sinks import Sinks
from corredor.flee.rules.space import Space
from corredor.flee.rules.spawning import CampRecord, Spawning, look_up
from corredor.flee.rules.timeline import Timeline, build_timeline


@dataclass(frozen=True, eq=False, kw_only=True)
class FleeProgram(Program):
    """A case laid out for the engine.

    ``counted`` has a pool for each place of the case; ``record`` is at the scale of the run.
    ``space`` is None where persons are followed one by one; ``bytes_of_persons`` is then what those
    of a run take in memory at most, where that is known. ``followed`` says why.
    """

    case: Case
    space: Space | None
    record: CampRecord
    followed: Followed
    bytes_of_persons: float = 0.0


@dataclass(frozen=True, eq=False)
class Ground:
    """What a case is laid out on, however its people are followed.

    Attributes
    ----------
    case, network, timeline
        What there is, and what happens.
    camp, people : numpy.ndarray
        Whether each place is a camp at first; its population if not, at the scale of the run.
    capacity : numpy.ndarray
        Of each place by day, [days, places].
    record, scale
        The record, and the scale of the run at which it is.
    load : Load
        What the case asks for.
    """

    case: Case
    network: Network
    timeline: Timeline
    camp: NDArray[np.bool_]
    capacity: Floats
    people: Floats
    record: CampRecord
    scale: float
    load: Load

    def spawning(self, start: Integers) -> Spawning:
        """Return how people flee; those of each place come into the state ``start`` of it."""
        cell = np.arange(len(self.case.locations)).astype(np.int32)
        return Spawning(self.case, self.timeline, self.people, self.record,
                        start.astype(np.int32), cell, self.scale)  # fmt: skip

    def at_start(self, sinks: Sinks, spawning: Spawning, of_class: Integers) -> Integers:
        """Return the people in each state before the first day.

        ``of_class`` is the state of people of each class in each place, [classes, places]; those
        of no class yet begin where those do who flee.
        """
        case, scale = self.case, self.scale
        initial = np.zeros(sinks.first + sinks.states, np.int64)
        np.add.at(initial, of_class, (case.classes.first * scale).astype(np.int64))
        for name, people in self.record.at_start.items():
            place = case.index[name]
            there = case.locations[place]
            idps = 0 if case.settings.empty_camps_on_day0 else there.initial_idps * there.times
            initial[spawning.destination[place]] += people + int(idps * scale)
        return initial

    def program(
        self, steps: Sequence[Step], sinks: Sinks, initial: Integers, followed: Followed
    ) -> FleeProgram:
        """Return the program of these steps, each place of the case a pool and a cell."""
        period = self.case.period
        return FleeProgram(
            states=len(initial), cells=len(self.case.locations),
            steps=tuple(("flee", step) for step in steps), levers=Levers({}, {}),
            begin=period.start, keep=period.start,
            end=period.start + dt.timedelta(days=period.days - 1),
            counted=Pools.of(sinks.inside().of_place), gone=np.empty(0, np.int32), initial=initial,
            case=self.case, space=None, record=self.record, followed=followed,
        )  # fmt: skip


def ground_of(case: Case, scale: float) -> Ground:
    """Return what a case is laid out on, at the scale of a run."""
    network = build_network(case)
    timeline = build_timeline(case, network)
    camp = np.array([location.is_camp for location in case.locations])
    record = look_up(case, scale)
    by = case.settings.hasten / scale  # divided, so that a whole quotient stays whole
    everybody = np.floor(np.array([location.people for location in case.locations]) / by)
    people = np.where(camp, 0.0, everybody)
    return Ground(
        case=case, network=network, timeline=timeline, camp=camp,
        capacity=_capacity(case, np.where(camp, everybody, -1.0), record, scale),
        people=people, record=record, scale=scale,
        load=_load(case, timeline, people, record, scale),
    )  # fmt: skip


def _capacity(case: Case, at_first: Floats, record: CampRecord, scale: float) -> Floats:
    """Return the capacity of each place by day; -1 is none, and below 1 is without limit.

    Flee takes the people of day 0 off a camp's capacity, and counts them as its inhabitants too.
    """
    capacity = at_first.copy()
    for name, people in record.off_capacity.items():
        if capacity[case.index[name]] > 0:
            capacity[case.index[name]] -= people
    more = np.array([place.numbers.get("capacity_per_day", 0.0) for place in case.locations])
    days = np.arange(1, case.period.days + 1)
    by_day: Floats = capacity + days[:, None] * more * scale
    return by_day


def _load(case: Case, timeline: Timeline, people: Floats, record: CampRecord, scale: float) -> Load:
    """Return what the case asks for; infinitely much where nobody knows."""
    there, fled = foreseen_people(case, timeline, people, record, scale)
    most = most_people(case, timeline, people, record, scale)
    if case.settings.spawn_mode == "pop_ratio" and case.settings.take_from_population:
        everybody = float(people.sum() + sum(record.at_start.values()))
        if there <= everybody < most and fled.any():
            fled, most = fled * ((everybody - there) / fled.sum()), everybody
    return Load.of(there, fled, most)


def who_they_are(case: Case, born: Integers, begin: Integers) -> list[Step]:
    """Return the step in which people who are there from the start or flee come into a class.

    ``born`` is where people of no class yet are in each place, and ``begin`` the state in which
    people of each class begin in each place, [classes, places].
    """
    if not len(born):
        return []
    classes = np.arange(len(begin))[:, None]
    moves = Moves.build([{"source": born, "destination": begin, "class": classes,
                          "place": np.arange(len(born)), "cell": np.array(-1)}])  # fmt: skip
    share = case.classes.share[moves["class"], moves["place"]][None]
    return [Split("age and sex", moves, lambda _: share)]
