"""Kept runs survive a restart, a broken file and a full disk."""

from __future__ import annotations

import errno
import multiprocessing as mp
from pathlib import Path
from typing import Any, NoReturn

import pytest
from app_client import SMALL, WHOLE
from helpers import Small
from hypothesis import given
from hypothesis import strategies as st

from corredor.app.jobs import store, worker
from corredor.app.jobs.store import SCENARIO, STATE, Store
from corredor.app.routes.requests import scenario_toml, slug
from corredor.errors import DamagedError, OutputError
from corredor.runs import store as stores


def test_runs_are_there_after_a_restart_and_those_under_way_wait_to_go_on(tmp_path: Path) -> None:
    first = Store(tmp_path)
    done, under_way = (first.add(name, WHOLE, "", "x") for name in ("a", "b"))
    done.status, under_way.status = "done", "running"
    for run in (done, under_way):
        first.save(run)
    again = Store(tmp_path)
    assert again.get(done.id) == done
    assert again.get(under_way.id).status == "waiting"


def test_a_changed_request_or_scenario_is_not_shown_as_it_is(tmp_path: Path) -> None:
    kept = Store(tmp_path)
    run = kept.add("a", WHOLE, "", "title = 'x'\n")
    assert kept.scenario(run).read_text() == "title = 'x'\n"
    kept.path(run, SCENARIO).write_text("title = 'y'\n")
    with pytest.raises(DamagedError, match=r"scenario\.toml"):
        kept.scenario(run)
    state = kept.path(run, STATE)
    state.write_text(state.read_text().replace('"seed": 5', '"seed": 3'))
    assert [one.status for one in Store(tmp_path).listed()] == ["damaged"]


def no_room(*_: Any, **__: Any) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_refuses_a_new_run_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Store(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(store, "write_run", no_room)
        with pytest.raises(OutputError, match="No space left"):
            kept.add("a", WHOLE, "", "x")
    assert list(tmp_path.iterdir()) == []
    run = kept.add("b", WHOLE, "", "x")
    monkeypatch.setattr(store, "write_run", no_room)
    run.status = "done"
    kept.save(run)
    assert kept.get(run.id).status == "done"


def test_a_full_disk_fails_the_run_in_words(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "write_block", no_room)
    mine, theirs = mp.Pipe()
    job = worker.Job(tmp_path, small.folder, {**SMALL, "replicates": 1, "draw": "expected"})
    kind, reason, message = worker._outcome(job, worker.Line(theirs), mp.Event())
    assert (kind, reason) == ("failed", "disk")
    assert "No space left on device" in message
    assert mine.poll()
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=80))
def test_a_file_name_is_safe_whatever_a_run_is_called(name: str) -> None:
    assert set(slug(name)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug(name)[0] != "-"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=40),
       st.floats(allow_nan=False, allow_infinity=False))  # fmt: skip
def test_what_is_written_as_toml_is_read_back(text: str, value: float) -> None:
    import tomllib

    document = {
        "title": text,
        "base": "baseline",
        "custody": {"sent_south_share": {"2023-01-01": value}},
        "interdiction": {"tempo": {"south": value, "Rio Grande": {"2023-01-01": 1.0}}},
    }
    assert tomllib.loads(scenario_toml(document)) == document
