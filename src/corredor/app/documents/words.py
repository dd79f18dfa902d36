"""The words of the page, which the browser fetches in the language that the reader chose."""

from __future__ import annotations

from functools import cache
from typing import Any

from corredor.text.language import page_words, words


@cache
def app_words(language: str) -> dict[str, Any]:
    """Return every text of the page by section and key, with the names of months."""
    common = words(language)
    return {
        **page_words("app", language),
        "months": common["months"],
        "months_short": common["months_short"],
    }
