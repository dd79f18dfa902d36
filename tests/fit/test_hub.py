"""What is kept in a hub reads as it was written, and whatever is at fault is told in one line."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_forecasts import made_up_forecast

from corredor.errors import CorredorError, InputError, OutputError, UsageError
from corredor.fit import hub
from corredor.fit.forecast import Forecast
from corredor.fit.hub_own import own_admin, own_tasks
from corredor.fit.hub_records import kept_days, read_record, record_path
from corredor.fit.hub_tasks import COLUMNS, TASK_IDS, Tasks, read_admin, read_tasks
from corredor.fit.scores import HUB_LEVELS
from corredor.inputs.computed_by import computed_by

MODEL = "corredor-mexico"
NAME = f"model-output/{MODEL}/2024-01-31-{MODEL}.csv"
OTHER = "others-baseline"
ROWS = hub.table(made_up_forecast())
names = st.text(st.characters(categories=("L", "N", "Zs", "P")), min_size=1, max_size=12)
samples = st.lists(st.lists(st.floats(0, 1e9), min_size=2, max_size=2), min_size=1, max_size=8).map(
    np.array
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a hub with one forecast of Corredor and one of somebody else."""
    folder = tmp_path_factory.mktemp("kept") / "hub"
    hub.write(made_up_forecast(), folder, MODEL, kept_on=dt.date(2024, 2, 25))
    put(folder, ROWS)
    return folder


def put(folder: Path, rows: pd.DataFrame, model: str = OTHER, date: str = "2024-01-31") -> Path:
    """Hand in the forecast of somebody else, as a file that their own program wrote."""
    path = folder / "model-output" / model / f"{date}-{model}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.to_csv(path, index=False)
    return path


def a_forecast(values: dict[tuple[str, str], np.ndarray], origin: str = "2024-01") -> Forecast:
    start = pd.Period(origin, "M")
    return Forecast(start, dt.date(2024, 2, 25), (start + 1, start + 2), values, {"seed": 1})


def test_what_a_forecast_was_computed_by_is_kept_with_it(tmp_path: Path) -> None:
    made = a_forecast({("arrivals", "all"): np.ones((10, 2))})
    hub.write(replace(made, provenance={"draw": "exact", **computed_by()}), tmp_path, MODEL)
    record = read_record(record_path(tmp_path, "2024-01-31", MODEL))
    assert record.provenance["draw"] == "exact"
    assert record.provenance["libraries"] == computed_by()["libraries"]


def test_rows_are_those_a_hub_asks_for() -> None:
    assert tuple(ROWS.columns) == COLUMNS
    assert len(ROWS) == 3 * 3 * 23
    first = ROWS.iloc[0].to_dict()
    assert first["reference_date"] == "2024-01-31"
    assert (first["horizon"], first["target_end_date"]) == (1, "2024-02-29")
    assert (first["target"], first["location"]) == ("border_patrol_encounters", "all")
    assert (first["output_type"], first["output_type_id"]) == ("quantile", 0.01)
    values = made_up_forecast().samples["border_patrol_encounters", "all"][:, 0]
    assert ROWS["value"][11] == pytest.approx(np.median(values))
    assert list(ROWS["output_type_id"][:23]) == list(HUB_LEVELS)


@given(st.dictionaries(st.tuples(names, names), samples, min_size=1, max_size=3),
       st.sampled_from(["csv", "parquet"]))  # fmt: skip
@settings(max_examples=15, deadline=None)
def test_what_is_written_is_read_again(
    values: dict[tuple[str, str], np.ndarray], file_format: Any
) -> None:
    made = a_forecast(values)
    with tempfile.TemporaryDirectory() as folder:
        path = hub.write(made, Path(folder), MODEL, file_format=file_format)
        hub.check(Path(folder))
        found = hub.read(Path(folder))
        assert path.suffix == f".{file_format}"
    expected = hub.table(made)
    assert set(found.pop("model_id")) == {MODEL}
    for name in COLUMNS:
        assert found[name].tolist() == expected[name].tolist(), name


