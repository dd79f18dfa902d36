"""Compile a scenario: number its states and lay out the steps of its processes for the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corredor.corridor import processes as day
from corredor.corridor.model import CellBook, Model, Process
from corredor.corridor.outlook import Outlook
from corredor.corridor.routes import KINDS
from corredor.corridor.scenario import Scenario
from corredor.corridor.states import StateSpace, build_states
from corredor.corridor.values import WHOLE_UP_TO
from corredor.engine.kernels.pools import Pools
from corredor.engine.memory import NUMBER
from corredor.engine.program import Program


@dataclass(frozen=True, eq=False, kw_only=True)
class CompiledModel(Program):
    """A scenario compiled, with the labels of its states and cells.

    ``counted`` has a pool for each status and place, places varying fastest.
    """

    scenario: Scenario
    space: StateSpace
    book: CellBook

    @property
    def traits(self) -> dict[str, NDArray[np.int32]]:
        """Return how often somebody was detained and so on, and the kilometres on links."""
        return self.book.traits()

    def labels(self) -> dict[str, list[str]]:
        """Return kind, place, link, group and times returned of each state; empty if none."""
        table, space = self.space.table, self.space

        def named(column: str, names: tuple[str, ...]) -> list[str]:
            return [names[i] if i >= 0 else "" for i in table[column]]

        return {
            "kind": table["kind"].astype(str).tolist(),
            "place": named("place", space.places),
            "link": named("link", space.labels["link"]),
            "group": named("group", space.groups),
            "returned": table["returned"].astype(str).tolist(),
        }


def compile_model(scenario: Scenario, processes: Sequence[Process] | None = None) -> CompiledModel:
    """Number the states of a scenario and lay out the steps of its processes.

    Parameters
    ----------
    scenario : Scenario
        With its world.
    processes : sequence of Process, optional
        In the order of a day; the scenario's own, or ``corredor.corridor.processes.PROCESSES``.

    Raises
    ------
    ValueError
        If the kinds of state are no partition of everybody: a defect of a process.
    """
    world = scenario.world
    chosen = tuple(p for p in processes or scenario.processes or day.PROCESSES if p.acts_in(world))
    space = build_states(world, [kind for process in chosen for kind in process.kinds])
    book = CellBook(space, chosen)
    model = Model(space, scenario.levers(), book)
    if model.levers.reference:
        model = replace(model, outlook=Outlook(model))
    steps = tuple(
        (process.name, step) for process in chosen for step in process.steps(model) if not step.idle
    )
    counted, gone = _by_status(space), np.concatenate(list(space.outcomes.values()))
    _check_partition(space, counted, gone)
    return CompiledModel(
        states=space.size,
        cells=book.size,
        steps=steps,
        levers=model.levers,
        begin=scenario.spin_up,
        keep=scenario.start,
        end=scenario.end,
        counted=counted,
        gone=gone,
        while_priced=_while_priced(model),
        scenario=scenario,
        space=space,
        book=book,
    )


def _while_priced(model: Model) -> int:
    """Return the bytes that the choice of road and the outlook take for each replicate."""
    places, nationalities = len(model.space.places), len(set(model.world.people["nationality"]))
    whole = places**2 if places <= WHOLE_UP_TO else 0
    roads = KINDS * 3 * (nationalities * len(model.world.links) + whole)
    outlook = 4 * model.space.size + 5 * whole if model.outlook else 0
    return NUMBER * (roads + outlook)


def _by_status(space: StateSpace) -> Pools:
    place, places = space.table["place"].to_numpy(), len(space.places)
    of_kind = {kind.name: i for i, status in enumerate(space.statuses) for kind in status.kinds}
    status = space.table["kind"].astype(str).map(of_kind).fillna(-1).to_numpy(int)
    here = np.flatnonzero((status >= 0) & (place >= 0))
    return Pools.by(status[here] * places + place[here], here, len(space.statuses) * places)


def _check_partition(space: StateSpace, counted: Pools, gone: NDArray[np.int32]) -> None:
    """Refuse states in which people would be counted nowhere, or twice."""
    times = np.bincount(np.concatenate([counted.states, gone]), minlength=space.size)
    if (times != 1).any():
        lost = space.table.iloc[np.flatnonzero(times != 1)]["kind"].astype(str).unique()
        raise ValueError(
            f"people in states of the kind {', '.join(lost)} would not be counted once: give the "
            "kind a status, and a key that is a place"
        )
