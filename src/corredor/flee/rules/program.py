"""Flee's day as a program for the engine.

1. conflicts begin and end; borders, places and camps close and open (all known beforehand)
2. people flee from places of conflict; each has an age and a sex where rules ask for them
3. whoever is on a connection that closes will come back
4. people in places decide whether to leave, and take the first connection of their way
5. people under way get on; those who arrive may decide again as long as the day allows
6. some of those in camps settle for good, where camps are sinks

Flee moves people one after another, in the order in which they fled, so camps empty in 4 and fill
up in 5. Here they arrive in waves, each of which sees how full the camps are after the one before.
Where many leave nearly full camps in a day it matters who is asked first. Then people are counted
by when they fled, and asked in that order (``corredor.flee.rules.cohorts``); otherwise those in
camps decide first, for they fled long ago. The individual draw asks one person after another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.kernels.pools import Pools
from corredor.engine.kernels.relay_cohorts import ArrivalCohorts
from corredor.engine.levers import Levers
from corredor.engine.program import Program
from corredor.engine.steps import Columns, Moves, Relay, Split, Step, Today
from corredor.flee.case.folder import Case
from corredor.flee.rules.choosing import Choosing, Inside
from corredor.flee.rules.cohorts import (
    SMALL_PART,
    build_arrival_cohorts,
    foreseen_people,
    most_people,
    order_matters,
)
from corredor.flee.rules.cost import Follow, Followed, Load, counted, followed_one_by_one
from corredor.flee.rules.listening import Listener, TellLinks, cells_of
from corredor.flee.rules.network import Network, build_network
from corredor.flee.rules.sinks import Sinks
from corredor.flee.rules.space import Space, build_space
from corredor.flee.rules.spawning import CampRecord, Spawning, look_up
from corredor.flee.rules.stances import Stances, TooManyStatesError
from corredor.flee.rules.timeline import Timeline, build_timeline
from corredor.flee.rules.walk import Walk
from corredor.flee.rules.ways_of_persons import choices_of, course_of, paths_of

WAVES = 20  # a day at most
NOBODY = Listener()  # who is told
LOGGED = Followed("persons", "Persons are followed one by one, for a log asks for them.")
HARVEST = Followed("persons", "People return for the harvest to where they fled from, so persons "
                              "are followed one by one, in every draw.")  # fmt: skip


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


def build_program(
    case: Case, *, scale: float = 1.0, waves: int = WAVES, listener: Listener = NOBODY,
    one_by_one: bool = False, follow: Follow = "cheaper",
) -> FleeProgram:  # fmt: skip
    """Lay out a case.

    Parameters
    ----------
    case : Case
        What was read.
    scale : float
        People simulated for each one counted; capacities and populations follow.
    waves : int
        In how many waves people arrive on a day at most.
    listener : Listener
        Who is told what people do; then the program is for one run.
    one_by_one : bool
        Whether a log needs persons one by one. They are followed so too where people return for a
        harvest.
    follow : {"cheaper", "counts", "persons"}
        Whether people are counted in states or followed one by one otherwise; by foreseen cost
        unless told.

    Raises
    ------
    UsageError
        If there is no memory for the counts that are asked for, or that cost less.
    """
    network = build_network(case)
    timeline = build_timeline(case, network)
    camp = np.array([location.is_camp for location in case.locations])
    record = look_up(case, scale)
    by = case.settings.hasten / scale  # divided, so that a whole quotient stays whole
    people = np.floor(np.array([location.people for location in case.locations]) / by)
    capacity = _capacity(case, np.where(camp, people, -1.0), record, scale)
    people = np.where(camp, 0.0, people)
    in_order = order_matters(case, timeline, capacity, people, record, scale)
    load = _load(case, timeline, people, record, scale)
    most = load.most_moves(follow)
    grounds = (case, network, timeline, capacity, people, record, scale, load, listener)
    if one_by_one or listener.persons:
        return _of_persons(*grounds, LOGGED)
    if case.settings.harvest_months:
        return _of_persons(*grounds, HARVEST)
    first_out = camp & np.array(not in_order)
    try:
        if follow == "persons":
            raise TooManyStatesError(0)
        each = most // len(case.classes.kinds)
        space = build_space(case, network, timeline.ever_close(), first_out, each)
    except TooManyStatesError:
        if follow == "counts":
            raise
        return _of_persons(*grounds, followed_one_by_one(load, most, follow))
    if listener.links:
        space = replace(space, moves=_counted_on_links(space, len(case.locations)))
    arrival_cohorts = (
        build_arrival_cohorts(case, timeline, space, people, record) if in_order else None
    )
    places = np.arange(len(case.locations))
    fresh = 1 if case.settings.start_on_foot else 0
    start = (space.born if len(space.born) else space.at[0, places, fresh, 0]).astype(np.int32)
    spawning = Spawning(
        case, timeline, people, record, start, places.astype(np.int32), scale
    )  # fmt: skip
    inside = [space.in_place(place) for place in places.tolist()]
    classes = len(case.classes.kinds)
    of_class = [[there[there % classes == k] for there in inside] for k in range(classes)]
    states = space.size
    if arrival_cohorts:
        states += arrival_cohorts.number * arrival_cohorts.evening
        inside = [arrival_cohorts.everywhere(there) for there in inside]
        of_class = [[arrival_cohorts.everywhere(s) for s in there] for there in of_class]
    sinks = Sinks(case, timeline, Inside(inside, of_class), states)
    states += sinks.states
    choosing = Choosing(
        case, network, space, timeline, spawning, capacity, sinks.inside()
    )  # fmt: skip
    who = _who_they_are(case, space.born, space.at[:, places, fresh, 0])
    moves = _moves(case, space, timeline, choosing, waves, arrival_cohorts)
    steps = [*spawning.steps(), *who, *moves, *sinks.steps()]
    on_links = cells_of(len(places), len(network.km) if listener.links else 0)
    if listener.links:
        steps.append(TellLinks("links", on_links, listener.links, case.period.start))
    return FleeProgram(
        states=states,
        cells=len(places) + len(on_links),
        steps=tuple(("flee", step) for step in steps),
        levers=Levers({}, {}),
        begin=case.period.start,
        keep=case.period.start,
        end=case.period.start + dt.timedelta(days=case.period.days - 1),
        counted=Pools.of(sinks.inside().of_place),
        gone=np.empty(0, np.int32),
        initial=_at_start(case, states, start, space.at[:, places, fresh, 0], record, scale),
        case=case,
        space=space,
        record=record,
        followed=counted(load, len(space.moves.destination), follow),
    )


def _counted_on_links(space: Space, places: int) -> Moves:
    """Return the same moves, each counted on the connection that it takes, if it takes one."""
    moves = space.moves
    connection = np.r_[space.legs.connection, -1][space.leg_of][moves["choice"]]
    return Moves.build(
        [{"source": moves["source"], "destination": moves.destination, "choice": moves["choice"],
          "part": moves["part"], "cell": np.where(connection < 0, -1, places + connection)}],
        order_by="part",
    )  # fmt: skip


def _of_persons(
    case: Case, network: Network, timeline: Timeline, capacity: Floats, people: Floats,
    record: CampRecord, scale: float, load: Load, listener: Listener, followed: Followed,
) -> FleeProgram:  # fmt: skip
    """Lay out a case with persons one by one (see ``persons``), and note why, unless for a log."""
    stances = Stances(case, network, timeline.ever_close())
    places, connections = len(case.locations), len(network.km)
    classes, firsts = len(case.classes.kinds), len(network.ways.legs)
    choices = choices_of(case, stances, firsts, classes)
    of_class = np.arange(classes * places).reshape(classes, places)
    states = classes * places + connections
    born = states + np.arange(places if classes > 1 else 0)
    states += len(born)
    start = (born if classes > 1 else of_class[0]).astype(np.int32)
    cell = np.arange(places).astype(np.int32)
    spawning = Spawning(case, timeline, people, record, start, cell, scale)
    inside = Inside(list(of_class.T), [[state[None] for state in row] for row in of_class])
    sinks = Sinks(case, timeline, inside, states)
    states += sinks.states
    inside = sinks.inside()
    choosing = Choosing(case, network, choices, timeline, spawning, capacity, inside)
    noted = replace(case, notes=(*case.notes, f"{case.name}: {followed.why}"))
    walk = Walk(
        "go", paths_of(case, network, stances, choosing.limited),
        course_of(stances, choices, firsts, classes), choosing.options, choosing.pull,
        timeline.closing, sinks, classes, places, connections, states, case.period.days - 1,
        _harvest(case), case.attributes,
        listener.evening if listener.links or listener.persons else None,
    )  # fmt: skip
    who = _who_they_are(case, born, of_class)
    return FleeProgram(
        states=states, cells=places,
        steps=tuple(("flee", step) for step in [*spawning.steps(), *who, walk]),
        levers=Levers({}, {}), begin=case.period.start, keep=case.period.start,
        end=case.period.start + dt.timedelta(days=case.period.days - 1),
        counted=Pools.of(inside.of_place), gone=np.empty(0, np.int32),
        initial=_at_start(case, states, start, of_class, record, scale),
        case=case if followed is LOGGED else noted, space=None, record=record,
        bytes_of_persons=load.of_persons().bytes if np.isfinite(load.persons) else 0.0,
        followed=followed,
    )  # fmt: skip


def _harvest(case: Case) -> Callable[[int], bool]:
    """Return what says whether a day is at the time of harvest."""
    months, start = case.settings.harvest_months, case.period.start
    return lambda day: (start + dt.timedelta(days=day)).month in months


def _load(case: Case, timeline: Timeline, people: Floats, record: CampRecord, scale: float) -> Load:
    """Return what the case asks for; infinitely much where nobody knows."""
    there, fled = foreseen_people(case, timeline, people, record, scale)
    most = most_people(case, timeline, people, record, scale)
    if case.settings.spawn_mode == "pop_ratio" and case.settings.take_from_population:
        everybody = float(people.sum() + sum(record.at_start.values()))
        if there <= everybody < most and fled.any():
            fled, most = fled * ((everybody - there) / fled.sum()), everybody
    return Load.of(there, fled, most)


def _at_start(
    case: Case, states: int, start: NDArray[np.int32], of_class: NDArray[np.int64],
    record: CampRecord, scale: float,
) -> NDArray[np.int64]:  # fmt: skip
    """Return the people in each state before the first day.

    ``start`` is the state of people of no class yet in each place, and ``of_class`` that of people
    of each class, [classes, places].
    """
    initial = np.zeros(states, np.int64)
    np.add.at(initial, of_class, (case.classes.first * scale).astype(np.int64))
    for name, people in record.at_start.items():
        place = case.index[name]
        there = case.locations[place]
        idps = 0 if case.settings.empty_camps_on_day0 else there.initial_idps * there.times
        initial[start[place]] += people + int(idps * scale)
    return initial


def _who_they_are(case: Case, born: Integers, begin: Integers) -> list[Step]:
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


def _moves(
    case: Case, space: Space, timeline: Timeline, choosing: Choosing, waves: int,
    arrival_cohorts: ArrivalCohorts | None,
) -> list[Step]:  # fmt: skip
    """Return the steps that move people, in the order of a day.

    Whoever flees today already sees what room those who leave the camps have made.
    """
    columns = space.turn
    if arrival_cohorts:
        columns = _of_all_arrival_cohorts(columns, arrival_cohorts)
    turn = Moves.build([columns])

    def closed(today: Today) -> Floats | None:
        now = timeline.closing((today.date - case.period.start).days)
        return None if now is None else now[turn["connection"]][None].astype(float)

    steps: list[Step] = []
    if len(turn):
        steps.append(Split("a connection closes", turn, closed, reprice="day"))
    if len(space.moves):
        steps.append(
            Relay(
                "go", space.moves, space.rest, space.rounds, choosing.options, choosing.pull, waves,
                SMALL_PART, arrival_cohorts,
            )
        )  # fmt: skip
    return steps


def _of_all_arrival_cohorts(columns: Columns, arrival_cohorts: ArrivalCohorts) -> Columns:
    """Return transitions once for newcomers and once for each arrival cohort."""
    return {
        "source": arrival_cohorts.everywhere(columns["source"]),
        "destination": arrival_cohorts.everywhere(columns["destination"]),
        "connection": np.tile(columns["connection"], 1 + arrival_cohorts.number),
        "cell": columns["cell"],
    }
