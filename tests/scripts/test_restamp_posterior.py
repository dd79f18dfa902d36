"""What was calibrated keeps its world only where the five tables are what they were."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from helpers import Small

from corredor.corridor.scenario_files import load_scenario
from corredor.inputs.sealed import read_sealed, write_sealed
from scripts.restamp_posterior import former_hash, restamp

VALUES = pa.table({"value": [1.0, 2.0]})


def sealed(folder: Path, world_hash: str) -> Path:
    path = folder / "made.parquet"
    write_sealed(VALUES, path, {"world_hash": world_hash, "seed": 1})
    return path


def test_the_digest_is_written_anew_once_and_no_value_is_touched(
    small: Small, tmp_path: Path
) -> None:
    scenario = load_scenario(small.path)
    path = sealed(tmp_path, former_hash(scenario.world))
    assert restamp(path, scenario)
    table, about = read_sealed(path)
    assert table.equals(VALUES)
    assert about == {"world_hash": scenario.world.hash, "seed": 1}
    assert not restamp(path, scenario)


def test_a_posterior_of_other_tables_is_refused(small: Small, tmp_path: Path) -> None:
    path = sealed(tmp_path, "of other tables")
    with pytest.raises(ValueError, match="made for other tables of small"):
        restamp(path, load_scenario(small.path))
