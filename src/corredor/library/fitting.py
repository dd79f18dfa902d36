"""Calibration, forecasts and sensitivity, as a notebook asks for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from corredor.corridor.given import day_of
from corredor.corridor.model import Process
from corredor.corridor.posterior import Posterior
from corredor.corridor.priors import Prior, load_priors, priors_of
from corredor.corridor.scenario import Scenario
from corredor.corridor.world import World
from corredor.engine.draws.names import DrawName
from corredor.errors import InputError, Problem, UsageError, did_you_mean
from corredor.fit import calibrate as fitting
from corredor.fit import sensitivity as moving
from corredor.fit.forecast import Forecast
from corredor.fit.forecast import forecast as made
from corredor.fit.observations import Observation, Observations
from corredor.library.running import scenario_of
from corredor.runs.targets import load_countings

FRAME = "observations"  # what errors call the frame
NEEDED = ("series", "month", "value", "error")
ALSO = ("end", "small", "by", "part")


def calibrate(
    world: World | Scenario | str | Path, observations: pd.DataFrame | None = None,
    priors: Iterable[Prior | Mapping[str, Any]] | None = None, *, start: str | None = None,
    end: str | None = None, spin_up_months: int | None = None, members: int = 100,
    iterations: int = 6, seed: int = 1, processes: Iterable[Process] = (),
    out: str | Path | None = None, resume: bool = False,
) -> Posterior:  # fmt: skip
    """Find the unknowns of a world from what was observed of it.

    Parameters
    ----------
    world : World, Scenario, str or Path
        A world as it is, or the scenario whose levers the unknowns move.
    observations : pandas.DataFrame, optional
        A row for each published total: ``series`` (one that the world counts), ``month`` such as
        ``2024-01``, ``value``, and ``error``, the standard deviation of the logarithm of published
        over modelled. Optional: ``end`` (last month of a total over several), ``small`` (people
        added to both sides, 1 unless given), ``by`` and ``part`` (such as ``sector`` and
        ``Tucson``). The official record, as ``observations.toml`` of the world says, if left out.
    priors : iterable of Prior or mapping, optional
        What is known of each lever beforehand, as ``[[prior]]`` of ``priors.toml`` says it; those
        of the world if left out. A lever of a rule of one's own may be among them.
    start, end : str, optional
        First and last month, such as ``2024-01``; those of the observations if left out.
    spin_up_months : int, optional
        Months run before the first, so that places fill; two, or as many as the world has.
    members, iterations, seed : int
        Size of the ensemble, steps of the smoother (ES-MDA), seed of both.
    processes : iterable of Process
        The rules of a day; those of the scenario unless given.
    out : str or Path, optional
        A new ``posterior.parquet``. In the folder of the world it is what runs then take.
    resume : bool
        Go on with an interrupted calibration to ``out``.

    Returns
    -------
    Posterior
        Sets of factors, one a member: give it to ``corredor.run`` as ``parameters``.

    Raises
    ------
    InputError
        With every problem of the frame or the priors.
    UsageError
        If the request makes no sense.

    Examples
    --------
    A made-up world in which 1,000 people a month are expected and 1,500 were counted:

    >>> import pandas as pd
    >>> import corredor
    >>> world = corredor.example_world()
    >>> counted = pd.DataFrame({"series": "arrivals", "month": ["2024-02", "2024-03"],
    ...                         "value": [1500, 1500], "error": 0.05})
    >>> prior = corredor.Prior(lever="entry.factor", spread=0.5, reason="made up")
    >>> posterior = corredor.calibrate(world, counted, [prior], members=20, iterations=3)
    >>> bool(1.3 < posterior.factors["entry.factor"].values.mean() < 1.7)
    True
    >>> result = corredor.run(world, parameters=posterior, replicates=5, draw="expected")
    """
    scenario, rules = scenario_of(world), tuple(processes)
    if rules:
        scenario = scenario.with_processes(rules)
    given = None if observations is None else observed(observations, scenario)
    if priors is None:
        known = load_priors(scenario.world)
    else:
        known = priors_of(list(priors), scenario.world, "priors", scenario.known_levers())
    if not known.priors:
        raise UsageError(f"{scenario.world.name}: has no priors, so there is nothing to find.")
    first, last = _span(start, end, given, scenario)
    prepared = fitting.prepare(
        scenario, first, last, fitting.Ensemble(members, iterations, seed), priors=known,
        given=given, spin_up=_spin_up(spin_up_months, first, scenario.world),
    )  # fmt: skip
    if out is not None:
        return fitting.calibrate(prepared, Path(out), resume=resume)[0]
    unknowns, _ = prepared.run()
    return prepared.posterior(unknowns)


def observed(frame: pd.DataFrame, scenario: Scenario) -> Observations:
    """Return the observations of a frame, as :func:`calibrate` takes it.

    Raises
    ------
    InputError
        With every problem: a column that is missing or unknown, a series that the world does not
        count, a month or a number that is none.
    """
    problems = [
        Problem(FRAME, f"a column {name!r}") for name in NEEDED if name not in frame.columns
    ]
    problems += [
        Problem(FRAME, f"one of {', '.join((*NEEDED, *ALSO))}", str(name), column=str(name),
                hint=did_you_mean(str(name), (*NEEDED, *ALSO)))
        for name in frame.columns if name not in (*NEEDED, *ALSO)
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    countings = load_countings(scenario.world)
    listed: list[Observation] = []
    for number, row in enumerate(frame.to_dict("records"), start=1):
        series = str(row["series"])
        if series not in countings:
            expected = f"a series that the world counts: {', '.join(countings) or 'none'}"
            hint = did_you_mean(series, countings)
            problems.append(Problem(FRAME, expected, series, number, "series", hint))
        value, error = (_number(row, key, number, problems) for key in ("value", "error"))
        small = _number(row, "small", number, problems) if _said(row, "small") else 1.0
        begin = _month(row["month"], number, "month", problems)
        last = _month(row["end"], number, "end", problems) if _said(row, "end") else begin
        if value is None or error is None or small is None or begin is None or last is None:
            continue
        by, part = (str(row[key]) if _said(row, key) else "" for key in ("by", "part"))
        listed.append(Observation(series, by, part, "", begin, last, value, error, small))
    if not listed and not problems:
        problems.append(Problem(FRAME, "at least one row"))
    if problems:
        raise InputError(problems)
    return Observations(tuple(listed))


def _said(row: Mapping[Any, Any], key: str) -> bool:
    return key in row and not pd.isna(row[key]) and row[key] != ""


def _number(
    row: Mapping[Any, Any], key: str, number: int, problems: list[Problem]
) -> float | None:  # fmt: skip
    least = "0 or more" if key == "value" else "more than 0"
    try:
        value = float(row[key])
    except (TypeError, ValueError):
        value = float("nan")
    if value > 0 or (key == "value" and value == 0):
        return value
    problems.append(Problem(FRAME, f"a number, {least}", row[key], number, key))
    return None


def _month(
    value: Any, number: int, column: str, problems: list[Problem]
) -> pd.Period | None:  # fmt: skip
    try:
        month = pd.Period(value, "M")
    except (TypeError, ValueError):
        month = None
    if isinstance(month, pd.Period):  # nothing, in pandas, is a month that is none
        return month
    problems.append(Problem(FRAME, "a month such as 2024-01", value, number, column))
    return None


def _span(
    start: str | None, end: str | None, given: Observations | None, scenario: Scenario
) -> tuple[dt.date, dt.date]:
    """Return days in the first and the last month of a calibration."""
    if given is None:
        first, last = scenario.start, scenario.end
    else:
        first = min(each.start for each in given.listed).start_time.date()
        last = max(each.end for each in given.listed).end_time.date()
    asked = [day_of(month and f"{month[:7]}-01", name)
             for month, name in ((start, "start"), (end, "end"))]  # fmt: skip
    return asked[0] or first, asked[1] or last


def _spin_up(asked: int | None, first: dt.date, world: World) -> int:
    """Return the months run before the first: no more than the world's entry table has."""
    if asked is not None:
        return asked
    before = pd.Period(first, "M") - pd.Period(str(world.entry["month"].min())[:7], "M")
    return max(0, min(fitting.SPIN_UP, int(before.n)))


