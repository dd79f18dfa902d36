"""Movement: people on the way leave a town for the next, by the road that promises most.

Route choice is a recursive logit (Fosgerau, Frejinger and Karlström, 2013): the value of a place
is the log of z, which solves z = M z + b. M holds exp(utility) of each link: less for days, fare,
checkpoints (for those whom they can stop) and a crowded destination; b holds exp(pull) of the
sector at border cities. Somebody who leaves takes a link with chance M z(destination) / z(origin);
at the border the rest stay to cross or wait. Crowding is what people hear on the first of a month.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.corridor.kinds import RETURNED
from corredor.corridor.model import Flow, Model, Process
from corredor.corridor.states import StateSpace
from corredor.engine.kernels.pools import Pools
from corredor.engine.steps import Columns, Moves, Split, Step, Today
from corredor.errors import UsageError

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
    "movement.destination_pull",
    "interdiction.exposure",
)
PACE = (
    "movement.leave",
    "movement.leave_factor",
    "movement.leave_after_return",
    "movement.family_pace",
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
        routes = Routes(model)
        zone, family = model.zone_of_place()[leave["place"]], model.is_family()[leave["group"]]

        def leaving(today: Today) -> Floats:
            pace = np.where(family, today.lever("movement.family_pace"), 1.0)
            chance = today.lever("movement.leave")[:, zone] * pace
            chance = chance * today.lever("movement.leave_factor")[:, leave["place"]]
            chance = chance * today.lever("movement.leave_after_return")[:, leave["returned"]]
            share = routes.shares(today)
            kind = routes.kind_of_group(today)[leave["group"]]
            return np.minimum(chance, 1.0) * share[:, kind, leave["link"]]

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


class Routes:
    """Solves the recursive logit for four kinds of traveller: family or not, exposed or not."""

    def __init__(self, model: Model) -> None:
        space, links = model.space, model.world.links
        self.origin = space.place_index(links["origin"])
        self.destination = space.place_index(links["destination"])
        pair = self.origin * len(space.places) + self.destination  # several modes join a pair
        self.by_pair = np.argsort(pair, kind="stable")
        self.pairs, self.first_of_pair = np.unique(pair[self.by_pair], return_index=True)
        self.days = links["days"].to_numpy(float)
        self.fare = links["fare_usd"].to_numpy(float) / 100.0
        self.checkpoints = links["checkpoints"].to_numpy(float)
        sector = model.world.places["sector"].to_numpy()
        self.border = np.flatnonzero(sector != "")
        self.sector = model.key_of("movement.destination_pull", list(sector[self.border]))
        self.family, self.nationality = model.is_family(), model.nationality_of_group()
        place = space.table["place"].to_numpy()
        self.places = len(space.places)
        self.present = Pools.of([np.flatnonzero(place == p) for p in range(self.places)])

    def kind_of_group(self, today: Today) -> NDArray[np.int64]:
        """Return the kind of traveller of each group."""
        exposed = today.lever("interdiction.exposure")[0, self.nationality] > 0
        return np.asarray(self.family.astype(np.int64) + 2 * exposed)

    def shares(self, today: Today) -> Floats:
        """Return the chance of each link for those who leave its origin, [R, kind, link]."""
        weight = np.exp(-np.stack([self._cost(today, kind) for kind in range(4)], axis=1))
        count = weight.shape[0]
        matrix = np.zeros((count, 4, self.places, self.places))
        matrix_of_pairs = matrix.reshape(count, 4, -1)
        matrix_of_pairs[:, :, self.pairs] = np.add.reduceat(
            weight[:, :, self.by_pair], self.first_of_pair, axis=2
        )
        goal = np.zeros((count, 4, self.places))
        pull = today.lever("movement.destination_pull")[:, self.sector]
        goal[:, :, self.border] = np.exp(pull)[:, None, :]
        try:
            value = np.linalg.solve(np.eye(self.places) - matrix, goal[..., None])[..., 0]
        except np.linalg.LinAlgError:
            value = np.full_like(goal, -1.0)
        if not (value >= 0).all():
            raise UsageError(
                "The costs of travel are so low that walking in circles never ends. "
                "Raise movement.cost_per_day or movement.cost_per_100_usd."
            )
        if not (value > 0).all():
            raise UsageError(
                "From some place the ways to the border cost so much that none can be weighed "
                "against another. Lower movement.cost_per_day, the other costs of movement, or the "
                "days and fares of links.csv."
            )
        return np.asarray(
            weight * value[:, :, self.destination] / value[:, :, self.origin], dtype=np.float64
        )

    def _cost(self, today: Today, kind: int) -> Floats:
        slower = 1.0 / today.lever("movement.family_pace") if kind % 2 else 1.0
        cost = today.lever("movement.cost_per_day") * self.days * slower
        cost = cost + today.lever("movement.cost_per_100_usd") * self.fare
        if kind >= 2:
            cost = cost + today.lever("movement.cost_per_checkpoint") * self.checkpoints
        thousands = today.people_in(self.present) / 1000.0 / today.scale
        crowding = today.lever("movement.cost_per_1000_present") * thousands
        return np.asarray(cost + crowding[:, self.destination])
