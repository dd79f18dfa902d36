"""Run a scenario and get a labelled result: the five lines that a notebook needs.

>>> import corredor
>>> result = corredor.run("baseline", replicates=20)  # doctest: +SKIP
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import xarray as xr

from corredor import __version__
from corredor.corridor.compile import CompiledModel, compile_model
from corredor.corridor.harm_ranges import about_ranges
from corredor.corridor.model import Process
from corredor.corridor.own_rules import described
from corredor.corridor.posterior import OWN, Posterior, has_posterior, load_posterior
from corredor.corridor.priors import load_priors, months_between
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.diary import Diary
from corredor.engine.draws.names import DrawName, check_draw
from corredor.engine.levers import Factors
from corredor.engine.memory import bytes_needed, refuse_if_too_large
from corredor.engine.run import RawRun, Replication, Underway, simulate_each
from corredor.errors import UsageError
from corredor.inputs.manifest import write_manifest
from corredor.inputs.whole_files import refuse_existing, whole_or_absent
from corredor.runs import result as results
from corredor.runs.audit import Note, attach, audit
from corredor.runs.provenance import attach_provenance, provenance
from corredor.runs.reading import END, START
from corredor.runs.targets import about_series

Parameters = Literal["posterior", "prior", "fixed"]
GIVEN = "given"  # the parameters of a run that was handed a posterior in Python
OnDay = Callable[[int, int], None]
OnAudit = Callable[[list[list[Note]]], None]
MOST_SEED = 2**63 - 1
FACTORS_OF_ONE = 25_000  # bytes of a replicate's factors; an assumption: sixty levers by month


class SoFar:
    """A run under way, for another thread to look at: its first scenario, day by day."""

    def __init__(
        self, model: CompiledModel, numbers: list[int], attributes: Mapping[str, Any],
        underway: Underway,
    ) -> None:  # fmt: skip
        self._model, self._numbers, self._attributes = model, numbers, dict(attributes)
        self._underway = underway

    @property
    def days(self) -> int:
        """Return how many days of the result are there."""
        return self._underway.days

    @property
    def months(self) -> list[str]:
        """Return all months that the result will have, such as ``2024-01``."""
        return [f"{month:%Y-%m}" for month in self._model.months]

    def since(self, day: int, month: int) -> xr.Dataset:
        """Return the days and the whole months that are there from these numbers on."""
        raw = self._underway.since(day, month)
        data = results.label(self._model, raw, self._numbers).drop_vars("left")
        data.attrs |= self._attributes
        return data


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """How scenarios are run.

    Attributes
    ----------
    replicates : int
        How many runs; they differ in chance and, unless ``parameters`` is fixed, in parameters.
    draw : {"exact", "expected", "hybrid", "individual"}
        Whole people drawn at random as counts, expected values, expected values with caravans drawn
        whole, or persons one by one.
    seed : int
        The same seed gives the same bits, for any number of threads.
    people_scale : float
        People simulated for each person of the world's tables.
    parameters : {"posterior", "prior", "fixed"} or Posterior, optional
        Take each replicate's factors from the world's calibration, draw them from its priors, or
        use the scenario's own values; or from a posterior at hand. Left out: the posterior of a
        calibrated world, else priors.
    first_replicate : int
        Number of the first replicate.
    threads : int, optional
        All processors unless given.
    on_day : callable, optional
        Told the days done and the days to do.
    on_audit : callable, optional
        Given, before the first day, what has to be known of each scenario's run.
    watch : callable, optional
        Given, before the first day, what another thread can look at while counts are simulated.
    persons : Path, optional
        A new folder for ``persons.parquet``: a row for each person, in the individual draw. With
        several scenarios, a folder for each.
    ways_of_one_in : int
        Keep every move of one person in so many, in ``moves.parquet``; 0 keeps none.
    processes : tuple of Process
        The rules of a day in place of those of the scenarios; theirs if empty.
    """

    replicates: int = 20
    draw: DrawName = "exact"
    seed: int = 1
    people_scale: float = 1.0
    parameters: Parameters | Posterior | None = None
    first_replicate: int = 0
    threads: int | None = None
    on_day: OnDay | None = None
    on_audit: OnAudit | None = None
    watch: Callable[[SoFar], None] | None = None
    persons: Path | None = None
    ways_of_one_in: int = 0
    processes: tuple[Process, ...] = ()

    @property
    def numbers(self) -> list[int]:
        """Return the number of each replicate."""
        return list(range(self.first_replicate, self.first_replicate + self.replicates))

    def check(self) -> None:
        """Refuse what makes no sense, before any time is spent."""
        _check(self.replicates, self.seed, self.people_scale)
        check_draw(self.draw)
        if self.draw != "individual" and (self.persons or self.ways_of_one_in):
            raise UsageError("Persons are kept in the individual draw only: add draw individual.")
        if self.ways_of_one_in and not self.persons:
            raise UsageError("To keep the ways of persons, say in which folder.")
        refuse_existing(self.persons)


def run(scenario: str | Path | Scenario, **options: Any) -> xr.Dataset:
    """Run one scenario.

    Parameters
    ----------
    scenario : str, Path or Scenario
        A name such as ``baseline``, a TOML file, or a scenario already read.
    options
        See :class:`RunOptions`.

    Returns
    -------
    xarray.Dataset
        See ``corredor.runs.result``; its attributes hold version, hashes, seed and seconds.

    Raises
    ------
    InputError, UsageError
        If the scenario or the request makes no sense.
    """
    return run_all([scenario], **options)[0]


def run_all(scenarios: Sequence[str | Path | Scenario], **options: Any) -> list[xr.Dataset]:
    """Run scenarios of one world with the same random numbers, so that they can be compared.

    Those that share the first one's past are run from where they part.

    Parameters
    ----------
    scenarios : sequence of str, Path or Scenario
        Names such as ``baseline``, TOML files, or scenarios already read.
    options
        See :class:`RunOptions`.

    Raises
    ------
    InputError, UsageError
        If a scenario or the request makes no sense.
    """
    asked = RunOptions(**options)
    asked.check()
    if not scenarios:
        return []
    prepared = prepare(scenarios, asked)
    if asked.on_audit:
        asked.on_audit(prepared.audits)
    return prepared.run(asked.numbers, threads=asked.threads, on_day=asked.on_day)


@dataclass(frozen=True, eq=False)
class Prepared:
    """Scenarios that are compiled, with the factors of all replicates, ready to run any of them.

    Attributes
    ----------
    models : tuple of CompiledModel
        One a scenario.
    asked : RunOptions
        How they are run.
    parameters : str
        Where their factors are from.
    factors : mapping
        Of each lever, for all the replicates asked for.
    audits : list of list of Note
        What has to be known of each scenario's run.
    made : tuple of mapping
        What each scenario's result is made of.
    about : mapping
        How their world counts the record.
    seconds : float
        How long preparing took.
    """

    models: tuple[CompiledModel, ...]
    asked: RunOptions
    parameters: str
    factors: Mapping[str, Factors]
    audits: list[list[Note]]
    made: tuple[dict[str, Any], ...]
    about: Mapping[str, str]
    seconds: float

    def run(
        self, numbers: Sequence[int], *, threads: int | None = None, on_day: OnDay | None = None
    ) -> list[xr.Dataset]:
        """Run some of the replicates; return a result for each scenario: all of ``run_each``."""
        return list(self.run_each(numbers, threads=threads, on_day=on_day))

    def run_each(
        self, numbers: Sequence[int], *, threads: int | None = None, on_day: OnDay | None = None
    ) -> Iterator[xr.Dataset]:
        """Run some of the replicates; give a result for each scenario, made when it is asked for.

        Parameters
        ----------
        numbers : sequence of int
            Of the replicates, in a row.
        threads : int, optional
            All processors unless given.
        on_day : callable, optional
            Told the days done and the days to do.
        """
        asked = self.asked
        first = numbers[0] - asked.first_replicate
        rows = slice(first, first + len(numbers))
        common = {
            "corredor_version": __version__,
            "draw": asked.draw,
            "seed": asked.seed,
            "people_scale": asked.people_scale,
            "parameters": self.parameters,
            "seconds_compile": self.seconds,
        }

        def show(underway: Underway) -> None:
            if asked.watch:
                about = {
                    "people_scale": asked.people_scale,
                    **_about_world(self.models[0].scenario),
                }
                asked.watch(SoFar(self.models[0], list(numbers), about, underway))

        with _diaries(self.models, self.made, asked.persons, asked.ways_of_one_in) as diaries:
            runs = simulate_each(
                self.models,
                Replication(
                    draw=asked.draw, replicates=numbers, seed=asked.seed,
                    people_scale=asked.people_scale,
                    factors={name: factor.of(rows) for name, factor in self.factors.items()},
                ),
                threads=threads, on_day=on_day, watch=show, diaries=diaries,
            )  # fmt: skip
        return (
            _labelled(model, raw, list(numbers), notes, made, self.about, common)
            for model, raw, notes, made in zip(
                self.models, runs, self.audits, self.made, strict=True
            )
        )

    def with_seed(self, seed: int) -> Prepared:
        """Return the same scenarios with other chance; factors drawn from priors are others too."""
        scenario = self.models[0].scenario
        factors = self.factors
        if self.parameters == "prior":
            factors = factors_of(scenario, "prior", seed, self.asked.numbers)
        return replace(
            self, asked=replace(self.asked, seed=seed), factors=factors,
            made=tuple({**each, "asked": {**each["asked"], "seed": seed}} for each in self.made),
        )  # fmt: skip


def prepare(
    scenarios: Sequence[str | Path | Scenario], asked: RunOptions, *, at_once: int | None = None
) -> Prepared:
    """Compile scenarios and find their factors, if there is memory to run them.

    Parameters
    ----------
    scenarios : sequence of str, Path or Scenario
        Of one world, over the same days.
    asked : RunOptions
        How they are to be run.
    at_once : int, optional
        How many replicates are in memory at a time; all unless given.

    Raises
    ------
    InputError, UsageError
        If a scenario or the request makes no sense.
    """
    started = time.perf_counter()
    chosen = [s if isinstance(s, Scenario) else load_scenario(s) for s in scenarios]
    if asked.processes:
        chosen = [scenario.with_processes(asked.processes) for scenario in chosen]
    models = _compiled(chosen, asked, at_once or asked.replicates)
    parameters, factors = _factors(chosen[0], asked)
    seconds = time.perf_counter() - started
    told = {
        "draw": asked.draw, "seed": asked.seed, "replicates": asked.replicates,
        "first_replicate": asked.first_replicate, "people_scale": asked.people_scale,
        "parameters": parameters,
    }  # fmt: skip
    if isinstance(asked.parameters, Posterior):
        told["posterior"] = asked.parameters.digest
    return Prepared(
        models=tuple(models), asked=asked, parameters=parameters, factors=factors,
        audits=[_audit(model, factors, parameters, asked) for model in models],
        made=tuple(provenance(scenario, told) for scenario in chosen),
        about=about_series(chosen[0].world), seconds=seconds,
    )  # fmt: skip


def _compiled(
    scenarios: Sequence[Scenario], asked: RunOptions, at_once: int
) -> list[CompiledModel]:
    """Compile scenarios that can be run side by side, if there is memory for them."""
    _check_alike(scenarios)
    models = [compile_model(scenario) for scenario in scenarios]
    refuse_if_too_large(  # before anything is made whose size goes with the replicates
        bytes_needed(
            models[0], draw=asked.draw, replicates=at_once, others=models[1:],
            people_scale=asked.people_scale, diary=asked.persons is not None,
        )
        + float(asked.replicates) * FACTORS_OF_ONE
    )  # fmt: skip
    return models


def _audit(
    model: CompiledModel, factors: Mapping[str, Factors], parameters: str, asked: RunOptions
) -> list[Note]:
    if isinstance(asked.parameters, Posterior):  # found by calibration too, wherever it is kept
        parameters, calibrated = "posterior", asked.parameters.months
    else:
        calibrated = calibrated_months(model.scenario) if parameters == "posterior" else None
    scale = asked.people_scale
    return audit(model, factors, parameters, people_scale=scale, calibrated=calibrated)


def _labelled(
    model: CompiledModel, raw: RawRun, numbers: list[int], notes: list[Note],
    made: Mapping[str, Any], about: Mapping[str, str], common: Mapping[str, Any],
) -> xr.Dataset:  # fmt: skip
    """Return what the day loop gave back as a result that says what it is of."""
    results.check_all_present(model, raw)
    scenario, data = model.scenario, results.label(model, raw, numbers, about)
    data.attrs |= {
        "title": scenario.title,
        "scenario": scenario.name,
        "scenario_hash": scenario.hash,
        "world_hash": scenario.world.hash,
        **_about_world(scenario),
        "states": model.space.size,
        "person_days": raw.person_days,
        "seconds_simulate": raw.seconds,
        "peak_memory_mb": peak_memory_mb(),
        **common,
    }
    attach(data, notes)
    attach_provenance(data, made)
    return data


def _about_world(scenario: Scenario) -> dict[str, str]:
    """Return of which world and which days a result is."""
    return {
        "world": scenario.world.name,
        **about_ranges(scenario.world),
        START: str(scenario.start),
        END: str(scenario.end),
    }


def _factors(scenario: Scenario, asked: RunOptions) -> tuple[str, dict[str, Factors]]:
    """Return where the factors of all replicates are from, and the factors."""
    if isinstance(asked.parameters, Posterior):
        made_for = asked.parameters.provenance.get("world_hash", scenario.world.hash)
        if made_for != scenario.world.hash:
            raise UsageError(f"The posterior was made for other tables than {scenario.world.name}.")
        _refuse_foreign(asked.parameters, scenario)
        return GIVEN, asked.parameters.of(asked.numbers)
    parameters = asked.parameters or default_parameters(scenario)
    if parameters == "posterior":
        _refuse_foreign(load_posterior(scenario.world), scenario)
    return parameters, factors_of(scenario, parameters, asked.seed, asked.numbers)


def _refuse_foreign(posterior: Posterior, scenario: Scenario) -> None:
    """Refuse factors on levers of a rule that a scenario does not have."""
    known = scenario.known_levers()
    for name in posterior.provenance.get(OWN, ()):
        if not {name, name.rpartition(".")[0]} & set(known):
            raise UsageError(
                f"The posterior moves {name}, a lever of a rule that {scenario.name} does not have."
            )


def default_parameters(scenario: Scenario) -> Parameters:
    """Return what a run takes its parameters from unless told: the posterior if there is one."""
    return "posterior" if has_posterior(scenario.world) else "prior"


def factors_of(
    scenario: Scenario, parameters: Parameters, seed: int, replicates: Sequence[int]
) -> dict[str, Factors]:
    """Return what each replicate multiplies its levers by, as ``Levers.scaled`` takes it."""
    if parameters == "fixed":
        return {}
    if parameters == "posterior":
        return load_posterior(scenario.world).of(replicates)
    priors, months = load_priors(scenario.world), months_of_walks(scenario)
    return priors.factors(priors.draw(seed, replicates, months), months)


def calibrated_months(scenario: Scenario) -> tuple[str, str] | None:
    """Return the first and the last month that a world's calibration looked at, if it says so."""
    return load_posterior(scenario.world).months


