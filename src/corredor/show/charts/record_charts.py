"""Charts of the official record, each with its unit and its source."""

from __future__ import annotations

import textwrap
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from corredor import record
from corredor.errors import UsageError
from corredor.inputs.whole_files import refuse_existing, refuse_unwritable, whole_or_absent
from corredor.text.numbers import whole

INK, BLUE, AMBER, GREY = "#22313f", "#1f6f8b", "#d98b2b", "#8a97a3"
FORMATS = (".png", ".svg")
SOURCES_SHOWN = 3
FEW = 60  # months drawn with a point each


def check_path(path: Path, *, overwrite: bool = False) -> None:
    """Refuse a chart that cannot be written, best before anything is computed.

    Raises
    ------
    UsageError
        If the ending is unknown.
    OutputError
        If the file exists and may not be replaced, or cannot be written.
    """
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"{path}: a chart is written as {' or '.join(FORMATS)}.")
    if overwrite:
        refuse_unwritable(path)
    else:
        refuse_existing(path)


def plot_series(
    series: str,
    out: str | Path,
    category: str | None = None,
    place: str | None = None,
    start: str | None = None,
    end: str | None = None,
    *,
    overwrite: bool = False,
) -> Path:
    """Draw a series and write the chart.

    Single months are a line that breaks where a month is missing; the mean a month of longer
    windows is a flat line over the window; other editions of a figure are hollow points.

    Parameters
    ----------
    series : str
        Id of the series.
    out : str or Path
        File to write, ``.png`` or ``.svg``.
    category, place, start, end : str, optional
        As in :func:`corredor.record.load_series`; ``all`` and the series' own place if left out.
    overwrite : bool
        Whether an existing file may be replaced.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    UsageError
        If the series has nothing over whole months to draw, or the ending is unknown.
    OutputError
        If the file exists and may not be replaced.
    """
    path = Path(out)
    check_path(path, overwrite=overwrite)
    figure = chart(series, category, place, start, end)
    metadata = {"Date": None} if path.suffix.lower() == ".svg" else {}
    with (
        whole_or_absent(path, replace=overwrite) as temporary,
        mpl.rc_context({"svg.hashsalt": path.stem}),
    ):
        figure.savefig(temporary, dpi=160, metadata=metadata)
    return path


def chart(
    series: str,
    category: str | None = None,
    place: str | None = None,
    start: str | None = None,
    end: str | None = None,
) -> Figure:
    """Return the chart of a series; parameters and errors as :func:`plot_series`."""
    what = category or "all"
    record.load_series(series, start, end, place)  # refuses unknown names and dates
    table = _within(record.windows(series, what, place, "all"), start, end)
    if table.empty:
        raise UsageError(f"{series}: no totals over whole months to draw for {what!r}.")
    figure = Figure(figsize=(9, 5), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _draw(axes, table)
    _label(figure, axes, series, what, place, table)
    return figure


def _within(table: pd.DataFrame, start: str | None, end: str | None) -> pd.DataFrame:
    if start is not None:
        table = table[table["start"] >= pd.Period(start).start_time.to_period("M")]
    if end is not None:
        table = table[table["end"] <= pd.Period(end).end_time.to_period("M")]
    return table


def _draw(axes: Axes, table: pd.DataFrame) -> None:
    preferred, other = table[table["rank"] == 1], table[table["rank"] > 1]
    single = preferred["start"] == preferred["end"]
    months, longer = preferred[single], preferred[~single]
    _draw_longer(axes, longer)
    if not months.empty:
        values = pd.Series(months["value"].to_numpy(), _index(months)).resample("M").asfreq()
        style = "o-" if len(months) < FEW else "-"
        middle = _middle(pd.PeriodIndex(values.index))
        axes.plot(middle, values.to_numpy(), style, color=BLUE, ms=4, label="single month")
    rival = other[other["start"] == other["end"]]
    if not rival.empty:
        points = axes.plot(_middle(_index(rival)), rival["value"].to_numpy(), "o", mec=BLUE, ms=6)
        points[0].set(markerfacecolor="white", label="other edition of a month")


def _draw_longer(axes: Axes, longer: pd.DataFrame) -> None:
    for row in longer.to_dict("records"):
        mean = row["value"] / ((row["end"] - row["start"]).n + 1)
        span = np.array([row["start"].start_time, row["end"].end_time], "datetime64[D]")
        axes.plot(span, [mean, mean], color=AMBER, lw=2.2, alpha=0.75, solid_capstyle="butt")
    if not longer.empty:
        axes.plot([], [], color=AMBER, lw=2.2, label="mean a month over a longer window")


def _index(table: pd.DataFrame) -> pd.PeriodIndex:
    return pd.PeriodIndex(table["start"], freq="M")


def _middle(months: pd.PeriodIndex) -> npt.NDArray[np.datetime64]:
    """Return the middle of each month, where its total is drawn."""
    return np.array([month.start_time + pd.Timedelta(days=14) for month in months], "datetime64[D]")


def _label(
    figure: Figure, axes: Axes, series: str, category: str, place: str | None, table: pd.DataFrame
) -> None:
    info = record.describe(series)
    names = [name for name in (category if category != "all" else "", place or "") if name]
    axes.set_title(
        info.title + (f": {', '.join(names)}" if names else ""),
        loc="left", fontsize=13, fontweight="bold", color=INK,
    )  # fmt: skip
    axes.set_ylabel(f"{info.unit} a month", color=INK)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: whole(y)))
    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.grid(axis="y", color="#e3e8ec", lw=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(colors=INK, left=False)
    if len(axes.get_legend_handles_labels()[0]) > 1:
        axes.legend(frameon=False, loc="upper left", fontsize=9)
    figure.supxlabel(_caption(info, table), x=0.01, ha="left", fontsize=7.5, color=GREY)


def _caption(info: record.SeriesInfo, table: pd.DataFrame) -> str:
    known = record.sources()["citation"]
    cited = list(dict.fromkeys(known[i] for i in table["source"]))
    few = len(cited) <= SOURCES_SHOWN
    source = (
        "; ".join(cited) if few else f"{len(cited)} publications, named by `record show --json`"
    )
    text = f"Counts {info.counts}. Source: {info.publisher}; {source}."
    return "\n".join(textwrap.wrap(text, 150))
