"""One worker runs what several people ask for, by turns, each within their own limits."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from app_client import WHOLE, instant_work

from corredor.app.jobs import queue
from corredor.app.jobs.desk import MOST_WAITING, Desk
from corredor.app.jobs.kept import Run
from corredor.app.jobs.queue import Runner
from corredor.app.jobs.store import Store
from corredor.errors import UsageError


def test_people_have_turns_and_limits_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "work", instant_work)
    begun = list[str]()
    begins = Desk.begins

    def noted(desk: Desk, run: Run) -> bool:
        begun.append(run.name)
        return begins(desk, run)

    monkeypatch.setattr(Desk, "begins", noted)
    runner = Runner(tmp_path)
    desks = {who: runner.desk(who, Store(tmp_path / who)) for who in ("ana", "luis")}
    for i in range(MOST_WAITING):
        desks["ana"].submit(f"ana {i}", WHOLE, "", "x")
    with pytest.raises(UsageError, match="let one end first"):
        desks["ana"].submit("one more", WHOLE, "", "x")
    last = desks["luis"].submit("luis", WHOLE, "", "x")
    cancelled = desks["ana"].store.listed()[0]
    desks["ana"].cancel(cancelled)
    runner.start()
    until = time.monotonic() + 60
    while len(begun) < MOST_WAITING + 1 or runner._current is not None:
        assert time.monotonic() < until
        time.sleep(0.02)
    runner.stop()
    assert begun[:3] == ["ana 0", "luis", "ana 1"]
    assert last.status == "done"
    ended = [run.status for run in desks["ana"].store.listed()]
    assert sorted(ended) == ["cancelled", *(MOST_WAITING - 1) * ["done"]]
    assert [run.name for run in Store(tmp_path / "luis").listed()] == ["luis"]
