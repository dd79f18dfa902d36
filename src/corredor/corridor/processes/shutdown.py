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
from corredor.engine.steps import Remember, Step, Today

DAYS_SHUT = Flow(
    name="days_asylum_shut",
    dims=(),
    meaning="days on which asylum between ports was shut",
    unit="days",
)
ENCOUNTERS = "encounters"
SHUT, DAYS_UNDER, WEEK = 0, 1, slice(2, 9)  # what is remembered of each replicate


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
                initial=np.zeros(WEEK.stop),
                update=_this_evening,
            )
        ]


def _this_evening(today: Today, known: Floats, events: Floats) -> tuple[Floats, Floats]:
    """Return what to remember from now on, and whether asylum was shut today."""
    week = np.concatenate([known[:, WEEK][:, 1:], events.sum(axis=1, keepdims=True)], axis=1)
    mean = week.mean(axis=1) / today.scale
    threshold, lower, wait = (
        today.lever(f"shutdown.{short}")[:, 0]
        for short in ("threshold", "lift_below", "lift_after")
    )
    was_shut, days_under = known[:, SHUT] > 0, known[:, DAYS_UNDER]
    reached = (threshold > 0) & (mean >= threshold)
    counting = was_shut & ~reached & ((days_under > 0) | (mean < lower))
    days_under = np.where(counting, days_under + 1, 0)
    shut = (threshold > 0) & (reached | (was_shut & (days_under <= wait)))
    return np.column_stack([shut, days_under, week]).astype(np.float64), known[:, [SHUT]]
