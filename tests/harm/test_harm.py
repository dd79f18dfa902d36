"""Harm with its two ranges: the spread of the runs, and that of the surveys."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from helpers import Small, total
from made_sea import write_shores

import corredor
from corredor import cli, record
from corredor.corridor.harm_ranges import load_ranges
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.world import load_world
from corredor.errors import UsageError
from corredor.harm import NOTES, deaths, deaths_at_sea, harm_table, ranges_of

WAYS = ("kind", "place", "mode")
PLACES = {"before_mexico": "before reaching Mexico", "mexico": "in Mexico"}


@pytest.fixture(scope="module")
def data(small: Small) -> xr.Dataset:
    return small.run("[caravans]\nminimum = 50", draw="exact", replicates=8)


@pytest.mark.parametrize("row", load_ranges(load_world("mexico")).to_dict("records"))
def test_the_middle_is_what_the_survey_published(row: dict[str, Any]) -> None:
    if not row["source"]:
        assert "no figure was published" in row["basis"] or "assumption" in row["basis"]
        return
    surveys = record.load_series("survey_rates", "2024", "2024", PLACES[row["where"]])
    found = surveys[(surveys["category"] == row["category"])]
    assert found["value"].tolist() == [row["middle"]]
    assert found["source"].tolist() == [row["source"]]
    assert row["low"] < row["middle"] < row["high"]


def test_the_baselines_rates_are_in_the_proportions_of_the_survey() -> None:
    """Percent of respondents over the rate is the model's days on the way, alike for all kinds."""
    settings = load_scenario("baseline").settings
    days = {
        (kind, where): row["middle"] / 100 / settings[f"harm.{kind}"][key][0][1]
        for row in load_ranges(load_world("mexico")).to_dict("records")
        if row["unit"] == "percent of respondents" and row["middle"] > 0
        for kind, where in [(row["kind"], row["where"])]
        for key in ["darien" if where == "before_mexico" else "default"]
    }
    for where in PLACES:
        of_where = [d for (_, w), d in days.items() if w == where]
        assert max(of_where) < 1.05 * min(of_where)


@pytest.mark.parametrize("by", WAYS)
def test_parts_add_up_to_the_whole(data: xr.Dataset, by: Any) -> None:
    table = harm_table(data, by=by).groupby("kind")
    for kind in ("robbery", "extortion", "kidnapping", "threats", "custody_abuse"):
        assert table["mean"].sum()[kind] == pytest.approx(total(data, f"harm_{kind}"))
    whole = harm_table(data).set_index("kind")
    for end in ("survey_low", "survey_high"):
        parts = table[end].sum()
        assert parts.to_dict() == pytest.approx(whole[end].to_dict())


def test_the_survey_range_scales_the_mean_by_where_it_happens(data: xr.Dataset) -> None:
    table, ranges = harm_table(data, by="place").set_index(["kind", "place"]), ranges_of(data)
    for place, where in (("selva", "before_mexico"), ("istmo", "mexico")):
        row, span = table.loc[("robbery", place)], ranges.loc[("robbery", where)]
        assert row["survey_low"] == pytest.approx(row["mean"] * span["low"] / span["middle"])
        assert row["survey_high"] == pytest.approx(row["mean"] * span["high"] / span["middle"])
    assert math.isnan(table.loc[("kidnapping", "selva"), "survey_high"])
    abuse = table.loc[("custody_abuse", "valle")]
    assert abuse["survey_high"] == pytest.approx(4 * abuse["mean"])


def test_the_spread_is_that_of_the_runs(data: xr.Dataset) -> None:
    row = harm_table(data).set_index("kind").loc["robbery"]
    runs = data["harm_robbery"].sum(["month", "place", "mode"]).to_numpy()
    assert row[["low", "middle", "high"]].tolist() == np.quantile(runs, [0.05, 0.5, 0.95]).tolist()


