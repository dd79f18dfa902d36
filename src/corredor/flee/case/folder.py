"""A case: an input folder, a validation folder and settings, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corredor.errors import InputError, Problem
from corredor.flee.case.classes import Classes, read_classes, traits_read
from corredor.flee.case.events import Closure, Period, read_closures, read_conflicts, read_period
from corredor.flee.case.places import Location, Route, read_locations, read_routes
from corredor.flee.case.record import Record, check_camps, read_record
from corredor.flee.case.settings import Settings, default_settings, read_settings

WITHOUT_RULE = {
    "major_routes.csv": "it is read only with fixed_routes",
    "flood_level.csv": "it is read only with floods",
    "region_attributes_IPC.csv": "it is read only with rules about hunger",
    "agents.csv": "it is read only with read_from_agents_csv_file",
}


@dataclass(frozen=True, eq=False)
class Case:
    """All that Flee's rules read of one conflict.

    ``conflict`` is the intensity by day and place, [days, places]; ``notes`` say what was read but
    has no effect, in Flee or here.
    """

    name: str
    period: Period
    locations: tuple[Location, ...]
    routes: tuple[Route, ...]
    closures: tuple[Closure, ...]
    conflict: NDArray[np.float64]
    record: Record
    settings: Settings
    classes: Classes
    notes: tuple[str, ...]

    @property
    def index(self) -> dict[str, int]:
        """Return the number of each place."""
        return {location.name: i for i, location in enumerate(self.locations)}

    @property
    def camps(self) -> tuple[str, ...]:
        """Return the names of the camps of the map, in its order."""
        return tuple(location.name for location in self.locations if location.is_camp)


def read_case(folder: Path, validation: Path, settings: Path | None = None) -> Case:
    """Read a case.

    Parameters
    ----------
    folder : Path
        With locations.csv, routes.csv, closures.csv, conflicts.csv and sim_period.csv; it may
        have registration_corrections.csv and simsetting.yml.
    validation : Path
        With data_layout.csv and the files that it names.
    settings : Path, optional
        Instead of the folder's simsetting.yml; without either, Flee's defaults hold.

    Raises
    ------
    InputError
        With file, line, column, value and what was expected.
    """
    chosen, own = settings_file(folder, settings), folder / "simsetting.yml"
    notes = [] if chosen else [f"{own}: there is no such file, so Flee's defaults hold."]
    read = read_settings(chosen) if chosen else default_settings()
    _refuse_unknown_rules(folder)
    period = read_period(folder / "sim_period.csv")
    locations, more = read_locations(folder / "locations.csv")
    index = {location.name: i for i, location in enumerate(locations)}
    routes, of_routes = read_routes(folder / "routes.csv", index)
    countries = {location.country for location in locations}
    closures, of_closures = read_closures(folder / "closures.csv", index, countries)
    conflict, of_conflicts = read_conflicts(folder / "conflicts.csv", index, period.days)
    corrections = folder / "registration_corrections.csv"
    record = read_record(validation, corrections, period, read.hasten)
    case = Case(
        name=case_name(folder),
        period=period, locations=locations, routes=routes, closures=closures, conflict=conflict,
        record=record, settings=read, classes=read_classes(folder, read, index),
        notes=(*notes, *read.notes, *more, *of_routes, *of_closures, *of_conflicts,
               *_unread_files(folder, read)),
    )  # fmt: skip
    check_camps(record, case.camps, validation / "data_layout.csv")
    return case


def settings_file(folder: Path, settings: Path | None) -> Path | None:
    """Return the settings that hold: those given, or the folder's own, or None for the defaults."""
    own = folder / "simsetting.yml"
    return settings or (own if own.exists() else None)


def case_name(folder: Path) -> str:
    """Return what a case is called: as its folder, or the one around it if that is ``input``."""
    return folder.resolve().parent.name if folder.name == "input" else folder.resolve().name


def _refuse_unknown_rules(folder: Path) -> None:
    changes = folder / "location_changes.csv"
    if changes.exists():
        raise InputError(
            Problem(str(changes), "no such file: Corredor has no rule for places whose type "
                    "changes (Flee reads it where it is started, not from this folder)")
        )  # fmt: skip


def _unread_files(folder: Path, settings: Settings) -> list[str]:
    there = [f"{folder / name}: not used, for {why}." for name, why in WITHOUT_RULE.items()
             if (folder / name).exists()]  # fmt: skip
    there += [
        f"{path}: not used, for no rule that is switched on reads {trait} of persons."
        for path in sorted(folder.glob("demographics_*.csv"))
        if (trait := path.stem.removeprefix("demographics_")) not in traits_read(settings)
    ]
    return there
