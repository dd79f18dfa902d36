"""Charts of a comparison: monthly paths, and differences with their intervals."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from corredor.errors import UsageError
from corredor.inputs.whole_files import whole_or_absent
from corredor.runs.compare import absent
from corredor.runs.measures import Measure, headline_measures
from corredor.runs.reading import of_the_world, only_whole_months
from corredor.show.charts.record_charts import FORMATS
from corredor.show.charts.style import GREY, INK, RULE, bands, finish
from corredor.show.compare.words import compare_words, number, reference_name, title_of
from corredor.text.numbers import month

COLOURS = ("#a8430f", "#1f6f8b", "#a64ae0", "#94855c", "#2f22c8", "#663322")
DASHES = ((5, 1.5), (1.5, 1.5), (8, 2, 2, 2))  # another each time the colours come again
MOST_BANDS = 3  # scenarios; with more, bands would hide each other
COLUMNS = 3
WIDTH = 11.0  # inches
PATHS_HEIGHT = 3.6
NAME_WIDTH = 30  # letters in a line
PATHS = {"encounters": ["sector", "group"], "detentions": ["place", "group"]}
Canvas = Figure | SubFigure


def check_path(path: Path) -> None:
    """Refuse a chart of another format, before any time is spent.

    Raises
    ------
    UsageError
        If the ending is unknown.
    """
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"{path}: a chart is written as {' or '.join(FORMATS)}.")


def save_chart(figure: Figure, path: Path) -> None:
    """Write a chart to a new ``.png`` or ``.svg`` file, whole or not at all.

    Raises
    ------
    UsageError
        If the ending is unknown.
    OutputError
        If ``path`` exists or cannot be written.
    """
    check_path(path)
    metadata = {"Date": None} if path.suffix.lower() == ".svg" else {}
    with whole_or_absent(path) as temporary, mpl.rc_context({"svg.hashsalt": path.stem}):
        figure.savefig(temporary, dpi=150, metadata=metadata)


def comparison_chart(
    results: Sequence[xr.Dataset], table: pd.DataFrame, span: tuple[str, str]
) -> Figure:
    """Draw the monthly paths above, and the differences of the headline measures below.

    Parameters
    ----------
    results : sequence of xarray.Dataset
        The reference first.
    table : pandas.DataFrame
        As ``comparison.compare_all`` gives it.
    span : tuple of str
        First and last month compared.
    """
    below = _differences_height(results, table)
    figure = _figure(PATHS_HEIGHT + below)
    parts = figure.subfigures(2, 1, squeeze=False, height_ratios=[PATHS_HEIGHT, below])
    _draw_paths(parts[0, 0], results)
    _draw_differences(parts[1, 0], results, table, span)
    return figure


def paths_chart(results: Sequence[xr.Dataset]) -> Figure:
    """Draw encounters and detentions by month in each scenario."""
    figure = _figure(PATHS_HEIGHT)
    _draw_paths(figure, results)
    return figure


def differences_chart(
    results: Sequence[xr.Dataset], table: pd.DataFrame, span: tuple[str, str]
) -> Figure:
    """Draw the difference of each headline measure, a panel each; see :func:`comparison_chart`."""
    figure = _figure(_differences_height(results, table))
    _draw_differences(figure, results, table, span)
    return figure


def _figure(height: float) -> Figure:
    figure = Figure(figsize=(WIDTH, height), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _drawn(results: Sequence[xr.Dataset], table: pd.DataFrame) -> list[Measure]:
    """Return the headline measures but those of which no run has anything."""
    none = absent(table)
    return [measure for measure in headline_measures(results[0]) if measure.name not in none]


def _differences_height(results: Sequence[xr.Dataset], table: pd.DataFrame) -> float:
    rows = -(-len(_drawn(results, table)) // COLUMNS)
    return 0.7 + rows * (0.75 + 0.38 * (len(results) - 1))


def _draw_paths(figure: Canvas, results: Sequence[xr.Dataset]) -> None:
    text = compare_words()["charts"]
    for axes, (measure, over) in zip(figure.subplots(1, 2), PATHS.items(), strict=True):
        for i, data in enumerate(results):
            path = of_the_world(only_whole_months(data), measure).sum(over)
            _draw_path(axes, path, i, len(results) - 1, title_of(data))
        finish(axes)
        axes.set_ylim(bottom=0)
        axes.set_title(text[measure], loc="left", fontsize=10.5, fontweight="bold", color=INK)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower left", ncols=2 if len(labels) > 2 else len(labels),
        frameon=False, fontsize=9, labelcolor=INK, handlelength=1.8, columnspacing=1.6,
    )  # fmt: skip


def _draw_path(axes: Axes, monthly: xr.DataArray, i: int, others: int, label: str) -> None:
    middle = pd.DatetimeIndex(monthly["month"].to_numpy()) + pd.Timedelta(days=14)
    days, level = middle.to_numpy().astype("datetime64[D]"), bands(monthly)
    colour = INK if i == 0 else styles(i)[0]
    if others <= MOST_BANDS:
        axes.fill_between(days, level[0.05], level[0.95], color=colour, alpha=0.12, lw=0, zorder=1)
    style = "-" if i == 0 else (0, styles(i)[1])
    width = 2.2 if i == 0 else 1.5
    axes.plot(days, level[0.5], color=colour, lw=width, ls=style, label=label, zorder=4 - (i == 0))


def _draw_differences(
    figure: Canvas, results: Sequence[xr.Dataset], table: pd.DataFrame, span: tuple[str, str]
) -> None:
    words = compare_words()
    heading = words["charts"]["differences"].format(
        reference=reference_name(results[0]), first=month(span[0]), last=month(span[1])
    )
    figure.suptitle(heading, x=0.01, ha="left", fontsize=11.5, fontweight="bold", color=INK)
    shown = _drawn(results, table)
    rows = -(-len(shown) // COLUMNS)
    grid = figure.subplots(rows, COLUMNS, sharey=True, squeeze=False)
    names = [textwrap.fill(title_of(data), NAME_WIDTH) for data in results[1:]]
    for axes, measure in zip(grid.flat, shown, strict=False):
        _draw_measure(axes, table[table["measure"] == measure.name], measure.name)
        label = measure.words
        axes.set_title(label["short"], loc="left", fontsize=10, color=INK)
        axes.set_xlabel(label["unit"], fontsize=8.5, color=GREY)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
    for empty in grid.flat[len(shown) :]:
        empty.set_axis_off()


def _draw_measure(axes: Axes, rows: pd.DataFrame, measure: str) -> None:
    axes.axvline(0, color=INK, lw=0.9, zorder=1)
    for i, row in enumerate(rows.to_dict("records"), start=1):
        axes.plot([row["low"], row["high"]], [i - 1] * 2, color=styles(i)[0], lw=3.2, alpha=0.5,
                  solid_capstyle="butt", zorder=2)  # fmt: skip
        axes.plot(row["difference"], i - 1, "o", color=styles(i)[0], ms=5, zorder=3)
    reach = np.abs(rows[["low", "high", "difference"]].to_numpy()).max() or 1.0
    ends = rows[["low", "high"]].to_numpy()
    axes.set_xlim(min(ends.min(), -0.12 * reach) - 0.05 * reach,
                  max(ends.max(), 0.12 * reach) + 0.05 * reach)  # fmt: skip
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: number(measure, x)))
    axes.grid(axis="x", color=RULE, lw=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.tick_params(colors=GREY, labelsize=8.5, length=3)
    axes.tick_params(axis="y", length=0, labelcolor=INK)


def styles(i: int) -> tuple[str, tuple[float, ...]]:
    """Return colour and dash of the scenario at a place after the reference, from 1 on."""
    return COLOURS[(i - 1) % len(COLOURS)], DASHES[(i - 1) // len(COLOURS) % len(DASHES)]
