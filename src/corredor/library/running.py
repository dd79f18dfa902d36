"""Worlds, scenarios and runs, as a notebook asks for them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import corredor.library.accessor  # noqa: F401  (gives results their ``.corredor``)
from corredor.corridor.model import Process
from corredor.corridor.posterior import Posterior
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.world import World, load_world
from corredor.engine.draws.names import DrawName
from corredor.errors import UsageError
from corredor.inputs import shipped
from corredor.runs import blocks, simulate
from corredor.runs.design import Design
from corredor.runs.ensemble import run_ensemble
from corredor.runs.simulate import OnDay, Parameters

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def world(name_or_path: str | Path | None = None) -> World:
    """Read a world, and check that its tables fit together.

    Parameters
    ----------
    name_or_path : str or Path, optional
        A world that ships with Corredor, or a folder with tables of your own; the world of the
        baseline if left out.

    Returns
    -------
    World
        Its tables are data frames: ``places``, ``links``, ``people``, ``entry`` and others.

    Raises
    ------
    UsageError
        If there is no such world.
    InputError
        With every problem in every table: file, line, column, value, and what was expected.

    Examples
    --------
    >>> import corredor
    >>> mexico = corredor.world("mexico")
    >>> mexico.places.loc["tapachula", "zone"]
    'south'
    """
    return load_world(shipped.default_world() if name_or_path is None else name_or_path)


def scenario(name_or_path: str | Path = "baseline") -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    name_or_path : str or Path
        One that ships with Corredor, or a TOML file.

    Returns
    -------
    Scenario
        Its world, its days, and its levers over time.

    Raises
    ------
    UsageError
        If there is no such scenario.
    InputError
        With every problem in the file.

    Examples
    --------
    >>> import corredor
    >>> corredor.scenario("asylum-shutdown").world.name
    'mexico'
    """
    return load_scenario(name_or_path)


def run(
    scenario: str | Path | Scenario | World, *, processes: Iterable[Process] = (),
    replicates: int = 20, draw: DrawName = "exact", seed: int = 1, people_scale: float = 1.0,
    parameters: Parameters | Posterior | None = None, first_replicate: int = 0,
    threads: int | None = None, out: str | Path | None = None, resume: bool = False,
    on_day: OnDay | None = None,
) -> xr.Dataset:  # fmt: skip
    """Run a scenario.

    Parameters
    ----------
    scenario : str, Path, Scenario or World
        A name such as ``baseline``, a TOML file, a scenario at hand, or a world as it is.
    processes : iterable of Process
        The rules of a day, such as ``[*corredor.PROCESSES, MyRule()]``; those of the scenario
        unless given.
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
        Take each replicate's factors from the world's calibration, draw them from its priors, use
        the scenario's own values, or take them from what ``corredor.calibrate`` gave. Left out:
        the posterior of a calibrated world, else priors.
    first_replicate : int
        Number of the first replicate: so that runs can be made in parts, to the same bits.
    threads : int, optional
        All processors unless given.
    out : str or Path, optional
        A new folder to which the result is written, a block of replicates at a time.
    resume : bool
        Go on with what an interrupted run to ``out`` left, to the same bits.
    on_day : callable, optional
        Told the days done and the days to do.

    Returns
    -------
    xarray.Dataset
        Flows ``[replicate, month, …]`` and ``present`` ``[replicate, day, status, place]``; every
        variable has a unit. ``result.corredor`` says what to know of it, sets it beside the record
        and draws it.

    Raises
    ------
    InputError, UsageError
        If the scenario or the request makes no sense.
    OutputError
        If ``out`` exists or cannot be written.

    Examples
    --------
    >>> import corredor
    >>> january = corredor.scenario("baseline").with_horizon(
    ...     start="2024-01-01", end="2024-01-31", spin_up="2023-12-01")
    >>> result = corredor.run(january, draw="expected", replicates=3)
    >>> result.sizes["replicate"], result["detentions"].attrs["units"]
    (3, 'events')
    """
    options = simulate.RunOptions(
        processes=tuple(processes), replicates=replicates, draw=draw, seed=seed,
        people_scale=people_scale, parameters=parameters, first_replicate=first_replicate,
        threads=threads, on_day=on_day,
    )  # fmt: skip
    asked = scenario_of(scenario)
    if out is None:
        if resume:
            raise UsageError("To go on with a run, say out: the folder of its result.")
        return simulate.run(asked, **vars(options))
    return blocks.run_in_blocks(asked, Path(out), resume=resume, **vars(options))


def run_all(
    scenarios: Sequence[str | Path | Scenario | World], *, processes: Iterable[Process] = (),
    replicates: int = 20, draw: DrawName = "exact", seed: int = 1, people_scale: float = 1.0,
    parameters: Parameters | Posterior | None = None, first_replicate: int = 0,
    threads: int | None = None, on_day: OnDay | None = None,
) -> list[xr.Dataset]:  # fmt: skip
    """Run scenarios of one world with the same random numbers, so that they can be compared.

    Those that share the first one's past are run only from where they part.

    Parameters
    ----------
    scenarios : sequence of str, Path, Scenario or World
        Over the same days.
    processes, replicates, draw, seed, people_scale, parameters, first_replicate, threads, on_day
        As in :func:`run`; alike for all.

    Returns
    -------
    list of xarray.Dataset
        A result for each scenario.

    Raises
    ------
    InputError, UsageError
        If a scenario or the request makes no sense.

    Examples
    --------
    >>> import corredor
    >>> days = {"start": "2024-01-01", "end": "2024-01-31", "spin_up": "2023-12-01"}
    >>> a, b = (corredor.scenario(name).with_horizon(**days)
    ...         for name in ("baseline", "interdiction-november-2023"))
    >>> results = corredor.run_all([a, b], draw="expected", replicates=2)
    >>> table = corredor.compare(*results)
    >>> bool(table.set_index("measure").loc["detentions", "difference"] < 0)
    True
    """
    return simulate.run_all(
        [scenario_of(each) for each in scenarios], processes=tuple(processes),
        replicates=replicates, draw=draw, seed=seed, people_scale=people_scale,
        parameters=parameters, first_replicate=first_replicate, threads=threads, on_day=on_day,
    )  # fmt: skip


