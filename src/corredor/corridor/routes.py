"""Route choice: a recursive logit (Fosgerau, Frejinger and Karlström, 2013).

The value of a place is the log of z, which solves z = M z + b. M holds exp(utility) of each link:
less for days, fare, checkpoints (for those whom they can stop), a crowded destination and turning
back; b holds exp(pull) of the sector at border cities. Somebody who leaves takes a link with chance
M z(destination) / z(origin); at the border the rest stay to cross or wait. Crowding is what people
hear on the first of a month.

A link turns back if it does not lead away from the far end of the corridor, the place from which
the border is farthest: whoever takes it is no farther from there by the shortest way in days (an
inefficient link of Dial, 1971); or if it leads out of a sector. People do not come back to a town
that they left without a cause, and whoever has come to the border seldom changes to another
sector; without this cost the logit lets people wander in circles. Where ``movement.onward_only``
says so nobody turns back (``onward``), and ``movement.overlap`` then lets ways that are alike count
as one (``overlap``), which is also how a large world is solved where nobody turns back.

Travellers differ by what they can be stopped for, by family and by the pull of sectors on their
nationality; M is solved once for all who weigh links alike.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.corridor.levers import pair_key
from corredor.corridor.model import Model
from corredor.corridor.onward import leading_on, turning_back
from corredor.corridor.overlap import Overlap
from corredor.corridor.values import WHOLE_UP_TO, EndlessError, Pairs, Values, solve
from corredor.engine.kernels.pools import Pools
from corredor.engine.steps import Today
from corredor.errors import UsageError

MOST_CROWDED = 10.0  # utility; a town so full is left out already, and wild draws stay solvable
KINDS = 4  # who weigh links alike: families or not, whom checkpoints can stop or not
NAMED = 4  # links of a circle that an error names


class Routes:
    """Solves the route choice of every traveller: a kind of ``KINDS`` and a nationality."""

    def __init__(self, model: Model) -> None:
        space, links = model.space, model.world.links
        self.origin = space.place_index(links["origin"])
        self.destination = space.place_index(links["destination"])
        self.pairs = Pairs.of(self.origin, self.destination, len(space.places))
        self.days = links["days"].to_numpy(float)
        self.fare = links["fare_usd"].to_numpy(float) / 100.0
        self.checkpoints = links["checkpoints"].to_numpy(float)
        sector = model.world.places["sector"].to_numpy()
        self.border = np.flatnonzero(sector != "")
        self.turns_back = turning_back(self.origin, self.destination, self.days, sector)
        self.sector_of_place = sector
        self.names = model.cells.labels["link"]
        self.sector = model.key_of("movement.destination_pull", list(sector[self.border]))
        nationalities = model.levers.keys["entry.factor"]
        self.own = np.array(
            [
                model.key_of("movement.own_pull", [pair_key(n, s) for s in sector[self.border]])
                for n in nationalities
            ]
        )
        self.family, self.nationality = model.is_family(), model.nationality_of_group()
        place = space.table["place"].to_numpy()
        self.places = len(space.places)
        somewhere = np.flatnonzero(place >= 0)
        self.present = Pools.by(place[somewhere], somewhere, self.places)

    def traveller(self, today: Today) -> NDArray[np.int64]:
        """Return the traveller of each group, the second axis of ``shares``."""
        exposed = today.lever("interdiction.exposure")[0, self.nationality] > 0
        kind = self.family.astype(np.int64) + 2 * exposed
        return np.asarray(kind * len(self.own) + self.nationality)

    def shares(self, today: Today) -> Floats:
        """Return the chance of each link for those who leave its origin, [R, traveller, link]."""
        crowded = self._crowding(today)[:, self.destination]
        cost = np.stack([self._cost(today, kind) + crowded for kind in range(KINDS)], axis=1)
        onward = today.lever("movement.onward_only") > 0
        overlap = today.lever("movement.overlap")
        if overlap.any() and not onward.all():
            raise UsageError(
                f"movement.overlap: found {overlap.max():g} on {today.date} where people may "
                "turn back, expected 0. Ways that go round have no end to be compared at: set "
                "movement.onward_only = true as well."
            )
        if overlap.any() or (onward.all() and self.places > WHOLE_UP_TO):
            found = self.overlap.shares(cost, np.moveaxis(self._pull(today), 1, 2), overlap)
        else:
            if onward.any():
                cost = np.where(onward[:, None] & ~self.leading_on, np.inf, cost)
            found = self._values(today, cost).chances(cost, self.origin, self.destination)
        # [R, kind, link, nationality]
        return np.asarray(np.moveaxis(found, 3, 2).reshape(len(found), -1, found.shape[2]))

    @cached_property
    def leading_on(self) -> NDArray[np.bool_]:
        """Which links are taken where nobody turns back."""
        return leading_on(self.origin, self.destination, self.days, self.sector_of_place)

    @cached_property
    def overlap(self) -> Overlap:
        """The route choice in which ways that are alike count as one."""
        ends = self.origin, self.destination, self.days
        return Overlap(*ends, self.leading_on, self.border, self.places)

    def _values(self, today: Today, cost: Floats) -> Values:
        """Return the value of each place; where there is none, say which ways go round and why."""
        try:
            return solve(self.pairs, cost, self._pull_at_places(today))
        except EndlessError as error:
            raise UsageError(self._named(today, error)) from error

    def _named(self, today: Today, error: EndlessError) -> str:
        """Return which places and links go round, and what to set."""
        most = np.argsort(-error.matters, kind="stable")[:NAMED]
        links = [self.names[link] for link in most if error.matters[link] > 0]
        places = dict.fromkeys(end for name in links for end in name.split(" ")[0].split(">"))

        def value(lever: str) -> str:
            held = today.lever(f"movement.{lever}")
            return f"movement.{lever} (here {held[min(error.replicate, len(held) - 1), 0]:g})"

        return (
            f"{error} On {today.date} the ways through {', '.join(places)} (links "
            f"{', '.join(links)}) weigh {error.grows:.3g} times as much with each further link, "
            f"and less than 1 is needed. Raise {value('cost_of_turning_back')} or "
            f"{value('cost_per_day')}, or set movement.onward_only = true: then nobody turns back, "
            "and any costs will do."
        )

    def _pull_at_places(self, today: Today) -> Floats:
        """Return the pull of the border on each nationality, [R, place, nationality]."""
        pull = self._pull(today)
        found = np.full((len(pull), self.places, len(self.own)), -np.inf)
        found[:, self.border] = np.moveaxis(pull, 1, 2)
        return found

    def _pull(self, today: Today) -> Floats:
        """Return how much each nationality wants to reach the border where, [R, n, border]."""
        pull = today.lever("movement.destination_pull")[:, self.sector][:, None]
        return np.asarray(pull + today.lever("movement.own_pull")[:, self.own])

    def _cost(self, today: Today, kind: int) -> Floats:
        """Return what each link costs one kind of traveller where nobody else is, [R, link]."""
        slower = 1.0 / today.lever("movement.family_pace") if kind % 2 else 1.0
        cost = today.lever("movement.cost_per_day") * self.days * slower
        cost = cost + today.lever("movement.cost_per_100_usd") * self.fare
        cost = cost + today.lever("movement.cost_of_turning_back") * self.turns_back
        if kind >= 2:
            cost = cost + today.lever("movement.cost_per_checkpoint") * self.checkpoints
        return np.asarray(cost)

    def _crowding(self, today: Today) -> Floats:
        """Return what people fear of each place that is full, [R, place]."""
        thousands = today.people_in(self.present) / 1000.0 / today.scale
        crowding = today.lever("movement.cost_per_1000_present") * thousands
        return np.minimum(crowding, MOST_CROWDED)
