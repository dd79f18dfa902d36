"""What walking together does to the chance of being stopped, by the rules of the model.

A caravan that keeps its size walks from stop to stop; each day its members may drop out, be
stopped, or see the caravan dissolved, with the chances of the model's own steps. That is a Markov
chain with two ends, stopped and arrived, so the share that arrives follows without simulation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from corredor.arrays import Floats
from corredor.claims.citing import ends, reason, told
from corredor.claims.finding import AtLeastOne, Finding, Grade, Ranges
from corredor.claims.keys import MistakeError, Month
from corredor.claims.scenarios import ModelCheck, Results
from corredor.corridor.compile import CompiledModel, compile_model
from corredor.corridor.scenario import Scenario
from corredor.engine.levers import Levers
from corredor.engine.steps import Split, Today
from corredor.errors import did_you_mean
from corredor.runs.simulate import default_parameters, factors_of
from corredor.text.language import month, translated

WALKING = (("caravans", "walk"), ("caravans", "drop out"))
STOPPING = (("interdiction", "stop people alone"), ("interdiction", "stop people in caravans"))
DISSOLVING = ("interdiction", "dissolve caravans")


class CaravanProtection(ModelCheck):
    """Whether more people of a caravan reach a stop without being stopped than walking alone.

    Sizes are kept all the way; those who drop out or are let go walk on alone at the same pace; the
    levers of ``month`` hold all the time. Supported if for every size the whole 90 % interval of
    the difference from walking alone lies above zero, partly if only for the largest, contradicted
    if that of the largest lies below zero, else not checkable.
    """

    name: Literal["caravan_protection"]
    month: Month
    nationality: str
    destination: str
    sizes: Annotated[tuple[Annotated[int, Field(ge=1)], ...], AtLeastOne]

    def needs(self) -> tuple[Scenario, ...]:
        """Return nothing: only the scenario's levers are asked."""
        return ()

    def months(self) -> tuple[str, str]:
        """Return the month whose levers hold."""
        return self.month, self.month

    def judge(self, results: Results) -> Finding:
        """Follow the chain for each size."""
        road = self._road(results)
        alone = 100.0 * road.arriving(1, together=False)
        named = {
            reason("people", people=size): 100.0 * road.arriving(size)
            for size in sorted(self.sizes)
        }
        kept = 100.0 * road.arriving(max(self.sizes), dissolving=False)
        gains = [ends(share - alone) for share in named.values()]
        low, high = gains[-1]
        grade: Grade = (
            "supported" if all(gain[0] > 0 for gain in gains)
            else "partly" if low > 0
            else "contradicted" if high < 0
            else "not checkable"
        )  # fmt: skip
        shares = {reason("alone"): alone, **named}
        each = "; ".join(f"{name} {told(share, '%')}" for name, share in shares.items())
        largest = list(named)[-1]
        why = reason(
            "caravan",
            origin=road.names[0],
            destination=road.names[-1],
            month=month(self.month),
            each=each,
            low=low,
            high=high,
            largest=largest,
            kept=told(kept, "%"),
        )
        rows = tuple(
            (name, float(share.mean()), *ends(share))
            for name, share in {**shares, reason("caravan_never", largest=largest): kept}.items()
        )
        heading = reason("caravan_chart", destination=road.names[-1])
        shown = named[largest]
        source = reason("rules_of", scenario=translated(self.scenario.title))
        return Finding(
            grade, float(shown.mean()), "percent", source,
            why, ends(shown), (Ranges(heading, "percent", rows),),
        )  # fmt: skip

    def _road(self, results: Results) -> _Road:
        scenario = results.over_days(self.scenario)
        model = compile_model(scenario)
        stops, world = model.space.stops, scenario.world
        nationalities = list(world.people["nationality"])
        for key, value, known in (
            ("destination", self.destination, stops[1:]),
            ("nationality", self.nationality, nationalities),
        ):
            if value not in known:
                listed = ", ".join(map(str, known))
                raise MistakeError(key, value, f"one of {listed}", did_you_mean(value, known))
        numbers = range(results.replicates)
        factors = factors_of(scenario, default_parameters(scenario), results.seed, numbers)
        return _Road(
            model=model,
            levers=model.levers.scaled(factors),
            day=dt.date.fromisoformat(f"{self.month}-01"),
            group=nationalities.index(self.nationality),
            length=stops.index(self.destination),
        )


