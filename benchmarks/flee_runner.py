"""One run of Flee itself, as its users run it, in a process of its own.

``python -m benchmarks.flee_runner INPUT VALIDATION SETTINGS SEED [later]`` prints JSON: seconds
of the processor for reading and for the days, and the people in each camp on each day, after that
day's moves.

With ``later``, rules that Flee has taken up since the release on PyPI are put in: the people of day
0 are taken off a camp's capacity where the record says who flees, whoever is on a chosen way does
not stop before its end, and in the months of harvest whoever is in a place is counted at home.

The release looks for ``demographics_TRAIT.csv`` in ``input_csv`` of the folder at hand.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import yaml


def put_in_later_rules(camps: list[Any], at_start: list[int]) -> None:
    """Change the release so that it follows the two rules."""
    from flee import flee

    for camp, people in zip(camps, at_start, strict=True):
        if camp.capacity > 0:
            camp.capacity -= people
    decide = flee.Person.evolve

    def go_on(person: Any, *given: Any, **named: Any) -> None:
        place, usual = person.location, person.location.movechance if not person.travelling else 0
        if not person.travelling and person.route:
            place.movechance = 1.0
        decide(person, *given, **named)
        if hasattr(place, "movechance"):
            place.movechance = usual

    flee.Person.evolve = go_on


def put_in_harvest(months: list[int], begin: str) -> None:
    """Change the release so that people return for the harvest, as its later version has it."""
    from flee import flee

    decide, first = flee.Person.evolve, dt.date.fromisoformat(begin)
    at_home: set[int] = set()

    def harvest(person: Any, system: Any, time: int, ForceTownMove: bool = False) -> None:
        if not person.travelling:
            season = (first + dt.timedelta(days=time)).month in months
            if season != (id(person) in at_home):
                more = 1 if season else -1
                person.location.numAgents -= more
                person.home_location.numAgents += more
                at_home.symmetric_difference_update({id(person)})
            if season:
                return
        decide(person, system, time, ForceTownMove)

    flee.Person.evolve = harvest


def run_flee(
    inputs: Path, validation: Path, settings: Path, seed: int, *, later: bool = False
) -> dict[str, Any]:
    """Run one case with Flee's own code and default order of a day."""
    from flee import InputGeography, flee, spawning
    from flee.datamanager import handle_refugee_data, read_period
    from flee.SimulationSettings import SimulationSettings

    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - Flee draws from the global generator
    started = time.process_time()
    begin, days = read_period.read_conflict_period(str(inputs / "sim_period.csv"))
    SimulationSettings.ReadFromYML(str(settings))
    SimulationSettings.ConflictInputFile = str(inputs / "conflicts.csv")
    system, geography = flee.Ecosystem(), InputGeography.InputGeography()
    geography.ReadConflictInputCSV(str(inputs / "conflicts.csv"))
    geography.ReadLocationsFromCSV(str(inputs / "locations.csv"))
    geography.ReadLinksFromCSV(str(inputs / "routes.csv"))
    geography.ReadClosuresFromCSV(str(inputs / "closures.csv"))
    system, by_name = geography.StoreInputGeographyInEcosystem(system)
    scale = SimulationSettings.optimisations["PopulationScaleDownFactor"]
    data = handle_refugee_data.RefugeeTable(
        csvformat="generic", data_directory=str(validation), start_date=begin,
        data_layout="data_layout.csv", population_scaledown_factor=scale,
    )  # fmt: skip
    data.ReadL1Corrections(str(inputs / "registration_corrections.csv"))
    camps = system.get_camp_names()
    for camp in camps:
        spawning.add_initial_refugees(system, data, by_name[camp])
    if later:
        by_record = [] if SimulationSettings.spawn_rules["conflict_driven_spawning"] else camps
        put_in_later_rules(
            [by_name[camp] for camp in by_record],
            [int(data.get_field(camp, 0)) for camp in by_record],
        )
        given = yaml.safe_load(settings.read_text()) or {}
        months = (given.get("move_rules") or {}).get("harvest_months")
        if months:
            put_in_harvest(months, begin)
    ready = time.process_time()
    people: dict[str, list[int]] = {camp: [] for camp in camps}
    record: dict[str, list[int]] = {camp: [] for camp in camps}
    for day in range(days):
        geography.AddNewConflictZones(system, day)
        spawning.spawn_daily_displaced(system, day, data, SumFromCamps=True)
        spawning.refresh_spawn_weights(system)
        system.enact_border_closures(day)
        system.evolve()
        for camp in camps:
            people[camp].append(int(by_name[camp].numAgents))
            record[camp].append(int(data.get_field(camp, day)))
    return {
        "seconds": {"read": ready - started, "simulate": time.process_time() - ready},
        "everybody": len(system.agents), "camps": people, "record": record, "seed": seed,
    }  # fmt: skip


if __name__ == "__main__":
    inputs, validation, settings, seed, *later = sys.argv[1:]
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
        found = run_flee(
            Path(inputs), Path(validation), Path(settings), int(seed), later=bool(later)
        )
    print(json.dumps(found))
