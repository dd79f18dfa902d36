"""Forecasts: calibrate with what had been published at the origin, then let the months go on.

What is forecast, and the series whose newest month is the origin, stands in ``observations.toml``
of the world. A forecast from a past origin is made on the day on which that series' figure came
out, with everything published by then and no measure dated later; a forecast from the newest month
is made today, with everything held. The edge is ragged: of some series the newest month is older
than the origin, of others it is newer, and each is used as far as it goes. Beyond the newest figure
each unknown that walks goes on with fresh steps, so the bands widen as the priors say.

The unknowns are found with the expected draw, in which no member owes anything to luck. The months
ahead are then run with the exact one, whole people: places with room for so many a day, queues and
small groups are full or empty by chance too, and a mean over chance fills none of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corredor import record
from corredor.arrays import Floats
from corredor.corridor.compile import compile_model
from corredor.corridor.priors import Priors, Unknowns, load_priors, months_between
from corredor.corridor.scenario import Scenario, known_by
from corredor.corridor.world import World
from corredor.engine.draws.names import DrawName
from corredor.errors import UsageError
from corredor.fit.calibrate import USUAL, Calibration, Ensemble, OnStep, prepare
from corredor.fit.forward import Forward, Kept
from corredor.fit.observations import STOCK, gather_for_forecast, pooled
from corredor.fit.origins import (
    Moment,
    moment_of,
    months_ahead,
    newest_figures,
)
from corredor.fit.scores import HUB_LEVELS
from corredor.fit.towns import Town, joined, towns_in
from corredor.record.additions import additions
from corredor.runs.audit import Note, audit
from corredor.runs.observe import observe
from corredor.runs.targets import Target, forecast_plan, load_targets

WHOLE = "all"  # the part of a series that is not told apart
LEVEL_COLUMNS = [f"q{level:g}" for level in HUB_LEVELS]
"""Names of the quantiles of a forecast's table: ``q0.01``, ``q0.025``, ``q0.05`` … ``q0.99``."""

WINDOW = 15  # months up to the origin that are calibrated
LEVEL_MONTHS = 3  # months before the window that say about how many people came
MOST_MONTHS = 18  # docs/promises.md says how wide the bands are by then
MOST_AHEAD = 6  # months after the origin of which another series may have figures already
Key = tuple[str, str]  # series, part


@dataclass(frozen=True)
class Age:
    """How old the newest figure of a series is behind a forecast.

    Attributes
    ----------
    series, newest : str
        The series, and the newest month of which a figure was known.
    ahead : int
        How many months past that figure the first month of the forecast lies: 1 is the next one.
    today : int
        How many months lie between that figure's month and the month of today.
    """

    series: str
    newest: str
    ahead: int
    today: int


@dataclass(frozen=True, eq=False)
class Forecast:
    """What may come: for each series and part, so many equally likely futures.

    Attributes
    ----------
    origin : pandas.Period
        The newest month known of the series from which the world's forecasts start.
    made_on : datetime.date
        Nothing published later was used.
    months : tuple of pandas.Period
        Forecast, the first is one month after the origin.
    samples : dict
        By (series, part): ``[futures, months]``, in the unit of the series.
    provenance : dict
        Of the calibration behind it; ``draw`` is that of the months ahead.
    newest : dict
        By series, the newest month of which a figure was known.
    notes : tuple of Note
        What has to be known of it.
    towns : dict
        By place, the people there in the same futures, as :mod:`corredor.fit.towns` says.
    """

    origin: pd.Period
    made_on: dt.date
    months: tuple[pd.Period, ...]
    samples: Mapping[Key, Floats]
    provenance: Mapping[str, Any]
    newest: Mapping[str, pd.Period] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    towns: Mapping[str, Town] = field(default_factory=dict)

    def ages(self, today: dt.date) -> list[Age]:
        """Return how old the newest figure of each series is, in months."""
        return [
            Age(
                series, str(month), int((self.origin + 1 - month).n),
                int((pd.Period(today, "M") - month).n),
            )
            for series, month in self.newest.items()
        ]  # fmt: skip

    def table(self) -> pd.DataFrame:
        """Return one row for each series, part and month.

        Returns
        -------
        pandas.DataFrame
            ``series``, ``part``, ``month``, ``horizon`` (months after the origin), ``mean``, and
            the quantiles at :data:`~corredor.fit.scores.HUB_LEVELS` as :data:`LEVEL_COLUMNS`, in
            the unit of the series. The outermost lean on the few largest and smallest futures.
        """
        rows = []
        for (series, part), values in self.samples.items():
            bands = np.quantile(values, HUB_LEVELS, axis=0)
            for h, month in enumerate(self.months):
                rows.append(
                    (series, part, str(month), h + 1, float(values[:, h].mean()), *bands[:, h])
                )
        columns = ["series", "part", "month", "horizon", "mean", *LEVEL_COLUMNS]
        return pd.DataFrame(rows, columns=columns)


