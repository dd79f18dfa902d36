"""A chart of what was counted beside what a model counts, window by window."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from corredor.show.charts import boxes
from corredor.show.charts.style import BLUE, INK, finish

SIZE = (9.0, 3.0)  # inches


def beside_chart(table: pd.DataFrame, unit: str, words: Mapping[str, str]) -> Figure:
    """Draw windows of a series: what was published, and the band and the mean of the runs.

    Totals of several months are drawn as their mean a month, over all of their months.

    Parameters
    ----------
    table : pandas.DataFrame
        ``start`` and ``end`` (``2023-01``), ``record``, ``mean``, ``low``, ``high``, all totals of
        the window.
    unit : str
        What the axis counts.
    words : mapping
        What the key says: ``record``, ``mean``, ``band``, ``windows``.
    """
    figure, (axes,) = boxes.panels(*SIZE, 1, 1)
    starts, ends = (pd.PeriodIndex(table[end].astype(str), freq="M") for end in ("start", "end"))
    months = (ends.year - starts.year) * 12 + ends.month - starts.month + 1
    places = boxes.spans(starts, ends)
    left, right = places["left"].to_numpy(), places["right"].to_numpy()
    low, mean, high = (table[name].to_numpy() / months for name in ("low", "mean", "high"))
    axes.bar(
        left, high - low, right - left, low, align="edge", color=BLUE, alpha=boxes.LIGHT, lw=0,
        zorder=1,
    )  # fmt: skip
    axes.hlines(mean, left, right, color=BLUE, lw=1.6, zorder=2)
    published = pd.DataFrame(
        {"start": starts, "end": ends, "months": months, "value": table["record"].to_numpy()}
    )
    boxes.draw_windows(axes, published)
    axes.xaxis_date()
    axes.set_ylim(bottom=0)
    axes.set_ylabel(unit)
    finish(axes)
    handles = [
        Line2D([], [], color=INK, marker="o", ms=3.6, lw=0, label=words["record"]),
        Patch(color=BLUE, alpha=boxes.LIGHT, lw=0, label=words["band"]),
        Line2D([], [], color=BLUE, lw=1.6, label=words["mean"]),
    ]
    if (months > 1).any():
        handles.insert(1, Line2D([], [], color=INK, lw=2.4, label=words["windows"]))
    boxes.key(figure, handles, len(handles))
    return figure
