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

from dataclasses import replace

import numpy as np

from corredor.arrays import Floats
from corredor.engine.kernels.relay_cohorts import ArrivalCohorts
from corredor.engine.steps import Columns, Moves, Relay, Split, Step, Today
from corredor.flee.case.folder import Case
from corredor.flee.rules.choosing import Choosing, Inside
from corredor.flee.rules.cohorts import SMALL_PART, build_arrival_cohorts, order_matters
from corredor.flee.rules.cost import Follow, Followed, counted, followed_one_by_one
from corredor.flee.rules.ground import FleeProgram, Ground, ground_of, who_they_are
from corredor.flee.rules.listening import Listener, TellLinks, cells_of
from corredor.flee.rules.numbering import build_space
from corredor.flee.rules.program_of_persons import HARVEST, LOGGED, build_program_of_persons
from corredor.flee.rules.sinks import Sinks
from corredor.flee.rules.space import Space
from corredor.flee.rules.stances import TooManyStatesError
from corredor.flee.rules.timeline import Timeline

WAVES = 20  # a day at most
NOBODY = Listener()  # who is told


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
    ground = ground_of(case, scale)
    if one_by_one or listener.persons:
        return build_program_of_persons(ground, listener, LOGGED)
    if case.settings.harvest_months:
        return build_program_of_persons(ground, listener, HARVEST)
    in_order = order_matters(
        case, ground.timeline, ground.capacity, ground.people, ground.record, scale
    )
    most = ground.load.most_moves(follow)
    instead = followed_one_by_one(ground.load, most, follow)
    if follow == "persons":
        return build_program_of_persons(ground, listener, instead)
    try:
        space = _space(ground, in_order, most)
    except TooManyStatesError:
        if follow == "counts":
            raise
        return build_program_of_persons(ground, listener, instead)
    followed = counted(ground.load, len(space.moves.destination), follow)
    return _of_counts(ground, space, in_order, waves, listener, followed)


def _space(ground: Ground, in_order: bool, most: int) -> Space:
    """Number what people can be in, with so many transitions at most."""
    case = ground.case
    first_out = ground.camp & np.array(not in_order)
    closes, each = ground.timeline.ever_close(), most // len(case.classes.kinds)
    return build_space(case, ground.network, closes, first_out, each)


def _of_counts(
    ground: Ground, space: Space, in_order: bool, waves: int, listener: Listener,
    followed: Followed,
) -> FleeProgram:  # fmt: skip
    """Lay out a case with people as counts in states."""
    case, places = ground.case, len(ground.case.locations)
    if listener.links:
        space = replace(space, moves=_counted_on_links(space, places))
    arrival_cohorts = (
        build_arrival_cohorts(case, ground.timeline, space, ground.people, ground.record)
        if in_order else None
    )  # fmt: skip
    begin = space.at[:, np.arange(places), 1 if case.settings.start_on_foot else 0, 0]
    spawning = ground.spawning(space.born if len(space.born) else begin[0])
    sinks = Sinks(case, ground.timeline, *_inside(case, space, arrival_cohorts))
    choosing = Choosing(
        case, ground.network, space, ground.timeline, spawning, ground.capacity, sinks.inside()
    )  # fmt: skip
    who = who_they_are(case, space.born, begin)
    moves = _moves(case, space, ground.timeline, choosing, waves, arrival_cohorts)
    on_links = cells_of(places, len(ground.network.km) if listener.links else 0)
    steps = [*spawning.steps(), *who, *moves, *sinks.steps()]
    if listener.links:
        steps.append(TellLinks("links", on_links, listener.links, case.period.start))
    program = ground.program(steps, sinks, ground.at_start(sinks, spawning, begin), followed)
    return replace(program, space=space, cells=places + len(on_links))


def _inside(case: Case, space: Space, arrival_cohorts: ArrivalCohorts | None) -> tuple[Inside, int]:
    """Return the states of people in each place who have not settled, and how many there are."""
    inside = [space.in_place(place) for place in range(len(case.locations))]
    classes = len(case.classes.kinds)
    of_class = [[there[there % classes == k] for there in inside] for k in range(classes)]
    if arrival_cohorts is None:
        return Inside(inside, of_class), space.size
    everywhere = arrival_cohorts.everywhere
    return (
        Inside([everywhere(there) for there in inside],
               [[everywhere(there) for there in of] for of in of_class]),
        space.size + arrival_cohorts.number * arrival_cohorts.evening,
    )  # fmt: skip


def _counted_on_links(space: Space, places: int) -> Moves:
    """Return the same moves, each counted on the connection that it takes, if it takes one."""
    moves = space.moves
    connection = np.r_[space.legs.connection, -1][space.leg_of][moves["choice"]]
    return Moves.build(
        [{"source": moves["source"], "destination": moves.destination, "choice": moves["choice"],
          "part": moves["part"], "cell": np.where(connection < 0, -1, places + connection)}],
        order_by="part",
    )  # fmt: skip


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
