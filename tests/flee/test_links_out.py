"""Flee's log of links."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made_case import write_case

from corredor.errors import UsageError
from corredor.flee.case.folder import read_case
from corredor.flee.links_out import write_links
from corredor.flee.run import Runs, run_folder

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


def log_of(folder: Path, changed: dict[str, str], runs: Runs) -> pd.DataFrame:
    case = read_case(*write_case(folder, CHANGED | changed))
    write_links(case, runs, folder / "links.out.0")
    return pd.read_csv(folder / "links.out.0")


@pytest.mark.parametrize("draw", ["exact", "expected"])
def test_whoever_is_in_the_camp_took_a_link_to_it(tmp_path: Path, draw: str) -> None:
    runs = Runs(draw=draw, seed=3)  # type: ignore[arg-type]
    log = log_of(tmp_path, {}, runs)
    assert list(log) == ["#time", "start_location", "end_location", "cum_num_agents", "attribute"]
    assert (log.groupby("#time").size() == 8).all()
    last = log[log["#time"] == 9].groupby(["start_location", "end_location"])["cum_num_agents"]
    taken = last.sum()
    camp = run_folder(*write_case(tmp_path, CHANGED), runs=runs).simulated[0, -1, 0]
    came = taken["B", "C"] + taken["A", "C"] - taken["C", "B"] - taken["C", "A"]
    assert came == pytest.approx(camp, rel=1e-4)
    assert taken["A", "B"] + taken["A", "C"] >= 1000
    assert last.min()["A", "B"] == 0  # the second of two links between the same places


def test_a_link_that_is_closed_has_no_row_and_counts_on_later(tmp_path: Path) -> None:
    log = log_of(tmp_path, {"closures.csv": "#\nlocation,C,,4,7\n"}, Runs())
    taken = log.set_index(["start_location", "end_location"]).loc[("A", "C")]
    assert set(taken["#time"]) == {0, 1, 2, 3, 7, 8, 9}
    by_day = taken.set_index("#time")["cum_num_agents"]
    assert 0 < by_day[3] <= by_day[7]


def test_persons_are_not_counted_on_links(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"links\.out\.0 is not written"):
        log_of(tmp_path, {}, Runs(draw="individual"))