@dataclass(frozen=True, eq=False)
class _Road:
    """The stops up to a destination, and what may happen to one walker there in a day.

    States: together at each stop but the last, alone at each, then stopped, then arrived.
    """

    model: CompiledModel
    levers: Levers
    day: dt.date
    group: int
    length: int

    @property
    def names(self) -> list[str]:
        """Return the names of the stops."""
        places = self.model.scenario.world.places["name"]
        return [str(places[stop]) for stop in self.model.space.stops[: self.length + 1]]

    def arriving(self, size: int, *, together: bool = True, dissolving: bool = True) -> Floats:
        """Return the share that arrives without being stopped, one number a replicate."""
        steps = {(process, step.name): step for process, step in self.model.steps}
        today = self._today(size)
        walk = [self._day_of(steps[name], today) for name in WALKING] + [self._alone(today)]
        stop = [self._day_of(steps[name], today) for name in STOPPING]
        if dissolving:
            stop.append(self._day_of(steps[DISSOLVING], today))
        evening = reduce(np.matmul, stop)
        day = reduce(np.matmul, walk) @ evening
        inside, arrived = 2 * self.length, 2 * self.length + 1
        stays = np.eye(inside) - day[:, :inside, :inside]
        at_last = np.linalg.solve(stays, day[:, :inside, arrived : arrived + 1])[:, :, 0]
        begin = evening[:, 0 if together else self.length, :inside]  # the day of setting off
        return np.asarray((begin * at_last).sum(axis=1))

    def _today(self, size: int) -> Today:
        """Return a day on which a caravan of so many people stands at every stop."""
        stocks = np.zeros((1, self.model.states))
        stocks[0, self.model.space["caravan"][:, self.group, 0]] = size
        return Today(self.day, self.levers, stocks, 1.0, lambda chances: chances)

    def _positions(self) -> np.typing.NDArray[np.int64]:
        """Return for each state of the model its number here, or -1."""
        space, stops = self.model.space, self.length + 1
        place = space.place_index(space.stops[:stops])
        found = np.full(self.model.states, -1)
        found[space["held"][space["held"] >= 0]] = 2 * self.length
        for states, first in ((space["caravan"][:stops], 0), (space["at"][place], self.length)):
            found[states[:, self.group, 0]] = first + np.arange(stops)
            found[states[-1, self.group, 0]] = 2 * self.length + 1
        return found

    def _day_of(self, step: object, today: Today) -> Floats:
        """Return the matrix of a step, [R, from, to]."""
        if not isinstance(step, Split):
            raise TypeError(f"{step} does not split people")
        chances = np.asarray(step.chances(today))
        if step.hazard_factor is not None:
            cohort = np.repeat(step.cohort, np.diff(step.moves.pointer))
            chances = chances * np.asarray(step.hazard_factor(today))[:, cohort]
        position = self._positions()
        source, to = position[step.moves["source"]], position[step.moves.destination]
        used = (source >= 0) & (source < 2 * self.length) & (to >= 0)
        matrix = np.tile(np.eye(2 * self.length + 2), (len(chances), 1, 1))
        for t in np.flatnonzero(used):
            matrix[:, source[t], to[t]] += chances[:, t]
            matrix[:, source[t], source[t]] -= chances[:, t]
        return matrix

    def _alone(self, today: Today) -> Floats:
        """Return the matrix of walking alone, at the pace of a caravan."""
        steps = {(process, step.name): step for process, step in self.model.steps}
        walk = self._day_of(steps[WALKING[0]], today)
        n = self.length
        matrix = np.tile(np.eye(2 * n + 2), (len(walk), 1, 1))
        matrix[:, n : 2 * n, n : 2 * n] = walk[:, :n, :n]
        matrix[:, n : 2 * n, 2 * n + 1] = walk[:, :n, 2 * n + 1]
        return matrix
