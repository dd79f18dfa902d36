"""Forecasts: calibrate with what had been published at the origin, then let the months go on.

The origin is the last month whose Border Patrol figures are out; the forecast is made on the day on
which they come out, ``WAIT`` days after that month. The ``WINDOW`` months up to the origin are
calibrated with everything published by then (of Mexico's detentions that is a month less); no
measure dated later is foreseen. Beyond the origin each unknown that walks goes on with fresh steps,
so the bands widen as the priors say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr

from corredor import record
from corredor.arrays import QUANTILES, Floats
from corredor.corridor.compile import compile_model
from corredor.corridor.priors import Priors, load_priors, months_between
from corredor.corridor.scenario import Scenario, known_by
from corredor.errors import UsageError
from corredor.fit.calibrate import USUAL, Ensemble, OnStep, prepare
from corredor.fit.forward import Forward
from corredor.fit.observations import by_nationality
from corredor.runs.audit import Note, audit
from corredor.runs.observe import observe
from corredor.runs.targets import Target, load_targets

FIRST = pd.Period("2021-07", "M")  # the first month that a calibration may use
WINDOW = 15  # months up to the origin that are calibrated
LEVEL_MONTHS = 3  # months before the window that say about how many people came
TABLE_LEVEL = ("2021-01", "2021-06")  # what the entry table's levels rest on
WAIT = 25  # days after the origin's last day; the Border Patrol's figures are out by then
FEWEST_MONTHS = 6  # of the record behind the first origin
MOST_MONTHS = 12
ORIGIN_SERIES = "border_patrol_encounters"  # its newest month is the newest origin
FORECAST_SERIES = (ORIGIN_SERIES, "ports_of_entry_encounters", "mexico_detentions")
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
        The last month whose Border Patrol figures were known.
    made_on : datetime.date
        Nothing published later was used.
    months : tuple of pandas.Period
        Forecast, the first is one month after the origin.
    samples : dict
        By (series, part): ``[futures, months]``, in the unit of the series.
    provenance : dict
        Of the calibration behind it.
    newest : dict
        By series, the newest month of which a figure was known.
    notes : tuple of Note
        What has to be known of it.
    """

    origin: pd.Period
    made_on: dt.date
    months: tuple[pd.Period, ...]
    samples: Mapping[Key, Floats]
    provenance: Mapping[str, str | int]
    newest: Mapping[str, pd.Period] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

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
        """Return one row for each series, part and month: mean and quantiles."""
        rows = []
        for (series, part), values in self.samples.items():
            bands = np.quantile(values, QUANTILES, axis=0)
            for h, month in enumerate(self.months):
                rows.append(
                    (series, part, str(month), h + 1, float(values[:, h].mean()), *bands[:, h])
                )
        names = [f"q{round(100 * q):02d}" for q in QUANTILES]
        return pd.DataFrame(rows, columns=["series", "part", "month", "horizon", "mean", *names])


