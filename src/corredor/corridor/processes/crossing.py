"""Crossing: people are admitted at ports without an appointment, or try between the ports.

Somebody in a border city tries on a day with a chance that depends on nationality, on how often
they were returned, and on deterrents in the sector. A try ends unseen, or with an encounter with
its guards: return across the border (and one more return behind them), removal to the country of
origin, or being let in to wait for a hearing. While asylum is shut (see ``shutdown``), a share of
those who would be let in is returned or removed too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corredor.arrays import Floats
from corredor.corridor.kinds import RETURNED
from corredor.corridor.model import Flow, Model, Process, Sum
from corredor.corridor.stops import FEAR, Stops
from corredor.engine.steps import Columns, Moves, Ration, Split, Step, Today

WALK_UPS = Flow(
    name="admitted_without_appointment", dims=("port", "group"), meaning="people admitted at a port"
)
ASKED = Flow(
    name="walk_ups_asked", dims=("port", "group"),
    meaning="times somebody asks to be admitted at a port without an appointment: in the model "
    "everybody who is in the town, every day",
)  # fmt: skip
TURNED_AWAY = Flow(
    name="walk_ups_turned_away", dims=("port", "group"),
    meaning="times somebody asks to be admitted at a port without an appointment, and is not",
)  # fmt: skip
SENT_BACK = Flow(
    name="encounters_returned",
    dims=("sector", "group"),
    meaning="encounters: returned across the border",
    trait="times_encountered",
)
REMOVED = Flow(
    name="encounters_removed",
    dims=("sector", "group"),
    meaning="encounters: removed to country of origin",
    trait="times_encountered",
)
RELEASED = Flow(
    name="encounters_released",
    dims=("sector", "group"),
    meaning="encounters: let in to wait",
    trait="times_encountered",
)
EVASIONS = Flow(
    name="evasions",
    dims=("sector", "group"),
    meaning="tries without an encounter",
    measure="crossings without an encounter",
)
ENCOUNTERS = Sum(
    name="encounters", of=(SENT_BACK.name, REMOVED.name, RELEASED.name),
    meaning="encounters at the border between ports (events)",
    measure="encounters at the border",
    headline=1,
)  # fmt: skip
BACK, HOME, IN, UNSEEN = range(4)
LEVERS = (
    "crossing.attempt", "crossing.attempt_after_return", "crossing.deterrence",
    "crossing.evasion", "crossing.family_evasion_factor", "crossing.returned_share",
    "crossing.removed_share", "crossing.family_return_factor", "shutdown.threshold",
    "shutdown.returned_share", "shutdown.removed_share", *FEAR,
)  # fmt: skip


class Crossing(Process):
    """At the border with the country ahead."""

    name = "crossing"
    flows = (WALK_UPS, ASKED, TURNED_AWAY, SENT_BACK, REMOVED, RELEASED, EVASIONS)
    sums = (ENCOUNTERS,)

    def steps(self, model: Model) -> Sequence[Step]:
        """Return the steps: admit at ports, try between ports."""
        moves, stops = Moves.build(_tries(model)), Stops(model)
        nationality = model.nationality_of_group()[moves["group"]]
        family = model.is_family()[moves["group"]]
        end, returned, sector = moves["end"], moves["returned"], moves["sector"]

        def trying(today: Today) -> Floats:
            again = today.lever("crossing.attempt_after_return") ** returned
            deterred = today.lever("crossing.deterrence")[:, sector]
            attempt = today.lever("crossing.attempt")[:, nationality] * again * (1.0 - deterred)
            return np.asarray(np.minimum(1.0, attempt) * stops.unafraid(today, moves) * ends(today))

        def ends(today: Today) -> Floats:
            unseen = today.lever("crossing.evasion")[:, nationality]
            unseen = unseen * np.where(family, today.lever("crossing.family_evasion_factor"), 1.0)
            less = np.where(family, today.lever("crossing.family_return_factor"), 1.0)
            back = today.lever("crossing.returned_share")[:, nationality] * less
            away = np.minimum(
                today.lever("crossing.removed_share")[:, nationality] * less, 1 - back
            )
            more_back, more_away = _while_shut(today)
            let_in = (1.0 - back - away) * less
            back, away = back + let_in * more_back, away + let_in * more_away
            return np.select(
                [end == UNSEEN, end == BACK, end == HOME],
                [unseen, (1.0 - unseen) * back, (1.0 - unseen) * away],
                (1.0 - unseen) * (1.0 - back - away),
            )

        may_shut = bool((model.levers.compiled["shutdown.threshold"].values > 0).any())
        return [
            _walk_ups(model),
            Split("try", moves, trying, levers=LEVERS, recalls=_shut if may_shut else None),
        ]


def _shut(today: Today) -> Floats:
    """Return whether asylum between ports is shut today, [R or 1, 1]."""
    return today.memory["asylum is shut"][:, :1]


def _while_shut(today: Today) -> tuple[Floats, Floats]:
    """Return which shares of those otherwise let in are returned and removed today, [R, 1]."""
    shut = _shut(today)
    back = today.lever("shutdown.returned_share")
    away = np.minimum(today.lever("shutdown.removed_share"), 1.0 - back)
    return shut * back, shut * away


def _tries(model: Model) -> list[Columns]:
    space = model.space
    sectors = model.world.places["sector"].to_numpy()
    border = np.flatnonzero(sectors != "")
    sector = np.array([space.sectors.index(sectors[p]) for p in border])
    key = model.key_of("crossing.deterrence", list(space.sectors))[sector]
    up = np.minimum(np.arange(len(RETURNED)) + 1, len(RETURNED) - 1)
    ends = (
        (BACK, SENT_BACK, space["at"][border][:, :, up]),
        (HOME, REMOVED, space["removed"][None, :, None]),
        (IN, RELEASED, space["released"][None, :, None]),
        (UNSEEN, EVASIONS, space["evaded"][None, :, None]),
    )
    return [
        {
            "source": space["at"][border],
            "destination": destination,
            "cell": model.cells[flow][sector][:, :, None],
            "end": np.array(end),
            "sector": key[:, None, None],
            "place": border[:, None, None],
            "group": np.arange(len(space.groups))[None, :, None],
            "returned": np.arange(len(RETURNED))[None, None],
        }
        for end, flow, destination in ends
    ]


def _walk_ups(model: Model) -> Step:
    space = model.space
    place = space.place_index(space.ports)
    moves = Moves.build(
        [
            {
                "source": space["at"][place],
                "destination": space["at_port"][None, :, None],
                "cell": model.cells[WALK_UPS][:, :, None],
                "port": np.arange(len(space.ports))[:, None, None],
                "group": np.arange(len(space.groups))[None, :, None],
            }
        ]
    )

    port, group = moves.of_source("port"), moves.of_source("group")

    def places(today: Today) -> Floats:
        by_lot = np.rint(today.lever("crossing.walk_up_daily") * today.scale)
        return np.concatenate([np.zeros_like(by_lot), by_lot], axis=1)

    return Ration(
        "admit at ports",
        moves,
        class_pointer=np.array([0, len(moves.sources)], dtype=np.int64),
        chances=lambda _: np.ones((1, len(moves))),
        asks=lambda _: np.ones((1, len(moves.sources))),
        places=places,
        asked=model.cells[ASKED][port, group],
        turned_away=model.cells[TURNED_AWAY][port, group],
        levers=("crossing.walk_up_daily",),
    )
