"""A second of made-up files; a reader that breaks is found out."""

from __future__ import annotations

from pathlib import Path

from faults.found import Tally
from faults.fuzz import BY_HYPOTHESIS, by_hypothesis
from faults.readers import Reader, make_readers


def test_readers_read_or_refuse(tmp_path: Path) -> None:
    tally = Tally()
    for reader in make_readers(tmp_path):
        by_hypothesis(reader, 0.05, tally, at_once=4)
    assert tally.faults == []
    assert len({name for _, name in tally.tried}) > 15


def test_a_reader_that_breaks_is_found_out(tmp_path: Path) -> None:
    tally, path = Tally(), tmp_path / "file"
    by_hypothesis(Reader("int", path, lambda: int(path.read_bytes()), (b"12",)), 0.2, tally)
    assert tally.count(BY_HYPOTHESIS, "unclear")
