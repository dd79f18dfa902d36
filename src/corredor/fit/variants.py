"""Structures of a model: other ways in which it may have been, each fitted and asked by itself.

One calibration says how sure it is of a cause, given its structure. Structures that all make the
record again may answer differently, and then the record cannot tell. So every structure that
``variants.toml`` of a world lists (``corredor.runs.structures``) is calibrated, held against the
checks and asked the question; the answer is the range over the structures that pass, and over
seeds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corredor import record
from corredor.arrays import BAND, Floats
from corredor.corridor.priors import Unknowns, load_priors
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.world import World
from corredor.errors import InputError, Problem, UsageError
from corredor.fit.calibrate import Calibration, Ensemble, OnStep, prepare
from corredor.fit.forecast import centred
from corredor.fit.forward import Forward
from corredor.fit.observations import published_parts
from corredor.inputs.computed_by import computed_by, computed_by_request
from corredor.inputs.ledger import unfinished
from corredor.record.digest import record_digest
from corredor.runs.observe import observe
from corredor.runs.structures import (
    COLUMNS,
    FILE,
    Cause,
    Check,
    Compared,
    Question,
    Structures,
    Variant,
    digests,
    load_variants,
    priors_of,
)
from corredor.runs.targets import Target, plans_forecasts

WHOLE = "whole.parquet"  # the part that becomes the comparison
AFTER = 1  # months run after the last that is asked about, so that none is cut
_STREAM = 0x76617269  # keeps the errors of checks apart from other draws


@dataclass(frozen=True, eq=False)
class Fitted:
    """A structure after its calibration.

    Attributes
    ----------
    variant : str
        Its name.
    seed, misfit : int, float
        Of its calibration; the misfit is that of the last ensemble.
    checks : pandas.DataFrame
        By check: ``record``, ``mean``, ``low``, ``high`` (90 %, with the stated error), ``inside``
        and ``must``.
    shares : dict
        By cause taken away, the share of the fall that goes away, by member.
    """

    variant: str
    seed: int
    misfit: float
    checks: pd.DataFrame
    shares: Mapping[str, Floats]


def fit_variant(
    world: World, structures: Structures, variant: Variant, ensemble: Ensemble,
    months: tuple[dt.date, dt.date], on_step: OnStep | None = None,
) -> Fitted:  # fmt: skip
    """Calibrate a structure, hold it against the checks and ask the question of it.

    Parameters
    ----------
    world : World
        Whose structure it is.
    structures : Structures
        The checks and the question.
    variant : Variant
        The structure.
    ensemble : Ensemble
        Of its calibration.
    months : tuple of datetime.date
        Days in the first and last month calibrated to.
    on_step : callable, optional
        Told the step, the number of steps, the days done and to do within it.
    """
    calibration = set_up(world, structures, variant, ensemble, months)
    unknowns, misfits = calibration.run(on_step)
    f = calibration.forward
    checks = _held_against(world, structures.checks, f, unknowns, ensemble.seed)
    shares = shares_of(f, structures.question, unknowns)
    return Fitted(variant.name, ensemble.seed, misfits[-1], checks, shares)


def set_up(
    world: World, structures: Structures, variant: Variant, ensemble: Ensemble,
    months: tuple[dt.date, dt.date],
) -> Calibration:  # fmt: skip
    """Return the calibration of a structure.

    Parameters
    ----------
    world, structures, variant, ensemble, months
        As in :func:`fit_variant`.

    Raises
    ------
    UsageError
        If the scenario of the question is of another world.
    """
    question = structures.question
    scenario = load_scenario(question.scenario)
    if scenario.world.hash != world.hash:
        raise UsageError(f"{question.scenario}: is no scenario of the world {world.name}.")
    priors = priors_of(variant, load_priors(world))
    if plans_forecasts(world):
        with record.with_world(world.folder):
            priors = centred(priors, scenario, pd.Period(months[0], "M"), None)
    return prepare(scenario, *months, ensemble, priors=priors)


def shares_of(forward: Forward, question: Question, unknowns: Unknowns) -> dict[str, Floats]:
    """Return which share of the fall goes away with each cause, in percent, by member.

    Parameters
    ----------
    forward : Forward
        The scenario with all causes.
    question : Question
        The fall, and the causes.
    unknowns : dict
        Of the members.
    """
    ending = _ending(forward, question)
    whole = _fall(ending, unknowns, question)
    return {
        cause.name: 100.0 * (whole - _fall(_without(ending, cause), unknowns, question)) / whole
        for cause in question.without
    }


def _without(forward: Forward, cause: Cause) -> Forward:
    return replace(forward, scenario=cause.taken_from(forward.scenario))


def fell(forward: Forward, question: Question, unknowns: Unknowns) -> Floats:
    """Return by which share the series falls between the two months, in percent, by member."""
    before, after = _before_and_after(_ending(forward, question), unknowns, question)
    return np.asarray(100.0 * (before - after) / before)


def _ending(f: Forward, question: Question) -> Forward:
    """Return the months of a calibration no longer than the question needs."""
    last = (pd.Period(question.month_b, "M") + AFTER).end_time.date()
    known = f.scenario
    return replace(f, scenario=known.with_horizon(known.start, last, known.spin_up))


def _fall(forward: Forward, unknowns: Unknowns, question: Question) -> Floats:
    """Return how many fewer there are in the second month than in the first, by member."""
    before, after = _before_and_after(forward, unknowns, question)
    return np.asarray(before - after)


def _before_and_after(
    forward: Forward, unknowns: Unknowns, question: Question
) -> tuple[Floats, Floats]:
    counted = [
        [_total(data, question.series, "", "", (pd.Period(m, "M"),) * 2)
         for m in (question.month_a, question.month_b)]
        for data in forward.blocks(unknowns)
    ]  # fmt: skip
    before, after = np.concatenate(counted, axis=1)
    return before, after


def _total(
    data: xr.Dataset, series: str, by: str, part: str, span: tuple[pd.Period, pd.Period]
) -> Floats:
    months = pd.PeriodIndex(pd.DatetimeIndex(data["month"].values), freq="M")
    inside = np.flatnonzero((months >= span[0]) & (months <= span[1]))
    found = observe(data, series, by, part).transpose("replicate", "month")
    return np.asarray(found.to_numpy()[:, inside].sum(axis=1), dtype=np.float64)


def _held_against(
    world: World, checks: Sequence[Check], forward: Forward, unknowns: Unknowns, seed: int
) -> pd.DataFrame:
    modelled: dict[str, list[Floats]] = {check.name: [] for check in checks}
    for data in forward.blocks(unknowns):
        for check in checks:
            modelled[check.name].append(_value(check, _of_model(data)))
    random = np.random.default_rng([seed, _STREAM])
    rows = {}
    with record.with_world(world.folder):
        for check in checks:
            published = float(_value(check, _of_record(world)))
            found = np.concatenate(modelled[check.name])
            noise = np.exp(check.error * random.standard_normal(len(found)))
            found = 100.0 - (100.0 - found) * noise if check.kind == "fall" else found * noise
            low, high = np.quantile(found, BAND)
            rows[check.name] = {
                "record": published, "mean": float(found.mean()), "low": float(low),
                "high": float(high), "inside": bool(low <= published <= high), "must": check.must,
            }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("check")


def _value(check: Check, total: Callable[[Check, tuple[pd.Period, pd.Period]], Any]) -> Any:
    """Return what a check is about, from something that counts a part over a span of months."""
    first, last = check.span()
    if check.kind == "fall":
        before, after = total(check, (first, first)), total(check, (last, last))
        return 100.0 * (before - after) / before
    part = total(check, (first, last))
    if check.kind == "total":
        return part
    whole = check.model_copy(update={"by": "", "part": "", "pooled": "", "place": ""})
    return 100.0 * part / total(whole, (first, last))


def _of_model(data: xr.Dataset) -> Callable[[Check, tuple[pd.Period, pd.Period]], Floats]:
    return lambda check, span: _total(data, check.series, check.by, check.part, span)


def _of_record(world: World) -> Callable[[Check, tuple[pd.Period, pd.Period]], float]:
    return lambda check, span: _published(world, check, span)


def _published(world: World, check: Check, span: tuple[pd.Period, pd.Period]) -> float:
    target = Target(
        series=check.series, by=check.by, parts=(check.part,), pooled=check.pooled,
        places=(check.place,) if check.place else (), error=check.error, small=1.0, use=(),
        reason=check.title,
    )  # fmt: skip
    table = published_parts(world, target, None, span)[check.part]
    ends = zip(table["start"], table["end"], strict=True)
    months = sum(int((end - start).n) + 1 for start, end in ends)
    if months != int((span[1] - span[0]).n) + 1:
        raise InputError(
            Problem(str(world.folder / FILE), f"months that the record has of {check.series}",
                    f"{span[0]} to {span[1]}", column=f"check {check.name}, months")
        )  # fmt: skip
    return float(table["value"].sum())


def told(one: Fitted) -> pd.DataFrame:
    """Return what was found of a structure, a row for each check and each cause taken away.

    Returns
    -------
    pandas.DataFrame
        ``variant``, ``seed``, ``misfit``; ``kind`` (``check`` or ``share``), ``name`` (of the
        check, or of the cause taken away); ``record`` (NaN for a share), ``mean``,
        ``low`` and ``high`` (90 % of the members; a share in percent of the fall), ``inside``,
        ``must``.
    """
    checks = one.checks.reset_index().rename(columns={"check": "name"}).assign(kind="check")
    shares = [
        {"kind": "share", "name": name, "record": np.nan, "mean": float(share.mean()),
         "low": float(np.quantile(share, BAND[0])), "high": float(np.quantile(share, BAND[1])),
         "inside": True, "must": False}
        for name, share in one.shares.items()
    ]  # fmt: skip
    table = pd.concat([checks, pd.DataFrame(shares)], ignore_index=True)
    table = table.assign(variant=one.variant, seed=one.seed, misfit=one.misfit)
    return table[list(COLUMNS)]


def compare(
    world: World, ensemble: Ensemble, seeds: Sequence[int], months: tuple[dt.date, dt.date],
    out: Path, *, resume: bool = False, on_fit: Callable[[int, int], OnStep | None] | None = None,
) -> Compared:  # fmt: skip
    """Fit every structure with every seed, and write what was found.

    Parameters
    ----------
    world : World
        Whose ``variants.toml`` is read.
    ensemble : Ensemble
        Of each calibration; its seed is not used.
    seeds : sequence of int
        Each structure is fitted once with each.
    months : tuple of datetime.date
        Days in the first and the last month calibrated to.
    out : Path
        The file to write. What is done stays beside it when the work is interrupted.
    resume : bool
        Go on with interrupted work.
    on_fit : callable, optional
        Told the number of the fit and how many there are; may return who is told of its days.
    """
    structures = load_variants(world)
    wanted = [(variant, seed) for variant in structures.variants for seed in seeds]
    request = {
        **digests(world), "members": ensemble.members, "iterations": ensemble.iterations,
        "seeds": list(seeds), "from": f"{months[0]:%Y-%m}", "to": f"{months[1]:%Y-%m}",
        "record": record_digest(world.folder),
    }  # fmt: skip
    tables = []
    with unfinished(out, {**request, **computed_by_request()}, resume=resume) as ledger:
        for number, (variant, seed) in enumerate(wanted):
            part = f"{variant.name}-{seed}.parquet"
            if part not in ledger:
                asked = replace(ensemble, seed=seed)
                on_step = on_fit(number, len(wanted)) if on_fit else None
                one = fit_variant(world, structures, variant, asked, months, on_step)
                with ledger.writing(part) as path:
                    told(one).to_parquet(path)
            tables.append(pd.read_parquet(ledger.path(part)))
        found = Compared(pd.concat(tables, ignore_index=True), {**request, **computed_by()})
        found.save(ledger.path(WHOLE))
        ledger.note(WHOLE, [ledger.path(WHOLE)])
        ledger.deliver(WHOLE, out)
    return found
