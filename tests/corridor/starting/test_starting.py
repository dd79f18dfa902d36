"""A new world runs at once, says what is assumed, and refuses a list that it cannot read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_case import fab_case
from scipy.sparse.csgraph import connected_components
from typer.testing import CliRunner

import corredor
from corredor.checks import check_world, steps_ahead
from corredor.cli import app
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.starting import Plan, Stop, examples, listed, write_world
from corredor.corridor.starting.gazetteer import Found
from corredor.corridor.starting.ways import joined
from corredor.corridor.starting.window import in_window
from corredor.corridor.world import load_world
from corredor.errors import InputError, UsageError
from corredor.inputs import schema
from corredor.runs.targets import forecast_plan
from corredor.text.language import speaking

MONTHS = ("2031-01", "2031-04")
positions = st.tuples(st.floats(-80, 80), st.floats(-179, 179))


def stop(number: int, latitude: float, longitude: float) -> Stop:
    return Stop(f"s{number}", f"S {number}", "XXA", "none", latitude, longitude, None,
                entry=False, goal="", source="made up")  # fmt: skip


def write(path: Path, *rows: str) -> Path:
    head = "name,country,latitude,longitude,population,entry,goal"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


@given(st.lists(positions, min_size=2, max_size=12, unique=True))
def test_whatever_the_places_a_way_leads_from_each_to_every_other(
    places: list[tuple[float, float]],
) -> None:
    stops = [stop(number, *place) for number, place in enumerate(places)]
    met = np.zeros((len(stops), len(stops)))
    for a, b, km in joined(stops):
        met[a, b] = km
    assert connected_components(met, directed=False)[0] == 1


def test_no_way_passes_by_a_place_that_lies_on_it() -> None:
    stops = [stop(0, 0, 0), stop(1, 0, 1), stop(2, 0, 2)]
    assert [(a, b) for a, b, _ in joined(stops)] == [(0, 1), (1, 2)]


def test_a_world_from_nothing_passes_the_check_and_says_what_it_is(tmp_path: Path) -> None:
    write_world(tmp_path / "nowhere", Plan(examples(), *MONTHS, 1.3), "nowhere")
    world = load_world(tmp_path / "nowhere")
    assert not [p for outcome in check_world(world.folder) for p in outcome.problems]
    assert len(world.entry) == 4
    assert world.links["km"].iloc[0] == pytest.approx(1.3 * 111.19, abs=0.1)
    scenario = load_scenario(world.folder / "scenarios" / "baseline.toml")
    assert (str(scenario.start), str(scenario.end)) == ("2031-02-01", "2031-04-30")
    ahead = steps_ahead(world.folder)
    assert list(ahead) == ["examples", "assumptions", "run", "record", "observations", "priors"]
    assert "places.csv (3)" in ahead["examples"]
    with speaking("es"):
        assert steps_ahead(world.folder)["run"].startswith("Córralo")


def test_every_table_says_above_its_header_what_its_columns_mean(tmp_path: Path) -> None:
    write_world(tmp_path / "nowhere", Plan(examples(), *MONTHS, 1.3), "nowhere")
    for path in (tmp_path / "nowhere").glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        for item in schema.load(path.stem):
            assert f"# {item.name} (" in text


def test_a_list_has_an_entry_and_a_goal_though_none_is_named(tmp_path: Path) -> None:
    stops = listed(write(tmp_path / "l.csv", "A,,1,2,,,", "B,XXB,2,2,50,,"))
    assert [(s.place, s.entry, s.goal, s.population) for s in stops] == [
        ("a", True, "", None), ("b", False, "B", 50),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["A,,1,2,,,"], "at least two places"),
        (["A,,1,2,,,", "A,,2,2,,,"], "each place once"),
        (["A,,north,2,,,", "B,,2,2,,,"], "line 2, latitude: found 'north'"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path, rows: list[str], told: str) -> None:
    with pytest.raises(InputError, match=told):
        listed(write(tmp_path / "l.csv", *rows))


@pytest.fixture
def gazetteer(monkeypatch: pytest.MonkeyPatch) -> None:
    towns = tuple(
        Found(name, country, "1", 1.0, east, people, "a made-up gazetteer")
        for name, country, east, people in (
            ("Alpha", "XXA", 1.0, 900), ("Alpha", "XXB", 2.0, 5000), ("Beta", "XXB", 3.0, 700),
        )
    )  # fmt: skip
    monkeypatch.setattr("corredor.corridor.starting.gazetteer.towns", lambda: towns)


@pytest.mark.usefixtures("gazetteer")
def test_a_place_without_a_position_is_looked_up(tmp_path: Path) -> None:
    stops = listed(write(tmp_path / "l.csv", "alpha,XXA,,,,,", "Beta,,,,,,"))
    assert [(s.longitude, s.country, s.source) for s in stops] == [
        (1.0, "XXA", "a made-up gazetteer"), (3.0, "XXB", "a made-up gazetteer"),
    ]  # fmt: skip
    with pytest.raises(InputError, match=r"line 3, name: found 'Bet', expected a town.*Beta"):
        listed(write(tmp_path / "l.csv", "Alpha,,,,,,", "Bet,,,,,,"))


@pytest.mark.usefixtures("gazetteer")
def test_a_window_gives_its_towns() -> None:
    stops = in_window("0,0,4,4", 500, "alpha", "Beta")
    assert [(s.place, s.longitude, s.entry, s.goal) for s in stops] == [
        ("alpha", 2.0, True, ""), ("beta", 3.0, False, "Beta"),
    ]  # fmt: skip
    for asked, told in (
        (("4,0,0,4", 500, "alpha", "beta"), "west before east"),
        (("0,0,4", 500, "alpha", "beta"), "WEST,SOUTH,EAST,NORTH"),
        (("0,0,4,4", 800, "", "alpha"), "--enter: expected one of the towns"),
        (("0,0,1,1", 500, "alpha", "beta"), "1 towns"),
    ):
        with pytest.raises(UsageError, match=told):
            in_window(*asked)


@pytest.mark.parametrize("months", [("2031-13", "2031-14"), ("2031-05", "2031-01")])
def test_months_that_are_none_are_refused(tmp_path: Path, months: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match=r"expected (months|a month)"):
        write_world(tmp_path / "nowhere", Plan(examples(), *months, 1.3), "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_world_from_a_flee_case_passes_the_check_and_its_baseline_runs(tmp_path: Path) -> None:
    case, world = fab_case(tmp_path / "case"), tmp_path / "carried"
    told = CliRunner().invoke(app, ["world", "new", str(world), "--from-flee", str(case)])
    assert told.exit_code == 0, told.output
    assert not [p for outcome in check_world(world) for p in outcome.problems]
    baseline = load_scenario(world / "scenarios" / "baseline.toml")
    assert baseline.world.folder.resolve() == world.resolve()
    result = corredor.run(baseline, draw="expected", replicates=1, parameters="fixed")
    assert float(result["entries"].sum()) > 0


def test_a_flee_case_that_is_none_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    told = CliRunner().invoke(
        app, ["world", "new", str(tmp_path / "made"), "--from-flee", str(tmp_path / "empty")]
    )
    assert isinstance(told.exception, InputError) and "locations.csv" in str(told.exception)
    assert not (tmp_path / "made").exists()


def test_a_new_world_says_what_it_lacks_and_counts_no_harm_of_another_corridor(
    tmp_path: Path,
) -> None:
    write_world(tmp_path / "nowhere", Plan(examples(), *MONTHS, 1.3), "nowhere")
    baseline = load_scenario(tmp_path / "nowhere" / "scenarios" / "baseline.toml")
    assert baseline.world.folder == tmp_path / "nowhere"
    with pytest.raises(InputError, match=r"expected \[\[observation\]\] of figures in record"):
        forecast_plan(baseline.world)
    result = corredor.run(baseline, draw="expected", replicates=1)
    assert float(sum(result[name].sum() for name in result if str(name).startswith("harm_"))) == 0
    listed_series = CliRunner().invoke(
        app, ["record", "list", "--world", str(tmp_path / "nowhere")]
    )
    assert "no record yet" in listed_series.output
