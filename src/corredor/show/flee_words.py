"""The words of charts and pages about Flee cases."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from corredor.language import spoken


@cache
def _read(language: str) -> dict[str, Any]:
    path = Path(__file__).with_name("text") / f"flee.{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def flee_words(language: str | None = None) -> dict[str, Any]:
    """Return every word by section and key, in the language named or the one spoken now."""
    return _read(language or spoken())
