"""Entry: people come to the places where the world begins, or leave home.

The world's table gives people by nationality, place and month. A day's newcomers are a Poisson
count around the month's number divided by its days, shared between adults alone and families.

Where a scenario says so, people answer to what they can expect: entries change by as many percent
as the outlook of somebody who sets off there (``corridor.outlook``), times ``entry.answer``. They
have heard of it after some days, and set off accordingly from the next first of a month on.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence

import numpy as np

from corredor.arrays import Floats
from corredor.corridor.levers import pair_key
from corredor.corridor.model import Flow, Model, Process
from corredor.engine.steps import Arrive, Step, Today

ENTRIES = Flow(
    name="entries", dims=("place", "group"), meaning="people who enter the corridor", unit="people"
)


LEVERS = (
    "entry.factor", "entry.place_factor", "entry.own_place_factor",
    "entry.answer", "entry.answer_lag_days",
    "entry.answer_horizon_days",
)  # fmt: skip


class Entry(Process):
    """Newcomers."""

    name = "entry"
    flows = (ENTRIES,)

    def steps(self, model: Model) -> Sequence[Step]:
        """Return one step of arrivals."""
        cells = model.cells[ENTRIES]
        people = model.world.people.reset_index().reset_index(names="g")
        table = model.world.entry.merge(people, on="nationality", suffixes=("", "_of_people"))
        wide = table.assign(people=table["people"] * table["share"]).pivot_table(
            index=["place", "g"], columns="month", values="people", aggfunc="sum", fill_value=0.0
        )
        place = model.space.place_index(wide.index.get_level_values("place"))
        group = wide.index.get_level_values("g").to_numpy()
        by_month = {str(month)[:7]: wide[month].to_numpy(float) for month in wide.columns}
        nationality = model.nationality_of_group()[group]
        names = wide.index.get_level_values("place")
        of_group = model.world.people["nationality"].to_numpy(str)[group]
        own = model.key_of("entry.own_place_factor", list(map(pair_key, of_group, names)))

        def newcomers(today: Today) -> Floats:
            month = by_month.get(f"{today.date:%Y-%m}", np.zeros(len(wide)))
            days = calendar.monthrange(today.date.year, today.date.month)[1]
            factor = today.lever("entry.factor")[:, nationality]
            here = today.lever("entry.place_factor")[:, place]
            theirs = today.lever("entry.own_place_factor")[:, own]
            people = np.asarray(month / days * today.scale * factor * here * theirs)
            answers = model.outlook and today.lever("entry.answer").any()
            return people * answered(today) if answers else people

        def answered(today: Today) -> Floats:
            assert model.outlook is not None
            heard = today.date - dt.timedelta(
                days=float(today.lever("entry.answer_lag_days")[0, 0])
            )
            outlook = model.outlook(today, heard)[:, place, group, 0]
            return np.asarray(outlook ** today.lever("entry.answer")[:, nationality])

        return [
            Arrive(
                "arrive",
                destination=model.space["at"][place, group, 0],
                cell=cells[place, group],
                chances=newcomers,
                levers=LEVERS,
                reprice="month",
            )
        ]
