"""The pieces of which charts of forecasts are made: figures, boxes, the record and the keys.

A forecast of a month or window is a box: the lighter part holds 90 % of what may come, the darker
part the middle 50 %, and the line across it is the median. Boxes, not bands, because a forecast
may be of a single month.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from corredor.arrays import QUANTILES
from corredor.show.charts.style import BLUE, GREY, INK

LEVELS = [f"q{round(100 * level):02d}" for level in QUANTILES]
EPOCH = pd.Timestamp("1970-01-01")  # from which matplotlib counts days
BOX = 21.0  # days that a box is wide, of a month or, in the middle, of a longer window
LIGHT, DARK = 0.22, 0.5  # how dense the colour of 90 % and 50 % is


def panels(
    width: float, height: float, rows: int, columns: int, *, share: bool = False
) -> tuple[Figure, list[Axes]]:
    """Return a figure of so many inches, and its panels, which share x and perhaps y."""
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    grid = figure.subplots(rows, columns, sharex=True, sharey=share, squeeze=False)
    return figure, list(grid.flat)


def spans(starts: Iterable[pd.Period], ends: Iterable[pd.Period]) -> pd.DataFrame:
    """Return where windows stand on an axis of days: ``left``, ``right`` and ``middle``."""
    left = [(start.start_time - EPOCH).days for start in starts]
    right = [(end.end_time - EPOCH).days + 1 for end in ends]
    found = pd.DataFrame({"left": left, "right": right}, dtype=float)
    return found.assign(middle=(found["left"] + found["right"]) / 2)


def draw_boxes(axes: Axes, places: pd.DataFrame, levels: pd.DataFrame) -> None:
    """Draw forecasts, one a row: ``places`` as :func:`spans` gives, ``levels`` the quantiles."""
    middle, median = places["middle"].to_numpy(), levels["q50"].to_numpy()
    for low, high, alpha in (("q05", "q95", LIGHT), ("q25", "q75", DARK)):
        bottom, top = levels[low].to_numpy(), levels[high].to_numpy()
        axes.bar(middle, top - bottom, BOX, bottom, color=BLUE, alpha=alpha, lw=0, zorder=1)
    axes.hlines(median, middle - BOX / 2, middle + BOX / 2, color=BLUE, lw=2.0, zorder=2)


def draw_months(axes: Axes, values: pd.Series[float], marker: str = "o") -> None:
    """Draw a monthly record as a line, by default with a point for each month."""
    months = pd.PeriodIndex(values.index)
    middle = spans(months, months)["middle"].to_numpy()
    axes.plot(middle, values.to_numpy(), f"{marker}-", color=INK, ms=3.6, lw=1.0, zorder=3)


def draw_windows(axes: Axes, windows: pd.DataFrame) -> None:
    """Draw single months as points; longer windows as lines at their mean a month.

    ``windows`` has ``start``, ``end``, ``months`` and ``value``, the total.
    """
    places = spans(windows["start"], windows["end"])
    mean = (windows["value"] / windows["months"]).to_numpy()
    single = (windows["months"] == 1).to_numpy()
    axes.plot(places["middle"][single], mean[single], "o", color=INK, ms=3.6, zorder=3)
    left, right = places["left"].to_numpy()[~single], places["right"].to_numpy()[~single]
    axes.hlines(mean[~single], left, right, color=INK, lw=2.4, zorder=3)


def mark_origin(axes: Axes, origin: pd.Period) -> None:
    """Mark the end of the last month whose figures were known."""
    end = spans([origin], [origin])["right"][0]
    axes.axvline(end, color=GREY, lw=0.9, ls=(0, (2, 2)), zorder=0)
    axes.annotate(
        f"origin: end of {origin:%B %Y}", (end, 1), (-4, -3), ha="right", va="top", fontsize=9,
        xycoords=("data", "axes fraction"), textcoords="offset points", color=GREY,
    )  # fmt: skip


def published_keys() -> list[Artist]:
    """Return what explains the record."""
    return [
        Line2D([], [], color=INK, marker="o", ms=3.6, lw=1.0, label="published"),
        Line2D([], [], color=INK, lw=2.4, label="for several months: mean a month"),
    ]


def box_keys() -> list[Artist]:
    """Return what explains a box."""
    return [
        Patch(color=BLUE, alpha=LIGHT, lw=0, label="90 % of what may come"),
        Patch(color=BLUE, alpha=LIGHT + DARK, lw=0, label="50 %"),
        Line2D([], [], color=BLUE, lw=2.0, label="median"),
    ]


def title(axes: Axes, text: str) -> None:
    """Write the title of a panel."""
    axes.set_title(text, loc="left", fontsize=10.5, fontweight="bold", color=INK)


def key(figure: Figure, handles: Sequence[Artist], columns: int, heading: str = "") -> None:
    """Draw the key above the panels, below a heading if one is given."""
    legend = figure.legend(
        handles=handles, loc="outside upper left", ncols=columns, frameon=False, fontsize=9.5,
        labelcolor=INK, handlelength=1.5, columnspacing=1.6, handletextpad=0.6, borderpad=0.3,
        title=heading or None, alignment="left",
        title_fontproperties={"size": 13, "weight": "bold"},
    )  # fmt: skip
    legend.get_title().set_color(INK)


def foot(figure: Figure, text: str, width: int = 150) -> None:
    """Write where the figures come from."""
    wrapped = "\n".join(textwrap.wrap(text, width))
    figure.supxlabel(wrapped, x=0.01, ha="left", fontsize=8, color=GREY)
