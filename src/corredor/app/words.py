"""The words of the page, which the browser fetches in the language that the reader chose."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import corredor.show
from corredor.language import words


@cache
def app_words(language: str) -> dict[str, Any]:
    """Return every text of the page by section and key, with the names of months."""
    path = Path(corredor.show.__file__).with_name("text") / f"app.{language}.toml"
    common = words(language)
    return {
        **tomllib.loads(path.read_text(encoding="utf-8")),
        "months": common["months"],
        "months_short": common["months_short"],
    }