def forecast(
    scenario: Scenario, origin: str | pd.Period | None = None, months: int = 6,
    ensemble: Ensemble = USUAL, *, draw: DrawName = "exact", today: dt.date | None = None,
    on_step: OnStep | None = None, kept: Kept | None = None,
) -> Forecast:  # fmt: skip
    """Forecast from an origin, or from the newest month held.

    Parameters
    ----------
    scenario : Scenario
        Its levers as they were known on the day the forecast is made.
    origin : str or Period, optional
        Such as ``2024-01``: the forecast that could have been made when its figure was out. The
        newest month held, with everything held, where it is left out.
    months : int
        How many months ahead.
    ensemble : Ensemble
        Of the calibration; each member makes one future.
    draw : str
        Of the run that makes the futures: ``exact``, whole people at random, ``expected``, or
        ``hybrid``. The calibration is always of the expected draw.
    today : date, optional
        Of a forecast from the newest month; the day of the clock where left out.
    on_step : callable, optional
        Told the step, the number of steps, the days done and to do within it.
    kept : Kept, optional
        Where the steps of the calibration are kept, to go on after an interruption.

    Raises
    ------
    UsageError
        If the origin or the number of months makes no sense.
    """
    with record.with_world(scenario.world.folder):
        moment = moment_of(scenario, origin, today)
        return _forecast(scenario, moment, months, ensemble, draw, on_step, kept)


@dataclass(frozen=True, eq=False)
class Futures:
    """What a forecast runs, calibrated and walked on: each member is one future.

    Attributes
    ----------
    moment : Moment
        When the forecast is made.
    ahead : tuple of pandas.Period
        The months ahead.
    forward : Forward
        The scenario as known, run from the spin-up of the calibration, kept over ``ahead``.
    unknowns : dict
        Of the members, to the last month ahead.
    provenance : dict
        Of the calibration.
    """

    moment: Moment
    ahead: tuple[pd.Period, ...]
    forward: Forward
    unknowns: Unknowns
    provenance: Mapping[str, str | int]

    def told(
        self, modelled: Mapping[Key, Floats], towns: Mapping[str, Town], seed: int
    ) -> Forecast:
        """Return the forecast in which the model counts this, with what has to be known of it."""
        scenario, moment = self.forward.scenario, self.moment
        return Forecast(
            moment.origin, moment.day, self.ahead,
            as_published(modelled, forecast_targets(scenario.world), seed), self.provenance,
            newest_figures(scenario, moment.as_of), notes_on(self.forward), towns,
        )  # fmt: skip


def notes_on(forward: Forward) -> tuple[Note, ...]:
    """Return what has to be known of the months ahead of a forecast."""
    moved = [prior.lever for prior in forward.priors]
    return tuple(audit(compile_model(forward.scenario), moved, "posterior"))


