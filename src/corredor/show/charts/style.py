"""Charts of results: the model's median and bands, with the record beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.dates import MonthLocator
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from corredor.text.language import words
from corredor.text.numbers import whole

INK, GREY, RULE = "#22313f", "#5f6b76", "#e3e6e8"
BLUE, RUST, VIOLET = "#1f6f8b", "#b5501b", "#7a2fb8"
MIDDLE = pd.Timedelta(days=14)  # where in a month its total is drawn
POINTS_PER_INCH = 72.0
Days = npt.NDArray[np.datetime64]
NAMES_AN_INCH = 4.0  # of months below an axis
DAYS_A_MONTH = 30.44


@dataclass(frozen=True)
class Line:
    """One scenario on a chart.

    Attributes
    ----------
    label : str
        Its name in the key.
    monthly : xarray.DataArray
        ``[replicate, month]``.
    colour : str
        Of line and bands.
    dashed : bool
        Whether the median is dashed, to tell lines apart without colour.
    inner : bool
        Whether the 50 % band is drawn inside the 90 % band.
    """

    label: str
    monthly: xr.DataArray
    colour: str = BLUE
    dashed: bool = False
    inner: bool = True


@dataclass(frozen=True)
class Event:
    """A dated event, marked by a thin line and, on large charts, its number."""

    day: str
    number: int


def against_record_chart(
    lines: Sequence[Line],
    windows: pd.DataFrame,
    events: Sequence[Event] = (),
    *,
    size: tuple[float, float] = (350, 230),
    numbered: bool = False,
    record_label: str | None = None,
) -> Figure:
    """Draw scenarios by month with their bands, and what was published beside them.

    A month's published total is a point; a total over several months is a bar over them, at its
    mean a month.

    Parameters
    ----------
    lines : sequence of Line
        The scenarios, drawn in this order.
    windows : pandas.DataFrame
        ``start``, ``end`` (months), ``months`` and ``record``, as ``against_record`` gives.
    events : sequence of Event
        Dated events to mark.
    size : tuple of float
        Width and height in points.
    numbered : bool
        Write the events' numbers above the chart.
    record_label : str
        Name of the record in the key; as the texts have it if not given.
    """
    figure, axes = canvas(size)
    for line in lines:
        _draw_line(axes, line)
    _draw_record(axes, windows, record_label or words()["model"]["record"])
    finish(axes)
    axes.set_ylim(bottom=0)
    _mark(axes, events, numbered)
    _key(figure, axes)
    return figure


def difference_chart(
    line: Line, events: Sequence[Event] = (), *, size: tuple[float, float] = (350, 230)
) -> Figure:
    """Draw the paired difference of two scenarios by month, with its bands and a line at zero.

    Parameters
    ----------
    line : Line
        Differences, ``[replicate, month]``.
    events, size
        As in :func:`against_record_chart`.
    """
    figure, axes = canvas(size)
    axes.axhline(0, color=INK, lw=0.9, zorder=2)
    _draw_line(axes, line)
    finish(axes)
    _mark(axes, events, numbered=False)
    _key(figure, axes)
    return figure


def bands(values: xr.DataArray) -> Mapping[float, npt.NDArray[np.float64]]:
    """Return the 5, 25, 50, 75 and 95 % quantiles over the replicates, by month."""
    wanted = (0.05, 0.25, 0.5, 0.75, 0.95)
    found = np.quantile(values.transpose("replicate", "month").to_numpy(), wanted, axis=0)
    return dict(zip(wanted, found, strict=True))


def canvas(size: tuple[float, float]) -> tuple[Figure, Axes]:
    """Return a figure of so many points, and its axes."""
    width, height = (part / POINTS_PER_INCH for part in size)
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="none")
    axes = figure.add_subplot(facecolor="none")
    return figure, axes


def _draw_line(axes: Axes, line: Line) -> None:
    months = pd.DatetimeIndex(line.monthly["month"].to_numpy())
    days, level = _days(months + MIDDLE), bands(line.monthly)
    for low, high, alpha in ((0.05, 0.95, 0.16), (0.25, 0.75, 0.24)):
        if line.inner or low < 0.25:
            axes.fill_between(
                days, level[low], level[high], color=line.colour, alpha=alpha, lw=0, zorder=1
            )
    style = (0, (4, 1.6)) if line.dashed else "-"
    axes.plot(days, level[0.5], color=line.colour, lw=1.8, ls=style, label=line.label, zorder=3)


def _draw_record(axes: Axes, windows: pd.DataFrame, label: str) -> None:
    """Draw single months as points, joined where every window is one; longer windows as bars."""
    single = windows["months"] == 1
    middle = _days(pd.PeriodIndex(windows.loc[single, "start"], freq="M").start_time + MIDDLE)
    joined = "-" if bool(single.all()) else ""
    axes.plot(
        middle, windows.loc[single, "record"].to_numpy(), f"o{joined}", color=INK, ms=3.4, lw=0.9,
        label=label, zorder=4,
    )  # fmt: skip
    for row in windows[~single].to_dict("records"):
        mean = row["record"] / row["months"]
        span = _days(pd.DatetimeIndex([row["start"].start_time, row["end"].end_time]))
        axes.plot(span, [mean, mean], color=INK, lw=2.4, solid_capstyle="butt", zorder=4)


def _days(index: pd.DatetimeIndex) -> Days:
    return index.to_numpy().astype("datetime64[D]")


def finish(axes: Axes) -> None:
    """Thin the frame, name months and give numbers their separators."""
    axes.margins(x=0.01)
    axes.xaxis.set_major_locator(MonthLocator(_named_months(axes)))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(FuncFormatter(_month))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: whole(y)))
    axes.grid(axis="y", color=RULE, lw=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.tick_params(colors=GREY, labelsize=10, length=3)
    axes.tick_params(axis="y", length=0)


def _named_months(axes: Axes) -> tuple[int, ...]:
    """Return the months of a year that are named: quarters, halves or years, as there is room."""
    left, right = axes.get_xlim()
    room = NAMES_AN_INCH * axes.bbox.width / axes.figure.dpi
    for apart in (3, 6):
        if (right - left) / (DAYS_A_MONTH * apart) <= room:
            return tuple(range(1, 13, apart))
    return (1,)


def _month(position: float, _: int | None = None) -> str:
    """Name a month by its first letters, and January by its year too."""
    day = pd.Timestamp("1970-01-01") + pd.Timedelta(days=position)
    name = words()["months_short"][day.month - 1]
    return f"{name}\n{day.year}" if day.month == 1 else name


def _mark(axes: Axes, events: Sequence[Event], numbered: bool) -> None:
    """Mark events inside the months shown; numbers that would touch step up."""
    left, right = axes.get_xlim()
    last, raised = -np.inf, False
    for event in events:
        at = (pd.Timestamp(event.day) - pd.Timestamp("1970-01-01")).days
        if not left <= at <= right:
            continue
        axes.axvline(at, color=GREY, lw=0.6, ls=(0, (1, 2)), zorder=0)
        raised = at - last < 0.035 * (right - left) and not raised
        last = at
        if numbered:
            axes.annotate(
                str(event.number), (at, 1), (0, 11 if raised else 1), ha="center", va="bottom",
                xycoords=("data", "axes fraction"), textcoords="offset points",
                fontsize=9.5, color=GREY,
            )  # fmt: skip


def _key(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper left", ncols=len(labels), frameon=False, fontsize=10,
        labelcolor=INK, handlelength=1.5, columnspacing=1.0, borderpad=0.1, handletextpad=0.5,
    )  # fmt: skip
