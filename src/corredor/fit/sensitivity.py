"""Sensitivity: which lever moves which output, and how far, by elementary effects.

The method is that of Morris (1991), with the measure mu* and the well-spread trajectories of
Campolongo et al. (2007). A trajectory starts somewhere in the ranges of all levers and moves one
after the other by two thirds of its range. What an output does at each move, divided by two
thirds, is an elementary effect: its change as if the lever went over its whole range, from the 5 %
to the 95 % point. Every prior of a world is one input, laid on the middle of its calibration
(without one, of its priors) and the same in every month.

Most levers multiply, so effects are taken on the logarithm of an output: what a lever does then
does not hang on how many people the others let in. They are told in percent, see ``in_percent``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import ndtri

from corredor.arrays import Floats
from corredor.corridor.compile import compile_model
from corredor.corridor.posterior import has_posterior, load_posterior
from corredor.corridor.priors import Prior, Priors, load_priors
from corredor.corridor.scenario import Scenario
from corredor.corridor.shown import OutputPlan, shown_of
from corredor.corridor.world import World
from corredor.engine.levers import ALWAYS, Factors
from corredor.engine.run import Replication, simulate
from corredor.errors import UsageError, did_you_mean
from corredor.extras import require
from corredor.fit.forward import MOST_AT_ONCE, OnDay
from corredor.runs.observe import observe
from corredor.runs.result import label
from corredor.runs.targets import load_countings

Measure = Callable[[xr.Dataset], xr.DataArray]
FIRST, LAST, SPIN_UP = dt.date(2023, 7, 1), dt.date(2024, 6, 30), 4
ENDS, LEVELS = tuple(ndtri([0.05, 0.95]).tolist()), 4  # of a range in standard normals, its points
POOL, RESAMPLES = 100, 1000  # trajectories to choose from, draws for the confidence intervals
# The mean of the next twelve months of a walk has this many times the deviation of a step.
YEAR = float(np.sqrt(np.minimum.outer(np.arange(1, 13), np.arange(1, 13)).mean()))


@dataclass(frozen=True)
class Output:
    """Something that a planner wants to know of a year.

    Attributes
    ----------
    name, counts : str
        In words, and what its value counts.
    measure : callable
        Takes a labelled result and returns a value for each replicate.
    unit : str
        Of effects on it: ``%`` of its value, or ``points``.
    """

    name: str
    counts: str
    measure: Measure
    unit: str = "%"


def sensitivity(
    scenario: Scenario, *, first: dt.date = FIRST, last: dt.date = LAST, spin_up: int = SPIN_UP,
    trajectories: int = 10, seed: int = 1, on_day: OnDay | None = None,
    levers: Sequence[str] = (), outputs: Sequence[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """Return the elementary effects of levers that have a prior on outputs.

    Parameters
    ----------
    scenario : Scenario
        Whose levers are moved.
    first, last : datetime.date
        Days in the first and last month that are counted.
    spin_up : int
        Months run before the first.
    trajectories : int
        Each costs as many runs as there are priors, and one.
    seed : int
        Of the trajectories and of the confidence intervals; the runs are the expected draw.
    on_day : callable, optional
        Told the days done and to do, over all runs.
    levers : sequence of str
        Those that are moved, among the levers (and keys) of the priors; all of them if none.
    outputs : sequence of str
        Names of outputs of the world, or series or flows that its results have; all outputs of
        ``world.toml`` if none.

    Returns
    -------
    pandas.DataFrame
        A row for each lever and output: ``lever``, ``mu`` (mean effect), ``mu_star`` (mean size of
        the effect), ``mu_star_conf`` (half of its 95 % interval), ``sigma`` (spread of the effect),
        ``output``, what it ``counts``, its ``base`` (value with no lever moved) and the ``unit`` of
        the effects: ``%`` of the base, or ``points``. Outputs that are 0 are left out.

    Raises
    ------
    UsageError
        If SALib is not installed, the world has no priors, or no such lever or output.
    """
    require("SALib")
    from SALib.sample import morris as morris_sample

    priors = _chosen(load_priors(scenario.world), levers, scenario.world)
    names = [prior.lever for prior in priors]
    if not 2 <= trajectories <= POOL:
        raise UsageError(f"trajectories: found {trajectories}, expected 2 to {POOL}.")
    problem = {"names": names, "num_vars": len(names), "bounds": [ENDS] * len(names)}
    points = morris_sample.sample(
        problem, N=POOL, num_levels=LEVELS, optimal_trajectories=trajectories, seed=seed
    )
    spanned = scenario.with_horizon(
        first.replace(day=1), pd.Period(last, "M").end_time.date(),
        (pd.Period(first, "M") - spin_up).start_time.date(),
    )  # fmt: skip
    looked_at = _outputs(spanned, outputs)
    normals = np.r_[np.zeros((1, len(names))), points]
    measured = _measure(spanned, priors, normals, on_day, looked_at)
    tables = [_effects(o, y, problem, points, seed) for o, y in measured.items() if y.all()]
    return pd.concat(tables, ignore_index=True)


def _chosen(priors: Priors, levers: Sequence[str], world: World) -> Priors:
    """Return the priors of some levers; those of a lever stand for all of its keys."""
    names = [prior.lever for prior in priors]
    if not names:
        raise UsageError(f"{world.name}: has no priors.toml that says what to move.")
    for lever in levers:
        if not any(name == lever or name.startswith(f"{lever}.") for name in names):
            raise UsageError(
                f"{lever}: no prior of {world.name} says how far to move it. "
                f"{did_you_mean(lever, names)}".rstrip()
            )
    wanted = [
        prior for prior in priors
        if not levers or any(prior.lever == x or prior.lever.startswith(f"{x}.") for x in levers)
    ]  # fmt: skip
    return Priors(tuple(wanted))


def _outputs(scenario: Scenario, names: Sequence[str]) -> tuple[Output, ...]:
    """Return the outputs of a world by name, and series and flows by theirs; all if none named."""
    known = {output.name: output for output in outputs(scenario)}
    if not names:
        if not known:
            raise UsageError(f"{scenario.world.name}: world.toml names no [[output]] to look at.")
        return tuple(known.values())
    series, flows = load_countings(scenario.world), compile_model(scenario).book.flows
    found = []
    for name in names:
        if name in known:
            found.append(known[name])
        elif name in series or name in flows:
            of = (name, "") if name in series else ("", name)
            plan = OutputPlan(name=name, counts="events in all months", series=of[0], flow=of[1])
            found.append(Output(name, plan.counts, partial(_amount, plan)))
        else:
            hint = did_you_mean(name, [*known, *series, *flows])
            raise UsageError(f"{name}: no output, series or flow of this world. {hint}".rstrip())
    return tuple(found)


def width(prior: Prior) -> float:
    """Return the standard deviation of the one shift that stands for a prior over a year.

    A prior that walks has no single width. Here it is how far the mean of the next twelve months
    may stray from today's value, 2.12 steps: that is what somebody who plans a year does not know.
    How unsure we are of today's value comes on top; not for entries, though, where the prior's
    spread is that of the level of 2021, and the record has shown since how many came. Dated jumps
    are in the past and are left out.
    """
    if prior.distribution == "uniform":
        return 1.0
    spread = 0.0 if prior.walk and prior.lever.startswith("entry.") else prior.spread
    return float(np.hypot(spread, YEAR * prior.walk))


def shifts(prior: Prior, normals: Floats) -> Floats:
    """Return what standard normals multiply a lever by, or add to it; 0 leaves it as it is."""
    if prior.distribution == "uniform":
        return prior.factor(normals) / prior.factor(np.zeros(1))
    moved = np.asarray(width(prior) * normals)
    return moved if prior.distribution == "normal" else np.exp(moved)


def in_percent(effect: Floats) -> Floats:
    """Return an effect on a logarithm as the difference of its ends, in percent of the middle."""
    return np.asarray(200 * np.sinh(effect / 2))


def outputs(scenario: Scenario) -> Iterator[Output]:
    """Give the outputs that the world of a scenario names, of those that its days can tell."""
    first, last = (f"{day:%Y-%m}" for day in (scenario.start, scenario.end))
    for plan in shown_of(scenario.world).output:
        if plan.change is None:
            yield Output(plan.name, plan.counts, partial(_amount, plan))
        elif first <= plan.change[0] and plan.change[1] <= last:
            yield Output(plan.name, plan.counts, partial(_change, plan), "points")


def _amount(plan: OutputPlan, data: xr.Dataset) -> xr.DataArray:
    """Return the total of a series or flow, or the people present on the mean of the days."""
    if plan.series:
        return observe(data, plan.series).sum("month")
    if plan.flow:
        over = [dim for dim in data[plan.flow].dims if dim != "replicate"]
        return data[plan.flow].sum(over)
    level, name = ("place", plan.place) if plan.place else ("zone", plan.zone)
    return data["present"].where(data[level] == name, 0).sum(["status", "place"]).mean("day")


def _change(plan: OutputPlan, data: xr.Dataset) -> xr.DataArray:
    """Return the change of a series from a month to another, in percent."""
    assert plan.change is not None
    monthly = observe(data, plan.series)
    before, after = (monthly.sel(month=f"{month}-01", drop=True) for month in plan.change)
    return 100 * (after / before - 1)


def _measure(
    scenario: Scenario, priors: Priors, normals: Floats, on_day: OnDay | None,
    looked_at: Sequence[Output],
) -> dict[Output, Floats]:  # fmt: skip
    """Return each output for every row of standard normals, run some at a time."""
    model, base = compile_model(scenario), _base(priors, scenario.world)
    found: dict[Output, list[Floats]] = {output: [] for output in looked_at}
    blocks = np.array_split(np.arange(len(normals)), -(-len(normals) // MOST_AT_ONCE))
    for number, block in enumerate(blocks):
        raw = simulate(
            [model],
            Replication(
                draw="expected",
                replicates=block.tolist(),
                factors=_shifted(base, priors, normals[block]),
            ),
            on_day=_of_blocks(on_day, number, len(blocks)),
        )[0]
        data = label(model, raw, block.tolist())
        for output, parts in found.items():
            parts.append(output.measure(data).to_numpy().astype(np.float64))
    return {output: np.concatenate(parts) for output, parts in found.items()}


def _base(priors: Priors, world: World) -> dict[str, Factors]:
    """Return the factors that are shifted, in one row: medians of the posterior, or of priors."""
    base = {
        p.lever: Factors((ALWAYS,), p.factor(np.full((1, 1), p.centre)), p.distribution == "normal")
        for p in priors
    }
    if has_posterior(world):
        for lever, factors in load_posterior(world).factors.items():
            base[lever] = replace(factors, values=np.median(factors.values, axis=0, keepdims=True))
    return base


def _shifted(base: Mapping[str, Factors], priors: Priors, normals: Floats) -> dict[str, Factors]:
    """Return base factors moved by rows of standard normals, one column for each prior."""
    shifted = {k: replace(f, values=f.values.repeat(len(normals), 0)) for k, f in base.items()}
    for prior, column in zip(priors, normals.T, strict=True):
        f, shift = shifted[prior.lever], shifts(prior, column)[:, None]
        shifted[prior.lever] = replace(f, values=f.values + shift if f.added else f.values * shift)
    return shifted


def _effects(
    o: Output, values: Floats, problem: dict[str, Any], points: Floats, seed: int
) -> pd.DataFrame:
    """Return a row for each lever; the first value is that of the base."""
    from SALib.analyze import morris as morris_analysis

    y = np.log(values) if o.unit == "%" else values
    found = morris_analysis.analyze(
        problem, points, y[1:], num_levels=LEVELS, num_resamples=RESAMPLES, seed=seed
    )
    names = ("mu", "mu_star", "mu_star_conf", "sigma")
    mu, mu_star, half, sigma = (np.asarray(found[name]) for name in names)
    effects = [mu, mu_star, mu_star - half, mu_star + half, sigma]
    mu, mu_star, low, high, sigma = effects if o.unit == "points" else map(in_percent, effects)
    table = pd.DataFrame({"lever": problem["names"], "mu": mu, "mu_star": mu_star, "sigma": sigma})
    table["mu_star_conf"] = (high - low) / 2
    return table.assign(output=o.name, counts=o.counts, base=values[0], unit=o.unit)


def _of_blocks(on_day: OnDay | None, block: int, blocks: int) -> OnDay | None:
    if on_day is None:
        return None
    return lambda done, total: on_day(block * total + done, blocks * total)
