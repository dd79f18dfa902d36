"""The table of needs for a wall: in the terminal, and as a page to print."""

from corredor.show.needs.book import (
    about_sheet,
    in_words,
    needs_named,
    standards_sheet,
    with_facts,
)
from corredor.show.needs.grid import Grid, grids
from corredor.show.needs.notes import at_sea, notes, of_the_bands, provenance, sources
from corredor.show.needs.page import build_page
from corredor.show.needs.words import needs_words

__all__ = [
    "Grid",
    "about_sheet",
    "at_sea",
    "build_page",
    "grids",
    "in_words",
    "needs_named",
    "needs_words",
    "notes",
    "of_the_bands",
    "provenance",
    "sources",
    "standards_sheet",
    "with_facts",
]
