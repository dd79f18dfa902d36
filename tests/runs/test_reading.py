"""A result is read in people of the world, and only whole months stand beside the record."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import Small

import corredor
from corredor.cli.run import summary
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.world import load_world
from corredor.inputs import shipped as assets
from corredor.runs.compare import compare
from corredor.runs.measures import total
from corredor.runs.observe import against_record, countable, declared, observe
from corredor.runs.reading import days_by_month, of_the_world, partial_months, whole_months
from corredor.runs.targets import observed_series, uncounted

ENCOUNTERS = "border_patrol_encounters"


@pytest.fixture(scope="module")
def ten_days_of_march(baseline: Scenario) -> Scenario:
    return baseline.with_horizon(dt.date(2024, 1, 29), dt.date(2024, 3, 10), dt.date(2024, 1, 1))


def test_ten_days_are_not_set_beside_a_month(ten_days_of_march: Scenario) -> None:
    """The issue's case: the record's whole March 2024 is 137,470."""
    data = corredor.run(ten_days_of_march, replicates=1, draw="expected")
    assert days_by_month(data).tolist() == [3, 29, 10]
    assert whole_months(data).tolist() == [False, True, False]
    assert [(m.month, m.days, m.all_days) for m in partial_months(data)] == [
        ("2024-01", 3, 31), ("2024-03", 10, 31)
    ]  # fmt: skip
    windows = against_record(data, ENCOUNTERS)
    assert windows["start"].astype(str).tolist() == ["2024-02"]
    document = summary(data)
    assert document["days_of_month"] == {"2024-01": 3, "2024-02": 29, "2024-03": 10}
    beside = document["beside_the_record"][ENCOUNTERS]
    assert [(row["start"], row["record"]) for row in beside] == [("2024-02", 140640.0)]


def test_a_run_without_a_whole_month_has_nothing_beside_it(baseline: Scenario) -> None:
    short = baseline.with_horizon(dt.date(2024, 2, 29), dt.date(2024, 3, 10), dt.date(2024, 2, 1))
    data = corredor.run(short, replicates=1, draw="expected")
    assert against_record(data, ENCOUNTERS).empty


@pytest.mark.parametrize("scale", [0.1, 3.0])
def test_numbers_are_those_of_the_world_whatever_the_scale(small: Small, scale: float) -> None:
    """Expected values grow in proportion, but for crowding and caravans' size: a few percent."""
    text = "[caravans]\nformation = 0\n[movement]\ncost_per_1000_present = 0\n"
    one, other = small.run(text), small.run(text, people_scale=scale)
    for measure in ("encounters", "detentions", "entries"):
        assert total(other, measure) == pytest.approx(total(one, measure), rel=0.05)
    ours = observe(other, ENCOUNTERS).to_numpy()
    assert ours == pytest.approx(observe(one, ENCOUNTERS).to_numpy(), rel=0.05)
    assert float(other["entries"].sum()) == pytest.approx(scale * float(one["entries"].sum()))


def test_what_counts_no_people_is_left_as_it_is(small: Small) -> None:
    data = small.run("[shutdown]\nthreshold = 1\nlift_below = 0", people_scale=10)
    assert of_the_world(data, "days_asylum_shut").equals(data["days_asylum_shut"])
    assert not of_the_world(data, "entries").equals(data["entries"])


def test_a_person_has_as_many_days_at_any_scale(small: Small) -> None:
    from corredor.runs.measures import days_in_jurisdictions

    one, ten = small.run(), small.run(people_scale=10)
    assert days_in_jurisdictions(ten) == pytest.approx(days_in_jurisdictions(one), rel=0.1)


def test_compare_divides_by_the_scale(small: Small) -> None:
    text = "[interdiction.tempo]\nsouth = 0.1"
    table = compare(small.run(people_scale=10), small.run(text, people_scale=10))
    plain = compare(small.run(), small.run(text))
    a, b = (t.set_index("measure").loc["detentions", "a"] for t in (table, plain))
    assert a == pytest.approx(b, rel=0.1)


def copy_of_mexico(folder: Path, name: str) -> Path:
    target = folder / name
    shutil.copytree(assets.folder("worlds") / "mexico", target)
    return target


def scenario_of(world: Path) -> Scenario:
    path = world.parent / f"{world.name}.toml"
    text = (assets.folder("scenarios") / "baseline.toml").read_text(encoding="utf-8")
    path.write_text(text.replace('world = "mexico"', f'world = "{world.name}"'), encoding="utf-8")
    return load_scenario(path)


def test_a_copy_of_the_world_has_the_record_whatever_its_name(
    tmp_path: Path, ten_days_of_march: Scenario
) -> None:
    copy = scenario_of(copy_of_mexico(tmp_path, "mx2"))
    short = copy.with_horizon(
        ten_days_of_march.start, ten_days_of_march.end, ten_days_of_march.spin_up
    )
    data = corredor.run(short, replicates=1, draw="expected")
    assert data.attrs["world"] == "mx2"
    assert declared(data) == observed_series(load_world("mexico"))
    assert against_record(data, ENCOUNTERS)["record"].tolist() == [140640.0]


def test_a_world_that_declares_nothing_has_no_record_even_if_it_is_called_mexico(
    tmp_path: Path,
) -> None:
    world = copy_of_mexico(tmp_path, "mexico")
    (world / "observations.toml").unlink()
    assert observed_series(load_world(world)) == ()


def test_a_part_of_the_corridor_is_set_beside_nothing_that_it_cannot_count(tmp_path: Path) -> None:
    """Panama to Honduras, called mexico, with all observations still declared."""
    world = copy_of_mexico(tmp_path, "mexico")
    places = pd.read_csv(world / "places.csv", dtype=str, keep_default_na=False)
    kept = places[places["country"].isin(["PAN", "CRI", "NIC", "HND"])].copy()
    # Somewhere people must make for:
    kept.loc[kept["place"] == "agua-caliente", "sector"] = "El Paso"
    kept.to_csv(world / "places.csv", index=False)
    links = pd.read_csv(world / "links.csv", dtype=str, keep_default_na=False)
    inside = links["origin"].isin(kept["place"]) & links["destination"].isin(kept["place"])
    links[inside].to_csv(world / "links.csv", index=False)
    entry = pd.read_csv(world / "entry.csv", dtype=str, keep_default_na=False)
    entry[entry["place"].isin(kept["place"])].to_csv(world / "entry.csv", index=False)
    part = load_world(world)
    assert set(observed_series(part)) == {"darien_crossings", "honduras_irregular_entries"}
    lacks = uncounted(part)
    assert "Tucson" in lacks[ENCOUNTERS]
    assert lacks["mexico_detentions"] == "no place with country MEX"


def test_a_result_says_which_series_it_may_stand_beside(small: Small) -> None:
    data = small.run()
    assert declared(data) == ()  # the small world has no observations.toml
    assert "ports_of_entry_encounters" in countable(data)
    assert ENCOUNTERS not in countable(data)  # two sectors of nine
    assert np.asarray(observe(data, ENCOUNTERS)).sum() > 0  # which may still be asked for
