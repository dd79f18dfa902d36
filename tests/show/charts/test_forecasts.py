"""Charts of forecasts show what was forecast, what came, and who won, and overwrite nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_up_forecasts import BAD, GOOD, made_up_backtest, made_up_forecast
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.dates import num2date

from corredor.corridor.scenario import Scenario
from corredor.errors import OutputError, UsageError
from corredor.fit.backtest import HORIZONS, MIXED, MODEL, summary
from corredor.show.charts.forecasts import (
    EDGES,
    OURS,
    backtest_chart,
    forecast_chart,
    save_forecast_chart,
    scores_chart,
)
from corredor.show.charts.style import BLUE, INK, RUST

BORDER_PATROL = ("border_patrol_encounters", "all")


def test_a_forecast_has_three_panels_with_unit_source_and_day(baseline: Scenario) -> None:
    figure = forecast_chart(made_up_forecast(), baseline)
    assert [axes.get_ylabel() for axes in figure.axes] == ["events a month"] * 3
    assert "Border Patrol" in figure.axes[0].get_title(loc="left")
    assert "ports of entry" in figure.axes[1].get_title(loc="left")
    assert "Mexico" in figure.axes[2].get_title(loc="left")
    foot = figure.get_supxlabel()
    assert "2024-02-25" in foot and "200 futures" in foot and "UPMRIP" in foot


def test_boxes_are_the_quantiles_of_the_futures(baseline: Scenario) -> None:
    made = made_up_forecast()
    axes = forecast_chart(made, baseline).axes[0]
    values = made.samples[BORDER_PATROL]
    wide, narrow = axes.patches[:3], axes.patches[3:]
    for boxes, low, high in ((wide, 0.05, 0.95), (narrow, 0.25, 0.75)):
        found = [(box.get_y(), box.get_y() + box.get_height()) for box in boxes]
        assert np.allclose(found, np.quantile(values, (low, high), axis=0).T)
    assert [f"{num2date(box.get_x() + box.get_width() / 2):%Y-%m}" for box in wide] == [
        "2024-02", "2024-03", "2024-04",
    ]  # fmt: skip


def test_a_forecast_of_one_month_can_be_seen(baseline: Scenario) -> None:
    boxes = forecast_chart(made_up_forecast(months=1), baseline).axes[0].patches
    assert len(boxes) == 2
    assert all(box.get_width() > 20 and box.get_height() > 0 for box in boxes)


def test_the_record_ends_at_the_origin_and_detentions_earlier(baseline: Scenario) -> None:
    panels = forecast_chart(made_up_forecast(), baseline).axes
    months = panels[0].lines[0].get_xdata()
    assert len(months) == 24
    assert f"{num2date(months[-1]):%Y-%m}" == "2024-01"
    assert "origin: end of January 2024" in [text.get_text() for text in panels[0].texts]
    assert f"{num2date(panels[0].lines[1].get_xdata()[0]):%Y-%m-%d}" == "2024-02-01"
    # On 25 February 2024 Mexico had published no month of 2024.
    (windows, _) = panels[2].collections
    last = max(segment[1][0] for segment in windows.get_segments())
    assert f"{num2date(last):%Y-%m-%d}" == "2024-01-01"


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_forecast_is_written_once(baseline: Scenario, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"chart.{ending}"
    assert save_forecast_chart(made_up_forecast(), baseline, path) == path
    before = path.read_bytes()
    assert (b"PNG" if ending == "png" else b"<svg") in before
    with pytest.raises(OutputError, match="exists"):
        save_forecast_chart(made_up_forecast(), baseline, path)
    assert path.read_bytes() == before


def test_other_endings_are_refused(baseline: Scenario, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.png or \.svg"):
        save_forecast_chart(made_up_forecast(), baseline, tmp_path / "chart.pdf")


def _marks(axes: Axes, face: str, edge: str) -> int:
    return sum(
        len(line.get_xdata())
        for line in axes.lines
        if line.get_marker() == "o"
        and (to_hex(line.get_markerfacecolor()), to_hex(line.get_markeredgecolor()))
        == (to_hex(face), to_hex(edge))
    )


@pytest.mark.parametrize(("miss", "inside", "outside"), [(GOOD, 6, 0), (BAD, 0, 6)])
def test_what_came_is_filled_inside_and_hollow_outside(
    miss: float, inside: int, outside: int
) -> None:
    figure = backtest_chart(made_up_backtest({MODEL: miss}), *BORDER_PATROL, MODEL)
    assert len(figure.axes) == len(HORIZONS)
    for axes, horizon in zip(figure.axes, HORIZONS, strict=True):
        assert (_marks(axes, INK, INK), _marks(axes, "white", RUST)) == (inside, outside)
        assert len(axes.lines[0].get_xdata()) == 11  # the whole record, in every panel
        title = axes.get_title(loc="left")
        assert title.startswith(f"{horizon} month") and f"of 6, {inside} inside 90 %" in title


def test_months_not_published_yet_are_left_out() -> None:
    forecasts = made_up_backtest({})
    forecasts.loc[forecasts["month"] >= "2023-07", "observed"] = np.nan
    figure = backtest_chart(forecasts, *BORDER_PATROL, MODEL)
    assert [len(axes.patches) for axes in figure.axes] == [10, 8, 6, 0]


def test_a_window_is_drawn_as_its_mean_a_month() -> None:
    figure = backtest_chart(made_up_backtest({MODEL: GOOD}), "mexico_detentions", "all", MODEL)
    axes = figure.axes[1]
    (box, _) = axes.patches
    assert box.get_y() < 40_000 < box.get_y() + box.get_height() < 50_000
    assert f"{num2date(box.get_x() + box.get_width() / 2):%Y-%m}" == "2023-05"
    assert axes.get_title(loc="left").startswith("ends 2 months ahead: of 1,")


def test_it_is_told_where_boxes_are_cut_off() -> None:
    whole, cut = (
        backtest_chart(made_up_backtest({MODEL: miss}), *BORDER_PATROL, MODEL)
        for miss in (GOOD, 3.0)
    )
    assert "cut off" not in whole.get_supxlabel()
    assert "are cut off" in cut.get_supxlabel()
    assert cut.axes[0].get_ylim()[1] < 3 * 111_000


def test_nothing_to_draw_is_an_error() -> None:
    with pytest.raises(UsageError, match="no forecast by Theta"):
        backtest_chart(made_up_backtest({}), "mexico_detentions", "all", "Theta")


def test_a_part_is_named_in_the_title() -> None:
    figure = backtest_chart(
        made_up_backtest({}), "border_patrol_by_citizenship", "andes", MODEL, "Andeans"
    )
    assert ": Andeans. Forecasts by Corredor" in figure.legends[0].get_title().get_text()


def _faces(axes: Axes, method: str) -> dict[str, int]:
    colour, shape, _ = OURS[method]
    return {
        to_hex(line.get_markerfacecolor()): len(line.get_xdata())
        for line in axes.lines
        if line.get_marker() == shape and line.get_color() == colour
    }


@pytest.mark.parametrize(("miss", "filled"), [(GOOD, 4), (BAD, 0)])
def test_marks_are_filled_where_corredor_wins(miss: float, filled: int) -> None:
    series = ("border_patrol_encounters", "ports_of_entry_encounters",
              "border_patrol_by_citizenship")  # fmt: skip
    names = {"mexico": "Mexicans", series[1]: "Ports of entry, all"}
    figure = scores_chart(summary(made_up_backtest({MODEL: miss})), names, series)
    for axes in figure.axes:
        assert axes.get_xscale() == "log"
        assert list(axes.lines[0].get_xdata()) == [1, 1]
        assert _faces(axes, MODEL) == {BLUE: filled, "#ffffff": 4 - filled}
        assert _faces(axes, MIXED)["#ffffff"] == 4  # as good as the baselines is no win
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert [name.replace("\n", " ") for name in names] == [
        "Encounters by the US Border Patrol, southwest land border", "Ports of entry, all",
        "andes", "Mexicans",
    ]  # fmt: skip


def test_ratios_beyond_the_edges_stand_at_them() -> None:
    scores = summary(made_up_backtest({"seasonal naive": 40.0, MODEL: GOOD}, others=1.0))
    axes = scores_chart(scores).axes[0]
    drawn = np.concatenate([line.get_xdata() for line in axes.lines])
    assert (drawn.min(), drawn.max()) == EDGES
