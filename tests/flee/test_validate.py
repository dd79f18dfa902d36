"""A set of conflicts: each as by itself, and the mean over them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_case import fab_case

from corredor.errors import InputError
from corredor.flee.case.layout import cases_of_set
from corredor.flee.run import Runs, run_folder
from corredor.flee.validate import validate


def test_each_conflict_is_as_by_itself(tmp_path: Path) -> None:
    fab_case(tmp_path / "one")
    fab_case(tmp_path / "two", {"c.csv": "2020-01-01,0\n2020-01-05,900\n"})
    runs, told = Runs(3, seed=4, days=8), []
    found = validate(cases_of_set(tmp_path), runs, on_case=lambda *done: told.append(done))
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert [c.name for c in found.conflicts] == ["one", "two"]
    for conflict in found.conflicts:
        folder = tmp_path / conflict.name
        alone = run_folder(folder / "input_csv", folder / "source_data", runs=runs)
        assert (conflict.difference == alone.difference).all()
        assert (conflict.rescaled == alone.rescaled).all()
        assert conflict.days == 8
    assert found.difference == np.mean([c.difference.mean() for c in found.conflicts])
    table, document = found.table(), found.document()
    assert table["conflict"].tolist() == ["one", "two", "mean"]
    assert table["rescaled"].iloc[-1] == found.rescaled == document["mean"]["rescaled"]
    assert set(document["conflicts"]) == {"one", "two"}


def test_a_fault_in_the_last_is_told_before_the_first_is_run(tmp_path: Path) -> None:
    fab_case(tmp_path / "one")
    fab_case(tmp_path / "two", {"c.csv": "2020-01-01,many\n"})
    told: list[tuple[int, int]] = []
    with pytest.raises(InputError, match="two"):
        validate(cases_of_set(tmp_path), on_case=lambda *done: told.append(done))
    assert not told
