"""A rule of one's own, as a notebook has it: a class with its levers declared beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import corredor
from corredor.engine.steps import Step, Today

RATE = corredor.Lever(
    name="had_enough.goes_home", by="zone", unit="chance a day", default=0.0, minimum=0.0,
    maximum=1.0, meaning="chance that somebody on the way goes home today",
    source="no figure was found: 0, nobody",
)  # fmt: skip
GONE = corredor.Flow(
    name="had_enough", dims=("place", "group"), meaning="people who have had enough",
    unit="people", measure="people who have had enough", trait="times_had_enough",
)  # fmt: skip


class HadEnough(corredor.Process):
    """People who have had enough go home, so many of them each day."""

    name = "had_enough"
    levers = (RATE,)
    flows = (GONE,)

    def steps(self, model) -> Sequence[Step]:  # type: ignore[no-untyped-def]
        place = np.arange(len(model.space.places))[:, None, None]
        leave = corredor.Moves.build([{
            "source": model.space["at"], "destination": model.space["went_home"][None, :, None],
            "cell": model.cells[GONE][:, :, None], "place": place,
        }])  # fmt: skip
        zone = model.zone_of_place()[leave["place"]]

        def chances(today: Today) -> np.ndarray:
            return today.lever(RATE.name)[:, zone]

        return [corredor.Split("go home", leave, chances, levers=(RATE.name,))]


RULES = (*corredor.PROCESSES, HadEnough())
