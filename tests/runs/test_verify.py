"""Whatever Corredor wrote below a folder is found, and called whole only if it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers import Small

from corredor.corridor.posterior import Posterior
from corredor.engine.levers import Factors
from corredor.errors import UsageError
from corredor.inputs.ledger import unfinished
from corredor.runs.result import save_result
from corredor.runs.verify import verify


@pytest.fixture(scope="module")
def whole(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    save_result(small.run(draw="exact", replicates=2), folder / "deep" / "result")
    factors = {"interdiction.tempo": Factors.constant(np.array([1.0, 2.0]))}
    Posterior(factors, {"priors_hash": "x", "members": 2}).save(folder / "posterior.parquet")
    with (
        pytest.raises(KeyboardInterrupt),
        unfinished(folder / "run", {"seed": 1}, resume=False) as ledger,
    ):
        with ledger.writing("part") as path:
            path.write_text("some numbers")
        raise KeyboardInterrupt
    (folder / "thesis.txt").write_text("mine")
    return folder


@pytest.fixture
def work(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "work")


def test_all_that_is_whole_is_found(work: Path) -> None:
    found = {v.path.name: (v.kind, v.fault) for v in verify(work)}
    assert found == {
        "result": ("result", ""),
        "posterior.parquet": ("posterior", ""),
        "run.unfinished": ("interrupted work", ""),
    }


@pytest.mark.parametrize(
    "damaged",
    ["deep/result/present/c.0.0.0.0", "deep/result/zarr.json", "deep/result/manifest.json",
     "posterior.parquet", "run.unfinished/part", "run.unfinished/ledger.jsonl"],
)  # fmt: skip
@pytest.mark.parametrize("how", ["flip", "cut", "empty"])
def test_damage_is_found_and_named(work: Path, damaged: str, how: str) -> None:
    path = work / damaged
    content = bytearray(path.read_bytes())
    content[min(40, len(content) - 1)] ^= 1
    path.write_bytes({"flip": content, "cut": content[: len(content) // 2], "empty": b""}[how])
    faults = [v.fault for v in verify(work) if v.fault]
    assert len(faults) == 1
    assert Path(damaged).name in faults[0]


def test_a_lost_manifest_is_damage(work: Path) -> None:
    (work / "deep/result/manifest.json").unlink()
    (fault,) = [v.fault for v in verify(work / "deep") if v.fault]
    assert "manifest.json: is missing" in fault


def test_one_file_can_be_asked(work: Path) -> None:
    assert [v.kind for v in verify(work / "posterior.parquet")] == ["posterior"]


@pytest.mark.parametrize("name", ["thesis.txt", "nowhere"])
def test_what_is_not_ours_is_said_so(work: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"no such file|nothing that Corredor can check"):
        verify(work / name)
