"""The states of people under Flee's rules, and how one leads to another.

======  ==========================================================================================
at      in a place, with the places of a chosen way that are still to pass
on      under way on a connection for so many days
turned  under way on a connection that closed meanwhile: they come back to where they set out
pass    reached a place today, with some of the day left; nobody is here in the evening
======  ==========================================================================================

A *stance* is a place with the places of a chosen way that are still to pass; that of a place
without a chosen way has the place's own number. Somebody who is *fresh* has not finished a
connection yet; it matters only where people start on foot. Recent travel has *grades*; there is one
where it does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.steps import Columns, Moves
from corredor.flee.rules.network import Legs


@dataclass(frozen=True, eq=False)
class Space:
    """Numbered states and the transitions between them.

    Attributes
    ----------
    size : int
        How many states there are.
    legs : Legs
        What people may decide; those of the network's ways come first, in their order.
    leg_of : numpy.ndarray
        The leg of each choice, or -1 for what is not chosen. After the legs, in their order, and
        one that is certain, come twins of the network's legs for people who travelled little of
        late, and a day's ride and a day's walk of those under way.
    pressed : numpy.ndarray
        Whether a choice is such a twin.
    chance : numpy.ndarray
        The chance of each choice where it is taken: below 1 where days on foot come by chance.
    at : numpy.ndarray
        The state of people in a stance, [classes, stances, fresh, grades].
    place_of : numpy.ndarray
        The place of people in a state in the evening, or -1 for others.
    passing : int
        The first state of passing; all from here on are.
    born : numpy.ndarray
        Where people of no class yet begin in each place; empty where there is one class only.
    moves : Moves
        Transitions with their ``choice``, which are numbered class by class; the sources in the
        order of a day, of which ``rounds`` tells the parts: people in places that they leave
        first, in others, under way, and people who pass through places.
    rest : numpy.ndarray
        For each of the sources, the state of those who take none of its transitions.
    turn : dict
        Columns ``source`` and ``destination`` of those who turn back when a ``connection`` closes.
    """

    size: int
    legs: Legs
    leg_of: Integers
    pressed: NDArray[np.bool_]
    chance: Floats
    at: Integers
    place_of: Integers
    passing: int
    born: Integers
    moves: Moves
    rest: NDArray[np.int32]
    rounds: Integers
    turn: Columns

    def in_place(self, place: int) -> Integers:
        """Return all states of people in a place."""
        return np.flatnonzero(self.place_of == place)


def for_each_class(space: Space, classes: int, places: int) -> Space:
    """Return every state, transition and choice once for each class."""
    each = np.arange(classes)

    def states(column: NDArray[Any]) -> Integers:
        return np.ravel(column[:, None].astype(np.int64) * classes + each)

    moves, choices = space.moves, len(space.leg_of)
    columns = {
        "source": states(moves["source"]),
        "destination": states(moves.destination),
        "choice": np.ravel(moves["choice"][:, None] + choices * each),
        "part": np.repeat(moves["part"], classes),
        "cell": np.array(-1),
    }
    size = space.size * classes
    connection = np.repeat(space.turn["connection"], classes)
    return Space(
        size=size + places,
        legs=space.legs,
        leg_of=np.tile(space.leg_of, classes),
        pressed=np.tile(space.pressed, classes),
        chance=np.tile(space.chance, classes),
        at=space.at * classes + each[:, None, None, None],
        place_of=np.r_[np.repeat(space.place_of, classes), np.full(places, -1)],
        passing=space.passing * classes,
        born=size + np.arange(places),
        moves=Moves.build([columns], order_by="part"),
        rest=states(space.rest).astype(np.int32),
        rounds=space.rounds * classes,
        turn={"source": states(space.turn["source"]), "connection": connection,
              "destination": states(space.turn["destination"]), "cell": np.array(-1)},
    )  # fmt: skip
