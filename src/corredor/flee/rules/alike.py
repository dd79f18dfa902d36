"""People seek places of people like them: camps of their religion, places of their group.

Flee counts at the beginning of a day how many of those in a place share a value, and divides by the
place's population. A camp has none in Flee; there the share is of a hundred million.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.engine.kernels.pools import Pools
from corredor.engine.steps import Today
from corredor.flee.case.folder import Case

NO_POPULATION = 1e8
ETHNICITY = 10.0  # a tenth of a place's people of one's group attract as without the rule


class Alike:
    """Says how much people like them draw each class to each place.

    Parameters
    ----------
    case : Case
        What was read.
    inside : sequence of sequence of numpy.ndarray
        The states of people of each class in each place.
    """

    def __init__(self, case: Case, inside: Sequence[Sequence[NDArray[np.int64]]]) -> None:
        self.case = case
        self.pools = Pools.of([states for of_class in inside for states in of_class])

    def factors(
        self, today: Today, people: Floats, camp: NDArray[np.bool_], conflict: NDArray[np.bool_]
    ) -> list[Floats]:
        """Return a factor for each class on the attraction of places, [R, places].

        Parameters
        ----------
        today : Today
            Who is where.
        people : numpy.ndarray
            Population of each place, [R or 1, places].
        camp, conflict : numpy.ndarray
            Whether a place is a camp, or a place of conflict, [places].
        """
        settings, classes = self.case.settings, self.case.classes
        there = today.people_in(self.pools).reshape(len(today.stocks), len(classes.kinds), -1)
        of_all = np.where(people < 1, NO_POPULATION, people)
        sought = {
            "religion": settings.MatchCampReligion & camp,
            "ethnicity": (settings.MatchCampEthnicity & camp)
            | (settings.MatchConflictEthnicity & conflict & ~camp)
            | (settings.MatchTownEthnicity & ~conflict & ~camp),
        }
        worth = {"religion": 1 / settings.avg_religion_fraction, "ethnicity": ETHNICITY}
        found = [np.ones((len(there), len(camp)))] * len(classes.kinds)
        for trait in settings.matched:
            values = classes.groups[trait]
            same = np.array([[a == b for b in values] for a in values], np.float64)
            share = np.einsum("kj,rjp->krp", same, there) / of_all
            found = [
                before * np.where(sought[trait], worth[trait] * of_class, 1.0)
                for before, of_class in zip(found, share, strict=True)
            ]
        return found
