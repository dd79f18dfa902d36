"""What a process asks of the engine: flows to record, and steps that move people.

A step owns transitions and says each day how likely they are. There are four kinds:

========= ===========================================================================
Arrive    newcomers, a Poisson count each day
Split     each person in a source goes along one of its transitions, or stays
Ration    limited places, given in turn of class and by lot; nobody beyond the places
Tally     events that leave people where they are
========= ===========================================================================
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from corredor.levers import Levers
from corredor.states import StateSpace
from corredor.world import World

Floats = NDArray[np.float64]
Index = NDArray[np.int32]
Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Flow:
    """A count of people or events that a process adds to the results, by month.

    Attributes
    ----------
    name : str
        Name of the variable.
    dims : tuple of str
        ``place``, ``sector``, ``port``, ``link``, ``nationality``, ``group``: what it is told
        apart by.
    meaning : str
        What is counted, in plain words.
    unit : str
        ``people`` or ``events``.
    """

    name: str
    dims: tuple[str, ...]
    meaning: str
    unit: str = "events"


def link_names(world: World) -> tuple[str, ...]:
    """Return a name for each link, such as ``tapachula>huixtla foot``."""
    ends = world.links[["origin", "destination", "mode"]].to_numpy()
    return tuple(f"{origin}>{destination} {mode}" for origin, destination, mode in ends)


class CellBook:
    """Gives every (flow, labels) a cell of the recorder, in the order of asking."""

    def __init__(self, space: StateSpace) -> None:
        self.labels = {
            "place": space.places,
            "group": space.groups,
            "sector": space.sectors,
            "port": space.ports,
            "nationality": tuple(dict.fromkeys(space.world.people["nationality"])),
            "link": link_names(space.world),
        }
        self.flows: dict[str, tuple[Flow, str, int]] = {}
        self.size = 0

    def block(self, flow: Flow, process: str) -> Index:
        """Return the cells of a flow, an array with one axis for each of its dimensions."""
        shape = tuple(len(self.labels[d]) for d in flow.dims)
        count = int(np.prod(shape))
        self.flows[flow.name] = (flow, process, self.size)
        cells = np.arange(self.size, self.size + count, dtype=np.int32).reshape(shape)
        self.size += count
        return cells


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
        One draw for a whole body of people: takes chances [R, n] and a name; gives 0 or 1 in the
        exact draw, the chances themselves in the expected draw.
    """

    date: dt.date
    levers: Levers
    stocks: NDArray[Any]
    scale: float
    together: Callable[[Floats], Floats]

    def lever(self, name: str) -> Floats:
        """Return today's values of a lever, [R or 1, keys]."""
        return self.levers.value(name, self.date)


Chances = Callable[[Today], Floats | None]
Reprice = Literal["levers", "month", "day"]


@dataclass(frozen=True, eq=False)
class Split:
    """Each person in a source takes one of its transitions with today's chances, or stays.

    ``chances`` gives [R or 1, T], or None on a day on which nothing happens. It is asked again
    when a lever in ``levers`` changes, and every ``month`` or ``day`` if the step looks at stocks
    or at the date (``reprice``).
    """

    name: str
    moves: Moves
    chances: Chances
    levers: tuple[str, ...] = ()
    reprice: Reprice = "levers"


@dataclass(frozen=True, eq=False)
class Arrive:
    """Newcomers: ``chances`` gives today's expected number for each destination."""

    name: str
    destination: Index
    cell: Index
    chances: Chances
    levers: tuple[str, ...] = ()
    reprice: Reprice = "day"


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

    ``pool_states[pool_pointer[i]:pool_pointer[i + 1]]`` are the states of the i-th pool; ``pool``
    and ``cell`` say for each kind of event where it happens and where it is recorded.
    """

    name: str
    pool_states: Index
    pool_pointer: NDArray[np.int64]
    pool: Index
    cell: Index
    chances: Chances
    levers: tuple[str, ...] = ()
    reprice: Reprice = "levers"


def join_pools(pools: Sequence[Index]) -> tuple[Index, NDArray[np.int64]]:
    """Return the states of all pools in a row, and where each pool begins."""
    lengths = [len(pool) for pool in pools]
    return np.concatenate(pools).astype(np.int32), np.r_[0, np.cumsum(lengths)].astype(np.int64)


Step = Split | Arrive | Ration | Tally


@dataclass(frozen=True, eq=False)
class Model:
    """What a process is compiled against: the states, the levers' keys and the cells."""

    space: StateSpace
    levers: Levers
    cells: CellBook

    @property
    def world(self) -> World:
        """Return the world."""
        return self.space.world

    def key_of(self, lever: str, labels: Sequence[str]) -> NDArray[np.int64]:
        """Return the position of each label among the keys of a lever."""
        position = {key: i for i, key in enumerate(self.levers.keys[lever])}
        return np.array([position[label] for label in labels], dtype=np.int64)

    def in_mexico(self) -> NDArray[np.bool_]:
        """Return for each place whether it lies in Mexico."""
        return (self.world.places["country"] == "MEX").to_numpy()

    def zone_of_place(self) -> NDArray[np.int64]:
        """Return for each place the position of its zone among the zones."""
        return self.key_of("movement.leave", list(self.world.places["zone"]))

    def nationality_of_group(self) -> NDArray[np.int64]:
        """Return for each group the position of its nationality."""
        return self.key_of("entry.factor", list(self.world.people["nationality"]))

    def is_family(self) -> NDArray[np.bool_]:
        """Return for each group whether it is families and children."""
        return (self.world.people["household"] == "families").to_numpy()
