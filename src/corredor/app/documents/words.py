"""The words of the page, which the browser fetches in the language that the reader chose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corredor.inputs.tables import read_table
from corredor.text.language import in_words_of, page_words, words

ZONES = "tempo"  # the lever that has a slider for each zone


def app_words(language: str, world: Path | None = None) -> dict[str, Any]:
    """Return every text of the page by section and key, with the names of months.

    Parameters
    ----------
    language : str
        Its short name.
    world : Path, optional
        The folder of a world that says some of them in words of its own. A slider of one of its
        zones that it has no words for is named by the zone.
    """
    with in_words_of(world):
        common, own = words(language), page_words("app", language)
    if world:
        own = {**own, "lever": {**_of_zones(world, language, own["lever"][ZONES]), **own["lever"]}}
    return {
        **own,
        "months": common["months"],
        "months_short": common["months_short"],
    }


def _of_zones(world: Path, language: str, texts: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return the texts of the slider of each zone."""
    zones = read_table(world / "zones.csv", "zones")
    named = dict(zip(zones["zone"], zones[f"name_{language}"], strict=True))
    return {
        f"{ZONES}-{zone}": {part: text.format(zone=name) for part, text in texts.items()}
        for zone, name in named.items()
    }
