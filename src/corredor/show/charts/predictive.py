"""Charts of a calibrated model beside every total that it was calibrated to."""

from __future__ import annotations

import math
import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, StrMethodFormatter

from corredor.show.charts.style import BLUE, GREY, INK, MIDDLE, RUST, finish

WIDE, HIGH, COLUMNS = 4.2, 2.3, 3  # of a panel in inches, and panels side by side
TITLE = 44  # characters that stand over a panel in a line
STRAIGHT = 10.0  # events up to which an axis of logarithms is straight, so that 0 has a place
GAP = 3  # days between the edge of a box and the end of its months


def predictive_chart(rows: pd.DataFrame, title: str) -> Figure:
    """Draw what would be published, part by part, and what was.

    A box over the months of a total holds nine in ten of what the calibrated model would have
    published (light) and half of it (dark), as a mean a month; a point is what was published,
    filled where it lies inside the 90 % box and hollow where it does not. A part that has several
    totals of the same months, such as one for each sector, would have boxes over each other: it is
    drawn as what the model would have published, with its 90 %, over what was.

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
        inside = int(mine["inside_90"].sum())
        told = f"{part}: {inside}" if part else f"{inside}"
        words = textwrap.fill(f"{told} of {len(mine)} inside 90 %", TITLE)
        axes.set_title(words, loc="left", fontsize=10, color=INK)
        if mine.duplicated(["start", "end"]).any():
            _scatter(axes, mine)
            continue
        for row in mine.to_dict("records"):
            _box(axes, row)
        finish(axes)
        axes.set_ylim(bottom=0)
        if mine["record"].between(0, 1).all():  # shares of a total
            axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{round(100 * y, 2):g}%"))
    return figure


def _scatter(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the model's middle and 90 % over what was published, along the line of equality."""
    most = float(rows[["record", "q95"]].max().max()) * 1.5
    axes.plot([0, most], [0, most], color=GREY, lw=0.8, zorder=1)
    axes.vlines(rows["record"], rows["q05"], rows["q95"], color=BLUE, alpha=0.3, lw=1.0, zorder=2)
    for inside, fill, edge in ((True, INK, INK), (False, "white", RUST)):
        some = rows[rows["inside_90"] == inside]
        axes.plot(some["record"], some["q50"], "o", ms=2.6, mec=edge, mfc=fill, mew=0.8, zorder=3)
    for name, words in (("x", "published"), ("y", "model")):
        getattr(axes, f"set_{name}scale")("symlog", linthresh=STRAIGHT)
        getattr(axes, f"set_{name}lim")(0, most)
        getattr(axes, f"set_{name}label")(words, color=INK, fontsize=9)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(color=GREY, alpha=0.25, lw=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK, labelsize=9)


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