def _forecast(
    scenario: Scenario, moment: Moment, months: int, ensemble: Ensemble, draw: DrawName,
    on_step: OnStep | None, kept: Kept | None,
) -> Forecast:  # fmt: skip
    found = find_futures(scenario, moment, months, ensemble, draw=draw, on_step=on_step, kept=kept)
    last, steps, seed = ensemble.iterations, ensemble.iterations + 1, ensemble.seed
    blocks = found.forward.blocks(
        found.unknowns, draw=draw, seed=seed,
        on_day=(lambda done, total: on_step(last, steps, done, total)) if on_step else None,
    )  # fmt: skip
    targets = forecast_targets(scenario.world)
    counted: list[dict[Key, Floats]] = []
    towns: list[dict[str, Town]] = []
    for data in blocks:
        counted.append(counted_ahead(data, targets, found.ahead))
        towns.append(towns_in(data, found.ahead))
    modelled = {key: np.concatenate([part[key] for part in counted]) for key in counted[0]}
    return found.told(modelled, joined(towns), seed)


def find_futures(
    scenario: Scenario, moment: Moment, months: int, ensemble: Ensemble, *,
    draw: DrawName = "exact", runs: int = 1, on_step: OnStep | None = None,
    kept: Kept | None = None,
) -> Futures:  # fmt: skip
    """Calibrate up to the newest figure known, and let the unknowns walk on.

    Parameters
    ----------
    scenario, months, ensemble, draw, on_step, kept
        As in :func:`forecast`; ``draw`` is told in the provenance.
    moment : Moment
        When the forecast is made.
    runs : int
        How many runs of the futures will follow, for ``on_step``.

    Raises
    ------
    UsageError
        If the number of months makes no sense.
    """
    start = moment.origin
    most = min(MOST_MONTHS, months_ahead(scenario, start))
    if not 1 <= months <= most:
        raise UsageError(f"months: found {months}, expected 1 to {most} from {start}.")
    calibration = _calibration(scenario, moment, ensemble)

    def on_calibration(step: int, steps: int, done: int, total: int) -> None:
        if on_step:
            on_step(step, steps + runs, done, total)

    unknowns, _ = calibration.run(on_calibration, kept)
    ahead = tuple(start + h for h in range(1, months + 1))
    forward = _longer(calibration.forward, ahead)
    walked = _walked_on(calibration, unknowns, forward, ensemble.seed)
    provenance = {**calibration.provenance(), "draw": draw, **_held()}
    return Futures(moment, ahead, forward, walked, provenance)


def _held() -> dict[str, str]:
    """Return which files had been added to the record, for the provenance."""
    return {"record_additions": ", ".join(addition.name for addition in additions())}


def _calibration(scenario: Scenario, moment: Moment, ensemble: Ensemble) -> Calibration:
    """Set up the calibration of the months up to the newest figure of any series."""
    first = max(moment.origin - WINDOW + 1, pd.Period(forecast_plan(scenario.world).first, "M"))
    known = known_by(scenario, moment.day)
    priors = load_priors(scenario.world).known_by(moment.day)
    begin, last = first.start_time.date(), _edge(scenario, moment, first).start_time.date()
    return prepare(
        known, begin, last, ensemble, priors=centred(priors, known, first, moment.as_of),
        given=gather_for_forecast(scenario.world, begin, last, moment.as_of),
    )  # fmt: skip


def _edge(scenario: Scenario, moment: Moment, first: pd.Period) -> pd.Period:
    """Return the newest month of which any series that is calibrated against has a figure.

    It may lie before the origin: whose newest month that is need not be calibrated against.
    """
    last = min(moment.origin + MOST_AHEAD, moment.origin + months_ahead(scenario, moment.origin))
    for start, end in ((moment.origin + 1, last), (first, moment.origin)):
        if start > end:
            continue
        span = (start.start_time.date(), end.start_time.date())
        listed = gather_for_forecast(scenario.world, *span, as_of=moment.as_of).listed
        flows = [o.end for o in listed if o.series != STOCK]  # a count of a day ends no month
        if flows:
            newest: pd.Period = max(flows)
            return newest
    return moment.origin


def _walked_on(
    calibration: Calibration, unknowns: Unknowns, forward: Forward, seed: int
) -> Unknowns:
    """Return unknowns over the months of the forecast; none are drawn anew that are known."""
    known = len(calibration.forward.months)
    if known >= len(forward.months):
        return {
            lever: x[:, : len(forward.months)] if x.ndim > 1 else x for lever, x in unknowns.items()
        }
    return forward.priors.walk_on(unknowns, seed, forward.months, known)


