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
sector; without this cost the logit lets people wander in circles.

Travellers differ by what they can be stopped for, by family and by the pull of sectors on their
nationality; M is solved once for all who weigh links alike.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.corridor.levers import pair_key
from corredor.corridor.model import Model
from corredor.corridor.values import Pairs, solve
from corredor.engine.kernels.pools import Pools
from corredor.engine.steps import Today

MOST_CROWDED = 10.0  # utility; a town so full is left out already, and wild draws stay solvable
KINDS = 4  # who weigh links alike: families or not, whom checkpoints can stop or not


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
        ends = np.searchsorted(np.sort(place), np.arange(self.places + 1))
        by_place = np.argsort(place, kind="stable")
        self.present = Pools.of([by_place[a:b] for a, b in itertools.pairwise(ends)])

    def traveller(self, today: Today) -> NDArray[np.int64]:
        """Return the traveller of each group, the second axis of ``shares``."""
        exposed = today.lever("interdiction.exposure")[0, self.nationality] > 0
        kind = self.family.astype(np.int64) + 2 * exposed
        return np.asarray(kind * len(self.own) + self.nationality)

    def shares(self, today: Today) -> Floats:
        """Return the chance of each link for those who leave its origin, [R, traveller, link]."""
        crowded = self._crowding(today)[:, self.destination]
        cost = [self._cost(today, kind) + crowded for kind in range(KINDS)]
        weight = np.exp(-np.stack(cost, axis=1))
        value = solve(self.pairs, weight, self._goals(today))
        found = (
            weight[..., None] * value[:, :, self.destination] / value[:, :, self.origin]
        )  # [R, kind, link, nationality]
        return np.asarray(np.moveaxis(found, 3, 2).reshape(len(found), -1, found.shape[2]))

    def _goals(self, today: Today) -> Floats:
        """Return exp(pull) at the border for each nationality, [R, place, nationality]."""
        pull = today.lever("movement.destination_pull")[:, self.sector][:, None]
        pull = pull + today.lever("movement.own_pull")[:, self.own]
        goal = np.zeros((len(pull), self.places, len(self.own)))
        goal[:, self.border] = np.moveaxis(np.exp(pull), 1, 2)
        return goal

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


def turning_back(
    origin: Integers, destination: Integers, days: Floats, sector: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Return which links do not lead on: not away from the far end, or from one sector to another.

    Parameters
    ----------
    origin, destination : numpy.ndarray
        The integers of the places that each link joins.
    days : numpy.ndarray
        Of each link.
    sector : numpy.ndarray
        The sector of each place; an empty text away from the border.

    Returns
    -------
    numpy.ndarray
        One flag a link. A link out of a place that the far end does not lead to turns back only if
        it changes sectors.

    References
    ----------
    Dial, R. B. (1971). A probabilistic multipath traffic assignment model which obviates path
    enumeration. Transportation Research 5, 83-111.

    Examples
    --------
    Two places in a row, joined both ways, the second at the border:

    >>> from numpy import array
    >>> ends = array([0, 1]), array([1, 0])
    >>> turning_back(*ends, array([1.0, 1.0]), array(["", "Tucson"], dtype=object)).tolist()
    [False, True]
    """
    border = np.flatnonzero(sector != "")
    if not len(origin) or not len(border):
        return np.zeros(len(origin), dtype=bool)
    to_border = quickest(destination, origin, days, border, len(sector))
    far_end = int(np.argmax(np.where(np.isfinite(to_border), to_border, -1.0)))
    reach = quickest(origin, destination, days, np.array([far_end]), len(sector))
    back = np.isfinite(reach[origin]) & (reach[destination] <= reach[origin])
    leaves = (sector[origin] != "") & (sector[origin] != sector[destination])
    return np.asarray(back | leaves, dtype=bool)


def quickest(
    origin: Integers, destination: Integers, days: Floats, starts: Integers, places: int
) -> Floats:
    """Return the days to each place from the nearest of the starts; infinite where no way leads.

    All links are tried until none leads anywhere sooner (Bellman 1958), for which as many rounds
    are enough as the longest way has links. SciPy's searches take longer to load than this takes.

    Examples
    --------
    >>> from numpy import array
    >>> quickest(array([0, 1, 0]), array([1, 2, 2]), array([1.0, 1.0, 5.0]), array([0]), 3).tolist()
    [0.0, 1.0, 2.0]
    """
    reach = np.full(places, np.inf)
    reach[starts] = 0.0
    while True:
        sooner = reach.copy()
        np.minimum.at(sooner, destination, reach[origin] + days)
        if np.array_equal(sooner, reach):
            return reach
        reach = sooner
