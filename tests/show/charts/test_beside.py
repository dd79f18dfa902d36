"""What was counted stands beside the runs, longer windows at their mean a month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from corredor.show.charts.beside import beside_chart

WORDS = {"record": "published", "mean": "mean", "band": "band", "windows": "several months"}


def test_a_window_of_two_months_is_drawn_at_its_mean_a_month() -> None:
    table = pd.DataFrame(
        {
            "start": ["2023-01", "2023-02"], "end": ["2023-01", "2023-03"],
            "record": [100.0, 400.0], "mean": [110.0, 420.0], "low": [90.0, 300.0],
            "high": [130.0, 500.0],
        }
    )  # fmt: skip
    figure = beside_chart(table, "people a month", WORDS)
    axes = figure.axes[0]
    boxes = [(p.get_y(), p.get_y() + p.get_height(), p.get_width()) for p in axes.patches]
    assert np.allclose(boxes, [(90, 130, 31), (150, 250, 59)])
    assert axes.lines[0].get_ydata().tolist() == [100.0]
    (_, longer) = axes.collections
    assert np.allclose([s[:, 1] for s in longer.get_segments()], [[200.0, 200.0]])
    told = [text.get_text() for text in figure.legends[0].get_texts()]
    assert told == ["published", "several months", "band", "mean"]
    single = beside_chart(table.head(1), "people a month", WORDS).legends[0]
    assert "several months" not in [text.get_text() for text in single.get_texts()]
