"""An ensemble gives what single runs give, keeps what was asked, and goes on after a stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import Small

from corredor.errors import DamagedError, InputError, UsageError
from corredor.runs.design import Design, Reduction, load_design
from corredor.runs.ensemble import load_ensemble, read_summary, run_ensemble
from corredor.runs.executors import Block, Done, Threads
from corredor.runs.result import load_result
from corredor.runs.simulate import Prepared, run
from corredor.runs.verify import verify

TEXT = 'scenarios = ["small.toml", "faster.toml"]\nmembers = 5\nseeds = [1, 4]\n'


@pytest.fixture
def design(small: Small) -> tuple[Design, Path]:
    return designed(small)


def designed(small: Small, more: str = "") -> tuple[Design, Path]:
    small.write("[interdiction]\ntempo = 0.3", "faster")
    path = small.folder / "design.toml"
    path.write_text(TEXT + more)
    return load_design(path), path


class Stopping(Threads):
    """Is interrupted after a number of blocks."""

    def run(self, prepared: Sequence[Prepared], blocks: Sequence[Block], *a: Any) -> Iterator[Done]:
        for number, done in enumerate(super().run(prepared, blocks, *a)):
            yield done
            if number == 1:
                raise KeyboardInterrupt


def test_what_is_kept_is_that_of_single_runs(
    small: Small, design: tuple[Design, Path], tmp_path: Path
) -> None:
    table = run_ensemble(*design, tmp_path / "e")
    data = load_ensemble(tmp_path / "e")
    for scenario in design[0].scenarios:
        for seed in (1, 4):
            single = Reduction(())(run(scenario, replicates=5, seed=seed))
            for name in single.data_vars:
                kept = data[name].sel(scenario=scenario.name, seed=seed)
                np.testing.assert_array_equal(kept, single[name])
    first = table[(table["scenario"] == "faster") & (table["seed"] == 4)]
    months = data["mexico_detentions"].sel(scenario="faster", seed=4).to_numpy()
    rows = first[first["variable"] == "mexico_detentions"]
    np.testing.assert_allclose(rows["mean"], months.mean(axis=0))
    np.testing.assert_allclose(rows["q95"], np.quantile(months, 0.95, axis=0))
    assert read_summary(tmp_path / "e").equals(table)
    assert [p.name for p in tmp_path.iterdir()] == ["e"]


def test_whole_results_can_be_kept(small: Small, tmp_path: Path) -> None:
    path = small.folder / "whole.toml"
    path.write_text('scenarios = ["small.toml"]\nmembers = 5\nseeds = [4]\nkeep = "all"\n')
    run_ensemble(load_design(path), path, tmp_path / "e")
    kept = load_result(tmp_path / "e" / "small-seed-4").load()
    assert kept.equals(run(small.scenario(), replicates=5, seed=4))
    with pytest.raises(UsageError, match="kept whole results"):
        load_ensemble(tmp_path / "e")


def test_it_goes_on_to_the_same_bits(design: tuple[Design, Path], tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_ensemble(*design, tmp_path / "a", executor=Stopping(1))
    assert (tmp_path / "a.unfinished").exists()
    run_ensemble(*design, tmp_path / "a", resume=True)
    run_ensemble(*design, tmp_path / "b", threads=1)
    assert load_ensemble(tmp_path / "a").equals(load_ensemble(tmp_path / "b"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


def test_another_design_is_not_mixed_in(
    small: Small, design: tuple[Design, Path], tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_ensemble(*design, tmp_path / "a", executor=Stopping(1))
    with pytest.raises(UsageError, match="keep was"):
        run_ensemble(*designed(small, 'keep = ["present"]\n'), tmp_path / "a", resume=True)


def test_damage_is_found(design: tuple[Design, Path], tmp_path: Path) -> None:
    run_ensemble(*design, tmp_path / "e")
    assert [v.fault for v in verify(tmp_path / "e")] == [""]
    chunk = next(p for p in (tmp_path / "e").rglob("c.0*"))
    content = bytearray(chunk.read_bytes())
    content[-1] ^= 1
    chunk.write_bytes(content)
    for read in (load_ensemble, read_summary):
        with pytest.raises(DamagedError, match=str(chunk)):
            read(tmp_path / "e")


def test_what_nobody_counts_is_refused_before_any_run(small: Small, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Did you mean 'detentions'"):
        run_ensemble(*designed(small, 'keep = ["detention"]\n'), tmp_path / "e")
    assert list(tmp_path.iterdir()) == []


def test_no_ensemble_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no ensemble"):
        load_ensemble(tmp_path)