def forecast(
    scenario: str | Path | Scenario | World = "baseline", *, origin: str | None = None,
    months: int = 6, members: int = 100, iterations: int = 6, seed: int = 1,
    draw: DrawName = "exact", today: dt.date | str | None = None,
) -> Forecast:  # fmt: skip
    """Forecast from the newest month held, or as it could have been made at an earlier one.

    It calibrates anew with what had been published by then, so it takes minutes.

    Parameters
    ----------
    scenario : str, Path, Scenario or World
        Its levers as they were known on the day the forecast is made.
    origin : str, optional
        The last month known, such as ``2024-01``; the newest held if left out.
    months : int
        How many months ahead, 18 at most.
    members, iterations, seed : int
        Of the calibration; each member makes one future.
    draw : {"exact", "expected", "hybrid"}
        Of the months ahead.
    today : date or str, optional
        Of a forecast from the newest month; the day of the clock if left out.

    Returns
    -------
    Forecast
        ``.table()`` has a row for each series, part and month with mean and quantiles;
        ``.samples`` the futures themselves, ``[future, month]``.

    Raises
    ------
    UsageError
        If the origin or the number of months makes no sense.

    Examples
    --------
    >>> import corredor
    >>> ahead = corredor.forecast(origin="2024-01", months=2, members=10, iterations=1)
    >>> sorted(set(ahead.table()["month"]))
    ['2024-02', '2024-03']
    """
    ensemble = fitting.Ensemble(members, iterations, seed)
    asked = scenario_of(scenario)
    return made(asked, origin, months, ensemble, draw=draw, today=day_of(today, "today"))


