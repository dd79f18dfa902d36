"""Caravans: they form in the first stop when enough people wait there, and walk as one body.

Whether a caravan sets off, and whether it reaches the next stop today, is one draw for all its
members in the exact draw. People drop out one by one, and others join at the stops. Protection by
numbers is the business of interdiction.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

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
        stop = space.place_index(space.stops)[:, None, None]
        cells = {flow: model.cells[flow] for flow in (JOINED, LEFT, ARRIVED)}
        body, alone = space["caravan"], space["at"][stop[:, 0, 0]]
        index = np.arange(len(space.stops))[:, None, None]

        def moves(source: NDArray[np.int32], destination: NDArray[np.int32], cell: Flow,
                  at: slice) -> Moves:  # fmt: skip
            return Moves.build(
                [{"source": source, "destination": destination, "cell": cells[cell][stop[at]],
                  "stop": index[at]}]
            )  # fmt: skip

        every, last = slice(None), slice(-1, None)
        end = moves(body[-1:], alone[-1:], LEFT, last)
        walk = moves(body[:-1], body[1:], ARRIVED, slice(1, None))
        drop_out = moves(body, alone, LEFT, every)
        join = moves(alone, body, JOINED, every)
        set_off = moves(alone[:1], body[:1], JOINED, slice(0, 1))
        km = _km_between(model)
        members = Pools.of([states[states >= 0] for states in body])
        waiting = Pools.of([alone[0][body[0] >= 0]])

        def alike(lever: str, moves: Moves) -> Chances:
            return lambda today: np.repeat(today.lever(lever), len(moves), axis=1)

        def walking(today: Today) -> list[Floats]:
            return [np.minimum(1.0, today.lever("caravans.pace_km") / km)]

        def half_attracted(today: Today) -> list[Floats]:
            return [today.lever("interdiction.protection_size") * today.scale]

        def setting_off(today: Today) -> list[Floats]:
            minimum = today.lever("caravans.minimum") * today.scale
            return [today.lever("caravans.formation"), minimum]

        return [
            Split("reach the end", end, lambda _: np.ones((1, len(end)))),
            Split(
                "walk", walk, lambda _: np.ones((1, len(walk))), levers=("caravans.pace_km",),
                hazard_factor=CohortFactor(as_given, walking, as_one=True),
                cohort=walk.of_source("stop") - 1,
            ),
            Split(
                "drop out", drop_out, alike("caravans.drop_out", drop_out),
                levers=("caravans.drop_out",),
            ),
            Split(
                "join on the way", join, alike("caravans.join_on_the_way", join),
                levers=("caravans.join_on_the_way", "interdiction.protection_size"),
                hazard_factor=CohortFactor(attraction, half_attracted, members),
                cohort=join.of_source("stop"),
            ),
            Split(
                "set off", set_off, alike("caravans.join_share", set_off),
                levers=("caravans.join_share", "caravans.formation", "caravans.minimum"),
                hazard_factor=CohortFactor(formation, setting_off, waiting, as_one=True),
                cohort=set_off.of_source("stop"),
            ),
        ]  # fmt: skip


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
