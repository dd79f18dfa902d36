"""Shutdown: the encounters of a week decide whether asylum between ports is shut tomorrow.

Asylum is shut once the mean daily encounters of the last 7 days reach a threshold. It opens again
some days after that mean fell under a lower threshold, unless the threshold was reached in between.
What follows for the people who are encountered is the business of crossing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corredor.arrays import Floats
from corredor.corridor.model import Flow, Model, Process
from corredor.engine.kernels.sharing import row
from corredor.engine.random.philox import bare
from corredor.engine.step import contiguous
from corredor.engine.steps import Remember, Step, Today

DAYS_SHUT = Flow(
    name="days_asylum_shut",
    dims=(),
    meaning="days on which asylum between ports was shut",
    unit="days",
)
ENCOUNTERS = "encounters"
RULE = ("shutdown.threshold", "shutdown.lift_below", "shutdown.lift_after")
SHUT, DAYS_UNDER, WEEK_BEGINS, WEEK_ENDS = 0, 1, 2, 9  # what is remembered of each replicate


class Shutdown(Process):
    """The rule of the proclamation of June 2024."""

    name = "shutdown"
    flows = (DAYS_SHUT,)

    def steps(self, model: Model) -> Sequence[Step]:
        """Return one step: remember the week and whether asylum is shut."""
        shut = model.cells[DAYS_SHUT]
        watched = model.cells.cells_of(ENCOUNTERS)
        return [
            Remember(
                "asylum is shut",
                watched=watched,
                cell=shut.reshape(1),
                initial=np.zeros(WEEK_ENDS),
                update=_this_evening,
            )
        ]


def _this_evening(today: Today, known: Floats, events: Floats) -> tuple[Floats, Floats]:
    """Return what to remember from now on, and whether asylum was shut today."""
    threshold, below, after = (contiguous(today.lever(name)) for name in RULE)
    following = np.empty_like(known)
    _decide(known, events.sum(axis=1), today.scale, threshold, below, after, following)
    return following, known[:, [SHUT]]


@bare
def _decide(known, encounters, scale, threshold, lift_below, lift_after, following):  # type: ignore[no-untyped-def]
    """Set what follows from the week up to today for each replicate."""
    for r in range(known.shape[0]):
        total = 0.0
        for day in range(WEEK_BEGINS, WEEK_ENDS):
            latest = known[r, day + 1] if day + 1 < WEEK_ENDS else encounters[r]
            following[r, day] = latest
            total += latest
        mean = total / (WEEK_ENDS - WEEK_BEGINS) / scale
        limit, lower, wait = row(threshold, r)[0], row(lift_below, r)[0], row(lift_after, r)[0]
        was_shut, days_under = known[r, SHUT] > 0, known[r, DAYS_UNDER]
        reached = limit > 0 and mean >= limit
        counting = was_shut and not reached and (days_under > 0 or mean < lower)
        days_under = days_under + 1.0 if counting else 0.0
        following[r, DAYS_UNDER] = days_under
        shut = limit > 0 and (reached or (was_shut and days_under <= wait))
        following[r, SHUT] = 1.0 if shut else 0.0