def forecast(
    scenario: Scenario, origin: str | pd.Period, months: int = 6, ensemble: Ensemble = USUAL, *,
    on_step: OnStep | None = None,
) -> Forecast:  # fmt: skip
    """Forecast from an origin.

    Parameters
    ----------
    scenario : Scenario
        Its levers as they were known on the day the forecast is made.
    origin : str or Period
        Such as ``2024-01``.
    months : int
        How many months ahead.
    ensemble : Ensemble
        Of the calibration; each member makes one future.
    on_step : callable, optional
        Told the step, the number of steps, the days done and to do within it.

    Raises
    ------
    UsageError
        If the origin or the number of months makes no sense.
    """
    start = check_origin(scenario, origin)
    most = min(MOST_MONTHS, months_ahead(scenario, start))
    if not 1 <= months <= most:
        raise UsageError(f"months: found {months}, expected 1 to {most} from {start}.")
    day, first = made_on(start), max(start - WINDOW + 1, FIRST)
    known = known_by(scenario, day)
    priors = centred(load_priors(scenario.world).known_by(day), known, first, day)
    calibration = prepare(
        known, first.start_time.date(), start.start_time.date(), ensemble, as_of=day,
        priors=priors,
    )  # fmt: skip

    def on_calibration(step: int, steps: int, done: int, total: int) -> None:
        if on_step:
            on_step(step, steps + 1, done, total)

    unknowns, _ = calibration.run(on_calibration)
    iterations, seed = ensemble.iterations, ensemble.seed
    ahead = tuple(start + h for h in range(1, months + 1))
    forward = _longer(calibration.forward, ahead)
    notes = audit(compile_model(forward.scenario), [p.lever for p in forward.priors], "posterior")
    unknowns = priors.walk_on(unknowns, seed, forward.months, len(calibration.forward.months))
    blocks = forward.blocks(
        unknowns, seed=seed,
        on_day=(lambda done, total: on_step(iterations, iterations + 1, done, total))
        if on_step else None,
    )  # fmt: skip
    counted = [dict(_counted(data, forward, ahead)) for data in blocks]
    modelled = {key: np.concatenate([part[key] for part in counted]) for key in counted[0]}
    samples = _as_published(modelled, load_targets(scenario.world), seed)
    return Forecast(
        start, day, ahead, samples, calibration.provenance(), newest_figures(scenario, day),
        tuple(notes),
    )  # fmt: skip


def made_on(origin: pd.Period) -> dt.date:
    """Return the day on which a forecast from an origin is made."""
    return (origin.end_time + pd.Timedelta(days=WAIT)).date()


def months_ahead(scenario: Scenario, origin: pd.Period) -> int:
    """Return how many months after an origin the world's entry table covers."""
    return int((pd.Period(str(scenario.world.entry["month"].max())[:7], "M") - origin).n)


def newest_figures(scenario: Scenario, as_of: dt.date | None = None) -> dict[str, pd.Period]:
    """Return the newest month of which a figure of each series is held, or was known on a day.

    A series that is published as totals of several months has the last month of the newest total.
    """
    found = {}
    for series in FORECAST_SERIES:
        ends = record.windows(series, as_of=as_of)["end"]
        if len(ends):
            found[series] = ends.max()
    return found


def newest_origin(scenario: Scenario) -> pd.Period:
    """Return the newest month from which can be forecast: its total and its parts are held.

    Raises
    ------
    UsageError
        If the record holds none.
    """
    total = record.monthly(ORIGIN_SERIES).dropna()
    parts = [values.dropna() for values in by_nationality(scenario.world).values()]
    ends = [values.index.max() for values in (total, *parts) if len(values)]
    if not ends or not len(total):
        raise UsageError(f"{ORIGIN_SERIES}: the record holds no month to forecast from.")
    # A nationality that ends earlier is a gap of its own; all of them end with their publication.
    newest: pd.Period = min(total.index.max(), max(ends[1:], default=total.index.max()))
    return newest


def check_origin(scenario: Scenario, origin: str | pd.Period) -> pd.Period:
    """Return an origin as a month, none later than the newest figure held.

    Raises
    ------
    UsageError
        If it is none, or none from which the world can be forecast.
    """
    try:
        start = pd.Period(origin, freq="M")
    except ValueError as error:
        raise UsageError(f"{origin!r} is no month; write it like 2024-01.") from error
    newest = newest_origin(scenario)
    if start > newest:
        raise UsageError(
            f"origin: found {start}, but the newest month held of {ORIGIN_SERIES} is {newest}. "
            "What came after it is not known here, so nothing can be forecast from there."
        )
    if pd.isna(record.monthly(ORIGIN_SERIES, as_of=made_on(start)).get(start, np.nan)):
        raise UsageError(
            f"origin: {ORIGIN_SERIES} has no figure for {start} that was out by {made_on(start)}."
        )
    least, most = FIRST + FEWEST_MONTHS - 1, start + months_ahead(scenario, start) - 1
    if not least <= start <= most:
        raise UsageError(f"origin: found {start}, expected a month from {least} to {most}.")
    return start


