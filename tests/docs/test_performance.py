"""The page of what was measured has the words of its template; only measured parts are its own."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PART = re.compile(r"<!-- (\w+) -->\n.*?\n<!-- end -->", flags=re.DOTALL)


def test_the_page_differs_from_its_template_in_what_was_measured_alone() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    words = (ROOT / "benchmarks" / "performance.md").read_text(encoding="utf-8")
    assert PART.sub(r"{\1}", page) == words, "run `python -m benchmarks PART` or mend both"
