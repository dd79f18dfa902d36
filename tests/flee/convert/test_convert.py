"""A Flee case's map as the tables of a world."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from made_case import write_case
from typer.testing import CliRunner

from corredor.cli import app
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.world import load_world
from corredor.errors import InputError, OutputError, UsageError
from corredor.flee.convert.world import convert, lacking
from corredor.runs.simulate import run

LOCATIONS = """#name,region,country,lat,lon,location_type,conflict_date,pop/cap
Tecún Umán,San Marcos,Guatemala,14.68,-92.14,conflict_zone,0,33426
Tecun Uman,,Guatemala,0,0,town,,0
Tapachula,Chiapas,Mexico,14.9,-92.26,camp,,500
"""
LOCATIONS_OF_TOWNS = """#name,region,country,x,y,location_type,conflict_date,pop/cap
A,north,Here,1,2,conflict_zone,0,1000
B,north,Here,1.5,2,town,,500
C,south,There,2,2,camp,,0
"""
ROUTES = """#name1,name2,distance
Tecún Umán,Tapachula,40
Tecun Uman,Tapachula,400
"""


@pytest.fixture
def world(tmp_path: Path) -> Path:
    folder, _ = write_case(tmp_path, {"locations.csv": LOCATIONS, "routes.csv": ROUTES})
    convert(folder, tmp_path / "world")
    return tmp_path / "world"


def table(world: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(world / f"{name}.csv")


def test_what_the_case_has_is_carried_and_the_rest_is_an_assumption(world: Path) -> None:
    places = table(world, "places").set_index("place")
    assert places.index.tolist() == ["tecun-uman", "tecun-uman-2", "tapachula"]
    home, town, camp = (places.loc[place] for place in places.index)
    assert (home["name"], home["country"], home["latitude"]) == ("Tecún Umán", "GTM", 14.68)
    assert (home["population"], home["entry"]) == (33426, True)
    assert (camp["shelter_beds"], camp["entry"], camp["sector"]) == (500, False, "tapachula")
    assert "assumption" in camp["source_note"]
    assert pd.isna(camp["population"])
    assert town[["latitude", "longitude", "population", "sector"]].isna().all()
    assert places["elevation_m"].isna().all()
    assert (places["zone"] == "everywhere").all()
    assert ",33426," in (world / "places.csv").read_text()  # not 33426.0
    links = table(world, "links")
    assert links[["origin", "destination"]].iloc[:2].to_numpy().tolist() == [
        ["tecun-uman", "tapachula"], ["tapachula", "tecun-uman"],
    ]  # fmt: skip
    assert links["km"].tolist() == [40, 40, 400, 400]
    assert links["days"].tolist() == [1, 1, 3, 3]  # at 200 km a day, as Flee counts
    assert links["source"].str.contains("assumption: mode bus, no fare").all()
    assert table(world, "people")["source"].str.startswith("assumption").all()
    assert not (world / "scenario.toml").exists()


def test_it_says_what_is_not_known_and_passes_once_that_is_there(world: Path) -> None:
    told = {(m.file, m.column): m.rows for m in lacking(world)}
    assert told == {("places.csv", "latitude"): 1, ("places.csv", "longitude"): 1}
    rows = pd.read_csv(world / "places.csv", dtype=object)
    rows = rows.fillna({"latitude": 14.8, "longitude": -92.1})
    rows.to_csv(world / "places.csv", index=False)
    assert lacking(world) == []
    assert load_world(world).summary()["places"] == 3


def test_of_several_links_between_two_places_the_shortest_is_kept(tmp_path: Path) -> None:
    routes = "#a,b,km,forced\nA,B,100,1\nB,A,80,\nB,C,500,\n"
    folder, _ = write_case(tmp_path, {"routes.csv": routes})
    convert(folder, tmp_path / "world")
    assert table(tmp_path / "world", "links")["km"].tolist() == [80, 80, 500, 500]


def test_a_whole_case_makes_a_world_and_a_scenario_that_run(tmp_path: Path) -> None:
    """Everybody who flees enters, in a place of conflict, and is somewhere at the end."""
    folder, validation = write_case(tmp_path)
    target = tmp_path / "world"
    convert(folder, target, validation)
    assert lacking(target) == []
    entry = table(target, "entry")
    assert entry["place"].unique().tolist() == ["a"]
    assert entry["people"].sum() == pytest.approx(900 * 31 / 10)  # 10 days of January
    assert table(target, "camps").to_numpy().tolist() == [
        ["2020-01-01", "c", 0], ["2020-01-10", "c", 900],
    ]  # fmt: skip
    scenario = load_scenario(target / "scenario.toml")
    result = run(scenario, draw="expected")
    last = result["present"].isel(day=-1, replicate=0).sum("status").to_series()
    assert last.sum() == pytest.approx(900, rel=1e-6)
    assert last["c"] > 100  # the camp is where they make for
    assert float(result["detentions"].sum()) == 0


def test_a_place_that_flees_later_is_an_entry_though_the_map_calls_it_a_town(
    tmp_path: Path,
) -> None:
    later = "#Day,A,B\n" + "".join(f"{day},1,{int(day > 4)}\n" for day in range(10))
    towns = {"conflicts.csv": later,
             "locations.csv": LOCATIONS_OF_TOWNS}  # fmt: skip
    folder, validation = write_case(tmp_path, towns)
    convert(folder, tmp_path / "world", validation)
    assert table(tmp_path / "world", "places").set_index("place")["entry"].to_dict() == {
        "a": True, "b": True, "c": False,
    }  # fmt: skip
    factors = (tmp_path / "world" / "scenario.toml").read_text()
    assert "b = { 2020-01-01 = 1, 2020-01-06 = 3.33333 }" in factors


def test_who_enters_is_not_made_up_where_the_record_does_not_say(tmp_path: Path) -> None:
    text = "spawn_rules:\n  conflict_driven_spawning:\n    displaced_per_conflict_day: 5\n"
    folder, validation = write_case(tmp_path, {"simsetting.yml": text})
    with pytest.raises(UsageError, match="only where the record says"):
        convert(folder, tmp_path / "world", validation)
    assert not (tmp_path / "world").exists()


def test_a_zone_that_the_world_does_not_have_is_told(world: Path) -> None:
    rows = pd.read_csv(world / "places.csv", dtype=object)
    rows = rows.fillna({"latitude": 14.8, "longitude": -92.1})
    rows.loc[0, "zone"] = "south"
    rows.to_csv(world / "places.csv", index=False)
    assert any(m.column == "zone" for m in lacking(world))


def test_longitude_may_come_first_where_the_header_says_so(tmp_path: Path) -> None:
    swapped = LOCATIONS.replace("lat,lon", "lon,lat").replace("14.68,-92.14", "-92.14,14.68")
    folder, _ = write_case(tmp_path, {"locations.csv": swapped, "routes.csv": ROUTES})
    convert(folder, tmp_path / "world")
    assert table(tmp_path / "world", "places")["latitude"][0] == 14.68
    assert "the fourth column as longitude" in (tmp_path / "world" / "SOURCES.md").read_text()


def test_the_command_reports_and_replaces_nothing(tmp_path: Path) -> None:
    folder, _ = write_case(tmp_path)
    command = ["flee", "convert", str(folder), "--out", str(tmp_path / "world")]
    done = CliRunner().invoke(app, [*command, "--json"])
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["ok"]
    assert found["lacking"] == []
    assert found["files"] == [
        "SOURCES.md", "households.csv", "links.csv", "modes.csv", "nationalities.csv", "people.csv",
        "places.csv", "zones.csv",
    ]  # fmt: skip
    assert isinstance(CliRunner().invoke(app, command).exception, OutputError)


def test_a_broken_case_leaves_nothing_behind(tmp_path: Path) -> None:
    folder, _ = write_case(tmp_path, {"routes.csv": "#a,b,c\nA,Nowhere,3\n"})
    command = ["flee", "convert", str(folder), "--out", str(tmp_path / "world")]
    done = CliRunner().invoke(app, command)
    assert isinstance(done.exception, InputError)
    assert not (tmp_path / "world").exists()
