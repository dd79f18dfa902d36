"""The numbering of the states that people can be in, and of the transitions between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.step import plain
from corredor.engine.steps import Columns, Moves
from corredor.flee.case.folder import Case
from corredor.flee.rules import cost
from corredor.flee.rules.along import Way, way_along
from corredor.flee.rules.network import Network
from corredor.flee.rules.passing import MM, Ground, explore, grade_after, link
from corredor.flee.rules.space import Space, for_each_class
from corredor.flee.rules.stances import NoRoomForStatesError, Stances, TooManyStatesError

ALIKE = 4  # times as many states of passing are searched, for many of them turn out to be one
GRADES = 33  # of recent travel, from none to twice a day's way


def build_space(
    case: Case, network: Network, closes: NDArray[np.bool_], first_out: NDArray[np.bool_],
    most: int | None = None,
) -> Space:  # fmt: skip
    """Find all states that people can be in.

    Parameters
    ----------
    case, network
        Where people can go, and by which rules.
    closes : numpy.ndarray
        Which connections ever close.
    first_out : numpy.ndarray
        From which places people set out before those elsewhere do, in a round of their own.
    most : int, optional
        Of states, and of transitions between them, for one class of people; unless given as many
        as a program takes unasked.

    Raises
    ------
    TooManyStatesError
        If there are more.
    NoRoomForStatesError
        If there is no memory for as many as there are.
    """
    classes = len(case.classes.kinds)
    most = cost.MOST_UNASKED if most is None else most
    room = cost.most_in_memory() // classes
    try:
        space = _Builder(case, network, closes, first_out, min(most, room)).space()
    except TooManyStatesError:
        if room < most:
            raise NoRoomForStatesError(room) from None
        raise
    return space if classes == 1 else for_each_class(space, classes, len(case.locations))


@dataclass(frozen=True)
class Passage:
    """The states of people on a connection, by how far they are.

    ``leg`` is one that leads along it; ``on`` is the state of those who set out; ``turned`` that of
    people who turned back on their second day, or -1 if the connection never closes.
    """

    leg: int
    on: int
    turned: int
    way: Way

    def setting_out(self, pace: int) -> int:
        """Return which of the states is that of people who begin at a pace."""
        return next((s.place for s in self.way.steps[: self.way.starts] if s.pace == pace), 0)

    def place_of(self, done: int) -> int:
        """Return which of the states is that of people who have done so much, or 0."""
        places = self.way.done
        return places.index(done) if done in places else 0


class _Builder:
    """Numbers the states and lays out what follows each."""

    def __init__(
        self, case: Case, network: Network, closes: NDArray[np.bool_],
        first_out: NDArray[np.bool_], most: int,
    ) -> None:  # fmt: skip
        settings, self.most = case.settings, most
        self.case, self.network, self.first_out = case, network, first_out
        self.closes = closes
        self.stances = stances = Stances(case, network, closes)
        self.place = stances.place
        self.grades = GRADES if settings.avoid_short_stints else 1
        self.fresh = 2 if settings.start_on_foot else 1
        if len(stances.legs) * self.fresh * self.grades > most:
            raise TooManyStatesError(most)
        self.usual, self.foot = _mm(settings.max_move_speed), int(_mm(settings.max_walk_speed))
        legs = stances.legs
        self.connection, self.to = legs.connection, stances.to
        self.length = _mm(network.km)[self.connection]
        on_foot = np.full(len(legs), self.foot)
        speed = np.where(legs.on_foot, on_foot, _mm(network.speed)[self.connection])
        self.speed = np.array([speed, on_foot][: self.fresh])  # of those who are not fresh first
        self.days = self._days()
        self.at = np.arange(len(self.place) * self.fresh * self.grades).reshape(
            len(self.place), self.fresh, self.grades
        )
        self.size = self.at.size
        self.certain, self.firsts = len(legs), len(network.ways.legs)
        twins = self.firsts if self.grades > 1 else 0
        walk = np.unique(network.walk[network.walk > 0])
        self.ride = {p: len(legs) + 1 + twins + 2 * i for i, p in enumerate(walk.tolist())}
        self.leg_of = np.r_[np.arange(len(legs)), -1, np.arange(twins), np.full(2 * len(walk), -1)]
        choice = np.arange(len(self.leg_of))
        self.pressed = (choice > len(legs)) & (choice <= len(legs) + twins)
        self.chance = np.r_[
            legs.chance, 1.0, legs.chance[:twins], np.ravel(np.array([1 - walk, walk]).T)
        ]
        self.on, self.after_a_day = self._under_way()

    def _days(self) -> Integers:
        """Return the days on each leg: whoever reaches its end to the km needs one more.

        Of longer legs than the case has days nobody sees the end.
        """
        never = self.case.period.days + 1
        return np.asarray(np.minimum(self.length // self.speed + 1, never))

    def _under_way(self) -> tuple[Integers, Integers]:
        """Number people under way.

        Returns the state of those who set out on each leg, and that after their first day, [fresh,
        legs], or -1. Legs of the same connection to the same stance share their states. Those who
        have turned back follow, from the second day on.
        """
        on, later = np.full(self.days.shape, -1), np.full(self.days.shape, -1)
        known: dict[tuple[int, int, int], Passage] = {}
        for fresh, leg in np.argwhere(self.days > 1).tolist():
            key = (fresh, int(self.connection[leg]), int(self.to[leg]))
            if key not in known:
                known[key] = self._passage(fresh, leg)
                if self.size > self.most:
                    raise TooManyStatesError(self.most)
            passage, speed = known[key], int(self.speed[fresh, leg])
            on[fresh, leg] = passage.on + passage.setting_out(speed) * self.grades
            later[fresh, leg] = passage.on + passage.place_of(speed) * self.grades
        self.uses = list(known.values())
        return on, later

    def _passage(self, fresh: int, leg: int) -> Passage:
        """Number the states of people on a connection."""
        connection = int(self.connection[leg])
        walk = float(self.network.walk[connection])
        ride, foot = int(_mm(self.network.speed)[connection]), self.foot
        if fresh or not walk or ride == foot:
            paces = [(int(self.speed[fresh, leg]), self.certain)]
        else:
            paces = [(ride, self.ride[walk]), (foot, self.ride[walk] + 1)]
        length, days = int(self.length[leg]), self.case.period.days + 1
        way = way_along(length, paces, self.certain, days)
        on, under_way = self.size, (len(way.done) - way.starts) * self.grades
        self.size += len(way.done) * self.grades
        turned = self.size if self.closes[connection] else -1
        if turned >= 0:
            self.size += under_way
        return Passage(leg, on, turned, way)

    def _after(self, way: int) -> Integers:
        """Return the grades of recent travel in the evening, by those in the morning."""
        return np.array([grade_after(g, way, self.grades, self.usual) for g in range(self.grades)])

    def space(self) -> Space:
        """Lay out all transitions."""
        arrivals = list(self._arrivals())
        passing, hops, rests, entry = self._passing(arrivals)
        rows = [self._setting_out(entry), self._getting_on(entry, arrivals), hops]
        source, destination, choice = np.concatenate(rows, axis=1)
        evening = np.full(self.size, -1)
        evening[: self.at.size] = np.repeat(self.place, self.fresh * self.grades)
        early = np.r_[self.first_out, False][evening[source]]
        part = np.where(source >= passing, 3, np.where(source >= self.at.size, 2, 1 - early))
        moves = Moves.build(
            [{"source": source, "destination": destination, "choice": choice, "part": part,
              "cell": np.array(-1)}],
            order_by="part",
        )  # fmt: skip
        rest = np.arange(self.size)
        rest[: self.at.size] = self._staying().ravel()
        rest[passing:] = rests
        return Space(
            size=self.size,
            legs=self.stances.legs,
            leg_of=self.leg_of,
            pressed=self.pressed,
            chance=self.chance,
            at=self.at[None],
            place_of=evening,
            passing=passing,
            born=np.empty(0, np.int64),
            moves=moves,
            rest=rest[moves.sources].astype(np.int32),
            rounds=np.searchsorted(moves.of_source("part"), np.arange(5)).astype(np.int64),
            turn=self._turning(),
        )

    def _staying(self) -> Integers:
        """Return the state in the evening of people who stay all day: off a chosen way."""
        return np.asarray(self.at[self.place][:, :, self._after(0)])

    def _setting_out(self, entry: Integers) -> Integers:
        """Return source, destination and choice of those who leave a place in the morning."""
        legs_of = self.stances.last - self.stances.first
        stance = np.repeat(np.arange(len(self.place)), legs_of)
        source = self.at[stance]  # [legs, fresh, grades]
        grade = np.arange(self.grades)
        there = np.where(self.days.T[:, :, None] > 1, self.on.T[:, :, None] + grade, -1)
        short = there < 0
        there[short] = entry[: short.sum()]
        choice = np.broadcast_to(np.arange(len(self.to))[:, None, None], source.shape)
        leaving = np.array([source.ravel(), there.ravel(), choice.ravel()])
        none, rest = self.at[legs_of == 0].ravel(), self._staying()[legs_of == 0].ravel()
        moving = none != rest
        staying = [none[moving], rest[moving], np.full(moving.sum(), self.certain)]
        return np.concatenate([leaving, np.array(staying)], axis=1)

    def _arrivals(self) -> Iterator[tuple[Passage, int]]:
        """Yield who may come to the end of a connection: from where on it in the morning."""
        for passage in self.uses:
            for place in dict.fromkeys(step.place for step in passage.way.steps if step.next < 0):
                yield passage, place

    def _passing(
        self, arrivals: Sequence[tuple[Passage, int]]
    ) -> tuple[int, Integers, Integers, Integers]:
        """Find the states of passing.

        Returns the first, the rows of those who go on, the state of those who rest at each, and
        the states that people come to in the morning: those of short legs, then the arrivals.
        """
        legs = np.nonzero(self.days.T == 1)[0]
        stance = np.r_[self.to[legs], self.to[[p.leg for p, _ in arrivals]]].astype(np.int64)
        left = [passage.way.left(place) for passage, place in arrivals]
        way = np.r_[self.length[legs], left].astype(np.int64)
        grade = np.tile(np.arange(self.grades), len(stance))
        first, last = self.stances.first, self.stances.last
        enter = np.maximum(self.after_a_day[0], 0)  # of legs of one day nobody asks
        ground = Ground(
            pointer=np.r_[first, len(self.to)], to=self.to, length=self.length,
            speed=self.speed[0], days=self.days[0], on=enter,
            at=np.ascontiguousarray(self.at[:, 0, 0]),
            stay=np.ascontiguousarray(self.at[self.place, 0, 0]), firsts=self.firsts,
            pressed=self.certain + 1 if self.grades > 1 else 0, grades=self.grades,
            usual=int(self.usual),
        )  # fmt: skip
        assert (first[1:] == last[:-1]).all()
        *found, entry = explore(
            *plain(ground), np.repeat(stance, self.grades), grade, np.repeat(way, self.grades),
            ALIKE * self.most, ALIKE * self.most,
        )  # fmt: skip
        if max(len(found[0]), len(found[-1])) > ALIKE * self.most:
            raise TooManyStatesError(self.most)
        order = np.argsort(-found[2], kind="stable")
        number, pointer, goal, choice, stay = link(*plain(ground), self.size, *found, order)
        if len(choice) > self.most:
            raise TooManyStatesError(self.most)
        passing, count = self.size, len(stay)
        self.size += count

        def forward(states: Integers) -> Integers:
            """Number those with fewer km first."""
            return np.where(states >= passing, 2 * passing + count - 1 - states, states)

        source = np.repeat(np.arange(count), np.diff(pointer))
        stuck = np.flatnonzero(np.diff(pointer) == 0)
        rows = np.array([
            forward(passing + np.r_[source, stuck]),
            np.r_[forward(goal), stay[stuck]],
            np.r_[choice, np.full(len(stuck), self.certain)],
        ])  # fmt: skip
        return passing, rows, stay[::-1], forward(number[entry])

    def _getting_on(self, entry: Integers, arrivals: Sequence[tuple[Passage, int]]) -> Integers:
        """Return the rows of people under way."""
        rows: list[tuple[Integers, Integers, int]] = []
        grades, grade = self.grades, np.arange(self.grades)
        come = entry[len(entry) - len(arrivals) * grades :].reshape(-1, grades)
        ends = {(passage.on, place): states
                for (passage, place), states in zip(arrivals, come, strict=True)}  # fmt: skip
        for passage in self.uses:
            way = passage.way
            for step in way.steps:
                there = ends[passage.on, step.place] if step.next < 0 else (
                    passage.on + step.next * grades + self._after(step.pace)
                )  # fmt: skip
                rows.append((passage.on + step.place * grades + grade, there, step.choice))
            if passage.turned < 0:
                continue
            home = self.at[self.stances.back[passage.leg], 0]
            for step in way.steps:
                if step.place < way.starts:
                    continue
                there = home[self._after(way.left(step.place))] if step.next < 0 else (
                    passage.turned + (step.next - way.starts) * grades + self._after(step.pace)
                )  # fmt: skip
                source = passage.turned + (step.place - way.starts) * grades + grade
                rows.append((source, there, step.choice))
        if not rows:
            return np.zeros((3, 0), np.int64)
        return np.array([
            np.concatenate([source for source, *_ in rows]),
            np.concatenate([there for _, there, _ in rows]),
            np.repeat([choice for *_, choice in rows], grades),
        ])  # fmt: skip

    def _turning(self) -> Columns:
        """Return the columns of people who turn back when a connection closes."""
        source, there, connection = [], [], []
        for passage in self.uses:
            if passage.turned >= 0:
                starts = passage.way.starts
                under_way = np.arange((len(passage.way.done) - starts) * self.grades)
                source.append(passage.on + starts * self.grades + under_way)
                there.append(passage.turned + under_way)
                connection.append(np.full(len(under_way), self.connection[passage.leg]))
        none = np.empty(0, np.int64)
        return {
            "source": np.concatenate([none, *source]),
            "destination": np.concatenate([none, *there]),
            "connection": np.concatenate([none, *connection]),
            "cell": np.array(-1),
        }


def _mm(km: Floats | float) -> Integers:
    """Return whole millimetres, one at least."""
    return np.maximum(1, np.rint(np.multiply(km, MM))).astype(np.int64)
