"""Conflicts of FabFlee's validation set: as far from the record as in Flee, with its settings.

Flee's numbers are those of its development version with the set's own settings, a value a seed.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from corredor.flee.case.layout import find_case
from corredor.flee.run import Runs, run_folder

SET = Path(os.environ.get("FLEE_CASES", "flee-cases")) / "official"
FLEE = {"mali2012": (89_991, [0.345, 0.348]), "burundi2015": (212_321, [0.518])}


@pytest.mark.skipif(
    not SET.exists(), reason="the conflicts are not here; name their folder in FLEE_CASES"
)
@pytest.mark.parametrize("name", FLEE)
def test_the_difference_from_the_record_is_that_of_flee(name: str) -> None:
    """Seeds differ by up to 0.003."""
    case = find_case(SET / name, None, SET / "simsetting.yml")
    found = run_folder(case.folder, case.validation, case.settings, Runs(3))
    people, differences = FLEE[name]
    assert (found.people == people).all()
    assert found.difference.mean() == pytest.approx(np.mean(differences), abs=0.003)
