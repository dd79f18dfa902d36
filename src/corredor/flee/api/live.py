"""A map as a script has made it, on one day, as the rules take a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.levers import Levers
from corredor.engine.steps import Today
from corredor.flee.case.classes import PLAIN, Classes
from corredor.flee.case.events import Period
from corredor.flee.case.folder import Case
from corredor.flee.case.places import Location, Route
from corredor.flee.case.record import Record
from corredor.flee.case.settings import Settings
from corredor.flee.rules.choosing import Choices, Choosing, Inside
from corredor.flee.rules.network import Network
from corredor.flee.rules.timeline import Timeline

ANY_DAY = dt.date(2000, 1, 1)
FIXED = ("max_move_speed", "max_walk_speed", "awareness_level", "avoid_short_stints",
         "start_on_foot", "harvest_months")  # what states are numbered by  # fmt: skip


class Live(NamedTuple):
    """Places and connections as they are on a day, [places] and [connections].

    Attributes
    ----------
    leave, conflict, intensity, capacity, people, sink : numpy.ndarray
        Chance to leave, intensity of a conflict (and as it repels, with its decay), capacity,
        population, and chance to stay for good.
    hunger, flood, ahead : numpy.ndarray
        Share of people who go hungry, level of a flood, and how much flood is known to come.
    camp, town : numpy.ndarray
        What a place is.
    open, shut : numpy.ndarray
        Whether a connection can be taken; whether people on it have to turn back.
    """

    leave: Floats
    conflict: Floats
    intensity: Floats
    capacity: Floats
    people: Floats
    sink: Floats
    hunger: Floats
    flood: Floats
    ahead: Floats
    camp: NDArray[np.bool_]
    town: NDArray[np.bool_]
    open: NDArray[np.bool_]
    shut: NDArray[np.bool_]

    def same(self, other: Live | None) -> bool:
        """Return whether nothing has changed."""
        return other is not None and all(map(np.array_equal, self, other))

    def holds(self, known: Live | None, before: Live | None, *, fixed_routes: bool) -> bool:
        """Return whether what was worked out for a day holds for this one.

        ``known`` is that day, and ``before`` the one before it, which fixed routes look at.
        """
        return self.same(known) and (not fixed_routes or self.same(before))

    def closing(self, before: Live | None) -> NDArray[np.bool_]:
        """Return which connections close today."""
        return self.shut & ~before.shut if before else self.shut


@dataclass(frozen=True, eq=False)
class LiveCase(Case):
    """A case that a script made; it says itself who is abroad."""

    foreign: tuple[bool, ...] = ()

    @property
    def abroad(self) -> NDArray[np.bool_]:
        """Return whether each place is abroad, [places]."""
        return np.array(self.foreign)


@dataclass(frozen=True)
class _Left:
    """The populations of a day."""

    people: Floats

    def left(self, today: Today) -> Floats:
        return self.people[None]


def classes_of(keys: Sequence[tuple[str, ...]], traits: Sequence[str], places: int) -> Classes:
    """Return classes by how each weighs danger, and its value of each trait."""
    nobody = np.zeros((len(keys), places))
    groups = {trait: tuple(key[1 + i] for key in keys) for i, trait in enumerate(traits)}
    return Classes(tuple(kind for kind, *_ in keys), groups, nobody, nobody.astype(np.int64))


def case_of(
    locations: Sequence[Location], foreign: Sequence[bool], routes: Sequence[Route],
    majors: Sequence[tuple[str, ...]], settings: Settings,
) -> LiveCase:  # fmt: skip
    """Return places and links as the rules take a case, with one day and without a record."""
    places = len(locations)
    return LiveCase(
        name="script", period=Period(ANY_DAY, 1), locations=tuple(locations), routes=tuple(routes),
        major_routes=tuple(majors), closures=(), changes=(), conflict=np.zeros((1, places)),
        hunger=None, flood=None, ahead=None, record=Record("total", {}), settings=settings,
        agents=(),
        classes=classes_of([(PLAIN,)], (), places), notes=(), foreign=tuple(foreign),
    )  # fmt: skip


def today_of(stocks: Integers) -> Today:
    """Return what the rules may look at on a day, [1, states]."""
    return Today(ANY_DAY, Levers({}, {}), stocks, 1.0, lambda chances: chances)


def choosing_of(
    case: LiveCase, network: Network, choices: Choices, live: Live, before: Live | None,
    inside: Inside, day: int,
) -> Choosing:  # fmt: skip
    """Return what draws people on a day.

    Parameters
    ----------
    case, network, choices
        The map, and what people may choose on it.
    live, before : Live
        Places and connections as they are, and as they were the day before, if there was one.
    inside : Inside
        The states of people in each place.
    day : int
        Its number.
    """
    floods, places = case.settings.floods, len(live.leave)
    if floods is not None and floods.forecast is not None:
        case = replace(case, ahead=np.vstack([np.zeros((day, places)), live.ahead]))
    days = [before, live] if before and case.settings.fixed_routes else [live]
    rows = Live._make(map(np.array, zip(*days, strict=True)))
    timeline = Timeline(
        row=np.array([len(days) - 1]), day=np.arange(day + 1 - len(days), day + 1),
        leave=rows.leave, camp=rows.camp, town=rows.town, conflict=rows.conflict,
        intensity=rows.intensity, fleeing=rows.conflict, hunger=rows.hunger, flood=rows.flood,
        open=rows.open, starving=case.settings.flee_when_starving,
        flooded=np.array(floods.movechances if floods else ()),
    )  # fmt: skip
    return Choosing(
        case, network, choices, timeline, _Left(live.people), live.capacity[None], inside
    )
