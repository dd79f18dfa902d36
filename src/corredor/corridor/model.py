"""What a process is: its kinds of state, its flows, its steps; and what it is laid out against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index
from corredor.corridor.kinds import IN_CARAVAN, IN_PLACE, Kind
from corredor.corridor.levers import Lever
from corredor.corridor.states import StateSpace
from corredor.corridor.world import World
from corredor.engine.levers import Levers
from corredor.engine.steps import Step, Today


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What is counted by month: a flow, or the sum of several.

    Attributes
    ----------
    name : str
        Name of the variable of a result.
    meaning : str
        What is counted, in plain words.
    unit : str
        ``people`` or ``events``; ``days`` for what does not grow with the people simulated.
    measure : str
        What its total over all months and places is called, where scenarios are compared by it;
        empty where they are not.
    headline : int
        Its place among the measures that are told and drawn first, from 1 on; 0 for the others.
    """

    name: str
    meaning: str
    unit: str = "events"
    measure: str = ""
    headline: int = 0


@dataclass(frozen=True, kw_only=True)
class Flow(Counted):
    """People or events that a process adds to the results.

    Attributes
    ----------
    dims : tuple of str
        ``place``, ``sector``, ``port``, ``hub``, ``link``, ``mode``, ``nationality``, ``group``:
        what it is told apart by.
    trait : str
        What it adds to along a person's way, such as ``times_detained``; empty for nothing.
    each : callable, optional
        Takes the world and gives how much each adds, by the first of ``dims``; 1 if left out.

    Examples
    --------
    >>> import corredor
    >>> corredor.Flow(
    ...     name="robbed", dims=("place", "group"), meaning="times somebody is robbed",
    ...     measure="robberies", trait="times_robbed",
    ... ).unit
    'events'
    """

    dims: tuple[str, ...] = ()
    trait: str = ""
    each: Callable[[World], NDArray[Any]] | None = None


@dataclass(frozen=True, kw_only=True)
class Sum(Counted):
    """The sum of several flows, told apart by what all of them are told apart by.

    Attributes
    ----------
    of : tuple of str
        Names of the flows.

    Examples
    --------
    >>> import corredor
    >>> corredor.Sum(name="both", meaning="either", of=("robbed", "cheated")).of
    ('robbed', 'cheated')
    """

    of: tuple[str, ...]


class Process:
    """One idea of the day; a subclass declares what it adds to the model.

    A rule of one's own is such a subclass, given to ``corredor.run`` or a scenario as
    ``processes=[*corredor.PROCESSES, MyRule()]``; nothing of the program is edited.

    Attributes
    ----------
    name : str
        Also the section of its levers in a scenario.
    levers : tuple of Lever
        Its numbers, where they stand in no table: each with unit, range and meaning.
    kinds : tuple of Kind
        Kinds of state that only this process brings.
    flows : tuple of Flow
        What it counts.
    sums : tuple of Sum
        What is told of several flows together.

    Examples
    --------
    People who have had enough go home, so many of them each day:

    >>> import numpy as np
    >>> import corredor
    >>> class HadEnough(corredor.Process):
    ...     name = "had_enough"
    ...     levers = (corredor.Lever(
    ...         name="had_enough.goes_home", unit="chance a day", default=0.0, minimum=0.0,
    ...         maximum=1.0, meaning="chance that somebody on the way goes home today",
    ...         source="no figure was found: 0, nobody",
    ...     ),)
    ...     flows = (corredor.Flow(
    ...         name="had_enough", dims=("place", "group"), meaning="people who have had enough",
    ...         unit="people", measure="people who have had enough",
    ...     ),)
    ...
    ...     def steps(self, model):
    ...         here, gone = model.space["at"], model.space["went_home"]
    ...         leave = corredor.Moves.build([{
    ...             "source": here, "destination": gone[None, :, None],
    ...             "cell": model.cells.cells_of("had_enough")[:, :, None],
    ...         }])
    ...
    ...         def chances(today):
    ...             return np.repeat(today.lever("had_enough.goes_home"), len(leave), axis=1)
    ...
    ...         return [corredor.Split("go home", leave, chances, ("had_enough.goes_home",))]
    >>> rules = [*corredor.PROCESSES, HadEnough()]
    >>> scenario = corredor.Scenario(
    ...     corredor.world("mexico"), {"had_enough.goes_home": 0.01}, processes=rules,
    ...     spin_up="2023-01-01", start="2023-01-01", end="2023-01-31",
    ... )
    >>> result = corredor.run(scenario, draw="expected", replicates=1)
    >>> float(result["had_enough"].sum()) > 0
    True
    """

    name: str
    levers: tuple[Lever, ...] = ()
    kinds: tuple[Kind, ...] = ()
    flows: tuple[Flow, ...] = ()
    sums: tuple[Sum, ...] = ()

    def acts_in(self, world: World) -> bool:
        """Return whether a world has what the process is about; where not, it is left out."""
        return True

    def steps(self, model: Model) -> Sequence[Step]:
        """Return the steps of a day in order, laid out against the states of a model."""
        raise NotImplementedError


