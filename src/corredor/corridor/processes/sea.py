"""The sea: people in boats are stopped and brought back to the coast that they left, or are lost.

In a zone at sea (``at_sea`` in zones.csv) the authority in whose jurisdiction it lies may stop
boats on a day, and people in them may die or go missing. Whoever is stopped has one more return
behind them: foreigners are held in the nearest station of the authority, its own nationals are let
go on the coast that the boats leave. Whoever is lost has left the model, and results tell of them
as people who died.

People are drawn one by one, as everywhere in the model, though those in one boat share its luck:
numbers of a day vary less here than they do at sea.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.corridor.kinds import RETURNED, Kind
from corredor.corridor.model import Flow, Model, Process
from corredor.corridor.states import coast_left
from corredor.corridor.world import World
from corredor.engine.steps import Columns, Moves, Split, Step, Today

DIED = Kind("died", ("group",), "died or went missing at sea")
INTERCEPTED = Flow(
    name="intercepted_at_sea", dims=("place", "group"),
    meaning="times somebody is stopped at sea and brought back to the coast",
    measure="times somebody was stopped at sea and brought back", headline=2,
    trait="times_intercepted",
)  # fmt: skip
DEATHS = Flow(
    name="deaths_at_sea", dims=("place", "group"),
    meaning="people who die or go missing at sea", unit="people",
    measure="people who died or went missing at sea", headline=3,
)  # fmt: skip
TAKEN, LOST = range(2)
LEVERS = ("sea.intercepted", "sea.lost")


class Sea(Process):
    """Stops and deaths at sea."""

    name = "sea"
    kinds = (DIED,)
    flows = (INTERCEPTED, DEATHS)

    def acts_in(self, world: World) -> bool:
        """Return whether a world has places at sea."""
        return bool(world.roles.at_sea.any())

    def steps(self, model: Model) -> Sequence[Step]:
        """Return one step: be stopped, be lost, or stay on the way."""
        moves = Moves.build([_stopped(model), _lost(model)])
        zone, end = model.zone_of_place()[moves["place"]], moves["end"]

        def ends(today: Today) -> Floats:
            taken, lost = (today.lever(name)[:, zone] for name in LEVERS)
            return np.where(end == TAKEN, np.minimum(taken, 1.0 - lost), lost)

        return [Split("stop or be lost at sea", moves, ends, levers=LEVERS)]


def _stopped(model: Model) -> Columns:
    space, here = model.space, np.flatnonzero(model.world.roles.stops_boats)
    return {
        "source": space["at"][here],
        "destination": np.array([_brought_to(model, place) for place in here.tolist()]).reshape(
            len(here), len(space.groups), len(RETURNED)
        ),
        "cell": model.cells[INTERCEPTED][here][:, :, None],
        "place": here[:, None, None],
        "end": np.array(TAKEN),
    }


def _brought_to(model: Model, place: int) -> NDArray[np.int64]:
    """Return where people stopped at a place at sea are afterwards, [group, returned].

    -1 where nobody can be brought back, for the authority has neither station nor coast there.
    """
    space, roles = model.space, model.world.roles
    up = np.minimum(np.arange(len(RETURNED)) + 1, len(RETURNED) - 1)
    coast = coast_left(model.world)[place]
    ashore = space["at"][space.place_index([coast])[0]] if coast else -1
    found = np.broadcast_to(ashore, (len(space.groups), len(RETURNED)))[:, up].astype(np.int64)
    stations = space.place_index(space.stations)
    if (roles.jurisdiction[stations] == roles.jurisdiction[place]).any():
        held = space["held"][space.station_of()[place]][:, up]
        found = np.where(roles.foreign()[place][:, None], held, found)
    return found


def _lost(model: Model) -> Columns:
    space, here = model.space, np.flatnonzero(model.world.roles.at_sea)
    return {
        "source": space["at"][here],
        "destination": space[DIED.name][None, :, None],
        "cell": model.cells[DEATHS][here][:, :, None],
        "place": here[:, None, None],
        "end": np.array(LOST),
    }
