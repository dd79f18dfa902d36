"""How likely it is that somebody alone is stopped today, and whom the thought of it holds back.

The chance is the tempo of the zone, times factors for the place and the nationality, raised by the
checkpoints on the roads into the place; nobody is stopped where no authority does so.
``interdiction.fear`` says by how much each percent of it lengthens the time that people wait before
they set out: with a chance of 2 % a day and a fear of 0.3 they wait 1.6 times as long, so 62 % of
those set out today who would if nobody was stopped.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from corredor.arrays import Floats, Index, Integers
from corredor.corridor.model import Model
from corredor.engine.steps import Moves, Today

LEVERS = tuple(
    f"interdiction.{short}" for short in ("tempo", "place_factor", "exposure", "checkpoint_weight")
)
FEAR = (*LEVERS, "interdiction.fear")
PERCENT = 100.0
Whose = Moves | Mapping[str, Index | Integers]  # of each, its place and its group


class Stops:
    """The chance of being stopped today; moves say whose by their ``place`` and ``group``."""

    def __init__(self, model: Model) -> None:
        mean = model.world.links.groupby("destination")["checkpoints"].mean()
        self.roads = mean.reindex(list(model.space.places), fill_value=0.0).to_numpy(float)
        self.zone, self.nationality = model.zone_of_place(), model.nationality_of_group()
        self.here = model.where_stopped()

    def chance(self, today: Today, moves: Whose) -> Floats:
        """Return the chance of each move's source to be stopped alone, [R or 1, moves]."""
        place = moves["place"]
        tempo = today.lever("interdiction.tempo")[:, self.zone[place]]
        exposure = today.lever("interdiction.exposure")[:, self.nationality[moves["group"]]]
        weight = today.lever("interdiction.checkpoint_weight")
        here = today.lever("interdiction.place_factor")[:, place]
        return np.asarray(tempo * here * exposure * (1.0 + weight * self.roads[place]))

    def unafraid(self, today: Today, moves: Whose) -> Floats:
        """Return the share of each move's source whom the chance does not hold back."""
        fear = today.lever("interdiction.fear")
        if not fear.any():
            return np.ones((1, np.size(moves["place"])))
        chance = np.minimum(self.chance(today, moves), 1.0) * self.here[moves["place"]]
        return np.asarray(1.0 / (1.0 + fear * PERCENT * chance))
