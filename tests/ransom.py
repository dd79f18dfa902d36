"""People held for ransom: a process that ships with no model, with its own kind of state."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corredor.corridor.kinds import Ground, Kind
from corredor.corridor.model import Flow, Model, Process
from corredor.engine.steps import Moves, Split, Step

HELD = Kind(
    "held_for_ransom", ("place", "group", "returned"), "is held for ransom",
    status="held_for_ransom", shelter=True, reached=lambda ground: where_people_are_stopped(ground),
)  # fmt: skip
TAKEN = Flow(
    name="taken_for_ransom", dims=("place", "group"), meaning="times somebody is held for ransom",
    measure="people held for ransom", trait="times_held_for_ransom",
)  # fmt: skip
TAKEN_A_DAY, LET_GO_A_DAY = 0.02, 0.1


def where_people_are_stopped(ground: Ground) -> np.ndarray:
    return ground.reach & ground.world.roles.detains[:, None, None]


class Ransom(Process):
    """People are taken where an authority stops people, and let go after ten days in the mean."""

    name = "ransom"
    kinds = (HELD,)
    flows = (TAKEN,)

    def steps(self, model: Model) -> Sequence[Step]:
        """Return the steps: let go, take."""
        at, held = model.space["at"], model.space[HELD.name]
        cell = model.cells[TAKEN][:, :, None]
        take = Moves.build([{"source": at, "destination": held, "cell": cell}])
        free = Moves.build([{"source": held, "destination": at, "cell": np.array(-1)}])
        return [
            Split("let go", free, lambda _: np.full((1, len(free)), LET_GO_A_DAY)),
            Split("take", take, lambda _: np.full((1, len(take)), TAKEN_A_DAY)),
        ]
