"""Removal: people are removed from inside the country ahead; some set off again.

So many a day, a Poisson count around the lever, are taken back across the border or flown home. A
share sets off again at once, from there, with one return behind them. The others stay where they
were taken, which is the end of their journey here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.corridor.model import Flow, Model, Process
from corredor.engine.steps import Arrive, Step, Today
from corredor.errors import UsageError

SET_OFF = Flow(
    name="removed_who_set_off_again",
    dims=("place", "group"),
    meaning="people removed from inside the country ahead who set off again from this place",
    unit="people",
)
STAYED = Flow(
    name="removed_who_stayed",
    dims=("group",),
    meaning="people removed from inside the country ahead who stay where they were taken",
    unit="people",
)
ONCE = 1  # return behind them
LEVERS = (
    "removal.daily", "removal.taken_back_share", "removal.destination_share",
    "removal.try_again_share",
)  # fmt: skip


class Removal(Process):
    """Removals from the interior."""

    name = "removal"
    flows = (SET_OFF, STAYED)

    def steps(self, model: Model) -> Sequence[Step]:
        """Return one step of arrivals: across the border, at home, and of those who stay."""
        space, home = model.space, model.home_of_group()
        set_off, stayed = (model.cells[flow] for flow in (SET_OFF, STAYED))
        reach = model.world.roles.takes_back[:, None] & (space["at"][:, :, ONCE] >= 0)
        place, group = np.nonzero(reach)
        from_home = np.flatnonzero(home >= 0)
        back = home[from_home]
        nationality = model.nationality_of_group()
        share = model.world.people["share"].to_numpy(float)

        def people(today: Today) -> Floats | None:
            removed = today.lever("removal.daily")[:, nationality] * share * today.scale
            if not removed.any():
                return None
            taken_back = today.lever("removal.taken_back_share")[:, nationality]
            again = today.lever("removal.try_again_share")[:, nationality]
            across = removed * taken_back * again
            at_home = removed * (1.0 - taken_back) * again * (home >= 0)
            where = _place_shares(today, reach, across)
            parts = [
                across[:, group] * where[:, place, group],
                at_home[:, from_home],
                np.maximum(removed - across - at_home, 0.0),
            ]
            return np.concatenate(parts, axis=1)

        return [
            Arrive(
                "remove from the interior",
                destination=np.concatenate(
                    [
                        space["at"][place, group, ONCE],
                        space["at"][back, from_home, ONCE],
                        space["removed"],
                    ]
                ),
                cell=np.concatenate([set_off[place, group], set_off[back, from_home], stayed]),
                chances=people,
                levers=LEVERS,
                reprice="levers",
            )
        ]


def _place_shares(today: Today, reach: NDArray[np.bool_], people: Floats) -> Floats:
    """Return which share of each group is taken to each place, [R or 1, place, group]."""
    weight = today.lever("removal.destination_share")[:, :, None] * reach
    total = weight.sum(axis=1)
    if ((total == 0) & (people > 0)).any():
        raise UsageError(
            "removal.daily removes people who are taken back across the border, but "
            "removal.destination_share names no place there that every nationality may be taken "
            "to. Name at least one city at the border, where an authority takes people back."
        )
    return np.asarray(weight / np.where(total > 0, total, 1.0)[:, None])
