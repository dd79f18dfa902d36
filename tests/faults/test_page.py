"""The page tells what was tried, what came of it, and what was not."""

from __future__ import annotations

from pathlib import Path

from faults.found import Fault, Tally
from faults.kills import AT_AN_EVENT
from faults.page import write_page


def test_the_page_counts_what_was_tried(tmp_path: Path) -> None:
    tally = Tally()
    for when in ("at event 1", "at event 2"):
        tally.add(AT_AN_EVENT, "record add", [Fault("record add", AT_AN_EVENT, when, "lost", "x")])
    tally.save(tmp_path / "kills.json")
    write_page({"kills": Tally.load(tmp_path / "kills.json")}, path=tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "| 2 | 2 | 0 | 0 | 0 |" in text
    assert "not tried in this run" in text
    assert "(2 kills)" in text
