"""Flee's day as a program in which persons are followed one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from corredor.flee.case.folder import Case
from corredor.flee.rules.choosing import Choosing, Inside
from corredor.flee.rules.cost import Followed
from corredor.flee.rules.ground import FleeProgram, Ground, who_they_are
from corredor.flee.rules.listening import Listener
from corredor.flee.rules.sinks import Sinks
from corredor.flee.rules.stances import Stances
from corredor.flee.rules.walk import Walk
from corredor.flee.rules.ways_of_persons import choices_of, course_of, paths_of

LOGGED = Followed("persons", "Persons are followed one by one, for a log asks for them.")
HARVEST = Followed("persons", "People return for the harvest to where they fled from, so persons "
                              "are followed one by one, in every draw.")  # fmt: skip


def build_program_of_persons(ground: Ground, listener: Listener, followed: Followed) -> FleeProgram:
    """Lay out a case with persons one by one (see ``persons``), and note why, unless for a log."""
    case, network, timeline, load = ground.case, ground.network, ground.timeline, ground.load
    stances = Stances(case, network, timeline.ever_close())
    places, connections = len(case.locations), len(network.km)
    classes, firsts = len(case.classes.kinds), len(network.ways.legs)
    choices = choices_of(case, stances, firsts, classes)
    begin = np.arange(classes * places).reshape(classes, places)
    states = classes * places + connections
    born = states + np.arange(places if classes > 1 else 0)
    spawning = ground.spawning(born if classes > 1 else begin[0])
    inside = Inside(list(begin.T), [[state[None] for state in row] for row in begin])
    sinks = Sinks(case, timeline, inside, states + len(born))
    initial = ground.at_start(sinks, spawning, begin)
    choosing = Choosing(
        case, network, choices, timeline, spawning, ground.capacity, sinks.inside()
    )  # fmt: skip
    walk = Walk(
        "go", paths_of(case, network, stances, choosing.limited),
        course_of(stances, choices, firsts, classes), choosing.options, choosing.pull,
        timeline.closing, sinks, classes, places, connections, len(initial), case.period.days - 1,
        _harvest(case), case.attributes,
        listener.evening if listener.links or listener.persons else None,
    )  # fmt: skip
    steps = [*spawning.steps(), *who_they_are(case, born, begin), walk]
    noted = replace(case, notes=(*case.notes, f"{case.name}: {followed.why}"))
    return replace(
        ground.program(steps, sinks, initial, followed),
        case=case if followed is LOGGED else noted,
        bytes_of_persons=load.of_persons().bytes if np.isfinite(load.persons) else 0.0,
    )


def _harvest(case: Case) -> Callable[[int], bool]:
    """Return what says whether a day is at the time of harvest."""
    months, start = case.settings.harvest_months, case.period.start
    return lambda day: (start + dt.timedelta(days=day)).month in months
