"""The state space: everything about a person that matters for their future, as an integer.

========== ============================================== =============================
kind       a person who …                                 told apart by
========== ============================================== =============================
at         is in a place, on the way                      place, group, times returned
on         is on a link that takes more than a day        link, stage, group, returned
caravan    walks with a caravan                           stop, group, returned
waiting    has asked for an appointment                   hub, months waited, group
appointed  has an appointment ahead                       port, group
held       is in Mexican custody                          station, group, returned
(outcomes) has left the model, see ``OUTCOMES``           group
========== ============================================== =============================

Times returned are counted as none, once, and twice or more. They start afresh when somebody
registers for an appointment, which keeps the queue small (docs/decisions/0003).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corredor.arrays import Index
from corredor.corridor.world import World

RETURNED = ("0", "1", "2+")
MONTHS_WAITED = 8  # 0, 1, … 6, and 7 or more
MOST_STAGES = 3
OUTCOMES = {
    "at_port": "admitted at a port of entry",
    "released": "let into the United States after an encounter",
    "evaded": "entered the United States without an encounter",
    "removed": "removed from the United States to the country of origin",
    "deported": "deported by Mexico and staying there",
    "settled": "settled in Mexico",
    "went_home": "gave up and went home",
}
MEXICO = ("south", "centre", "north")


@dataclass(frozen=True, eq=False)
class StateSpace:
    """Names to integers and back. An entry of -1 means that no such state can be reached.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per state: kind, place (-1 if none), link, stage, group, returned, waited.
    at, on, caravan, waiting, appointed, held : numpy.ndarray
        State by (place, group, returned), (link, stage, group, returned), (stop, group,
        returned), (hub, waited, group), (port, group), (station, group, returned).
    outcome : dict
        For each name of ``OUTCOMES``, state by group.
    places, groups, stops, hubs, ports, stations, sectors : tuple of str
        The labels behind the integers.
    """

    world: World
    table: pd.DataFrame
    at: Index
    on: Index
    caravan: Index
    waiting: Index
    appointed: Index
    held: Index
    outcome: dict[str, Index]
    places: tuple[str, ...]
    groups: tuple[str, ...]
    stops: tuple[str, ...]
    hubs: tuple[str, ...]
    ports: tuple[str, ...]
    stations: tuple[str, ...]
    sectors: tuple[str, ...]
    stage_count: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Return the number of states."""
        return len(self.table)

    def place_index(self, names: Iterable[str]) -> NDArray[np.int64]:
        """Return the integers of places given by name."""
        position = {name: i for i, name in enumerate(self.places)}
        return np.array([position[name] for name in names], dtype=np.int64)

    def station_of(self) -> NDArray[np.int64]:
        """Return for each place the position in ``stations`` of the nearest station."""
        places = self.world.places
        xy = np.radians(places[["latitude", "longitude"]].to_numpy(float))
        xy[:, 1] *= np.cos(xy[:, 0].mean())
        here = xy[self.place_index(self.stations)]
        distance = ((xy[:, None, :] - here[None]) ** 2).sum(-1)
        return np.asarray(np.argmin(distance, axis=1), dtype=np.int64)


class _Numbering:
    """Hands out state numbers in order and remembers what each means."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, int, int, int, int, int, int]] = []

    def new(
        self,
        kind: str,
        *,
        group: int,
        place: int = -1,
        link: int = -1,
        stage: int = 0,
        returned: int = 0,
        waited: int = 0,
    ) -> int:
        self.rows.append((kind, place, link, stage, group, returned, waited))
        return len(self.rows) - 1

    def table(self) -> pd.DataFrame:
        columns = ["kind", "place", "link", "stage", "group", "returned", "waited"]
        return pd.DataFrame(self.rows, columns=columns).astype({"kind": "category"})


def stages(days: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many stages a link of so many days has beyond the day of arrival.

    A stage lasts a geometric number of days, so that the mean time on the link is kept.
    """
    return np.clip(np.floor(days - 0.5), 0, MOST_STAGES).astype(np.int64)


