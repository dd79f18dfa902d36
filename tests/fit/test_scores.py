import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.fit.scores import HUB_LEVELS, LEVELS, interval, quantiles_of, score

NORMAL = stats.norm.ppf(LEVELS)
UP_TO_99 = np.arange(1.0, 100.0)  # quantiles of the uniform distribution on 0 … 100

values = st.floats(-1e6, 1e6)
forecasts = st.lists(values, min_size=99, max_size=99).map(lambda drawn: np.sort(drawn))


def crps_of_normal(observed: Floats) -> Floats:
    """Closed form for the standard normal, Gneiting & Raftery 2007, page 367."""
    return (
        observed * (2 * stats.norm.cdf(observed) - 1)
        + 2 * stats.norm.pdf(observed)
        - 1 / np.sqrt(np.pi)
    )


def test_levels_are_the_whole_percents() -> None:
    assert LEVELS[0] == 0.01
    assert LEVELS[49] == 0.5
    assert LEVELS[-1] == 0.99
    assert len(LEVELS) == 99


def test_crps_of_a_normal_forecast_is_that_of_the_closed_form() -> None:
    observed = np.linspace(-3, 3, 61)
    scores = score(np.broadcast_to(NORMAL, (61, 99)), observed)
    np.testing.assert_allclose(scores.crps, crps_of_normal(observed), rtol=7e-4)


def test_wis_by_hand() -> None:
    # Median 50. The interval of p percent reaches p / 2 to each side; its score is its width, p,
    # plus 2 / (1 - p / 100) times what 99 lies above it; weighted by (1 - p / 100) / 2, that is
    # (1 - p / 100) p / 2 + max(49 - p / 2, 0).
    covered = np.array([10, 20, 30, 40, 50, 60, 70, 80, 90, 98])
    by_hand = 0.5 * 49 + np.sum((1 - covered / 100) * covered / 2 + 49 - covered / 2)
    assert score(UP_TO_99, 99.0).wis == pytest.approx(by_hand / 10.5)
    assert by_hand == pytest.approx(24.5 + 490 - np.sum(covered**2) / 200)


def test_wis_lies_four_percent_below_crps_where_a_normal_forecast_is_right() -> None:
    observed = stats.norm.ppf((np.arange(1000) + 0.5) / 1000)
    scores = score(np.broadcast_to(NORMAL, (1000, 99)), observed)
    assert scores.wis.mean() / scores.crps.mean() == pytest.approx(0.96, abs=0.005)


@pytest.mark.parametrize(("shift", "factor"), [(0.5, 1), (0, 0.6), (0, 1.7)])
def test_the_true_distribution_scores_best(shift: float, factor: float) -> None:
    observed = stats.norm.ppf((np.arange(1000) + 0.5) / 1000)
    true = score(np.broadcast_to(NORMAL, (1000, 99)), observed)
    wrong = score(np.broadcast_to(shift + factor * NORMAL, (1000, 99)), observed)
    assert true.crps.mean() < wrong.crps.mean()
    assert true.wis.mean() < wrong.wis.mean()


def test_flags_include_the_ends_of_the_interval() -> None:
    observed = np.array([4.9, 5, 24.9, 25, 50, 75, 75.1, 95, 95.1])
    scores = score(np.broadcast_to(UP_TO_99, (9, 99)), observed)
    assert scores.inside_50.tolist() == [0, 0, 0, 1, 1, 1, 0, 0, 0]
    assert scores.inside_90.tolist() == [0, 1, 1, 1, 1, 1, 1, 1, 0]


def test_an_unknown_value_has_no_score_and_leaves_the_others_alone() -> None:
    scores = score(np.broadcast_to(UP_TO_99, (2, 99)), [np.nan, 60])
    alone = score(UP_TO_99, 60)
    for name in ("crps", "wis", "absolute_error", "inside_50", "inside_90"):
        both = getattr(scores, name)
        assert np.isnan(both[0])
        assert both[1] == getattr(alone, name)


def test_scores_of_whole_numbers_are_not_cut() -> None:
    assert score(UP_TO_99, 60).crps == score(UP_TO_99, 60.0).crps
    assert score(UP_TO_99, 60).crps % 1 != 0


def test_scores_have_the_shape_of_what_was_observed() -> None:
    scores = score(np.broadcast_to(UP_TO_99, (2, 3, 99)), np.full((2, 3), 60.0))
    assert scores.crps.shape == scores.wis.shape == scores.inside_90.shape == (2, 3)
    assert np.unique(scores.crps).size == 1


@given(forecasts, values)
def test_scores_are_never_negative(quantiles: Floats, observed: float) -> None:
    scores = score(quantiles, observed)
    assert scores.crps >= 0
    assert scores.wis >= 0
    assert scores.absolute_error == abs(observed - quantiles[49])
    assert scores.inside_50 <= scores.inside_90


