import numpy as np
import pandas as pd
import pytest

from corredor import record
from corredor.errors import UsageError
from corredor.evidence import adjust, ranked_falls
from corredor.evidence.seasonal import CHANGING


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


def test_the_fall_of_january_2024_is_the_steepest_only_as_published() -> None:
    falls = ranked_falls(record.monthly("border_patrol_encounters"))
    january = falls.loc["2024-01"]
    assert january["rank"] == 1
    assert january["percent"] == pytest.approx(-50.26, abs=0.01)
    assert january["percent"] < january["adjusted_percent"] < 0
    assert january["adjusted_rank"] > 1


def test_two_like_januaries_pass_for_a_season_that_may_change() -> None:
    series = record.monthly("border_patrol_encounters")
    steady, changing = ranked_falls(series), ranked_falls(series, CHANGING)
    assert changing.loc["2024-01", "adjusted_percent"] > steady.loc["2024-01", "adjusted_percent"]
