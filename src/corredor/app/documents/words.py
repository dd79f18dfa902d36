"""The words of the page, which the browser fetches in the language that the reader chose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corredor.text.language import in_words_of, page_words, words


def app_words(language: str, world: Path | None = None) -> dict[str, Any]:
    """Return every text of the page by section and key, with the names of months.

    Parameters
    ----------
    language : str
        Its short name.
    world : Path, optional
        The folder of a world that says some of them in words of its own.
    """
    with in_words_of(world):
        common, own = words(language), page_words("app", language)
    return {
        **own,
        "months": common["months"],
        "months_short": common["months_short"],
    }
