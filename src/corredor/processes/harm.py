"""Harm: robbery, extortion, kidnapping and threats on the way, abuse in custody.

Events are counted among the people present; they change nobody's path. Rates come from surveys
that differ widely: read the counts with the ranges in the world's SOURCES.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corredor.engine.pools import Pools
from corredor.engine.steps import Floats, Step, Tally, Today
from corredor.layout import Flow, Model

KINDS = ("robbery", "extortion", "kidnapping", "threats")
FLOWS = tuple(Flow(f"harm_{kind}", ("place",), f"events of {kind}") for kind in KINDS)
ABUSE = Flow("harm_custody_abuse", ("place",), "events of abuse in Mexican custody")


@dataclass(frozen=True)
class Harm:
    """What is done to people on the way."""

    name: str = "harm"

    def steps(self, model: Model) -> Sequence[Step]:
        """Return the steps: harm on the way, abuse in custody."""
        space = model.space
        kind, place = space.table["kind"], space.table["place"].to_numpy()
        free = kind.isin(["at", "on", "caravan", "waiting", "appointed"]).to_numpy()
        everywhere = np.arange(len(space.places))
        pools = Pools.of([np.flatnonzero(free & (place == p)) for p in everywhere])
        cells = [model.cells.block(flow, self.name) for flow in FLOWS]
        zone = model.zone_of_place()

        def rates(today: Today) -> Floats:
            by_kind = [today.lever(f"harm.{name}")[:, zone] for name in KINDS]
            together = np.stack(np.broadcast_arrays(*by_kind), axis=2)  # [R, place, kind]
            return together.reshape(len(together), -1)

        stations = space.place_index(space.stations)
        held = Pools.of([states[states >= 0] for states in space.held])
        abuse = model.cells.block(ABUSE, self.name)
        return [
            Tally(
                "on the way",
                pools=pools,
                pool=np.repeat(everywhere, len(KINDS)).astype(np.int32),
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
