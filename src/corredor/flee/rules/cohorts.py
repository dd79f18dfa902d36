"""Whether it matters who fled first, and the arrival cohorts in which people are then counted.

Flee asks its agents in the order in which they fled, the people of the camps' record on day 0
before them, camp by camp. Each sees how full the camps are after those before. So where many leave
nearly full camps, those who fled early find all camps full, and those who fled late take the places
that the others left. Where hardly anybody leaves a camp in a day, the order does not matter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.engine.kernels.relay_cohorts import ArrivalCohorts
from corredor.flee.case.folder import Case
from corredor.flee.rules.space import Space
from corredor.flee.rules.spawning import CampRecord, newcomers
from corredor.flee.rules.timeline import Timeline

SMALL_PART = 0.02  # assumption: of the room between nearly full and full, so few do not matter
MOST = 64  # assumption: an arrival cohort of a sixty-fourth of all people is small
MOST_STATES = 1_000_000  # of all arrival cohorts together
DEVIATIONS = 6.0  # more people than that many above the mean do not flee


def order_matters(
    case: Case, timeline: Timeline, capacity: Floats, people: Floats, record: CampRecord,
    scale: float,
) -> bool:  # fmt: skip
    """Return whether more than a small part of the last room of some camp may be left in a day.

    Parameters
    ----------
    case, timeline : Case, Timeline
        What happens.
    capacity, people : numpy.ndarray
        Capacities by day and place, [days, places], and populations, [places].
    record : CampRecord
        At the scale of the run.
    scale : float
        People simulated for each one counted.
    """
    settings = case.settings
    limit = capacity * settings.capacity_scaling
    power = settings.movechance_pop_scale_factor
    size = np.maximum(capacity, 0.0) / settings.movechance_pop_base
    with np.errstate(divide="ignore", over="ignore"):
        factor = size**power if power != 0 else np.ones_like(size)
    leave = timeline.pressed(timeline.row, timeline.leave[timeline.row] * factor)
    many = (limit >= 1) & (leave > SMALL_PART * (1.0 - settings.capacity_buffer))
    if not many.any():
        return False
    nearly_full = settings.capacity_buffer * float(limit[many].min())
    return nearly_full < most_people(case, timeline, people, record, scale)


def _weights(case: Case, timeline: Timeline, people: Floats, record: CampRecord) -> Floats:
    """Return people who flee on each day, in any unit where conflicts or floods drive it."""
    if case.settings.by_record:
        return newcomers(case, record).astype(float)
    if case.settings.floods is not None:  # as if they came alike on all days
        return np.ones(case.period.days)
    by_place = timeline.conflict[timeline.row]
    return np.asarray((by_place * people if case.settings.spawn_mode == "pop_ratio" else by_place)
                      .sum(axis=1))  # fmt: skip


def foreseen_people(
    case: Case, timeline: Timeline, people: Floats, record: CampRecord, scale: float
) -> tuple[float, Floats]:
    """Return how many are there at first, and flee on each day, in the mean; [days].

    With floods nobody knows, and it is infinitely many.
    """
    there = sum(record.at_start.values()) + len(case.agents) * scale
    there += sum(place.initial_idps for place in case.locations if place.is_camp)
    fled = _weights(case, timeline, people, record)
    if case.settings.floods is not None:
        fled = np.full(case.period.days, np.inf)
    elif case.settings.spawn_mode != "record":
        fled = fled * case.settings.displaced_per_conflict_day
        fled = fled * (scale if case.settings.spawn_mode != "pop_ratio" else 1.0)
    return float(there), np.asarray(fled, np.float64)


def most_people(
    case: Case, timeline: Timeline, people: Floats, record: CampRecord, scale: float
) -> float:
    """Return more people than there will ever be; with floods no number is too large."""
    there, by_day = foreseen_people(case, timeline, people, record, scale)
    fled = float(by_day.sum())
    return float(there + fled + DEVIATIONS * np.sqrt(fled))


def build_arrival_cohorts(
    case: Case, timeline: Timeline, space: Space, people: Floats, record: CampRecord
) -> ArrivalCohorts:
    """Lay out arrival cohorts: one for each camp that people are in at first, then by day.

    Days are joined where there are too many, so that none has many more people than others.
    """
    evening, place_of = space.passing, space.place_of[: space.passing]
    first = np.full(len(case.locations), -1, np.int64)  # the cohort of those in a camp already
    camps = [case.index[name] for name in case.camps]
    first[camps] = np.arange(len(camps))
    most = max(2, min(MOST, MOST_STATES // max(1, evening))) - len(camps)
    if most < 1:  # rather the days than the camps
        first[camps], most = 0, max(1, most + len(camps) - 1)
    days, begun = case.period.days, int(first.max(initial=-1)) + 1
    weight = _weights(case, timeline, people, record)
    before = np.r_[0.0, np.cumsum(weight)[:-1]] / max(1e-9, weight.sum())
    part = np.arange(days) if days <= most else np.minimum(before * most, most - 1).astype(int)
    cohort = begun + np.unique(part, return_inverse=True)[1]
    there = np.where(place_of >= 0, first[place_of], -1)

    def joins(day: int) -> NDArray[np.int64]:
        today = np.full(evening, cohort[day], np.int64)
        return np.where(there >= 0, there, today) if day == 0 else today

    return ArrivalCohorts(int(cohort[-1]) + 1, space.size, evening, joins)