@given(values)
def test_a_perfect_forecast_scores_zero(observed: float) -> None:
    scores = score(np.full(99, observed), observed)
    assert scores.crps == scores.wis == scores.absolute_error == 0
    assert scores.inside_50 == scores.inside_90 == 1


@given(forecasts, values, st.sampled_from([0.5, 2.0, 1024.0]))  # exact in binary
def test_scores_follow_the_unit(quantiles: Floats, observed: float, factor: float) -> None:
    scores, scaled = score(quantiles, observed), score(factor * quantiles, factor * observed)
    assert scaled.crps == pytest.approx(factor * scores.crps)
    assert scaled.wis == pytest.approx(factor * scores.wis)
    assert scaled.absolute_error == pytest.approx(factor * scores.absolute_error)
    assert scaled.inside_50 == scores.inside_50


@given(st.lists(values, min_size=1, max_size=50))
def test_quantiles_of_samples_are_in_order_and_within_them(samples: list[float]) -> None:
    quantiles = quantiles_of(samples)
    assert quantiles.shape == (99,)
    assert (np.diff(quantiles) >= -1e-9 * np.abs(quantiles[1:])).all()
    assert min(samples) <= quantiles[0]
    assert quantiles[-1] <= max(samples)
    assert quantiles[49] == pytest.approx(np.median(samples))


def test_quantiles_of_samples_come_last() -> None:
    samples = np.arange(101.0)[:, None] + np.array([0, 1000])
    quantiles = quantiles_of(samples)
    np.testing.assert_allclose(quantiles, [UP_TO_99, UP_TO_99 + 1000])
    np.testing.assert_allclose(quantiles_of(samples.T, axis=1), quantiles)


def test_interval_gives_both_ends() -> None:
    assert interval(UP_TO_99, 90) == (5, 95)
    assert interval(UP_TO_99, 2) == (49, 51)
    assert interval(UP_TO_99, 98) == (1, 99)


faults = st.sampled_from([np.nan, np.inf, -np.inf])
places = st.integers(0, 98)


@given(forecasts, st.one_of(values, st.just(np.nan)), places, faults)
def test_quantiles_that_are_no_numbers_are_refused(
    quantiles: Floats, observed: float, place: int, fault: float
) -> None:
    quantiles[place] = fault
    with pytest.raises(UsageError, match=rf"a quantile at \[{place}\]: found {fault:g}, expected"):
        score(quantiles, observed)


@given(forecasts, values, st.integers(1, 98), st.floats(0.01, 1e3))
def test_crossing_quantiles_are_refused(
    quantiles: Floats, observed: float, place: int, depth: float
) -> None:
    quantiles[place] = quantiles[place - 1] - depth
    with pytest.raises(UsageError, match=rf"a quantile at \[{place}\]: .* level before it"):
        score(quantiles, observed)


@given(forecasts, values)
def test_a_step_back_that_is_rounding_is_no_crossing(quantiles: Floats, observed: float) -> None:
    stepped = quantiles.copy()
    stepped[50] = stepped[49] - 1e-12 * abs(stepped[49])
    stepped[51:] = np.maximum(stepped[51:], stepped[49])
    assert np.isfinite(score(stepped, observed).crps)


@given(forecasts, st.sampled_from([np.inf, -np.inf]))
def test_an_infinite_outcome_is_refused(quantiles: Floats, observed: float) -> None:
    with pytest.raises(UsageError, match="an outcome at"):
        score(quantiles, observed)


@given(st.lists(values, min_size=1, max_size=20), st.integers(0, 19), faults)
def test_samples_that_are_no_numbers_are_refused(
    samples: list[float], place: int, fault: float
) -> None:
    place %= len(samples)
    samples[place] = fault
    with pytest.raises(UsageError, match=rf"a sample at \[{place}\]: found {fault:g}"):
        quantiles_of(samples)


def test_no_samples_are_refused() -> None:
    with pytest.raises(UsageError, match="at least one"):
        quantiles_of(np.empty((0, 3)))


@given(st.lists(st.tuples(forecasts, st.one_of(values, st.just(np.nan))), min_size=1, max_size=4))
def test_what_is_scored_is_finite_just_where_the_outcome_is_known(
    drawn: list[tuple[Floats, float]],
) -> None:
    quantiles, observed = (np.array(part) for part in zip(*drawn, strict=True))
    scores = score(quantiles, observed)
    for name in ("crps", "wis", "absolute_error", "inside_50", "inside_90"):
        assert (np.isfinite(getattr(scores, name)) == ~np.isnan(observed)).all()


@pytest.mark.parametrize("quantiles", [UP_TO_99[:-1], np.tile(UP_TO_99, (2, 1)), np.float64(3)])
def test_forecasts_of_another_shape_are_refused(quantiles: Floats) -> None:
    with pytest.raises(UsageError, match="99 levels for each outcome"):
        score(quantiles, 60.0)


