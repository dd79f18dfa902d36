import numpy as np
import pandas as pd
import pytest

from corredor import record
from corredor.errors import UsageError
from corredor.record.evidence import adjust, ranked_falls


def made_up(pattern: float, noise: float = 0.02, years: int = 10) -> pd.Series:
    """Return counts around 1,000 with a yearly wave of so many per cent."""
    months = pd.period_range("2000-01", periods=12 * years, freq="M", name="month")
    wave = pattern * np.sin(2 * np.pi * months.month / 12)
    random = np.random.default_rng(4)
    return pd.Series(1000 * np.exp(wave + noise * random.standard_normal(len(months))), months)


def test_the_yearly_pattern_goes_and_the_level_stays() -> None:
    adjusted = np.log(adjust(made_up(0.5)))
    assert adjusted.std() < 0.04
    assert adjusted.mean() == pytest.approx(np.log(1000), abs=0.01)


def test_a_shock_of_one_month_is_no_season() -> None:
    series = made_up(0.3)
    series["2006-05"] /= 3
    assert adjust(series)["2006-05"] == pytest.approx(1000 / 3, rel=0.1)


def test_a_gap_or_a_zero_is_told_with_its_month() -> None:
    series = made_up(0.1)
    series["2003-07"] = np.nan
    with pytest.raises(UsageError, match="2003-07"):
        adjust(series)
    series["2003-07"] = 0
    with pytest.raises(UsageError, match="2003-07"):
        adjust(series)
    with pytest.raises(UsageError, match="3 years"):
        adjust(made_up(0.1, years=2))


def test_falls_are_ranked_both_ways() -> None:
    series = made_up(0.5, noise=0.0)
    series["2005-03":] *= 0.75  # in the months when the wave rises
    falls = ranked_falls(series)
    assert falls.loc["2005-03", "adjusted_rank"] == 1
    assert falls.loc["2005-03", "rank"] > 1
    assert falls["percent"].is_monotonic_increasing


def test_a_pattern_that_drifts_is_followed_only_where_it_may() -> None:
    months = pd.period_range("2000-01", periods=240, freq="M", name="month")
    wave = np.linspace(0.5, -0.5, 240) * np.sin(2 * np.pi * months.month / 12)
    series = pd.Series(1000 * np.exp(wave), months)
    left = {p: float(np.log(adjust(series, p)).std()) for p in ("fixed", "drifting", "changing")}
    assert max(left["drifting"], left["changing"]) < 0.05 < left["fixed"]


def test_how_steep_january_2024_was_depends_on_the_season_taken_out() -> None:
    series = record.monthly("border_patrol_encounters")
    patterns = ("fixed", "drifting", "changing")
    january = {p: ranked_falls(series, p).loc["2024-01"] for p in patterns}
    assert all(row["rank"] == 1 for row in january.values())
    assert january["fixed"]["adjusted_rank"] == 1
    assert january["drifting"]["adjusted_rank"] > 10
    falls = [january[p]["adjusted_percent"] for p in patterns]
    assert max(falls) < -10 and min(falls) == falls[0]