def months_of_walks(scenario: Scenario) -> tuple[dt.date, ...]:
    """Return the months over which priors walk: from the world's entry table to the end."""
    first = dt.date.fromisoformat(f"{str(scenario.world.entry['month'].min())[:7]}-01")
    return months_between(first, scenario.end)


@contextmanager
def _diaries(
    models: Sequence[CompiledModel], made: Sequence[Mapping[str, Any]], folder: Path | None,
    every: int,
) -> Iterator[list[Diary]]:  # fmt: skip
    """Open a diary for each scenario; the files are there whole at the end, or not at all."""
    if folder is None:
        yield []
        return
    with whole_or_absent(folder) as whole:
        with ExitStack() as stack:
            diaries = []
            for model in models:
                own = whole if len(models) == 1 else whole / model.scenario.name
                own.mkdir(parents=True)
                diaries.append(stack.enter_context(Diary(model, own, every)))
            yield diaries
        write_manifest(whole, "persons", {"scenarios": [dict(each) for each in made]})


def _check_alike(scenarios: Sequence[Scenario]) -> None:
    first = scenarios[0]
    for other in scenarios[1:]:
        if other.world.hash != first.world.hash:
            raise UsageError(f"{first.name} and {other.name} are not of the same world.")
        if (other.spin_up, other.start, other.end) != (first.spin_up, first.start, first.end):
            raise UsageError(f"{first.name} and {other.name} do not run over the same days.")
        if described(other.processes) != described(first.processes):
            raise UsageError(
                f"{first.name} and {other.name} have other rules of a day: give both all rules, "
                "and let a lever switch one of them off."
            )


def _check(replicates: int, seed: int, people_scale: float) -> None:
    if replicates < 1:
        raise UsageError(f"replicates: found {replicates}, expected 1 or more.")
    if not 0 <= seed <= MOST_SEED:
        raise UsageError(f"seed: found {seed}, expected a whole number from 0 to {MOST_SEED}.")
    if not (np.isfinite(people_scale) and 0 < people_scale <= 1e6):
        raise UsageError(f"people scale: found {people_scale}, expected more than 0, up to 1e6.")


def peak_memory_mb() -> float:
    """Return the most memory this process has held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)
