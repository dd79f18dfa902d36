"""The page about the code is true to the code."""

from __future__ import annotations

import re
from pathlib import Path

from scripts import write_architecture as page

TEXT = page.PAGE.read_text(encoding="utf-8")
PACKAGE = Path(__file__).parents[2] / "src" / "corredor"


def test_drawings_and_lists_are_those_of_the_code() -> None:
    assert page.written(TEXT, page.blocks()) == TEXT, "run `make docs`"


def test_every_folder_and_file_named_by_hand_is_there() -> None:
    by_hand = re.sub(r"<!-- (\w+): written.*?<!-- end of \1 -->", "", TEXT, flags=re.DOTALL)
    named = set(re.findall(r"`((?:\w+/)+(?:\w+\.\w+)?|\w+\.py)`", by_hand))
    assert len(named) > 20
    known = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*")}
    for name in named:
        found = any(path == name.rstrip("/") or path.endswith("/" + name.rstrip("/"))
                    for path in known)  # fmt: skip
        assert found, name


def test_every_folder_is_told(  # a newcomer finds each in the table
) -> None:
    for folder in PACKAGE.iterdir():
        if (folder / "__init__.py").exists():
            assert f"`{folder.name}/`" in TEXT, folder.name