@given(st.randoms(use_true_random=False))
@settings(max_examples=5, deadline=None)
def test_the_order_of_rows_does_not_matter(random: Any) -> None:
    order = list(range(len(ROWS)))
    random.shuffle(order)
    with tempfile.TemporaryDirectory() as name:
        path = hub.write(made_up_forecast(), Path(name), MODEL)
        ROWS.iloc[order].to_csv(path, index=False)
        found = hub.read(Path(name))
    key = [*TASK_IDS, "output_type_id"]
    pd.testing.assert_series_equal(
        found.sort_values(key)["value"], ROWS.sort_values(key)["value"], check_index=False
    )


def test_a_hub_has_all_that_the_hubverse_asks_for(kept: Path) -> None:
    for name in ("admin", "tasks", "model-metadata-schema"):
        assert (kept / "hub-config" / f"{name}.json").exists()
    admin, tasks = read_admin(kept), read_tasks(kept)
    assert admin.file_format == ["csv", "parquet"]
    assert [group.target_metadata[0].target_keys for group in tasks.model_tasks] == [
        {"target": name}
        for name in (
            "border_patrol_encounters",
            "mexico_detentions",
            "ports_of_entry_encounters",
        )
    ]
    page = yaml.safe_load((kept / "model-metadata" / f"{MODEL}.yml").read_text("utf-8"))
    assert f"{page['team_abbr']}-{page['model_abbr']}" == MODEL
    assert len(page["methods"]) <= 200
    assert kept_days(kept) == {(MODEL, "2024-01-31"): dt.date(2024, 2, 25)}


def test_somebody_elses_model_must_say_who_made_it(kept: Path) -> None:
    hub.check(kept, kept / NAME)
    with pytest.raises(InputError, match=f"{OTHER}.yml"):
        hub.check(kept)


def test_a_hub_grows_with_its_forecasts(tmp_path: Path) -> None:
    hub.write(a_forecast({("b", "x"): np.ones((2, 2))}, "2023-11"), tmp_path, MODEL)
    hub.write(a_forecast({("a", "all"): np.ones((2, 2))}, "2025-02"), tmp_path, MODEL)
    written = (tmp_path / "hub-config" / "tasks.json").read_bytes()
    hub.write(a_forecast({("b", "x"): np.ones((2, 2))}, "2024-06"), tmp_path, MODEL)
    assert (tmp_path / "hub-config" / "tasks.json").read_bytes() == written
    assert len(hub.read(tmp_path)) == 3 * 2 * 23
    dates = read_tasks(tmp_path).model_tasks[0].task_ids["reference_date"].optional or []
    assert (dates[0], dates[-1]) == ("2023-01-31", "2026-12-31")


def test_what_is_kept_is_replaced_only_if_asked(tmp_path: Path) -> None:
    made = made_up_forecast()
    path = hub.write(made, tmp_path, MODEL)
    before = path.read_bytes()
    for file_format in ("csv", "parquet"):
        with pytest.raises(OutputError, match="is kept already"):
            hub.write(made_up_forecast(2), tmp_path, MODEL, file_format=file_format)
    assert path.read_bytes() == before
    again = hub.write(made_up_forecast(2), tmp_path, MODEL, file_format="parquet", replace=True)
    assert not path.exists()
    assert again.exists()
    assert len(hub.read(tmp_path)) == 3 * 2 * 23


def test_nothing_is_left_of_a_forecast_that_cannot_be_kept(tmp_path: Path) -> None:
    for values in (np.array([[1.0, np.nan]]), np.array([[-1.0, 2.0]])):
        with pytest.raises(CorredorError):
            hub.write(a_forecast({("a", "all"): values}), tmp_path / "hub", MODEL)
    with pytest.raises(UsageError, match="no series"):
        hub.write(a_forecast({}), tmp_path / "hub", MODEL)
    assert not (tmp_path / "hub").exists()


