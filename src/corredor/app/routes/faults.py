"""What the page is told when something goes wrong: plain, and without paths of this computer."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path

UNEXPECTED = (
    "Something went wrong inside Corredor. The terminal in which it runs says more; what you did "
    "before is kept."
)
# A path from the root of a disk, as Linux, macOS and Windows write it: in quotes, where it may hold
# spaces, or up to a space. Neither addresses of pages nor such as 1/2 begin so.
_ROOT = r"(?:[A-Za-z]:|\\)?[/\\]"
_QUOTED = re.compile(rf"(['\"]){_ROOT}[^'\"\n]*[/\\](?=[^'\"\n]*\1)")
_PATH = re.compile(rf"(?<![\w:/\\.]){_ROOT}(?:[^\s/\\'\"<>|:,;]+[/\\])+")


def without_paths(text: str) -> str:
    """Return a message in which files go by their names alone, without the folders they lie in.

    Folders tell a planner nothing, and who lives on this computer to those who see the screen.
    """
    for folder in _folders():
        text = re.sub(rf"{re.escape(folder)}(?![\w.-])", "/~", text)  # its name may hold spaces
    return _PATH.sub("", _QUOTED.sub(r"\1", text))


@cache
def _folders() -> list[str]:
    """Return where the program, its files and its users lie, the longest first."""
    known = {Path(__file__).parents[2], Path(tempfile.gettempdir()), Path.home(), Path.cwd()}
    every = known | {path.resolve() for path in known}
    return sorted((str(path) for path in every if path.parent != path), key=len, reverse=True)
