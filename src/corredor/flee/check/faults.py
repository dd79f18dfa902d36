"""Every fault of a case, in all of its files at once, with what Flee would do."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from corredor.errors import CorredorError, InputError, Problem
from corredor.flee.case import agents, changes, hunger, major
from corredor.flee.case.agents import Agent, read_agents
from corredor.flee.case.cells import Row, Sheet
from corredor.flee.case.changes import read_changes
from corredor.flee.case.classes import read_classes
from corredor.flee.case.events import Period, read_closures, read_conflicts, read_period
from corredor.flee.case.floods import FILE as FLOODS
from corredor.flee.case.floods import read_floods
from corredor.flee.case.folder import read_case
from corredor.flee.case.hunger import read_hunger
from corredor.flee.case.layout import CasePaths, settings_file
from corredor.flee.case.major import read_major_routes
from corredor.flee.case.places import (
    COLUMNS,
    Location,
    first_of_each_name,
    read_locations,
    read_routes,
)
from corredor.flee.case.record import read_counts, read_record
from corredor.flee.case.settings import Settings, default_settings, read_settings
from corredor.flee.case.tolerance import reading
from corredor.flee.rules.network import build_network
from corredor.flee.rules.program import build_program
from corredor.flee.rules.spawning import newcomers
from corredor.flee.rules.timeline import build_timeline
from corredor.inputs.rows import read_rows

_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Fault:
    """Something wrong in a case.

    Attributes
    ----------
    problem : Problem
        File, row, column, value, and what was expected.
    flee : str
        What Flee would do, as the end of a sentence that begins with its name.
    refused : bool
        Whether the case is refused for it. If not, it runs as Flee runs it, and a note says so.
    """

    problem: Problem
    flee: str
    refused: bool = True


@dataclass(frozen=True)
class Findings:
    """What is wrong with a case, and what is worth knowing of it where nothing is."""

    faults: tuple[Fault, ...]
    notes: tuple[str, ...]

    @property
    def refused(self) -> bool:
        """Return whether the case is refused."""
        return any(fault.refused for fault in self.faults)


def find_faults(case: CasePaths, days: int | None = None) -> Findings:
    """Return every fault of a case.

    A file that others build on may be wrong itself: of locations.csv the names are used all the
    same, so that the other files are checked too.

    Parameters
    ----------
    case : CasePaths
        Where it lies.
    days : int, optional
        Instead of those of sim_period.csv.

    Examples
    --------
    >>> from corredor.flee.case.layout import find_case
    >>> find_faults(find_case(Path("mali2012"), None, None)).faults  # doctest: +SKIP
    ()
    """
    with reading(strict=True):
        every, notes = _problems_of(case, days)
    stops = every
    if every:
        with reading(strict=False):
            stops, notes = _problems_of(case, days)
    places = {_where(problem) for problem in stops}
    beside = [p for p in stops if _where(p) not in {_where(problem) for problem in every}]
    faults = tuple(
        Fault(problem, flee_does(problem), _where(problem) in places) for problem in every + beside
    )
    return Findings(faults, notes)


def _where(problem: Problem) -> tuple[object, ...]:
    return problem.file, problem.row, problem.column, problem.expected


def _problems_of(case: CasePaths, days: int | None) -> tuple[list[Problem], tuple[str, ...]]:
    """Return what is wrong with a case as it is read now, and notes where nothing is."""
    found = _Collected(str(case.folder))
    chosen = settings_file(case.folder, case.settings)
    settings = found.read(lambda: read_settings(chosen), default_settings()) if chosen else (
        default_settings()
    )  # fmt: skip
    period = found.read(lambda: read_period(case.folder / "sim_period.csv"), None)
    places = found.read(
        lambda: read_locations(case.folder / "locations.csv", settings.floods is not None)[0],
        _as_far_as_read(case.folder / "locations.csv"),
    )
    _check_folder(found, case.folder, settings, places, _length(period, days))
    if period is not None:
        _check_record(found, case, places, period, settings)
    notes: tuple[str, ...] = ()
    if not found.problems:
        notes = found.read(lambda: _whole(case, days), ())
    return found.problems, notes


def _whole(case: CasePaths, days: int | None) -> tuple[str, ...]:
    """Lay a case out as for a run, and return its notes."""
    read = read_case(case.folder, case.validation, case.settings, days)
    program = build_program(read)
    if read.settings.by_record:
        timeline = build_timeline(read, build_network(read))
        people = [0 if place.is_camp else place.people for place in read.locations]
        weight = (timeline.fleeing * np.array(people)).sum(axis=1)[timeline.row]
        fled = newcomers(read, program.record)
        alone = np.flatnonzero((fled > 0) & ~(weight > 0))
        if len(alone):
            day = int(alone[0])
            raise InputError(
                Problem(str(case.folder / "conflicts.csv"), "a place of conflict with people on "
                        f"day {day}, on which {fled[day]:,} people flee by the record")
            )  # fmt: skip
    return read.notes


@dataclass
class _Collected:
    """Problems of several files."""

    case: str
    problems: list[Problem] = field(default_factory=list)

    def read(self, reader: Callable[[], _Read], otherwise: Any) -> _Read:
        """Return what was read, or something else where there are problems, which are kept."""
        try:
            return reader()
        except InputError as error:
            self.problems += [p for p in error.problems if p not in self.problems]
        except CorredorError as error:
            expected = "settings and a map that Corredor can lay out"
            self.problems.append(Problem(self.case, expected, hint=str(error)))
        found: _Read = otherwise
        return found


def _length(period: Period | None, days: int | None) -> int:
    return days or (period.days if period else 1)


def _as_far_as_read(path: Path) -> tuple[Location, ...]:
    """Return the names of a file of places that is wrong; nothing else of it is used."""
    try:
        rows = read_rows(path)
    except InputError:
        return ()
    found: dict[str, Location] = {}
    for line, cells in rows:
        name = cells[0].strip()
        if name and not name.startswith("#"):
            text = dict(zip(COLUMNS, (cell.strip() for cell in cells), strict=False))
            found[name] = Location(
                name, text.get("region") or "unknown", text.get("country") or "unknown", 0.0, 0.0,
                "camp" if "camp" in text.get("location_type", "") else "town", 0, 0, line=line,
            )  # fmt: skip
    return tuple(found.values())


def _check_folder(
    found: _Collected, folder: Path, settings: Settings, places: tuple[Location, ...], days: int
) -> None:
    """Read the files of the input folder, one by one."""
    index = {place.name: i for i, place in enumerate(places)}
    routes, _ = found.read(lambda: read_routes(folder / "routes.csv", index), ((), []))
    known = folder / major.FILE
    if settings.fixed_routes and known.exists():
        found.read(lambda: read_major_routes(known, index, routes), None)
    countries = {place.country for place in places}
    found.read(lambda: read_closures(folder / "closures.csv", index, countries), None)
    by_flood = (folder / FLOODS).exists() and not (folder / "conflicts.csv").exists()
    if settings.floods is None and not (found.problems and by_flood):
        found.read(
            lambda: read_conflicts(
                folder / "conflicts.csv", first_of_each_name(places), days, len(places)
            ),
            None,
        )
    elif settings.floods is not None:
        levels = settings.floods.levels
        found.read(lambda: read_floods(folder / FLOODS, index, days, levels), None)
    if settings.reads_hunger:
        regions = [place.region for place in places]
        found.read(lambda: read_hunger(folder / hunger.FILE, regions, days), None)
    if (folder / changes.FILE).exists():
        by_name = {place.name: place for place in places}
        found.read(lambda: read_changes(folder / changes.FILE, by_name), None)
    persons: tuple[Agent, ...] = ()
    if settings.read_from_agents_csv_file:
        persons = found.read(lambda: read_agents(folder / agents.FILE, index), ())
    found.read(lambda: read_classes(folder, settings, index, persons), None)


def _check_record(
    found: _Collected, case: CasePaths, places: tuple[Location, ...], period: Period,
    settings: Settings,
) -> None:  # fmt: skip
    """Read every file of the record, then all together, with the corrections."""
    layout = case.validation / "data_layout.csv"
    before = len(found.problems)
    rows = found.read(lambda: read_rows(layout), [])
    if len(found.problems) > before:
        return
    files = dict.fromkeys(cell.strip() for _, cells in rows if not cells[0].startswith("#")
                          for cell in cells[1:] if cell.strip())  # fmt: skip
    for name in files:
        found.read(partial(read_counts, case.validation / name, period.start), None)
    corrections = case.folder / "registration_corrections.csv"
    if len(found.problems) == before:
        found.read(lambda: read_record(case.validation, corrections, period, settings.hasten), None)
    sheet = Sheet(layout, ("name", "file"), needed=2)
    named = {Row(sheet, line, cells).text("name") for line, cells in rows}
    every = settings.floods is not None
    found.problems += [
        Problem(str(layout), f"a row for the camp {place.name!r} of locations.csv")
        for place in places if (every or place.is_camp) and place.name not in named
    ]  # fmt: skip


@cache
def _consequences() -> tuple[tuple[str, str, str, str], ...]:
    with Path(__file__).with_name("flee_does.csv").open(encoding="utf-8", newline="") as opened:
        return tuple(
            (row["file"], row["column"], row["expected"], row["flee"])
            for row in csv.DictReader(opened)
        )


def flee_does(problem: Problem) -> str:
    """Return what Flee would do with a fault, as the end of a sentence that begins with its name.

    The rows of ``flee_does.csv`` are tried in their order; an empty cell of it fits everything.
    """
    name = Path(problem.file).name
    name = "simsetting.yml" if name.endswith((".yml", ".yaml")) else name
    for file, column, expected, flee in _consequences():
        fits = (not file or file == name) and (not column or column == problem.column)
        if fits and expected in problem.expected:
            return flee
    raise LookupError(problem)
