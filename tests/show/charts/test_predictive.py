"""The chart of a calibrated model says how often the record lies inside."""

from __future__ import annotations

import pandas as pd

from corredor.show.charts.predictive import predictive_chart


def rows(part: str, months: int, record: float) -> dict[str, object]:
    start = pd.Period("2023-03", "M")
    return {
        "part": part, "start": start, "end": start + months - 1, "record": record,
        "q05": 60.0, "q25": 80.0, "q75": 120.0, "q95": 140.0, "inside_90": 60 <= record <= 140,
    }  # fmt: skip


def test_a_panel_a_part_with_boxes_at_a_mean_a_month() -> None:
    table = pd.DataFrame([rows("a", 1, 100.0), rows("a", 2, 200.0), rows("b", 1, 100.0)])
    figure = predictive_chart(table, "A series")
    first, second = figure.axes
    assert first.get_title(loc="left") == "a: 1 of 2 inside 90 %"
    assert second.get_title(loc="left") == "b: 1 of 1 inside 90 %"
    heights = [round(p.get_height(), 6) for p in first.patches]
    assert heights == [80.0, 40.0, 40.0, 20.0]
    points = [(line.get_ydata()[0], line.get_markerfacecolor()) for line in first.get_lines()]
    assert [y for y, _ in points] == [100.0, 100.0]
    assert points[0][1] != "white"
    assert points[1][1] == "white"


def test_shares_are_labelled_in_percent() -> None:
    table = pd.DataFrame([rows("a", 1, 0.2)])
    table[["q05", "q25", "q75", "q95"]] = [0.1, 0.15, 0.25, 0.3]
    (axes,) = predictive_chart(table, "Shares").axes
    assert axes.yaxis.get_major_formatter()(0.2) == "20%"
    (axes,) = predictive_chart(pd.DataFrame([rows("a", 1, 100.0)]), "Counts").axes
    assert "%" not in axes.yaxis.get_major_formatter()(100.0)


def test_several_totals_of_the_same_months_are_drawn_over_what_was_published() -> None:
    table = pd.DataFrame([rows("a", 1, 100.0), rows("a", 1, 200.0), rows("b", 1, 0.0)])
    table["q50"] = 90.0
    first, second = predictive_chart(table, "By sector").axes
    assert not first.patches and len(second.patches) == 2
    assert first.get_xscale() == first.get_yscale() == "symlog"
    line, inside, outside = first.get_lines()
    assert list(line.get_xdata()) == list(line.get_ydata())
    assert list(inside.get_xdata()) == [100.0] and list(inside.get_ydata()) == [90.0]
    assert list(outside.get_xdata()) == [200.0] and outside.get_markerfacecolor() == "white"
    assert first.get_xlim() == first.get_ylim() == (0.0, 300.0)


def test_a_long_name_takes_two_lines() -> None:
    name = "Colombians, Ecuadorians, Peruvians and Bolivians"
    (axes,) = predictive_chart(pd.DataFrame([rows(name, 1, 100.0)]), "A series").axes
    title = axes.get_title(loc="left")
    assert title.count("\n") == 1
    assert title.replace("\n", " ") == f"{name}: 1 of 1 inside 90 %"


def test_small_shares_have_labels_of_their_own() -> None:
    table = pd.DataFrame([rows("a", 1, 0.01)])
    table[["q05", "q25", "q75", "q95"]] = [0.005, 0.008, 0.015, 0.02]
    (axes,) = predictive_chart(table, "Shares").axes
    label = axes.yaxis.get_major_formatter()
    assert len({label(share) for share in (0.005, 0.010, 0.015, 0.020)}) == 4
