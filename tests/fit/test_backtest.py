"""A backtest mixes, windows and scores as it says, and refuses before it works for long."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corredor import record
from corredor.corridor.scenario import Scenario
from corredor.errors import OutputError, UsageError
from corredor.fit.backtest import (
    COLUMNS,
    MIXED,
    PARTNER,
    QUANTILE_COLUMNS,
    _of_baselines,
    _of_model,
    backtest,
    gapless,
    read_backtest,
    scored_series,
    summary,
)
from corredor.fit.calibrate import Ensemble
from corredor.fit.forecast import Forecast, published
from corredor.fit.forward import Kept
from corredor.fit.scores import quantiles_of, score

KEY = ("border_patrol_encounters", "all")
DETENTIONS = ("mexico_detentions", "all")
MONTHS = tuple(pd.period_range("2023-12", "2024-02", freq="M"))


@pytest.fixture
def made() -> Forecast:
    random = np.random.default_rng(1)
    samples = {
        KEY: random.uniform(1e5, 2e5, (500, 3)),
        DETENTIONS: random.uniform(5e4, 1e5, (500, 3)),
        ("border_patrol_by_sector", "Yuma"): random.uniform(0, 1, (500, 3)),
    }
    return Forecast(pd.Period("2023-11", "M"), dt.date(2023, 12, 25), MONTHS, samples, {})


@pytest.fixture
def truth() -> dict[tuple[str, str], pd.Series]:
    return {KEY: record.monthly(KEY[0])[:"2024-01"]}


def test_the_mixture_is_the_mean_of_both_quantiles(made: Forecast, truth: dict) -> None:
    partner = np.tile(np.arange(1.0, 100.0), (3, 1))
    rows = pd.DataFrame(_of_baselines(made, {KEY: {PARTNER: partner}}, truth), columns=COLUMNS)
    mixed = rows.loc[rows["method"] == MIXED, QUANTILE_COLUMNS].to_numpy(float)
    np.testing.assert_allclose(mixed, (quantiles_of(made.samples[KEY]) + partner) / 2)
    assert rows.loc[rows["month"] == "2024-02", "observed"].isna().all()
    assert set(rows.loc[rows["month"] == "2024-01", "observed"]) == {124220.0}


def test_detentions_are_held_against_totals_over_the_months_forecast(
    made: Forecast, truth: dict
) -> None:
    rows = pd.DataFrame(_of_model(made, truth), columns=COLUMNS)
    windows = rows[rows["series"] == DETENTIONS[0]].set_index("month")
    assert windows["observed"].to_dict() == {
        "2023-12/2023-12": 94816,
        "2024-01/2024-01": 113347,
        "2024-02/2024-02": 118334,
    }
    assert list(windows["horizon"]) == [1, 2, 3]
    january = quantiles_of(made.samples[DETENTIONS][:, 1])
    np.testing.assert_allclose(
        windows.loc["2024-01/2024-01", QUANTILE_COLUMNS].astype(float), january
    )
    assert "Yuma" not in set(rows["part"])


def test_scores_are_means_over_what_came(made: Forecast, truth: dict) -> None:
    rows = pd.DataFrame(_of_model(made, truth), columns=COLUMNS)
    found = summary(rows).loc[(*KEY, 1, "Corredor")]
    own = score(quantiles_of(made.samples[KEY])[0], truth[KEY]["2023-12"])
    assert found["crps"] == pytest.approx(float(own.crps))
    assert found["forecasts"] == 1
    assert 3 not in summary(rows).loc[KEY].index.get_level_values("horizon")


def test_sectors_are_not_scored(baseline: Scenario) -> None:
    scored = scored_series(baseline, published(baseline))
    assert {series for series, _ in scored} == {
        "border_patrol_encounters", "ports_of_entry_encounters", "border_patrol_by_citizenship",
        "mexico_detentions", "darien_crossings", "honduras_irregular_entries",
    }  # fmt: skip


def test_a_series_counts_from_its_last_gap() -> None:
    months = pd.period_range("2015-01", "2019-12", freq="M")
    whole = pd.Series(np.arange(60.0), months)
    holed = whole.drop(months[10])
    holed[months[20]] = np.nan
    late = whole.drop(months[30])
    known = {("a", "all"): whole, ("b", "all"): holed, ("c", "all"): late, ("d", "all"): whole[:58]}
    found = gapless(known, months[-1])
    assert set(found) == {("a", "all"), ("b", "all")}
    pd.testing.assert_series_equal(found["a", "all"], whole, check_names=False)
    assert found["b", "all"].index[0] == months[21]
    assert found["b", "all"].notna().all()
    assert set(gapless(known, months[57])) == {("a", "all"), ("b", "all"), ("d", "all")}


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("soon", "2024-01", "is no month"),
        ("2023-01", "2031-01", "origin: found 2031-01"),
        ("2024-01", "2023-01", "ends before it starts"),
    ],
)
def test_a_span_that_makes_no_sense_is_refused_and_leaves_nothing(
    baseline: Scenario, tmp_path: Path, first: str, last: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        backtest(baseline, tmp_path / "b.parquet", first=first, last=last)
    assert not list(tmp_path.iterdir())


def test_an_existing_file_is_refused(baseline: Scenario, tmp_path: Path) -> None:
    (tmp_path / "b.parquet").write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        backtest(baseline, tmp_path / "b.parquet")


def test_an_interrupted_backtest_that_is_complete_needs_no_forecast(
    baseline: Scenario, tmp_path: Path, made: Forecast, truth: dict,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """What is done is taken over as it is; another request is refused."""

    def stopped(*_: object, kept: Kept, **__: object) -> Forecast:
        with kept.ledger.writing("2023-11.parquet") as path:
            table.to_parquet(path, index=False)
        raise KeyboardInterrupt

    table = pd.DataFrame(_of_model(made, truth), columns=COLUMNS)
    monkeypatch.setattr("corredor.fit.backtest.forecast", stopped)
    monkeypatch.setattr("corredor.fit.backtest.scored_series", lambda *_: {})
    out = tmp_path / "b.parquet"
    asked = {"first": "2023-11", "last": "2023-11", "ensemble": Ensemble(10)}
    with pytest.raises(KeyboardInterrupt):
        backtest(baseline, out, **asked)
    assert not out.exists()
    with pytest.raises(UsageError, match="asked for otherwise"):
        backtest(baseline, out, resume=True, **{**asked, "ensemble": Ensemble(11)})
    pd.testing.assert_frame_equal(backtest(baseline, out, resume=True, **asked), table)
    assert [p.name for p in tmp_path.iterdir()] == ["b.parquet"]
    pd.testing.assert_frame_equal(read_backtest(out), table)
