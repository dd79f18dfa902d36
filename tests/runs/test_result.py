"""Results are written whole or not at all, and read as they were."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest
import xarray as xr
from helpers import Small

from corredor.errors import OutputError, UsageError
from corredor.inputs.whole_files import whole_or_absent
from corredor.runs.result import load_result, save_result


@pytest.fixture(scope="module")
def data(small: Small) -> xr.Dataset:
    return small.run(draw="exact", replicates=2)


def test_what_was_saved_is_read_as_it_was(data: xr.Dataset, tmp_path: Path) -> None:
    save_result(data, tmp_path / "new" / "a")
    again = load_result(tmp_path / "new" / "a").load()
    assert again.equals(data)
    assert again.attrs == data.attrs
    assert again["detentions"].attrs == data["detentions"].attrs
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["a"]


def test_an_existing_target_is_refused_and_untouched(data: xr.Dataset, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine").write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        save_result(data, tmp_path / "a")
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["mine"]
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_full_disk_leaves_nothing(
    data: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: xr.Dataset, folder: Path, **__: Any) -> NoReturn:
        folder.mkdir()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(xr.Dataset, "to_zarr", full)
    with pytest.raises(OutputError, match="No space left on device"):
        save_result(data, tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [KeyboardInterrupt, RuntimeError])
def test_any_interruption_leaves_nothing(tmp_path: Path, kind: type[BaseException]) -> None:
    def interrupted() -> None:
        with whole_or_absent(tmp_path / "a") as temporary:
            temporary.mkdir()
            raise kind

    with pytest.raises(kind):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_explained(data: xr.Dataset, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OutputError, match="cannot be written"):
        save_result(data, tmp_path / "file" / "a")


def test_a_folder_without_a_result_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no result of Corredor"):
        load_result(tmp_path)
