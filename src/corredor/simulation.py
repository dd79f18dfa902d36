"""Run a scenario and get a labelled result: the five lines that a notebook needs.

>>> import corredor
>>> result = corredor.run("baseline", replicates=20)  # doctest: +SKIP
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import xarray as xr

from corredor import __version__, results
from corredor.engine.run import Draw, compile_model, simulate
from corredor.errors import UsageError
from corredor.priors import load_priors
from corredor.scenario import Scenario, load_scenario

Parameters = Literal["prior", "fixed"]
OnDay = Callable[[int, int], None]
MOST_SEED = 2**63 - 1


def run(
    scenario: str | Path | Scenario,
    *,
    replicates: int = 20,
    draw: Draw = "exact",
    seed: int = 1,
    people_scale: float = 1.0,
    parameters: Parameters = "prior",
    first_replicate: int = 0,
    on_day: OnDay | None = None,
) -> xr.Dataset:
    """Run a scenario.

    Parameters
    ----------
    scenario : str, Path or Scenario
        A name such as ``baseline``, a TOML file, or a scenario already read.
    replicates : int
        How many runs; they differ in chance and, with ``parameters="prior"``, in parameters.
    draw : {"exact", "expected"}
        Whole people drawn at random, or expected values.
    seed : int
        The same seed gives the same bits, for any number of threads.
    people_scale : float
        People simulated for each person of the world's tables.
    parameters : {"prior", "fixed"}
        Draw each replicate's parameters from the world's priors, or use the scenario's own values.
        A single replicate always uses the scenario's own.
    first_replicate : int
        Number of the first replicate.
    on_day : callable, optional
        Told the days done and the days to do.

    Returns
    -------
    xarray.Dataset
        See ``corredor.results``; its attributes hold version, hashes, seed and seconds.

    Raises
    ------
    InputError, UsageError
        If the scenario or the request makes no sense.
    """
    _check(replicates, seed, people_scale)
    started = time.perf_counter()
    chosen = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    model = compile_model(chosen)
    numbers = list(range(first_replicate, first_replicate + replicates))
    varied = parameters == "prior" and replicates > 1
    factors = load_priors(chosen.world).draw(seed, numbers) if varied else {}
    compiled = time.perf_counter() - started
    raw = simulate(
        model, draw=draw, replicates=numbers, seed=seed, people_scale=people_scale,
        factors=factors, on_day=on_day,
    )  # fmt: skip
    data = results.label(model, raw, numbers)
    data.attrs = {
        "title": chosen.title,
        "scenario": chosen.name,
        "scenario_hash": chosen.hash,
        "world": chosen.world.name,
        "world_hash": chosen.world.hash,
        "corredor_version": __version__,
        "draw": draw,
        "seed": seed,
        "people_scale": people_scale,
        "parameters": "prior" if varied else "fixed",
        "states": model.space.size,
        "person_days": raw.person_days,
        "seconds_compile": compiled,
        "seconds_simulate": raw.seconds,
        "peak_memory_mb": peak_memory_mb(),
    }
    return data


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
