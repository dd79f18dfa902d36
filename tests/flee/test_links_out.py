"""Flee's log of links."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import pandas as pd
import pytest
from made_case import write_case

from corredor.errors import OutputError
from corredor.flee.run import FleeRun, Runs, run_folder
from corredor.inputs.ledger import unfinished

MEMORY = Path("/dev/shm")
OTHER_DISK = MEMORY.is_dir() and MEMORY.stat().st_dev != Path(gettempdir()).stat().st_dev

FLEE = "2020-01-01,0\n2020-01-02,1000\n2020-01-10,1000\n"
RULES = """log_levels:
  link: 1
move_rules:
  max_move_speed: 600
  default_movechance: 1.0
  camp_movechance: 0.0
"""
CHANGED = {
    "all.csv": FLEE, "c.csv": FLEE, "simsetting.yml": RULES,
    "routes.csv": "#a,b,km,\nA,B,100,\nA,B,100,\nB,C,500,\nA,C,700,\n",
}  # fmt: skip
TRAITS = {
    "demographics_age.csv": "age,Default\n10,1\n40,1\n",
    "demographics_group.csv": "group,Default,A\nx,1,0\ny,1,1\n",
}


def run(folder: Path, changed: dict[str, str], runs: Runs) -> tuple[FleeRun, pd.DataFrame]:
    found = run_folder(*write_case(folder, CHANGED | changed), runs=runs, logs=folder)
    return found, pd.read_csv(folder / "links.out.0")


@pytest.mark.parametrize("draw", ["exact", "expected", "individual"])
def test_whoever_is_in_the_camp_took_a_link_to_it(tmp_path: Path, draw: str) -> None:
    found, log = run(tmp_path, {}, Runs(2, draw=draw, seed=3))  # type: ignore[arg-type]
    assert list(log) == ["#time", "start_location", "end_location", "cum_num_agents", "attribute"]
    assert (log.groupby("#time").size() == 8).all()
    for day in range(10):
        at = log[log["#time"] == day].groupby(["start_location", "end_location"])["cum_num_agents"]
        taken = at.sum()
        came = taken["B", "C"] + taken["A", "C"] - taken["C", "B"] - taken["C", "A"]
        assert came >= found.simulated[0, day, 0] - 1e-6
    assert came == pytest.approx(found.simulated[0, -1, 0], rel=1e-4)  # few are on the way
    assert taken["A", "B"] + taken["A", "C"] >= 1000
    assert at.min()["A", "B"] == 0  # the second of two links between the same places


@pytest.mark.parametrize("draw", ["exact", "individual"])
def test_the_run_is_the_same_with_a_log(tmp_path: Path, draw: str) -> None:
    with_log, _ = run(tmp_path / "with", {}, Runs(3, draw=draw))  # type: ignore[arg-type]
    without = run_folder(*write_case(tmp_path / "without", CHANGED), runs=Runs(3, draw=draw))  # type: ignore[arg-type]
    assert (with_log.simulated == without.simulated).all()
    assert not list((tmp_path / "without").rglob("links.out.0"))


def test_a_link_that_is_closed_has_no_row_and_counts_on_later(tmp_path: Path) -> None:
    _, log = run(tmp_path, {"closures.csv": "#\nlocation,C,,4,7\n"}, Runs())
    taken = log.set_index(["start_location", "end_location"]).loc[("A", "C")]
    assert set(taken["#time"]) == {0, 1, 2, 3, 7, 8, 9}
    by_day = taken.set_index("#time")["cum_num_agents"]
    assert 0 < by_day[3] <= by_day[7]


@pytest.mark.parametrize("draw", ["exact", "individual"])
def test_rows_by_attribute_add_up_to_all(tmp_path: Path, draw: str) -> None:
    rules = RULES.replace("link: 1", "link: 2") + "  ChildrenAvoidHazards: true\n"
    _, log = run(tmp_path, {**TRAITS, "simsetting.yml": rules}, Runs(draw=draw))  # type: ignore[arg-type]
    last = log[log["#time"] == 9].groupby(["start_location", "end_location", "attribute"])
    taken = last["cum_num_agents"].sum()["A", "C"]
    assert taken["total"] == taken["age:10"] + taken["age:40"] == taken["group:y"] > 0
    assert "group:x" not in taken  # nobody from there has it
    assert taken["age:10"] != taken["age:40"]


def test_expected_people_have_no_attributes(tmp_path: Path) -> None:
    rules = RULES.replace("link: 1", "link: 2")
    found, log = run(tmp_path, {**TRAITS, "simsetting.yml": rules}, Runs(draw="expected"))
    assert set(log["attribute"]) == {"total"}
    assert any("rows by attribute" in note for note in found.case.notes)


def test_a_log_is_made_again_where_an_interruption_left_it(tmp_path: Path) -> None:
    folders, runs = write_case(tmp_path, CHANGED), Runs(2)
    out, log = tmp_path / "out.csv", tmp_path / "links.out.0"
    for resume in (False, True):
        with unfinished(out, {"runs": 2}, resume=resume) as ledger:
            found = run_folder(*folders, runs=runs, ledger=ledger, logs=tmp_path)
        text = log.read_text()
        assert text.count("\n") == 1 + 8 * 10
        assert found.simulated.shape[0] == 2
        log.write_text(text if resume else "half")
    assert (found.simulated == run_folder(*folders, runs=runs).simulated).all()


def test_a_log_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "links.out.0").write_text("mine")
    with pytest.raises(OutputError, match=r"links\.out\.0"):
        run(tmp_path, {}, Runs())
    assert (tmp_path / "links.out.0").read_text() == "mine"


@pytest.mark.skipif(not OTHER_DISK, reason="needs a folder on another disk")
def test_a_log_may_stand_on_another_disk_than_what_is_under_way(tmp_path: Path) -> None:
    with (
        TemporaryDirectory(dir=MEMORY) as there,
        unfinished(tmp_path / "f.csv", {}, resume=False) as ledger,
    ):
        folders = write_case(tmp_path / "case", CHANGED)
        run_folder(*folders, ledger=ledger, logs=Path(there))
        assert (Path(there) / "links.out.0").read_text().startswith("#time")
        ledger.end()