@pytest.mark.parametrize("name", ["corredor", "a-b-c", "a-" + 17 * "b", "a-b/c", "-b", "á-b"])
def test_names_that_no_hub_takes_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="TEAM-MODEL"):
        hub.write(made_up_forecast(), tmp_path, name)


@given(st.text(max_size=40))
@settings(max_examples=50)
def test_every_world_has_a_name_that_hubs_take(world: str) -> None:
    assert hub.MODEL_ID.fullmatch(hub.model_id(world))


def test_long_worlds_stay_apart() -> None:
    assert hub.model_id("mexico") == MODEL
    assert hub.model_id("central-america") == "corredor-central_america"
    assert hub.model_id("central-mediterranean") != hub.model_id("central-mediterranean-2")


def test_a_folder_without_forecasts_is_no_hub(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no forecast is kept there"):
        hub.read(tmp_path)


Change = Callable[[pd.DataFrame], pd.DataFrame]


def cell(column: str, value: object, row: int = 30) -> Change:
    def changed(rows: pd.DataFrame) -> pd.DataFrame:
        rows[column] = rows[column].astype(object)
        rows.loc[row, column] = value
        return rows

    return changed


FAULTS: dict[str, tuple[Change, str]] = {
    "another date": (cell("reference_date", "2024-02-29"), "line 32, reference_date: found '2024-"),
    "no target": (cell("target", "border_patrol"), "line 32, target: found .*, .* Did"),
    "no place": (cell("location", "Utah"), "line 32, location: found 'Utah', expected one that"),
    "half a month": (cell("horizon", 1.5), "line 32, horizon: found '1.5', expected a whole"),
    "another month": (cell("horizon", 5), "line 32, target_end_date: .* horizon months after"),
    "a far month": (cell("horizon", "9" * 30), "line 32, target_end_date: "),
    "no day": (cell("target_end_date", "2024-02-31"), "line 32, target_end_date: "),
    "no type": (cell("output_type", "sample"), "line 32, output_type: .* quantile, mean"),
    "no level": (cell("output_type_id", 0.33), "line 32, output_type_id: found '0.33', expected a"),
    "words": (cell("value", "many"), "line 32, value: found 'many', expected a number"),
    "nothing": (cell("value", None), "line 32, value: found '', expected a number"),
    "endless": (cell("value", "1e999"), "line 32, value: found '1e999', expected a finite"),
    "negative": (cell("value", -1), "line 32, value: found '-1', expected 0 or more"),
    "crossing": (cell("value", 1), "line 32, value: found '1', expected no less than"),
    "a row twice": (lambda rows: pd.concat([rows, rows[3:4]]), "line 209, .* there twice"),
    "a row missing": (lambda rows: rows.drop(index=30), "a quantile at 0.3 too .* horizon 2"),
    "a level twice": (cell("output_type_id", 0.25), "line 32, output_type_id: .* there twice"),
    "a column missing": (lambda rows: rows.drop(columns="value"), "line 1: expected a column 'val"),
    "a column too many": (lambda rows: rows.assign(locatoin=1), "found 'locatoin'.*'location'"),
    "a header alone": (lambda rows: rows[:0], "there are none"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_told_by_line_and_column(kept: Path, fault: str) -> None:
    change, expected = FAULTS[fault]
    path = put(kept, change(ROWS.copy()), "faulty-model")
    try:
        with pytest.raises(InputError, match=f"faulty-model.csv.*{expected}") as told:
            hub.read(kept)
    finally:
        path.unlink()
    assert len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("a-b", "2024-01-31-a-c.csv"),
        ("a-b", "2024-01-32-a-b.csv"),
        ("a-b", "forecast.csv"),
        ("a-b", "2024-01-31-a-b.xlsx"),
    ],
)
def test_files_that_are_mixed_up_are_refused(tmp_path: Path, folder: str, name: str) -> None:
    hub.write(made_up_forecast(), tmp_path, MODEL)
    path = tmp_path / "model-output" / folder / name
    path.parent.mkdir()
    ROWS.to_csv(path, index=False)
    with pytest.raises(InputError, match=name):
        hub.read(tmp_path)


def test_two_files_of_one_forecast_are_refused(kept: Path, tmp_path: Path) -> None:
    hub.write(made_up_forecast(), tmp_path, MODEL, file_format="parquet")
    (tmp_path / NAME).write_bytes((kept / NAME).read_bytes())
    with pytest.raises(InputError, match=r"there is .*csv too"):
        hub.read(tmp_path)


@given(st.data(), st.sampled_from(["csv", "parquet"]))
@settings(max_examples=15, deadline=None)
def test_a_file_cut_short_is_found_out(data: st.DataObject, file_format: Any) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = hub.write(made_up_forecast(), Path(name), MODEL, file_format=file_format)
        content = path.read_bytes()
        path.write_bytes(content[: data.draw(st.integers(0, len(content) - 2))])
        with pytest.raises(InputError, match=path.name):
            hub.read(Path(name))


@given(st.data(), st.sampled_from(["csv", "parquet", "json", "yml"]))
@settings(max_examples=20, deadline=None)
def test_damage_is_found_out_or_does_none(data: st.DataObject, suffix: Any) -> None:
    """Damage to the words around a forecast may change nothing; no forecast is read otherwise."""
    made = a_forecast({("a", "all"): np.arange(6.0).reshape(3, 2)})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file_format: Any = "parquet" if suffix == "parquet" else "csv"
        hub.write(made, folder, MODEL, file_format=file_format)
        path = data.draw(st.sampled_from(sorted(folder.rglob(f"*.{suffix}"))))
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 3))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(content)
        try:
            hub.check(folder)
        except CorredorError:
            return
        assert hub.read(folder)["value"].tolist() == hub.table(made)["value"].tolist()


