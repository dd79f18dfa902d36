"""What is kept of a run is read against its schema; what is none of ours is told and deleted."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from app_client import SMALL, WHOLE

from corredor.app.jobs import kept
from corredor.app.jobs.kept import MOST_BYTES, STATE, read_run, write_run
from corredor.app.jobs.store import NEW, Store
from corredor.errors import OutputError

WRITTEN = [STATE, "scenario.sha256", "scenario.toml"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = Store(tmp_path)
    run = store.add("a", WHOLE, "corredor run small", "x")
    run.status, run.seconds = "done", 2
    store.save(run)
    return store.path(run)


def rewritten(folder: Path, **changed: Any) -> None:
    path = folder / STATE
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))


def test_a_run_is_read_as_it_was_written(folder: Path) -> None:
    run = read_run(folder)
    assert (run.name, run.status, run.seconds) == ("a", "done", 2)
    run.note = "Ñandú 日本"
    write_run(folder, run)
    assert read_run(folder) == run
    assert sorted(path.name for path in folder.iterdir()) == WRITTEN


@pytest.mark.parametrize(
    "changed",
    [
        {"done": -1},
        {"done": "3"},
        {"done": 1.5},
        {"done": True},
        {"part": 201},
        {"name": 3},
        {"name": ""},
        {"name": "x" * 81},
        {"status": "well"},
        {"status": "damaged"},
        {"reason": "none"},
        {"seconds": "1"},
        {"seconds": -1},
        {"created": 1e300},
        {"request": None},
        {"request": []},
        {"request": {}},
        {"request": {**SMALL, "replicates": 0}},
        {"request": {**SMALL, "more": 1}},
        {"more": 1},
        {"id": 16 * "0"},
    ],
)
def test_what_breaks_the_schema_is_damaged(folder: Path, changed: dict[str, Any]) -> None:
    rewritten(folder, **changed)
    run = read_run(folder)
    assert (run.id, run.status, run.reason) == (folder.name, "damaged", "broken")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"id": "x"}', b"\x00", b"\xff\xfe", b"[" * 100_000,
     b" " * (MOST_BYTES + 1), b'{"id": NaN}', b'{"name": "\\ud800"}'],
)  # fmt: skip
def test_what_is_no_such_document_is_damaged(folder: Path, content: bytes) -> None:
    (folder / STATE).write_bytes(content)
    assert read_run(folder).reason == "broken"


def test_a_file_cut_short_anywhere_is_damaged(folder: Path) -> None:
    whole = (folder / STATE).read_bytes()
    for length in range(0, len(whole), 7):
        (folder / STATE).write_bytes(whole[:length])
        assert read_run(folder).status == "damaged"


def as_folder(folder: Path) -> None:
    (folder / STATE).unlink()
    (folder / STATE).mkdir()


def as_link(folder: Path) -> None:
    (folder / STATE).rename(folder.parent / "elsewhere.json")
    (folder / STATE).symlink_to(folder.parent / "elsewhere.json")


def as_pipe(folder: Path) -> None:
    (folder / STATE).unlink()
    os.mkfifo(folder / STATE)


def linked(folder: Path) -> None:
    folder.rename(folder.parent / "elsewhere")
    folder.symlink_to(folder.parent / "elsewhere")


def a_file(folder: Path) -> None:
    folder.rename(folder.parent / "elsewhere")
    folder.write_text("x")


@pytest.mark.parametrize("spoil", [as_folder, as_link, as_pipe, linked, a_file])
def test_what_is_no_file_is_listed_and_deleted_without_what_it_leads_to(
    folder: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(folder)
    others = {path for path in folder.parent.iterdir() if path != folder}
    store = Store(folder.parent)
    (run,) = store.listed()
    assert (run.status, run.reason) == ("damaged", "no_file")
    store.remove(run)
    assert set(folder.parent.iterdir()) == others
    assert store.listed() == []


def test_what_may_not_be_read_is_damaged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: Any, **__: Any) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(kept.os, "open", forbidden)
    assert read_run(folder).reason == "unreadable"


@pytest.mark.skipif(os.geteuid() == 0, reason="who may do everything is refused nothing")
def test_a_folder_that_may_not_be_entered_is_damaged_and_can_be_deleted(folder: Path) -> None:
    folder.chmod(0)
    store = Store(folder.parent)
    assert store.listed()[0].reason == "unreadable"
    store.remove(store.listed()[0])
    assert not folder.exists()


def test_a_run_that_cannot_be_deleted_stays_in_the_list(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(folder.parent)
    monkeypatch.setattr("corredor.app.jobs.store._delete", lambda _: None)
    with pytest.raises(OutputError, match="cannot be deleted"):
        store.remove(store.listed()[0])
    assert len(store.listed()) == 1


def test_one_damaged_run_leaves_the_others_as_they_are(folder: Path) -> None:
    other = Store(folder.parent).add("b", WHOLE, "", "x")
    (folder / STATE).write_text("{")
    assert {run.id: run.status for run in Store(folder.parent).listed()} == {
        folder.name: "damaged",
        other.id: "waiting",
    }


def test_what_an_earlier_session_left_half_written_is_swept_away(folder: Path) -> None:
    top = folder.parent
    for half in (top / f"{NEW}{16 * 'a'}", top / (16 * "b"), folder / ".result-x1"):
        half.mkdir()
        (half / "part").write_text("x")
    (folder / f".{STATE}.part").write_text("{")
    (top / "mine.txt").write_text("not Corredor's")
    assert [run.id for run in Store(top).listed()] == [folder.name]
    assert sorted(path.name for path in top.iterdir()) == sorted([folder.name, "mine.txt"])
    assert sorted(path.name for path in folder.iterdir()) == WRITTEN
