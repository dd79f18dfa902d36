"""Charts show the bands that the runs have, and the record where it was published."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.dates import num2date
from matplotlib.figure import Figure

from corredor.show.charts.style import (
    Event,
    Line,
    against_record_chart,
    bands,
    difference_chart,
    finish,
)

MONTHS = pd.date_range("2023-10-01", periods=6, freq="MS")


@pytest.fixture
def values() -> xr.DataArray:
    runs = np.arange(101.0)[:, None] * np.linspace(100, 200, 6)
    return xr.DataArray(runs, {"replicate": range(101), "month": MONTHS}, ("replicate", "month"))


@pytest.fixture
def windows() -> pd.DataFrame:
    rows = [("2023-10", "2023-10", 1, 4000.0), ("2023-11", "2024-01", 3, 18000.0)]
    table = pd.DataFrame(rows, columns=["start", "end", "months", "record"])
    for column in ("start", "end"):
        table[column] = table[column].map(lambda text: pd.Period(text, freq="M"))
    return table


def test_bands_are_quantiles_over_the_runs(values: xr.DataArray) -> None:
    found = bands(values)
    assert found[0.5][0] == pytest.approx(5000)
    assert (found[0.05][-1], found[0.95][-1]) == pytest.approx((1000, 19000))


def test_a_window_is_a_bar_over_its_months_at_its_mean(
    values: xr.DataArray, windows: pd.DataFrame
) -> None:
    figure = against_record_chart([Line("baseline", values)], windows)
    figure.draw_without_rendering()
    bars = [
        line
        for line in figure.axes[0].lines
        if len(line.get_xdata()) == 2 and set(line.get_ydata()) == {6000.0}
    ]
    assert len(bars) == 1
    start, end = bars[0].get_xdata()
    assert (str(start), str(end)) == ("2023-11-01", "2024-01-31")


def test_points_are_joined_only_where_every_window_is_a_month(
    values: xr.DataArray, windows: pd.DataFrame
) -> None:
    joined = against_record_chart([Line("a", values)], windows[:1])
    apart = against_record_chart([Line("a", values)], windows)
    assert [_record_line(f).get_linestyle() for f in (joined, apart)] == ["-", "None"]


def _record_line(figure):  # type: ignore[no-untyped-def]
    return next(line for line in figure.axes[0].lines if line.get_label() == "record")


def test_events_outside_the_months_are_left_out(
    values: xr.DataArray, windows: pd.DataFrame
) -> None:
    events = [Event("2023-12-29", 1), Event("2024-01-01", 2), Event("2030-01-01", 3)]
    figure = against_record_chart([Line("a", values)], windows, events, numbered=True)
    assert [text.get_text() for text in figure.axes[0].texts] == ["1", "2"]
    heights = [text.xyann[1] for text in figure.axes[0].texts]
    assert heights[0] != heights[1]


def test_the_axis_of_counts_starts_at_zero_and_has_separators(
    values: xr.DataArray, windows: pd.DataFrame
) -> None:
    axes = against_record_chart([Line("a", values)], windows).axes[0]
    assert axes.get_ylim()[0] == 0
    assert axes.yaxis.get_major_formatter()(12000, 0) == "12,000"


def test_differences_have_a_line_at_zero(values: xr.DataArray) -> None:
    axes = difference_chart(Line("less", -values)).axes[0]
    assert any(set(line.get_ydata()) == {0} for line in axes.lines)
    assert axes.yaxis.get_major_formatter()(-500, 0) == "−500"


@pytest.mark.parametrize(
    ("years", "inches", "named"), [(1, 9, 4), (6, 9, 4), (6, 4, 2), (20, 4, 1)]
)
def test_fewer_months_are_named_where_there_is_less_room(
    years: int, inches: float, named: int
) -> None:
    figure = Figure(figsize=(inches, 3))
    axes = figure.subplots()
    days = pd.date_range("2000-01-01", periods=365 * years, freq="D")
    axes.plot(days.to_numpy().astype("datetime64[D]"), np.arange(len(days)))
    finish(axes)
    ticks = [num2date(tick) for tick in axes.get_xticks()]
    assert len({tick.month for tick in ticks}) == named
