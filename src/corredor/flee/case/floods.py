"""Floods: what the settings say of them, and the levels by day of ``flood_level.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corredor.arrays import Floats
from corredor.errors import InputError, Problem
from corredor.flee.case.cells import Row, Sheet
from corredor.flee.case.tolerance import tolerate
from corredor.inputs.rows import read_rows

FILE = "flood_level.csv"
ONLY = "spawn_rules.flood_zone_spawning_only"
SPAWNING = "spawn_rules.flood_driven_spawn_mode"
RULES = "move_rules.flood_rules"
USUAL = {
    "pop_ratio": (0.0, 0.1, 0.2, 0.5, 0.9),
    "constant": (0.0, 100.0, 200.0, 300.0, 500.0),
    "poisson": (0.0, 100.0, 200.0, 300.0, 500.0),
}


@dataclass(frozen=True)
class Forecast:
    """What people know of floods to come.

    Attributes
    ----------
    days, end : int
        How many days ahead they know, and the last day of which anything is known.
    weights : tuple of float
        How much each day counts, by its number from the first day of the run.
    awareness : tuple of float
        How much people make of it, by their ``floodawareness``.
    """

    days: int
    end: int
    weights: tuple[float, ...]
    awareness: tuple[float, ...]

    def rows(self, days: int) -> int:
        """Return how many days of floods a run of so many days looks at."""
        return max(days, min(self.end, days - 1 + self.days) + 1)

    def ahead(self, level: Floats, loc_weights: tuple[float, ...]) -> Floats:
        """Return how much flood is known to come by day and place, as Flee adds it up.

        Only flooded days count, each with the factor on the attraction of a place at its level. The
        day after is always looked at; beyond ``end`` it is ``end`` itself.
        """
        factor = np.where(level > 0, np.array(loc_weights)[level.astype(int)], 0.0)
        weights = np.zeros(len(level))
        weights[: len(self.weights)] = self.weights[: len(level)]
        found = np.zeros_like(level)
        for day in range(len(level)):
            last = max(min(day + 1, self.end), min(day + self.days, self.end))
            ahead = slice(min(day + 1, self.end), last + 1)
            found[day] = (factor[ahead] * weights[ahead, None]).sum(axis=0)
        return found


@dataclass(frozen=True)
class Floods:
    """What floods do, by their level: 0 is none.

    Attributes
    ----------
    spawn_mode : str
        ``constant``, ``pop_ratio`` or ``poisson``.
    displaced : tuple of float
        People who flee a place in a day, or their share of those who are left there.
    movechances : tuple of float
        The chance to leave a flooded place in a day; empty where floods do not change it.
    loc_weights : tuple of float
        Factors on the attraction of flooded places; empty likewise.
    forecast : Forecast, optional
        What people know of floods to come, where they know anything.
    """

    spawn_mode: str
    displaced: tuple[float, ...]
    movechances: tuple[float, ...]
    loc_weights: tuple[float, ...]
    forecast: Forecast | None = None

    @property
    def levels(self) -> int:
        """Return how many levels Flee can look up: the last of a list is never reached."""
        lists = (self.displaced, self.movechances, self.loc_weights)
        return min(len(values) for values in lists if values) - 1


def floods_of(path: Path, values: Mapping[str, Any], lines: Mapping[str, int]) -> Floods | None:
    """Return what settings say of floods, or None where nobody flees from them.

    Raises
    ------
    InputError
        If the settings ask for floods by half: Flee would stop, or pass over a part in silence.
    """
    asked = values.get(ONLY, False)
    given = [name for name in lines if name.startswith((SPAWNING, RULES))]
    if not asked:
        problems: list[Problem] = []
        if given:
            tolerate(Problem(str(path), f"{ONLY}: true beside it", None, lines[given[0]], given[0]),
                     "floods have no effect", problems)  # fmt: skip
        if problems:
            raise InputError(problems)
        return None
    problems = []
    if not any(name.startswith(SPAWNING) for name in given):
        problems.append(Problem(str(path), f"the section {SPAWNING} beside it", True,
                                lines[ONLY], ONLY))  # fmt: skip
    for name, right in (("conflict_zone_spawning_only", False), ("take_from_population", True)):
        name = f"spawn_rules.{name}"
        if values.get(name, not right) is not right:
            problems.append(Problem(str(path), f"{str(right).lower()}, with floods",
                                    values.get(name), lines.get(name), name))  # fmt: skip
    mode = str(values.get(f"{SPAWNING}.spawn_mode", "pop_ratio")).lower()
    if mode not in USUAL:
        key = f"{SPAWNING}.spawn_mode"
        problems.append(Problem(str(path), "one of " + ", ".join(USUAL), mode, lines[key], key))
        mode = "constant"
    found = Floods(
        mode, values.get(f"{SPAWNING}.displaced_per_flood_day", USUAL[mode]),
        values.get(f"{RULES}.flood_movechances", ()), values.get(f"{RULES}.flood_loc_weights", ()),
        _forecast(values),
    )  # fmt: skip
    if found.levels < 1:
        problems.append(Problem(str(path), "two values or more in each list by level of flood"))
    lists = ("flood_movechances", "flood_loc_weights", "flood_forecaster_weights",
             "flood_awareness_weights", "flood_forecaster_timescale")  # fmt: skip
    if found.forecast:
        key = f"{RULES}.flood_forecaster"
        problems += [
            Problem(str(path), f"{RULES}.{name} beside it", True, lines[key], key)
            for name in lists
            if not values.get(f"{RULES}.{name}")
        ]
    if problems:
        raise InputError(problems)
    return found


def _forecast(values: Mapping[str, Any]) -> Forecast | None:
    if not values.get(f"{RULES}.flood_forecaster"):
        return None
    return Forecast(
        int(values.get(f"{RULES}.flood_forecaster_timescale", 0)),
        int(values.get(f"{RULES}.flood_forecaster_end_time", 0)),
        values.get(f"{RULES}.flood_forecaster_weights", ()),
        values.get(f"{RULES}.flood_awareness_weights", ()),
    )  # fmt: skip


def floods_ahead(path: Path, floods: Floods, level: Floats) -> Floats | None:
    """Return how much flood is known to come by day and place, or None without a forecast.

    Raises
    ------
    InputError
        If a flooded day has no weight: Flee would stop there.
    """
    forecast = floods.forecast
    if forecast is None:
        return None
    beyond = np.flatnonzero((level[: forecast.end + 1] > 0).any(axis=1))
    beyond = beyond[beyond >= len(forecast.weights)]
    if len(beyond):
        raise InputError(
            Problem(str(path), f"no flood from day {len(forecast.weights)} on: "
                    f"{RULES}.flood_forecaster_weights has no more weights", f"day {beyond[0]}")
        )  # fmt: skip
    return forecast.ahead(level, floods.loc_weights)


def read_floods(
    path: Path, names: dict[str, int], days: int, levels: int
) -> tuple[Floats, list[str]]:
    """Return the level of flood by day and place, [days, places], 0 where the file has none; notes.

    The rows are the days in order; what stands in the first column does not matter.

    Raises
    ------
    InputError
        If rows are missing, or a level is none of which Flee finds what it does.
    """
    rows = read_rows(path)
    if not rows:
        raise InputError(Problem(str(path), "a header with the names of places, then a row a day"))
    header = [name.strip() for name in rows[0][1]]
    sheet = Sheet(path, header, needed=len(header))
    if len(rows) - 1 < days:
        sheet.wrong(None, None, f"a row for each of the {days} days simulated or known ahead",
                    f"{len(rows) - 1} rows")  # fmt: skip
    found = np.zeros((days, len(names)))
    for day, (line, cells) in enumerate(rows[1 : days + 1]):
        row = Row(sheet, line, cells)
        if len(cells) < len(header):
            sheet.wrong(line, None, f"{len(header)} cells as in the header", f"{len(cells)} cells")
            continue
        for name in header[1:]:
            if name in names:
                level = int(row.number(name, 0.0, least=0.0))
                if level >= levels:
                    row.wrong(name, f"a level below {levels}, by the lists of the settings", level)
                found[day, names[name]] = level
    sheet.check()
    return found, [f"{path}: {name!r} is no place of locations.csv; its column has no effect."
                   for name in header[1:] if name and name not in names]  # fmt: skip
