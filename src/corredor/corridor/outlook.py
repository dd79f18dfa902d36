"""The outlook: how likely it is to reach the country ahead and stay there, under the day's levers.

People at home and on the way may answer to what they can expect. The outlook of somebody in a place
is the chance that a journey from there ends with being let in or crossing unseen, if the levers of
a day held for ever. A journey is a chain of days: leave for the next place by the road that
promises most (the recursive logit of movement), be stopped and sent back, home or let
go, try at the border and be let in, returned or removed, give up, or find work. Each day the
journey also ends for want of time with chance 1 / ``entry.answer_horizon_days``.

The chance is the value of an absorbing Markov chain (Kemeny and Snell 1960): with each return
people are in a class of their own, from which none leads back, so the classes are solved one after
another, the last, which returns lead into again, first. In a large world they are solved by sparse
factors (``corridor.values``), and what an authority does with those it holds, which leads to the
same places from everywhere, is put in after them (Woodbury 1950). It is computed from levers alone:
crowds, queues for appointments, walk-ups and caravans are left out, since nobody at home can see
them and a rule that looked at stocks would differ by chance between two scenarios. Where a
threshold for shutting asylum is set, people expect it to be shut.

What people answer to is the outlook over that of the reference, the scenario's last base, for the
same numbers of the same run on the same day. So who enters is exactly as it was where the scenario
changes nothing, and what calibration found of the past is not counted twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from corredor.arrays import Floats, Integers
from corredor.corridor.authorities import Authorities
from corredor.corridor.kinds import RETURNED
from corredor.corridor.model import Model
from corredor.corridor.routes import Routes
from corredor.corridor.stops import Stops
from corredor.corridor.values import WHOLE_UP_TO, Pairs, factorised
from corredor.engine.levers import Levers
from corredor.engine.steps import Today

LAST = len(RETURNED) - 1
HOW = (  # how people answer, which is no part of what they can expect
    "entry.answer", "entry.answer_lag_days", "entry.answer_horizon_days", "settlement.answer",
)  # fmt: skip
LEAST = 1e-12  # a chance below this is none, and nobody answers to a change of it


class _Chain(NamedTuple):
    """A day of the chain without a matrix of all pairs of places; arrays [R or 1, place].

    Attributes
    ----------
    go : numpy.ndarray
        Of leaving for the place that each pair of places joins and arriving, [R, pair].
    here : numpy.ndarray
        Of being here tomorrow with as many returns.
    back : numpy.ndarray
        Of being here tomorrow with one return more.
    let_go : numpy.ndarray
        Of being let go where the station of this place's authority is.
    caught : numpy.ndarray
        Of being held.
    up : numpy.ndarray
        Of those whom each authority holds: of being in each place with one return more,
        [R, authority, place].
    won : numpy.ndarray
        Of ending well.
    """

    go: Floats
    here: Floats
    back: Floats
    let_go: Floats
    caught: Floats
    up: Floats
    won: Floats


class _Roads(NamedTuple):
    """What people leave by.

    Attributes
    ----------
    pairs : Pairs
        The places that the links join.
    links : numpy.ndarray
        These links.
    order : numpy.ndarray, optional
        The places so that no link leads to a later one; None where ways go round.
    """

    pairs: Pairs
    links: Integers
    order: Integers | None


@dataclass(frozen=True)
class _Day:
    """The chances of a day for a group and number of returns; arrays [R or 1, place].

    Attributes
    ----------
    go : numpy.ndarray
        Of leaving along each link and arriving, [R, link].
    caught : numpy.ndarray
        Of leaving along each link and being stopped on it, [R, link].
    stopped, tries, ends : numpy.ndarray
        Of being stopped in the place; of trying at the border; of going home or staying.
    unseen, back, away : numpy.ndarray
        What becomes of a try: crossing unseen, return across the border, removal; [R, 1].
    """

    go: Floats
    caught: Floats
    stopped: Floats
    tries: Floats
    ends: Floats
    unseen: Floats
    back: Floats
    away: Floats


class Outlook:
    """Solves the chain for each group, and keeps the answer of a day for the next who asks."""

    def __init__(self, model: Model) -> None:
        space, world = model.space, model.world
        self.routes = Routes(model)
        self.places, self.groups = len(space.places), len(space.groups)
        self.inside, self.at_sea = world.roles.settles, world.roles.at_sea
        self.zone = model.zone_of_place()
        self.nationality, self.family = model.nationality_of_group(), model.is_family()
        self.home = model.home_of_group()
        sector = world.places["sector"].to_numpy()
        self.border = np.flatnonzero(sector != "")
        self.sector = model.key_of("crossing.deterrence", list(sector[self.border]))
        self.by_origin = np.argsort(self.routes.origin, kind="stable")
        origins = self.routes.origin[self.by_origin]
        self.origins, self.first_of_origin = np.unique(origins, return_index=True)
        self.extra = np.maximum(world.links["days"].to_numpy(float) - 1.0, 0.0)
        self.stops = Stops(model)
        self.stations = space.place_index(space.stations)
        self.station = space.station_of() if len(space.stations) else np.zeros(0, dtype=np.int64)
        self.authorities = Authorities(model)
        held_at = self.stations[self.station] if len(space.stations) else np.arange(self.places)
        self.authority = self.authorities.of_place[held_at]
        self._last: tuple[Levers, list[int], Floats] | None = None

    def __call__(self, today: Today, day: dt.date) -> Floats:
        """Return the outlook of a day over that of the reference, [R, place, group, returned]."""
        levers, reference = today.levers, today.levers.reference
        assert reference is not None
        # The outlook of a day is that of every other on which all levers stand as on it.
        stand = [
            lever.step(day) for each in (levers, reference) for lever in each.compiled.values()
        ]
        if self._last is None or self._last[0] is not levers or self._last[1] != stand:
            self._last = (levers, stand, self._compared(today, day, levers, reference))
        return self._last[2]

    def _compared(self, today: Today, day: dt.date, levers: Levers, reference: Levers) -> Floats:
        if _alike(levers, reference, day):
            return np.ones((1, self.places, self.groups, len(RETURNED)))
        days = today.lever("entry.answer_horizon_days")
        mine, theirs = (
            self.chances(replace(today, levers=each, date=day), days)
            for each in (levers, reference)
        )
        known = theirs > LEAST
        return np.where(known, mine, 1.0) / np.where(known, theirs, 1.0)

    def chances(self, today: Today, horizon: Floats) -> Floats:
        """Return the chance of reaching the country ahead and staying, [R, place, group, returned].

        Parameters
        ----------
        today : Today
            Its date and levers count; its stocks do not.
        horizon : numpy.ndarray
            Mean days that people give themselves, [R or 1, 1].
        """
        empty = replace(today, stocks=np.zeros((1, today.stocks.shape[1])))
        held_on = 1.0 - 1.0 / horizon
        with threadpool_limits(1):  # many small systems, which threads only slow down
            shares, kinds = self.routes.shares(empty), self.routes.traveller(empty)
            roads = self._roads(empty)
            parts = [
                self._of_group(empty, group, shares[:, kinds[group]], held_on, roads)
                for group in range(self.groups)
            ]
        return np.stack(parts, axis=2)

    def _roads(self, today: Today) -> _Roads:
        """Return the pairs of places that anybody goes between, and the order to solve them in."""
        onward = (today.lever("movement.onward_only") > 0).all()
        if self.places <= WHOLE_UP_TO or not onward:
            return _Roads(self.routes.pairs, np.arange(len(self.routes.origin)), None)
        backwards = [places for places, _, _ in self.routes.overlap.order]
        ends = np.setdiff1d(np.arange(self.places), np.concatenate([[], *backwards]))
        order = np.concatenate([ends, *backwards]).astype(np.int64)
        return _Roads(self.routes.overlap.pairs, self.routes.overlap.links, order)

    def _of_group(
        self, today: Today, group: int, shares: Floats, held_on: Floats, roads: _Roads
    ) -> Floats:
        """Return the chances of a group, [R, place, returned]."""
        custody = self._custody(today, group, held_on)
        found: list[Floats] = []
        for returned in range(LAST, -1, -1):
            day = self._day(today, group, returned, shares, held_on)
            chain = self._chain(day, custody, held_on, roads)
            following = found[-1] if found else None  # whoever is returned once more stays in LAST
            if self.places <= WHOLE_UP_TO:
                found.append(self._whole(chain, held_on, following))
            else:
                found.append(self._sparse(chain, held_on, following, roads))
        count = max(len(value) for value in found)
        return np.stack([np.broadcast_to(v, (count, self.places)) for v in found[::-1]], axis=-1)

    def _day(
        self, today: Today, group: int, returned: int, shares: Floats, held_on: Floats
    ) -> _Day:
        nationality, family = self.nationality[group], bool(self.family[group])
        pace = today.lever("movement.family_pace") if family else 1.0
        leave = today.lever("movement.leave")[:, self.zone] * pace
        leave = leave * today.lever("movement.leave_factor")
        again = today.lever("movement.leave_after_return")[:, [returned]]
        leave = leave * np.where(self.at_sea, 1.0, again)
        leave = leave * (1.0 - today.lever("movement.held_back")[:, self.zone])
        whose = {"place": np.arange(self.places), "group": np.array([group])}
        stopped, unafraid = self._stopped(today, whose), self.stops.unafraid(today, whose)
        leave = np.minimum(leave, 1.0) * unafraid
        origin = self.routes.origin
        passes = (1.0 - stopped[:, origin]) ** self.extra
        out = leave[:, origin] * shares
        home = today.lever("settlement.give_up")[:, [returned]]
        work = today.lever("settlement.settle")[:, self.zone] * today.lever(
            "settlement.jobs_factor"
        )
        tries = np.zeros((1, self.places))
        attempt = today.lever("crossing.attempt")[:, [nationality]]
        attempt = attempt * today.lever("crossing.attempt_after_return") ** returned
        attempt = attempt * (1.0 - today.lever("crossing.deterrence")[:, self.sector])
        attempt = np.minimum(attempt, 1.0) * unafraid[:, self.border]
        tries = np.repeat(tries, len(attempt), axis=0)
        tries[:, self.border] = attempt
        return _Day(
            out * passes * held_on**self.extra, out * (1.0 - passes), stopped, tries,
            np.where(self.inside, np.minimum(home + work, 1.0), 0.0),
            *_outcomes(today, nationality, family),
        )  # fmt: skip

    def _stopped(self, today: Today, whose: Mapping[str, Integers]) -> Floats:
        """Return the chance of being stopped in each place, [R, place]."""
        chance = np.minimum(self.stops.chance(today, whose), 1.0)
        return np.where(self.stops.here, chance, 0.0)

    def _custody(self, today: Today, group: int, held_on: Floats) -> tuple[Floats, Floats]:
        """Return the chances to be let go, and to be in each place with one more return.

        Of those who are stopped in each place, [R, place], and whom each authority holds,
        [R, authority, place].
        """
        nationality = self.nationality[group]
        authority = self.authorities
        lasts = held_on ** authority.days_held(today)
        share = today.lever("custody.deported_share")[:, [nationality]]
        deported = authority.deported(today, share, authority.every)
        south = authority.sent_south(today) * (1.0 - deported)
        up = south[:, :, None] * authority.bus(today)
        if self.home[group] >= 0:
            again = deported * today.lever("custody.try_again_share")[:, [nationality]]
            up = up + again[:, :, None] * (np.arange(self.places) == self.home[group])
        let_go = lasts * (1.0 - deported - south)
        return let_go[:, self.authority], lasts[:, :, None] * up

    def _leaving(self, links: Floats) -> Floats:
        """Add up what goes out by links, [R, link], by the place that they leave, [R, place]."""
        total = np.zeros((len(links), self.places))
        total[:, self.origins] = np.add.reduceat(
            links[:, self.by_origin], self.first_of_origin, axis=1
        )
        return total

    def _chain(
        self, day: _Day, custody: tuple[Floats, Floats], held_on: Floats, roads: _Roads
    ) -> _Chain:
        """Return what becomes of somebody in each place, but for the end of their time."""
        let_go, up = custody
        rest = 1.0 - self._leaving(day.go + day.caught)
        rest = np.maximum(rest, 0.0)
        caught = self._leaving(day.caught) + rest * day.stopped
        tried = rest * (1.0 - day.stopped) * day.tries
        left = rest * (1.0 - day.stopped) * (1.0 - day.tries) * (1.0 - day.ends)
        let_in = (1.0 - day.unseen) * (1.0 - day.back - day.away)
        won = tried * (day.unseen + let_in)
        return _Chain(
            roads.pairs.add_up(day.go[:, roads.links]), left, tried * (1.0 - day.unseen) * day.back,
            caught * let_go, caught, up, won * held_on,
        )  # fmt: skip

    def _whole(self, chain: _Chain, held_on: Floats, following: Floats | None) -> Floats:
        """Return the chance to end well from each place, [R, place], by the whole matrices."""
        count = max(map(len, (*chain, held_on)))
        stay = np.zeros((count, self.places, self.places))
        again = np.zeros_like(stay)
        stay.reshape(count, -1)[:, self.routes.pairs.pair] = chain.go
        here = np.arange(self.places)
        stay[:, here, here] += chain.here
        again[:, here, here] += chain.back
        if len(self.stations):
            stay[:, here, self.stations[self.station]] += chain.let_go
            again += chain.caught[:, :, None] * chain.up[:, self.authority]
        time = held_on[:, :, None]
        stay, again = stay * time, again * time
        won = np.broadcast_to(chain.won, (count, self.places))
        if following is None:
            return _solve(stay + again, won)
        return _solve(stay, won + (again @ following[..., None])[..., 0])

    def _sparse(
        self, chain: _Chain, held_on: Floats, following: Floats | None, roads: _Roads
    ) -> Floats:
        """Return the same by sparse factors, one replicate after another."""
        from scipy.sparse import csc_array  # loads much that a small world does not need

        here, held = np.arange(self.places), np.zeros(0, dtype=np.int64)
        ends = [np.divmod(roads.pairs.pair, self.places), (here, here), (here, here)]
        if len(self.stations):
            ends.append((here, self.stations[self.station]))
            held = np.unique(self.authority[self.stops.here])
        rows, columns = (np.concatenate(each) for each in zip(*ends, strict=True))
        is_held = self.authority[:, None] == held  # [place, authority]

        def solved(time: float, day: _Chain, after: Floats | None) -> Floats:
            stays = day.here if after is not None else day.here + day.back
            stay = [day.go, stays, day.let_go] if len(self.stations) else [day.go, stays]
            weights = np.concatenate([*(-time * each for each in stay[:2]), np.ones(self.places),
                                      *(-time * each for each in stay[2:])])  # fmt: skip
            matrix = csc_array((weights, (rows, columns)), (self.places, self.places))
            factors = factorised(matrix, roads.order)
            caught, up = time * day.caught[:, None] * is_held, day.up[held]
            if after is not None:
                ends_well = day.won + time * day.back * after + caught @ (up @ after)
                return np.asarray(factors.solve(ends_well))
            found = factors.solve(np.column_stack([day.won, caught]))
            once, through = found[:, 0], found[:, 1:]
            again = np.linalg.solve(np.eye(len(held)) - up @ through, up @ once)
            return np.asarray(once + through @ again)

        def of(each: Floats, r: int) -> Floats:
            return np.asarray(each[r if len(each) > 1 else 0])

        return np.stack(
            [
                solved(
                    float(of(held_on, r)[0]), _Chain(*(of(each, r) for each in chain)),
                    None if following is None else of(following, r),
                )
                for r in range(max(map(len, (*chain, held_on))))
            ]
        )  # fmt: skip


def _alike(levers: Levers, reference: Levers, day: dt.date) -> bool:
    """Return whether everything on which the outlook may depend is as in the reference."""
    return all(
        np.array_equal(mine.values[:, mine.step(day)], theirs.values[:, theirs.step(day)])
        for name, mine in levers.compiled.items()
        if name not in HOW
        for theirs in [reference.compiled[name]]
    )


def _outcomes(today: Today, nationality: int, family: bool) -> tuple[Floats, Floats, Floats]:
    """Return what becomes of a try: unseen, returned and removed, [R, 1]; the rest is let in."""
    unseen = today.lever("crossing.evasion")[:, [nationality]]
    less: Floats = np.ones((1, 1))
    if family:
        unseen = unseen * today.lever("crossing.family_evasion_factor")
        less = today.lever("crossing.family_return_factor")
    back = today.lever("crossing.returned_share")[:, [nationality]] * less
    away = np.minimum(today.lever("crossing.removed_share")[:, [nationality]] * less, 1.0 - back)
    shut = (today.lever("shutdown.threshold") > 0) * less * (1.0 - back - away)
    more = today.lever("shutdown.returned_share")
    gone = np.minimum(today.lever("shutdown.removed_share"), 1.0 - more)
    return unseen, back + shut * more, away + shut * gone


def _solve(chain: Floats, won: Floats) -> Floats:
    """Return the chance to end well from each place, [R, place]."""
    size = chain.shape[-1]
    return np.asarray(np.linalg.solve(np.eye(size) - chain, won[..., None])[..., 0])
