"""A design: scenarios × members × seeds, read from TOML.

::

    title = "Busing south and appointments, with 1,000 members"
    scenarios = ["baseline", "no-busing-south", "mine.toml"]  # by name, or a file beside this one
    members = 1000          # replicates: each takes another member of the calibration
    seeds = [1, 2]          # each replicate again with other chance
    draw = "exact"
    keep = ["border_patrol_encounters", "mexico_detentions"]  # or "all"; every series if left out
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import xarray as xr
from pydantic import Field, ValidationError

from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.draws.names import DrawName
from corredor.errors import CorredorError, InputError, Problem, did_you_mean
from corredor.inputs.toml import Entry, expected_of, read_toml
from corredor.runs.observe import countable, observe
from corredor.runs.reading import of_the_world
from corredor.runs.simulate import MOST_SEED

ALL = "all"
MOST_MEMBERS, MOST_SCENARIOS, MOST_SEEDS = 1_000_000, 200, 1_000


class _File(Entry):
    title: str = ""
    scenarios: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_SCENARIOS)]
    members: int = Field(default=100, ge=1, le=MOST_MEMBERS)
    seeds: Annotated[tuple[int, ...], Field(min_length=1, max_length=MOST_SEEDS)] = (1,)
    draw: DrawName = "exact"
    people_scale: float = Field(default=1.0, gt=0.0, le=1e6)
    parameters: Literal["posterior", "prior", "fixed"] | None = None
    keep: Literal["all"] | tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Design:
    """What an ensemble runs, and what it keeps.

    Attributes
    ----------
    title : str
        What it is for.
    scenarios : tuple of Scenario
        Of one world, over the same days; no two of one name.
    members : int
        How many replicates of each, with each seed.
    seeds : tuple of int
        Of chance.
    draw, people_scale, parameters
        As in ``corredor.run``.
    keep : tuple of str or "all"
        Official series, or flows and stocks of a result, of which the monthly total of each
        replicate is kept; all series unless told; or ``"all"``, whole results.
    """

    title: str
    scenarios: tuple[Scenario, ...]
    members: int
    seeds: tuple[int, ...]
    draw: DrawName
    people_scale: float
    parameters: Literal["posterior", "prior", "fixed"] | None
    keep: tuple[str, ...] | str


def load_design(path: Path) -> Design:
    """Read a design.

    Raises
    ------
    InputError
        With every problem: broken TOML, unknown keys, values out of range, scenarios that are not
        there, named twice, or of several worlds or spans of days.
    """
    try:
        read = _File.model_validate(read_toml(path))
    except ValidationError as error:
        raise InputError([_problem(path, dict(item)) for item in error.errors()]) from None
    problems = [
        Problem(str(path), f"a whole number from 0 to {MOST_SEED}", seed, column="seeds")
        for seed in read.seeds
        if not 0 <= seed <= MOST_SEED
    ]
    problems += [
        Problem(str(path), "each once", again, column=column)
        for column, listed in (("seeds", read.seeds), ("scenarios", read.scenarios))
        for again in sorted({each for each in listed if listed.count(each) > 1}, key=str)
    ]
    scenarios: list[Scenario] = []
    for name in read.scenarios:
        beside = path.parent / name
        try:
            scenarios.append(load_scenario(beside if beside.is_file() else name))
        except InputError:
            raise
        except CorredorError as error:
            problems.append(
                Problem(str(path), "a scenario", name, column="scenarios", hint=str(error))
            )
    problems += _not_alike(path, scenarios)
    if problems:
        raise InputError(problems)
    rest = {name: getattr(read, name) for name in _File.model_fields if name != "scenarios"}
    return Design(scenarios=tuple(scenarios), **rest)


def _not_alike(path: Path, scenarios: list[Scenario]) -> list[Problem]:
    problems = []
    first = scenarios[0] if scenarios else None
    for at, other in enumerate(scenarios):
        if first is None or other.world.hash != first.world.hash:
            expected = "scenarios of one world"
        elif (other.spin_up, other.start, other.end) != (first.spin_up, first.start, first.end):
            expected = f"scenarios over the same days, {first.start} to {first.end}"
        elif other.name in {before.name for before in scenarios[:at]}:
            expected = "scenarios that differ in their names"
        else:
            continue
        problems.append(Problem(str(path), expected, other.name, column="scenarios"))
    return problems


def _problem(path: Path, item: dict[str, object]) -> Problem:
    key = ".".join(str(part) for part in item["loc"])  # type: ignore[attr-defined]
    if item["type"] == "extra_forbidden":
        known = list(_File.model_fields)
        return Problem(
            str(path), f"one of {', '.join(known)}", key, column=key, hint=did_you_mean(key, known)
        )
    value = None if item["type"] == "missing" else item["input"]
    return Problem(str(path), expected_of(item), value, column=key)


@dataclass(frozen=True)
class Reduction:
    """Makes of a result the monthly totals of each replicate that a design keeps.

    Attributes
    ----------
    keep : tuple of str
        Official series, or variables of a result.
    """

    keep: tuple[str, ...]

    def __call__(self, data: xr.Dataset) -> xr.Dataset:
        """Return them, ``[replicate, month]``; a stock, ``[replicate, day]``, in people."""
        known = countable(data)
        kept = {}
        for name in self.keep or known:
            if name in known:
                values = observe(data, name)
                values.attrs = {"units": "events", "kind": "series"}
            else:
                values = of_the_world(data, name)
                over = [d for d in values.dims if d not in ("replicate", "month", "day")]
                values = values.sum(over, keep_attrs=True)
            time = "day" if "day" in values.dims else "month"
            kept[name] = values.transpose("replicate", time)
        reduced = xr.Dataset(kept, attrs=dict(data.attrs))
        return reduced.drop_vars([c for c in reduced.coords if c not in reduced.dims])


def refuse_unknown(keep: tuple[str, ...], known: Sequence[str], path: Path) -> None:
    """Refuse to keep what no result of the design's world has.

    Raises
    ------
    InputError
        Naming each.
    """
    problems = [
        Problem(str(path), "a series that the world counts, or a variable of a result", name,
                column="keep", hint=did_you_mean(name, known))
        for name in keep if name not in known
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
