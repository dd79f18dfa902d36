import numpy as np
import pandas as pd
import pytest

from corredor import record
from corredor.errors import UsageError
from corredor.record.evidence import find_breaks


def made_up(shifts: dict[int, float], noise: float, length: int = 180) -> pd.Series:
    """Return counts whose logarithm steps at given months, with independent noise."""
    months = pd.period_range("2000-01", periods=length, freq="M", name="month")
    logs = np.full(length, 7.0)
    for at, step in shifts.items():
        logs[at:] += step
    random = np.random.default_rng(8)
    return pd.Series(np.exp(logs + noise * random.standard_normal(length)), months)


def test_known_shifts_are_found_with_their_dates_and_sizes() -> None:
    found = find_breaks(made_up({60: 0.7, 120: -0.5}, 0.15))
    assert [str(b.month) for b in found.breaks] == ["2005-01", "2010-01"]
    for one, step in zip(found.breaks, (0.7, -0.5), strict=True):
        assert one.low <= one.month <= one.high
        assert one.percent == pytest.approx(100 * np.expm1(step), abs=12)
        assert one.kept > 0.5


def test_a_shift_in_noise_has_a_wide_range() -> None:
    clear = find_breaks(made_up({90: 0.8}, 0.1)).breaks[0]
    blurred = find_breaks(made_up({90: 0.25}, 0.25)).breaks[0]
    assert (clear.high - clear.low).n < (blurred.high - blurred.low).n


def test_a_walk_without_shifts_has_breaks_by_chance() -> None:
    random = np.random.default_rng(3)
    months = pd.period_range("2000-01", periods=240, freq="M", name="month")
    walk = pd.Series(np.exp(8 + np.cumsum(0.12 * random.standard_normal(240))), months)
    found = find_breaks(walk)
    assert found.by_chance_low <= len(found.breaks) <= found.by_chance_high
    assert found.by_chance > 0.5


def test_the_shares_of_the_sweep_add_up() -> None:
    found = find_breaks(record.monthly("border_patrol_encounters"))
    assert sum(found.counts.values()) == pytest.approx(1)
    assert len(found.breaks) in found.counts
    assert [b.month for b in found.breaks] == sorted(b.month for b in found.breaks)


def test_encounters_rose_to_a_new_level_around_the_turn_of_2020() -> None:
    found = find_breaks(record.monthly("border_patrol_encounters"))
    rises = [b for b in found.breaks if b.percent > 100]
    assert any(b.low <= pd.Period("2021-03") and b.high >= pd.Period("2020-09") for b in rises)


def test_a_series_with_gaps_is_refused() -> None:
    with pytest.raises(UsageError, match="asylum_applications_mexico"):
        find_breaks(record.monthly("asylum_applications_mexico"))
