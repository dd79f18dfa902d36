"""Stores of results that are alike are laid out once and copied."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from corredor.runs import store


def result(people: float, title: str, places: tuple[str, ...] = ("coast", "town")) -> xr.Dataset:
    values = np.full((2, len(places)), people)
    coordinates = {"replicate": [0, 1], "place": list(places)}
    entries = (("replicate", "place"), values, {"units": "people"})
    return xr.Dataset({"entries": entries}, coordinates, {"title": title})


def test_a_store_that_is_copied_is_the_one_that_is_laid_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = [result(1, "one"), result(2, "two"), result(3, "three", ("coast", "border"))]
    for name, data in zip("abc", results, strict=True):
        store.lay_out(data, tmp_path / "alone" / name, [0, 1, 2], 2)
    laid: list[str] = []
    lay_out = store.lay_out
    monkeypatch.setattr(store, "lay_out", lambda *args: laid.append(args[1].name) or lay_out(*args))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "old").touch()
    layouts = store.Layouts([0, 1, 2], 2)
    files = [
        path
        for name, data in zip("abc", results, strict=True)
        for path in layouts.lay_out(data, tmp_path / name)
    ]
    assert laid == ["a", "c"]
    alone = {p.relative_to(tmp_path / "alone"): p.read_bytes()
             for p in (tmp_path / "alone").rglob("*") if p.is_file()}  # fmt: skip
    together = {path: (tmp_path / path).read_bytes() for path in alone}
    assert together == alone
    assert {path.relative_to(tmp_path) for path in files} == {
        path for path in alone if path.name != store.ROOT or path.parent.name not in "abc"
    }
    assert not (tmp_path / "b" / "old").exists()


def test_each_store_is_filled_for_itself(tmp_path: Path) -> None:
    results = [result(1, "one"), result(2, "two")]
    folders = [tmp_path / "a", tmp_path / "b"]
    layouts = store.Layouts([0, 1], 2)
    for data, folder in zip(results, folders, strict=True):
        layouts.lay_out(data, folder)
        store.write_block(data, folder, 0)
        store.finish(folder, data.attrs)
        with store.open_store(folder) as opened:
            xr.testing.assert_identical(opened.load(), data)


def test_what_a_killed_writer_left_of_a_block_goes_when_it_is_written_again(tmp_path: Path) -> None:
    data = result(1, "one")
    store.lay_out(data, tmp_path / "a", [0, 1], 2)
    (whole,) = store.write_block(data, tmp_path / "a", 0)
    half = whole.with_name("c.0.1f2e.partial")  # as Zarr calls what it writes until it is whole
    half.write_bytes(b"half")
    assert store.write_block(data, tmp_path / "a", 0) == [whole]
    assert not half.exists()
