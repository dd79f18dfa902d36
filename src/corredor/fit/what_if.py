"""What a measure would change in a forecast: the same futures, with and without it.

A forecast from an origin is made with what was known on its day. A *what-if* is a scenario whose
own settings are laid over what was known then, whatever their dates, and run for the same futures:
the same unknowns, the same steps of the walks, the same errors of publication. What differs between
the two is the measure alone. Nothing dated before the first month ahead may differ, for the past is
what calibration has seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from corredor import record
from corredor.arrays import LOW_MIDDLE_HIGH, Floats
from corredor.corridor.scenario import Scenario, known_by
from corredor.corridor.scenario_files import load_what_if
from corredor.engine.draws.names import DrawName
from corredor.engine.levers import ALWAYS
from corredor.errors import UsageError
from corredor.fit.calibrate import USUAL, Ensemble, OnStep
from corredor.fit.forecast import (
    WHOLE,
    Forecast,
    Futures,
    Key,
    as_published,
    counted_ahead,
    find_futures,
    forecast_targets,
    notes_on,
)
from corredor.fit.forward import Forward, OnDay
from corredor.fit.origins import moment_of
from corredor.fit.towns import Town, joined, towns_in
from corredor.runs.audit import Note
from corredor.runs.measures import measure_named, person_evenings

PEOPLE = "people_in_jurisdictions"  # on the way there, on a mean evening of the month
SHELTER = "people_to_shelter"  # those of them who are in a place and need a roof
FLOWS = ("settled",)  # measures that are counted by month and that no series that is forecast has
COLUMNS = (
    "measure", "month", "forecast", "forecast_low", "forecast_high", "what_if", "what_if_low",
    "what_if_high", "difference", "difference_low", "difference_high", "percent",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A scenario beside the forecast, future by future.

    Attributes
    ----------
    scenario : Scenario
        As it was run: with what was known, and its own settings.
    months : tuple of pandas.Period
        Those of the forecast.
    plain, changed : dict
        By measure, without and with the scenario's settings: ``[futures, months]``. Measures are
        the series that are forecast as a whole, in their own unit; ``people_in_jurisdictions`` and
        ``people_to_shelter``, people on the mean evening of a month; and ``settled``, people who
        find work and stay on the way in a month.
    notes : tuple of Note
        What has to be known of it.
    """

    scenario: Scenario
    months: tuple[pd.Period, ...]
    plain: Mapping[str, Floats]
    changed: Mapping[str, Floats]
    notes: tuple[Note, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return one row for each measure and month.

        ``forecast``, ``what_if`` and ``difference`` are the medians over the futures, with 5 and
        95 % in ``_low`` and ``_high``; the difference is taken in each future, so it is not that of
        the medians. ``percent`` is the median difference in percent of each future's own number.
        """
        rows: list[tuple[object, ...]] = []
        for measure, plain in self.plain.items():
            changed = self.changed[measure]
            share = 100.0 * (changed - plain) / np.where(plain > 0, plain, np.nan)
            bands = [
                np.quantile(values, LOW_MIDDLE_HIGH, axis=0)
                for values in (plain, changed, changed - plain)
            ]
            for h, month in enumerate(self.months):
                each = [float(band[i, h]) for band in bands for i in (1, 0, 2)]
                rows.append((measure, str(month), *each, _median(share[:, h])))
        return pd.DataFrame(rows, columns=list(COLUMNS))


def _median(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def forecast_what_if(
    scenario: Scenario, what_ifs: Sequence[str | Path], origin: str | pd.Period | None = None,
    months: int = 6, ensemble: Ensemble = USUAL, *, draw: DrawName = "exact",
    today: dt.date | None = None, on_step: OnStep | None = None,
) -> tuple[Forecast, tuple[WhatIf, ...]]:  # fmt: skip
    """Forecast, and run the same futures under other scenarios.

    Parameters
    ----------
    scenario, origin, months, ensemble, draw, today, on_step
        As in :func:`corredor.fit.forecast.forecast`.
    what_ifs : sequence of str or Path
        Scenarios that ship with Corredor, or TOML files, with a base.

    Returns
    -------
    tuple
        The forecast, with the bits that it has alone; and a :class:`WhatIf` for each scenario.

    Raises
    ------
    UsageError
        If the origin or the number of months makes no sense, or a scenario is of another world,
        changes nothing, or changes something before the first month ahead.
    InputError
        If a scenario is at fault.
    """
    with record.with_world(scenario.world.folder):
        moment = moment_of(scenario, origin, today)
        asked = [load_what_if(name, moment.day) for name in what_ifs]
        runs = 1 + len(asked)
        found = find_futures(
            scenario, moment, months, ensemble, draw=draw, runs=runs, on_step=on_step
        )
        forwards = [_laid_over(what_if, found) for what_if in asked]
        seed = ensemble.seed
        run = _Run(found, draw, seed, on_step, ensemble.iterations, runs)
        modelled, people, towns = run.counted(found.forward, 0)
        made = found.told(modelled, towns, seed)
        plain = {**_wholes(made.samples), **people}
        beside = []
        for number, forward in enumerate(forwards, start=1):
            modelled, people, _ = run.counted(forward, number)
            samples = as_published(modelled, forecast_targets(scenario.world), seed)
            beside.append(
                WhatIf(
                    forward.scenario, found.ahead, plain, {**_wholes(samples), **people},
                    (_note(forward.scenario, found), *notes_on(forward)),
                )
            )  # fmt: skip
        return made, tuple(beside)


def check_what_ifs(
    scenario: Scenario, what_ifs: Sequence[str | Path], origin: str | pd.Period | None = None
) -> None:
    """Refuse what-ifs that cannot be, before anything is calibrated.

    Raises
    ------
    UsageError, InputError
        As :func:`forecast_what_if`.
    """
    for name in what_ifs:
        with record.with_world(scenario.world.folder):
            moment = moment_of(scenario, origin)
        _refuse(load_what_if(name, moment.day), scenario, moment.day, moment.origin + 1)


def _laid_over(what_if: Scenario, found: Futures) -> Forward:
    known = found.forward.scenario
    _refuse(what_if, known, found.moment.day, found.ahead[0])
    horizon = what_if.with_horizon(known.start, known.end, known.spin_up)
    return replace(found.forward, scenario=horizon)


def _refuse(what_if: Scenario, scenario: Scenario, day: dt.date, first: pd.Period) -> None:
    """Refuse a scenario of another world, or one that does not begin in the months ahead."""
    if what_if.world.hash != scenario.world.hash:
        raise UsageError(f"{what_if.name} and {scenario.name} are not of the same world.")
    since = what_if.levers().first_difference(known_by(scenario, day).levers())
    if since is None:
        raise UsageError(f"{what_if.name}: changes nothing of what was known on {day}.")
    if since < first.start_time.date():
        told = "before any date" if since == ALWAYS else f"from {since} on"
        raise UsageError(
            f"{what_if.name}: changes levers {told}, but what differs must begin on "
            f"{first.start_time.date()} or later: the months before it are calibrated as they were."
        )


@dataclass(frozen=True, eq=False)
class _Run:
    """Runs futures under scenarios, and tells how far it is."""

    found: Futures
    draw: DrawName
    seed: int
    on_step: OnStep | None
    steps: int
    runs: int

    def counted(
        self, forward: Forward, number: int
    ) -> tuple[dict[Key, Floats], dict[str, Floats], dict[str, Town]]:
        """Return what the futures count, and the people in all and in places, under a scenario."""
        targets, ahead = forecast_targets(forward.scenario.world), self.found.ahead
        series: list[dict[Key, Floats]] = []
        people: list[dict[str, Floats]] = []
        towns: list[dict[str, Town]] = []
        blocks = forward.blocks(
            self.found.unknowns, draw=self.draw, seed=self.seed, on_day=self._told(number)
        )
        for data in blocks:
            series.append(counted_ahead(data, targets, ahead))
            people.append(dict(_people(data, ahead)))
            towns.append(towns_in(data, ahead))
        return (
            {key: np.concatenate([part[key] for part in series]) for key in series[0]},
            {name: np.concatenate([part[name] for part in people]) for name in people[0]},
            joined(towns),
        )

    def _told(self, number: int) -> OnDay | None:
        told: Callable[..., None] | None = self.on_step
        if told is None:
            return None
        return lambda done, total: told(self.steps + number, self.steps + self.runs, done, total)


def _people(data: xr.Dataset, ahead: Sequence[pd.Period]) -> Iterator[tuple[str, Floats]]:
    """Give the people where an authority acts on a mean evening, and who stay, [R, months]."""
    sheltered = np.flatnonzero(data["needs_shelter"].to_numpy())
    statuses = tuple(data["status"].to_numpy().astype(str)[sheltered])
    for name, of in ((PEOPLE, ()), (SHELTER, statuses)):
        nights = [
            person_evenings(data, str(month), str(month), of) / month.days_in_month
            for month in ahead
        ]
        yield name, np.stack(nights, axis=1)
    for name in FLOWS:
        counted = measure_named(name).monthly(data)
        if counted is not None:
            yield name, counted.transpose("replicate", "month").to_numpy()[:, : len(ahead)]


def _wholes(samples: Mapping[Key, Floats]) -> dict[str, Floats]:
    return {series: values for (series, part), values in samples.items() if part == WHOLE}


def _note(scenario: Scenario, found: Futures) -> Note:
    about = {
        "scenario": scenario.name, "origin_month": str(found.moment.origin),
        "made_day": str(found.moment.day),
    }  # fmt: skip
    return Note("what_if", about)
