"""The same seeds give the same bits as when the digests beside this file were written.

A change of shape keeps them; a change of numbers writes them anew (run this file as a program)
and says so in CHANGELOG.md under *Numbers change*.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import corredor
from corredor.engine.draws.names import DrawName
from corredor.flee.run import Runs, run_folder
from corredor.runs.simulate import run_all
from corredor.study.run import Study, run_study

KEPT = Path(__file__).with_name("digests.json")
FLEE_CASES = Path(os.environ.get("FLEE_CASES", "flee-cases"))
CONFLICTS = ("burundi", "car", "ethiopia", "mali", "ssudan", "syria")
POLICIES = (
    "baseline",
    "interdiction-november-2023",
    "appointments-doubled",
    "humanitarian-corridor",
    "no-busing-south",
    "work-permits-south-east",
    "remain-in-mexico",
)
Digests = Mapping[str, str]


def of_array(values: object) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()[:16]


def of_result(data: xr.Dataset) -> Digests:
    return {str(name): of_array(data[name].values) for name in sorted(map(str, data.data_vars))}


def of_results(results: Iterable[xr.Dataset]) -> Digests:
    """Digest several results, each as a whole, by the names of their variables."""
    kept = {}
    for data in results:
        text = json.dumps(of_result(data), sort_keys=True)
        kept[str(data.attrs["scenario"])] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return kept


def of_table(table: pd.DataFrame) -> str:
    numbers = table.select_dtypes("number")
    return of_array(numbers.to_numpy(float))


def short(draw: DrawName = "exact", parameters: str = "posterior") -> Digests:
    """Run three months of the baseline, with the first appointments, for a part of its people."""
    scenario = corredor.load_scenario("baseline").with_horizon(
        dt.date(2022, 12, 1), dt.date(2023, 2, 28)
    )
    return of_result(
        corredor.run(scenario, replicates=1, draw=draw, parameters=parameters, people_scale=0.1)
    )


def policies(draw: DrawName) -> Digests:
    return of_results(run_all(list(POLICIES), replicates=2, draw=draw))


def study() -> Digests:
    found: Study = run_study(replicates=2, draw="exact")
    tables = {
        "factors": found.factors, "fit": found.fit, "sectors": found.sectors,
        "nationalities": found.nationalities, "falls": found.falls,
        "differences": found.differences, "present": found.present,
        "months": found.held_back.months, **found.windows,
    }  # fmt: skip
    verdicts = json.dumps([(v.id, v.verdict, v.value, v.interval) for v in found.verdicts])
    return {
        **{name: of_table(table) for name, table in tables.items()},
        "verdicts": hashlib.sha256(verdicts.encode()).hexdigest()[:16],
    }


def conflict(name: str) -> Digests:
    folder = FLEE_CASES / name
    found = run_folder(
        folder / "input", folder / "validation", FLEE_CASES / "simsetting.yml", Runs(2)
    )
    return {"simulated": of_array(found.simulated), "people": of_array(found.people)}


QUICK: dict[str, Callable[[], Digests]] = {
    "exact": lambda: short("exact"),
    "expected": lambda: short("expected"),
    "individual": lambda: short("individual"),
    "prior": lambda: short(parameters="prior"),
    "fixed": lambda: short(parameters="fixed"),
}
SLOW: dict[str, Callable[[], Digests]] = {
    "policies, exact": lambda: policies("exact"),
    "policies, expected": lambda: policies("expected"),
    "study": study,
}


def kept() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(KEPT.read_text())
    return found


@pytest.mark.parametrize("name", QUICK)
def test_a_run_gives_the_bits_that_were_kept(name: str) -> None:
    assert QUICK[name]() == kept()[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_long_work_gives_the_bits_that_were_kept(name: str) -> None:
    assert SLOW[name]() == kept()[name]


@pytest.mark.slow
@pytest.mark.skipif(not FLEE_CASES.exists(), reason="no folder of conflicts in FLEE_CASES")
@pytest.mark.parametrize("name", CONFLICTS)
def test_a_conflict_gives_the_bits_that_were_kept(name: str) -> None:
    assert conflict(name) == kept()[name]


if __name__ == "__main__":
    works = QUICK | SLOW
    if FLEE_CASES.exists():
        works |= {name: lambda name=name: conflict(name) for name in CONFLICTS}  # type: ignore[misc]
    found = (kept() if KEPT.exists() else {}) | {name: dict(work()) for name, work in works.items()}
    KEPT.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
