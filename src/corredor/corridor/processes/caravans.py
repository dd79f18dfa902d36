"""Caravans: they form in the first stop when enough people wait there, and walk as one body.

Whether a caravan sets off, and whether it reaches the next stop today, is one draw for all its
members in the exact draw. People drop out one by one, and others join at the stops. Protection by
numbers is the business of interdiction.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corredor.arrays import Floats
from corredor.corridor.model import Flow, Model, Process
from corredor.corridor.states import StateSpace
from corredor.engine.kernels.pools import Pools
from corredor.engine.steps import (
    Chances,
    CohortFactor,
    FactorLaw,
    Moves,
    Split,
    Step,
    Today,
    as_given,
)
from corredor.errors import UsageError

JOINED = Flow(
    name="caravan_joined",
    dims=("place",),
    meaning="people who set off with or join a caravan",
    unit="people",
)
LEFT = Flow(
    name="caravan_left", dims=("place",), meaning="people who drop out of a caravan", unit="people"
)
ARRIVED = Flow(
    name="caravan_arrived",
    dims=("place",),
    meaning="people who reach a stop with a caravan",
    unit="people",
)


@FactorLaw
def attraction(people: float, size: Sequence[float]) -> float:
    """Return the share of those willing whom a caravan of so many people draws along."""
    return people / (people + size[0])


@FactorLaw
def formation(people: float, chance_and_minimum: Sequence[float]) -> float:
    """Return the chance that a caravan sets off today where so many people wait."""
    return chance_and_minimum[0] if people >= chance_and_minimum[1] else 0.0


class Caravans(Process):
    """People who walk together."""

    name = "caravans"
    flows = (JOINED, LEFT, ARRIVED)

    def steps(self, model: Model) -> Sequence[Step]:
        """Return the steps: arrive at the last stop, walk, drop out, join, set off."""
        space = model.space
        if not space.stops:
            return []
        end, walk, drop_out, join, set_off = _moves(model)
        body, km = space["caravan"], _km_between(model)
        first = space["at"][space.place_index(space.stops)[0]]
        members = Pools.of([states[states >= 0] for states in body])
        waiting = Pools.of([first[body[0] >= 0]])

        def walking(today: Today) -> list[Floats]:
            return [np.minimum(1.0, today.lever("caravans.pace_km") / km)]

        return [
            Split("reach the end", end, lambda _: np.ones((1, len(end)))),
            Split(
                "walk", walk, lambda _: np.ones((1, len(walk))), levers=("caravans.pace_km",),
                hazard_factor=CohortFactor(as_given, walking, as_one=True),
                cohort=walk.of_source("stop") - 1,
            ),
            Split(
                "drop out", drop_out, _alike("caravans.drop_out", drop_out),
                levers=("caravans.drop_out",),
            ),
            Split(
                "join on the way", join, _alike("caravans.join_on_the_way", join),
                levers=("caravans.join_on_the_way", "interdiction.protection_size"),
                hazard_factor=CohortFactor(attraction, _half_attracted, members),
                cohort=join.of_source("stop"),
            ),
            Split(
                "set off", set_off, _alike("caravans.join_share", set_off),
                levers=("caravans.join_share", "caravans.formation", "caravans.minimum"),
                hazard_factor=CohortFactor(formation, _setting_off, waiting, as_one=True),
                cohort=set_off.of_source("stop"),
            ),
        ]  # fmt: skip


def _moves(model: Model) -> list[Moves]:
    """Return how people reach the end, walk on, drop out, join and set off."""
    space = model.space
    stop = space.place_index(space.stops)[:, None, None]
    index = np.arange(len(space.stops))[:, None, None]
    body, alone = space["caravan"], space["at"][stop[:, 0, 0]]
    every = slice(None)
    rows = (
        (body[-1:], alone[-1:], LEFT, slice(-1, None)),
        (body[:-1], body[1:], ARRIVED, slice(1, None)),
        (body, alone, LEFT, every),
        (alone, body, JOINED, every),
        (alone[:1], body[:1], JOINED, slice(0, 1)),
    )
    return [
        Moves.build(
            [{"source": source, "destination": destination, "cell": model.cells[flow][stop[at]],
              "stop": index[at]}]
        )
        for source, destination, flow, at in rows
    ]  # fmt: skip


def _alike(lever: str, moves: Moves) -> Chances:
    return lambda today: np.repeat(today.lever(lever), len(moves), axis=1)


def _half_attracted(today: Today) -> list[Floats]:
    return [today.lever("interdiction.protection_size") * today.scale]


def _setting_off(today: Today) -> list[Floats]:
    minimum = today.lever("caravans.minimum") * today.scale
    return [today.lever("caravans.formation"), minimum]


def _km_between(model: Model) -> Floats:
    """Return the road distance from each stop to the next, by the shortest direct link."""
    space: StateSpace = model.space
    shortest = model.world.links.groupby(["origin", "destination"])["km"].min()
    missing = [
        pair
        for pair in zip(space.stops[:-1], space.stops[1:], strict=True)
        if pair not in shortest.index
    ]
    if missing:
        raise UsageError(f"No link joins these stops of the caravans: {missing}.")
    return np.array(
        [shortest[pair] for pair in zip(space.stops[:-1], space.stops[1:], strict=True)], float
    )
