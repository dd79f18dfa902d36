"""Settlement: people on the way go home, stay and work, or ask for refuge where they are.

Going home becomes likelier with each return. Asking for refuge is counted and changes nothing
else: most who ask go on. Where a scenario says so, people go home the more readily the less they
can expect ahead (``settlement.answer``, ``corridor.outlook``); they hear of it on the first of a
month.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corredor.arrays import Floats
from corredor.corridor.kinds import RETURNED
from corredor.corridor.model import Flow, Model, Process
from corredor.engine.kernels.pools import Pools
from corredor.engine.steps import Columns, Moves, Split, Step, Tally, Today

GAVE_UP = Flow(
    name="gave_up",
    dims=("place", "group"),
    meaning="people who give up and go home",
    unit="people",
    measure="people who gave up and went home",
    headline=8,
)
SETTLED = Flow(
    name="settled",
    dims=("place", "group"),
    meaning="people who stay and work on the way",
    unit="people",
    measure="people who stayed on the way",
    headline=7,
)
REFUGE = Flow(name="refuge_requests", dims=("place",), meaning="requests for refuge on the way")

LEVERS = (
    "settlement.give_up", "settlement.settle", "settlement.jobs_factor", "settlement.answer",
)  # fmt: skip
LEAST = 1e-6  # of the outlook that is left, so that what nobody can expect any more has a power


class Settlement(Process):
    """The end of the journey before the border ahead."""

    name = "settlement"
    flows = (GAVE_UP, SETTLED, REFUGE)

    def steps(self, model: Model) -> Sequence[Step]:
        """Return the steps: go home or stay; ask for refuge."""
        space = model.space
        inside = np.flatnonzero(model.world.roles.settles)
        gave_up, settled, refuge = (model.cells[flow] for flow in (GAVE_UP, SETTLED, REFUGE))
        common: Columns = {
            "source": space["at"][inside],
            "place": inside[:, None, None],
            "group": np.arange(len(space.groups))[None, :, None],
            "returned": np.arange(len(RETURNED))[None, None],
        }
        moves = Moves.build(
            [
                {
                    **common,
                    "destination": space[outcome][None, :, None],
                    "cell": cell[inside][:, :, None],
                    "stays": np.array(stays),
                }
                for outcome, cell, stays in (("went_home", gave_up, 0), ("settled", settled, 1))
            ]
        )
        zone = model.zone_of_place()[moves["place"]]

        def ending(today: Today) -> Floats:
            home = today.lever("settlement.give_up")[:, moves["returned"]]
            if model.outlook and today.lever("settlement.answer").any():
                home = np.minimum(home * answered(today), 1.0)
            stay = today.lever("settlement.settle")[:, zone]
            stay = stay * today.lever("settlement.jobs_factor")[:, moves["place"]]
            return np.where(moves["stays"], np.minimum(stay, 1.0 - home), home)

        def answered(today: Today) -> Floats:
            assert model.outlook is not None
            outlook = model.outlook(today, today.date)
            ahead = outlook[:, moves["place"], moves["group"], moves["returned"]]
            return np.asarray(np.maximum(ahead, LEAST) ** -today.lever("settlement.answer"))

        may_ask = model.world.roles.foreign()[:, :, None] & (space["at"] >= 0)
        pools = Pools.of([space["at"][place][may_ask[place]] for place in inside])
        return [
            Split(
                "end the journey",
                moves,
                ending,
                levers=LEVERS,
                reprice="month" if model.outlook else "levers",
            ),
            Tally(
                "ask for refuge",
                pools=pools,
                pool=np.arange(len(pools), dtype=np.int32),
                cell=refuge[inside],
                chances=lambda today: today.lever("settlement.refuge_rate")[:, inside],
                levers=("settlement.refuge_rate",),
            ),
        ]
