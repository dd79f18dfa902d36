"""The world of Mexico is whole, and what is wrong with another is said."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import write_small, write_world
from typer.testing import CliRunner

from corredor.corridor.geography import Ways, ends_of, great_circle_km
from corredor.corridor.world import World, load_world
from corredor.errors import InputError, OutputError, UsageError
from corredor.inputs import shipped as assets


@pytest.fixture(scope="module")
def mexico() -> World:
    return load_world("mexico")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    target = tmp_path / "copy"
    shutil.copytree(assets.find("worlds", "mexico"), target)
    return target


Edit = Callable[[pd.DataFrame], pd.DataFrame]


def problems_after(folder: Path, table: str, edit: Edit) -> str:
    path = folder / f"{table}.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    edit(frame).to_csv(path, index=False)
    with pytest.raises(InputError) as caught:
        load_world(folder)
    return str(caught.value)


def put(column: str, row: int, value: str) -> Edit:
    return lambda frame: frame.assign(**{column: frame[column].where(frame.index != row, value)})


def test_the_world_has_the_places_of_the_corridor(mexico: World) -> None:
    summary = mexico.summary()
    assert summary["places"] >= 70
    assert summary["links"] >= 120
    assert (summary["sectors"], summary["ports"], summary["groups"]) == (9, 8, 20)
    assert summary["countries"] == 8
    for place in ("bajo-chiquito", "tapachula", "juchitan", "mexico-city", "ciudad-juarez"):
        assert place in mexico.places.index


def test_positions_and_heights_are_those_of_the_real_places(mexico: World) -> None:
    towns = {
        "tapachula": (14.9, -92.26),
        "tonala": (16.09, -93.75),
        "ciudad-hidalgo": (14.68, -92.15),
        "matamoros": (25.88, -97.5),
        "leon": (21.12, -101.68),
    }
    for place, position in towns.items():
        row = mexico.places.loc[place]
        assert (row["latitude"], row["longitude"]) == pytest.approx(position, abs=0.03)
    height = mexico.places.loc["mexico-city", "elevation_m"]
    assert height / 0.3048 == pytest.approx(7400, abs=100)


def test_lengths_follow_their_basis(mexico: World) -> None:
    links = mexico.links
    ends = [mexico.places.loc[links[c]] for c in ("origin", "destination")]
    straight = great_circle_km(*(end[c] for end in ends for c in ("latitude", "longitude")))
    reckoned = (links["km_basis"] == "great_circle").to_numpy()
    expected = straight[reckoned] * links["detour_factor"].to_numpy()[reckoned]
    assert np.abs(links["km"].to_numpy()[reckoned] - expected).max() <= 0.75
    assert links.loc[~reckoned, "detour_factor"].isna().all()


def test_the_caravan_road_has_its_published_length(mexico: World) -> None:
    stops = mexico.places["caravan_stop"].dropna().sort_values().index.tolist()
    foot = mexico.links[mexico.links["mode"] == "foot"].set_index(["origin", "destination"])["km"]
    legs = [foot[pair] for pair in itertools.pairwise(stops)]
    assert stops[0] == "tapachula"
    assert sum(legs[: stops.index("arriaga")]) == 260
    assert sum(legs[: stops.index("juchitan")]) == 390


def test_families_are_the_recorded_share_of_all(mexico: World) -> None:
    assert (mexico.people.groupby("nationality")["share"].sum() - 1).abs().max() < 1e-9
    names = mexico.people.groupby("nationality")["citizenships"].first().str.split(";").explode()
    assert names.is_unique
    assert {"Ecuador", "Other", "China, People's Republic"} <= set(names)


def test_every_way_leads_to_every_port(mexico: World) -> None:
    places = mexico.places.index
    ways = Ways.of(*ends_of(mexico.links, places), len(places))
    ports = (mexico.places["port"] != "").to_numpy()
    for start in ("bajo-chiquito", "tijuana", "matamoros", "zacatecas"):
        assert ways.reached(places == start)[ports].all()


def test_great_circle_of_a_quarter_of_the_globe() -> None:
    assert great_circle_km(0, 0, 90, 0) == pytest.approx(10007.6, abs=0.1)


def test_the_hash_names_the_content(mexico: World, copy: Path) -> None:
    assert load_world(copy).hash == mexico.hash
    with (copy / "people.csv").open("a") as handle:
        handle.write("\n")
    assert load_world(copy).hash != mexico.hash


def test_entry_and_calendar_may_be_missing(copy: Path) -> None:
    (copy / "entry.csv").unlink(missing_ok=True)
    (copy / "calendar.csv").unlink()
    world = load_world(copy)
    assert (len(world.entry), len(world.calendar)) == (0, 0)
    assert "month" in world.entry.columns


@pytest.mark.parametrize(
    ("table", "edit", "expected"),
    [
        ("links", put("destination", 0, "capurganna"), "Did you mean 'capurgana'?"),
        ("links", put("km", 0, "1"), "at least the great circle"),
        ("links", put("destination", 0, "necocli"), "a place other than the origin"),
        ("links", put("detour_factor", 0, ""), "the factor used"),
        ("links", lambda frame: frame.head(1), "a way from"),
        ("links", put("mode", 1, "bus"), "a link on foot from"),
        ("places", put("place", 1, "necocli"), "each of these once"),
        ("places", put("shelter_beds", 3, "-5"), "a whole number from 0"),
        ("places", put("latitude", 3, "95"), "a number from -90 to 90"),
        ("places", put("caravan_stop", 3, "13"), "without gaps"),
        ("places", put("appointments_share", 3, "0.2"), "shares that sum to 1"),
        ("places", put("home_of", 3, "hondurras"), "a nationality"),
        ("places", put("zone", 3, "soutth"), "Did you mean 'south'?"),
        ("zones", put("zone", 1, "darien"), "each of these once"),
        ("zones", put("jurisdiction", 2, "mexicco"), "Did you mean 'mexico'?"),
        ("zones", put("colour", 2, "green"), "a colour as #rrggbb"),
        ("nationalities", put("native_of", 3, "mexicco"), "Did you mean 'mexico'?"),
        ("people", put("household", 0, "adult"), "Did you mean 'adults'?"),
        ("people", put("nationality", 0, "mexicans"), "one that stands in nationalities.csv"),
        ("links", put("mode", 0, "trane"), "Did you mean 'train'?"),
        ("jurisdictions", put("detains", 0, "perhaps"), "true or false"),
        ("people", put("share", 0, "0.5"), "shares of mexico that sum to 1"),
        ("people", put("group", 1, "mexico-adults"), "each of these once"),
    ],
)
def test_what_does_not_fit_together_is_said(
    copy: Path, table: str, edit: Edit, expected: str
) -> None:
    if expected.startswith("a link on foot"):
        row = pd.read_csv(copy / "links.csv").query("origin == 'huixtla' and mode == 'foot'")
        edit = put("mode", int(row.index[0]), "boat")
    assert expected in problems_after(copy, table, edit)


def test_entry_must_name_known_places_and_nationalities(copy: Path) -> None:
    (copy / "entry.csv").write_text(
        "nationality,place,month,people,basis,source\n"
        "cubba,managua,2024-01,5,record,x\n"
        "cuba,managgua,2024-01,5,record,x\n"
        "cuba,celaya,2024-01,5,record,x\n"
        "cuba,managua,2024-01,5,record,x\n"
        "cuba,managua,2024-01,5,record,x\n"
    )
    with pytest.raises(InputError) as caught:
        load_world(copy)
    lines = sorted(p.row or 0 for p in caught.value.problems)
    assert lines == [2, 3, 4, 6]


def test_problems_of_several_tables_come_together(copy: Path) -> None:
    for table in ("places", "links"):
        (copy / f"{table}.csv").write_text("wrong\n")
    with pytest.raises(InputError) as caught:
        load_world(copy)
    assert {Path(p.file).name for p in caught.value.problems} == {"places.csv", "links.csv"}


def test_an_unknown_world_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="mexico"):
        load_world("mexic")


def test_check_command(tmp_path: Path) -> None:
    from corredor.cli.world import app

    small = write_small(tmp_path)  # of its own: other tests write scenarios beside theirs
    runner, links = CliRunner(), small.folder / "small" / "links.csv"
    assert runner.invoke(app, ["check", str(links.parent)]).output.startswith("OK: ")
    told = json.loads(runner.invoke(app, ["check", str(links.parent), "--json"]).output)
    assert told["ok"] is True
    sound = links.read_text()
    links.write_text("wrong\n")
    result = runner.invoke(app, ["check", str(links.parent), "--json"])
    assert result.exit_code == 2
    assert json.loads(result.output)["problems"]
    refused = runner.invoke(app, ["check", str(links.parent)])
    links.write_text(sound)
    assert refused.exit_code == 2
    assert "Error: " in refused.output
    assert "links.csv" in refused.output


def test_show_command(tmp_path: Path) -> None:
    from corredor.cli.world import app

    runner = CliRunner()
    assert "shelter beds" in runner.invoke(app, ["show", "mexico"]).output
    target = tmp_path / "map.svg"
    told = runner.invoke(app, ["show", "mexico", "--map", str(target), "--json"])
    assert json.loads(told.output)["map"] == str(target)
    assert "<svg" in target.read_text()
    for path in (target, tmp_path / "map.txt", target / "map.png"):
        with pytest.raises(OutputError):
            runner.invoke(app, ["show", "mexico", "--map", str(path)], catch_exceptions=False)
    new = tmp_path / "new" / "map.png"  # folders are made, as for every other file
    assert runner.invoke(app, ["show", "mexico", "--map", str(new)]).exit_code == 0
    assert new.exists()


def entry_without(folder: Path, unwanted: str) -> Path:
    world = write_world(folder / "holed")
    lines = (world / "entry.csv").read_text().splitlines()
    (world / "entry.csv").write_text("\n".join(x for x in lines if unwanted not in x) + "\n")
    return world


def test_a_month_missing_inside_the_entries_is_named_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_world(entry_without(tmp_path, ",2023-03,"))
    (problem,) = caught.value.problems
    assert problem.file.endswith("entry.csv")
    assert "no row for 2023-03" in str(problem)
    assert "2023-01 to 2023-06" in str(problem)


def test_a_row_missing_inside_the_entries_of_one_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no row of honduras at selva for 2023-03"):
        load_world(entry_without(tmp_path, "honduras,selva,2023-03,"))


def test_entries_may_begin_late_and_end_early(tmp_path: Path) -> None:
    assert len(load_world(entry_without(tmp_path, "honduras,selva,2023-06,")).entry) == 17
