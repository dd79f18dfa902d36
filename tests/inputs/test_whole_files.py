"""A file is put in the place of another only if asked, and only whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corredor.errors import OutputError
from corredor.inputs.whole_files import (
    discard,
    refuse_existing,
    whole_or_absent,
    working_folder,
)


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


KILLED = """
import os, signal, sys
import os
import subprocess
import sys
from pathlib import Path
from corredor.inputs.whole_files import whole_or_absent
with whole_or_absent(Path(sys.argv[1])) as temporary:
    temporary.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_writer_left_is_swept_by_the_next(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "a")], check=False)
    assert [p.name.startswith(".corredor-") for p in tmp_path.iterdir()] == [True]
    with whole_or_absent(tmp_path / "b") as temporary:
        temporary.write_text("whole")
    assert [p.name for p in tmp_path.iterdir()] == ["b"]


def test_a_writer_that_lives_is_left_alone(tmp_path: Path) -> None:
    with whole_or_absent(tmp_path / "a") as first:
        first.write_text("a")
        with whole_or_absent(tmp_path / "b") as second:
            second.write_text("b")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


def test_all_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a loss of power there is either nothing or the whole: files, folders, then the name."""
    told: list[str] = []
    sync, replace = os.fsync, Path.replace

    def noted_sync(opened: int) -> None:
        told.append(Path(f"/proc/self/fd/{opened}").readlink().name)
        sync(opened)

    def noted_replace(path: Path, target: Path) -> Path:
        told.append(f"rename {path.name}")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    with whole_or_absent(tmp_path / "new" / "a") as temporary:
        (temporary / "inside").mkdir(parents=True)
        (temporary / "inside" / "one").write_text("1")
    assert told.index("one") < told.index("inside") < told.index("rename a")
    assert told[-1] == "new"  # the name itself
    assert told[0] == tmp_path.name  # the folder that was made for it


def test_folders_that_were_made_for_nothing_go(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), whole_or_absent(tmp_path / "new" / "er" / "a"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_working_folder_goes_at_the_end(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), working_folder(tmp_path / "home") as folder:
        (folder / "half").write_text("half")
        raise KeyboardInterrupt
    assert list((tmp_path / "home").iterdir()) == []


def test_a_refusal_sweeps_too(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("whole")
    (tmp_path / ".corredor-left").mkdir()
    with pytest.raises(OutputError, match="exists already"):
        refuse_existing(tmp_path / "a")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_what_is_discarded_is_gone_even_on_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "inside").write_text("x")
    discard(tmp_path / "a")

    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    discard(tmp_path / "b")
    assert list(tmp_path.iterdir()) == []
