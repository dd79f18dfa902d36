"""Movement: people on the way leave a town for the next, by the road that promises most.

Somebody leaves a town with a chance that falls with each return behind them, where authorities hold
people back and where people fear to be stopped; which road they take is said by ``routes``. A road
of more than a day is walked in stages.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.corridor.kinds import RETURNED
from corredor.corridor.model import Flow, Model, Process
from corredor.corridor.routes import Routes
from corredor.corridor.states import StateSpace
from corredor.corridor.stops import FEAR, Stops
from corredor.engine.steps import Columns, Moves, Split, Step, Today

TRAVELLED = Flow(
    name="travelled", dims=("link", "nationality"), meaning="people who set out on a link",
    unit="people", trait="km_travelled",
    each=lambda world: np.rint(world.links["km"].to_numpy(float)),
)  # fmt: skip
COSTS = (
    "movement.cost_per_day",
    "movement.cost_per_100_usd",
    "movement.cost_per_checkpoint",
    "movement.cost_per_1000_present",
    "movement.cost_of_turning_back",
    "movement.onward_only",
    "movement.overlap",
    "movement.destination_pull",
    "movement.own_pull",
    "interdiction.exposure",
)
PACE = (
    "movement.leave",
    "movement.leave_factor",
    "movement.leave_after_return",
    "movement.family_pace",
    "movement.held_back",
    *FEAR,
)


class Movement(Process):
    """From place to place."""

    name = "movement"
    flows = (TRAVELLED,)

    def steps(self, model: Model) -> Sequence[Step]:
        """Return the steps: people on long links come on; people in towns leave."""
        space = model.space
        links = model.world.links
        origin = space.place_index(links["origin"])
        arrive = space["at"][space.place_index(links["destination"])]
        first = np.where((space.stage_count > 0)[:, None, None], space["on"][:, 0], arrive)
        travelled = model.cells[TRAVELLED]
        leave = Moves.build(
            [
                {
                    "source": space["at"][origin],
                    "destination": first,
                    "cell": travelled[:, model.nationality_of_group(), None],
                    "link": np.arange(len(links))[:, None, None],
                    "place": origin[:, None, None],
                    "group": np.arange(len(space.groups))[None, :, None],
                    "returned": np.arange(len(RETURNED))[None, None],
                }
            ]
        )
        onward = Moves.build(_onward(space, arrive))
        extra_days = np.maximum(1.0, links["days"].to_numpy(float) - 1.0)
        stage_chance = np.minimum(1.0, space.stage_count / extra_days)
        routes, stops = Routes(model), Stops(model)
        here = {name: leave.of_source(name) for name in ("place", "group", "returned")}
        zone, family = model.zone_of_place()[here["place"]], model.is_family()[here["group"]]
        at_sea = model.world.roles.at_sea[here["place"]]
        source = np.repeat(np.arange(len(leave.sources)), np.diff(leave.pointer))

        def leaving(today: Today) -> Floats:
            pace = np.where(family, today.lever("movement.family_pace"), 1.0)
            chance = today.lever("movement.leave")[:, zone] * pace
            chance = chance * today.lever("movement.leave_factor")[:, here["place"]]
            again = today.lever("movement.leave_after_return")[:, here["returned"]]
            chance = chance * np.where(at_sea, 1.0, again)
            chance = chance * (1.0 - today.lever("movement.held_back")[:, zone])
            chance = np.minimum(chance, 1.0) * stops.unafraid(today, here)
            share = routes.shares(today)
            return (
                chance[:, source] * share[:, routes.traveller(today)[leave["group"]], leave["link"]]
            )

        return [
            Split("on the road", onward, lambda _: stage_chance[None, onward["link"]]),
            Split("leave", leave, leaving, levers=(*COSTS, *PACE), reprice="month"),
        ]


def _onward(space: StateSpace, arrive: NDArray[np.int32]) -> list[Columns]:
    """Give the moves from each stage of a link to the next, and from the last to the place."""
    parts: list[Columns] = []
    for stage in range(space["on"].shape[1]):
        last = (space.stage_count == stage + 1)[:, None, None]
        following = space["on"][:, min(stage + 1, space["on"].shape[1] - 1)]
        parts.append(
            {
                "source": space["on"][:, stage].astype(np.int64),
                "destination": np.where(last, arrive, following).astype(np.int64),
                "cell": np.array(-1),
                "link": np.arange(len(arrive))[:, None, None],
            }
        )
    return parts
