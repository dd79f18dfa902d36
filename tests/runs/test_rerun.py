"""A result made again is the same to the bit, or it is told what differs and why."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from helpers import Small, write_small

from corredor.corridor.scenario_document import scenario_document, scenario_from
from corredor.corridor.scenario_files import load_scenario
from corredor.errors import DamagedError, UsageError
from corredor.inputs.manifest import read_manifest, write_manifest
from corredor.inputs.sealed import read_sealed, write_sealed
from corredor.runs import rerun as again
from corredor.runs.blocks import run_in_blocks
from corredor.runs.design import load_design
from corredor.runs.ensemble import SUMMARY, run_ensemble
from corredor.runs.rerun import changes, difference, rerun
from corredor.runs.result import load_result, save_result
from corredor.runs.store import open_store, write_block


@pytest.fixture(scope="module")
def kept(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("kept") / "a"
    run_in_blocks(small.scenario(), out, replicates=5, first_replicate=2, block=2, seed=3)
    return out


def test_a_scenario_comes_back_from_its_document(small: Small) -> None:
    for scenario in (small.scenario(), load_scenario("remain-in-mexico")):
        back = scenario_from(scenario_document(scenario), scenario.world)
        assert back.hash == scenario.hash
        assert vars(back) == {**vars(scenario), "reference": None}  # nobody answers to anything


def test_it_is_equal_to_the_bit(kept: Path) -> None:
    found = rerun(kept)
    assert found.equal
    assert found.changed == ()


def test_other_numbers_are_counted(kept: Path, tmp_path: Path) -> None:
    data = load_result(kept).load()
    data["detentions"][1, 0] += 2
    save_result(data, tmp_path / "b")
    found = rerun(tmp_path / "b")
    assert not found.equal
    assert found.differs == {"detentions": (data["detentions"][1, 0].size, 2.0)}
    assert found.changed == ()  # so nobody can say why


def test_a_changed_world_is_named(tmp_path: Path) -> None:
    run_in_blocks(write_small(tmp_path).scenario(), tmp_path / "a", replicates=2)
    entry = tmp_path / "small" / "entry.csv"
    text = entry.read_text()
    entry.write_text(re.sub(r",(\d+),assumption", r",1\1,assumption", text))
    (tmp_path / "small" / "notes.toml").write_text("new = true")
    found = rerun(tmp_path / "a")
    assert "entries" in found.differs
    assert "entry.csv of the world changed" in found.changed
    assert "notes.toml of the world is new" in found.changed


def test_a_world_that_was_moved_can_be_named(tmp_path: Path) -> None:
    run_in_blocks(write_small(tmp_path).scenario(), tmp_path / "a", replicates=2)
    shutil.move(tmp_path / "small", tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="small"):
        rerun(tmp_path / "a")
    assert rerun(tmp_path / "a", world=tmp_path / "elsewhere").equal


def test_what_computed_it_is_named() -> None:
    then = {"code": "a", "corredor": "0.0.9", "libraries": {"numpy": "1.26"}, "python": "3.11.1",
            "machine": "Linux x86_64", "world_files": {"a.csv": "1"}, "record": "r"}  # fmt: skip
    now = {"code": "b", "libraries": {"numpy": "2.0"}, "python": "3.12.0",
           "machine": "Darwin arm64", "world_files": {}, "record": "s"}  # fmt: skip
    text = "\n".join(changes(then, now))
    for part in ("a.csv of the world is gone", "code (then version 0.0.9)", "record",
                 "numpy: then 1.26, now 2.0", "Python: then 3.11.1", "Linux x86_64"):  # fmt: skip
        assert part in text
    assert changes(then, then) == []


def test_a_damaged_result_is_not_made_again(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept, tmp_path / "b")
    (tmp_path / "b" / "detentions" / "zarr.json").unlink()
    with pytest.raises(DamagedError, match=r"detentions/zarr\.json: is missing"):
        rerun(tmp_path / "b")


def test_a_cut_result_is_refused(kept: Path, tmp_path: Path) -> None:
    save_result(load_result(kept).load().isel(replicate=slice(1, 3)), tmp_path / "b")
    with pytest.raises(UsageError, match="holds 2 replicates, and was made of 5"):
        rerun(tmp_path / "b")


def made_ensemble(small: Small, out: Path, text: str) -> Path:
    small.write("[interdiction]\ntempo = 0.3", "faster")
    path = small.folder / "again.toml"
    path.write_text(f"members = 2\n{text}")
    run_ensemble(load_design(path), path, out)
    return out


@pytest.mark.slow
@pytest.mark.parametrize("keep", ["", 'keep = "all"\n'])
def test_an_ensemble_is_made_again(small: Small, tmp_path: Path, keep: str) -> None:
    text = f'scenarios = ["small.toml", "faster.toml"]\nseeds = [1, 4]\n{keep}'
    folder, told = made_ensemble(small, tmp_path / "e", text), list[tuple[int, int]]()
    found = rerun(folder, on_day=lambda done, total: told.append((done, total)))
    assert (found.differs, found.changed) == ({}, ())
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_other_numbers_of_an_ensemble_are_named(small: Small, tmp_path: Path) -> None:
    text = 'scenarios = ["small.toml"]\nseeds = [5]\nkeep = ["detentions"]\n'
    folder = made_ensemble(small, tmp_path / "e", text)
    kept = folder / "small-seed-5"
    data = open_store(kept).load()
    data["detentions"][1, 0] += 2
    write_block(data, kept, 0)
    table, about = read_sealed(folder / SUMMARY)
    rows = table.to_pandas()
    rows.loc[0, "q50"] += 1.5
    write_sealed(pa.Table.from_pandas(rows), folder / SUMMARY, about, replace=True)
    for each in (kept, folder):
        manifest = read_manifest(each)
        write_manifest(each, manifest.kind, manifest.made)
    differs = rerun(folder).differs
    assert differs == {"small-seed-5/detentions": (1, 2.0), "summary/q50": (1, 1.5)}


def test_difference_sees_every_bit() -> None:
    zeros = np.array([0.0, np.nan])
    assert difference(zeros, np.array([0.0, np.nan])) == (0, 0.0)
    assert difference(zeros, np.array([-0.0, np.nan]))[0] == 1
    assert difference(np.array([1, 5]), np.array([1, 2])) == (1, 3.0)
    assert again.Rerun({}, ()).equal
