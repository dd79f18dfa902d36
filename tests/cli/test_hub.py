"""A forecast is kept and scored from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from made_up_forecasts import made_up_forecast
from typer.testing import CliRunner

from corredor import record
from corredor.cli.hub import figures, hub_folder, keep, scoring
from corredor.corridor.scenario import Scenario
from corredor.errors import OutputError, UsageError


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return a call of the command with a home of its own."""
    monkeypatch.setenv("COLUMNS", "200")
    app = typer.Typer()
    app.command("score")(scoring(lambda: tmp_path))

    def called(*arguments: object) -> str:
        found = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)
        assert found.exit_code == 0, found.output
        return str(found.stdout)

    return called


def test_a_named_hub_comes_before_the_one_at_home() -> None:
    assert hub_folder(None, lambda: Path("home")) == Path("home") / "forecasts"
    assert hub_folder(Path("mine"), lambda: pytest.fail("asked")) == Path("mine")


def test_keeping_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = keep(made_up_forecast(), tmp_path, "mexico")
    assert path == tmp_path / "model-output/corredor-mexico/2024-01-31-corredor-mexico.csv"
    assert capsys.readouterr().out == f"Kept: {path}\n"
    with pytest.raises(OutputError, match="is kept already"):
        keep(made_up_forecast(), tmp_path, "mexico")
    assert keep(made_up_forecast(), tmp_path, "mexico", replace=True, as_json=True) == path
    assert capsys.readouterr().out == ""


def test_scores_are_shown_in_a_table(call: Callable[..., str], tmp_path: Path) -> None:
    keep(made_up_forecast(), tmp_path / "forecasts", "mexico", as_json=True)
    out = call()
    assert "corredor-mexico" in out
    assert "border patrol" in out
    assert "9 forecasts of a month are scored; 0 wait for their figure." in out


def test_scores_are_a_document_too(call: Callable[..., str], tmp_path: Path) -> None:
    keep(made_up_forecast(), tmp_path / "mine", "mexico", as_json=True)
    document: dict[str, Any] = json.loads(call("--hub", tmp_path / "mine", "--json"))
    assert document["hub"] == str(tmp_path / "mine")
    assert len(document["scores"]) == len(document["forecasts"]) == 9
    known = record.monthly("border_patrol_encounters")[pd.Period("2024-02", "M")]
    first = document["forecasts"][0]
    assert first["observed"] == known
    assert first["kept_on"] is not None
    assert all(each["crps"] >= 0 for each in document["forecasts"])


def test_a_home_without_forecasts_is_told(call: Callable[..., str]) -> None:
    with pytest.raises(UsageError, match="no forecast is kept there"):
        call()


def test_figures_are_those_of_the_record(baseline: Scenario) -> None:
    keys = [("mexico_detentions", "all"), ("border_patrol_by_sector", "all"), ("theirs", "all")]
    found = figures(baseline, keys)
    assert ("mexico_detentions", "all") in found
    assert ("border_patrol_by_sector", "El Paso") in found
    assert not {("border_patrol_by_sector", "all"), ("theirs", "all")} & set(found)
    assert found["mexico_detentions", "all"][pd.Period("2024-03", "M")] == 117667
