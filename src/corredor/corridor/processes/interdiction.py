"""Interdiction: an authority on the way stops people in towns and on roads, and holds them.

The chance of being stopped today (see ``stops``) is lowered for people who wait for an appointment,
and for a caravan: a body of ``protection_size`` people halves it. A caravan may also be dissolved.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.corridor.model import Flow, Model, Process
from corredor.corridor.stops import LEVERS, Stops
from corredor.engine.kernels.pools import Pools
from corredor.engine.steps import (
    CohortFactor,
    Columns,
    FactorLaw,
    Moves,
    Split,
    Step,
    Today,
    as_given,
)

DETENTIONS = Flow(
    name="detentions",
    dims=("place", "group"),
    meaning="times somebody is detained on the way",
    measure="detentions on the way",
    headline=2,
    trait="times_detained",
)


@FactorLaw
def unprotected(people: float, size: Sequence[float]) -> float:
    """Return the share of the chance of being stopped that a caravan of so many people leaves."""
    return 1.0 / (1.0 + people / size[0])


class Interdiction(Process):
    """Stops on the way."""

    name = "interdiction"
    flows = (DETENTIONS,)

    def steps(self, model: Model) -> Sequence[Step]:
        """Return the steps: stop people alone, stop people in caravans, dissolve caravans."""
        cells = model.cells[DETENTIONS]
        if not model.space.stations:
            return []  # nobody can be held
        alone = Moves.build(_alone(model, cells))
        together = Moves.build([_in_caravan(model, cells)])
        dissolved = Moves.build(
            [
                {**_in_caravan(model, cells), "held": np.array(1)},
                {**_in_caravan(model, cells, let_go=True), "held": np.array(0)},
            ]
        )
        stops = Stops(model)
        members = Pools.of([states[states >= 0] for states in model.space["caravan"]])

        def stop_alone(today: Today) -> Floats:
            factor = np.where(alone["waits"], today.lever("interdiction.waiting_factor"), 1.0)
            return np.minimum(1.0, stops.chance(today, alone) * factor)

        def stop_together(today: Today) -> Floats:
            return np.minimum(1.0, stops.chance(today, together))

        def halving(today: Today) -> list[Floats]:
            return [today.lever("interdiction.protection_size") * today.scale]

        def dissolve(today: Today) -> Floats:
            taken = today.lever("caravans.dissolved_sent_south")
            return np.where(dissolved["held"], taken, 1.0 - taken)

        def dissolution(today: Today) -> list[Floats]:
            return [np.repeat(today.lever("caravans.dissolution"), len(members), axis=1)]

        levers = (*LEVERS, "interdiction.waiting_factor")
        return [
            Split("stop people alone", alone, stop_alone, levers=levers),
            Split(
                "stop people in caravans", together, stop_together,
                levers=(*levers, "interdiction.protection_size"),
                hazard_factor=CohortFactor(unprotected, halving, members),
                cohort=together.of_source("stop"),
            ),
            Split(
                "dissolve caravans", dissolved, dissolve,
                levers=("caravans.dissolved_sent_south", "caravans.dissolution"),
                hazard_factor=CohortFactor(as_given, dissolution, as_one=True),
                cohort=dissolved.of_source("stop"),
            ),
        ]  # fmt: skip


def _alone(model: Model, cells: NDArray[np.int32]) -> list[Columns]:
    """Give the moves into custody from towns, from long links and from waiting."""
    space = model.space
    stopped = model.where_stopped()
    inside = np.flatnonzero(stopped)
    station = space.station_of()
    group = np.arange(len(space.groups))
    origin = space.place_index(model.world.links["origin"])
    links = np.flatnonzero(stopped[origin])
    hubs = space.place_index(space.hubs)
    waits = np.flatnonzero(stopped[hubs])
    hubs = hubs[waits]
    town: Columns = {
        "source": space["at"][inside],
        "destination": space["held"][station[inside]],
        "cell": cells[inside][:, :, None],
        "place": inside[:, None, None],
        "group": group[None, :, None],
        "waits": np.array(0),
    }
    road: Columns = {
        "source": space["on"][links],
        "destination": space["held"][station[origin[links]]][:, None],
        "cell": cells[origin[links]][:, None, :, None],
        "place": origin[links][:, None, None, None],
        "group": group[None, None, :, None],
        "waits": np.array(0),
    }
    waiting: Columns = {
        "source": space["waiting"][waits],
        "destination": space["held"][station[hubs], :, 0][:, None, :],
        "cell": cells[hubs][:, None, :],
        "place": hubs[:, None, None],
        "group": group[None, None, :],
        "waits": np.array(1),
    }
    return [town, road, waiting]


def _in_caravan(model: Model, cells: NDArray[np.int32], *, let_go: bool = False) -> Columns:
    """Give the moves from caravans into custody, or back to walking alone."""
    space = model.space
    place = space.place_index(space.stops)
    stops = np.flatnonzero(model.where_stopped()[place])
    place = place[stops]
    held = space["held"][space.station_of()[place]]
    return {
        "source": space["caravan"][stops].astype(np.int64),
        "destination": (space["at"][place] if let_go else held).astype(np.int64),
        "cell": np.array(-1) if let_go else cells[place][:, :, None].astype(np.int64),
        "place": place[:, None, None],
        "group": np.arange(len(space.groups))[None, :, None],
        "stop": stops[:, None, None],
    }
