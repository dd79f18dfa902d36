"""Charts of a calibrated model beside every total that it was calibrated to."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from corredor.show.charts.style import BLUE, INK, MIDDLE, RUST, finish

WIDE, HIGH, COLUMNS = 4.2, 2.3, 3  # of a panel in inches, and panels side by side
GAP = 3  # days between the edge of a box and the end of its months


def predictive_chart(rows: pd.DataFrame, title: str) -> Figure:
    """Draw what would be published, part by part, and what was.

    A box over the months of a total holds nine in ten of what the calibrated model would have
    published (light) and half of it (dark), as a mean a month; a point is what was published,
    filled where it lies inside the 90 % box and hollow where it does not.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of one series, as :func:`corredor.fit.checks.predictive` gives.
    title : str
        Of the whole chart.
    """
    parts = list(dict.fromkeys(rows["part"]))
    across = min(COLUMNS, len(parts))
    down = math.ceil(len(parts) / across)
    size = (max(WIDE * across, 8.0), HIGH * down + (0.8 if down > 1 else 1.4))
    figure = Figure(figsize=size, layout="constrained", facecolor="white")
    figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold", color=INK)
    for position, part in enumerate(parts, start=1):
        axes = figure.add_subplot(down, across, position)
        mine = rows[rows["part"] == part]
        for row in mine.to_dict("records"):
            _box(axes, row)
        inside = int(mine["inside_90"].sum())
        name = f"{part}: " if part else ""
        axes.set_title(
            f"{name}{inside} of {len(mine)} inside 90 %", loc="left", fontsize=10, color=INK
        )
        finish(axes)
        axes.set_ylim(bottom=0)
        if mine["record"].between(0, 1).all():  # shares of a total
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    return figure


def _box(axes: Axes, row: dict[Any, Any]) -> None:
    months = (row["end"] - row["start"]).n + 1
    share = 0 < row["record"] < 1  # a share is no total, and has no mean a month
    per = 1.0 if share else 1.0 / months
    left = (row["start"].start_time - pd.Timestamp(0)).days + GAP
    right = (row["end"].end_time - pd.Timestamp(0)).days - GAP
    for low, high, alpha in (("q05", "q95", 0.22), ("q25", "q75", 0.5)):
        axes.bar(
            left, (row[high] - row[low]) * per, right - left, row[low] * per, align="edge",
            color=BLUE, alpha=alpha, lw=0,
        )  # fmt: skip
    centre = (left + right) / 2.0 if months > 1 else left - GAP + MIDDLE.days
    inside = bool(row["inside_90"])
    axes.plot(
        centre, row["record"] * per, "o", ms=3.6, mec=INK if inside else RUST,
        mfc=INK if inside else "white",
    )  # fmt: skip
