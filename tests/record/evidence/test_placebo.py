import numpy as np
import pytest

from corredor.record.evidence.placebo import HALF_WIDTH, judge_placebos, score


def normal_quantiles(spread: float, dates: int = 400) -> np.ndarray:
    """Return placebo estimates that stray by a spread, with intervals that claim a spread of 1."""
    middle = spread * np.random.default_rng(7).standard_normal(dates)
    return np.column_stack([middle - HALF_WIDTH, middle, middle + HALF_WIDTH])


def test_a_score_counts_in_standard_deviations_of_the_side_towards_nothing() -> None:
    assert score(-1.0, 0.0, 1.0) == 0
    assert score(-3.0, -1.0, 0.0) == pytest.approx(-HALF_WIDTH)
    assert score(0.0, 2.0, 3.0) == pytest.approx(HALF_WIDTH)


def test_right_intervals_are_left_about_as_they_are() -> None:
    found = judge_placebos(normal_quantiles(1.0))
    assert found.false_alarms == pytest.approx(0.1, abs=0.05)
    assert 1 <= found.stretch_low < 1.2 and 1 <= found.stretch_high < 1.2


@pytest.mark.parametrize("spread", [1.5, 3.0])
def test_narrow_intervals_are_stretched_until_a_twentieth_is_beyond_each_end(spread: float) -> None:
    quantiles = normal_quantiles(spread)
    found = judge_placebos(quantiles)
    assert found.false_alarms > 0.2
    low, middle, high = quantiles.T
    falls = middle + found.stretch_high * (high - middle) < 0
    rises = middle - found.stretch_low * (middle - low) > 0
    assert 0.02 < falls.mean() <= 0.05 and 0.02 < rises.mean() <= 0.05


def test_wide_intervals_are_not_narrowed() -> None:
    found = judge_placebos(normal_quantiles(0.2))
    assert found.stretch_low == found.stretch_high == 1
    assert found.false_alarms == 0


def test_ranks_count_the_effect_itself() -> None:
    found = judge_placebos(normal_quantiles(1.0, dates=99))
    assert found.rank(50.0) == found.rank(-50.0) == 1
    assert found.rank(0.0) == 100
    assert found.chance_of_fall(-50.0) == pytest.approx(0.01)
    assert found.chance_of_fall(50.0) == 1


def test_no_placebos_tell_nothing() -> None:
    found = judge_placebos(np.empty((0, 3)))
    assert found.number == 0 and np.isnan(found.false_alarms)
    assert found.chance_of_fall(-9.0) == 1
