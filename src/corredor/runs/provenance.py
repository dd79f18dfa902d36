"""What a result was made of: enough to make it again, and to say why it would come out otherwise.

Three things are noted. What was asked (scenario, draw, seed, replicates); what went in (digests of
the world's files, its posterior among them, and of the record); and what computed it (versions of
Corredor and of the libraries whose numbers go into it, a digest of Corredor's own code, the kind
of machine).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xarray as xr

from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_document import scenario_document
from corredor.errors import UsageError
from corredor.inputs import shipped
from corredor.inputs.computed_by import computed_by, computed_by_request
from corredor.inputs.manifest import known_digest
from corredor.record.digest import record_digest
from corredor.text.language import in_words_of

ATTRIBUTE = "provenance"
WORLD_FILES = ("*.csv", "*.toml", "*.parquet")


def provenance(scenario: Scenario, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a run of a scenario is made of, as plain values.

    Parameters
    ----------
    scenario : Scenario
        What is run.
    asked : mapping
        Draw, seed, replicates and whatever else decides the numbers.
    """
    return {
        "asked": dict(asked),
        "scenario": scenario_document(scenario),
        "scenario_hash": scenario.hash,
        "world": shipped.world_named(scenario.world.folder),
        **inputs_of(scenario.world.folder),
        **computed_by(),
    }


def request_of(made: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what decides the numbers of runs, for the ledger of their work: by name, plain.

    The record is left out: it is set beside the numbers and is no part of them.
    """
    first = made[0]
    files = {f"file {name} of the world": digest for name, digest in first["world_files"].items()}
    return {
        **first["asked"],
        "scenarios": [[one["scenario"]["name"], one["scenario_hash"]] for one in made],
        "world": first["world"],
        **files,
        **computed_by_request(),
    }


def attach_provenance(data: xr.Dataset, made: Mapping[str, Any]) -> None:
    """Note on a result what it was made of."""
    data.attrs[ATTRIBUTE] = json.dumps(made, sort_keys=True)


def made_of(data: xr.Dataset) -> dict[str, Any]:
    """Return what a result was made of; empty where it does not say."""
    made: dict[str, Any] = json.loads(data.attrs.get(ATTRIBUTE, "{}"))
    return made


def inputs_of(world: Path) -> dict[str, Any]:
    """Return the digests of the files of a world and of the record."""
    paths = sorted(path for pattern in WORLD_FILES for path in world.glob(pattern))
    return {
        "world_files": {path.name: known_digest(path) for path in paths},
        "record": record_digest(world),
    }


@contextmanager
def in_words_of_worlds(*results: xr.Dataset) -> Iterator[None]:
    """Use the words of the world of some results inside a ``with`` block, if they have but one."""
    names = {str(made_of(data).get("world", "")) for data in results}
    name = names.pop() if len(names) == 1 else ""
    try:
        folder = shipped.find("worlds", name) if name else None
    except UsageError:  # the world is no longer where it was
        folder = None
    with in_words_of(folder):
        yield
