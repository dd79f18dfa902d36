"""Charts of what the record, the map and the model gave for a claim."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from corredor import record
from corredor.claims.finding import Bars, Chart, Lines, Published, Ranges
from corredor.show.charts.style import (
    BLUE,
    GREY,
    INK,
    MIDDLE,
    RULE,
    RUST,
    Days,
    bands,
    canvas,
    finish,
)
from corredor.show.html import inline
from corredor.text.numbers import plain

WIDTH, HEIGHT, ROW = 480.0, 210.0, 44.0  # points
MANY = 60  # months; over more of them a chart has small points and names years
STYLES = ((BLUE, "-"), (RUST, (0, (4, 1.6))), (GREY, (0, (1, 1.4))))


def draw(chart: Chart, name: str, description: str) -> Markup:
    """Return a chart as an SVG element; ``name`` is unique in the page."""
    drawers: dict[type, Callable[..., Figure]] = {
        Lines: lines, Ranges: ranges, Published: published, Bars: bars_of
    }  # fmt: skip
    return inline(drawers[type(chart)](chart), name, description)


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
        _name(axes, name, place)
    _finish_rows(axes, len(chart.rows))
    axes.axvline(0, color=INK, lw=0.9, zorder=0)
    axes.margins(x=0.04)
    return figure


def published(chart: Published) -> Figure:
    """Draw months and windows of the record, those of the claim in another colour."""
    figure, axes = canvas((WIDTH, HEIGHT))
    months = pd.Series({pd.Period(a, "M"): mean for a, b, mean in chart.windows if a == b})
    first, last = (pd.Period(chart.windows[i][0], "M") for i in (0, -1))
    many = (last - first).n > MANY
    if len(months):
        whole = months.reindex(pd.period_range(months.index.min(), months.index.max(), freq="M"))
        axes.plot(
            _middles(pd.PeriodIndex(whole.index)), whole.to_numpy(), "o-", color=INK,
            ms=1.4 if many else 3.4, lw=0.9,
        )  # fmt: skip
    for start, end, mean in chart.windows:
        colour = RUST if start in chart.marked else INK
        if start != end:
            span = pd.Period(start, "M").start_time, pd.Period(end, "M").end_time
            axes.plot(np.array(span, "datetime64[D]"), [mean, mean], color=colour, lw=2.4)
        elif start in chart.marked:
            axes.plot(_middles(pd.PeriodIndex([start], freq="M")), [mean], "o", color=RUST, ms=6)
    if chart.level is not None:
        axes.axhline(chart.level, color=RUST, lw=1.2, ls=(0, (4, 1.6)), zorder=0)
    finish(axes)
    if many:
        axes.xaxis.set_major_locator(YearLocator(4 if (last - first).n > 4 * MANY else 2))  # type: ignore[no-untyped-call]
    axes.set_ylim(bottom=0)
    return figure


def bars_of(chart: Bars) -> Figure:
    """Draw named numbers as bars, and the number of the claim as a line across them."""
    figure, axes = canvas((WIDTH, ROW * (len(chart.rows) + 0.8)))
    for place, (name, value) in enumerate(chart.rows):
        axes.barh(place, value, height=0.28, color=BLUE)
        _name(axes, name, place)
    if chart.claimed is not None:
        axes.axvline(chart.claimed, color=RUST, lw=1.4, ls=(0, (4, 1.6)))
    _finish_rows(axes, len(chart.rows))
    axes.set_xlim(left=0)
    return figure


def _name(axes: Axes, name: str, place: int) -> None:
    """Write the name of a row above it."""
    axes.annotate(
        name, (0, place), (2, 9), xycoords=("axes fraction", "data"),
        textcoords="offset points", fontsize=10, color=INK,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6},
    )  # fmt: skip


def _finish_rows(axes: Axes, count: int) -> None:
    """Thin the frame of rows, and give numbers their separators."""
    axes.set_ylim(count - 0.5, -0.8)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: plain(x)))
    axes.grid(axis="x", color=RULE, lw=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.tick_params(colors=GREY, labelsize=10, length=3)


def _points(axes: Axes, chart: Lines) -> None:
    """Draw the months that were published one by one."""
    first = next(iter(chart.by_scenario.values()))
    months = pd.DatetimeIndex(first["month"].to_numpy()).to_period("M")
    published = record.monthly(chart.series).reindex(months).dropna()
    middles = _middles(pd.PeriodIndex(published.index))
    axes.plot(middles, published.to_numpy(), "o", color=INK, ms=3.6, zorder=4)


def _middles(months: pd.PeriodIndex) -> Days:
    return np.asarray((months.to_timestamp() + MIDDLE).to_numpy().astype("datetime64[D]"))
