"""What stands in a folder is held against its manifest: no change goes unnoticed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.errors import DamagedError
from corredor.inputs.manifest import NAME, check, read_manifest, write_manifest

CONTENT = {"a": b"some numbers", "b/c": b"more of them", "b/d": b""}


def made(folder: Path) -> Path:
    for name, content in CONTENT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    write_manifest(folder, "result", {"seed": 1})
    return folder


def test_a_whole_folder_passes_and_says_how_it_was_made(tmp_path: Path) -> None:
    manifest = check(made(tmp_path), "result")
    assert manifest.made == {"seed": 1}
    assert set(manifest.files) == set(CONTENT)


@given(st.data())
def test_any_flipped_bit_is_found_and_its_file_named(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = made(tmp_path_factory.mktemp("folder"))
    name = data.draw(st.sampled_from(["a", "b/c", NAME]))
    content = bytearray((folder / name).read_bytes())
    at = data.draw(st.integers(0, 8 * len(content) - 1))
    content[at // 8] ^= 1 << at % 8
    (folder / name).write_bytes(content)
    with pytest.raises(DamagedError, match=name):
        check(folder, "result")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (made(tmp_path) / "b/d").unlink()
    with pytest.raises(DamagedError, match="b/d: is missing"):
        check(tmp_path, "result")


def test_a_file_that_does_not_belong_there_is_named(tmp_path: Path) -> None:
    (made(tmp_path) / "b/e").write_bytes(b"a chunk of something else")
    with pytest.raises(DamagedError, match="b/e: does not belong"):
        check(tmp_path, "result")


def test_what_a_desktop_leaves_is_no_damage(tmp_path: Path) -> None:
    (made(tmp_path) / ".DS_Store").write_bytes(b"icons")
    check(tmp_path, "result")


def test_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedError, match="expected posterior, found result"):
        check(made(tmp_path), "posterior")


def test_a_change_that_keeps_size_and_day_is_found(tmp_path: Path) -> None:
    path = made(tmp_path) / "a"
    check(tmp_path, "result")
    before = path.stat()
    path.write_bytes(b"SOME numbers")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(DamagedError, match="a: is damaged"):
        check(tmp_path, "result")


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"format": 1}', "\xff"])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text, encoding="latin-1")
    with pytest.raises(DamagedError, match="is not the manifest"):
        read_manifest(tmp_path)
