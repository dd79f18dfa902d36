"""A Flee case's map as the tables of a world."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from corredor.cli import app
from corredor.errors import InputError, OutputError
from corredor.flee.convert import convert, lacking
from corredor.world import load_world
from tests.flee.made_case import write_case

LOCATIONS = """#name,region,country,lat,lon,location_type,conflict_date,pop/cap
Tecún Umán,San Marcos,Guatemala,14.68,-92.14,conflict_zone,0,33426
Tecun Uman,,Guatemala,0,0,town,,0
Tapachula,Chiapas,Mexico,14.9,-92.26,camp,,500
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


def test_what_the_case_has_is_carried_and_what_it_has_not_stays_empty(world: Path) -> None:
    places = table(world, "places").set_index("place")
    assert places.index.tolist() == ["tecun-uman", "tecun-uman-2", "tapachula"]
    home, town, camp = (places.loc[place] for place in places.index)
    assert (home["name"], home["country"], home["latitude"]) == ("Tecún Umán", "GTM", 14.68)
    assert (home["population"], home["entry"]) == (33426, True)
    assert (camp["shelter_beds"], camp["entry"]) == (500, False)
    assert pd.isna(camp["population"])
    assert town[["latitude", "longitude", "population", "state"]].isna().all()
    assert places[["elevation_m", "zone"]].isna().all().all()
    assert ",33426," in (world / "places.csv").read_text()  # not 33426.0
    links = table(world, "links")
    assert links[["origin", "destination"]].iloc[:2].to_numpy().tolist() == [
        ["tecun-uman", "tapachula"], ["tapachula", "tecun-uman"],
    ]  # fmt: skip
    assert links["km"].tolist() == [40, 40, 400, 400]
    assert links["days"].tolist() == [1, 1, 3, 3]  # at 200 km a day, as Flee counts
    assert links[["mode", "km_basis", "fare_usd", "checkpoints"]].isna().all().all()


def test_it_says_what_a_world_needs_and_passes_once_that_is_there(world: Path) -> None:
    told = {(m.file, m.column): m.rows for m in lacking(world)}
    assert told["places.csv", "elevation_m"] == told["places.csv", "zone"] == 3
    assert told["places.csv", "latitude"] == 1
    assert told["links.csv", "mode"] == told["links.csv", "km_basis"] == 4
    filled = {"state": "San Marcos", "latitude": 14.8, "longitude": -92.1,
              "elevation_m": 100, "zone": "south"}  # fmt: skip
    of_links = {"mode": "bus", "km_basis": "published", "fare_usd": 1, "checkpoints": 0}
    for name, values in (("places", filled), ("links", of_links)):
        rows = pd.read_csv(world / f"{name}.csv", dtype=object).fillna(values)
        rows.to_csv(world / f"{name}.csv", index=False)
    assert lacking(world) == []
    assert load_world(world).summary()["places"] == 3


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
    assert not found["ok"]
    assert {"file": "places.csv", "column": "zone", "rows": 3,
            "expected": "one of darien, central_america, south, centre, north"} in (
        found["lacking"]
    )  # fmt: skip
    assert isinstance(CliRunner().invoke(app, command).exception, OutputError)


def test_a_broken_case_leaves_nothing_behind(tmp_path: Path) -> None:
    folder, _ = write_case(tmp_path, {"routes.csv": "#a,b,c\nA,Nowhere,3\n"})
    command = ["flee", "convert", str(folder), "--out", str(tmp_path / "world")]
    done = CliRunner().invoke(app, command)
    assert isinstance(done.exception, InputError)
    assert not (tmp_path / "world").exists()
