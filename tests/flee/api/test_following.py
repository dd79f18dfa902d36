"""Rules that look at persons, and what a day brings to places, in a run of a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_case import write_case

from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.flee.api import InputGeography, flee, spawning
from corredor.flee.api.datamanager import handle_refugee_data, read_period
from corredor.flee.api.flee import StepDraw
from corredor.flee.api.SimulationSettings import SimulationSettings, take_over
from corredor.flee.case.settings import default_settings
from corredor.flee.run import Runs, run_folder

SEEDS, RUNS = 8, 80
ERRORS = 6.0  # standard errors that a right program stays within, by day and camp
LOCATIONS = """#name,region,country,x,y,location_type,conflict_date,pop/cap
A,north,Here,1,2,conflict_zone,0,1000
B,north,Here,1.5,2,town,,500
D,east,Here,1.5,2.5,town,,700
C,south,There,2,2,camp,,250
E,south,There,2,3,camp,,
"""
CASE = {
    "locations.csv": LOCATIONS,
    "routes.csv": "#a,b,km,forced\nA,B,30,\nB,D,40,\nD,C,120,\nB,E,90,\nD,E,70,\n",
    "closures.csv": "#\nlocation,E,-,4,7\n",
    "data_layout.csv": "total,all.csv\nC,c.csv\nE,c.csv\n",
    "all.csv": "2020-01-27,40\n2020-01-30,300\n2020-02-10,300\n",
    "c.csv": "2020-01-27,20\n2020-01-30,150\n2020-02-10,150\n",
    "sim_period.csv": "StartDate,2020-01-27\nLength,10\n",
}
MOVE = "move_rules:\n  max_move_speed: 100\n  camp_movechance: 0.05\n"
FLOODS = {
    "locations.csv": LOCATIONS.replace("conflict_zone,0", "flood_zone,"),
    "flood_level.csv": "#Day,A,B\n" + "".join(
        f"{day},{(0, 1, 2, 3, 2, 1, 0, 0, 1, 2, 1, 1, 0)[day]},{int(day in (2, 3))}\n"
        for day in range(13)
    ),
    "data_layout.csv": "total,c.csv\n" + "".join(f"{name},c.csv\n" for name in "CEABD"),
    "c.csv": "2020-01-27,0\n",
    "simsetting.yml": MOVE + """  flood_rules:
    flood_movechances: [0.0, 0.3, 0.6, 0.9, 1.0]
    flood_loc_weights: [1.0, 0.8, 0.5, 0.2, 0.1]
spawn_rules:
  conflict_zone_spawning_only: false
  flood_zone_spawning_only: true
  take_from_population: true
  flood_driven_spawn_mode:
    spawn_mode: pop_ratio
    displaced_per_flood_day: [0.0, 0.1, 0.2, 0.3, 0.4]
