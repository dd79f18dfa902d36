"""A file is put in the place of another only if asked, and only whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from corredor.errors import OutputError
from corredor.inputs.whole_files import whole_or_absent


def test_a_file_is_replaced_at_the_end_only(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with whole_or_absent(target, replace=True) as temporary:
        temporary.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_what_fails_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt), whole_or_absent(target, replace=True) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(OutputError, match="exists already"), whole_or_absent(tmp_path / "a.txt"):
        pass


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="it is a folder"),
        whole_or_absent(tmp_path, replace=True),
    ):
        pass
