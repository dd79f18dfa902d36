"""Charts of what the model found for a claim."""

from __future__ import annotations

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from corredor import record
from corredor.claims.finding import Chart, Lines, Ranges
from corredor.show.charts import BLUE, GREY, INK, MIDDLE, RULE, RUST, Days, bands, canvas, finish
from corredor.show.claims.words import number
from corredor.show.report.figures import inline

WIDTH, HEIGHT, ROW = 480.0, 210.0, 44.0  # points
STYLES = ((BLUE, "-"), (RUST, (0, (4, 1.6))), (GREY, (0, (1, 1.4))))


def draw(chart: Chart, name: str, description: str) -> Markup:
    """Return a chart as an SVG element; ``name`` is unique in the page."""
    figure = lines(chart) if isinstance(chart, Lines) else ranges(chart)
    return inline(figure, name, description)


def lines(chart: Lines) -> Figure:
    """Draw each scenario's median and 90 % band by month, and the record as points."""
    figure, axes = canvas((WIDTH, HEIGHT))
    for letter, (colour, style), values in zip(
        "ABC", STYLES, chart.by_scenario.values(), strict=False
    ):
        days = _middles(pd.DatetimeIndex(values["month"].to_numpy()).to_period("M"))
        level = bands(values)
        axes.fill_between(days, level[0.05], level[0.95], color=colour, alpha=0.16, lw=0)
        axes.plot(days, level[0.5], color=colour, lw=1.8, ls=style, label=letter)
    if chart.series:
        _points(axes, chart)
    finish(axes)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=10, labelcolor=INK, loc="lower left", ncols=3)
    return figure


def ranges(chart: Ranges) -> Figure:
    """Draw named means with their 90 % intervals, one above the other."""
    figure, axes = canvas((WIDTH, ROW * (len(chart.rows) + 0.8)))
    for place, (name, mean, low, high) in enumerate(chart.rows):
        axes.plot([low, high], [place, place], color=BLUE, lw=2.2, solid_capstyle="butt")
        axes.plot([mean], [place], "o", color=BLUE, ms=6)
        axes.annotate(
            name, (0, place), (2, 9), xycoords=("axes fraction", "data"),
            textcoords="offset points", fontsize=10, color=INK,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6},
        )  # fmt: skip
    axes.set_ylim(len(chart.rows) - 0.5, -0.8)
    axes.set_yticks([])
    axes.axvline(0, color=INK, lw=0.9, zorder=0)
    axes.margins(x=0.04)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: number(x)))
    axes.grid(axis="x", color=RULE, lw=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.tick_params(colors=GREY, labelsize=10, length=3)
    return figure


def _points(axes: Axes, chart: Lines) -> None:
    """Draw the months that were published one by one."""
    first = next(iter(chart.by_scenario.values()))
    months = pd.DatetimeIndex(first["month"].to_numpy()).to_period("M")
    published = record.monthly(chart.series).reindex(months).dropna()
    middles = _middles(pd.PeriodIndex(published.index))
    axes.plot(middles, published.to_numpy(), "o", color=INK, ms=3.6, zorder=4)


def _middles(months: pd.PeriodIndex) -> Days:
    return np.asarray((months.to_timestamp() + MIDDLE).to_numpy().astype("datetime64[D]"))
