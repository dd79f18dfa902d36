"""The card that a notebook shows of a result: what was run, what to know of it, what came of it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import xarray as xr
from markupsafe import Markup

from corredor.runs.measures import headline_measures
from corredor.show.html import template
from corredor.text.numbers import whole

MOST = 6  # measures shown of a result that has no headline ones


def card(
    data: xr.Dataset, notes: Sequence[str], measures: pd.DataFrame, pictures: Sequence[str]
) -> str:
    """Return the card of a result as HTML.

    Parameters
    ----------
    data : xarray.Dataset
        A result.
    notes : sequence of str
        What has to be known of it.
    measures : pandas.DataFrame
        By measure: ``unit``, ``mean``, ``q05``, ``q95``.
    pictures : sequence of str
        Charts, as HTML.
    """
    headline = [each for each in headline_measures(data) if each.name in measures.index]
    shown = headline or list(measures.index[:MOST])
    rows = []
    for each in shown:
        name = each if isinstance(each, str) else each.name
        row = measures.loc[name]
        decimals = 0 if isinstance(each, str) else each.decimals
        words = row["meaning"] if isinstance(each, str) else each.words["name"]
        numbers = [_number(float(str(row[key])), decimals) for key in ("mean", "q05", "q95")]
        rows.append((words, *numbers, row["unit"]))
    return template("library/card.html").render(
        about=data.attrs, runs=data.sizes["replicate"], notes=notes, rows=rows,
        pictures=[Markup(picture) for picture in pictures], people=whole(data.attrs["states"]),
    )  # fmt: skip


def _number(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}" if decimals else whole(value)
