"""Tables of needs as an HTML file to print on A4, a page for each place."""

from __future__ import annotations

from typing import Any

import pandas as pd
import xarray as xr

from corredor.show.html import template
from corredor.show.needs.grid import Grid
from corredor.show.needs.notes import at_sea, notes, of_the_bands, provenance, sources

MOST_COLUMNS = 13  # a quarter's weeks fit across the page


def build_page(
    data: xr.Dataset,
    people: xr.DataArray,
    tables: list[Grid],
    standards: pd.DataFrame,
    words: dict[str, Any],
    share_sheltered: float,
) -> str:
    """Return the tables as one HTML document, with its styles inside.

    Parameters
    ----------
    data : xarray.Dataset
        The result.
    people : xarray.DataArray
        The people of the tables, as :func:`corredor.needs.people_in_places` gives them.
    tables : list of Grid
        A table for each place.
    standards : pandas.DataFrame
        What ``load_standards`` gives.
    words : dict
        The words of a language.
    share_sheltered : float
        Share of the people present for whom is planned.
    """
    return template("show/needs/page.html").render(
        w=words,
        pages=[part for table in tables for part in _parts(table)],
        notes=notes(data, words, share_sheltered, page=True),
        notes_at_sea=[*at_sea(people, words), *of_the_bands(data, words), words["read"]["counted"]],
        sources=sources(standards, words),
        provenance=provenance(data, words),
        version=data.attrs["corredor_version"],
        scenario=data.attrs["scenario"],
    )


def _parts(table: Grid) -> list[dict[str, Any]]:
    """Cut a table into pages of few enough columns."""
    starts = range(0, len(table.columns), MOST_COLUMNS)
    return [
        {
            "table": table, "part": slice(a, a + MOST_COLUMNS),
            "number": i, "of": len(starts),
        }
        for i, a in enumerate(starts, start=1)
    ]  # fmt: skip