""",
}  # fmt: skip
FORECAST = """    flood_forecaster: true
    flood_forecaster_timescale: 3
    flood_forecaster_end_time: 10
    flood_forecaster_weights: [1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.4, 0.4, 0.3]
    flood_awareness_weights: [0.5, 1.0, 2.0]
    flood_loc_weights"""
RULES = {
    "age and sex": {
        "simsetting.yml": MOVE + "  camp_weight: 4\n  ChildrenAvoidHazards: true\n"
        "  BoysTakeRisk: true\n",
        "demographics_age.csv": "age,Default,A\n10,1,2\n16,1,1\n40,3,1\n",
        "demographics_gender.csv": "gender,Default\nmale,1\nfemale,1\n",
    },
    "people of one's own": {
        "simsetting.yml": MOVE + "  MatchTownEthnicity: true\n  MatchCampReligion: true\n",
        "demographics_ethnicity.csv": "ethnicity,Default,C\nx,1,3\ny,1,0\n",
        "demographics_religion.csv": "religion,Default\np,1\nq,2\n",
    },
    "hunger": {
        "simsetting.yml": MOVE + "  flee_when_starving: true\n  avoid_food_deprived_locations: true"
        "\nspawn_rules:\n  starvation_driven_spawning: true\n"
        "  conflict_zone_spawning_only: false\n",
        "region_attributes_IPC.csv": "#Day,north,east,south\n0,10,20,30\n9,60,20,5\n",
    },
    "fixed routes": {
        "locations.csv": LOCATIONS.replace("town,,500", "conflict_zone,4,500"),
        "conflicts.csv": "#Day,A,B\n" + "".join(f"{day},1,{int(day > 3)}\n" for day in range(10)),
        "major_routes.csv": "#\nA,B,D,C\n",
        "simsetting.yml": MOVE + "  fixed_routes: true\n  awareness_level: 2\n",
    },
    "harvest": {"simsetting.yml": MOVE + "  harvest_months: [2]\n"},
    "floods": FLOODS,
    "a forecast of floods": {
        **FLOODS,
        "simsetting.yml": FLOODS["simsetting.yml"].replace("    flood_loc_weights", FORECAST),
        "demographics_floodawareness.csv": "floodawareness,Default\n0,1\n1,1\n2,1\n",
    },
}


@pytest.fixture(autouse=True)
def _settings_of_one_test() -> Iterator[None]:
    """Settings are those of the process, as in Flee."""
    yield
    take_over(default_settings())


def script(folder: Path, records: Path, seed: int, draw: StepDraw = "exact") -> tuple[Floats, Any]:
    """Do what Flee's run.py does; return people in camps by day, and the ecosystem."""
    start, days = read_period.read_sim_period(f"{folder}/sim_period.csv")
    SimulationSettings.ReadFromYML(folder / "simsetting.yml")
    SimulationSettings.ConflictInputFile = f"{folder}/conflicts.csv"
    e = flee.Ecosystem(start, demographics_test_prefix=str(folder), draw=draw, seed=seed)
    ig = InputGeography.InputGeography()
    ig.ReadLocationsFromCSV(f"{folder}/locations.csv")
    ig.ReadLinksFromCSV(f"{folder}/routes.csv")
    ig.ReadClosuresFromCSV(f"{folder}/closures.csv")
    e, by_name = ig.StoreInputGeographyInEcosystem(e)
    d = handle_refugee_data.RefugeeTable(
        data_directory=str(records), start_date=start, data_layout="data_layout.csv"
    )
    d.ReadL1Corrections(f"{folder}/registration_corrections.csv")
    camps = e.get_camp_names()
    for name in camps:
        spawning.add_initial_refugees(e, d, by_name[name])
    found = np.zeros((days, len(camps)))
    for t in range(days):
        ig.AddNewConflictZones(e, t)
        spawning.spawn_daily_displaced(e, t, d)
        spawning.refresh_spawn_weights(e)
        e.enact_border_closures(t)
        e.evolve()
        found[t] = [by_name[name].numAgents for name in camps]
    return found, e


@pytest.mark.parametrize("rule", RULES)
def test_a_script_has_the_camps_of_the_command(rule: str, tmp_path: Path) -> None:
    folders = write_case(tmp_path, {**CASE, **RULES[rule]})
    runs = [script(*folders, seed) for seed in range(SEEDS)]
    ours = np.array([camps for camps, _ in runs])
    run = run_folder(*folders, runs=Runs(RUNS))
    theirs = run.simulated
    error = np.sqrt(ours.var(axis=0, ddof=1) / SEEDS + theirs.var(axis=0) / RUNS)
    # where chance hardly plays a part, eight runs may all be alike
    least = np.sqrt(np.maximum(theirs.mean(axis=0), 1.0) / SEEDS) / 2
    apart = np.abs(ours.mean(axis=0) - theirs.mean(axis=0))
    assert (apart <= ERRORS * np.maximum(error, least)).all()
    assert {e.numAgents() for _, e in runs} == {int(run.people[0])}


def test_logs_tell_attributes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rules = RULES["age and sex"]
    log = "log_levels:\n  agent: 2\n  link: 2\n"
    folders = write_case(
        tmp_path, {**CASE, **rules, "simsetting.yml": log + rules["simsetting.yml"]}
    )
    camps, e = script(*folders, 1, "individual")
    rows = [row.split(",") for row in (tmp_path / "agents.out.0").read_text().splitlines()]
    assert rows[0][-3:] == ["age", "gender", ""]
    agents = pd.DataFrame(rows[1:], columns=rows[0])
    last = agents[agents["#time"] == "9"].drop_duplicates("rank-agentid")
    assert (last["current_location"] == "C").sum() == camps[-1, 0]
    assert set(last["age"]) == {"10", "16", "40"} and set(last["gender"]) == {"male", "female"}
    links = pd.read_csv(tmp_path / "links.out.0")
    end = links[links["#time"] == 9].groupby("attribute")["cum_num_agents"].sum()
    assert end["total"] == end["gender:male"] + end["gender:female"] > 300
    assert [agent.attributes["age"] for agent in e.agents][:1] != []


