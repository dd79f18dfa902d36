"""The words of charts and pages about Flee cases."""

from __future__ import annotations

from typing import Any

from corredor.text.language import page_words


def flee_words(language: str | None = None) -> dict[str, Any]:
    """Return every word by section and key, in the language named or the one spoken now."""
    return page_words("flee", language)