def test_a_hub_that_takes_one_format_gets_that(tmp_path: Path) -> None:
    config = tmp_path / "hub-config"
    config.mkdir()
    (config / "admin.json").write_text(json.dumps(own_admin() | {"file_format": ["parquet"]}))
    assert hub.write(made_up_forecast(), tmp_path, MODEL).suffix == ".parquet"
    with pytest.raises(UsageError, match="takes files in parquet, not in csv"):
        hub.write(made_up_forecast(), tmp_path, MODEL, file_format="csv")


def test_a_forecast_changed_afterwards_is_found_out(tmp_path: Path) -> None:
    path = hub.write(made_up_forecast(), tmp_path, MODEL, kept_on=dt.date(2024, 2, 25))
    better = ROWS.assign(value=ROWS["value"] * 1.5)
    better.to_csv(path, index=False)
    with pytest.raises(InputError, match="as it was kept on 2024-02-25"):
        hub.read(tmp_path)


def test_a_mean_is_read_beside_the_quantiles(kept: Path) -> None:
    mean = ROWS[:1].assign(output_type="mean", output_type_id="NA", value=5.0)
    path = put(kept, pd.concat([ROWS.astype({"output_type_id": object}), mean]), "with-mean")
    try:
        found = hub.read(kept)
        put(kept, mean.assign(output_type_id=0.5), "with-mean")
        with pytest.raises(InputError, match="nothing or NA"):
            hub.read(kept)
    finally:
        path.unlink()
    means = found[found["output_type"] == "mean"]
    assert means["value"].tolist() == [5.0]
    assert means["output_type_id"].isna().all()


def change_json(path: Path, change: Callable[[Any], Any]) -> None:
    content = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(change(content)), "utf-8")


def asks_for(**others: Any) -> Callable[[Any], Any]:
    def changed(content: Any) -> Any:
        content["rounds"][0] |= others
        return content

    return changed


