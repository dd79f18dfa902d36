"""Authorities act where the world says, and on whom it says."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from helpers import Small, write_small

from corredor.corridor.compile import compile_model
from corredor.corridor.roles import roles_of
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.world import load_world, names_in
from corredor.runs.simulate import run
from corredor.text.language import speaking


@pytest.fixture
def own(tmp_path: Path) -> Small:
    return write_small(tmp_path)


def rewrite(folder: Path, table: str, **columns: list[str]) -> None:
    """Put columns in the place of those of a table, row by row."""
    path = folder / f"{table}.csv"
    read = pd.read_csv(path, dtype=str, keep_default_na=False)
    read.assign(**columns).to_csv(path, index=False)


def test_roles_follow_the_zones_and_the_nationals() -> None:
    world = SimpleNamespace(
        places=pd.DataFrame(
            {"zone": ["sea", "shore", "inland", "unheard of", "bay"],
             "put_by": ["", "", "shore-guard", "kingdom", ""]}
        ),
        people=pd.DataFrame({"nationality": ["islanders", "others"]}),
        zones=pd.DataFrame(
            {"jurisdiction": ["", "shore-guard", "kingdom", "shore-guard"],
             "at_sea": [True, False, False, True]},
            index=["sea", "shore", "inland", "bay"],
        ),
        jurisdictions=pd.DataFrame(
            {"detains": [True, False], "takes_back": [False, True], "settles": [True, True]},
            index=["shore-guard", "kingdom"],
        ),
        nationalities=pd.DataFrame({"native_of": ["kingdom"]}, index=["islanders"]),
    )  # fmt: skip
    roles = roles_of(world)
    assert roles.jurisdiction.tolist() == ["", "shore-guard", "kingdom", "", "shore-guard"]
    assert roles.native_of.tolist() == ["kingdom", ""]
    assert roles.detains.tolist() == [False, True, False, False, False]
    assert roles.takes_back.tolist() == [False, False, True, False, False]
    assert roles.settles.tolist() == [False, True, True, False, False]
    assert roles.at_sea.tolist() == [True, False, False, False, True]
    assert roles.stops_boats.tolist() == [False, False, False, False, True]
    assert roles.puts_at.tolist() == ["", "shore-guard", "shore-guard", "kingdom", "shore-guard"]
    everywhere = [[True, True], [True, True], [False, True], [True, True], [True, True]]
    assert roles.foreign().tolist() == everywhere


def test_a_world_without_authorities_stops_nobody_and_nobody_stays(own: Small) -> None:
    (own.folder / "small" / "jurisdictions.csv").unlink()
    rewrite(own.folder / "small", "zones", jurisdiction=[""] * 5)
    rewrite(own.folder / "small", "nationalities", native_of=["", ""])
    data = run(load_scenario(own.path), draw="expected", replicates=1, parameters="fixed")
    assert float(data["encounters"].sum()) > 0
    for flow in ("detentions", "settled", "gave_up", "refuge_requests"):
        assert float(data[flow].sum()) == 0, flow


def test_each_authority_holds_whom_it_stops_in_its_own_stations(own: Small) -> None:
    """The south has an authority of its own, with a station; Hondurans are at home there."""
    folder = own.folder / "small"
    (folder / "jurisdictions.csv").write_text(
        "jurisdiction,detains,takes_back,settles,name_en,name_es\n"
        "south,true,false,false,the South,el Sur\nrest,true,true,true,the rest,el resto\n"
    )
    rewrite(folder, "zones", jurisdiction=["", "", "south", "rest", "rest"])
    rewrite(folder, "nationalities", native_of=["rest", "south"])
    places = pd.read_csv(folder / "places.csv", dtype=str, keep_default_na=False)
    stations = dict(zip(places["place"], places["station_capacity"], strict=True)) | {"sur": "9"}
    rewrite(folder, "places", station_capacity=list(stations.values()))
    scenario = load_scenario(own.path)
    space = compile_model(scenario).space
    assert space.stations == ("sur", "valle")
    of_place = dict(zip(space.places, space.station_of().tolist(), strict=True))
    assert (of_place["istmo"], of_place["costa"], of_place["este"]) == (0, 0, 1)
    held = space["held"][:, :, 0] >= 0  # [station, group]: mexicans, then hondurans
    assert held.tolist() == [[True, True, False, False], [False, False, True, True]]
    data = run(scenario, draw="expected", replicates=1, parameters="fixed")
    stopped = data["detentions"].sum(["replicate", "month"])
    hondurans = stopped.sel(group="honduras-adults")
    assert not hondurans.sel(place=["sur", "istmo", "costa"]).any()
    assert float(hondurans.sel(place="norte")) > 0
    assert not stopped.sel(group=["mexico-adults", "mexico-families"]).any()


def test_nobody_is_stopped_where_the_authority_has_no_station(own: Small) -> None:
    folder = own.folder / "small"
    (folder / "jurisdictions.csv").write_text(
        "jurisdiction,detains,takes_back,settles,name_en,name_es\n"
        "south,true,false,false,the South,el Sur\nrest,true,true,true,x,x\n"
    )
    rewrite(folder, "zones", jurisdiction=["", "", "south", "rest", "rest"])
    rewrite(folder, "nationalities", native_of=["rest", ""])
    data = run(load_scenario(own.path), draw="expected", replicates=1, parameters="fixed")
    stopped = data["detentions"].sum(["replicate", "month", "group"]).to_series()
    assert np.flatnonzero(stopped).tolist() == [
        i for i, place in enumerate(stopped.index) if place in ("valle", "norte", "este")
    ]


def test_zones_have_names_in_the_language_spoken(own: Small) -> None:
    world = load_world(own.folder / "small")
    assert list(names_in(world.zones)) == ["darien", "central_america", "south", "centre", "north"]
    assert names_in(world.zones)["south"] == "South"
    with speaking("es"):
        assert names_in(world.zones)["south"] == "SOUTH"
