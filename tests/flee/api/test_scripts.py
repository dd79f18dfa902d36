"""Scripts in the manner of three public ones, with the package's name in their imports changed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from made_case import DAYS, write_case

from corredor.errors import UsageError
from corredor.flee.api import flee
from corredor.flee.api.flee import StepDraw
from corredor.flee.api.SimulationSettings import SimulationSettings, take_over
from corredor.flee.case.settings import default_settings
from corredor.flee.out_csv import as_flee_writes
from corredor.flee.run import Runs, run_folder

SCRIPTS = Path(__file__).with_name("scripts")
SEEDS = 40
ERRORS = 5.0  # standard errors of a mean that a right program stays within


@pytest.fixture(autouse=True)
def own_settings() -> Iterator[None]:
    """Settings are those of the process, as in Flee."""
    yield
    take_over(default_settings())


def run_script(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str,
    seed: int = 1, draw: StepDraw = "exact",
) -> str:  # fmt: skip
    text = (SCRIPTS / f"{name}.py").read_text()
    here = re.sub(r"^(import|from) flee\b", r"\1 corredor.flee.api", text, flags=re.MULTILINE)
    assert here != text
    here = here.replace("flee.Ecosystem()", f"flee.Ecosystem(seed={seed}, draw='{draw}')")
    monkeypatch.setattr("sys.argv", [name, *arguments])
    exec(compile(here, name, "exec"), {"__name__": "__main__"})
    return capsys.readouterr().out


def test_a_run_by_files_prints_what_the_command_writes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = {"c.csv": "2020-01-01,90\n2020-01-05,500\n2020-01-07,450\n2020-01-10,900\n",
               "closures.csv": "#\nlocation,B,,4,6\n"}  # fmt: skip
    folder, records = write_case(tmp_path, changed)
    arguments = (str(folder), str(records), "0", str(folder / "simsetting.yml"))
    tables = []
    for seed in range(SEEDS):
        printed = run_script("by_files", capsys, monkeypatch, *arguments, seed=seed)
        tables.append(list(csv.DictReader(io.StringIO(printed))))
    run = run_folder(folder, records, runs=Runs(200))
    written = as_flee_writes(run, 1.0)
    assert list(tables[0][0]) == list(written.columns)
    for column in ("Day", "Date", "C data", "total refugees (simulation)", "refugee_debt"):
        assert [row[column] for row in tables[0]] == written[column].astype(str).tolist(), column
    ours = np.array([[int(row["C sim"]) for row in table] for table in tables])
    theirs = run.simulated[:, :, 0]
    assert ours.shape == (SEEDS, DAYS)
    error = np.sqrt(ours.var(axis=0) / SEEDS + theirs.var(axis=0) / len(theirs))
    assert (np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) <= ERRORS * error + 1e-9).all()
    assert ours[:, -1].std() > 0


def test_a_run_as_the_development_version_has_it_goes_through(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, records = write_case(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "location_changes.csv").write_text("#\nC,town,4\nB,idpcamp,4\n")
    arguments = (str(folder), str(records), "0", str(folder / "simsetting.yml"))
    printed = run_script("by_master", capsys, monkeypatch, *arguments)
    rows = list(csv.reader(io.StringIO(printed)))
    assert [row[1] for row in rows[:2]] == ["2020-01-02", "2020-01-03"]  # Flee's date is ahead
    assert rows[-1][3] == "900" and 0 < int(rows[-1][2]) <= 900


def test_a_place_changes_its_type_and_a_marker_does_not() -> None:
    e = flee.Ecosystem("2020-01-01")
    place = e.addLocation("A", location_type="camp", capacity=9)
    e.addLocation("M", location_type="marker")
    e.change_location_type("A", "conflict")
    assert (place.camp, place.town, place.conflict, place.movechance) == (False, False, 1.0, 1.0)
    e.change_location_type("A", "town")
    e.change_location_type("A", "idp_camp")
    assert (place.camp, place.idpcamp, place.town, place.conflict) == (True, True, True, -1.0)
    e.set_conflict_intensity("A", 0.4)
    assert (place.conflict, place.town, place.camp) == (0.4, False, True)
    with pytest.raises(UsageError, match="marker"):
        e.change_location_type("M", "town")
    assert e.date_string == "2020-01-01"


def test_a_map_in_code_keeps_everybody_and_its_border_shut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = run_script("in_code", capsys, monkeypatch)
    rows = np.array([[int(n) for n in line.split()] for line in printed.splitlines()])
    _, source, town, near, far, everybody = rows.T
    assert everybody.tolist() == [50 * min(20, t + 1) for t in range(40)]
    assert 0 < near[10] == near[-1] < far[-1]  # nobody gets into Near once its border is shut
    assert source[-1] + near[-1] + far[-1] + town[-1] <= 1000
    assert (np.diff(far) >= 0).all()


def test_persons_are_listed_where_they_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    printed = run_script("by_person", capsys, monkeypatch, "individual").splitlines()
    # 250 km at 100 km a day: under way on two evenings, there on the third
    assert printed == [
        f"0 5 {['L:A:B'] * 5}", f"1 5 {['L:A:B'] * 5}", f"2 0 {['B'] * 5}", f"3 0 {['B'] * 5}"
    ]  # fmt: skip
    links = (tmp_path / "links.out.0").read_text().splitlines()
    assert links[0] == "#time,start_location,end_location,cum_num_agents,attribute"
    assert links[1:3] == ["0,A,B,5,total", "0,B,A,0,total"]
    assert len(links) == 1 + 4 * 2
    agents = (tmp_path / "agents.out.0").read_text().splitlines()
    assert agents[0].startswith("#time,rank-agentid,original_location,current_location,")
    assert agents[0].endswith("distance_moved_this_timestep,group,")
    assert agents[1] == "0,0-0,A,L:A:B,0.0,0.0,True,0.0,1,100.0,0,"
    assert agents[-1] == "3,0-4,A,B,0.0,0.0,False,250.0,2,0.0,0,"


def test_counted_people_are_not_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="individual"):
        run_script("by_person", capsys, monkeypatch, "exact")
    # the log of the first day is there: persons are followed for it, whoever asks for them
    assert len((tmp_path / "agents.out.0").read_text().splitlines()) == 6


def test_a_setting_that_states_are_numbered_by_is_fixed_on_the_first_day() -> None:
    e = flee.Ecosystem()
    e.addLocation(name="A", movechance=1.0)
    e.addLocation(name="B", movechance=1.0)
    e.linkUp("A", "B", 10.0)
    e.evolve()
    SimulationSettings.move_rules["MaxMoveSpeed"] = 1.0
    with pytest.raises(UsageError, match="max_move_speed"):
        e.evolve()
    with pytest.raises(UsageError, match="link"):
        e.linkUp("A", "B", 20.0)


@pytest.mark.parametrize("draw", ["exact", "individual"])
def test_camps_that_are_sinks_keep_people_for_good(draw: StepDraw) -> None:
    people: dict[bool, list[int]] = {}
    for on in (True, False):
        SimulationSettings.spawn_rules["camps_are_sinks"] = on
        SimulationSettings.move_rules["CampMoveChance"] = 0.9
        e = flee.Ecosystem(draw=draw)
        sink = e.addLocation(
            name="S", location_type="camp", attributes={"deactivation_probability": 1.0}
        )
        town = e.addLocation(name="T", movechance=0.3)
        e.linkUp("S", "T", 10.0)
        e.insertAgents(town, 1000)
        people[on] = []
        for _ in range(12):
            e.evolve()
            people[on].append(sink.numAgents)
        assert e.numAgents() == 1000
    assert people[True] == sorted(people[True])  # nobody leaves again
    assert people[True][-1] > 2 * max(people[False])


def test_a_run_by_ranks_goes_through(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, records = write_case(tmp_path)
    arguments = (str(folder), str(records), "6", str(folder / "simsetting.yml"))
    rows = list(csv.DictReader(io.StringIO(run_script("by_rank", capsys, monkeypatch, *arguments))))
    assert [row["Day"] for row in rows] == list("012345")
    assert [row["everybody"] for row in rows] == ["0", "100", "200", "300", "400", "500"]
    assert 0 < int(rows[-1]["C"]) < 500


def test_children_seek_safety_in_a_script_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.yml").touch()
    settings = str(tmp_path / "empty.yml")
    printed = run_script("of_ones_own", capsys, monkeypatch, settings, draw="individual")
    front, haven = ([int(n) for n in line.split()[1:]] for line in printed.splitlines())
    # a place of conflict attracts adults a quarter as much as the camp, and children a sixteenth
    assert front[0] + haven[0] == front[1] + haven[1] == 2000
    assert abs(front[0] - 2000 / 17) < 50 and abs(front[1] - 2000 / 5) < 80
