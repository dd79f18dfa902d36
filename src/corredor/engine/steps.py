"""What a process asks of the engine: steps that move people.

A step owns transitions and says each day how likely they are. There are six kinds:

========= ===========================================================================
Arrive    newcomers, a Poisson count each day, or a number given
Split     each person in a source goes along one of its transitions, or stays
Relay     people choose among places that fill up, and go on until they rest
Ration    limited places, given in turn of class and by lot; nobody beyond the places
Tally     events that leave people where they are
Remember  numbers kept for later days, such as the events of a week; moves nobody
========= ===========================================================================
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index
from corredor.engine.kernels.cohorts import ArrivalCohorts
from corredor.engine.kernels.crowding import Options, Pull
from corredor.engine.kernels.pools import Pools
from corredor.engine.kernels.relay import Course
from corredor.engine.levers import Levers

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Moves:
    """Transitions sorted by source, with the columns that a process needs to price them.

    Attributes
    ----------
    sources, pointer : numpy.ndarray
        The source states, and where the transitions of each begin.
    destination, cell : numpy.ndarray
        Destination state and recorder cell (-1: none) of each transition.
    columns : dict
        Further integers per transition, such as ``place`` or ``group``; ``source`` is among them.
    """

    sources: Index
    pointer: NDArray[np.int64]
    destination: Index
    cell: Index
    columns: Columns

    @classmethod
    def build(cls, parts: Sequence[Columns], order_by: str = "source") -> Moves:
        """Join parts, drop transitions whose source or destination cannot be reached, and sort.

        Every part has ``source``, ``destination`` and ``cell``; each column is broadcast against
        the others. ``order_by`` puts the sources in another order, for rationing by class.
        """
        flat = [_flatten(part) for part in parts]
        joined = {name: np.concatenate([part[name] for part in flat]) for name in flat[0]}
        kept = (joined["source"] >= 0) & (joined["destination"] >= 0)
        order = np.flatnonzero(kept)
        order = order[np.lexsort((joined["source"][order], joined[order_by][order]))]
        columns = {name: values[order] for name, values in joined.items()}
        source = columns["source"]
        starts = np.flatnonzero(np.r_[True, source[1:] != source[:-1]][: len(source)])
        return cls(
            sources=source[starts].astype(np.int32),
            pointer=np.r_[starts, len(source)].astype(np.int64),
            destination=columns["destination"].astype(np.int32),
            cell=columns["cell"].astype(np.int32),
            columns=columns,
        )

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a column."""
        return self.columns[name]

    def of_source(self, name: str) -> Index:
        """Return a column that is alike for all transitions of a source, once per source."""
        return np.asarray(self.columns[name][self.pointer[:-1]], dtype=np.int32)

    def __len__(self) -> int:
        """Return the number of transitions."""
        return len(self.destination)


def _flatten(part: Columns) -> dict[str, NDArray[Any]]:
    arrays = np.broadcast_arrays(*part.values())
    return {name: array.ravel() for name, array in zip(part, arrays, strict=True)}


@dataclass(frozen=True, eq=False)
class Today:
    """What a step may look at when it says how likely its transitions are.

    Attributes
    ----------
    date : datetime.date
        The day.
    levers : Levers
        Their values are [R or 1, keys].
    stocks : numpy.ndarray
        People by replicate and state, [R, S], at this point of the day.
    scale : float
        People simulated for each person of the world's tables.
    together : callable
        One draw for all people of a cohort, whose luck is one: takes chances [R, cohorts]; gives 0
        or 1 in the draws of whole people, the chances themselves in the expected draw.
    memory : dict
        What each ``Remember`` step keeps, by its name: [R, numbers].
    """

    date: dt.date
    levers: Levers
    stocks: NDArray[Any]
    scale: float
    together: Callable[[Floats], Floats]
    memory: Mapping[str, Floats] = field(default_factory=dict)

    def lever(self, name: str) -> Floats:
        """Return today's values of a lever, [R or 1, keys]."""
        return self.levers.value(name, self.date)

    def people_in(self, pools: Pools) -> Floats:
        """Return the people in each pool at this point of the day, [R, pools]."""
        return pools.people(self.stocks)


Chances = Callable[[Today], Floats | None]
Reprice = Literal["levers", "month", "day"]
Law = Literal["poisson", "shared", "given"]


@dataclass(frozen=True, eq=False)
class Split:
    """Each person in a source takes one of its transitions with today's chances, or stays.

    ``chances`` gives [R or 1, T]. It is asked again when a lever in ``levers`` changes, and every
    ``month`` or ``day`` if it looks at stocks or at the date (``reprice``).

    Where only a common factor changes from day to day, ``hazard_factor`` gives it: [R or 1,
    cohorts] between 0 and 1, asked every day, or None on a day on which nobody moves. A cohort are
    people whose chances share one factor; ``cohort`` says for each source in which its people are.
    """

    name: str
    moves: Moves
    chances: Chances
    levers: tuple[str, ...] = ()
    reprice: Reprice = "levers"
    hazard_factor: Chances | None = None
    cohort: Index = field(default_factory=lambda: np.empty(0, np.int32))

    def __post_init__(self) -> None:
        if self.hazard_factor is None:
            object.__setattr__(self, "cohort", np.zeros_like(self.moves.sources))