def scenario_of(given: str | Path | Scenario | World) -> Scenario:
    """Return a scenario given by name, as a file, at hand, or as a world as it is."""
    if isinstance(given, World):
        return Scenario(given, name=given.name)
    return given if isinstance(given, Scenario) else load_scenario(given)


def ensemble(
    scenarios: Sequence[str | Path | Scenario | World], *, members: int = 100,
    seeds: Sequence[int] = (1,), processes: Iterable[Process] = (), draw: DrawName = "exact",
    people_scale: float = 1.0, parameters: Parameters | None = None, keep: Sequence[str] = (),
    threads: int | None = None, out: str | Path | None = None, resume: bool = False,
    on_day: OnDay | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Run scenarios × members × seeds with flat memory, and return what came of it by month.

    Parameters
    ----------
    scenarios : sequence of str, Path, Scenario or World
        Of one world, over the same days, no two of one name.
    members : int
        Replicates of each, with each seed: each takes another member of the calibration.
    seeds : sequence of int
        Of chance.
    processes, draw, people_scale, parameters, threads, on_day
        As in :func:`run`.
    keep : sequence of str
        Series, or flows and stocks of a result, of which the totals by month are kept; all series
        that the world counts unless told.
    out : str or Path, optional
        A new folder for a store of each scenario and seed; only the table is kept if left out.
    resume : bool
        Go on with what an interruption left at ``out``.

    Returns
    -------
    pandas.DataFrame
        A row for each scenario, seed, variable and month: ``members``, ``mean`` and the quantiles
        ``q05``, ``q25``, ``q50``, ``q75``, ``q95`` over the members.

    Raises
    ------
    InputError, UsageError
        If the request makes no sense.
    OutputError
        If ``out`` exists or cannot be written.

    Examples
    --------
    >>> import corredor
    >>> january = corredor.scenario("baseline").with_horizon(
    ...     start="2024-01-01", end="2024-01-31", spin_up="2024-01-01")
    >>> table = corredor.ensemble([january], members=2, seeds=[1, 2], draw="expected",
    ...                           keep=["detentions"])
    >>> table[["scenario", "seed", "variable", "month", "members"]].to_dict("records")[1]
    {'scenario': 'baseline', 'seed': 2, 'variable': 'detentions', 'month': '2024-01', 'members': 2}
    """
    chosen, rules = [scenario_of(each) for each in scenarios], tuple(processes)
    if rules:
        chosen = [each.with_processes(rules) for each in chosen]
    design = Design(
        title="", scenarios=tuple(chosen), members=members, seeds=tuple(seeds), draw=draw,
        people_scale=people_scale, parameters=parameters, keep=tuple(keep),
    )  # fmt: skip
    if out is not None:
        target = Path(out)
        return run_ensemble(design, target, target, resume=resume, threads=threads, on_day=on_day)
    with tempfile.TemporaryDirectory() as folder:
        return run_ensemble(
            design, Path("ensemble"), Path(folder) / "ensemble", threads=threads, on_day=on_day
        )


def persons(
    scenario: str | Path | Scenario | World, *, processes: Iterable[Process] = (), seed: int = 1,
    people_scale: float = 1.0, parameters: Parameters | Posterior | None = None,
    replicate: int = 0, folder: str | Path | None = None, ways_of_one_in: int = 0,
    threads: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Run one replicate person by person, and return a row for each.

    They are made up by the model: nobody real stands behind a row.

    Parameters
    ----------
    scenario, processes, seed, people_scale, parameters, threads
        As in :func:`run`.
    replicate : int
        Which replicate: that one's parameters and chance.
    folder : str or Path, optional
        A new folder in which ``persons.parquet``, and ``moves.parquet``, are kept.
    ways_of_one_in : int
        Keep every move of one person in so many in ``folder``; 0 keeps none.

    Returns
    -------
    pandas.DataFrame
        ``person``, ``group``, days of entering and leaving, the last state, and what added up
        along the way, such as ``times_detained`` and ``km``.

    Raises
    ------
    InputError, UsageError, OutputError
        As :func:`run`.

    Examples
    --------
    >>> import corredor
    >>> january = corredor.scenario("baseline").with_horizon(
    ...     start="2024-01-01", end="2024-01-31", spin_up="2024-01-01")
    >>> people = corredor.persons(january, people_scale=0.05)
    >>> len(people) > 1000 and bool((people["times_detained"] >= 0).all())
    True
    """
    import pandas as pd

    with tempfile.TemporaryDirectory() as temporary:
        target = Path(folder) if folder is not None else Path(temporary) / "persons"
        asked = scenario_of(scenario)
        simulate.run(
            asked, processes=tuple(processes), replicates=1, first_replicate=replicate,
            draw="individual", seed=seed, people_scale=people_scale, parameters=parameters,
            threads=threads, persons=target, ways_of_one_in=ways_of_one_in,
        )  # fmt: skip
        return pd.read_parquet(target / "persons.parquet")
