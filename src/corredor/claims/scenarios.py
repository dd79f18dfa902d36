"""The scenarios that checks name, and their results, each run once and all with the same chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

import pandas as pd
import xarray as xr
from pydantic import ConfigDict, PlainValidator, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from corredor.claims.citing import months, reason
from corredor.claims.finding import Check, Finding
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario, scenario_within
from corredor.engine.draws.names import CountedDrawName
from corredor.errors import CorredorError, InputError, Problem
from corredor.inputs.ledger import Ledger
from corredor.runs.jobs import Job, block_with_room, refuse_without_memory, run_jobs
from corredor.runs.reading import whole_months_between
from corredor.runs.result import load_result
from corredor.runs.simulate import OnDay, RunOptions, default_parameters, prepare, run_all
from corredor.text.language import month, translated

INLINE = "within the claim"


def _resolve(value: object, info: ValidationInfo) -> Scenario:
    """Turn what stands in a claims file into a scenario: a name, a path, or a table."""
    if isinstance(value, Scenario):
        return value
    context = info.context or {}
    read: dict[str, Scenario] = context.get("read", {})  # a file names the same ones often
    key = repr(value)
    if key not in read:
        read[key] = _read(value, Path(context.get("file", "claims.toml")))
    return read[key]


def _read(value: object, file: Path) -> Scenario:
    try:
        if isinstance(value, str):
            beside = file.parent / value
            return load_scenario(beside if beside.is_file() else value)
        if isinstance(value, Mapping):
            return scenario_within(file, dict(value), INLINE)
    except InputError as error:
        problems = {"problems": error.problems}
        raise PydanticCustomError("scenario", "a scenario without faults", problems) from None
    except CorredorError as error:
        raise PydanticCustomError("scenario", "a scenario: {text}", {"text": str(error)}) from None
    raise PydanticCustomError("scenario", "the name of a scenario, or a table of one")


ScenarioOf = Annotated[Scenario, PlainValidator(_resolve)]


class ModelCheck(Check):
    """A check that asks results of scenarios."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    scenario: ScenarioOf
    whole_months: ClassVar[bool] = False  # whether single months are looked at as such

    @model_validator(mode="after")
    def _months_in_order(self) -> Self:
        start, end = self.months()
        if end < start:
            raise PydanticCustomError("months", "months in order, the earlier one first")
        return self

    def not_run(self) -> str:
        """Say which scenario does not run over the months asked for; empty where all do."""
        start, end = self.months()
        for scenario in (self.scenario, *self.needs()):
            if not _runs(scenario, start, end, whole=self.whole_months):
                first, last = _span(scenario)
                return reason(
                    "not_run_then",
                    scenario=translated(scenario.title),
                    first=month(first),
                    last=month(last),
                    when=months(pd.Period(start, "M"), pd.Period(end, "M")),
                )
        return ""

    def needs(self) -> tuple[Scenario, ...]:
        """Return the scenarios whose results are asked."""
        raise NotImplementedError

    def months(self) -> tuple[str, str]:
        """Return the first and the last month asked for."""
        raise NotImplementedError

    def judge(self, results: Results) -> Finding:
        """Ask the results."""
        raise NotImplementedError


@dataclass
class Results:
    """Results of scenarios with the same replicates and seed, so that they can be paired.

    Attributes
    ----------
    replicates, seed : int
        As in ``corredor.run``. Replicates take their factors from the world's posterior.
    draw : {"exact", "expected", "hybrid"}
        As in ``corredor.run``.
    days_of : Scenario, optional
        Run every scenario over the days of this one.
    on_day : callable, optional
        Told the days done and the days to do.
    done : dict
        Results by the hash of their scenario.
    ledger : Ledger, optional
        Of the work that they are for: results are written to its folder as they come, so that no
        more than some replicates of them are in memory, and work that was interrupted goes on.
    """

    replicates: int = 50
    seed: int = 1
    draw: CountedDrawName = "exact"
    days_of: Scenario | None = None
    on_day: OnDay | None = None
    done: dict[str, xr.Dataset] = field(default_factory=dict, repr=False)
    ledger: Ledger | None = None

    def run(self, scenarios: Iterable[Scenario]) -> list[xr.Dataset]:
        """Return the result of each scenario, after running those that have none, all in one go."""
        wanted = [self.over_days(scenario) for scenario in scenarios]
        missing = {s.hash: s for s in wanted if s.hash not in self.done}
        if missing:
            self.done.update(zip(missing, self._ran(list(missing.values())), strict=True))
        return [self.done[s.hash] for s in wanted]

    def _ran(self, scenarios: Sequence[Scenario]) -> list[xr.Dataset]:
        """Run scenarios with the same chance: in memory, or block by block to the disk."""
        asked = RunOptions(
            replicates=self.replicates, seed=self.seed, draw=self.draw,
            parameters=default_parameters(scenarios[0]),
        )  # fmt: skip
        if self.ledger is None:
            return run_all(scenarios, **vars(replace(asked, on_day=self.on_day)))
        prepared = prepare(scenarios, asked, at_once=1)
        stores = tuple(f"{s.name[:40]}-{s.hash[:12]}" for s in scenarios)
        block = block_with_room(prepared)
        refuse_without_memory(prepared, block)
        run_jobs([Job(prepared, stores)], self.ledger, block=block, on_day=self.on_day)
        return [load_result(self.ledger.folder / store) for store in stores]

    def of(self, scenario: Scenario) -> xr.Dataset:
        """Return the result of a scenario."""
        return self.run([scenario])[0]

    def over_days(self, scenario: Scenario) -> Scenario:
        """Return a scenario over the days that are run."""
        days = self.days_of
        if days is None:
            return scenario
        return scenario.with_horizon(days.start, days.end, days.spin_up)

    def hold(self, months: tuple[str, str]) -> bool:
        """Return whether the days that are run hold these months."""
        days = self.days_of
        return days is None or _runs(days, *months)


def _span(scenario: Scenario) -> tuple[str, str]:
    return f"{scenario.start:%Y-%m}", f"{scenario.end:%Y-%m}"


def _runs(scenario: Scenario, start: str, end: str, *, whole: bool = False) -> bool:
    """Return whether a scenario runs over the months from one to another, or all their days."""
    if whole:
        months = whole_months_between(str(scenario.start), str(scenario.end)).astype(str)
        return start in months and end in months
    first, last = _span(scenario)
    return first <= start <= end <= last


def problems_of(error: Mapping[str, Any]) -> list[Problem]:
    """Return the problems of a scenario that a validation error carries."""
    return list(error.get("ctx", {}).get("problems", []))