@dataclass(frozen=True, eq=False)
class Arrive:
    """Newcomers: ``chances`` gives today's expected number for each destination.

    The ``law`` is ``poisson`` for independent counts; ``shared`` where the numbers add to a whole
    number of people, each of whom goes to a destination by chance; ``given`` where they are whole
    numbers that come for certain.
    """

    name: str
    destination: Index
    cell: Index
    chances: Chances
    levers: tuple[str, ...] = ()
    reprice: Reprice = "day"
    law: Law = "poisson"

    @cached_property
    def into(self) -> Index:
        """Return the states that newcomers begin in, each once."""
        return np.unique(self.destination)


@dataclass(frozen=True, eq=False)
class Relay:
    """People choose among places that fill up, and go on until they rest.

    The sources stand in rounds, of which ``rounds`` says where each begins and the last ends. In a
    round everybody in its sources is called: they take a transition, with the chance of the
    ``choice`` that it stands for, or go to ``rest`` of the source. In all rounds but the last they
    go along one transition. In the last they go on until they reach a state that is no source of
    it; its sources stand in an order in which each comes before those that it leads to, and people
    are called in up to so many ``waves``, each of them in any with the same chance.

    What is chosen from are the ``options``; ``pull`` says every day what draws people, or None on a
    day on which nobody moves. Before each round and each wave the chances are those at the filling
    of places that the one before has left. There are so many waves that none takes more, by the
    mean, than ``part`` of the room between nearly full and full of a place.

    With ``arrival_cohorts`` the exact draw counts people by when they came, and calls those who
    came first before the others; see ``corredor.engine.kernels.cohorts``. The individual draw
    always does so.
    """

    name: str
    moves: Moves
    rest: Index
    rounds: NDArray[np.int64]
    options: Options
    pull: Callable[[Today], Pull | None]
    waves: int = 1
    part: float = 0.02
    arrival_cohorts: ArrivalCohorts | None = None

    @cached_property
    def course(self) -> Course:
        """Return where people can go, as the kernels take it."""
        moves, last_round = self.moves, int(self.rounds[-2])
        onward = self.source_of[moves.destination]
        onward[onward < last_round] = -1
        onward[: moves.pointer[last_round]] = -1
        pointer = self.options.inside_pointer
        limited = np.full(len(self.source_of), -1, np.int32)
        limited[self.options.inside] = np.repeat(np.arange(len(pointer) - 1), np.diff(pointer))
        return Course(
            moves.sources, moves.pointer, moves.destination, moves.cell,
            moves["choice"].astype(np.int64), onward, self.rest, self.rounds, limited, self.waves,
            self.part,
        )  # fmt: skip

    @cached_property
    def source_of(self) -> Index:
        """Return for each state up to the last that is touched which source it is, or -1."""
        states = (self.moves.sources, self.moves.destination, self.rest, self.options.inside)
        source_of = np.full(max(int(s.max(initial=0)) for s in states) + 1, -1, np.int32)
        source_of[self.moves.sources] = np.arange(len(self.moves.sources))
        return source_of


@dataclass(frozen=True, eq=False)
class Ration:
    """Limited places: ``places`` gives [R or 1, 2]: those given in turn, those given by lot.

    The sources stand in order of class; ``class_pointer`` says where each class begins and the
    last ends. ``asks`` [R or 1, sources] is 1 where people may ask, ``chances`` shares those served
    among the destinations.
    """

    name: str
    moves: Moves
    class_pointer: NDArray[np.int64]
    chances: Chances
    asks: Chances
    places: Chances
    levers: tuple[str, ...] = ()
    reprice: Reprice = "levers"


@dataclass(frozen=True, eq=False)
class Tally:
    """Events among the people of a pool of states, who stay where they are.

    ``pool`` and ``cell`` say for each kind of event in which pool it happens and where it is
    recorded; events stand in order of pool.
    """

    name: str
    pools: Pools
    pool: Index
    cell: Index
    chances: Chances
    levers: tuple[str, ...] = ()
    reprice: Reprice = "levers"


@dataclass(frozen=True, eq=False)
class Remember:
    """Numbers of each replicate that rules of later days depend on; nobody moves.

    ``update`` takes today, the numbers [R, n] and how many events the cells in ``watched`` saw
    since it was last asked [R, watched]; it gives the new numbers and what to add to the cells in
    ``cell`` [R, cells]. It must not draw: what is remembered follows from what happened.
    """

    name: str
    watched: Index
    cell: Index
    initial: Floats
    update: Callable[[Today, Floats, Floats], tuple[Floats, Floats]]


Step = Split | Relay | Arrive | Ration | Tally | Remember