def test_a_hub_of_others_is_left_as_it_is(tmp_path: Path) -> None:
    rows = hub.table(a_forecast({("a", "all"): np.ones((2, 2))}))
    config = tmp_path / "hub-config"
    config.mkdir()
    (config / "tasks.json").write_text(json.dumps(asks_for(round_name="2024")(own_tasks(rows))))
    before = (config / "tasks.json").read_bytes()
    with pytest.raises(InputError, match="target: found 'b', expected one that hub-config"):
        hub.write(a_forecast({("b", "all"): np.ones((2, 2))}), tmp_path, MODEL)
    assert not (tmp_path / "model-output").exists()
    hub.write(a_forecast({("a", "all"): np.ones((2, 2))}), tmp_path, MODEL)
    assert (config / "tasks.json").read_bytes() == before
    assert not (config / "admin.json").exists()


def _without_horizon(content: Any) -> Any:
    del content["rounds"][0]["model_tasks"][0]["task_ids"]["horizon"]
    return content


BROKEN: dict[str, tuple[Callable[[Any], Any], str]] = {
    "no rounds": (lambda content: {"schema_version": "x"}, "rounds: expected a value"),
    "a list": (lambda content: [], "found .*, expected "),
    "an unknown key": (lambda content: content | {"round": 1}, "round: found 1, expected no such"),
    "another task id": (_without_horizon, "model_tasks 1.task_ids: found .*, expected the task id"),
    "no due": (asks_for(submissions_due=None), "rounds.0.submissions_due: expected "),
    "text for yes": (asks_for(round_id_from_variable="yes"), "found 'yes', expected true or false"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_configuration_that_breaks_the_schema_is_refused(tmp_path: Path, fault: str) -> None:
    change, expected = BROKEN[fault]
    hub.write(a_forecast({("a", "all"): np.ones((2, 2))}), tmp_path, MODEL)
    change_json(tmp_path / "hub-config" / "tasks.json", change)
    with pytest.raises(InputError, match=f"tasks.json.*{expected}"):
        hub.read(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "nul", "\0", "1" * 5000])
def test_a_configuration_that_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    hub.write(a_forecast({("a", "all"): np.ones((2, 2))}), tmp_path, MODEL)
    (tmp_path / "hub-config" / "admin.json").write_text(text)
    with pytest.raises(InputError, match=r"admin\.json"):
        hub.read(tmp_path)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("team_abbr: a\nmodel_abbr: b\n", "found 'a-b', expected team_abbr and model_abbr of"),
        ("team_abbr: corredor\n", "model_abbr: expected a value"),
        ("team_abbr: a b\nmodel_abbr: b\n", "team_abbr: found 'a b', expected letters, digits"),
        ("a: [", "expected valid YAML"),
    ],
)
def test_a_page_of_another_model_is_refused(tmp_path: Path, page: str, expected: str) -> None:
    hub.write(a_forecast({("a", "all"): np.ones((2, 2))}), tmp_path, MODEL)
    (tmp_path / "model-metadata" / f"{MODEL}.yml").write_text(page)
    with pytest.raises(InputError, match=f"{MODEL}.yml.*{expected}"):
        hub.check(tmp_path)


def test_a_page_that_is_there_already_is_kept(tmp_path: Path) -> None:
    page = tmp_path / "model-metadata" / f"{MODEL}.yml"
    page.parent.mkdir()
    page.write_text("team_abbr: corredor\nmodel_abbr: mexico\nlicense: CC-BY-4.0\n")
    hub.write(made_up_forecast(), tmp_path, MODEL)
    hub.check(tmp_path)
    assert "license" in page.read_text()


def test_longer_ids_of_series_stay_apart() -> None:
    values = {(letter * 40, "all"): np.ones((2, 2)) for letter in "ab"}
    values |= {("a" * 40 + "b", "all"): np.ones((2, 2))}
    groups = Tasks.model_validate(own_tasks(hub.table(a_forecast(values)))).model_tasks
    ids = [group.target_metadata[0].target_id for group in groups]
    assert len(set(ids)) == 3
    assert max(map(len, ids)) <= 30