def modes(world: World) -> tuple[str, ...]:
    """Return how people may be on their way: in a place, in a caravan, or a link's mode."""
    return (IN_PLACE, IN_CARAVAN, *dict.fromkeys(world.links["mode"]))


class CellBook:
    """Gives every (flow, labels) a cell of the recorder; ``book[flow]`` are those of a flow."""

    def __init__(self, space: StateSpace, processes: Sequence[Process]) -> None:
        self.labels: Mapping[str, tuple[str, ...]] = {
            **{name: space.labels[name] for name in ("place", "group", "sector", "port", "hub")},
            "nationality": tuple(dict.fromkeys(space.world.people["nationality"])),
            "link": space.labels["link"],
            "mode": modes(space.world),
        }
        self.world = space.world
        self.flows: dict[str, tuple[Flow, str, int]] = {}
        self.sums = [(total, process.name) for process in processes for total in process.sums]
        self.size = 0
        for process in processes:
            for flow in process.flows:
                self.flows[flow.name] = (flow, process.name, self.size)
                self.size += int(np.prod(self.shape(flow)))

    def shape(self, flow: Flow) -> tuple[int, ...]:
        """Return how many labels each dimension of a flow has."""
        return tuple(len(self.labels[dim]) for dim in flow.dims)

    def __getitem__(self, flow: Flow) -> Index:
        """Return the cells of a flow, an array with one axis for each of its dimensions."""
        return self.cells_of(flow.name)

    def cells_of(self, name: str) -> Index:
        """Return the cells of a flow by its name; of a sum, those of all its flows in a row."""
        if name in self.flows:
            flow, _, start = self.flows[name]
            shape = self.shape(flow)
            return np.arange(start, start + int(np.prod(shape)), dtype=np.int32).reshape(shape)
        parts = next(total.of for total, _ in self.sums if total.name == name)
        return np.concatenate([self.cells_of(part).ravel() for part in parts])

    def traits(self) -> dict[str, NDArray[np.int32]]:
        """Return what adds up along a person's way: for each trait, so much for each cell."""
        found: dict[str, NDArray[np.int32]] = {}
        for flow, _, _ in self.flows.values():
            if flow.trait:
                adds = found.setdefault(flow.trait, np.zeros(self.size, np.int32))
                adds[self[flow]] = 1 if flow.each is None else self._each(flow)
        return found

    def _each(self, flow: Flow) -> NDArray[Any]:
        """Return how much each of a flow adds to its trait, by its dimensions."""
        assert flow.each is not None
        by_first = flow.each(self.world)
        return by_first.reshape(-1, *[1] * (len(flow.dims) - 1))


@dataclass(frozen=True, eq=False)
class Model:
    """What a process is compiled against: the states, the levers' keys and the cells.

    Attributes
    ----------
    space : StateSpace
        The states.
    levers : Levers
        Their keys, and what the scenario sets.
    cells : CellBook
        Where flows are counted.
    outlook : callable, optional
        Where people answer to what they can expect: takes today and a day, and gives the chance of
        reaching the country ahead and staying there under the levers of that day, over the same
        chance under the reference, [R, place, group, returned]. None where nobody answers.
    """

    space: StateSpace
    levers: Levers
    cells: CellBook
    outlook: Callable[[Today, dt.date], Floats] | None = None

    @property
    def world(self) -> World:
        """Return the world."""
        return self.space.world

    def key_of(self, lever: str, labels: Sequence[str]) -> NDArray[np.int64]:
        """Return the position of each label among the keys of a lever."""
        position = {key: i for i, key in enumerate(self.levers.keys[lever])}
        return np.array([position[label] for label in labels], dtype=np.int64)

    def where_stopped(self) -> NDArray[np.bool_]:
        """Return for each place whether its authority may stop people and has a station."""
        roles, stations = self.world.roles, self.space.place_index(self.space.stations)
        return roles.detains & np.isin(roles.jurisdiction, roles.jurisdiction[stations])

    def zone_of_place(self) -> NDArray[np.int64]:
        """Return for each place the position of its zone among the zones."""
        return self.key_of("movement.leave", list(self.world.places["zone"]))

    def nationality_of_group(self) -> NDArray[np.int64]:
        """Return for each group the position of its nationality."""
        return self.key_of("entry.factor", list(self.world.people["nationality"]))

    def home_of_group(self) -> NDArray[np.int64]:
        """Return for each group the first place of its home, or -1.

        A home where people are taken back who were returned from ahead is none to be flown to.
        """
        homes, abroad = self.world.places["home_of"].to_numpy(), ~self.world.roles.takes_back
        found = []
        for nationality in self.world.people["nationality"]:
            here = np.flatnonzero((homes == nationality) & abroad)
            found.append(int(here[0]) if len(here) else -1)
        return np.array(found, dtype=np.int64)

    def is_family(self) -> NDArray[np.bool_]:
        """Return for each group whether it is families and children."""
        families = self.world.households.index[self.world.households["families"]]
        return self.world.people["household"].isin(families).to_numpy()
