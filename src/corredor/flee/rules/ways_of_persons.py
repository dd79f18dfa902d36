"""What persons who are followed one by one may choose, and where they can be."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.kernels.relay_course import Course
from corredor.flee.case.folder import Case
from corredor.flee.rules.network import Legs, Network
from corredor.flee.rules.passing import MM
from corredor.flee.rules.persons import Paths
from corredor.flee.rules.stances import Stances


class Choices(NamedTuple):
    """What people may choose: see ``corredor.flee.rules.space.Space``."""

    legs: Legs
    leg_of: Integers
    pressed: NDArray[np.bool_]
    chance: Floats


def choices_of(case: Case, stances: Stances, firsts: int, classes: int) -> Choices:
    """Return what people of each class may choose, class by class.

    Legs come first, then one that is certain, then, where recent travel matters, the first
    ``firsts`` legs again for those who go on because they travelled little.
    """
    legs = stances.legs
    twins = firsts if case.settings.avoid_short_stints else 0
    leg_of = np.r_[np.arange(len(legs)), -1, np.arange(twins)]
    return Choices(
        legs, np.tile(leg_of, classes),
        np.tile(np.arange(len(leg_of)) > len(legs), classes),
        np.tile(np.r_[legs.chance, 1.0, legs.chance[:twins]], classes),
    )  # fmt: skip


def paths_of(case: Case, network: Network, stances: Stances, limited: Integers) -> Paths:
    """Return where people can be."""
    settings, legs = case.settings, stances.legs

    def mm(km: Any) -> Integers:
        return np.asarray(np.maximum(1, np.rint(np.multiply(km, MM))), np.int64)

    connection = legs.connection
    foot, ride = int(mm(settings.max_walk_speed)), mm(network.speed)[connection]
    position = np.full(len(case.locations), -1)
    position[limited] = np.arange(len(limited))
    return Paths(
        place=stances.place, to=stances.to, back=stances.back, connection=connection,
        length=mm(network.km)[connection], speed=np.where(legs.on_foot, foot, ride), ride=ride,
        walk=network.walk[connection], foot=foot, usual=int(mm(settings.max_move_speed)),
        fresh_on_foot=settings.start_on_foot, presses=settings.avoid_short_stints,
        limited=position,
    )  # fmt: skip


def course_of(stances: Stances, choices: Choices, firsts: int, classes: int) -> Course:
    """Return the legs that follow each stance, for each class, and again for the pressed."""
    first, last = stances.first, stances.last
    leg = np.arange(len(stances.legs))
    each = len(choices.leg_of) // classes
    ways = [leg]
    if choices.pressed.any():
        ways.append(np.where(leg < firsts, len(leg) + 1 + leg, leg))
    blocks = [each * kind + way for kind in range(classes) for way in ways]
    count = last - first
    pointer = np.r_[0, np.cumsum(np.tile(count, len(blocks)))].astype(np.int64)
    none = np.zeros(0, np.int32)
    return Course(
        sources=np.zeros(len(pointer) - 1, np.int32), pointer=pointer,
        destination=np.tile(leg, len(blocks)).astype(np.int32), cell=none,
        choice=np.concatenate(blocks).astype(np.int64), onward=none, rest=none,
        rounds=np.zeros(2, np.int64), limited=none, waves=1, part=0.0,
    )  # fmt: skip