def test_custody_is_a_mode_of_its_own(data: xr.Dataset) -> None:
    table = harm_table(data, by="mode")
    abuse = table[table["kind"] == "custody_abuse"]
    assert abuse["mode"].tolist() == ["in_custody"]
    assert "in_custody" not in set(table.loc[table["kind"] == "robbery", "mode"])


def test_months_can_be_chosen_and_events_are_of_the_worlds_people(small: Small) -> None:
    ten = small.run(people_scale=10)
    march = harm_table(ten, "2023-03", "2023-03").set_index("kind")
    one = total(small.run(), "harm_robbery", month="2023-03-01")
    assert march.loc["robbery", "mean"] == pytest.approx(one, rel=0.02)
    with pytest.raises(UsageError, match="no month from 2031-01"):
        harm_table(ten, "2031-01")
    with pytest.raises(UsageError, match="a month such as"):
        harm_table(ten, "soon")


def test_a_result_without_modes_is_refused(data: xr.Dataset) -> None:
    older = data.assign(harm_robbery=data["harm_robbery"].sum("mode"))
    with pytest.raises(UsageError, match="earlier version"):
        harm_table(older)


def test_deaths_are_left_out_and_the_output_says_why() -> None:
    assert any(note.startswith("Deaths are left out: ") for note in NOTES)


def test_the_command_prints_a_table_or_one_document(
    small: Small,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def call(*arguments: str) -> str:
        few = ("--replicates", "2", "--parameters", "fixed")
        monkeypatch.setattr(sys, "argv", ["corredor", "harm", str(small.path), *few, *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert end.value.code in (0, None)
        return capsys.readouterr().out

    document = json.loads(call("--by", "mode", "--json"))
    assert {row["kind"] for row in document["events"]} >= {"robbery", "custody_abuse"}
    assert any("Deaths are left out" in note for note in document["notes"])
    for by in WAYS:
        assert "Deaths are left out" in call("--by", by)


def test_the_library_has_it() -> None:
    assert corredor.harm_table is harm_table


def test_deaths_at_sea_are_told_where_there_is_a_sea(data: xr.Dataset, tmp_path: Path) -> None:
    assert deaths_at_sea(data) is None
    shores = write_shores(tmp_path).run(draw="expected", replicates=2)
    found = deaths_at_sea(shores)
    assert found is not None
    assert found["mean"] == pytest.approx(float(shores["deaths_at_sea"].sum()) / 2)
    assert 0 < found["low"] <= found["mean"] <= found["high"]
    assert found["published"] == []  # that world has no record


def test_published_deaths_are_those_of_the_months_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside them stand the model's of the same months alone; a series of a part is left out."""
    shores = write_shores(tmp_path).run(draw="expected", replicates=2)
    months = pd.PeriodIndex(shores["month"].to_numpy()[:3], freq="M")
    windows = pd.DataFrame({"start": months, "end": months, "months": 1,
                            "record": [100.0, 20.0, 3.0], "mean": [90.0, 10.0, 1.0]})  # fmt: skip
    told = {"title": "lost", "publisher": "somebody", "compare_with": "all of them"}
    every, of_each = shores["deaths_at_sea"], {"all": 1.0, "half": 0.5}
    only = SimpleNamespace(counts=("deaths_at_sea",))
    monkeypatch.setattr(deaths, "declared", lambda _: list(of_each))
    monkeypatch.setattr(deaths, "countings", lambda _: dict.fromkeys(of_each, only))
    monkeypatch.setattr(deaths, "observe", lambda _, name: every * of_each[name])
    monkeypatch.setattr(deaths, "against_record", lambda *_: windows)
    monkeypatch.setattr(deaths.record, "describe", lambda _: SimpleNamespace(**told))
    found = deaths_at_sea(shores, str(months[1]), str(months[2]))
    assert found is not None
    assert found["published"] == [
        {"series": "all", **told, "months": 2, "record": 23.0, "model": 11.0}
    ]
