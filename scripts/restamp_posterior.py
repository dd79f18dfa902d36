"""Let what was calibrated keep its world where tables were only added that say what code said.

Usage: ``python -m scripts.restamp_posterior [WORLD]``. Before ``zones.csv`` and
``jurisdictions.csv`` a world's digest was that of five tables, and the code knew where people are
stopped. A posterior that was made for those five as they are is that of the world with the two
tables beside them: the model is the same to the bit (``tests/reference``). So its note of the world
is written anew, and that of the scenario if it follows from the same change; no value is touched.
A posterior of any other tables is refused. It may be run again on a new posterior.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.world import World, load_world
from corredor.fit.calibrate import Ensemble, prepare
from corredor.inputs.sealed import read_sealed, write_sealed

FORMER = ("places", "links", "people", "entry", "calendar")
FILES = ("posterior.parquet", "variants.parquet")


def former_hash(world: World) -> str:
    """Return the digest that the world had when five tables made it up."""
    digest = hashlib.sha256()
    for path in (world.folder / f"{table}.csv" for table in FORMER):
        if path.exists():
            content = path.read_bytes()
            digest.update(f"{path.name} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def restamped(about: dict[str, Any], scenario: Scenario) -> dict[str, Any]:
    """Return what is told of a posterior, with the digests of the world as it is now.

    Raises
    ------
    ValueError
        If it was made for other tables.
    """
    world = scenario.world
    former = scenario.but(world=replace(world, hash=former_hash(world)))
    if about["world_hash"] not in (world.hash, former.world.hash):
        raise ValueError(f"made for other tables of {world.name}; calibrate again")
    found = {**about, "world_hash": world.hash}
    if "scenario_hash" in about and about["scenario_hash"] == _calibrated(about, former):
        found["scenario_hash"] = _calibrated(about, scenario)
    return found


def _calibrated(about: dict[str, Any], scenario: Scenario) -> str:
    """Return the digest of a scenario over the months of a calibration."""
    first, last = (dt.date.fromisoformat(f"{about[end]}-01") for end in ("from", "to"))
    size = Ensemble(*(int(about[name]) for name in ("members", "iterations", "seed")))
    return prepare(scenario, first, last, size).forward.scenario.hash


def restamp(path: Path, scenario: Scenario) -> bool:
    """Write a file with the world's digest as it is now; return whether it had another."""
    table, about = read_sealed(path)
    found = restamped(about, scenario)
    if found == about:
        return False
    write_sealed(table, path, found, replace=True)
    return True


def main(name: str = "mexico", baseline: str = "baseline") -> None:
    """Restamp what was calibrated for a world, and say so."""
    world, scenario = load_world(name), load_scenario(baseline)
    for path in (world.folder / file for file in FILES):
        if not path.exists():
            continue
        try:
            done = restamp(path, scenario)
        except ValueError as error:
            print(f"{path}: left as it is, {error}")
            continue
        print(f"{path}: {'written anew' if done else 'needs nothing'}")


if __name__ == "__main__":
    main(*sys.argv[1:])
