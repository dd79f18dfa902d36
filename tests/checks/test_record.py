"""What a world's own record says twice must agree with itself."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from corredor.checks.record import _years_and_months

YEAR = ("2021-01-01", "2021-12-31")


def told(year: float, *, left_out: int = 0, edition: str = "first") -> pd.DataFrame:
    """Return a year and its months of 100 people each, in the first edition."""
    months = pd.period_range("2021-01", periods=12 - left_out, freq="M")
    rows = [(str(m.start_time.date()), str(m.end_time.date()), 100.0, "first") for m in months]
    table = pd.DataFrame(
        [*rows, (*YEAR, year, edition)], columns=["start", "end", "value", "edition"]
    )
    return table.assign(place="", category="all", line=table.index + 2)


@pytest.mark.parametrize("year", [1100, 1300])
def test_a_year_that_is_not_the_sum_of_its_months_is_found(year: float) -> None:
    (found,) = _years_and_months(Path("sea.csv"), told(year))
    assert str(year) in str(found)
    assert "1200" in str(found)


def test_a_year_is_held_against_all_of_its_months_in_its_edition_only() -> None:
    for alike in (told(1200), told(1203), told(1300, left_out=1), told(1300, edition="second")):
        assert not list(_years_and_months(Path("sea.csv"), alike))