def test_too_many_states_are_persons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = write_case(tmp_path, {**CASE, "simsetting.yml": MOVE})
    counted, _ = script(*folders, 1)
    monkeypatch.setattr("corredor.flee.rules.cost.MOST_UNASKED", 0)
    one_by_one, e = script(*folders, 1)
    assert "one by one" in capsys.readouterr().err
    assert np.abs(one_by_one[-1] - counted[-1]).max() < 60
    assert len(e.agents) == e.numAgents()
    with pytest.raises(UsageError, match="individual"):
        _ = e.agents[0]


def test_speeds_change_where_persons_are_followed() -> None:
    e = flee.Ecosystem(draw="individual")
    a = e.addLocation(name="A", movechance=1.0)
    b = e.addLocation(name="B", movechance=0.0)
    e.linkUp("A", "B", 400.0)
    SimulationSettings.move_rules["MaxMoveSpeed"] = 100.0
    e.insertAgents(a, 3)
    e.evolve()
    assert [agent.distance_travelled_on_link for agent in e.agents] == [100.0] * 3
    SimulationSettings.move_rules["MaxMoveSpeed"] = 301.0
    e.evolve()
    assert b.numAgents == 3
    SimulationSettings.move_rules["AwarenessLevel"] = 2
    with pytest.raises(UsageError, match="awareness_level"):
        e.evolve()


def test_a_rule_asks_for_its_attribute() -> None:
    SimulationSettings.move_rules["ChildrenAvoidHazards"] = True
    e = flee.Ecosystem()
    a = e.addLocation(name="A", movechance=1.0)
    e.addLocation(name="B", movechance=1.0)
    e.linkUp("A", "B", 10.0)
    e.addAgent(a, {"age": 12})
    e.evolve()
    e.addAgent(a, {})
    with pytest.raises(UsageError, match="no attribute 'age'"):
        e.evolve()


def test_a_harvest_needs_a_date() -> None:
    SimulationSettings.move_rules["HarvestMonths"] = [5]
    e = flee.Ecosystem()
    e.addLocation(name="A")
    with pytest.raises(UsageError, match="date of its first day"):
        e.evolve()


def test_floods_of_a_script_and_columns_of_ones_own(tmp_path: Path) -> None:
    rules, spawn = SimulationSettings.move_rules, SimulationSettings.spawn_rules
    rules["FloodRulesEnabled"] = True
    rules["FloodLocWeights"], rules["FloodMovechances"] = [1.0] * 4, [0.0, 1.0, 1.0, 1.0]
    spawn["flood_driven_spawning"], spawn["flood_spawn_mode"] = True, "constant"
    spawn["displaced_per_flood_day"] = [0, 100, 200, 300]
    more = "#name,region,country,x,y,location_type,conflict_date,pop/cap,farmer_fraction\n"
    (tmp_path / "places.csv").write_text(
        more + "A,r,H,0,0,flood_zone,,900,0.5\nB,r,H,1,1,town,,,0\n"
    )
    (tmp_path / "routes.csv").write_text("#a,b,km\nA,B,10\n")
    (tmp_path / "levels.csv").write_text("#Day,A\n0,0\n1,2\n2,1\n")
    ig, e = InputGeography.InputGeography(), flee.Ecosystem()
    spawn["flood_driven_spawning"] = False  # so that no flood_level.csv is looked for
    ig.ReadLocationsFromCSV(str(tmp_path / "places.csv"))
    spawn["flood_driven_spawning"] = True
    ig.ReadLinksFromCSV(str(tmp_path / "routes.csv"))
    ig.ReadAttributeInputCSV("flood_level", "int", str(tmp_path / "levels.csv"))
    assert ig.attributes["flood_level"]["A"] == [0, 2, 1]
    e, by_name = ig.StoreInputGeographyInEcosystem(e)
    assert by_name["A"].attributes["farmer_fraction"] == "0.5"
    people = []
    for t in range(3):
        ig.AddNewConflictZones(e, t)
        spawning.spawn_daily_displaced(e, t, None)  # type: ignore[arg-type]
        e.evolve()
        people.append((e.numAgents(), by_name["A"].attributes["flood_level"]))
    assert people == [(0, 0), (200, 2), (300, 1)]
    with pytest.raises(UsageError, match="tells nothing of day 3"):
        ig.AddNewConflictZones(e, 3)