def centred(priors: Priors, scenario: Scenario, first: pd.Period, day: dt.date) -> Priors:
    """Centre the entries of each nationality on the encounters of the months before the window.

    The entry table holds the level of early 2021. Of Haitians most came to the ports, so their
    encounters between ports say little of how many entered.
    """
    before = slice(first - LEVEL_MONTHS, first - 1)
    centre = {}
    for nationality, encounters in by_nationality(scenario.world, day).items():
        then = encounters[TABLE_LEVEL[0] : TABLE_LEVEL[1]].mean()
        if nationality != "haiti":
            centre[f"entry.factor.{nationality}"] = float(np.log(encounters[before].mean() / then))
    moved = [p.model_copy(update={"centre": centre.get(p.lever, 0.0)}) for p in priors]
    return Priors(tuple(moved))


def _longer(known: Forward, ahead: tuple[pd.Period, ...]) -> Forward:
    """Return the scenario with its end after the last month ahead, keeping those months only."""
    scenario = known.scenario
    first, last = ahead[0].start_time.date(), ahead[-1].end_time.date()
    longer = scenario.with_horizon(first, last, scenario.spin_up)
    return Forward(longer, known.priors, months_between(known.months[0], last))


def _counted(
    data: xr.Dataset, forward: Forward, ahead: tuple[pd.Period, ...]
) -> Iterator[tuple[Key, Floats]]:
    """Give what the model counts for each series and part that is forecast, [R, months]."""
    world = forward.scenario.world

    def values(series: str, by: str = "", part: str = "") -> Floats:
        found = observe(data, series, by, part).transpose("replicate", "month")
        return found.to_numpy()[:, : len(ahead)].astype(np.float64)

    yield ("ports_of_entry_encounters", "all"), values("ports_of_entry_encounters")
    yield ("mexico_detentions", "all"), values("mexico_detentions")
    for nationality in dict.fromkeys(world.people["nationality"]):
        key = ("border_patrol_by_citizenship", str(nationality))
        yield key, values(key[0], "nationality", key[1])
    for sector in data["sector"].to_numpy():
        key = ("border_patrol_by_sector", str(sector))
        yield key, values(key[0], "sector", key[1])


def _as_published(
    modelled: Mapping[Key, Floats], targets: tuple[Target, ...], seed: int
) -> dict[Key, Floats]:
    """Add the stated errors of observation; the total is the sum of its nationalities."""
    random = np.random.Generator(np.random.Philox(key=[seed, 0x70726564]))
    error = {(t.series, t.by): t.error for t in reversed(targets)}
    by = {"border_patrol_by_citizenship": "nationality", "border_patrol_by_sector": "sector"}
    noisy = {}
    for key, values in modelled.items():
        wide = error.get((key[0], by.get(key[0], "")), 0.0)
        noisy[key] = values * np.exp(wide * random.standard_normal(values.shape))
    nationalities = [v for (series, _), v in noisy.items() if series.endswith("by_citizenship")]
    total = np.sum(nationalities, axis=0)
    sectors = [key for key in noisy if key[0] == "border_patrol_by_sector"]
    in_sectors = np.sum([noisy[key] for key in sectors], axis=0)
    for key in sectors:
        noisy[key] = noisy[key] * total / np.maximum(in_sectors, 1e-9)
    return {("border_patrol_encounters", "all"): total, **noisy}


def published(scenario: Scenario, as_of: dt.date | None = None) -> dict[Key, pd.Series[float]]:
    """Return the monthly series that forecasts are held against, as known on a day."""
    known: dict[Key, pd.Series[float]] = {
        (series, "all"): record.monthly(series, as_of=as_of)
        for series in ("border_patrol_encounters", "ports_of_entry_encounters")
    }
    for nationality, values in by_nationality(scenario.world, as_of).items():
        known["border_patrol_by_citizenship", nationality] = values
    for sector in dict.fromkeys(s for s in scenario.world.places["sector"] if s):
        known["border_patrol_by_sector", str(sector)] = record.monthly(
            "border_patrol_by_sector", place=str(sector), as_of=as_of
        )
    return known
