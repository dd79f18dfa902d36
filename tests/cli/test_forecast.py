"""``corredor forecast --conformal`` moves bands; baselines alone need no model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import made_up_forecasts
import pandas as pd
import pytest
from made_up_forecasts import made_up_backtest, made_up_forecast

from corredor.fit import hub, what_if
from corredor.fit.backtest import MODEL, read_backtest, save_backtest
from corredor.fit.baselines import BASELINES
from corredor.fit.hub_records import read_record, record_path
from corredor.fit.hub_tasks import read_metadata
from corredor.inputs.manifest import file_digest

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def backtest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a backtest of twelve origins before that of the forecast, and give the forecast."""
    origins = pd.period_range("2023-01", periods=12, freq="M")
    monkeypatch.setattr(made_up_forecasts, "ORIGINS", origins)
    path = tmp_path / "backtest.parquet"
    save_backtest(made_up_backtest({MODEL: 0.3}), path, {})

    def made(*_: object, **__: object) -> Any:
        return made_up_forecast(), ()

    monkeypatch.setattr(what_if, "forecast_what_if", made)
    return path


def test_bands_are_moved_by_how_earlier_forecasts_missed(call: Call, backtest: Path) -> None:
    code, out, _ = call("forecast", "--origin", "2024-01", "--conformal", backtest, "--json")
    document = json.loads(out)
    assert code == 0
    own, moved = (
        {(row["series"], row["month"]): row for row in document[key]}
        for key in ("forecasts", "conformal")
    )
    key = ("border_patrol_encounters", "2024-02")
    assert moved[key]["q0.5"] == pytest.approx(own[key]["q0.5"], rel=1e-6)
    assert moved[key]["q0.95"] != pytest.approx(own[key]["q0.95"], rel=1e-3)
    # Of Mexico's detentions the made-up backtest has one window, and no month.
    assert not any(series == "mexico_detentions" for series, _ in moved)


def test_moved_bands_are_kept_in_a_hub_beside_the_models_own(
    call: Call, backtest: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "hub"
    asked = ("--origin", "2024-01", "--conformal", backtest, "--hub", folder, "--json")
    code, out, _ = call("forecast", *asked)
    assert code == 0
    document = json.loads(out)
    hub.check(folder)
    rows = hub.read(folder).set_index(["model_id", "target", "location", "horizon"])
    rows = rows[rows["output_type_id"] == 0.95]["value"].sort_index()
    own, moved = rows.loc["corredor-mexico"], rows.loc["corredor-mexico_conformal"]
    key = ("border_patrol_encounters", "all")
    for values, name in ((own, "forecasts"), (moved, "conformal")):
        told = [row["q0.95"] for row in document[name] if (row["series"], row["part"]) == key]
        assert values.loc[key].tolist() == pytest.approx(told)
    assert not own.loc[key].equals(moved.loc[key])
    assert set(moved.index) < set(own.index), "none where too few outcomes are known"
    for name in ("kept", "kept_conformal"):
        assert Path(document[name]).exists()
    page = read_metadata(folder, "corredor-mexico_conformal")
    assert not page.designated_model and "conformal" in page.methods
    record = read_record(record_path(folder, "2024-01-31", "corredor-mexico_conformal"))
    assert record.provenance["backtest"] == file_digest(backtest)
    assert (
        "backtest"
        not in read_record(record_path(folder, "2024-01-31", "corredor-mexico")).provenance
    )
    assert call("forecast", *asked)[0] == 2, "what is kept is replaced only if asked"
    assert call("forecast", *asked, "--replace")[0] == 0
    assert call("forecast", "score", "--hub", folder, "--json")[0] == 0


def test_nothing_moved_is_not_kept(call: Call, backtest: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.parquet"
    rows = read_backtest(backtest)
    save_backtest(rows[rows["origin"] >= "2023-06"], few, {})
    folder = tmp_path / "hub"
    asked = ("--origin", "2024-01", "--conformal", few, "--hub", folder, "--json")
    code, out, _ = call("forecast", *asked)
    assert code == 0
    assert json.loads(out)["conformal"] == [] and "kept_conformal" not in json.loads(out)
    assert set(hub.read(folder)["model_id"]) == {"corredor-mexico"}


def test_table_and_chart_say_which_bands_were_moved(
    call: Call, backtest: Path, tmp_path: Path
) -> None:
    chart = tmp_path / "chart.svg"
    asked = ("--origin", "2024-01", "--conformal", backtest, "--chart", chart)
    code, out, _ = call("forecast", *asked)
    assert code == 0
    assert "bands moved by how forecasts" in out
    plain = tmp_path / "plain.svg"
    assert call("forecast", "--origin", "2024-01", "--chart", plain)[0] == 0
    assert chart.read_bytes() != plain.read_bytes()


@pytest.mark.slow
def test_baselines_alone_are_scored_without_a_model(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "ranking.parquet"
    asked = ("--from", "2023-01", "--to", "2023-02", "--baselines-only")
    assert call("backtest", *asked, "--out", out)[0] == 0
    found = read_backtest(out)
    assert set(found["origin"]) == {"2023-01", "2023-02"}
    assert MODEL not in set(found["method"])
    assert set(BASELINES) <= set(found["method"])
