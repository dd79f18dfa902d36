"""Custody: people held are put back on the way by bus, deported, or let go with a paper.

People stay a mean number of days; beyond the places of a station, people are moved on the same
day. Those sent south, or put at a border, are on the way again with one more return behind them.
Some of the deported set off again from home. How long they are held, how many are put where and how
many are sent home may differ by authority (``corredor.corridor.authorities``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.corridor.authorities import Authorities
from corredor.corridor.kinds import RETURNED
from corredor.corridor.model import Flow, Model, Process
from corredor.engine.kernels.pools import Pools
from corredor.engine.steps import CohortFactor, Columns, FactorLaw, Moves, Split, Step, Today

SENT_SOUTH = Flow(
    name="sent_south",
    dims=("place", "group"),
    meaning="times somebody is bused to this place",
    measure="times somebody was sent south",
    headline=3,
    trait="times_sent_south",
)
DEPORTED = Flow(
    name="returned_home_from_custody",
    dims=("group",),
    meaning="deportations and assisted returns",
    measure="deportations and assisted returns",
)
LET_GO = Flow(
    name="let_go", dims=("place", "group"), meaning="times somebody is let go with a paper"
)
PLACES = ("custody.days_held", "custody.days_factor", "custody.capacity_factor")
SOUTH, AWAY, AGAIN, FREE = range(4)
SHARES = tuple(
    f"custody.{short}"
    for short in (
        "deported_share", "deported_factor", "try_again_share", "sent_south_share",
        "sent_south_factor", "destination_share",
    )
)  # fmt: skip


@FactorLaw
def leaving(people: float, days_and_room: Sequence[float]) -> float:
    """Return the chance to leave a station today: after so many days, or for want of room."""
    days, room = days_and_room[0], days_and_room[1]
    over = 1.0 - room / max(people, max(room, 1e-9))
    return max(1.0 / days, over)


class Custody(Process):
    """What follows detention."""

    name = "custody"
    flows = (SENT_SOUTH, DEPORTED, LET_GO)

    def steps(self, model: Model) -> Sequence[Step]:
        """Return one step: leave custody; none in a world without stations."""
        cells = [model.cells[flow] for flow in (SENT_SOUTH, DEPORTED, LET_GO)]
        if not model.space.stations:
            return []
        moves = Moves.build(_ways_out(model, cells))
        nationality = model.nationality_of_group()[moves["group"]]
        has_home = (model.home_of_group() >= 0)[moves["group"]]
        way = moves["way"]
        places = model.world.places["station_capacity"].reindex(list(model.space.stations))
        capacity = places.to_numpy(float)
        held = Pools.of([states[states >= 0] for states in model.space["held"]])
        authority = Authorities(model)
        of_station = authority.of_place[model.space.place_index(model.space.stations)]
        of_move = of_station[moves["station"]]

        def days_and_room(today: Today) -> list[Floats]:
            room = capacity * today.lever("custody.capacity_factor") * today.scale
            return [authority.days_held(today)[:, of_station], room]

        def shares(today: Today) -> Floats:
            deported = today.lever("custody.deported_share")[:, nationality]
            deported = authority.deported(today, deported, of_move)
            again = today.lever("custody.try_again_share")[:, nationality] * has_home
            south = authority.sent_south(today)[:, of_move] * (1.0 - deported)
            bus = authority.bus(today)
            return np.select(
                [way == SOUTH, way == AWAY, way == AGAIN],
                [south * bus[:, of_move, moves["to"]], deported * (1.0 - again), deported * again],
                1.0 - deported - south,
            )

        return [
            Split(
                "leave custody", moves, shares, levers=(*SHARES, *PLACES),
                hazard_factor=CohortFactor(leaving, days_and_room, held),
                cohort=moves.of_source("station"),
            )
        ]  # fmt: skip


def _ways_out(model: Model, cells: Sequence[NDArray[np.int32]]) -> list[Columns]:
    space, (south, home_cells, free) = model.space, cells
    group = np.arange(len(space.groups))
    station_place = space.place_index(space.stations)
    up = np.minimum(np.arange(len(RETURNED)) + 1, len(RETURNED) - 1)
    home = model.home_of_group()
    common: Columns = {
        "source": space["held"],
        "station": np.arange(len(space.stations))[:, None, None],
        "group": group[None, :, None],
    }
    destinations = np.flatnonzero((model.levers.compiled["custody.destination_share"].values > 0).any(axis=(0, 1)))  # fmt: skip # noqa: E501
    roles = model.world.roles
    allowed = roles.puts_at[None, :] == roles.jurisdiction[station_place][:, None]
    parts: list[Columns] = [
        {
            **common,
            "destination": np.where(allowed[:, to, None, None], space["at"][to][:, up][None], -1),
            "cell": south[to][None, :, None],
            "way": np.array(SOUTH),
            "to": np.array(to),
        }
        for to in destinations
    ]
    again = np.where(home[:, None] >= 0, space["at"][home, group][:, up], -1)
    for way, destination, cell in (
        (AWAY, space["deported"][None, :, None], home_cells[None, :, None]),
        (AGAIN, again[None], home_cells[None, :, None]),
        (FREE, space["at"][station_place], free[station_place][:, :, None]),
    ):
        parts.append(
            {**common, "destination": destination, "cell": cell, "way": np.array(way),
             "to": np.array(0)}
        )  # fmt: skip
    return parts
