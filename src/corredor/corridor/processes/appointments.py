"""Appointments: people in the waiting hubs register, wait, and enter the country ahead at a port.

Registration is possible north of the geofence while the app is open. Each day a limited number of
appointments is given out: a share to those who have waited longest, the rest by lot among all who
wait. Whoever has one travels to its port and is admitted there about two weeks later.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corredor.arrays import Floats
from corredor.corridor.kinds import MONTHS_WAITED
from corredor.corridor.model import Flow, Model, Process
from corredor.engine.steps import Moves, Ration, Split, Step, Today

REGISTERED = Flow(
    name="registered", dims=("place", "group"), meaning="people who register for an appointment"
)
ASKED = Flow(
    name="appointments_asked", dims=("hub", "group"),
    meaning="times somebody asks for an appointment: once a day for each who waits where one can",
)  # fmt: skip
TURNED_AWAY = Flow(
    name="appointments_not_given", dims=("hub", "group"),
    meaning="times somebody asks for an appointment and is given none that day",
)  # fmt: skip
GIVEN = Flow(name="appointments_given", dims=("port", "group"), meaning="appointments given out")
ADMITTED = Flow(
    name="admitted_by_appointment",
    dims=("port", "group"),
    meaning="people admitted by appointment",
    measure="people admitted by appointment",
    headline=4,
)


class Appointments(Process):
    """The queue for a port of entry."""

    name = "appointments"
    flows = (REGISTERED, ADMITTED, ASKED, TURNED_AWAY, GIVEN)

    def steps(self, model: Model) -> Sequence[Step]:
        """Return the steps: a month passes, attend, stop waiting, give out, register."""
        return [
            _a_month_passes(model), _attend(model), _stop_waiting(model), _give_out(model),
            _register(model),
        ]  # fmt: skip


def _a_month_passes(model: Model) -> Step:
    """Let everybody who waits have waited a month more, on the first day of each."""
    waiting = model.space["waiting"]
    older = Moves.build(
        [{"source": waiting[:, :-1], "destination": waiting[:, 1:], "cell": np.array(-1)}]
    )

    def on_the_first(today: Today) -> Floats | None:
        return np.ones((1, 1)) if today.date.day == 1 else None

    return Split(
        "a month passes", older, lambda _: np.ones((1, len(older))), hazard_factor=on_the_first,
        cohort=np.zeros(len(older.sources), np.int32),
    )  # fmt: skip


def _attend(model: Model) -> Step:
    """Admit those whose appointment has come."""
    space = model.space
    attend = Moves.build(
        [{"source": space["appointed"], "destination": space["at_port"][None],
          "cell": model.cells[ADMITTED]}]
    )  # fmt: skip

    def coming(today: Today) -> Floats:
        return np.repeat(1.0 / today.lever("appointments.lead_days"), len(attend), axis=1)

    return Split("attend", attend, coming, levers=("appointments.lead_days",))


def _stop_waiting(model: Model) -> Step:
    """Let people leave the queue and be in the hub as before, with nobody's return behind them."""
    space, hub = model.space, model.space.place_index(model.space.hubs)
    stop = Moves.build(
        [{"source": space["waiting"], "destination": space["at"][hub, :, 0][:, None],
          "cell": np.array(-1)}]
    )  # fmt: skip

    def giving_up(today: Today) -> Floats:
        return np.repeat(today.lever("appointments.give_up"), len(stop), axis=1)

    return Split("stop waiting", stop, giving_up, levers=("appointments.give_up",))


def _register(model: Model) -> Step:
    """Let people in the hubs ask for an appointment, where and while the app is open."""
    space, hub = model.space, model.space.place_index(model.space.hubs)
    register = Moves.build(
        [{"source": space["at"][hub], "destination": space["waiting"][:, 0][:, :, None],
          "cell": model.cells[REGISTERED][hub][:, :, None], "place": hub[:, None, None],
          "group": np.arange(len(space.groups))[None, :, None]}]
    )  # fmt: skip
    nationality = model.nationality_of_group()[register["group"]]
    family = model.is_family()[register["group"]]
    north = model.world.places["latitude"].to_numpy(float)[register["place"]]

    def registering(today: Today) -> Floats:
        allowed = (north >= today.lever("appointments.geofence_latitude")) & (
            today.lever("appointments.open") > 0
        )
        often = np.where(family, today.lever("appointments.family_factor"), 1.0)
        rate = today.lever("appointments.register")[:, nationality]
        return np.asarray(np.minimum(1.0, allowed * often * rate))

    return Split(
        "register", register, registering,
        levers=("appointments.open", "appointments.geofence_latitude", "appointments.register",
                "appointments.family_factor"),
    )  # fmt: skip


def _give_out(model: Model) -> Step:
    """Give appointments to those who wait: a share in turn, the rest by lot."""
    space = model.space
    given = model.cells[GIVEN]
    waited = np.arange(MONTHS_WAITED)
    moves = Moves.build(
        [
            {
                "source": space["waiting"][:, :, :, None],
                "destination": space["appointed"].T[None, None],
                "cell": given.T[None, None],
                "rank": (MONTHS_WAITED - 1 - waited)[None, :, None, None],
                "port": np.arange(len(space.ports))[None, None, None, :],
                "hub": np.arange(len(space.hubs))[:, None, None, None],
                "group": np.arange(len(space.groups))[None, None, :, None],
            }
        ],
        order_by="rank",
    )
    first = moves.pointer[:-1]
    rank, hub, group = (moves[name][first] for name in ("rank", "hub", "group"))
    share = model.world.places["appointments_share"].reindex(list(space.ports)).to_numpy(float)
    latitude = model.world.places["latitude"].reindex(list(space.hubs)).to_numpy(float)[hub]

    def places(today: Today) -> Floats:
        daily = today.lever("appointments.daily_cap") * today.scale
        in_turn = np.rint(daily * today.lever("appointments.oldest_share"))
        return np.concatenate([in_turn, np.rint(daily) - in_turn], axis=1)

    return Ration(
        "give out",
        moves,
        class_pointer=np.searchsorted(rank, np.arange(MONTHS_WAITED + 1)).astype(np.int64),
        chances=lambda _: share[moves["port"]][None],
        asks=lambda today: (latitude >= today.lever("appointments.geofence_latitude")).astype(
            np.float64
        ),
        places=places,
        asked=model.cells[ASKED][hub, group],
        turned_away=model.cells[TURNED_AWAY][hub, group],
        levers=(
            "appointments.daily_cap",
            "appointments.oldest_share",
            "appointments.geofence_latitude",
        ),
    )
