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
from corredor.engine.steps import ByLaw, MemoryLaw, Remember, Step, Today

DAYS_SHUT = Flow(
    name="days_asylum_shut",
    dims=(),
    meaning="days on which asylum between ports was shut",
    unit="days",
)
ENCOUNTERS = "encounters"
RULE = ("shutdown.threshold", "shutdown.lift_below", "shutdown.lift_after")
SHUT, DAYS_UNDER, WEEK_BEGINS, WEEK_ENDS = 0, 1, 2, 9  # what is remembered of each replicate


@MemoryLaw
def this_evening(known: list[float], encounters: float, rule_and_scale: Sequence[float]) -> float:
    """Remember the week up to today and whether asylum is shut tomorrow; return if it was today."""
    threshold, lift_below, lift_after = rule_and_scale[0], rule_and_scale[1], rule_and_scale[2]
    was_shut, days_under, total = known[SHUT], known[DAYS_UNDER], 0.0
    for day in range(WEEK_BEGINS, WEEK_ENDS):
        known[day] = known[day + 1] if day + 1 < WEEK_ENDS else encounters
        total += known[day]
    mean = total / (WEEK_ENDS - WEEK_BEGINS) / rule_and_scale[3]
    reached = threshold > 0 and mean >= threshold
    counting = was_shut > 0 and not reached and (days_under > 0 or mean < lift_below)
    days_under = days_under + 1.0 if counting else 0.0
    shut = threshold > 0 and (reached or (was_shut > 0 and days_under <= lift_after))
    known[DAYS_UNDER], known[SHUT] = days_under, 1.0 if shut else 0.0
    return was_shut


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
                update=ByLaw(this_evening, _rule_and_scale),
                levers=RULE,
            )
        ]


def _rule_and_scale(today: Today) -> list[Floats]:
    return [*map(today.lever, RULE), np.full((1, 1), today.scale)]