@pytest.mark.parametrize("percent", [0, 95, 99, 100, -2])
def test_an_interval_between_levels_is_refused(percent: int) -> None:
    with pytest.raises(UsageError, match="whose ends are levels"):
        interval(UP_TO_99, percent)


def test_hubs_ask_for_23_levels() -> None:
    assert len(HUB_LEVELS) == 23
    assert HUB_LEVELS[:3] == (0.01, 0.025, 0.05)
    np.testing.assert_allclose(np.add(HUB_LEVELS, HUB_LEVELS[::-1]), 1)


def test_crps_from_the_levels_of_hubs_is_within_a_hundredth_of_the_closed_form() -> None:
    observed = np.linspace(-3, 3, 61)
    quantiles = np.broadcast_to(stats.norm.ppf(HUB_LEVELS), (61, 23))
    scores = score(quantiles, observed, HUB_LEVELS)
    np.testing.assert_allclose(scores.crps, crps_of_normal(observed), rtol=0.01)


def test_each_level_weighs_its_own_width() -> None:
    # Levels 0.1, 0.5, 0.8 have the widths (0.5 - 0) / 2, (0.8 - 0.1) / 2, (1 - 0.5) / 2.
    # Below all quantiles 10, 20, 30 the loss of a level p is (1 - p) times the distance from 0.
    by_hand = 2 * (0.25 * 0.9 * 10 + 0.35 * 0.5 * 20 + 0.25 * 0.2 * 30)
    scores = score([10.0, 20.0, 30.0], 0.0, (0.1, 0.5, 0.8))
    assert scores.crps == pytest.approx(by_hand)
    assert scores.wis == scores.absolute_error == 20  # no interval has both its ends
    assert np.isnan(scores.inside_80)


def test_wis_of_a_hub_is_that_of_its_eleven_intervals() -> None:
    quantiles = 100 * np.array(HUB_LEVELS)
    covered = np.array([10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98])
    by_hand = 0.5 * 49 + np.sum((1 - covered / 100) * covered / 2 + 49 - covered / 2)
    assert score(quantiles, 99.0, HUB_LEVELS).wis == pytest.approx(by_hand / 11.5)


@pytest.mark.parametrize("levels", [(0.1, 0.9), (0.5, 0.1), (0.0, 0.5), (0.5, 1.0), (0.5, 0.5), ()])
def test_levels_that_are_none_are_refused(levels: tuple[float, ...]) -> None:
    with pytest.raises(UsageError, match="expected probabilities that rise between 0 and 1"):
        score(np.zeros(len(levels)), 0.0, levels)


def test_an_80_percent_interval_lies_between_the_others() -> None:
    scores = score(np.broadcast_to(UP_TO_99, (3, 99)), [9.0, 10.0, 25.0])
    assert scores.inside_80.tolist() == [0, 1, 1]


def test_the_upper_tail_is_the_crps_of_its_levels() -> None:
    """Uniform on 0 … 100: twice the loss p (y - 100 p) or (1 - p) (100 p - y), from 0.8 to 1."""
    p = np.linspace(0.8, 1.0, 20001)

    def by_hand(came: float) -> float:
        loss = np.where(came >= 100 * p, p, p - 1) * (came - 100 * p)
        return float(2 * np.trapezoid(loss, p))

    for came in (10.0, 85.0, 99.0, 140.0):
        assert score(UP_TO_99, came).upper_tail == pytest.approx(by_hand(came), rel=0.03)


@given(forecasts, values)
def test_the_upper_tail_is_a_part_of_the_crps(quantiles: Floats, came: float) -> None:
    found = score(quantiles, came)
    assert -1e-9 <= float(found.upper_tail) <= float(found.crps) * (1 + 1e-12) + 1e-9


def test_the_upper_tail_sees_no_surge_below_its_levels() -> None:
    """Whoever lowers quantiles below 0.8 alone changes nothing in it."""
    came, levels = 200.0, np.array(LEVELS)
    lower = np.where(levels < 0.8, UP_TO_99 - 5, UP_TO_99)
    upper = np.where(levels > 0.8, UP_TO_99 - 5, UP_TO_99)
    base = score(UP_TO_99, came).upper_tail
    assert score(np.sort(lower), came).upper_tail == base
    assert score(np.sort(upper), came).upper_tail > base


def test_the_upper_tail_is_proper() -> None:
    observed = stats.norm.ppf((np.arange(1000) + 0.5) / 1000)
    true, narrow, low = (
        score(np.broadcast_to(shift + factor * NORMAL, (1000, 99)), observed).upper_tail.mean()
        for shift, factor in ((0, 1), (0, 0.5), (-0.5, 1))
    )
    assert true < min(narrow, low)
