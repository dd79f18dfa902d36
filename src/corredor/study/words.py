"""The words of the report: those of all pages, and its own on what it is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corredor.text.language import words_with

TEXTS = Path(__file__).parent / "text"


def words(language: str | None = None) -> dict[str, Any]:
    """Return every text by section and key, in the language named or the one spoken now."""
    return words_with(TEXTS, language)
