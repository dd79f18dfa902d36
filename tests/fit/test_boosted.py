"""The boosted trees learn from all series, see nothing later, and keep their quantiles in order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.fit.boosted import FITTED, _at_all_levels, boosted_quantiles
from corredor.fit.scores import LEVELS, score

pytest.importorskip("sklearn")
LAST = pd.Period("2020-06", "M")
MEDIAN = LEVELS.index(0.5)


def walks(number: int, months: int, spread: float = 0.2, seed: int = 1) -> dict[int, Floats]:
    random = np.random.default_rng(seed)
    return {
        n: np.round(np.exp(8 + np.cumsum(spread * random.standard_normal(months))))
        for n in range(number)
    }


def test_its_intervals_cover_walks() -> None:
    whole = walks(60, 83)
    found = boosted_quantiles({k: v[:80] for k, v in whole.items()}, LAST, 3)
    scored = [score(found[k][2], v[82]) for k, v in whole.items()]
    assert np.mean([s.inside_50 for s in scored]) == pytest.approx(0.5, abs=0.17)
    assert np.mean([s.inside_90 for s in scored]) == pytest.approx(0.9, abs=0.1)


def test_quantiles_rise_and_a_year_ahead_is_less_certain() -> None:
    found = boosted_quantiles(walks(8, 100), LAST, 6)
    for quantiles in found.values():
        assert quantiles.shape == (6, len(LEVELS))
        assert (np.diff(quantiles, axis=1) >= 0).all()
        assert (quantiles >= 0).all()
    widths = np.mean([np.log1p(q[:, 94]) - np.log1p(q[:, 4]) for q in found.values()], axis=0)
    assert widths[5] > 1.5 * widths[0]


def test_seasons_are_learnt_from_all_series() -> None:
    """A series of two years goes on as ten others of ten years do."""
    random = np.random.default_rng(2)
    season = np.tile(np.sin(np.arange(12) / 12 * 2 * np.pi), 11)[: 10 * 12]
    many = {n: np.round(np.exp(8 + season + 0.02 * random.standard_normal(120))) for n in range(10)}
    short = {"short": np.round(np.exp(9 + season[-24:]))}
    found = boosted_quantiles({**many, **short}, LAST, 3)["short"]
    expected = 9 + np.sin(np.arange(3) / 12 * 2 * np.pi)
    np.testing.assert_allclose(np.log(found[:, MEDIAN]), expected, atol=0.2)


def test_a_forecast_follows_from_what_it_was_told_alone() -> None:
    """The same histories give the same bits; nothing else is there to peek at."""
    once, again = (boosted_quantiles(walks(4, 90), LAST, 2) for _ in range(2))
    for key, quantiles in once.items():
        np.testing.assert_array_equal(quantiles, again[key])


def test_levels_between_follow_a_normal() -> None:
    from scipy import stats

    found = _at_all_levels(2 + 3 * stats.norm.ppf(FITTED)[None])
    np.testing.assert_allclose(found[0], 2 + 3 * stats.norm.ppf(LEVELS))


def test_histories_that_cannot_be_used_are_refused() -> None:
    with pytest.raises(UsageError, match="too short"):
        boosted_quantiles(walks(2, 20), LAST, 1)
    with pytest.raises(UsageError, match="none negative"):
        boosted_quantiles({1: np.r_[np.ones(30), -1.0]}, LAST, 1)
    with pytest.raises(UsageError, match="at least one month"):
        boosted_quantiles(walks(4, 90), LAST, 0)
    assert set(boosted_quantiles({**walks(4, 90), "new": np.ones(8)}, LAST, 1)) == set(range(4))
