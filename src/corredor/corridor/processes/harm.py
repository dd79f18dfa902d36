"""Harm: robbery, extortion, kidnapping and threats on the way, abuse in custody.

Events are counted among the people present; they change nobody's path. On the way they are told
apart by place and mode: in a place, in a caravan, or on a link of more than a day (at the place
where it begins) by its mode. No survey gives rates by mode, so all modes of a zone have the same.
Rates come from surveys that differ widely: read the counts with ``corredor.harm``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.corridor.kinds import OF_THE_LINK
from corredor.corridor.model import Flow, Model, Process, Sum
from corredor.engine.kernels.pools import Pools
from corredor.engine.steps import Step, Tally, Today

COUNTED = {"robbery": "robberies", "extortion": "extortions", "kidnapping": "kidnappings",
           "threats": "threats"}  # fmt: skip
KINDS = tuple(COUNTED)
FLOWS = tuple(
    Flow(
        name=f"harm_{kind}", dims=("place", "mode"), meaning=f"events of {kind}", measure=counted,
        trait="times_harmed",
    )
    for kind, counted in COUNTED.items()
)  # fmt: skip
ABUSE = Flow(
    name="harm_custody_abuse", dims=("place",), meaning="events of abuse in custody",
    measure="events of abuse in custody", trait="times_harmed",
)  # fmt: skip
HARM_EVENTS = Sum(
    name="harm_events", of=tuple(flow.name for flow in (*FLOWS, ABUSE)),
    meaning="events of harm on the way and in custody, without deaths",
    measure="robberies, extortions, kidnappings, threats, abuse in custody; no deaths", headline=9,
)  # fmt: skip


class Harm(Process):
    """What is done to people on the way."""

    name = "harm"
    flows = (*FLOWS, ABUSE)
    sums = (HARM_EVENTS,)

    def steps(self, model: Model) -> Sequence[Step]:
        """Return the steps: harm on the way, abuse in custody."""
        space = model.space
        mode, place = _mode_of_state(model), space.table["place"].to_numpy()
        free = np.flatnonzero(mode >= 0)
        modes = len(model.cells.labels["mode"])
        peopled, pool_of = np.unique(place[free] * modes + mode[free], return_inverse=True)
        pools = Pools.by(pool_of, free, len(peopled))
        cells = [model.cells[flow].ravel()[peopled] for flow in FLOWS]
        zone = model.zone_of_place()[peopled // modes]

        def rates(today: Today) -> Floats:
            by_kind = [today.lever(f"harm.{name}")[:, zone] for name in KINDS]
            together = np.stack(np.broadcast_arrays(*by_kind), axis=2)  # [R, pool, kind]
            return together.reshape(len(together), -1)

        stations = space.place_index(space.stations)
        held = Pools.of([states[states >= 0] for states in space["held"]])
        abuse = model.cells[ABUSE]
        return [
            Tally(
                "on the way",
                pools=pools,
                pool=np.repeat(np.arange(len(peopled)), len(KINDS)).astype(np.int32),
                cell=np.stack(cells, axis=1).ravel(),
                chances=rates,
                levers=tuple(f"harm.{name}" for name in KINDS),
            ),
            Tally(
                "in custody",
                pools=held,
                pool=np.arange(len(stations), dtype=np.int32),
                cell=abuse[stations],
                chances=lambda today: np.repeat(
                    today.lever("harm.custody_abuse"), len(stations), axis=1
                ),
                levers=("harm.custody_abuse",),
            ),
        ]


def _mode_of_state(model: Model) -> NDArray[np.int64]:
    """Return for each state the position of its mode among the modes, or -1 if nobody is free."""
    table, position = model.space.table, {m: i for i, m in enumerate(model.cells.labels["mode"])}
    mode_of_kind = {kind.name: kind.mode for kind in model.space.kinds}
    mode = table["kind"].astype(str).map(mode_of_kind)
    named = mode.map(position).fillna(-1)
    of_link = np.append(model.world.links["mode"].map(position).to_numpy(int), -1)  # -1: on none
    on_link = (mode == OF_THE_LINK).to_numpy()
    return np.where(on_link, of_link[table["link"].to_numpy()], named.to_numpy()).astype(np.int64)
