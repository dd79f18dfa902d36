"""Small multiples of a Flee case: each camp's people over the runs, and those counted."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.dates import DayLocator, MonthLocator
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import Formatter, FuncFormatter

from corredor.errors import OutputError
from corredor.flee.run import FleeRun
from corredor.inputs.whole_files import whole_or_absent
from corredor.show.charts.boxes import EPOCH, LIGHT, key
from corredor.show.charts.style import BLUE, INK, RUST, finish
from corredor.show.flee.bands import CampBand, camp_bands
from corredor.show.flee.words import flee_words

WIDE, HIGH, COLUMNS = 4.2, 2.1, 3  # of a panel in inches, and panels side by side
LEAST_WIDE = 8.0  # inches, for the key
MONTHS_APART = ((900, 6), (300, 3), (62, 1))  # days shown, from, and months between two ticks
TICKS = 4  # of a shorter time, each with its day
FORMATS = (".svg", ".png", ".pdf")
DENSE = 40  # counts from which points are drawn smaller


def camps_chart(run: FleeRun, columns: int = COLUMNS) -> Figure:
    """Draw every camp: the 90 % band and the median of the runs, and a point for each count.

    A point is filled where it lies inside the band and hollow where it does not. One column is
    for a phone, and has no title.
    """
    text, found = flee_words()["chart"], camp_bands(run)
    across = min(columns, len(found))
    down = math.ceil(len(found) / across)
    size = (max(WIDE * across, LEAST_WIDE) if columns > 1 else WIDE, HIGH * down + 0.9)
    layout = ConstrainedLayoutEngine(h_pad=0.1, w_pad=0.1)
    figure = Figure(figsize=size, layout=layout, facecolor="white")
    start = (np.datetime64(run.case.period.start) - np.datetime64(EPOCH, "D")).astype(int)
    for position, camp in enumerate(found, start=1):
        axes = figure.add_subplot(down, across, position)
        _draw(axes, camp, int(start))
        counts = {"camp": camp.name, "inside": int(camp.inside.sum()), "all": len(camp.days)}
        title = text["panel" if len(camp.days) else "panel_none"].format(**counts)
        axes.set_title(title, loc="left", fontsize=10, color=INK)
    key(
        figure,
        _keys(len(run.simulated)),
        {1: 1, 2: 2}.get(columns, 4 if across > 2 else 2),
        text["title"].format(case=run.case.name) if columns > 1 else "",
    )
    return figure


def _draw(axes: Axes, camp: CampBand, start: int) -> None:
    days = start + np.arange(len(camp.middle))
    axes.fill_between(days, camp.low, camp.high, color=BLUE, alpha=LIGHT, lw=0, zorder=1)
    axes.plot(days, camp.middle, color=BLUE, lw=1.4, zorder=2)
    size = 3.6 if len(camp.days) < DENSE else 2.4
    for inside, edge, face in ((True, INK, INK), (False, RUST, "white")):
        chosen = camp.inside == inside
        axes.plot(
            start + camp.days[chosen], camp.counted[chosen], "o", ms=size, mec=edge, mfc=face,
            mew=0.9, zorder=3,
        )  # fmt: skip
    finish(axes)
    axes.set_ylim(bottom=0)
    _space_ticks(axes, days)


def _space_ticks(axes: Axes, days: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    """Put ticks so that they can be read; a time of few weeks has its days written out."""
    for least, months in MONTHS_APART:
        if len(days) >= least:
            axes.xaxis.set_major_locator(MonthLocator(tuple(range(1, 13, months))))  # type: ignore[no-untyped-call]
            left = axes.get_xlim()[0]
            first = next((at for at in axes.get_xticks() if at >= left), None)
            named = axes.xaxis.get_major_formatter()
            axes.xaxis.set_major_formatter(FuncFormatter(partial(_with_year, named, first)))
            return
    apart = max(1, math.ceil(len(days) / TICKS))
    axes.xaxis.set_major_locator(DayLocator(interval=apart))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda at, _: str(np.datetime64(int(at), "D")))  # days since 1970
    )


def _with_year(named: Formatter, first: float | None, at: float, number: int | None) -> str:
    """Name a month, and the first one with its year, for many cases have no January."""
    name = named(at, number)
    if at != first or "\n" in name:
        return name
    return f"{name}\n{np.datetime64(int(at), 'D').astype('datetime64[Y]')}"


def _keys(runs: int) -> list[Artist]:
    text = flee_words()["chart"]
    band = text["band" if runs > 1 else "band_one"].format(runs=runs)
    return [
        Patch(color=BLUE, alpha=LIGHT, lw=0, label=band),
        Line2D([], [], color=BLUE, lw=1.4, label=text["median"]),
        Line2D([], [], ls="", marker="o", ms=3.6, mec=INK, mfc=INK, label=text["inside"]),
        Line2D([], [], ls="", marker="o", ms=3.6, mec=RUST, mfc="white", label=text["outside"]),
    ]


def check_format(target: Path) -> None:
    """Raise OutputError if a chart cannot be written in the format that a name asks for."""
    if target.suffix.lower() not in FORMATS:
        raise OutputError(f"{target}: a chart is written as {', '.join(FORMATS)}.")


def save_chart(run: FleeRun, target: Path) -> None:
    """Draw a run to a new file.

    Raises
    ------
    OutputError
        If the file exists, cannot be written, or its name asks for an unknown format.
    """
    check_format(target)
    metadata = {"Date": None} if target.suffix.lower() == ".svg" else {}
    with (
        whole_or_absent(target) as part,
        mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "flee"}),
    ):
        camps_chart(run).savefig(part, dpi=150, metadata=metadata)
