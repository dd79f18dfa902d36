"""A ledger notes what is done, and trusts nothing that is not as it was noted."""

from __future__ import annotations

import multiprocessing as mp
from pathlib import Path

import pytest

from corredor.errors import OutputError, UsageError
from corredor.inputs.ledger import Ledger, clear_ended, clear_written, parts_kept, unfinished

REQUEST = {"seed": 1, "world": "a" * 64}


class StoppedError(Exception):
    pass


def work(out: Path, parts: tuple[str, ...] = ("a",), *, resume: bool = False) -> list[str]:
    """Do parts that are not done, then stop; say which were done before."""
    before: list[str] = []
    with pytest.raises(StoppedError), unfinished(out, REQUEST, resume=resume) as ledger:
        for part in parts:
            if part in ledger:
                before.append(part)
                continue
            with ledger.writing(part, {"size": 1}) as path:
                path.write_text(f"what {part} gave")
        raise StoppedError
    return before


def test_work_goes_on_with_what_is_not_done(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert work(out, ("a",)) == []
    assert parts_kept(out) == 1
    assert work(out, ("a", "b"), resume=True) == ["a"]
    assert work(out, ("a", "b"), resume=True) == ["a", "b"]


def test_what_was_told_is_known_again(tmp_path: Path) -> None:
    work(tmp_path / "out")
    with unfinished(tmp_path / "out", REQUEST, resume=True) as ledger:
        assert ledger.told("a") == {"size": 1}


def test_nothing_stays_of_work_that_ended_or_never_began(tmp_path: Path) -> None:
    with unfinished(tmp_path / "out", REQUEST, resume=False) as ledger:
        with ledger.writing("a") as path:
            path.write_text("a")
        (tmp_path / "out").write_text("the result")
        ledger.end()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert work(tmp_path / "other", ()) == []
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_a_damaged_part_is_not_done(tmp_path: Path, damage: str) -> None:
    work(tmp_path / "out", ("a", "b"))
    path = tmp_path / "out.unfinished" / "a"
    if damage == "remove":
        path.unlink()
    else:
        path.write_text("what A gave" if damage == "flip" else "what")
    assert work(tmp_path / "out", ("a", "b"), resume=True) == ["b"]


def test_a_damaged_line_is_as_if_its_part_was_not_done(tmp_path: Path) -> None:
    work(tmp_path / "out", ("a", "b"))
    ledger = tmp_path / "out.unfinished" / "ledger.jsonl"
    ledger.write_text(ledger.read_text().replace('"part": "a"', '"part": "c"'))
    assert work(tmp_path / "out", ("a", "b", "c"), resume=True) == ["b"]


def test_a_damaged_request_is_refused(tmp_path: Path) -> None:
    work(tmp_path / "out")
    ledger = tmp_path / "out.unfinished" / "ledger.jsonl"
    ledger.write_text(ledger.read_text().replace('"seed": 1', '"seed": 2'))
    with pytest.raises(UsageError, match="no interrupted work that can be read"):
        work(tmp_path / "out", resume=True)


def test_somebody_elses_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out.unfinished").mkdir()
    (tmp_path / "out.unfinished" / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds no interrupted work"):
        work(tmp_path / "out")
    assert (tmp_path / "out.unfinished" / "thesis.txt").read_text() == "mine"


def test_what_changed_is_told(tmp_path: Path) -> None:
    work(tmp_path / "out")
    other = {"seed": 2, "world": "b" * 64}
    with (
        pytest.raises(UsageError, match=r"seed was 1, is now 2; world is not what it was"),
        unfinished(tmp_path / "out", other, resume=True),
    ):
        pass


def test_without_resume_nothing_is_taken_over(tmp_path: Path) -> None:
    work(tmp_path / "out")
    with (
        pytest.raises(UsageError, match="--resume"),
        unfinished(tmp_path / "out", REQUEST, resume=False),
    ):
        pass


def _hold(out: Path, holds: object, go: object) -> None:
    with unfinished(out, REQUEST, resume=False):
        holds.set()  # type: ignore[attr-defined]
        go.wait(30)  # type: ignore[attr-defined]


def test_the_second_process_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    context = mp.get_context("spawn")
    holds, go = context.Event(), context.Event()
    first = context.Process(target=_hold, args=(tmp_path / "out", holds, go))
    first.start()
    assert holds.wait(30)
    with pytest.raises(OutputError, match=f"in use by process {first.pid} on"):
        work(tmp_path / "out")
    assert (tmp_path / "out.unfinished").exists()
    go.set()
    first.join(30)
    assert first.exitcode == 0
    assert not (tmp_path / "out.unfinished").exists()


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with (
        pytest.raises(OutputError, match="No space left"),
        unfinished(tmp_path / "out", REQUEST, resume=False) as ledger,
    ):
        monkeypatch.setattr("os.fsync", full)
        ledger.note("a")
    monkeypatch.undo()
    assert not (tmp_path / "out.unfinished").exists()
    assert isinstance(ledger, Ledger)


def test_a_line_that_was_cut_off_does_not_spoil_the_next(tmp_path: Path) -> None:
    out = tmp_path / "out"
    work(out, ("a", "b"))
    ledger = tmp_path / "out.unfinished" / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes()[:-40])
    assert work(out, ("a", "b"), resume=True) == ["a"]
    assert work(out, ("a", "b"), resume=True) == ["a", "b"]


def delivered_and_killed(out: Path) -> None:
    """Put a part in the place of the result, and die before the rest is taken away."""
    with pytest.raises(StoppedError), unfinished(out, REQUEST, resume=False) as ledger:
        with ledger.writing("whole") as path:
            path.write_text("the result")
        ledger.deliver("whole", out)
        ledger.ended = False
        raise StoppedError


def test_what_is_left_of_work_that_has_ended_is_cleared(tmp_path: Path) -> None:
    delivered_and_killed(tmp_path / "out")
    clear_ended(tmp_path / "out", "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_kill_left_of_clearing_is_swept(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("the result")
    (tmp_path / ".corredor-left" / "out.unfinished").mkdir(parents=True)
    clear_ended(tmp_path / "out", "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_work_whose_result_is_another_is_kept(tmp_path: Path) -> None:
    delivered_and_killed(tmp_path / "out")
    (tmp_path / "out").write_text("another")
    clear_ended(tmp_path / "out", "whole")
    assert parts_kept(tmp_path / "out") == 1


def test_what_is_left_of_work_goes_once_all_its_files_stand(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    with unfinished(first, {"seed": 1}, resume=False) as ledger, ledger.writing("part") as path:
        path.write_text("some of it")
    left = tmp_path / "a.csv.unfinished"
    first.write_text("a")
    clear_written([first, second])
    assert left.is_dir()
    second.write_text("b")
    clear_written([first, second])
    assert not left.exists()
    assert first.read_text() == "a"


def test_nobody_waits_for_the_disk_where_all_of_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []
    monkeypatch.setattr("os.fsync", waited.append)
    for passing in (True, False):
        with unfinished(tmp_path / "out", REQUEST, resume=False, passing=passing) as ledger:
            before = len(waited)
            (ledger.folder / "a").write_text("a")
            ledger.note("a", [ledger.folder / "a"])
            assert (len(waited) == before) == passing
            ledger.end()
