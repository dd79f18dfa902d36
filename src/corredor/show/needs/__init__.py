"""The table of needs for a wall: in the terminal, and as a page to print."""

from corredor.show.needs.grid import Grid, grids
from corredor.show.needs.notes import notes, provenance, sources
from corredor.show.needs.page import build_page
from corredor.show.needs.words import needs_words

__all__ = [
    "Grid",
    "build_page",
    "grids",
    "needs_words",
    "notes",
    "provenance",
    "sources",
]
