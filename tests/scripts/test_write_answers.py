"""What a dated measure tells of an elasticity, and what it does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scripts.write_answers import Told, changes, studies, table


@pytest.mark.parametrize(
    ("crossings", "outlook", "noise", "verdict"),
    [
        (-0.5, 0.01, 0.4, "unknown: the outlook hardly moved"),
        (-0.5, -0.3, 0.4, "unknown: anything from none to the whole range"),
        (-2.0, -0.8, 0.3, "not none, but see below"),
        (-0.1, -1.0, 0.2, "less than the whole range, but see below"),
    ],
)
def test_a_measure_says_something_only_above_the_noise(
    crossings: float, outlook: float, noise: float, verdict: str
) -> None:
    assert Told("2024-01", "venezuela", crossings, outlook, noise).verdict == verdict


def test_an_interval_is_of_the_ratio() -> None:
    low, high = Told("2024-01", "venezuela", -0.6, -0.5, 0.1).interval or (0, 0)
    assert low == pytest.approx((-0.6 + 0.1645) / -0.5)
    assert high == pytest.approx((-0.6 - 0.1645) / -0.5)


def test_months_before_and_after_are_compared_without_the_month_itself() -> None:
    index = pd.period_range("2024-01", "2024-07", freq="M")
    counted = pd.Series([10.0, 10, 10, 999, 20, 20, 20], index=index)
    assert changes(counted, pd.Period("2024-04", "M")) == pytest.approx(np.log(2))
    assert np.isnan(changes(counted, pd.Period("2024-06", "M")))


def test_the_tables_name_studies_with_where_they_were_seen() -> None:
    rows = list(studies())[2:]
    assert len(rows) == 6
    assert all("](http" in row for row in rows)
    (row,) = list(table([Told("2024-01", "venezuela", -0.6, -0.5, 0.1)]))[2:]
    assert "1.2 (0.9 to 1.5)" in row
