"""One run of Flee itself, as its users run it, in a process of its own.

``python -m benchmarks.flee_runner INPUT VALIDATION SETTINGS SEED [later]`` prints JSON: seconds
of the processor for reading and for the days, and the people in each camp on each day, after that
day's moves.

With ``later``, two rules that Flee has taken up since the release on PyPI are put in: the people of
day 0 are taken off a camp's capacity where the record says who flees, and whoever is on a chosen
way does not stop before its end.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np


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
