"""The page on rules of one's own runs as it stands, block after block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "own-rule.md"


@pytest.mark.slow
def test_the_blocks_of_the_page_run(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {"__name__": "notebook"}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S):
        exec(compile(block, str(PAGE), "exec"), names)
    mean, counted = map(float, capsys.readouterr().out.splitlines()[-1].split())
    assert mean > 0 and counted > 0
