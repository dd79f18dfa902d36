"""A new process is one file: its people and its flow are found wherever results are shown."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import xarray as xr
from helpers import Small
from ransom import HELD, TAKEN, Ransom

from corredor.app.documents.comparing import compare_runs
from corredor.app.documents.slices import people as document_of_people
from corredor.cli.run import summary
from corredor.corridor import processes as day
from corredor.corridor.compile import compile_model
from corredor.needs import people_in_places
from corredor.runs.compare import compare, compare_all
from corredor.runs.result import save_result
from scripts import write_reference


@pytest.fixture
def ransom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day, "PROCESSES", (*day.PROCESSES, Ransom()))


@pytest.fixture
def data(small: Small, ransom: None) -> xr.Dataset:
    return small.run(draw="exact", replicates=4)


def test_its_people_and_its_flow_are_in_the_result(data: xr.Dataset) -> None:
    held = data["present"].sel(status=HELD.status)
    assert (held.isel(day=-1).sum("place") > 0).all()
    assert not held.sel(place="hogar").any()
    assert (data[TAKEN.name].sum(["month", "place", "group"]) > 0).all()
    assert data[TAKEN.name].attrs["process"] == "ransom"


def test_everybody_is_in_the_result(small: Small, ransom: None) -> None:
    model = small.model()
    counted = np.concatenate([model.counted.states, model.gone])
    assert sorted(counted) == list(range(model.states))


def test_its_trait_is_that_of_persons(small: Small, ransom: None, tmp_path: Path) -> None:
    data = small.run(draw="individual", replicates=1, persons=tmp_path / "persons")
    persons = pq.read_table(tmp_path / "persons" / "persons.parquet").to_pandas()
    still = persons["last_kind"] == HELD.name
    assert still.sum() == int(data["present"].sel(status=HELD.status).isel(day=-1).sum())
    assert (persons.loc[still, TAKEN.trait] > 0).all()


def test_scenarios_are_compared_by_it(data: xr.Dataset, small: Small) -> None:
    other = small.run("[entry.factor]\nhonduras = 0.5", draw="exact", replicates=4)
    for table in (compare(data, other), compare_all([data, other])):
        row = table.set_index("measure").loc[TAKEN.name]
        assert (row["meaning"], row["unit"]) == (TAKEN.measure, TAKEN.unit)
        assert row["a"] == float(data[TAKEN.name].sum(["month", "place", "group"]).mean())
        assert row["difference"] < 0


def test_its_people_need_shelter(data: xr.Dataset) -> None:
    with_them = people_in_places(data)
    without = data["present"].sel(status=["in_place", "in_caravan", "waiting"]).sum("status")
    held = data["present"].sel(status=HELD.status)
    np.testing.assert_array_equal(with_them.values - without.values, held.values)


def test_the_documents_of_the_app_have_it(data: xr.Dataset, tmp_path: Path) -> None:
    for name in ("a", "b"):
        save_result(data, tmp_path / name)
    found = compare_runs([tmp_path / "a", tmp_path / "b"])
    row = next(row for row in found["measures"] if row["measure"] == TAKEN.name)
    assert row["words"]["en"]["name"] == TAKEN.measure
    assert row["words"]["es"]["name"] == f"{TAKEN.measure} (en inglés)"
    assert row["sums"][0]["mean"] > 0
    everywhere = np.array(document_of_people(data)["middle"]).sum()
    assert everywhere == pytest.approx(np.median(people_in_places(data), axis=0).sum(), rel=0.05)


def test_json_and_reference_pages_have_it(data: xr.Dataset) -> None:
    row = next(row for row in summary(data)["measures"] if row["measure"] == TAKEN.name)
    assert row["meaning"] == TAKEN.measure and row["q05"] <= row["mean"] <= row["q95"]
    page = write_reference.results()
    assert f"| `{HELD.status}` | `{HELD.name}` | {HELD.meaning} |" in page
    assert f"| `{TAKEN.name}` | ransom | place, group | {TAKEN.meaning} |" in page
    assert f"| `{TAKEN.name}` | {TAKEN.measure} |" in page
    assert json.dumps(row)


def test_a_kind_whose_people_nobody_would_count_is_refused(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lost(Ransom):
        kinds = (type(HELD)(HELD.name, ("group", "returned"), "is nowhere", status="nowhere"),)

        def steps(self, model):  # type: ignore[no-untyped-def]
            return []

    with pytest.raises(ValueError, match="held_for_ransom would not be counted once"):
        compile_model(small.scenario(), (*day.PROCESSES, Lost()))
