"""What a file adds to the record, as a chart: figures held, figures revised and figures new."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from corredor import record
from corredor.errors import UsageError
from corredor.inputs.whole_files import whole_or_absent
from corredor.record.adding import Comparison
from corredor.record.readers.tidy import ALL
from corredor.show.charts.record_charts import AMBER, BLUE, GREY, INK, check_path
from corredor.text.numbers import whole

MOST_PANELS = 8
PANEL = (9.0, 2.4)  # inches
MONTHS_BEFORE = 24  # months held that are drawn before the first figure of the file that is new


def save_additions_chart(comparisons: Sequence[Comparison], path: Path) -> Path:
    """Draw the totals of each series of the files, and write the chart.

    A series without a total is drawn by the category of its largest figure.

    Parameters
    ----------
    comparisons : sequence of Comparison
        As :func:`corredor.record.adding.plan` gives them.
    path : Path
        A new ``.png`` or ``.svg`` file.

    Raises
    ------
    UsageError
        If nothing is new or revised, or the ending is unknown.
    OutputError
        If the file exists or cannot be written.
    """
    check_path(path)
    drawn = [c for c in comparisons if len(c.new) or len(c.revised)][:MOST_PANELS]
    if not drawn:
        raise UsageError("Nothing is new or revised, so there is nothing to draw.")
    figure = Figure(
        figsize=(PANEL[0], PANEL[1] * len(drawn)), layout="constrained", facecolor="white"
    )
    FigureCanvasAgg(figure)
    for axes, comparison in zip(figure.subplots(len(drawn), squeeze=False)[:, 0], drawn,
                                strict=True):  # fmt: skip
        _draw(axes, comparison)
    metadata = {"Date": None} if path.suffix.lower() == ".svg" else {}
    with whole_or_absent(path) as temporary, mpl.rc_context({"svg.hashsalt": path.stem}):
        figure.savefig(temporary, dpi=160, metadata=metadata)
    return path


def _draw(axes: Axes, comparison: Comparison) -> None:
    place, category = _shown(comparison)
    new, revised = (_of(table, place, category) for table in (comparison.new, comparison.revised))
    held = _held(comparison.series, place, category)
    starts = [table["start"].min() for table in (new, revised) if len(table)]
    since = min(starts, default=pd.Timestamp(0)) - pd.DateOffset(months=MONTHS_BEFORE)
    held = held[held["start"] >= since]
    axes.plot(held["start"], held["value"], color=GREY, linewidth=1.4, label="held")
    if len(revised):
        axes.vlines(revised["start"], revised["was"], revised["value"], color=AMBER, linewidth=2)
        axes.plot(
            revised["start"], revised["value"], "o", color=AMBER, markersize=4, label="revised"
        )
    if len(new):
        axes.plot(new["start"], new["value"], "s", color=BLUE, markersize=4, label="new")
    what = "" if category == ALL else f", {category}"
    axes.set_title(f"{comparison.series.replace('_', ' ')}: {place}{what}", loc="left",
                   fontsize=10, color=INK)  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: whole(value)))
    locator = AutoDateLocator(maxticks=10)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8, ncols=3, loc="upper left", bbox_to_anchor=(0.6, 1.18))


def _shown(comparison: Comparison) -> tuple[str, str]:
    """Return the place and category that are drawn: of the largest figure, totals first."""
    table = pd.concat([comparison.new, comparison.revised], ignore_index=True)
    totals = table[table["category"] == ALL]
    largest = (totals if len(totals) else table).sort_values("value").iloc[-1]
    return str(largest["place"]), str(largest["category"])


def _of(table: pd.DataFrame, place: str, category: str) -> pd.DataFrame:
    chosen = table[(table["place"] == place) & (table["category"] == category)]
    return chosen.sort_values("start")


def _held(series: str, place: str, category: str) -> pd.DataFrame:
    if series not in record.catalogue().index:
        return pd.DataFrame({"start": pd.to_datetime([]), "value": []})
    return _of(record.load_series(series), place, category)
