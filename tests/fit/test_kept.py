"""Kept forecasts are scored against the figures that are held, and only against those."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_forecasts import made_up_forecast

from corredor.errors import InputError, UsageError
from corredor.fit import hub
from corredor.fit.forecast import Forecast
from corredor.fit.kept import SCORES, score_kept, summary
from corredor.fit.scores import HUB_LEVELS, quantiles_of, score

KEY = ("border_patrol_encounters", "all")
PORTS = ("ports_of_entry_encounters", "all")
MODEL = "corredor-mexico"
Truth = dict[tuple[str, str], "pd.Series[float]"]


def figures(first: str, *values: float) -> pd.Series[float]:
    months = pd.period_range(first, periods=len(values), freq="M")
    return pd.Series(list(values), months, dtype="float64")


def sure(values: float, origin: str = "2024-01") -> Forecast:
    """Return a forecast of two months that is certain of one number."""
    start = pd.Period(origin, "M")
    samples = {KEY: np.full((5, 2), values)}
    return Forecast(start, dt.date(2024, 2, 25), (start + 1, start + 2), samples, {})


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a hub with forecasts from January and February, and one of another model."""
    folder = tmp_path_factory.mktemp("kept")
    for origin in ("2024-01", "2024-02"):
        made = made_up_forecast(origin=origin)
        hub.write(made, folder, MODEL, kept_on=dt.date(2024, 3, 1))
    other = hub.table(made_up_forecast()).query("horizon < 3")
    path = folder / "model-output" / "others-model" / "2024-01-31-others-model.csv"
    path.parent.mkdir()
    other.to_csv(path, index=False)
    return folder


TRUTH: Truth = {KEY: figures("2024-02", 60_000, np.nan, 80_000), PORTS: figures("2024-02", 50_000)}


@given(st.floats(0, 1e9))
@settings(max_examples=10, deadline=None)
def test_a_perfect_forecast_scores_zero(value: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        hub.write(sure(value), Path(name), MODEL)
        found = score_kept(Path(name), {KEY: figures("2024-02", value, value)})
    assert (found[["crps", "wis", "absolute_error"]] == 0).all(axis=None)
    assert (found[["inside_50", "inside_80", "inside_90"]] == 1).all(axis=None)


def test_each_figure_that_is_held_scores_the_forecasts_of_it(kept: Path) -> None:
    found = score_kept(kept, TRUTH).set_index(["model_id", "reference_date", "target", "horizon"])
    row = found.loc[(MODEL, "2024-01-31", KEY[0], 1)]
    quantiles = quantiles_of(made_up_forecast().samples[KEY], levels=HUB_LEVELS)
    expected = score(quantiles[0], 60_000.0, HUB_LEVELS)
    assert row["observed"] == 60_000
    assert row["median"] == quantiles[0][11]
    for name in SCORES:
        assert row[name] == pytest.approx(float(getattr(expected, name)))
    assert found.loc[(MODEL, "2024-02-29", KEY[0], 2), "observed"] == 80_000
    scored = found["crps"].notna()
    assert (scored == found["observed"].notna()).all()
    assert scored.groupby("target").sum().to_dict() == {
        "border_patrol_encounters": 4, "ports_of_entry_encounters": 2, "mexico_detentions": 0,
    }  # fmt: skip


def test_models_of_others_are_scored_alike(kept: Path) -> None:
    found = score_kept(kept, TRUTH)
    both = found[(found["reference_date"] == "2024-01-31") & (found["horizon"] < 3)]
    ours, others = (both[both["model_id"] == m] for m in (MODEL, "others-model"))
    assert len(others) == 6
    for name in ("observed", "median", *SCORES):
        np.testing.assert_array_equal(ours[name], others[name])
    assert set(ours["kept_on"]) == {dt.date(2024, 3, 1)}
    assert others["kept_on"].isna().all()


def test_the_summary_counts_what_is_scored_and_what_waits(kept: Path) -> None:
    found = summary(score_kept(kept, TRUTH)).set_index(["model_id", "target", "horizon"])
    first = found.loc[(MODEL, KEY[0], 1)]
    assert (first["forecasts"], first["waiting"], first["next_expected"]) == (1, 1, "2024-03")
    never = found.loc[(MODEL, "mexico_detentions", 3)]
    assert (never["forecasts"], never["waiting"], never["next_expected"]) == (0, 2, "2024-04")
    assert np.isnan(never["crps"])
    done = found.loc[("others-model", KEY[0], 1)]
    assert (done["forecasts"], done["waiting"], done["next_expected"]) == (1, 0, "")
    assert found["forecasts"].sum() + found["waiting"].sum() == len(score_kept(kept, TRUTH))


@given(st.randoms(use_true_random=False))
@settings(max_examples=4, deadline=None)
def test_the_order_of_rows_does_not_matter(random: Any) -> None:
    rows = hub.table(made_up_forecast())
    order = list(range(len(rows)))
    random.shuffle(order)
    with tempfile.TemporaryDirectory() as name:
        path = hub.write(made_up_forecast(), Path(name), MODEL)
        before = score_kept(Path(name), TRUTH)
        rows.iloc[order].to_csv(path, index=False)
        pd.testing.assert_frame_equal(score_kept(Path(name), TRUTH), before)


def test_a_revised_figure_changes_the_scores(kept: Path) -> None:
    revised = TRUTH | {KEY: figures("2024-02", 61_000)}
    before, after = (score_kept(kept, truth).iloc[0] for truth in (TRUTH, revised))
    assert (before["observed"], after["observed"]) == (60_000, 61_000)
    assert before["crps"] != after["crps"]


def test_without_figures_all_waits(kept: Path) -> None:
    found = summary(score_kept(kept, {}))
    assert found["forecasts"].sum() == 0
    assert (found["next_expected"] != "").all()


def test_a_hub_whose_forecasts_are_gone_has_no_scores(tmp_path: Path) -> None:
    hub.write(sure(1.0), tmp_path, MODEL).unlink()
    found = score_kept(tmp_path, TRUTH)
    assert found.empty
    assert summary(found).empty


@pytest.mark.parametrize(
    "index",
    [pd.RangeIndex(2), pd.period_range("2024-02", periods=2, freq="D"),
     pd.PeriodIndex(["2024-02", "2024-02"], freq="M")],
)  # fmt: skip
def test_figures_that_are_not_monthly_are_refused(kept: Path, index: Any) -> None:
    with pytest.raises(UsageError, match="border_patrol_encounters, all: expected one figure a mo"):
        score_kept(kept, {KEY: pd.Series([1.0, 2.0], index)})


def test_what_is_at_fault_in_the_hub_is_told(tmp_path: Path) -> None:
    path = hub.write(sure(1.0), tmp_path, MODEL)
    path.write_text(path.read_text().replace("quantile", "guess", 1))
    with pytest.raises(InputError, match=r"line 2, output_type: found 'guess', expected one of"):
        score_kept(tmp_path, TRUTH)
