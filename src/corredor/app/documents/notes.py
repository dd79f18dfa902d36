"""What to know of a run: sentences beside its map, in its files of Excel and with its pictures."""

from __future__ import annotations

from pathlib import Path

from corredor.runs.result import load_result
from corredor.show.needs import needs_words, of_the_bands


def notes_of(folder: Path, language: str) -> list[str]:
    """Return what a reader must know of a run before reading its numbers, as whole sentences.

    This is the one place for such sentences: the page lists them below the map, and the sheet
    about a file of Excel holds them.

    Parameters
    ----------
    folder : Path
        Of the result.
    language : str
        Of the sentences.
    """
    return of_the_bands(load_result(folder), needs_words(language))
