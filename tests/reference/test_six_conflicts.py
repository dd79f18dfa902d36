"""Real conflicts: as many people flee as in Flee, and the camps are as far from the record.

Flee's numbers are those of its release 3.1 with ``simsetting.yml`` beside the conflicts, a value
for each seed (``python -m benchmarks.flee_agreement CONFLICT --released``).
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from corredor.flee.run import Runs, run_folder

CASES = Path(os.environ.get("FLEE_CASES", "flee-cases"))
FLEE = {
    "mali": (89_991, [0.3818, 0.3807, 0.3790]),
    "ethiopia": (63_621, [1.4098, 1.4136, 1.4096]),
    "burundi": (212_321, [0.5856, 0.5843, 0.5859, 0.5854]),
}
SPREAD = {"mali": 0.0013, "ethiopia": 0.0019, "burundi": 0.0007}  # of a run, by Corredor


@pytest.mark.skipif(
    not CASES.exists(), reason="the conflicts are not here; name their folder in FLEE_CASES"
)
@pytest.mark.parametrize("name", FLEE)
def test_the_difference_from_the_record_is_that_of_flee(name: str) -> None:
    """Within five standard errors, and a part in two hundred for the order within a day."""
    folder, runs = CASES / name, 4
    found = run_folder(
        folder / "input", folder / "validation", CASES / "simsetting.yml", Runs(runs)
    )
    people, differences = FLEE[name]
    assert (found.people == people).all()
    error = SPREAD[name] * np.sqrt(1 / runs + 1 / len(differences))
    apart = abs(found.difference.mean() - np.mean(differences))
    assert apart < 5 * error + 0.005 * np.mean(differences)
