"""Compile a scenario: number its states and lay out the steps of its processes for the engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corredor.corridor.model import CellBook, Model
from corredor.corridor.processes import PROCESSES
from corredor.corridor.scenario import Scenario
from corredor.corridor.states import StateSpace, build_states
from corredor.engine.kernels.pools import Pools
from corredor.engine.program import Program

STATUSES = {
    "in_place": ("at",),
    "on_the_road": ("on",),
    "in_caravan": ("caravan",),
    "waiting": ("waiting", "appointed"),
    "in_custody": ("held",),
}
TRAITS = {
    "times_detained": ("detentions",),
    "times_sent_south": ("sent_south",),
    "times_encountered": ("encounters_returned", "encounters_removed", "encounters_released"),
    "times_harmed": ("harm_robbery", "harm_extortion", "harm_kidnapping", "harm_threats",
                     "harm_custody_abuse"),
}  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class CompiledModel(Program):
    """A scenario compiled, with the labels of its states and cells.

    ``counted`` has a pool for each status of ``STATUSES`` and place, places varying fastest.
    """

    scenario: Scenario
    space: StateSpace
    book: CellBook

    @property
    def traits(self) -> dict[str, NDArray[np.int32]]:
        """Return how often somebody was detained and so on, and the kilometres on links."""
        found = {}
        for trait, flows in TRAITS.items():
            found[trait] = np.zeros(self.cells, np.int32)
            for name in flows:
                found[trait][self.book.cells_of(name)] = 1
        km = np.zeros(self.cells, np.int32)
        per_link = np.rint(self.scenario.world.links["km"].to_numpy(float)).astype(np.int32)
        km[self.book.cells_of("travelled")] = per_link[:, None]
        return {**found, "km_travelled": km}

    def labels(self) -> dict[str, list[str]]:
        """Return kind, place, link, group and times returned of each state; empty if none."""
        table, space = self.space.table, self.space

        def named(column: str, names: tuple[str, ...]) -> list[str]:
            return [names[i] if i >= 0 else "" for i in table[column]]

        return {
            "kind": table["kind"].astype(str).tolist(),
            "place": named("place", space.places),
            "link": named("link", tuple(self.book.labels["link"])),
            "group": named("group", space.groups),
            "returned": table["returned"].astype(str).tolist(),
        }


def compile_model(scenario: Scenario) -> CompiledModel:
    """Number the states of a scenario and lay out the steps of its processes."""
    space = build_states(scenario.world)
    book = CellBook(space)
    model = Model(space, scenario.levers(), book)
    steps = tuple(
        (process.name, step)
        for process in PROCESSES
        for step in process.steps(model)
        if not step.idle
    )
    return CompiledModel(
        states=space.size,
        cells=book.size,
        steps=steps,
        levers=model.levers,
        begin=scenario.spin_up,
        keep=scenario.start,
        end=scenario.end,
        counted=_statuses(space),
        gone=np.concatenate(list(space.outcome.values())),
        scenario=scenario,
        space=space,
        book=book,
    )


def _statuses(space: StateSpace) -> Pools:
    kind, place = space.table["kind"].astype(str), space.table["place"].to_numpy()
    return Pools.of(
        [
            np.flatnonzero(kind.isin(kinds).to_numpy() & (place == p))
            for kinds in STATUSES.values()
            for p in range(len(space.places))
        ]
    )
