"""What a process is laid out against: states, the keys of levers, cells for its flows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Index
from corredor.corridor.states import StateSpace
from corredor.corridor.world import World
from corredor.engine.levers import Levers


@dataclass(frozen=True)
class Flow:
    """A count of people or events that a process adds to the results, by month.

    Attributes
    ----------
    name : str
        Name of the variable.
    dims : tuple of str
        ``place``, ``sector``, ``port``, ``link``, ``mode``, ``nationality``, ``group``: what it
        is told apart by.
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


def modes(world: World) -> tuple[str, ...]:
    """Return how people may be on their way: in a place, in a caravan, or a link's mode."""
    return ("in_place", "in_caravan", *dict.fromkeys(world.links["mode"]))


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
            "mode": modes(space.world),
        }
        self.flows: dict[str, tuple[Flow, str, int]] = {}
        self.size = 0

    def block(self, flow: Flow, process: str) -> Index:
        """Return the cells of a flow, an array with one axis for each of its dimensions."""
        self.flows[flow.name] = (flow, process, self.size)
        cells = self.cells_of(flow.name)
        self.size += cells.size
        return cells

    def cells_of(self, name: str) -> Index:
        """Return the cells of a flow that was asked for before."""
        flow, _, start = self.flows[name]
        shape = tuple(len(self.labels[d]) for d in flow.dims)
        return np.arange(start, start + int(np.prod(shape)), dtype=np.int32).reshape(shape)


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

    def home_of_group(self) -> NDArray[np.int64]:
        """Return for each group the first place of its home outside Mexico, or -1."""
        homes, abroad = self.world.places["home_of"].to_numpy(), ~self.in_mexico()
        found = []
        for nationality in self.world.people["nationality"]:
            here = np.flatnonzero((homes == nationality) & abroad)
            found.append(int(here[0]) if len(here) else -1)
        return np.array(found, dtype=np.int64)

    def is_family(self) -> NDArray[np.bool_]:
        """Return for each group whether it is families and children."""
        return (self.world.people["household"] == "families").to_numpy()