def build_states(world: World) -> StateSpace:
    """Number every state that somebody can reach in ``world``."""
    places, groups = tuple(world.places.index), tuple(world.people.index)
    table = world.places
    named = {
        "stops": tuple(
            table.index[table["caravan_stop"].notna()][
                np.argsort(table["caravan_stop"].dropna().to_numpy())
            ]
        ),
        "hubs": tuple(table.index[table["waiting_hub"]]),
        "ports": tuple(table.index[table["port"] != ""]),
        "stations": tuple(table.index[table["station_capacity"].notna()]),
    }
    sectors = tuple(dict.fromkeys(s for s in table["sector"] if s))
    numbering = _Numbering()
    position = {name: i for i, name in enumerate(places)}
    reach = _reachable(world, named["stations"])
    levels = range(len(RETURNED))

    def number(kind: str, shape: tuple[int, ...]) -> Index:
        return np.full(shape, -1, dtype=np.int32)

    at = number("at", (len(places), len(groups), len(levels)))
    for p, g, k in np.argwhere(reach):
        at[p, g, k] = numbering.new("at", place=int(p), group=int(g), returned=int(k))

    stage_count = stages(world.links["days"].to_numpy(float))
    on = number("on", (len(world.links), MOST_STAGES, len(groups), len(levels)))
    origins = [position[name] for name in world.links["origin"]]
    for link, origin in enumerate(origins):
        for stage in range(stage_count[link]):
            for g, k in np.argwhere(reach[origin]):
                on[link, stage, g, k] = numbering.new(
                    "on", place=origin, link=link, stage=stage, group=int(g), returned=int(k)
                )

    caravan = number("caravan", (len(named["stops"]), len(groups), len(levels)))
    for i, name in enumerate(named["stops"]):
        for g, k in np.argwhere(reach[position[named["stops"][0]]]):
            if world.people["nationality"].iloc[g] != "mexico":
                caravan[i, g, k] = numbering.new(
                    "caravan", place=position[name], stage=i, group=int(g), returned=int(k)
                )

    waiting = number("waiting", (len(named["hubs"]), MONTHS_WAITED, len(groups)))
    for i, name in enumerate(named["hubs"]):
        for w in range(MONTHS_WAITED):
            for g in np.flatnonzero(reach[position[name]].any(axis=1)):
                waiting[i, w, g] = numbering.new(
                    "waiting", place=position[name], waited=w, group=int(g)
                )

    appointed = number("appointed", (len(named["ports"]), len(groups)))
    for i, name in enumerate(named["ports"]):
        for g in range(len(groups)):
            appointed[i, g] = numbering.new("appointed", place=position[name], group=g)

    held = number("held", (len(named["stations"]), len(groups), len(levels)))
    for i, name in enumerate(named["stations"]):
        for g in range(len(groups)):
            if world.people["nationality"].iloc[g] != "mexico":
                for k in levels:
                    held[i, g, k] = numbering.new("held", place=position[name], group=g, returned=k)

    outcome = {
        name: np.array([numbering.new(name, group=g) for g in range(len(groups))], np.int32)
        for name in OUTCOMES
    }
    return StateSpace(
        world=world,
        table=numbering.table(),
        at=at,
        on=on,
        caravan=caravan,
        waiting=waiting,
        appointed=appointed,
        held=held,
        outcome=outcome,
        places=places,
        groups=groups,
        sectors=sectors,
        stage_count=stage_count,
        **named,
    )


def _reachable(world: World, stations: Iterable[str]) -> NDArray[np.bool_]:
    """Say which (place, group, returned) can be reached from where the group may start."""
    starts: dict[str, set[str]] = {}
    for nationality, place in world.entry[["nationality", "place"]].drop_duplicates().to_numpy():
        starts.setdefault(nationality, set()).add(place)
    border = set(world.places.index[world.places["sector"] != ""])
    hubs = set(world.places.index[world.places["waiting_hub"]])
    reach = np.zeros((len(world.places), len(world.people), len(RETURNED)), dtype=bool)
    for g, nationality in enumerate(world.people["nationality"]):
        home = set(world.places.index[world.places["home_of"] == nationality])
        first = _downstream(world, starts.get(nationality, set()) | home)
        again = _downstream(world, (border | hubs | home) | (set(stations) & first))
        if nationality == "mexico":
            again = first & _downstream(world, border)
        for k in range(len(RETURNED)):
            reach[:, g, k] = world.places.index.isin(list(first if k == 0 else again))
    return reach


def _downstream(world: World, starts: set[str]) -> set[str]:
    onward: dict[str, list[str]] = {}
    for origin, destination in world.links[["origin", "destination"]].to_numpy():
        onward.setdefault(origin, []).append(destination)
    found, frontier = set(starts), list(starts)
    while frontier:
        for place in onward.get(frontier.pop(), ()):
            if place not in found:
                found.add(place)
                frontier.append(place)
    return found