def sensitivity(
    levers: Sequence[str] = (), outputs: Sequence[str] = (), *,
    scenario: str | Path | Scenario | World = "baseline", start: str | None = None,
    end: str | None = None, spin_up_months: int = moving.SPIN_UP, trajectories: int = 10,
    seed: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """Say which lever moves which output, and how far, by elementary effects (Morris 1991).

    Parameters
    ----------
    levers : sequence of str
        Those that are moved, each over the range that its prior gives it; a lever stands for all
        of its keys. All that have a prior if none is named.
    outputs : sequence of str
        Outputs that the world names, or series and flows of a result. All outputs if none.
    scenario : str, Path, Scenario or World
        Whose levers are moved.
    start, end : str, optional
        First and last month that are counted; July 2023 to June 2024 for the baseline.
    spin_up_months : int
        Months run before the first.
    trajectories : int
        Each costs as many runs as there are levers, and one.
    seed : int
        Of the trajectories.

    Returns
    -------
    pandas.DataFrame
        A row for each lever and output: ``mu`` (mean effect), ``mu_star`` (its mean size),
        ``mu_star_conf``, ``sigma``, ``base`` (the output with nothing moved) and the ``unit``.

    Raises
    ------
    UsageError
        If SALib is not installed, or there is no such lever or output.

    Examples
    --------
    >>> import corredor
    >>> effects = corredor.sensitivity(
    ...     ["crossing.attempt", "interdiction.tempo"], ["detentions"], start="2024-01",
    ...     end="2024-01", spin_up_months=1, trajectories=2)
    >>> set(effects["output"])
    {'detentions'}
    """
    first, last = (
        day_of(month and f"{month[:7]}-01", name) or usual
        for month, name, usual in ((start, "start", moving.FIRST), (end, "end", moving.LAST))
    )
    return moving.sensitivity(
        scenario_of(scenario), first=first, last=last, spin_up=spin_up_months,
        trajectories=trajectories, seed=seed, levers=levers, outputs=outputs,
    )  # fmt: skip