def forecast_targets(world: World) -> tuple[Target, ...]:
    """Return the observations of a world that are forecast."""
    return tuple(target for target in load_targets(world) if "forecast" in target.use)


def centred(priors: Priors, scenario: Scenario, first: pd.Period, as_of: dt.date | None) -> Priors:
    """Centre the entries of each nationality on the level of the months before the window.

    The entry table holds the level of an earlier time, as ``[forecast]`` of the world says, which
    also names nationalities of whom these figures say little.
    """
    plan = forecast_plan(scenario.world)
    before = slice(str(first - LEVEL_MONTHS), str(first - 1))
    centre = {}
    for nationality, counted in pooled(scenario.world, plan.level, as_of=as_of).items():
        then = counted[plan.level_months[0] : plan.level_months[1]].mean()
        if nationality not in plan.level_without:
            centre[f"entry.factor.{nationality}"] = float(np.log(counted[before].mean() / then))
    moved = [p.model_copy(update={"centre": centre.get(p.lever, 0.0)}) for p in priors]
    return Priors(tuple(moved))


def _longer(known: Forward, ahead: tuple[pd.Period, ...]) -> Forward:
    """Return the scenario with its end after the last month ahead, keeping those months only."""
    scenario = known.scenario
    first, last = ahead[0].start_time.date(), ahead[-1].end_time.date()
    longer = scenario.with_horizon(first, last, scenario.spin_up)
    return Forward(longer, known.priors, months_between(known.months[0], last))


def counted_ahead(
    data: xr.Dataset, targets: tuple[Target, ...], ahead: tuple[pd.Period, ...]
) -> dict[Key, Floats]:
    """Return what the model counts for each series and part that is forecast, [R, months]."""
    return {
        (target.series, part or WHOLE): observe(data, target.series, target.by, part)
        .transpose("replicate", "month")
        .to_numpy()[:, : len(ahead)]
        .astype(np.float64)
        for target in targets
        if not target.sum_of
        for part in target.parts
    }


def as_published(
    modelled: Mapping[Key, Floats], targets: tuple[Target, ...], seed: int
) -> dict[Key, Floats]:
    """Add the stated errors of observation; a total is the sum of its parts, as published.

    The same seed gives the same errors, whatever is modelled.
    """
    random = np.random.Generator(np.random.Philox(key=[seed, 0x70726564]))
    noisy: dict[Key, Floats] = {}
    for target in targets:
        for part in () if target.sum_of else target.parts:
            key = (target.series, part or WHOLE)
            spread = target.error * random.standard_normal(modelled[key].shape)
            noisy[key] = modelled[key] * np.exp(spread)
    totals = {
        (target.series, WHOLE): _sum_of(noisy, target.sum_of) for target in targets if target.sum_of
    }
    for target in targets:
        whole = totals.get((target.of_total, WHOLE))
        if whole is not None:
            parts = np.maximum(_sum_of(noisy, target.series), 1e-9)
            noisy |= {
                (target.series, part): noisy[target.series, part] * whole / parts
                for part in target.parts
            }
    return {**totals, **noisy}


def _sum_of(noisy: Mapping[Key, Floats], series: str) -> Floats:
    parts = [values for (name, _), values in noisy.items() if name == series]
    return np.asarray(np.sum(parts, axis=0))


def published(scenario: Scenario, as_of: dt.date | None = None) -> dict[Key, pd.Series[float]]:
    """Return the monthly series that forecasts are held against, as known on a day."""
    known: dict[Key, pd.Series[float]] = {}
    with record.with_world(scenario.world.folder):
        for target in forecast_targets(scenario.world):
            if target.pooled:
                found = pooled(scenario.world, target.series, target.pooled, as_of, target.parts)
                known |= {(target.series, p): found[p] for p in target.parts if p in found}
                continue
            for position, part in enumerate(target.parts):
                known[target.series, part or WHOLE] = record.monthly(
                    target.series, target.categories[position] if target.categories else "all",
                    target.places[position] if target.places else None, as_of=as_of,
                )  # fmt: skip
    return known
