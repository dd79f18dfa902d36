"""One chart for each measure: encounters where it touched, against what was to be expected."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import MonthLocator
from matplotlib.figure import Figure

from corredor.record.evidence import Estimate
from corredor.record.evidence.contrast import counts
from corredor.record.evidence.effects import contrast_of
from corredor.show.charts.style import BLUE, GREY, INK, RUST, canvas, finish

BEFORE = 24  # months shown before the measure
SIZE = (520, 230)
HIGHEST = 2.0  # times the most that came: a wider band is cut off
LONG = 48  # months from which only Januaries have a tick


def chart(one: Estimate) -> Figure:
    """Draw the months before and after a measure, and the 90 % band of what was to be expected."""
    touched, _ = counts(contrast_of(one.measure))
    shown = touched[one.measure.first - BEFORE : one.seen.months[-1]]
    figure, axes = canvas(SIZE)
    figure.set_facecolor("white")
    low, middle, high = _band(one)
    after = _days(one.seen.months)
    label = "to be expected, with its 90 % band"
    if len(after) > 1:
        axes.fill_between(after, low, high, color=BLUE, alpha=0.18, lw=0, zorder=1)
        axes.plot(after, middle, color=BLUE, lw=1.8, ls=(0, (4, 1.6)), zorder=2, label=label)
    else:
        reach = np.array([middle - low, high - middle])
        axes.errorbar(after, middle, reach, color=BLUE, fmt="_", ms=9, lw=5, alpha=0.5, label=label)
    axes.plot(_days(shown.index), shown.to_numpy(), "o-", color=INK, ms=3, lw=1, zorder=3,
              label="encounters")  # fmt: skip
    axes.axvline(_start(one), color=RUST, lw=1.2, zorder=0, label=one.measure.date)
    finish(axes)
    if len(shown) > LONG:
        axes.xaxis.set_major_locator(MonthLocator(1))
    _heights(axes, max(float(shown.max()), float(middle.max())), float(high.max()))
    figure.legend(loc="outside upper left", ncols=3, frameon=False, fontsize=10, labelcolor=INK,
                  handlelength=1.6, columnspacing=1.2)  # fmt: skip
    return figure


def _band(one: Estimate) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the band of each month, stretched as the interval of the headline is."""
    low, middle, high = np.quantile(np.log(one.seen.paths), [0.05, 0.5, 0.95], axis=0)
    placebos = one.headline.placebos
    # The less was to be expected, the higher the effect: the ends change places.
    low = middle - placebos.stretch_high * (middle - low)
    high = middle + placebos.stretch_low * (high - middle)
    return np.exp(low), np.exp(middle), np.exp(high)


def _heights(axes: Axes, most: float, band: float) -> None:
    axes.set_ylim(0, min(1.05 * band, HIGHEST * most) if band > most else 1.08 * most)
    if band > HIGHEST * most:
        axes.text(0.995, 0.97, "the band goes on above", transform=axes.transAxes, ha="right",
                  va="top", fontsize=9, color=GREY)  # fmt: skip


def _days(months: pd.Index) -> np.ndarray:
    middle = pd.PeriodIndex(months, freq="M").start_time + pd.Timedelta(days=14)
    return middle.to_numpy().astype("datetime64[D]")


def _start(one: Estimate) -> np.datetime64:
    return np.datetime64(pd.Timestamp(one.measure.date), "D")
